"""Other names of a place, person or office: Viet-Nam and Vietnam, Peking and Peiping.

name_spellings.csv has a row for each name, with its spellings separated by "|": transcriptions, and
earlier and later names. The list is our own. Behind from: and to: "secstate" is the Secretary of
State, and a telegram to Lima is addressed to the Embassy in Peru; the seats of missions through the
years are those of missions.csv. The origins of the lists are grouped by place.
"""

import csv
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

from django.utils.text import slugify

from ..models import Origin
from ..telegram.cities import OPEN, known_city, names_of, place_of
from ..telegram.distinct_words import COMBINING, RUN
from ..telegram.posts import Mission, missions_at, missions_in

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
    """Return the slug of a place by another name in an address, "ho-chi-minh-city"; "" if none."""
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


TABLE = Path(__file__).with_suffix(".csv")

Words = tuple[str, ...]


def other_spellings(words: Sequence[str]) -> tuple[Words, ...]:
    """Return the other spellings of a name, each as its words; () if none is known.

    >>> other_spellings(["Vietnam"])
    (("viet", "nam"),)
    """
    return spellings().get(folded(" ".join(words)), ())


def all_spellings(words: Sequence[str]) -> list[Words]:
    """Return a text of several words in all spellings of the first name that it has.

    >>> all_spellings(["Embassy", "Peking"])[:2]
    [("embassy", "peking"), ("embassy", "beijing")]
    """
    typed = folded(" ".join(words))
    for start in range(len(typed)):
        for end in range(min(start + most_words(), len(typed)), start, -1):
            if others := spellings().get(typed[start:end]):
                return [typed, *(typed[:start] + other + typed[end:] for other in others)]
    return [typed]


def names_of_place(words: Sequence[str]) -> list[Words]:
    """Return the other names of a place or person: those of a city at other times, too."""
    names = dict.fromkeys(other_spellings(words))
    if city := known_city(" ".join(words)):
        names |= dict.fromkeys(folded(each.name) for each in names_of(city.place))
        names |= {folded(city.place): None}
    return [name for name in names if name != folded(" ".join(words))]


@cache
def spellings() -> dict[Words, tuple[Words, ...]]:
    """Return {words of a spelling: the other spellings of that name}."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        names = [row["spellings"].split("|") for row in csv.DictReader(file)]
    rows = [tuple(map(folded, each)) for each in names]
    return {
        spelling: tuple(other for other in row if other != spelling)
        for row in rows
        for spelling in row
    }


@cache
def most_words() -> int:
    """Return how many words the longest spelling has."""
    return max(map(len, spellings()))


def folded(text: str) -> Words:
    """Return the words of a text in small letters without accents."""
    return tuple(RUN.findall(COMBINING.sub("", unicodedata.normalize("NFKD", text.lower()))))


# Kind of post -> words for it, and the persons who write as it.
POSTS = {
    "Embassy": (("embassy", "amembassy"), ("ambassador", "charge", "charge d affaires")),
    "Legation": (("legation", "amlegation"), ("minister", "charge", "charge d affaires")),
    "Consulate": (
        ("consulate", "consulate general", "amconsul", "amconsulate"),
        ("consul", "consul general", "vice consul"),
    ),
}
# Origin -> other names of it, and of the persons who write as it.
OFFICES = {
    "Secretary of State": "State Department|Department of State|SecState|Department",
    "White House": "President|White House",
    "Joint Chiefs of Staff": "JCS|Joint Chiefs",
    "Central Intelligence Agency": "CIA|Director of Central Intelligence",
    "Department of Defense": "Secretary of Defense|SecDef|Pentagon|Defense Department",
    "National Security Council": "NSC|National Security Adviser",
    "Department of the Treasury": "Secretary of the Treasury|Treasury Department|Treasury",
    "USUN New York": "USUN|Mission to the United Nations|US Mission at the United Nations"
    "|Mission at the United Nations",
    "Mission USNATO": "USNATO|Mission to NATO|Mission to the North Atlantic Treaty Organization",
}
# Names that also begin the names of others: "President of Peru", "Department of Defense".
ONLY_TYPED = {"Department", "President"}
BETWEEN = ("in", "at", "to", "the")


@dataclass(frozen=True, slots=True)
class OtherName:
    """Another name of a place, post or office, for cables of some years, both inclusive."""

    words: Words
    label: str  # As readers are told of it.
    since: int = 0
    until: int = OPEN


def names_of_sender(words: Sequence[str]) -> list[OtherName]:
    """Return the other names of a place, person or office."""
    named = folded(" ".join(words))
    names = [OtherName(each, " ".join(each).title()) for each in names_of_place(words)]
    for offices in _offices():
        if named in offices:
            names += [OtherName(each, name) for each, name in offices.items() if each != named]
    return [each for each in names if each.label not in ONLY_TYPED]


def names_of_recipient(words: Sequence[str]) -> list[OtherName]:
    """Return the other names of a recipient: also those of a mission by its city or its country.

    >>> [name.label for name in names_of_recipient(["Bonn"])]
    ['Mission in Germany, 1949 to 1954', 'Embassy in Germany, 1955 to 1998']
    """
    heads, place = _post_and_place(folded(" ".join(words)))
    names = names_of_sender(words)
    for mission in missions_at(" ".join(place)):
        years = years_in_words(mission.since, mission.until)
        label = f"{mission.rank} in {mission.countries[0]}{years}"
        places = [folded(country) for country in mission.countries]
        ends = [(*between, *each) for each in places for between in (("in",), ("in", "the"))]
        names += _in_years(product(heads, ends), label, mission)
    for mission in missions_in(" ".join(place)):
        years = years_in_words(mission.since, mission.until)
        names += _in_years(product(heads, [folded(mission.city)]), mission.city + years, mission)
    return names


def _in_years(
    names: Iterable[tuple[Words, Words]], label: str, mission: Mission
) -> Iterator[OtherName]:
    for head, place in names:
        yield OtherName(head + place, label, mission.since, mission.until)


def _post_and_place(words: Words) -> tuple[list[Words], Words]:
    """Return the words for the post of a name, [()] if it has none, and those of its place."""
    for posts, persons in POSTS.values():
        heads = [tuple(each.split()) for each in (*posts, *persons)]
        for head in sorted(heads, key=len, reverse=True):
            if words[: len(head)] == head:
                place = words[len(head) :]
                while place and place[0] in BETWEEN:
                    place = place[1:]
                return heads, place
    return [()], words


@cache
def _offices() -> list[dict[Words, str]]:
    """Return {words of a name: the name} of each office."""
    return [
        {folded(name): name for name in (origin, *names.split("|"))}
        for origin, names in OFFICES.items()
    ]
