"""Full-text queries for cables with the words of a redaction, or near misses of them.

The index has runs of letters and digits: "MERI-DIAN" is two words in a row, "M E R I D I A N" are
eight, "12MERIDIAN" is one. Words similar to a redacted one come from the vocabulary (cables_word).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Any

from django.db import connections
from tantivy import Query

from ...models.querysets import READER
from ...names.redaction_near_misses import is_telling, kind_of, lookalike_spellings
from ...search.timeouts import TooSlow, statement_timeout
from ...search_index.schema import PRINTED, STEMMED, analyzer, schema
from ...telegram.redact_phrases import words_in

MOST_MILLISECONDS = 1_500  # For one query.
MOST_WORDS = 100  # Similar words for one word.
MOST_BROKEN = 250  # Ways to break one phrase.
MOST_BREAKS = 2  # In one phrase.
SHORTEST_START = 4  # Letters of a word that is also searched as a prefix.
NUMBERS = [str(number).zfill(width) for width in (1, 2, 3) for number in range(10**width)]
SIMILAR = """
SELECT word FROM cables_word WHERE word %% %s OR word LIKE %s
ORDER BY word LIKE %s DESC, similarity(word, %s) DESC LIMIT 2000
"""
# Words with letters of other alphabets may share no trigram with the word that they look like.
FOREIGN = """
SELECT word FROM cables_word
WHERE octet_length(word) > length(word) AND length(word) BETWEEN %s AND %s LIMIT 5000
"""
COUNTS = "SELECT word, cables FROM cables_word WHERE word = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Row:
    """Words in a row. Each place has the words that may stand there."""

    places: tuple[tuple[str, ...], ...]
    is_start: bool = False  # Whether those of the last place are beginnings of words.
    is_numbered: bool = False  # Whether up to three digits stand before the first.

    def in_index(self, field: str) -> Query:
        places = [
            stemmed(each, self.is_start and at == len(self.places) - 1)
            for at, each in enumerate(self.places)
        ]
        patterns = ["|".join(map(re.escape, each)) for each in places]
        if self.is_numbered:
            patterns[0] = f"[0-9]{{1,3}}({patterns[0]})"
        if self.is_start:
            patterns[-1] = f"({patterns[-1]}).*"
        if len(patterns) == 1:
            return Query.regex_query(schema(), field, patterns[0])
        return Query.regex_phrase_query(schema(), field, [*patterns])

    def in_postgresql(self) -> str:
        first, *others = self.places
        if self.is_numbered:
            first = tuple(number + word for number in NUMBERS for word in first)
        marks = [""] * len(others) + [":*" if self.is_start else ""]
        places = zip((first, *others), marks, strict=True)
        return " <-> ".join(_quoted(words, mark) for words, mark in places)


def stemmed(words: Iterable[str], is_start: bool) -> list[str]:
    """Return the stems of words, or beginnings of words as they are typed."""
    name = PRINTED if is_start else STEMMED
    return list(dict.fromkeys(stem for word in words for stem in analyzer(name).analyze(word)))


def phrase_queries(phrases: Sequence[str]) -> Iterator[list[Row]]:
    """Yield lists of queries for phrases; a text need match only one query of a list.

    They find the phrases themselves, broken or spaced out, and their near misses.
    """
    words = [each for each in map(words_in, phrases) if each]
    yield [in_a_row(phrase) for phrase in phrases if words_in(phrase)]
    for each in words:
        yield [in_a_row(form) for form in broken(each)]
        yield near_to(each)
        if max(map(len, each)) >= SHORTEST_START:
            yield [numbered(each)]


def in_a_row(phrase: str) -> Row:
    return Row(tuple((word,) for word in words_in(phrase)))


def broken(words: Sequence[str]) -> Iterator[str]:
    """Yield forms of a phrase as the index has them: in single letters, or cut inside words."""
    letters = "".join(words)
    if len(letters) > 1:
        yield " ".join(letters)
    gaps = [(at, cut) for at, word in enumerate(words) for cut in range(1, len(word))]
    chosen = (each for count in range(1, MOST_BREAKS + 1) for each in combinations(gaps, count))
    for cuts in islice(chosen, MOST_BROKEN):
        yield " ".join(
            "".join(
                f" {letter}" if (at, place) in cuts else letter for place, letter in enumerate(word)
            )
            for at, word in enumerate(words)
        )


def near_to(words: Sequence[str]) -> list[Row]:
    """Return queries for the near misses of a phrase.

    A name of several words is also searched with similar words, with initials, without its middle
    words, with the last word first, and as one word.
    """
    forms = [(word, *similar_words(word)) for word in words]
    if len(words) == 1:
        return [Row((forms[0],)), start([], words[0])]
    first, *_, last = forms
    short = [(*form, word[0]) for form, word in zip(forms, words, strict=True)]
    return [
        Row((*short[:-1], last)),
        Row((short[0], last)),
        Row((last, first)),
        start(forms[:-1], words[-1]),
        start([], "".join(words)),
    ]


def numbered(words: Sequence[str]) -> Row:
    """Return the query for a phrase with up to three digits before it: "12MERIDIAN"."""
    first, *others = words
    return Row(((first,), *((word,) for word in others)), not others, is_numbered=True)


def similar_words(word: str) -> list[str]:
    """Return words of published cables that are near misses of a word, and other spellings."""
    queries = (
        (SIMILAR, [word, f"%{word}%", f"%{word}%", word]),
        (FOREIGN, [len(word) - 2, len(word) + 4]),
    )
    candidates = [each for sql, values in queries for (each,) in _rows(sql, values)]
    near = [w for w in candidates if kind_of(w, word) or kind_of(w, word, w.upper())]
    return [*near[:MOST_WORDS], *lookalike_spellings(word)]


def rarest(phrase: str) -> str:
    """Return the word of a name that the fewest cables have; of equally rare ones the last.

    Return "" for a single word, or if no word is distinctive.
    """
    words = words_in(phrase)
    telling = [word for word in reversed(words) if is_telling(word)]
    if len(words) < 2 or not telling:
        return ""
    counts = dict(_rows(COUNTS, [telling]))
    return min(telling, key=lambda word: counts.get(word, 0))


def _rows(query: str, values: Sequence[Any]) -> list[tuple]:
    """Return the rows of a query, [] if it takes too long."""
    try:
        with statement_timeout(MOST_MILLISECONDS), connections[READER].cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()
    except TooSlow:
        return []


def start(before: Sequence[tuple[str, ...]], word: str) -> Row:
    """Return the query for words that begin with a word, or for the word if it is short."""
    return Row((*before, (word,)), len(word) >= SHORTEST_START)


def _quoted(words: Iterable[str], mark: str = "") -> str:
    return "(" + " | ".join(f"'{word}'{mark}" for word in dict.fromkeys(words)) + ")"
