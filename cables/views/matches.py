"""What else is asked of what a search finds: the latest, all rows, what less would find."""

from types import SimpleNamespace

from django.http import QueryDict

from ..asking import parse_question
from ..facets import STRETCH, TooSlow, by_words, in_time, set_for_now
from ..feeds import LENGTH
from ..filters import CableFilter
from ..models import Cable
from ..querysets import ORDERS, USUAL_ORDER
from ..relaxing import relaxed
from .paging import read_rows

AT_ONCE = 2_000  # Rows that are read at once.
MOST_RELAXED = 8
PATIENCE = 300  # Milliseconds for each count of what less would find.


def latest(found):
    """Return the primary keys of the latest of the cables found. Raises TooSlow."""
    with in_time():
        return found.found.ordered(USUAL_ORDER, 0, LENGTH)


def all_rows(found, *more):
    """Return all cables found in the order of the page, as a list shows them, read as needed.

    More than STRETCH are in the usual order if they were to be by relevance: no index has it.
    """
    if found.total <= STRETCH:
        return iter(read_rows(list(found.found), *more))
    order = ORDERS.get(found.filters.order, ORDERS[USUAL_ORDER])
    matching = Cable.objects.published().matching(found.filters.question)
    rows = found.filters.sifted(matching).order_by(*order).for_listing(*more)
    return rows.iterator(chunk_size=AT_ONCE)


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
    cables = Cable.objects.published().matching(question)
    request = SimpleNamespace(GET=query, path="")
    try:
        with in_time():
            set_for_now(statement_timeout=PATIENCE)
            return by_words(CableFilter(request, cables, tallies, question)).count()
    except TooSlow:
        return None
