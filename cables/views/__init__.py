"""Views of the public pages. A view reads from the models and renders a template.

room.py         the home page
paging.py       pagination of lists of cables
browse.py       lists of cables as page, feed and data; places.py and volumes.py have more
data.py         JSON of lists, with cursors, and the OpenAPI description
indexes.py      the index of each kind of list, with counts
places.py       lists by origin and country, and the map of origins
volumes.py      lists by volume, chapter and collection
holdings.py     counts of what is held and missing
changes.py      the public log of changes
glossary.py     codes and what they stand for
search.py       search results as page, feed, JSON and CSV
refining.py     links that refine a search
matches.py      all rows of a search; searches with fewer conditions
cable_pages.py  what the pages of one cable show, as dataclasses
cable.py        a cable and its paragraphs as they are now
passages.py     several paragraphs in a row
versions.py     versions of a cable, their paragraphs, the history
copies.py       the texts of other sources, compared
references.py   the citation map
around.py       neighbours of a cable, and which cables it cites and is cited by
links.py        links in the text of a cable, and the list of references
apparatus.py    the panel of a printed edition
describing.py   citation source and metadata of a cable
mementos.py     versions by date, for programs (Memento)
not_held.py     the answer for a cable that is not held
citations.py    citations of a cable, a paragraph or a range
selection.py    citations of several cables
styles.py       the citation formats
quote.py        checking a quotation
pages.py        articles and guidance pages
sitemaps.py     robots.txt and sitemaps
legacy.py       redirects from addresses of earlier archives
"""
