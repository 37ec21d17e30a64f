"""From what a reader types to matching cables, their facets and their order.

query.py              parse what was typed into words, phrases, fields and operators
filters.py            the query string of a list -> a filtered, ordered queryset
filter_registry.py    the table of filters and facets: name, label, values; add one here
run_search.py         run a search: matches, counts of each facet, order
fact_columns.py       facts of all published cables as NumPy arrays
list_counts.py        how many cables each list has, cached per state of the archive
collection_counts.py  the same for one collection and its volumes
holdings.py           what the archive holds and lacks, by year, origin and tag
ranking.py            order matches by relevance
snippets.py           the best paragraphs of each result, with marks
highlight.py          mark words in a text, choose its best excerpt
relax.py              weaker queries for a search without results
timeouts.py           time limits for readers' queries
"""
