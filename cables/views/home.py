"""The home page."""

import re

from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..graphics.bars import chart
from ..models import Cable
from ..search.list_counts import ListCounts
from ..search.query import STOP_WORDS
from ..telegram.references import canonical_reference, find_reference
from .paging import read_rows

LATEST = 10
MOST_LISTS = 8


@require_safe
def home(request):
    """Counts and latest releases. ?ref= redirects to the cable of a reference in any text."""
    lookup = request.GET.get("ref", "")
    if reference := find_reference(lookup) or misspelt(lookup):
        return redirect("cable", reference)
    tallies = ListCounts.current()
    published = Cable.objects.published()
    latest = published.listed() if tallies.released else published.order_by("-pk")
    context = {
        "lookup": lookup,
        "lists": find_lists(lookup, tallies) if lookup else (),
        "tallies": tallies,
        "latest": read_rows(list(latest.primary_keys()[:LATEST])),
        "chart": lambda: chart(tallies.by_year),
    }
    return render(request, "cables/home.html", context)


def misspelt(lookup):
    """Return the reference of an unknown station with blanks, "06 Lisbno 900412", or ""."""
    try:
        return canonical_reference(lookup, any_year=True)
    except ValueError:
        return ""


def find_lists(words, tallies):
    """Return (label, address) of the origins and tags that match words: "Lisb", "scul"."""
    words = " ".join(words.split()).casefold()
    if not words or words in STOP_WORDS:
        return []
    begins = re.compile(rf"(?<!\w){re.escape(words)}")
    origins = [
        (name, reverse("origin", args=[slug]))
        for slug, (name, _, _) in tallies.origins.items()
        if begins.search(name.casefold())
    ]
    tags = [
        (f"tag {code}", reverse("tag", args=[code]))
        for code in tallies.tags
        if words in (code.casefold(), tallies.glossary.get(code, ("",))[0].casefold())
    ]
    return (origins + tags)[:MOST_LISTS]
