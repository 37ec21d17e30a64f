"""The one application of the room. Data flow down this page; nothing flows back up.

telegram/       the text of one telegram -> what it says; pure, no Django
sources/        files on disk -> ParsedCable or Reject; pure
citations/      what is cited -> BibTeX, RIS, CSL-JSON, styles; pure
diffs.py        two texts -> where they differ; pure
graphics/       numbers and words -> pictures; pure
names/          names in texts, exactly or nearly; pure
glossary/       codes that cables print, and what each stands for; pure
models/         tables, querysets, constraints, triggers, withholding, roles
articles/       Markdown -> HTML; guidance pages
converters.py   what may stand in an address
http_cache/     ETags, stored pages, compression
publication/    what sources and curators say of a cable -> the text that readers get
loader/         ParsedCable -> rows, in batches, repeatable
operations/     backups, integrity checks, background tasks
search_index/   the search index beside the database: its documents, its indexer, its readers
transparency/   the public log: commitments to texts, proofs, witnesses
search/         query, filters, facets, counts, ranking, snippets
curation/       decisions of curators: corrections, redactions, merges, erasures
decisions/      what curators decide: kinds, forms, approval, many cables, undoing
quotations/     a pasted quotation -> exact, altered, not found
text_check/     an author's file -> its passages, quotations and what they cite
templatetags/   what templates show of a cable that is more than a field
api/            what programs are given: CSV, JSON, feeds, exports, OpenAPI
views/          request -> page
assistants/     tools for assistants (MCP): search, read, check a quotation, cite
admin/          the curators' desk
urls.py         the addresses; they are promises: add, never remove
legacy_urls.py  addresses of earlier archives
mirror/         the public room as static files
management/     commands
specimens/      invented cables, as source files
migrations/     of the tables
"""
