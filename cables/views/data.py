"""Lists for programs: the cables of one, portion by portion, and the lists of each kind."""

from django.http import JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from .. import downloads
from ..cursors import read_cursor, write_cursor
from ..glossary import find, slug
from ..openapi import document
from ..problems import problem
from ..querysets import ORDERS
from ..tallies import Tallies
from .paging import read_rows

USUAL, MOST = 100, 500  # Cables of a portion.


def as_data(said):
    return JsonResponse(said, json_dumps_params={"ensure_ascii": False, "indent": 1})


def cables(request, asked, count, title):
    """Answer with the cables of a list behind ?cursor=, ?limit= of them.

    What makes no sense is refused: a program would take other cables for those that it asked for.
    """
    try:
        limit = read_limit(request.GET.get("limit", str(USUAL)))
        text = request.GET.get("cursor", "")
        key = read_cursor(text, asked.order, ORDERS[asked.order]) if text else ()
    except ValueError as error:
        return problem(400, str(error))
    if asked.notes:
        return problem(400, " ".join(asked.notes))
    found = asked.qs.portion(asked.order, key, limit + 1)
    portion, more = found[:limit], found[limit:]
    here = request.build_absolute_uri
    rows = read_rows([each[-1] for each in portion], *downloads.NEEDED)
    said = {"title": title}
    if not key:  # A program that goes on knows it.
        said["total"] = asked.qs.primary_keys().count() if asked.narrowed else count
    said["cables"] = downloads.listed(rows, here)
    last = write_cursor(asked.order, portion[-1][:-1]) if more else ""
    kept = request.GET.get("limit")
    said["next"] = here(asked.address(cursor=last, limit=kept)) if more else None
    return as_data(said)


def read_limit(text):
    """Return how many cables are asked for. Raises ValueError, which says how many can be."""
    if not (text.isascii() and text.isdecimal() and len(text) < 9 and 1 <= int(text) <= MOST):
        raise ValueError(f"limit is 1 to {MOST}.")
    return int(text)


@require_safe
def openapi(request):
    """Describe to programs all that they can ask."""
    return as_data(document(request.build_absolute_uri("/").rstrip("/")))


@require_safe
def lists(request, kind):
    """Every list of a kind that holds a cable, with how many it holds."""
    route, entries = KINDS[kind]
    tallies, here = Tallies(), request.build_absolute_uri
    said = [
        {
            "value": value,
            "label": label,
            "cables": count,
            "address": here(reverse(route, args=[place])),
            "data": here(reverse(f"{route}_data", args=[place])),
            **more,
        }
        for value, label, count, place, more in entries(tallies)
    ]
    return as_data({"kind": kind, "lists": said})


def of_days(tallies):
    return (
        (f"{day}", f"{day.day} {day:%B %Y}", count, day, {})
        for day, count in tallies.released.items()
    )


def of_months(tallies):
    return (
        (f"{month:%Y-%m}", f"{month:%B %Y}", count, month, {})
        for month, count in tallies.created.items()
    )


def of_origins(tallies):
    for value, (name, _, count) in tallies.origins.items():
        place = tallies.places[value]
        more = {"country": place.country or None, "city": place.city or None}
        more |= {"latitude": place.latitude, "longitude": place.longitude}
        yield value, name, count, value, more


def of_countries(tallies):
    for value, (name, _) in tallies.countries.items():
        yield value, name, tallies.country_cables(value), value, {}


def of_tags(tallies):
    for code, count in tallies.tags.items():
        yield code, tallies.glossary.get(code, ("", ""))[0] or None, count, code, {}


def of_classifications(tallies):
    for value, (known, count) in tallies.classifications.items():
        yield value, known.label, count, value, {}


def of_markings(kind):
    """Return what lists the captions, or the portion marks."""

    def entries(tallies):
        for code, count in getattr(tallies, f"{kind}s").items():
            entry = find(kind, code)
            yield code, entry.words if entry else None, count, slug(code), {}

    return entries


# Kind of lists -> the route of one of them, and (value in a filter, label, cables, place, more).
KINDS = {
    "released": ("released_day", of_days),
    "created": ("created_month", of_months),
    "origin": ("origin", of_origins),
    "country": ("country", of_countries),
    "tag": ("tag", of_tags),
    "classification": ("classification", of_classifications),
    "caption": ("caption", of_markings("caption")),
    "mark": ("mark", of_markings("mark")),
}
