"""The answer for a reference whose cable is not held: the nearest cables that are."""

import re
from datetime import UTC, datetime
from difflib import get_close_matches
from string import ascii_uppercase

from django.shortcuts import render
from django.urls import reverse

from ...api.problems import is_page, refuse, refuse_file
from ...models import Cable, Erased, Origin
from ...models.querysets import READER
from ...search.list_counts import ListCounts, initial, place
from ...telegram.references import LAST_YEAR, names_of
from ..list_pages.paging import read_rows
from ..list_pages.volume_links import publishers_pages

NEIGHBOURS = 3  # On either side.
SIMILAR = 3  # Stations that a misspelt one may stand for.
PARTS = re.compile(r"([0-9]{2})([A-Z-]+)([0-9]+)")


def not_held(request, reference):
    """Answer 404 for a canonical reference, with the nearest held cables.

    The answer for an erased cable is 410, with the reason.
    """
    names = names_of(reference)  # It may have been erased under an earlier one.
    rows = Erased.objects.using(READER).filter(reference__in=names)
    if erased := min(rows, key=lambda row: names.index(row.reference), default=None):
        message = f"{erased.reference} was erased: {erased.reason}"
        return refuse(request, 410, message, "cables/erased.html", {"erased": erased})
    publisher = publishers_pages([reference], ListCounts.current()).get(reference, "")
    if not is_page(request):
        elsewhere = f" Its publisher has it: {publisher}" if publisher else ""
        return refuse_file(request, 404, f"This archive does not hold {reference}.{elsewhere}")
    published = Cable.objects.published()
    neighbours = read_rows(published.values_list("pk", flat=True).beside(reference, NEIGHBOURS))
    context = {
        "reference": reference,
        "publisher": publisher,
        "series": in_series(reference, neighbours),
        "cited_by": sorted(published.citing(reference).for_listing(), key=as_sent),
        "counts": ListCounts.current(),
        "nearest": (),
        "alike": (),
    }
    if sent := PARTS.fullmatch(reference):
        context["year"] = int(sent[1]) + (2000 if int(sent[1]) <= LAST_YEAR else 1900)
        # Documents of volumes that print this number; none is named by it, as several have it.
        volumes = published.filter(reference__startswith="FRUS", created__year=context["year"])
        printed = volumes.filter(facts__edition__numbered=reference)
        context["printed"] = read_rows(printed.primary_keys())
        year, station, serial = sent.groups()
        context |= origin_context(station, neighbours, **context) or similar_stations(
            year, station, serial, context["counts"]
        )
    return render(request, "cables/not_held.html", context, status=404)


def in_series(reference, neighbours):
    """Return the neighbours by number, with None in the position of the reference itself."""
    cables = {cable.reference: cable for cable in neighbours} | {reference: None}

    def by_number(name):
        return len(name.rstrip(ascii_uppercase)), name

    return [cables[name] for name in sorted(cables, key=by_number)] if neighbours else []


def origin_context(station, neighbours, *, year, counts, reference, **others):
    """Return the context about the origin; {} if none of its cables is published.

    Without neighbours by number, it has the origin's cables that are nearest in time.
    """
    known = Origin.objects.using(READER).filter(station=station).values_list("slug", flat=True)
    slug = neighbours[0].origin.slug if neighbours else known.first()
    if slug not in counts.origins:
        return {}
    name, pk, count = counts.origins[slug]
    address, letter = reverse("origin", args=[slug]), initial(place(name))
    return {
        "origin": {"name": name, "address": address, "cables": count},
        "nearest": () if neighbours else nearest_in_time(pk, year),
        "crumbs": [("Origins", reverse("origins")), (name, address)],
        "current": f"origin-{letter}",
    }


def similar_stations(year, station, serial, counts):
    """Return the context about stations with similar names: cables of that year and number.

    The cutoff allows about two wrong letters.
    """
    origins = Origin.objects.using(READER).filter(slug__in=counts.origins).exclude(station="")
    slugs = dict(origins.values_list("station", "slug"))
    similar = get_close_matches(station, slugs, SIMILAR, cutoff=0.75)
    held = Cable.objects.published().filter(
        reference__in=[f"{year}{each}{serial}" for each in similar]
    )
    names = [
        (counts.origins[slugs[each]][0], reverse("origin", args=[slugs[each]])) for each in similar
    ]
    return {"alike": read_rows(held.primary_keys()) if similar else [], "alike_origins": names}


def nearest_in_time(origin, year):
    """Return the origin's cables that were sent nearest to the middle of a year, in order."""
    published = Cable.objects.published()
    keys = published.filter(origin=origin).sent_about(datetime(year, 7, 1, tzinfo=UTC))
    nearest = read_rows(keys.values_list("pk", flat=True)[: 2 * NEIGHBOURS])
    return sorted(nearest, key=as_sent)


def as_sent(cable):
    """Return the key by which cables are sorted by date of sending."""
    return cable.created, cable.reference
