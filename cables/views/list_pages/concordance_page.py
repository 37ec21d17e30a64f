"""A concordance of what a search finds: each place of the words in its line, page and CSV."""

from hashlib import blake2b

from django.core.cache import caches
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ...api.serializers import csv_response
from ...search.concordance import SORTS, ConcordanceLine, lines_of, sorted_lines
from ...search.filters import ListQuery
from ...search.list_counts import ListCounts
from ...search.run_search import answer
from ...search.snippets import NEEDED
from ...search_index.reader import IndexNotReady
from ...telegram.dates import format_date
from .paging import read_rows, until_complete
from .search_hints import Understood
from .search_page import get_results, not_ready, refused, without_blanks

MOST_SORTED = 200  # Cables whose lines are sorted by what stands beside the words,
MOST_LINES = 1_000  # and of these lines the most that are shown.
BATCH = 200  # Cables that are read at once.
COLUMNS = ("reference", "sent", "origin", "paragraph", "left", "words", "right", "address")
ORDERS = {"": "As found", "created": "Oldest", "-created": "Newest"}
SORTED_BY = {"left": "Words before", "right": "Words after", "origin": "Origin"}


@require_safe
def concordance(request, form="html"):
    """Every place of the words of ?q= in what the search finds; ?by= sorts by what is beside."""
    if moved := without_blanks(request):
        return moved
    asked = ListQuery.from_request(request)
    counts = ListCounts.current()
    try:
        found = answer(asked, counts)
        if form == "csv":
            return refused(found.filters) if found.filters.notes else lines_as_csv(request, found)
        response = concordance_page(request, asked, found, counts)
    except IndexNotReady:
        return not_ready(request, asked.question, counts)
    return until_complete(response, found.is_complete)


def concordance_page(request, asked, found, counts):
    by = request.GET.get("by", "")
    by = by if by in SORTS else ""
    context = {
        "asked": found.filters,
        "question": found.filters.question,
        "typed": asked.question.text,
        "found": found,
        "counts": counts,
        "understood": Understood(found, asked.question),
        "notes": found.notes,
        "orders": orders(found.filters, by),
        "in_results": f"{reverse('search')}{found.filters.query()}",
        "query": found.filters.query(),
        "most": MOST_LINES,
    }
    if by:
        cables, lines = lines_to_sort(found, counts)
        context |= {"lines": sorted_lines(lines, by)[:MOST_LINES], "sorted": cables}
    elif found.filters.question.groups:
        page = get_results(request, found)
        context |= {"page": page, "lines": [*lines_of(page.object_list, found.filters.question)]}
    return render(request, "cables/concordance.html", context)


def lines_to_sort(found, counts):
    """Return (number of cables, their lines) of the first MOST_SORTED cables of a search.

    They are kept as pages of searches are, for their other orders. Bodies are not.
    """
    keys = found.found[:MOST_SORTED]
    asked = repr((counts.token, found.filters.query(), keys)).encode()
    name, cache = f"lines-{blake2b(asked, digest_size=16).hexdigest()}", caches["questions"]
    if (kept := cache.get(name)) is None:
        rows = read_rows(keys, *NEEDED)
        lines = [
            (line.cable.pk, line.paragraph, line.left, line.words, line.right)
            for line in lines_of(rows, found.filters.question)
        ]
        cache.set(name, kept := (len(rows), lines))
    cables, lines = kept
    rows = {row.pk: row for row in read_rows(keys)}
    return cables, [ConcordanceLine(rows[pk], *line) for pk, *line in lines if pk in rows]


def orders(filters, by):
    """Return (label, address, whether it is the current one) of the orders of the lines."""
    current = "" if filters.order == filters.usual else filters.order
    listed = [
        (label, filters.address(sort=order or None), not by and order == current)
        for order, label in ORDERS.items()
    ]
    address = filters.address(by=None)
    joined = f"{address}{'&' if '?' in address else '?'}by="
    return listed + [(label, f"{joined}{name}", name == by) for name, label in SORTED_BY.items()]


def lines_as_csv(request, found):
    """Return all lines of all results, which are read while the file is sent."""
    here = request.build_absolute_uri

    def rows():
        for start in range(0, found.total, BATCH):
            cables = read_rows(found.found[start : start + BATCH], *NEEDED)
            for line in lines_of(cables, found.filters.question):
                cable = line.cable
                sent = format_date(cable.created, cable.created_precision)
                yield (
                    *(cable.reference, sent, cable.origin.name, line.paragraph),
                    *(line.left, line.words, line.right, here(line.address)),
                )

    return csv_response(COLUMNS, rows(), "concordance")
