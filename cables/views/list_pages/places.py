"""Lists by origin, place and country, and the indexes of places and countries."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from ...graphics.bars import Band, bands, chart, decades, drawn, ticks
from ...graphics.world_map import Spot
from ...models import Cable, Origin
from ...models.querysets import READER
from ...search.list_counts import ListCounts, OriginFacts, initial
from ...search.list_counts import place as place_in
from ...search.name_spellings import PlaceFacts, other_names_of, slug_of_place, years_in_words
from ...telegram.cities import OPEN, Period, fold, period_at, periods_of, place_of, sharers
from ...telegram.references import station_aliases
from .browse import route, under_letter
from .list_indexes import letter_index
from .list_page import cable_list

NEAREST = 3
KILOMETRES = 6371  # The radius of the earth.


@dataclass(frozen=True, slots=True)
class OriginRow:
    name: str
    slug: str
    cables: int
    place: OriginFacts
    country: str


@require_safe
def origin(request, slug, form="html"):
    counts = ListCounts.current()
    if not (present := present_slug(slug, counts)):
        raise Http404("Nothing published here is from this origin.")
    if present != slug:
        return redirect(route("origin", form), present, permanent=True)
    name, pk, count = counts.origins[slug]
    context = under_letter("origin", "origins", initial(place_in(name)), name)
    context |= {
        "about": "cables/list/_about_origin.html",
        "origin": lambda: origin_facts(counts, slug),
        "slug": slug,
        "chart": lambda: chart(counts.origin_years.get(pk, {}), drawn(counts.by_year)),
    }
    cables = Cable.objects.published().sent_by([pk])
    return cable_list(request, counts, cables, count, context, form=form)


def present_slug(slug, counts):
    """Return the slug of an origin that has cables: its own, or that into which it was merged."""
    if slug in counts.origins:
        return slug
    merged = Origin.objects.using(READER).filter(slug=slug, merged_into__isnull=False)
    return merged.values_list("merged_into__slug", flat=True).first() or ""


@require_safe
def country(request, slug, form="html"):
    counts = ListCounts.current()
    if slug not in counts.countries:
        if present := slug_of_former(counts, slug):
            return redirect(route("country", form), present, permanent=True)
        raise Http404("Nothing published here is from this country.")
    name, slugs = counts.countries[slug]
    context = {
        "heading": name,
        "crumbs": [
            ("Origins", reverse("origins")),
            ("Countries", reverse("countries")),
            (name, ""),
        ],
        "own": "country",
        "about": "cables/list/_about_country.html",
        "origins": origin_rows(counts, slugs),
        "places": [
            (known.name, key) for key, known in counts.place_pages.items() if known.country == slug
        ],
        "formerly": former_names(counts, code_of(counts, slug)),
        "chart": lambda: chart(counts.country_years(slug), drawn(counts.by_year)),
    }
    cables = Cable.objects.published().sent_by(counts.origins[each][1] for each in slugs)
    count = counts.country_cables(slug)
    return cable_list(request, counts, cables, count, context, form=form)


@require_safe
def countries(request):
    """All countries that have origins of published cables, A to Z."""
    counts = ListCounts.current()
    held = {
        slug: (name, counts.country_cables(slug), len(origins))
        for slug, (name, origins) in counts.countries.items()
    }
    return index_of_regions(request, counts, "Countries", "country", held, counts.country_years)


@require_safe
def index_of_places(request):
    """All places that have origins of published cables, A to Z."""
    counts, pages = ListCounts.current(), ListCounts.current().place_pages
    held = {
        slug: (each.name, counts.place_cables(slug), len(each.origins))
        for slug, each in pages.items()
    }

    def years_of(slug):
        return counts.years_of(pages[slug].origins)

    return index_of_regions(request, counts, "Places", "place", held, years_of)


def index_of_regions(request, counts, heading, unit, held, years_of):
    """Render the index of places or countries: `held` is {slug: (name, cables, origins)}.

    `unit` is the route of one; `years_of` returns {year: cables} of a slug.
    """
    total = sum(cables for _, cables, _ in held.values())
    context = {"heading": heading, "unit": unit, "total": total}
    context["elsewhere"] = counts.total - total
    context["crumbs"] = [("Origins", reverse("origins")), (heading, "")]

    def rows():
        for slug, (name, cables, n) in held.items():
            yield initial(name), slug, name, cables, f"{n} origins" * (n > 1), years_of(slug)

    return letter_index(request, counts, held, rows, context)


def origin_facts(counts, slug):
    """Return the facts about an origin that its page begins with."""
    known = counts.places[slug]
    country, beside = counts.countries.get(known.country, ("", []))
    spellings = station_aliases().items()
    years = counts.years_of([slug])
    town = place_of(known.city)
    return {
        "town": next(
            ((each.name, key) for key, each in counts.place_pages.items() if slug in each.origins),
            None,
        ),
        "formerly": former_names(
            counts,
            code_of(counts, known.country),
            town,
            counts.origins[slug][0],
            min(years),
            max(years),
        ),
        "place": known,
        "country": country,
        "beside": origin_rows(counts, (each for each in beside if each != slug)),
        "same": origin_rows(counts, known.same),
        "spellings": sorted(alias for alias, station in spellings if station in known.stations),
    }


def origin_rows(counts, slugs, cables_of=None):
    """Return the rows of the origins with these slugs, in that order.

    `cables_of` is {primary key: cables} of a part of the archive; origins without any are left
    out.
    """
    rows = []
    for slug in slugs:
        (name, key, cables), known = counts.origins[slug], counts.places[slug]
        if cables_of is not None and not (cables := cables_of.get(key, 0)):
            continue
        country, _ = counts.countries.get(known.country, ("", []))
        rows.append(OriginRow(name, slug, cables, known, country))
    return rows


def spots_of(rows: list[OriginRow]) -> list[Spot]:
    """Return the points of the origins whose position is known."""
    return [
        Spot(row.slug, row.place.latitude, row.place.longitude, row.cables)
        for row in rows
        if row.place.latitude is not None and row.place.longitude is not None
    ]


@dataclass(frozen=True, slots=True)
class FormerName:
    """A former name of a country, with its years, and the countries that shared that state."""

    name: str
    years: str  # ", 1922 to 1991".
    shared: list[tuple[str, str]]  # (name, slug) of countries with cables.


def former_names(
    counts: ListCounts,
    iso2: str,
    place: str = "",
    origin: str = "",
    since: int = 0,
    until: int = OPEN,
) -> list[FormerName]:
    """Return the former names of a country, earliest first.

    With a place only those that its part of the country had, with an origin those of its part of
    the place, and only those of some years.
    """
    return [
        FormerName(
            # One of a part of the country is shown with the places in it.
            period.name + ("" if place or not period.places else f" ({', '.join(period.places)})"),
            years_in_words(period.since, period.until),
            [
                (counts.countries[slug][0], slug)
                for slug in (counts.country_codes.get(code, "") for code in sharers(period))
                if slug in counts.countries
            ],
        )
        for period in periods_of(iso2)
        if (not place or _applies(period, place, origin))
        and period.since <= until
        and since <= period.until
    ]


def _applies(period: Period, place: str, origin: str) -> bool:
    """Return whether a former name of a country was that of a place in it, or of an origin there.

    Leipzig was not in the Federal Republic while it was in the Democratic Republic.
    """
    there = [origin] if origin else ["", *period.origins]
    return any(period_at(period.iso2, place, period.since, each) == period for each in there)


def code_of(counts: ListCounts, slug: str) -> str:
    """Return the ISO code of a country, by its slug; "" if it is not listed."""
    return next((code for code, known in counts.country_codes.items() if known == slug), "")


def slug_of_former(counts: ListCounts, slug: str) -> str:
    """Return the slug of a country that had this former name: "soviet-union"; "" if none had.

    Of several, the one with most cables is returned.
    """
    held = [
        known
        for code, known in counts.country_codes.items()
        if any(fold(period.name) == fold(slug) for period in periods_of(code))
    ]
    return max(held, key=counts.country_cables, default="")


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post of a place and the runs of years of which it has cables."""

    origin: OriginRow
    bands: list[Band]


@require_safe
def place(request, slug, form="html"):
    """Cables of all origins of one place. Another name of it redirects to its page."""
    counts = ListCounts.current()
    if slug not in counts.place_pages:
        if present := slug_of_place(slug, counts.place_pages):
            return redirect(route("place", form), present, permanent=True)
        raise Http404("Nothing published here is from this place.")
    facts = counts.place_pages[slug]
    country, _ = counts.countries[facts.country]
    years = counts.years_of(facts.origins)
    shown = decades(years)
    context = {
        "heading": facts.name,
        "crumbs": [
            ("Origins", reverse("origins")),
            (country, reverse("country", args=[facts.country])),
            (facts.name, ""),
        ],
        "own": "place",
        "about": "cables/list/_about_place.html",
        "names": other_names_of(facts),
        "country": (country, facts.country),
        "formerly": former_names(counts, facts.iso2, facts.name),
        "origins": origin_rows(counts, facts.origins),
        "posts": lambda: posts_of(counts, facts, shown),
        "ticks": ticks(shown),
        "near": lambda: nearest(counts, slug),
        "chart": lambda: chart(years, drawn(counts.by_year)),
    }
    cables = Cable.objects.published().sent_by(counts.origins[each][1] for each in facts.origins)
    return cable_list(request, counts, cables, counts.place_cables(slug), context, form=form)


def posts_of(counts: ListCounts, facts: PlaceFacts, shown: range) -> list[PostRow]:
    """Return the posts of a place with their years, the earliest first."""
    rows = origin_rows(counts, facts.origins)
    years = {row.slug: counts.years_of([row.slug]) for row in rows}
    rows = sorted(rows, key=lambda row: (min(years[row.slug]), row.name))
    return [PostRow(row, bands(years[row.slug], shown)) for row in rows]


def nearest(counts: ListCounts, slug: str) -> list[tuple[str, str]]:
    """Return (name, slug) of the places with cables that are nearest to one."""
    points = {
        key: (spots[0].latitude, spots[0].longitude)
        for key, each in counts.place_pages.items()
        if (spots := spots_of(origin_rows(counts, each.origins)))
    }
    here = points.pop(slug, None)
    if here is None:
        return []
    far = {key: _distance(here, point) for key, point in points.items()}
    return [
        (counts.place_pages[key].name, key) for key in sorted(far, key=far.__getitem__)[:NEAREST]
    ]


def _distance(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Return the kilometres between two points on the earth (haversine)."""
    (north, east), (north_there, east_there) = map(radians, here), map(radians, there)
    half = sin((north_there - north) / 2) ** 2
    half += cos(north) * cos(north_there) * sin((east_there - east) / 2) ** 2
    return 2 * KILOMETRES * asin(sqrt(half))
