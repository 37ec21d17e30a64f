"""The lists of the archive by the names that people type for them.

"Embassy Saigon", "Saigon embassy" and "the embassy in Viet-Nam" name one list. Questions are read
with these names (understand.py).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import product

from ..glossary.entries import distributions
from ..models import Tag
from ..telegram.cities import names_of, periods_of
from .correspondents import OFFICES, POSTS
from .list_counts import ListCounts
from .name_spellings import Words, all_spellings, folded

MOST_ALTERNATIVES = 5  # Origins that one name stands for; a list is narrowed by no more.


@dataclass(frozen=True, slots=True)
class NamedList:
    """One list, or several that share a name.

    `sort` is "post", "office", "place", "country", "tag", "caption" or "classification".
    """

    sort: str
    label: str
    parameter: str  # The filter of lists that selects it.
    values: tuple[str, ...]  # Of the filter; any suffices.
    city: str = ""  # Of a post.


@dataclass(frozen=True)
class ListNames:
    """All names, as words in small letters, with the lists that each stands for."""

    by_words: dict[Words, list[NamedList]] = field(default_factory=dict)

    @cached_property
    def most_words(self) -> int:
        return max(map(len, self.by_words), default=0)

    def add(self, names: Iterable[Words], named: NamedList) -> None:
        """Add the names of a list; of two posts with one name the first keeps it."""
        for words in names:
            known = self.by_words.setdefault(words, [])
            if words and all(each.parameter != named.parameter for each in known):
                known.append(named)


@lru_cache(maxsize=2)
def names_of_lists(tallies: ListCounts) -> ListNames:
    """Return the names of the lists of an edition of the archive."""
    found = ListNames()
    for named, names in _all(tallies):
        found.add(names, named)
    found.by_words.pop((), None)
    return found


def _all(tallies: ListCounts) -> Iterator[tuple[NamedList, Iterable[Words]]]:
    yield from _posts(tallies)
    yield from _posts_of_countries(tallies)
    yield from _offices(tallies)
    for slug, place in tallies.place_pages.items():
        names = [place.name, *(other.name for other in names_of(place.name))]
        yield NamedList("place", place.name, "place", (slug,)), _in_all_spellings(names)
    for slug, (name, _) in tallies.countries.items():
        yield NamedList("country", name, "country", (slug,)), _names_of_country(tallies, slug)
    for code in tallies.tags:
        meaning, kind = tallies.glossary.get(code, ("", ""))
        if "," not in code and kind != Tag.Kind.UNKNOWN.label:  # Others can be persons.
            named = NamedList("tag", f"{code}, {meaning}" if meaning else code, "tag", (code,))
            yield named, [folded(code), folded(meaning)]
    for codes in distributions():
        if held := tuple(code for code in codes if code in tallies.captions)[:MOST_ALTERNATIVES]:
            yield NamedList("caption", " or ".join(held), "caption", held), map(folded, codes)
    for slug, (known, _) in tallies.classifications.items():
        named = NamedList("classification", known.label, "classification", (slug,))
        yield named, [folded(known.label)]


def _posts(tallies: ListCounts) -> Iterator[tuple[NamedList, Iterable[Words]]]:
    """Yield the posts with a city: by their word for a post, and by the persons who write as it."""
    for slug, (name, *_) in _by_cables(tallies):
        for kind, (posts, persons) in POSTS.items():
            if name.startswith(f"{kind} "):
                city = name.removeprefix(f"{kind} ")
                cities = _in_all_spellings([city, *_other_cities(tallies, slug, kind)])
                post = NamedList("post", name, "origin", (slug,), city)
                office = NamedList("office", name, "origin", (slug,), city)
                yield post, _arranged(posts, cities, ("in", "at"), bare=True)
                yield office, _arranged(persons, cities, ("in", "at"))


def _posts_of_countries(tallies: ListCounts) -> Iterator[tuple[NamedList, Iterable[Words]]]:
    """Yield the posts of each country together: "the embassy in Vietnam"."""
    for country in tallies.countries:
        origins = tallies.countries[country][1]
        for kind, (posts, persons) in POSTS.items():
            slugs = [slug for slug in origins if tallies.origins[slug][0].startswith(f"{kind} ")]
            if slugs := slugs[:MOST_ALTERNATIVES]:
                label = " or ".join(tallies.origins[slug][0] for slug in slugs)
                names = [*_names_of_country(tallies, country)]
                post = NamedList("post", label, "origin", tuple(slugs))
                office = NamedList("office", label, "origin", tuple(slugs))
                yield post, _arranged(posts, names, ("in",))
                yield office, _arranged(persons, names, ("in", "to"))


def _offices(tallies: ListCounts) -> Iterator[tuple[NamedList, Iterable[Words]]]:
    """Yield all other origins, by their own name and by the offices of their heads."""
    for slug, (name, *_) in _by_cables(tallies):
        if not any(name.startswith(f"{kind} ") for kind in POSTS):
            names = [name, *filter(None, OFFICES.get(name, "").split("|"))]
            yield NamedList("office", name, "origin", (slug,)), map(folded, names)


def _by_cables(tallies: ListCounts) -> list[tuple[str, tuple[str, int, int]]]:
    """Return the origins, those with the most cables first: a shared name means the first."""
    return sorted(tallies.origins.items(), key=lambda item: -item[1][2])


def _other_cities(tallies: ListCounts, slug: str, kind: str) -> list[str]:
    """Return the other names of the city of a post, from its own other names."""
    facts = tallies.places.get(slug)
    names = facts.names if facts else ()
    return [name.removeprefix(f"{kind} ") for name in names if name.startswith(f"{kind} ")]


def _names_of_country(tallies: ListCounts, slug: str) -> Iterable[Words]:
    """Return the names of a country, those of earlier times too."""
    codes = [code for code, known in tallies.country_codes.items() if known == slug]
    former = [period.name for code in codes for period in periods_of(code)]
    return _in_all_spellings([tallies.countries[slug][0], *former])


def _in_all_spellings(names: Iterable[str]) -> list[Words]:
    return [spelt for name in names for spelt in all_spellings([name])]


def _arranged(
    words: Iterable[str], places: Iterable[Words], between: Iterable[str], bare: bool = False
) -> Iterator[Words]:
    """Yield "embassy in Lima"; if bare "embassy Lima" and "Lima embassy" too."""
    for word, place in product(words, [*places]):
        post = tuple(word.split())
        yield from (post + (each,) + place for each in between)
        if bare:
            yield post + place
            yield place + post
