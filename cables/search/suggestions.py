"""What somebody who types into the search box may mean: lists, cables, terms, words.

All comes from counts of published cables and from the search index as of this edition. Each lookup
takes some milliseconds, whatever the size of the archive. For misspelt words of a question,
words of published cables are suggested.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connections
from rapidfuzz.distance import OSA

from ..glossary.entries import TERMS, entries, terms_asked_for
from ..models import Cable, Tag
from ..models.counted_words import LONGEST as LONGEST_COUNTED
from ..models.querysets import READER, reference_order
from ..telegram.distinct_words import words_of
from ..telegram.titles import reading_title
from .index_selection import published_cables
from .list_counts import ListCounts
from .name_spellings import all_spellings, folded
from .query import Operand, Question, clean, parse_question
from .query_parts import STOP_WORDS

LONGEST = 100  # Characters of a text that is completed.
SHORTEST = 2
MOST_READ = 2_000  # Names with the same beginning that are looked at.
MOST_OF_A_SORT = 3
MOST_WORDS = 5
MOST_CABLES = 5
REFERENCE = re.compile(r"\d\d[A-Z]+\d*|FRUS[\dA-Z]+")
SORTS = ("post", "place", "country", "person", "tag", "term", "volume")  # In the order shown.


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
    for slug, person in counts.persons.items():
        made = Suggestion("person", person.name, "person", slug, person.cables, person.office)
        yield made, [person.name, person.sorted_name]
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


SHORTEST_REPLACED = 3  # Letters of a word that is replaced by a suggestion.
MOST_SUGGESTED = 5  # Words replaced in one query.
RARE = 100  # A word in fewer cables is suggested only if the search finds it in a published one.
FEW = 5  # A word in at most so many cables can be a misprint,
MORE = 100  # if a similar word is in so many times as many.
KNOWN = "SELECT word FROM cables_word WHERE word = ANY(%s) AND cables > %s"
# No LIMIT: with it PostgreSQL would scan the table for a word that it takes for a common one.
ALIKE = """
SELECT word, cables FROM cables_word WHERE word %% %s
ORDER BY similarity(word, %s) DESC, cables DESC LIMIT 100
"""
# Two exchanged letters change so many trigrams of a short word that ALIKE misses it.
EXCHANGED = "SELECT word, cables FROM cables_word WHERE word = ANY(%s)"


def suggest(question: Question) -> str:
    """Return the text of a query with misspelt words replaced; "" if there is no better one.

    A word is replaced only if it is in no term of the glossary, and the search finds it, in any
    form or as the meaning of a tag, in next to no cable. Of the similar words the one with the
    smallest distance is taken, of those the most frequent. Raises IndexNotReady.
    """
    parts = [part for word in question.words for part in sorted(words_of(word))]
    terms = " ".join(code for term in terms_asked_for(question.text) for code in term.codes)
    known = {*words_of(terms), "frus"}  # Foreign Relations of the United States.
    parts = [part for part in dict.fromkeys(parts) if part not in known]
    words = [
        word
        for word in parts
        if word.isalpha() and SHORTEST_REPLACED <= len(word) <= LONGEST_COUNTED
    ]
    text = question.text
    with connections[READER].cursor() as cursor:
        cursor.execute(KNOWN, [words, FEW])
        known = {word for (word,) in cursor.fetchall()}
        for word in [word for word in words if word not in known][:MOST_SUGGESTED]:
            count = count_found(word)
            if count <= FEW and (suggestion := _nearest(cursor, word, MORE * count)):
                text = _replaced(text, word, suggestion)
    return text if text != question.text else ""


def count_found(word: str) -> int:
    """Return how many published cables the search finds for a word."""
    return len(published_cables().saying(Question(word, groups=((Operand((word,)),),))))


def _nearest(cursor: Any, word: str, least: int) -> str:
    """Return the most similar word that is in at least `least` cables; "" if there is none."""
    cursor.execute(ALIKE, [word, word])
    similar = cursor.fetchall()
    # With each two neighbouring letters exchanged: "beriln" gives "berlin".
    exchanged = [f"{word[:i]}{word[i + 1]}{word[i]}{word[i + 2 :]}" for i in range(len(word) - 1)]
    cursor.execute(EXCHANGED, [exchanged])
    most = 1 if len(word) < 5 else 2
    candidates = [
        (edits, -cables, other)
        for other, cables in dict(similar + cursor.fetchall()).items()
        if other.isalpha()
        and cables >= least
        and 0 < (edits := OSA.distance(word, other, score_cutoff=most)) <= most
    ]
    for _, cables, other in sorted(candidates):
        if -cables >= RARE or count_found(other):
            return str(other)
    return ""


def _replaced(text: str, word: str, suggestion: str) -> str:
    """Replace a word in a text where it is a whole word, whatever its case and accents."""
    return re.sub(
        r"[^\W_]+(?![\w*])",
        lambda match: suggestion if words_of(match[0]) == {word} else match[0],
        text,
    )
