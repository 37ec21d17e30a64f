"""Request -> response: a view makes one query and picks a template.

home.py                   the first page
browse.py                 lists by release, month, tag, classification, caption and mark
worth_reading.py          the cable that the first page quotes
places.py                 lists of an origin, a place, a country; indexes of places and countries
origin_map.py             the map of origins, and its list
volumes.py                lists of a volume, a chapter, a collection; their metadata
list_indexes.py           the index of each kind of list, with counts
list_page.py              a list as page, feed, CSV and JSON, and words looked for in it
list_steps.py             previous and next within the list that a reader came from
paging.py                 pages and rows of lists
cable.py                  a cable, its paragraphs alone and in a row; cables like it
cable_context.py          what the pages of a cable and its parts show: CablePage
versions.py               versions and their paragraphs, the history of a cable, its copies
lasting_names.py          a lasting name (ARK) -> its address, and what it names
mementos.py               which version an address showed at a time (RFC 7089)
printed_edition_panel.py  what a source prints beside a text: volume, document, notes
volume_links.py           documents of a volume, and where its cross references lead
related_cables.py         cables around one: before, after, cited, citing; where a reference leads
sharing.py                pictures, frames and oEmbed of a cable, for other sites
annotation_targets.py     selectors of paragraphs and words, for programs that annotate
reference_links.py        links of references in a text; all references of a cable
citation_map.py           what a cable cites and what cites it, two steps far
not_held.py               the page of a reference that is not held
search_page.py            search results as page, feed, JSON and CSV
search_hints.py           how a question was read, weaker searches, suggestions
refine_links.py           links that refine a list or a search: facets, years, orders
quote.py                  check a quotation
cite.py                   the citation pages of a cable and of several, and their files
citation_forms.py         the forms of a citation, by name
contents.py               headings or numbers of a cable; the words that other pages quote
metadata.py               a cable as metadata for programs, and as a citable source
glossary_pages.py         the glossary
holdings_pages.py         what is held and missing
changes.py                the public log of changes
well_known.py             robots.txt, sitemaps, llms.txt, the API catalog, security.txt
request_pages.py          how to ask to take down or correct: where to write, a form, figures
pages.py                  articles and guidance pages
data_set_pages.py         data sets: their page, and their files, whole or in parts
data.py                   lists for programs, in portions; OpenAPI
harvesting.py             records for harvesters (OAI-PMH)
legacy.py                 addresses of earlier archives
"""
