"""Lists by origin and country, and the index of countries."""

from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..graphics.bars import chart, drawn, main_years
from ..graphics.world_map import Spot
from ..models import Cable, Origin
from ..models.querysets import READER
from ..search.list_counts import ListCounts, OriginFacts, initial, place
from ..telegram.cities import place_of
from ..telegram.references import station_aliases
from .browse import route, under_letter
from .country_names import code_of, former_names, slug_of_former
from .list_indexes import IndexEntry, by_letter, in_letters, index, spark
from .list_page import cable_list


@dataclass(frozen=True, slots=True)
class OriginRow:
    """An origin in a list of origins."""

    name: str
    slug: str
    cables: int
    place: OriginFacts
    country: str


@require_safe
def origin(request, slug, form="html"):
    """Cables of one origin."""
    tallies = ListCounts.current()
    if slug not in tallies.origins:
        if merged := merged_into(slug):
            return redirect(route("origin", form), merged, permanent=True)
        raise Http404("Nothing published here is from this origin.")
    name, pk, count = tallies.origins[slug]
    context = under_letter("origin", "origins", initial(place(name)), name)
    context |= {
        "about": "cables/_origin.html",
        "origin": lambda: origin_facts(tallies, slug),
        "slug": slug,
        "chart": lambda: chart(tallies.origin_years.get(pk, {}), drawn(tallies.by_year)),
    }
    cables = Cable.objects.published().sent_by([pk])
    return cable_list(request, tallies, cables, count, context, form=form)


def merged_into(slug):
    """Return the slug of the origin that one was merged into, else ""."""
    merged = Origin.objects.using(READER).filter(slug=slug, merged_into__isnull=False)
    return merged.values_list("merged_into__slug", flat=True).first() or ""


@require_safe
def country(request, slug, form="html"):
    """Cables of the origins in one country."""
    tallies = ListCounts.current()
    if slug not in tallies.countries:
        if present := slug_of_former(tallies, slug):
            return redirect(route("country", form), present, permanent=True)
        raise Http404("Nothing published here is from this country.")
    name, slugs = tallies.countries[slug]
    context = {
        "heading": name,
        "crumbs": [
            ("Origins", reverse("origins")),
            ("Countries", reverse("countries")),
            (name, ""),
        ],
        "own": "country",
        "about": "cables/_country.html",
        "origins": origin_rows(tallies, slugs),
        "places": [
            (known.name, key) for key, known in tallies.place_pages.items() if known.country == slug
        ],
        "formerly": former_names(tallies, code_of(tallies, slug)),
        "chart": lambda: chart(tallies.country_years(slug), drawn(tallies.by_year)),
    }
    cables = Cable.objects.published().sent_by(tallies.origins[each][1] for each in slugs)
    count = tallies.country_cables(slug)
    return cable_list(request, tallies, cables, count, context, form=form)


@require_safe
def countries(request):
    """All countries that have origins of published cables, A to Z."""
    tallies = ListCounts.current()
    held = tallies.countries
    total = sum(map(tallies.country_cables, held))
    context = {"heading": "Countries", "unit": "country", "total": total}
    context["elsewhere"] = tallies.total - total
    context["crumbs"] = [("Origins", reverse("origins")), ("Countries", "")]
    context |= in_letters(tallies, lambda: {initial(name) for name, _ in held.values()})
    return index(request, tallies, held, lambda: by_country(tallies), context)


def origin_facts(tallies, slug):
    """Return the facts about an origin that its page begins with."""
    known = tallies.places[slug]
    country, beside = tallies.countries.get(known.country, ("", []))
    spellings = station_aliases().items()
    years = tallies.years_of([slug])
    town = place_of(known.city)
    return {
        "town": next(
            ((each.name, key) for key, each in tallies.place_pages.items() if slug in each.origins),
            None,
        ),
        "formerly": former_names(
            tallies,
            code_of(tallies, known.country),
            town,
            tallies.origins[slug][0],
            min(years),
            max(years),
        ),
        "place": known,
        "country": country,
        "beside": origin_rows(tallies, (each for each in beside if each != slug)),
        "same": origin_rows(tallies, known.same),
        "spellings": sorted(alias for alias, station in spellings if station in known.stations),
    }


def origin_rows(tallies, slugs, counts=None):
    """Return the rows of the origins with these slugs, in that order.

    `counts` are {primary key: cables} of a part of the archive; origins without any are left out.
    """
    rows = []
    for slug in slugs:
        (name, key, cables), known = tallies.origins[slug], tallies.places[slug]
        if counts is not None and not (cables := counts.get(key, 0)):
            continue
        country, _ = tallies.countries.get(known.country, ("", []))
        rows.append(OriginRow(name, slug, cables, known, country))
    return rows


def spots_of(rows: list[OriginRow]) -> list[Spot]:
    """Return the points of the origins whose position is known."""
    return [
        Spot(row.slug, row.place.latitude, row.place.longitude, row.cables)
        for row in rows
        if row.place.latitude is not None and row.place.longitude is not None
    ]


def by_country(tallies):
    """Return the groups of countries by their first letter."""
    years = main_years(tallies.by_year)
    return by_letter(
        (
            initial(name),
            IndexEntry(
                label=name,
                address=reverse("country", args=[slug]),
                cables=tallies.country_cables(slug),
                meaning=f"{len(origins)} origins" if len(origins) > 1 else "",
                spark=spark(tallies.country_years(slug), years),
            ),
        )
        for slug, (name, origins) in tallies.countries.items()
    )
