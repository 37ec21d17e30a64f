"""What is said of a reference that the archive does not hold: what stands beside it."""

import re
from datetime import UTC, datetime
from difflib import get_close_matches
from string import ascii_uppercase

from django.shortcuts import render
from django.urls import reverse

from ..models import Cable, Erased, Origin
from ..problems import is_data, problem, refuse
from ..querysets import READER
from ..references import LAST_YEAR
from ..tallies import Tallies, initial, place
from .paging import read_rows

NEIGHBOURS = 3  # On either side.
ALIKE = 3  # Stations that one may have been meant for.
PARTS = re.compile(r"([0-9]{2})([A-Z-]+)([0-9]+)")


def not_held(request, reference):
    """Say that the cable with this canonical reference is not here, with the nearest that are.

    Of one that was erased for good, say that, and why.
    """
    if erased := Erased.objects.using(READER).filter(pk=reference).first():
        said = f"{erased.reference} was erased: {erased.reason}"
        return refuse(request, 410, said, "cables/erased.html", {"erased": erased})
    said = f"This archive does not hold {reference}."
    if is_data(request):
        return problem(404, said)
    published = Cable.objects.published()
    neighbours = read_rows(published.values_list("pk", flat=True).beside(reference, NEIGHBOURS))
    context = {
        "reference": reference,
        "series": in_series(reference, neighbours),
        "cited_by": sorted(published.citing(reference).for_listing(), key=str),
        "tallies": Tallies(),
        "nearest": (),
        "alike": (),
    }
    if sent := PARTS.fullmatch(reference):
        context["year"] = int(sent[1]) + (2000 if int(sent[1]) <= LAST_YEAR else 1900)
        context |= whence(sent[2], neighbours, **context) or spelt_alike(
            *sent.groups(), context["tallies"]
        )
    return render(request, "cables/not_held.html", context, status=404)


def in_series(reference, neighbours):
    """Return the neighbours by number, and None where the reference itself would stand."""
    places = {cable.reference: cable for cable in neighbours} | {reference: None}

    def by_number(name):
        return len(name.rstrip(ascii_uppercase)), name

    return [places[name] for name in sorted(places, key=by_number)] if neighbours else []


def whence(station, neighbours, *, year, tallies, reference, **others):
    """Return what can be said of the origin, if a cable of it is released.

    Its cables that are nearest in time stand in for neighbours by number where there are none.
    """
    known = Origin.objects.using(READER).filter(station=station).values_list("slug", flat=True)
    slug = neighbours[0].origin.slug if neighbours else known.first()
    if slug not in tallies.origins:
        return {}
    name, pk, count = tallies.origins[slug]
    address, letter = reverse("origin", args=[slug]), initial(place(name))
    return {
        "origin": {"name": name, "address": address, "cables": count},
        "nearest": () if neighbours else nearest_in_time(pk, year),
        "crumbs": [("Origins", reverse("origins")), (name, address), (reference, "")],
        "current": f"origin-{letter}",
    }


def spelt_alike(year, station, serial, tallies):
    """Return the cables of that year and number from stations that are spelt alike, if any.

    Where there are none, the origins of these stations. A slip of the pen is seldom more than
    two letters; of each origin some cable is released.
    """
    origins = Origin.objects.using(READER).filter(slug__in=tallies.origins).exclude(station="")
    slugs = dict(origins.values_list("station", "slug"))
    meant = get_close_matches(station, slugs, ALIKE, cutoff=0.75)
    held = Cable.objects.published().filter(
        reference__in=[f"{year}{each}{serial}" for each in meant]
    )
    names = [
        (tallies.origins[slugs[each]][0], reverse("origin", args=[slugs[each]])) for each in meant
    ]
    return {"alike": read_rows(held.primary_keys()) if meant else [], "alike_origins": names}


def nearest_in_time(origin, year):
    """Return the origin's cables that were sent nearest to the middle of a year, in order."""
    published = Cable.objects.published()
    keys = published.filter(origin=origin).sent_about(datetime(year, 7, 1, tzinfo=UTC))
    nearest = read_rows(keys.values_list("pk", flat=True)[: 2 * NEIGHBOURS])
    return sorted(nearest, key=lambda cable: (cable.created, cable.reference))
