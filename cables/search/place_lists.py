"""Group the origins of the lists by place: a city with its embassy, consulate and other posts."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import slugify

from ..models import Origin
from ..telegram.cities import OPEN, known_city, names_of, place_of

NOWHERE = "("  # "(travelling)" is no place.


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """A place on earth with origins of published cables."""

    name: str  # "Kinshasa".
    country: str  # Slug of the country in which it lies today.
    iso2: str  # The code of that country.
    origins: tuple[str, ...]  # Slugs.


def group_by_place(origins: Iterable[Origin]) -> dict[str, PlaceFacts]:
    """Return {slug: facts} of the places of origins, A to Z."""
    members: dict[tuple[str, str, str], list[str]] = {}
    for origin in sorted(origins, key=lambda origin: origin.pk):
        if origin.country and origin.city and not origin.city.startswith(NOWHERE):
            key = place_of(origin.city), origin.country.slug, origin.country.iso2
            members.setdefault(key, []).append(origin.slug)
    places: dict[str, PlaceFacts] = {}
    for (name, country, iso2), slugs in members.items():
        slug = _free_slug(name, iso2, country, places)
        places[slug] = PlaceFacts(name, country, iso2, tuple(slugs))
    return dict(sorted(places.items(), key=lambda item: (item[1].name.casefold(), item[0])))


def _free_slug(name: str, iso2: str, country: str, taken: Iterable[str]) -> str:
    """Return the slug of a place; one of two with the same name has that of its country too.

    The place that our tables mean by the name has the shorter slug, else the one of the oldest
    origin.
    """
    known, slug = known_city(name), slugify(name) or "place"
    is_other = known is not None and known.iso2 != iso2
    return f"{slug}-{country}" if is_other or slug in taken else slug


def slug_of_place(name: str, places: dict[str, PlaceFacts]) -> str:
    """Return the slug of the place with another name, as addresses have it; "" if there is none.

    "ho-chi-minh-city" gives "saigon".
    """
    if known := known_city(name):
        return next((slug for slug, place in places.items() if place.name == known.place), "")
    return ""


def other_names_of(place: PlaceFacts) -> list[str]:
    """Return the other names of a place: "Leningrad, 1924 to 1991"."""
    return [f"{each.name}{years_in_words(each.since, each.until)}" for each in names_of(place.name)]


def years_in_words(since: int, until: int) -> str:
    """Return ", 1924 to 1991", ", until 1924", ", since 1976", or "" without limits."""
    if since and until < OPEN:
        return f", {since} to {until}" if since < until else f", {since}"
    if since:
        return f", since {since}"
    return f", until {until}" if until < OPEN else ""
