"""All rows that a search finds, and searches with fewer conditions if it finds none."""

from ..models import Cable
from ..search.filters import NOT_FILTERS, SearchFilter
from ..search.index_selection import published_cables
from ..search.list_query import ListQuery
from ..search.query import relaxed
from ..search.understand import read_question
from .paging import read_rows

BATCH = 2_000  # Rows per query.
MOST_RELAXED = 8


def all_rows(keys, *more):
    """Yield the cables with these primary keys, in that order, read in batches.

    `more` are further fields to read.
    """
    for start in range(0, len(keys), BATCH):
        yield from read_rows(keys[start : start + BATCH], *more)


def relaxations(found, typed, tallies):
    """Return (what is left out, address, results) of weaker searches that find some cables.

    If `typed`, the question, was read, one of them looks for its words as they are.
    """
    filters, question = found.filters, found.filters.question
    pairs = [pair for pair in filters.pairs if pair[0] not in NOT_FILTERS]
    narrowings = found.reading.read if found.is_read else ()
    read = [pair for each in narrowings for pair in each.filters]
    candidates = [
        (f"without {each.label}", filters.query(*each.filters))
        for each in narrowings
        if each.filters
    ]
    candidates += [
        (f"without {chip}", filters.query(pair))
        for pair, chip in zip(pairs, filters.chips, strict=True)
        if pair not in read
    ]
    if len(candidates) > 1:
        candidates.append(("without any filter", filters.query(*pairs)))
    if read:
        as_typed = filters.query(*read, q=typed.text, plain="yes")
        candidates.insert(0, ("the words as they were typed", as_typed))
    candidates += [
        (
            label,
            filters.query(q=text, plain="yes" if read_question(text, tallies).differs else None),
        )
        for label, text in relaxed(question.text)
    ]
    counted = []
    for label, query in candidates[:MOST_RELAXED]:
        if cables := count_results(ListQuery.from_address(query), tallies):
            counted.append((label, filters.path + query, cables))
    return counted


def count_results(asked, tallies):
    """Return how many cables a ListQuery finds, with all of its words."""
    filters = SearchFilter(asked, Cable.objects.published(), tallies)
    return len(filters.without_order(published_cables().matching(asked.question)))
