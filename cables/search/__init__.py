"""From what a reader types to matching cables, their facets and their order.

understand.py          read a question in plain words: posts, times, tags become filters
question_times.py      the times that a question names
named_filters.py       the filters that it names as fields are: "kind:telegram", "-class:secret"
correspondents.py      who wrote to whom, as a question says it
named_lists.py         the names that people type for lists, kinds and markings
examples.py            examples of searches, from what the archive holds
suggestions.py         what somebody who types may mean; words of published cables for misspelt ones
query.py               parse what was typed into words, phrases, fields; weaker queries of it
query_parts.py         the words and phrases of it, with their fields and signs
persons.py             persons in the lists of volumes, and what they signed
person_counts.py       the persons of the lists of volumes, with their cables and correspondents
name_spellings.py      other names of places, persons, posts and offices; origins by place
filters.py             the query string of a list -> what is asked, a filtered, ordered queryset
filter_registry.py     the table of filters and facets: name, label, values; add one here
value_counts.py        cables by origin, class, day, month, tag and marking
run_search.py          run a search: matches, counts of each facet, order; the facets of a list
index_selection.py     a set of cables in the search index: filter, count and order it
ranked_queries.py      the words of a question -> a query of the index
similar.py             the cables most like one, and what they share
list_counts.py         how many cables each list has, cached per state of the archive
list_count_queries.py  count them, of a collection too: in the search index, else in the database
holdings.py            what the archive holds and lacks, by year, origin and tag
snippets.py            the best paragraphs of each result, cut and with marks
recipients.py          whom a cable reached: a post, or a person who wrote from there
exchanges.py           what two origins sent to each other, and missing numbers in it
concordance.py         every place where texts have the words of a question, in its line
timeouts.py            time limits for readers' queries
"""
