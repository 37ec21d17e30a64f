"""Who may be meant by a name behind from: and to:, and as what documents print it.

"secstate" is the Secretary of State, and a telegram to Lima is addressed to the Embassy in Peru.
The seats of missions through the years are those of missions.csv.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

from ..telegram.cities import OPEN
from ..telegram.posts import Mission, missions_at, missions_in
from .name_spellings import Words, folded, names_of_place
from .place_lists import years_in_words

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
