"""Lists of cables and results of searches, as pages and for programs.

list_page.py     a list as page, feed, CSV, ZIP and JSON, and words that are looked for in it
list_indexes.py  the index of each kind of list, with counts
browse.py        lists by release, month, tag, classification, caption and mark
places.py        lists of an origin, a place, a country; indexes of places and countries
person_pages.py  the list of a person, and the index of persons
origin_map.py    the map of origins, and its list
volumes.py       lists of a volume, a chapter, a collection; pages of a volume; DataCite metadata
volume_links.py  the documents of a volume as printed, and where its cross references lead
search_page.py   search results as page, feed, JSON, CSV and ZIP
search_hints.py  how a question was read, weaker searches, suggestions
refine_links.py  links that refine a list or a search: facets, years, orders
concordance_page.py  each place of the words that a search finds, as page and CSV
words_page.py    words over time as page, CSV, JSON and picture
words_over_time.py  count what several questions find by year or month
list_steps.py    previous and next within the list that a reader came from
paging.py        pages and rows of lists
zip_file.py      cables with their texts as one ZIP
data.py          lists for programs, in portions; OpenAPI
"""
