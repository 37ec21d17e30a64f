"""Suggestions for what is typed into the search box, as data and as a page."""

from itertools import groupby

from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from ..search.list_counts import ListCounts
from ..search.query import clean
from ..search.suggestions import Suggestion, suggestions
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
    try:
        found = suggestions(typed, tallies)
    except IndexNotReady:
        found = []
    groups = [
        {"heading": HEADINGS[sort], "suggestions": [*map(as_row, some)]}
        for sort, some in groupby(found, key=lambda each: each.sort)
    ]
    if form == "json":
        return json_response({"groups": groups})
    context = {"heading": "Suggestions", "sought": typed, "groups": groups, "tallies": tallies}
    return render(request, "cables/suggestions.html", context)


def as_row(suggestion: Suggestion) -> dict[str, str]:
    """Return a suggestion as the page and the script of the search box show it."""
    if suggestion.sort == "word":
        address = f"{reverse('search')}?{urlencode({'q': suggestion.value})}"
    else:
        address = reverse(suggestion.route, args=[suggestion.value])
    counted = "" if suggestion.cables is None else number_of_cables(suggestion.cables)
    detail = ", ".join(filter(None, [suggestion.detail, counted]))
    return {"label": suggestion.label, "detail": detail, "address": address}


def number_of_cables(count: int) -> str:
    return f"{count:,} cable{'' if count == 1 else 's'}"
