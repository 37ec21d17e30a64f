"""Request -> page. A view asks one question of the models and picks a template.

paging.py    the pages of a list of cables
browse.py    the lists
data.py      the lists for programs, portion by portion, and their description
indexes.py   the index of each list, with its counts
places.py    the lists of origins and countries, and the map
cable.py     one cable as it is now, as a page and as text; its paragraphs
versions.py  what it said at a time: its versions, their paragraphs, its history
mementos.py  which version an address showed at a time, for programs
not_held.py  a cable that is not here, and its neighbours
search.py    results of words and filters, as a page and as feed, JSON and CSV
refining.py  the links that refine a search
matches.py   what else is asked of the cables that a search finds
legacy.py    addresses of earlier archives
room.py      home
sitemaps.py  what search engines are told
pages.py     articles and guidance
"""
