"""The page of a place: its embassy, consulate and other posts together, through the years."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..graphics.bars import Band, bands, chart, decades, drawn, main_years, ticks
from ..models import Cable
from ..search.list_counts import ListCounts, initial
from ..search.place_lists import PlaceFacts, other_names_of, slug_of_place
from .browse import route
from .country_names import former_names
from .list_indexes import IndexEntry, by_letter, in_letters, index, spark
from .list_page import cable_list
from .places import OriginRow, origin_rows

NEAREST = 3
KILOMETRES = 6371  # The radius of the earth.


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post of a place and the runs of years of which it has cables."""

    origin: OriginRow
    bands: list[Band]


@require_safe
def place(request, slug, form="html"):
    """Cables of all origins of one place. Another name of it redirects to its page."""
    tallies = ListCounts.current()
    if slug not in tallies.place_pages:
        if present := slug_of_place(slug, tallies.place_pages):
            return redirect(route("place", form), present, permanent=True)
        raise Http404("Nothing published here is from this place.")
    facts = tallies.place_pages[slug]
    country, _ = tallies.countries[facts.country]
    years = tallies.years_of(facts.origins)
    shown = decades(years)
    context = {
        "heading": facts.name,
        "crumbs": [
            ("Origins", reverse("origins")),
            (country, reverse("country", args=[facts.country])),
            (facts.name, ""),
        ],
        "own": "place",
        "about": "cables/_posts.html",
        "names": other_names_of(facts),
        "country": (country, facts.country),
        "formerly": former_names(tallies, facts.iso2, facts.name),
        "origins": origin_rows(tallies, facts.origins),
        "posts": lambda: posts_of(tallies, facts, shown),
        "ticks": ticks(shown),
        "near": lambda: nearest(tallies, slug),
        "chart": lambda: chart(years, drawn(tallies.by_year)),
    }
    cables = Cable.objects.published().sent_by(tallies.origins[each][1] for each in facts.origins)
    return cable_list(request, tallies, cables, tallies.place_cables(slug), context, form=form)


@require_safe
def index_of_places(request):
    """All places that have origins of published cables, A to Z."""
    tallies = ListCounts.current()
    held = tallies.place_pages
    total = sum(map(tallies.place_cables, held))
    context = {"heading": "Places", "unit": "place", "total": total}
    context["elsewhere"] = tallies.total - total
    context["crumbs"] = [("Origins", reverse("origins")), ("Places", "")]
    context |= in_letters(tallies, lambda: {initial(each.name) for each in held.values()})
    return index(request, tallies, held, lambda: by_name(tallies), context)


def by_name(tallies: ListCounts) -> list:
    """Return the groups of places by their first letter."""
    years = main_years(tallies.by_year)
    return by_letter(
        (
            initial(each.name),
            IndexEntry(
                label=each.name,
                address=reverse("place", args=[slug]),
                cables=tallies.place_cables(slug),
                meaning=f"{len(each.origins)} origins" if len(each.origins) > 1 else "",
                spark=spark(tallies.years_of(each.origins), years),
            ),
        )
        for slug, each in tallies.place_pages.items()
    )


def posts_of(tallies: ListCounts, facts: PlaceFacts, shown: range) -> list[PostRow]:
    """Return the posts of a place with their years, the earliest first."""
    rows = origin_rows(tallies, facts.origins)
    years = {row.slug: tallies.years_of([row.slug]) for row in rows}
    rows = sorted(rows, key=lambda row: (min(years[row.slug]), row.name))
    return [PostRow(row, bands(years[row.slug], shown)) for row in rows]


def nearest(tallies: ListCounts, slug: str) -> list[tuple[str, str]]:
    """Return (name, slug) of the places with cables that are nearest to one."""
    points = {key: _point(tallies, each) for key, each in tallies.place_pages.items()}
    here = points.pop(slug)
    if here is None:
        return []
    far = {key: _distance(here, point) for key, point in points.items() if point}
    return [
        (tallies.place_pages[key].name, key) for key in sorted(far, key=far.__getitem__)[:NEAREST]
    ]


def _point(tallies: ListCounts, facts: PlaceFacts) -> tuple[float, float] | None:
    known = (tallies.places[origin] for origin in facts.origins)
    points = ((each.latitude, each.longitude) for each in known)
    return next(((n, e) for n, e in points if n is not None and e is not None), None)


def _distance(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Return the kilometres between two points on the earth (haversine)."""
    (north, east), (north_there, east_there) = map(radians, here), map(radians, there)
    half = sin((north_there - north) / 2) ** 2
    half += cos(north) * cos(north_there) * sin((east_there - east) / 2) ** 2
    return 2 * KILOMETRES * asin(sqrt(half))
