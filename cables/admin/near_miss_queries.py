"""What the index of words is asked, to find cables with the words of a redaction or near to them.

The index has runs of letters and digits: "MERI-DIAN" is two words in a row, "M E R I D I A N" are
eight, "12MERIDIAN" is one. What is near to a word is chosen from the table of all words.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

from django.db import connections
from tantivy import Query

from ..curation.near_misses import is_telling, kind_of, spellings
from ..models.querysets import READER
from ..search.timeouts import TooSlow, statement_timeout
from ..search_index.schema import PRINTED, STEMMED, analyzer, schema
from ..telegram.phrases import words_in

MOST_MILLISECONDS = 1_500  # For one question.
MOST_WORDS = 100  # Near to one word, in all cables.
MOST_BROKEN = 250  # Ways to break one phrase.
MOST_BREAKS = 2  # In one phrase.
SHORTEST_START = 4  # Letters that other words are looked for by.
NUMBERS = [str(number).zfill(width) for width in (1, 2, 3) for number in range(10**width)]
LIKE_IT = """
SELECT word FROM cables_word WHERE word %% %s OR word LIKE %s
ORDER BY word LIKE %s DESC, similarity(word, %s) DESC LIMIT 2000
"""
# Words with letters of other alphabets: no trigram of them need be that of the word.
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
        """Return the query of the search index."""
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
        return Query.regex_phrase_query(schema(), field, patterns)

    def in_postgresql(self) -> str:
        """Return the tsquery."""
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


def questions(phrases: Sequence[str]) -> Iterator[list[Row]]:
    """Yield what is asked for phrases; of each list one answer is enough.

    They are the phrases, broken once or twice or spaced out, and what is near to them.
    """
    words = [each for each in map(words_in, phrases) if each]
    yield [in_a_row(phrase) for phrase in phrases if words_in(phrase)]
    for each in words:
        yield [in_a_row(form) for form in broken(each)]
        yield near_to(each)
        if max(map(len, each)) >= SHORTEST_START:
            yield [numbered(each)]


def in_a_row(phrase: str) -> Row:
    """Return the question for the words of a phrase in a row."""
    return Row(tuple((word,) for word in words_in(phrase)))


def broken(words: Sequence[str]) -> Iterator[str]:
    """Yield a phrase as the index has it: in single letters, or cut inside its words."""
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
    """Return what is near to a phrase.

    A name of several words is looked for with one of them changed, with initials, without the
    words between the first and the last, with the last one first, and as one word.
    """
    forms = [(word, *like(word)) for word in words]
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
    """Return the question for a phrase with up to three digits before it: "12MERIDIAN"."""
    first, *others = words
    return Row(((first,), *((word,) for word in others)), not others, is_numbered=True)


def like(word: str) -> list[str]:
    """Return words of published cables that are near to one, and those that look like it."""
    asked = (
        (LIKE_IT, [word, f"%{word}%", f"%{word}%", word]),
        (FOREIGN, [len(word) - 2, len(word) + 4]),
    )
    known = [each for one in asked for (each,) in _rows(*one) if _is_near(each, word)]
    return [*known[:MOST_WORDS], *spellings(word)]


def rarest(phrase: str) -> str:
    """Return the word of a name of several that fewest cables have, the last of several such.

    "" where there is one word alone, or none that tells a name.
    """
    words = words_in(phrase)
    telling = [word for word in reversed(words) if is_telling(word)]
    if len(words) < 2 or not telling:
        return ""
    counts = dict(_rows(COUNTS, [telling]))
    return min(telling, key=lambda word: counts.get(word, 0))


def _is_near(said: str, word: str) -> bool:
    """Return whether a word of the table is near to one; in capitals it may look like another."""
    return bool(kind_of(said, word) or kind_of(said, word, said.upper()))


def _rows(query: str, given: Sequence) -> list[tuple]:
    try:
        with statement_timeout(MOST_MILLISECONDS), connections[READER].cursor() as cursor:
            cursor.execute(query, given)
            return cursor.fetchall()
    except TooSlow:
        return []


def start(before: Sequence[tuple[str, ...]], word: str) -> Row:
    """Return the question for words that begin with one, if it is long enough, else for it."""
    return Row((*before, (word,)), len(word) >= SHORTEST_START)


def _quoted(words: Iterable[str], mark: str = "") -> str:
    return "(" + " | ".join(f"'{word}'{mark}" for word in dict.fromkeys(words)) + ")"
