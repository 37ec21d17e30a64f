"""The home page."""

from collections import Counter

from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from ..graphics.bars import chart, main_years, spark_steps, sparkline
from ..graphics.world_map import WORLD
from ..models import Cable
from ..search.list_counts import ListCounts
from ..telegram.references import find_reference
from .list_pages.paging import read_rows
from .list_pages.places import origin_rows, spots_of
from .list_pages.search_hints import find_lists, misspelt
from .worth_reading import worth_reading

LATEST = 10
MOST_DOTS = 40  # Of the largest origins, on the small map.
MOST_TAGS = 4


@require_safe
def home(request):
    """Counts and latest releases. ?ref= redirects to the cable of a reference in any text."""
    lookup = request.GET.get("ref", "")
    if reference := find_reference(lookup) or misspelt(lookup):
        return redirect("cable", reference)
    counts = ListCounts.current()
    published = Cable.objects.published()
    latest = published.listed() if counts.released else published.order_by("-pk")
    context = {
        "lookup": lookup,
        "lists": find_lists(lookup, counts) if lookup else (),
        "counts": counts,
        "latest": read_rows(list(latest.primary_keys()[:LATEST])),
        "chart": lambda: chart(counts.by_year),
        "worth_reading": lambda: worth_reading(counts),
        "overview": lambda: overview(counts),
        "held": lambda: [
            (slug, name, ListCounts.current(slug)) for slug, name in counts.collections.items()
        ],
    }
    return render(request, "cables/home.html", context)


def overview(counts):
    """Return what the ways into the archive show: a map, years, the commonest tags or chapters."""
    rows = sorted(origin_rows(counts, counts.origins), key=lambda row: -row.cables)[:MOST_DOTS]
    years = main_years(counts.by_year)
    tags = sorted(counts.tags, key=lambda code: (-counts.tags[code], code))
    known = [code for code in tags if "," not in code and counts.glossary.get(code, ("",))[0]]
    return {
        "world": WORLD,
        "dots": WORLD.dots(spots_of(rows), max((row.cables for row in rows), default=1)),
        "spark": sparkline(counts.by_year, years),
        "bars": -(-len(years) // spark_steps(years)),
        "busiest": max(counts.by_year, key=counts.by_year.__getitem__, default=0),
        "chapters": largest_chapters(counts),
        "tags": [(code, counts.glossary[code][0]) for code in known[:MOST_TAGS]],
    }


def largest_chapters(counts):
    """Return (volume, chapter, title) of the largest chapter of the volumes with the largest.

    A title that several chapters have, "Correspondence", says too little without its volume.
    """
    parts = [
        (part.cables, volume, chapter, part.title)
        for volume, held in counts.volumes.items()
        for chapter, part in held.chapters.items()
    ]
    titles = Counter(title.casefold() for *_, title in parts)
    largest: dict[str, tuple[str, str, str]] = {}
    for _, volume, chapter, title in sorted(parts, reverse=True):
        if titles[title.casefold()] == 1:
            largest.setdefault(volume, (volume, chapter, title))
    return list(largest.values())[:MOST_TAGS]
