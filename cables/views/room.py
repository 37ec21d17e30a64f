"""The room itself: home."""

import re

from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..asking import STOP_WORDS
from ..charts import chart
from ..models import Cable
from ..references import canonical_reference, find_reference
from ..tallies import Tallies
from .paging import read_rows

LATEST = 10
MOST_LISTS = 8


@require_safe
def home(request):
    """What the room holds, and what came last; ?ref= looks a reference up in any text."""
    lookup = request.GET.get("ref", "")
    if reference := find_reference(lookup) or misspelt(lookup):
        return redirect("cable", reference)
    latest = Cable.objects.published().listed().primary_keys()[:LATEST]
    tallies = Tallies()
    context = {
        "lookup": lookup,
        "lists": find_lists(lookup, tallies) if lookup else (),
        "tallies": tallies,
        "latest": read_rows(list(latest)),
        "chart": lambda: chart(tallies.by_year),
    }
    return render(request, "cables/home.html", context)


def misspelt(lookup):
    """Return a reference with blanks whose station nobody knows, "06 Lisbno 900412", or ""."""
    try:
        return canonical_reference(lookup, any_year=True)
    except ValueError:
        return ""


def find_lists(words, tallies):
    """Return (label, address) of the origins and tags that some words name: "Lisb", "scul"."""
    named = " ".join(words.split()).casefold()
    if not named or named in STOP_WORDS:
        return []
    begins = re.compile(rf"(?<!\w){re.escape(named)}")
    origins = [
        (name, reverse("origin", args=[slug]))
        for slug, (name, _, _) in tallies.origins.items()
        if begins.search(name.casefold())
    ]
    tags = [
        (f"tag {code}", reverse("tag", args=[code]))
        for code in tallies.tags
        if named in (code.casefold(), tallies.glossary.get(code, ("",))[0].casefold())
    ]
    return (origins + tags)[:MOST_LISTS]
