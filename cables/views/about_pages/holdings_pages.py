"""Counts of held, partial, withheld and missing cables by year, origin, tag and volume."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ...api.serializers import csv_response
from ...models import PublicChange
from ...search.holdings import COUNTS, KINDS, holdings, total
from ...search.list_counts import ListCounts, place
from ..list_pages.list_indexes import MANY, letter_groups

LIST_ROUTES = {"year": "created_year", "origin": "origin", "tag": "tag", "volume": "volume"}
OTHER = {"origin": "Other stations"}
LETTERED = ("origin", "tag")  # Long tables of these are folded by letter.
OVERLAPPING = ("tag", "volume")  # A cable can be in several rows.
TITLES = {kind: f"By {kind}" for kind in KINDS}


@require_safe
def holdings_page(request, kind="year"):
    """The counts of one kind, with links to the others."""
    if request.path != holdings_address(find_kind(kind)):
        return redirect(holdings_address(kind), permanent=True)
    counts = ListCounts.current()
    rows = holdings(kind, counts)
    shown = [(row, list_address(kind, row), row.label or OTHER[kind]) for row in rows]
    context = {
        "counts": counts,
        "kind": kind,
        "rows": shown,
        "groups": letter_groups(shown, sort_key) if len(shown) > MANY and kind in LETTERED else [],
        "total": None if kind in OVERLAPPING else total(rows),
        "left_out": sum(counts.left_out.values()),
        "tabs": [(TITLES[each], holdings_address(each), each == kind) for each in KINDS],
        "file": reverse("holdings_csv", args=[kind]),
        "changes": PublicChange.readable().exists(),
        "has_data_sets": bool(settings.DATA_SETS),
    }
    return render(request, "cables/holdings.html", context)


@require_safe
def holdings_csv(request, kind):
    """The same counts as CSV."""
    rows = holdings(find_kind(kind), ListCounts.current())
    lines = [(row.label or OTHER[kind], *(getattr(row, name) for name in COUNTS)) for row in rows]
    return csv_response([kind, *COUNTS], lines, f"holdings-by-{kind}")


def sort_key(row):
    """Return what a row of the page is sorted by: a tag, or the place of an origin."""
    return place(row[2])


def find_kind(kind):
    if kind not in KINDS:
        raise Http404("There are counts by year, origin, tag and volume only.")
    return kind


def holdings_address(kind):
    return reverse("holdings") if kind == "year" else reverse("holdings_by", args=[kind])


def list_address(kind, row):
    """Return the address of the list of a row's cables, "" if none is held."""
    return reverse(LIST_ROUTES[kind], args=[row.address or row.label]) if row.held else ""
