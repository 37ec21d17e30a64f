"""What somebody who types into the search box may mean: lists, cables, terms, words.

All comes from counts of published cables and from the search index as of this edition. Each lookup
takes some milliseconds, whatever the size of the archive.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from ..glossary.entries import TERMS, entries
from ..models import Cable, Tag
from ..models.querysets import reference_order
from ..telegram.made_titles import reading_title
from .index_selection import published_cables
from .list_counts import ListCounts
from .name_spellings import all_spellings, folded
from .query import clean, parse_question
from .query_parts import STOP_WORDS

LONGEST = 100  # Characters of a text that is completed.
SHORTEST = 2
MOST_READ = 2_000  # Names with the same beginning that are looked at.
MOST_OF_A_SORT = 3
MOST_WORDS = 5
MOST_CABLES = 5
REFERENCE = re.compile(r"\d\d[A-Z]+\d*|FRUS[\dA-Z]+")
SORTS = ("post", "place", "country", "tag", "term", "volume")  # In the order shown.


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to go to: a list, a term, a cable, or a search for words."""

    sort: str  # One of SORTS, or "cable", or "word".
    label: str
    route: str  # The name of its page, and what identifies it there.
    value: str
    cables: int | None = None  # How many it has; None if that is not counted.
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SuggestedNames:
    """All names in small letters, sorted, beside what each belongs to."""

    keys: list[str]
    places: list[tuple[int, Suggestion]]  # (words of the name before the key, suggestion)

    def beginning(self, typed: str) -> Iterator[tuple[int, Suggestion]]:
        """Yield what has a name with a word that begins with a text."""
        start = bisect_left(self.keys, typed)
        for at in range(start, min(start + MOST_READ, len(self.keys))):
            if not self.keys[at].startswith(typed):
                return
            yield self.places[at]


def suggestions(text: str, counts: ListCounts) -> list[Suggestion]:
    """Return what a text may be the beginning of. Raises IndexNotReady."""
    typed = clean(text[: 2 * LONGEST])[:LONGEST]
    if len(typed) < SHORTEST:
        return []
    return [*_cables(typed), *_lists(typed, counts), *_words(typed)]


def index_is_complete() -> bool:
    """Return whether the index has all cables of this edition. Raises IndexNotReady."""
    return not published_cables().snapshot.left_out


def _lists(typed: str, counts: ListCounts) -> Iterator[Suggestion]:
    """Yield the lists and terms: by sort, whole names first, then those with the most cables."""
    best: dict[Suggestion, int] = {}
    words = " ".join(folded(typed))
    for before, suggestion in names_to_suggest(counts).beginning(words) if words else ():
        best[suggestion] = min(before, best.get(suggestion, before))
    ranked = sorted(best, key=lambda each: (best[each] > 0, -(each.cables or 0), each.label))
    for sort in SORTS:
        yield from [each for each in ranked if each.sort == sort][:MOST_OF_A_SORT]


def _cables(typed: str) -> list[Suggestion]:
    """Return the first cables whose reference begins so."""
    start = re.sub(r"[^A-Z0-9]", "", typed.upper())
    if not REFERENCE.fullmatch(start):
        return []
    everything = published_cables()
    begins = everything.snapshot.searcher.terms_with_prefix(
        "by_reference", reference_order(start), everything.query, MOST_CABLES
    )
    found = [order[2:] if order < ":" else order for order, _ in begins]
    rows = Cable.objects.published().for_listing().filter(reference__in=found)
    return [
        Suggestion("cable", row.reference, "cable", row.reference, detail=reading_title(row))
        for row in sorted(rows, key=lambda row: found.index(row.reference))
    ]


def _words(typed: str) -> list[Suggestion]:
    """Return the text with its last word completed, by words of cables that have the others."""
    before, _, last = typed.rpartition(" ")
    beginning = "".join(folded(last))
    if len(beginning) < SHORTEST or not last.isalpha():
        return []
    having = published_cables().matching(parse_question(before))
    likely = having.snapshot.searcher.terms_with_prefix(
        "words", beginning, having.query, 4 * MOST_WORDS
    )
    words = [word for word, _ in likely if word.isalpha() and word not in {*STOP_WORDS, beginning}]
    completed = [f"{before} {word}".strip() for word in words[:MOST_WORDS]]
    return [Suggestion("word", text, "search", text) for text in completed]


@lru_cache(maxsize=2)
def names_to_suggest(counts: ListCounts) -> SuggestedNames:
    """Return the names of an edition of the archive."""
    rows = sorted(
        {
            (" ".join(words[at:]), at, suggestion)
            for suggestion, names in _named(counts)
            for name in names
            for words in all_spellings([name])
            for at in range(len(words))
        },
        key=lambda row: (row[0], row[1], row[2].label),
    )
    return SuggestedNames([key for key, *_ in rows], [(at, each) for _, at, each in rows])


def _named(counts: ListCounts) -> Iterator[tuple[Suggestion, Iterable[str]]]:
    """Yield all lists and terms with their names."""
    yield from _named_places(counts)
    for code, cables in counts.tags.items():
        meaning, kind = counts.glossary.get(code, ("", ""))
        if "," not in code and kind != Tag.Kind.UNKNOWN.label:  # Others can be persons.
            yield Suggestion("tag", meaning or code, "tag", code, cables, code), [code, meaning]
    for slug, volume in counts.volumes.items():
        yield Suggestion("volume", volume.title, "volume", slug, volume.cables), [volume.title]
    for kind in TERMS:
        for entry in entries()[kind].values():
            made = Suggestion("term", entry.printed, "term", entry.slug, detail=entry.name)
            yield made, [entry.code, entry.name, *entry.also]


def _named_places(counts: ListCounts) -> Iterator[tuple[Suggestion, Iterable[str]]]:
    for slug, (name, _, cables) in counts.origins.items():
        facts = counts.places.get(slug)
        names = [name, *(facts.names if facts else ())]
        yield Suggestion("post", name, "origin", slug, cables), names
    for slug, place in counts.place_pages.items():
        country, _ = counts.countries.get(place.country, ("", []))
        cables = counts.place_cables(slug)
        yield Suggestion("place", place.name, "place", slug, cables, country), [place.name]
    for slug, (name, _) in counts.countries.items():
        cables = counts.country_cables(slug)
        yield Suggestion("country", name, "country", slug, cables), [name]
