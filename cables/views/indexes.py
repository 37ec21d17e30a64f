"""The index of each list: what it can be browsed by, with how many cables stand there."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..tallies import REST, Tallies, initial, place


@dataclass
class Group:
    """A heading of an index and the lists under it.

    An entry is (label, address, cables, meaning); without cables it has no address.
    """

    heading: str
    entries: list
    address: str = ""
    letter: str = ""


@require_safe
def released(request, year=None, month=None):
    """The days of release: all of them, those of a year, or those of a month."""
    tallies = Tallies()
    start = f"{month:%Y-%m}" if month else str(year or "")
    days = {day: n for day, n in tallies.released.items() if str(day).startswith(start)}
    context = {
        "heading": heading("release date", year, month),
        "crumbs": crumbs("Releases", "released", year, month),
        "current": f"released-{start}",
        "unit": "day",
        "total": sum(days.values()),
    }
    return index(request, tallies, days, by_month, context)


@require_safe
def created(request, year=None):
    """The months in which cables were sent: all of them, or those of a year."""
    tallies = Tallies()
    months = {month: n for month, n in tallies.created.items() if year in (None, month.year)}
    context = {
        "heading": heading("creation date", year),
        "crumbs": crumbs("Creation dates", "created", year),
        "current": f"created-{year}",
        "unit": "month",
        "total": sum(months.values()),
    }
    return index(request, tallies, months, by_year, context)


@require_safe
def origins(request):
    """Every embassy, consulate, mission and office, A to Z by its place."""
    tallies = Tallies()
    context = {"heading": "Browse by origin", "unit": "origin", "total": tallies.total}
    return index(request, tallies, tallies.origins, by_place, context)


@require_safe
def tags(request):
    """Every tag, A to Z, with what it stands for."""
    tallies = Tallies()
    context = {"heading": "Browse by tag", "unit": "tag"}
    return index(
        request, tallies, tallies.tags, lambda tags: by_code(tags, tallies.labels), context
    )


@require_safe
def classifications(request):
    """Every classification, from the lowest."""
    context = {"heading": "Browse by classification", "tallies": Tallies()}
    return render(request, "cables/classifications.html", context)


def index(request, tallies, counts, group, context):
    """Render an index of lists; they are put in groups when its page is not in the cache."""
    if not counts and request.resolver_match.kwargs:
        raise Http404("No cable that is released here is from then.")
    shown = {"tallies": tallies, "counts": counts, "groups": lambda: group(counts)}
    return render(request, "cables/index.html", context | shown)


def heading(list_name, year=None, month=None):
    when = f"{month:%B %Y}" if month else year
    return f"Browse by {list_name}, {when}" if when else f"Browse by {list_name}"


def crumbs(label, route, year=None, month=None):
    """Return the way to an index of dates, the last step without an address."""
    steps = [(label, reverse(route))]
    if year or month:
        year = year or month.year
        steps.append((str(year), reverse(f"{route}_year", args=[year])))
    if month:
        steps.append((f"{month:%B}", ""))
    return [*steps[:-1], (steps[-1][0], "")]


def by_month(days):
    """Return the groups of days of release, latest first."""
    return [
        Group(
            heading=f"{month:%B %Y}",
            address=reverse("released_month", args=[month]),
            entries=[
                (f"{day.day} {day:%B}", reverse("released_day", args=[day]), cables, "")
                for day, cables in reversed(list(group))
            ],
        )
        for month, group in groupby(days.items(), lambda row: row[0].replace(day=1))
    ]


def by_year(months):
    """Return the groups of months of creation, earliest first; a year shows all its months."""
    return [
        Group(
            heading=str(year),
            address=reverse("created_year", args=[year]),
            entries=[month_entry(date(year, number, 1), months) for number in range(1, 13)],
        )
        for year in dict.fromkeys(month.year for month in months)
    ]


def month_entry(month, months):
    cables = months.get(month, 0)
    address = reverse("created_month", args=[month]) if cables else ""
    return f"{month:%b}", address, cables, ""


def by_place(origins):
    """Return the groups of origins under the letter of their place."""
    return by_letter(
        (initial(place(name)), (name, reverse("origin", args=[slug]), cables, ""))
        for slug, (name, _, cables) in origins.items()
    )


def by_code(tags, labels):
    """Return the groups of tags under their first letter."""
    return by_letter(
        (initial(code), (code, reverse("tag", args=[code]), cables, labels.get(code, "")))
        for code, cables in tags.items()
    )


def by_letter(entries):
    """Return a group for each letter of (letter, entry), entries being in order within it."""
    letters = {}
    for letter, entry in entries:
        letters.setdefault(letter, []).append(entry)
    return [
        Group(heading=letter, entries=letters[letter], letter=letter)
        for letter in sorted(letters, key=lambda letter: (letter == REST, letter))
    ]
