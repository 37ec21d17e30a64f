"""The lists of the archive by the names that people type.

"Embassy Saigon", "Saigon embassy" and "the embassy in Viet-Nam" name one list. Questions are read
with these names (understand.py).
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, lru_cache
from itertools import product
from pathlib import Path

from ..glossary.entries import distributions
from ..models import Tag
from ..telegram.cities import names_of, periods_of
from ..telegram.dates import is_month
from .list_counts import ListCounts
from .name_spellings import OFFICES, POSTS, Words, all_spellings, folded
from .query_parts import OPERATORS, is_plain_word, terms_with_common_words
from .question_times import find_time

LONGEST_NAME = 6  # Parts, of a name beside "or".
MOST_ALTERNATIVES = 5  # Origins that one name stands for; a list is narrowed by no more.
# What else values of filters are called: anywhere ("alone"), where the words around tell that they
# are meant ("beside"), or behind the name of the filter ("field").
OTHER_NAMES = Path(__file__).with_name("question_words.csv")
# Captions that texts have as words too; all that are single words of the glossary are code words.
ORDINARY = frozenset(("sensitive", "codel"))
CODES = frozenset((("eyes", "only"), ("roger", "channel")))


SENDERS = ("post", "office", "place", "country")
WORDS_BEFORE = {
    **{"tag": "with the tag", "classification": "classified", "caption": "marked"},
    **{"text": "whose text is", "kind": "of the kind"},
}


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A filter that a question names."""

    sort: str  # That of its list, or "time", "sender", "recipient", "note", "number" or "without".
    preposition: str  # "from", "in" ...
    label: str  # "Embassy Saigon", "1963".
    filters: tuple[tuple[str, str], ...] = ()  # Parameters and values.
    words: str = ""  # What it puts among the words: "to:saigon".


@dataclass(frozen=True, slots=True)
class NamedList:
    """One list, or several that share a name.

    `sort` is "post", "office", "place", "country", "tag", or as the parameter.
    """

    sort: str
    label: str
    parameter: str  # The filter of lists that selects it.
    values: tuple[str, ...]  # Of the filter; any suffices.
    city: str = ""  # Of a post.
    is_sure: bool = False  # Whether its name can hardly mean anything else.

    @property
    def narrowing(self) -> Narrowing:
        filters = tuple((self.parameter, value) for value in self.values)
        return Narrowing(self.sort, WORDS_BEFORE.get(self.sort, "from"), self.label, filters)

    @property
    def received(self) -> Narrowing | None:
        """The reading of "to Embassy Saigon"; None if the list is no post of a city."""
        if self.sort != "post" or not self.city:
            return None
        return Narrowing("recipient", "to", self.city, words=behind_field("to", self.city))


def behind_field(name: str, value: str) -> str:
    """Return words behind a field: to:lima, to:"ho chi minh city"."""
    return f'{name}:"{value}"' if " " in value else f"{name}:{value}"


@dataclass(frozen=True)
class ListNames:
    """All names, as words in small letters, with the lists that each stands for."""

    by_words: dict[Words, list[NamedList]] = field(default_factory=dict)
    # {(filter, name in letters and digits alone): its values}
    values: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def most_words(self) -> int:
        return max(map(len, self.by_words), default=0)

    def add(self, names: Iterable[Words], named: NamedList) -> None:
        """Add the names of a list; of two posts with one name the first keeps it."""
        for words in names:
            self.values.setdefault((named.parameter, "".join(words)), named.values)
            known = self.by_words.setdefault(words, [])
            if words and all(each.parameter != named.parameter for each in known):
                known.append(named)


@lru_cache(maxsize=2)
def names_of_lists(counts: ListCounts) -> ListNames:
    """Return the names of the lists of an edition of the archive."""
    found = ListNames()
    for named, names in _all(counts):
        found.add(names, named)
    found.by_words.pop((), None)
    for parameter, value, name in _other_names("field"):
        found.values.setdefault((parameter, name), (value,))
    return found


def bound_by_or(parts: Sequence[str], counts: ListCounts) -> list[str]:
    """Return parts of a question, names beside "or" in quotation marks: it joins them whole.

    So "Legation London or treaty" finds the same as "treaty or Legation London". Of "London or
    Paris Embassy Moscow" the name is not "Paris Embassy"; "June or July 1948" are two months.
    Captions are put behind their field, as no filter is joined: "nodis or exdis".
    """
    bound = list(parts)
    for at in (at for at, part in enumerate(parts) if part.lower() in OPERATORS):
        before = ((start, at) for start in range(max(at - LONGEST_NAME, 0), at - 1))
        after = ((at + 1, end) for end in range(min(at + LONGEST_NAME, len(parts)), at + 2, -1))
        for spans in (before, after):
            for start, end in (each for each in spans if _is_bound(parts, *each, counts)):
                bound[start:end] = [f'"{" ".join(parts[start:end])}"', *[""] * (end - start - 1)]
                break
    kept = [part for part in bound if part]
    for at in (at for at, part in enumerate(kept) if part.lower() in OPERATORS):
        for beside in {max(at - 1, 0), min(at + 1, len(kept) - 1)}:
            kept[beside] = _as_marking(kept[beside], counts)
    return kept


def _as_marking(part: str, counts: ListCounts) -> str:
    """Return a caption that can hardly mean anything else behind its field, other parts as is."""
    lists = names_of_lists(counts).by_words.get(folded(part), ()) if is_plain_word(part) else ()
    is_code = any(each.sort == "caption" and each.is_sure for each in lists)
    return behind_field("marking", part) if is_code else part


def _is_bound(parts: Sequence[str], start: int, end: int, counts: ListCounts) -> bool:
    """Return whether parts[start:end] are a name, and no word of it belongs to one beside it."""
    months = [*map(is_month, parts)]
    is_behind = start > 1 and parts[start - 1].lower() in OPERATORS and months[start - 2]
    is_before = months[end - 1] and any(months[end + 1 : end + 2])  # "1948 June or July".
    if not _is_name(parts[start:end], counts) or is_behind or is_before:
        return False
    lengths = range(1, LONGEST_NAME)
    beside = [each for n in lengths for each in (parts[max(start - n, 0) : start], parts[end:][:n])]
    shared = [[*each, parts[start]] for each in beside[::2]]
    shared += [[parts[end - 1], *each] for each in beside[1::2]]
    is_shared, is_beside = (
        any(_is_name(each, counts) for each in names) for names in (shared, beside)
    )
    return is_beside or not is_shared


def _is_name(parts: Sequence[str], counts: ListCounts) -> bool:
    """Return whether several parts are the name of a list, or a month with its year."""
    words = folded(" ".join(parts))
    if min(len(parts), len(words)) < 2 or not all(map(is_plain_word, parts)):
        return False
    lists = names_of_lists(counts).by_words.get(words, ())
    time = find_time(" ".join(words)) if any(map(is_month, words)) else None
    is_time = time is not None and time[0] == len(" ".join(words))
    return is_time or any(each.sort != "tag" for each in lists)


def _all(counts: ListCounts) -> Iterator[tuple[NamedList, Iterable[Words]]]:
    yield from _posts(counts)
    yield from _posts_of_countries(counts)
    yield from _offices(counts)
    for slug, place in counts.place_pages.items():
        names = [place.name, *(other.name for other in names_of(place.name))]
        yield NamedList("place", place.name, "place", (slug,)), _in_all_spellings(names)
    for slug, (name, _) in counts.countries.items():
        yield NamedList("country", name, "country", (slug,)), _names_of_country(counts, slug)
    for code in counts.tags:
        meaning, kind = counts.glossary.get(code, ("", ""))
        if "," not in code and kind != Tag.Kind.UNKNOWN.label:  # Others can be persons.
            named = NamedList("tag", f"{code}, {meaning}" if meaning else code, "tag", (code,))
            yield named, [folded(code), folded(meaning)]
    yield from _markings(counts)


@cache
def _other_names(use: str) -> list[tuple[str, str, str]]:
    """Return (filter, value, name) of the names for one use."""
    with OTHER_NAMES.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["use"] == use]
    return [(row["filter"], row["value"], each) for row in rows for each in row["names"].split("|")]


def _markings(counts: ListCounts) -> Iterator[tuple[NamedList, Iterable[Words]]]:
    """Yield kinds, what texts are ("excised"), classifications and captions."""
    for use in ("alone", "beside"):
        for _, slug, name in _other_names(use):
            named = NamedList("kind", counts.kinds.get(slug, ""), "kind", (slug,))
            yield replace(named, is_sure=use == "alone"), [folded(name)] if named.label else ()
    for slug, kind in counts.kinds.items():
        plural = f"{kind}{'es' if kind.endswith(('ch', 's', 'sh', 'x')) else 's'}"
        yield NamedList("kind", kind, "kind", (slug,)), [folded(kind), folded(plural)]
    for slug, label in counts.texts.items():
        yield NamedList("text", label, "text", (slug,)), [folded(label)]
    for slug, (known, _) in counts.classifications.items():
        words = folded(known.label)
        is_sure = words in terms_with_common_words()
        named = NamedList("classification", known.label, "classification", (slug,), "", is_sure)
        yield named, [words]
    known_captions = [(codes, True) for codes in distributions()]
    for codes, is_known in (*known_captions, *(([code], False) for code in counts.captions)):
        held = tuple(code for code in codes if code in counts.captions)[:MOST_ALTERNATIVES]
        for words in map(folded, codes if held else ()):
            is_code = words in CODES or (len(words) == 1 and words[0] not in ORDINARY)
            named = NamedList("caption", " or ".join(held), "caption", held)
            yield replace(named, is_sure=is_known and is_code), [words]


def _posts(counts: ListCounts) -> Iterator[tuple[NamedList, Iterable[Words]]]:
    """Yield the posts with a city: by their word for a post, and by the persons who write as it."""
    for slug, (name, *_) in _by_cables(counts):
        for kind, (posts, persons) in POSTS.items():
            if name.startswith(f"{kind} "):
                facts = counts.places.get(slug)
                names = [name, *(facts.names if facts else ())]
                named = [each for each in names if each.startswith(f"{kind} ")]
                cities = _in_all_spellings(each.removeprefix(f"{kind} ") for each in named)
                city = name.removeprefix(f"{kind} ")
                post = NamedList("post", name, "origin", (slug,), city)
                office = NamedList("office", name, "origin", (slug,), city)
                yield post, _arranged(posts, cities, ("in", "at"), bare=True)
                yield office, _arranged(persons, cities, ("in", "at"))


def _posts_of_countries(counts: ListCounts) -> Iterator[tuple[NamedList, Iterable[Words]]]:
    """Yield the posts of each country together: "the embassy in Vietnam"."""
    for country in counts.countries:
        origins = counts.countries[country][1]
        for kind, (posts, persons) in POSTS.items():
            slugs = [slug for slug in origins if counts.origins[slug][0].startswith(f"{kind} ")]
            if slugs := slugs[:MOST_ALTERNATIVES]:
                label = " or ".join(counts.origins[slug][0] for slug in slugs)
                names = [*_names_of_country(counts, country)]
                post = NamedList("post", label, "origin", tuple(slugs))
                office = NamedList("office", label, "origin", tuple(slugs))
                yield post, _arranged(posts, names, ("in", "in the"))
                yield office, _arranged(persons, names, ("in", "to", "in the", "to the"))


def _offices(counts: ListCounts) -> Iterator[tuple[NamedList, Iterable[Words]]]:
    """Yield all other origins, by their own name and by the offices of their heads."""
    for slug, (name, *_) in _by_cables(counts):
        if not any(name.startswith(f"{kind} ") for kind in POSTS):
            for typed in (name, *filter(None, OFFICES.get(name, "").split("|"))):
                label = name if typed == name else f"{typed} ({name})"
                yield NamedList("office", label, "origin", (slug,)), [folded(typed)]


def _by_cables(counts: ListCounts) -> list[tuple[str, tuple[str, int, int]]]:
    """Return the origins, those with the most cables first: a shared name means the first."""
    return sorted(counts.origins.items(), key=lambda item: -item[1][2])


def _names_of_country(counts: ListCounts, slug: str) -> Iterable[Words]:
    """Return the names of a country, those of earlier times too."""
    codes = [code for code, known in counts.country_codes.items() if known == slug]
    former = [period.name for code in codes for period in periods_of(code)]
    return _in_all_spellings([counts.countries[slug][0], *former])


def _in_all_spellings(names: Iterable[str]) -> list[Words]:
    return [spelt for name in names for spelt in all_spellings([name])]


def _arranged(
    words: Iterable[str], places: Iterable[Words], between: Iterable[str], bare: bool = False
) -> Iterator[Words]:
    """Yield "embassy in Lima"; if bare "embassy Lima" and "Lima embassy" too."""
    for word, place in product(words, [*places]):
        post = tuple(word.split())
        yield from ((*post, *each.split(), *place) for each in between)
        if bare:
            yield post + place
            yield place + post
