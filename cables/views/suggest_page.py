"""Suggestions for what is typed into the search box, as data and as a page."""

from contextlib import suppress
from itertools import groupby

from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from ..search.list_counts import ListCounts
from ..search.query import clean
from ..search.suggestions import Suggestion, index_is_complete, suggestions
from ..search_index.reader import IndexNotReady
from .data import json_response

# Sort of suggestions -> their heading.
HEADINGS = {
    **{"cable": "Cables", "post": "Origins", "place": "Places", "country": "Countries"},
    **{"tag": "Tags", "term": "Glossary", "volume": "Volumes", "word": "Words in cables"},
}


@require_safe
def suggest(request, form="html"):
    """What ?q= may be the beginning of; nothing while the search index is being built."""
    typed, tallies = clean(request.GET.get("q", "")), ListCounts.current()
    found, is_complete = [], False
    with suppress(IndexNotReady):
        found, is_complete = suggestions(typed, tallies), index_is_complete()
    response = FORMS[form](request, typed, found, tallies)
    if not is_complete:  # Soon it is another answer of the same edition.
        response["Cache-Control"] = "private, no-store"
    return response


def as_groups(found: list[Suggestion], tallies: ListCounts) -> list[dict]:
    """Return suggestions by sort, under headings."""
    return [
        {
            "heading": tallies.as_held(HEADINGS[sort]),
            "suggestions": [as_row(each, tallies) for each in some],
        }
        for sort, some in groupby(found, key=lambda each: each.sort)
    ]


def suggestions_page(request, typed, found, tallies):
    """Render suggestions as a page with links."""
    context = {"heading": "Suggestions", "sought": typed, "tallies": tallies}
    return render(
        request, "cables/suggestions.html", context | {"groups": as_groups(found, tallies)}
    )


def suggestions_json(request, typed, found, tallies):
    """Send suggestions as data, for static/js/suggest.js and other programs."""
    return json_response({"groups": as_groups(found, tallies)})


def as_row(suggestion: Suggestion, tallies: ListCounts) -> dict[str, str]:
    """Return a suggestion as the page and the script of the search box show it."""
    if suggestion.sort == "word":
        address = f"{reverse('search')}?{urlencode({'q': suggestion.value})}"
    else:
        address = reverse(suggestion.route, args=[suggestion.value])
    n = suggestion.cables
    counted = "" if n is None else f"{n:,} {tallies.noun}{'' if n == 1 else 's'}"
    detail = ", ".join(filter(None, [suggestion.detail, counted]))
    return {"label": suggestion.label, "detail": detail, "address": address}


FORMS = {"html": suggestions_page, "json": suggestions_json}
