"""JSON for programs: the cables of a list, with cursors, and the lists of each kind."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from ...api import serializers
from ...api.cursors import read_cursor, write_cursor
from ...api.openapi import document
from ...api.problems import problem
from ...glossary.entries import find, slug
from ...models.querysets import ORDERS
from ...search.list_counts import ListCounts
from .paging import read_rows

OF_SOURCES = ("collection", "volume")  # Their cables are those of /cable.json with a parameter.
DEFAULT_LIMIT, MOST = 100, 500  # Cables per response.


def json_response(values: dict) -> HttpResponse:
    """Return values as indented JSON in UTF-8."""
    return JsonResponse(values, json_dumps_params={"ensure_ascii": False, "indent": 1})


def cables_as_json(request, filters, count, title):
    """Return ?limit= cables of a list that follow ?cursor=, as JSON.

    Invalid parameters are errors, not ignored: a program could not tell that it got other cables.
    """
    try:
        limit = read_limit(request.GET.get("limit", str(DEFAULT_LIMIT)))
        text = request.GET.get("cursor", "")
        key = read_cursor(text, filters.order, ORDERS[filters.order]) if text else ()
    except ValueError as error:
        return problem(400, str(error))
    if filters.notes:
        return problem(400, " ".join(filters.notes))
    keys = filters.qs.portion(filters.order, key, limit + 1)
    portion, more = keys[:limit], keys[limit:]
    rows = read_rows([each[-1] for each in portion], *serializers.NEEDED)
    total = None
    if not key:
        total = filters.qs.primary_keys().count() if filters.narrowed else count
    last = write_cursor(filters.order, portion[-1][:-1]) if more else ""
    next_page = filters.address(cursor=last, limit=request.GET.get("limit")) if more else ""
    return list_as_json(request, title, total, rows, next_page)


def list_as_json(request, title, total, rows, next_page):
    """Return a portion of a list as JSON. Only the first has the total; "" is no next one."""
    here = request.build_absolute_uri
    values = {"title": title} | ({} if total is None else {"total": total})
    values["cables"] = serializers.cable_rows(rows, here)
    values["next"] = here(next_page) if next_page else None
    return json_response(values)


def read_limit(text):
    """Return ?limit= as a number. Raises ValueError, whose message has the range."""
    if not (text.isascii() and text.isdecimal() and len(text) < 9 and 1 <= int(text) <= MOST):
        raise ValueError(f"limit is 1 to {MOST}.")
    return int(text)


@require_safe
def openapi(request):
    """The OpenAPI description of all JSON addresses."""
    return json_response(document(request.build_absolute_uri("/").rstrip("/")))


@require_safe
def lists(request, kind):
    """All lists of a kind that have cables, with counts."""
    route, entries = KINDS[kind]
    counts, here = ListCounts.current(), request.build_absolute_uri
    rows = [
        {
            "value": value,
            "label": label,
            "cables": count,
            "address": here(reverse(route, args=[arg])),
            "data": here(data_address(route, arg)),
            **more,
        }
        for value, label, count, arg, more in entries(counts)
    ]
    return json_response({"kind": kind, "lists": rows})


def data_address(route, arg):
    """Return the address of a list as JSON; that of a source is a part of all cables."""
    if route in OF_SOURCES:
        return f"{reverse('latest_data')}?{urlencode({route: arg})}"
    return reverse(f"{route}_data", args=[arg])


def of_origins(counts):
    for value, (name, _, count) in counts.origins.items():
        place = counts.places[value]
        more = {"country": place.country or None, "city": place.city or None}
        more |= {"latitude": place.latitude, "longitude": place.longitude}
        yield value, name, count, value, more


def of_markings(kind):
    """Return the function that yields the captions ("caption") or portion marks ("mark")."""

    def entries(counts):
        for code, count in getattr(counts, f"{kind}s").items():
            entry = find(kind, code)
            yield code, entry.words if entry else None, count, slug(code), {}

    return entries


# Kind of lists -> route of one list, and a function of ListCounts that yields
# (value in a filter, label, cables, argument of the route, further values).
KINDS = {
    "released": (
        "released_day",
        lambda counts: (
            (f"{day}", f"{day.day} {day:%B %Y}", n, day, {}) for day, n in counts.released.items()
        ),
    ),
    "created": (
        "created_month",
        lambda counts: (
            (f"{month:%Y-%m}", f"{month:%B %Y}", n, month, {})
            for month, n in counts.created.items()
        ),
    ),
    "origin": ("origin", of_origins),
    "place": (
        "place",
        lambda counts: (
            (value, place.name, counts.place_cables(value), value, {"country": place.country})
            for value, place in counts.place_pages.items()
        ),
    ),
    "country": (
        "country",
        lambda counts: (
            (value, name, counts.country_cables(value), value, {})
            for value, (name, _) in counts.countries.items()
        ),
    ),
    "tag": (
        "tag",
        lambda counts: (
            (code, counts.glossary.get(code, ("", ""))[0] or None, n, code, {})
            for code, n in counts.tags.items()
        ),
    ),
    "classification": (
        "classification",
        lambda counts: (
            (value, known.label, n, value, {})
            for value, (known, n) in counts.classifications.items()
        ),
    ),
    "caption": ("caption", of_markings("caption")),
    "mark": ("mark", of_markings("mark")),
    "person": (
        "person",
        lambda counts: (
            (value, person.name, person.cables, value, {})
            for value, person in counts.persons.items()
        ),
    ),
    "collection": (
        "collection",
        lambda counts: (
            (value, name, ListCounts.current(value).total, value, {})
            for value, name in counts.collections.items()
        ),
    ),
    "volume": (
        "volume",
        lambda counts: (
            (value, held.title, held.cables, value, {}) for value, held in counts.volumes.items()
        ),
    ),
}


def list_addresses(counts: ListCounts) -> Iterator[tuple[str, int]]:
    """Yield (address, number of cables) of each list but those of sources."""
    for kind, (route, entries) in KINDS.items():
        if kind not in OF_SOURCES:
            yield from ((reverse(route, args=[arg]), n) for _, _, n, arg, _ in entries(counts))
