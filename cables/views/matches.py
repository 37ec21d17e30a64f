"""What else is asked of what a search finds: all rows, what less would find."""

from types import SimpleNamespace

from django.http import QueryDict

from ..asking import parse_question
from ..columns import columns_of
from ..filters import CableFilter
from ..limits import TooSlow
from ..models import Cable
from ..relaxing import relaxed
from .paging import read_rows

AT_ONCE = 2_000  # Rows that are read at once.
MOST_RELAXED = 8
PATIENCE = 300  # Milliseconds for each count of what less would find.


def all_rows(found, *more):
    """Yield all cables found in the order of the page, as a list shows them, read as needed."""
    for start in range(0, found.total, AT_ONCE):
        yield from read_rows(found.found[start : start + AT_ONCE], *more)


def relaxations(found, question, tallies):
    """Return (what is given up, address, results) of searches that ask less and find some.

    Counting ends with the first that takes long: a page that found nothing is no place to wait.
    """
    asked = found.filters
    filters = [pair for pair in asked.asked if pair[0] not in ("q", "sort")]
    tried = [
        (f"without {chip}", asked.query(pair))
        for pair, chip in zip(filters, asked.chips, strict=True)
    ]
    if len(filters) > 1:
        tried.append(("without any filter", asked.query(*filters)))
    tried += [(said, asked.query(q=text)) for said, text in relaxed(question.text)]
    counted = []
    for said, query in tried[:MOST_RELAXED]:
        cables = count(QueryDict(query.removeprefix("?")), tallies)
        if cables is None:
            break
        if cables:
            counted.append((said, asked.path + query, cables))
    return counted


def count(query, tallies):
    """Return how many cables a query string finds, or None if that takes too long."""
    question = parse_question(query.get("q", ""))
    request = SimpleNamespace(GET=query, path="")
    filters = CableFilter(request, Cable.objects.published(), tallies, question)
    try:
        everything = columns_of(tallies.state).all(PATIENCE)
        return len(filters.sifted(everything.matching(question)))
    except TooSlow:
        return None
