"""The one application of the room. Data flow down this page and never back up:

classifications.py  the classifications: values, ranks, URL slugs, spellings
dates.py            the formats in which sources print dates and times
references.py       normalize the spellings of a reference; find one in a pasted text
markdown.py         Markdown -> HTML in which references are links
guidance.py         the guidance texts of pages/, which the room comes with
preamble_vocabulary.py  the fixed words of telegrams: classes, captions, marks, labels of fields
lines.py            classification lines and page markers of a telegram
paragraphs/         body -> blocks with permanent ids; role of each block
apparatus.py        where editors' additions (footnotes, page breaks) belong in a text
phrases.py          where phrases stand in a text: whole, broken at a line's end, spaced out
redacting.py        words that readers may not see -> a mark; paragraphs keep their ids
citations/          what is cited -> every form of a citation; citeproc does the styles
selections.py       cables and paragraphs that are kept in an address
mentions.py         find the cables and paragraphs that a text names
sources/            files on disk -> ParsedCable | Reject; nothing there knows of Django
titles.py           set a subject in capitals in title case
untitled.py         a cable -> what it is called, also without a subject
glossary.py         the codes that cables print, what each stands for, its address
envelope.py         the lines of a message header and what each thing in them means
opening.py          the same of the lines before the first paragraph
citing.py           offsets at which a cable names others, for links
asking.py           what a reader types -> what is looked for, and what cannot be
near_misses.py      words that may name the same as those of a redaction, and stay readable
quotes/             a pasted quotation and the text of a cable -> exact, altered or not found
search.py           what is searched, and by what: the generated column, the match
querysets.py        every question the site asks, by name
narrow.py           the same of the lists that are kept in narrow tables
words.py            the words of the texts: in how many cables each stands, which one was meant
limits.py           how long the database may take for what a reader asks
ranking.py          matches of a question -> the order of their relevance
roles.py            the groups of the desk and their rights
models/             what the room keeps; public tables and held ones
loader/             ParsedCable -> rows, in batches, repeatable
jobs.py             what the worker does: loads are applied, embargoes end
drafts.py           a file that takes its name when it is whole
cursors.py          where a program stands in a list -> a word of an address
problems.py         what went wrong, for programs
digests.py          the SHA-256 of every public text, as sha256sum lists them
programs.py         PostgreSQL's own programs, pg_dump and its like, for the database in use
backups.py          all that the database holds -> one file, and back
checking/           do all rows, ids, versions and digests agree?
prose.py            a text of the archive's own -> its HTML and the released cables it names
highlights.py       words that were found -> their marks in a text, and its best part
excerpts.py         where the cables of a page of results answer the question
relaxing.py         a question that found nothing -> questions that ask for less
columns.py          the facts of all published cables in memory, an array each
diffs.py            two texts -> where their words differ
histories.py        two texts of a cable -> what changed, paragraph by paragraph
signposts.py        the typed links of an answer, as its header and files write them
collected.py        the rows of one collection or of all, and their volumes
editions.py         the state of the archive, the day and the code -> what a page is called now
tallies.py          how many cables each list has, counted once for each state of the archive
filters.py          the query string of a list -> which of its cables, in which order
filter_registry.py  the table of all filters and facets
facets.py           what a question and its filters find: how many, of which kinds, in order
candidates.py       which texts may hold a quotation, by its rarest words
tracing.py          where a quotation stands: in one cable, or in any
feeds.py            a list as an Atom feed
downloads.py        cables for programs: a list as CSV and JSON, one as JSON and Markdown
openapi_schemas.py  what programs are answered, as JSON Schema
openapi.py          what programs can ask, as OpenAPI
exports.py          all published cables, or those that filters leave -> one file
holdings.py         what is held, partial, redacted, withheld and missing, by year, origin, tag
charts.py           cables a year or a month -> the geometry of bars
maps.py             places on earth -> the geometry of maps
webs.py             references between cables -> the geometry of boxes and arrows
progress.py         how far a long command is
converters.py       what may stand in an address
templatetags/       what templates show of a cable that is more than a field
views/              pages; templates/ and static/ beside this folder
admin/              the curators' desk, which previews pages of the room
urls.py             addresses of the room
legacy_urls.py      addresses of earlier archives
encodings.py        a body -> the same in fewer bytes
keeping.py          middleware: a page is made once for each edition, and sent once to each reader
mirror/             the public room as static files: a folder for any web server, a disk, a zip
management/         commands: load_cables, check_archive, export, backup, restore, repin and others
"""
