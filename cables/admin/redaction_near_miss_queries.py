"""Full-text queries for cables with the words of a redaction, or near misses of them.

The index has runs of letters and digits: "MERI-DIAN" is two words in a row, "M E R I D I A N" are
eight, "12MERIDIAN" is one. Words similar to a redacted one come from the vocabulary (cables_word).
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, islice
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import connections

from ..curation.redaction_near_misses import is_telling, kind_of, lookalike_spellings
from ..models.querysets import READER
from ..models.search_vector import CONFIG, tsquery
from ..search.timeouts import TooSlow, statement_timeout
from ..telegram.redaction_matching import words_in

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


def phrase_queries(phrases: Sequence[str]) -> Iterator[list[SearchQuery]]:
    """Yield lists of queries for phrases; a cable need match only one query of a list.

    They find the phrases themselves, broken or spaced out, and their near misses.
    """
    words = [each for each in map(words_in, phrases) if each]
    yield [phrase_query(phrase) for phrase in phrases]
    for each in words:
        yield [phrase_query(form) for form in broken(each)]
        yield [tsquery(near_to(each))]
        if max(map(len, each)) >= SHORTEST_START:
            yield [tsquery(numbered(each))]


def phrase_query(phrase: str) -> SearchQuery:
    """Return the query for these words in a row."""
    return SearchQuery(phrase, search_type="phrase", config=CONFIG)


def broken(words: Sequence[str]) -> Iterator[str]:
    """Yield forms of a phrase as the index has them: in single letters, or cut inside words."""
    letters = "".join(words)
    if len(letters) > 1:
        yield " ".join(letters)
        yield ".".join(letters)
    gaps = [(at, cut) for at, word in enumerate(words) for cut in range(1, len(word))]
    chosen = (each for count in range(1, MOST_BREAKS + 1) for each in combinations(gaps, count))
    for cuts in islice(chosen, MOST_BROKEN):
        yield " ".join(
            "".join(
                f" {letter}" if (at, place) in cuts else letter for place, letter in enumerate(word)
            )
            for at, word in enumerate(words)
        )


def near_to(words: Sequence[str]) -> str:
    """Return a tsquery for the near misses of a phrase.

    A name of several words is also searched with similar words, with initials, without its middle
    words, with the last word first, and as one word.
    """
    forms = [_quoted([word, *similar_words(word)]) for word in words]
    if len(words) == 1:
        return f"{forms[0]} | {_start(words[0])}"
    first, *_, last = forms
    short = [f"({form} | '{word[0]}')" for form, word in zip(forms, words, strict=True)]
    dotted = ".".join(word[0] for word in words[:-1])  # "J.Q." is one word of the index.
    orders = {
        *(" <-> ".join([*short[:-1], last]), f"{short[0]} <-> {last}"),
        *(f"'{dotted}' <-> {last}", f"{last} <-> {first}"),
        *(" <-> ".join([*forms[:-1], _start(words[-1])]), _start("".join(words))),
    }
    return " | ".join(f"({order})" for order in sorted(orders))


def numbered(words: Sequence[str]) -> str:
    """Return a tsquery for a phrase with up to three digits before it: "12MERIDIAN"."""
    first, *others = words
    return " <-> ".join([_quoted([number + first for number in NUMBERS], ":*"), *others])


def similar_words(word: str) -> list[str]:
    """Return words of published cables that are near misses of a word, and other spellings."""
    queries = (
        (SIMILAR, [word, f"%{word}%", f"%{word}%", word]),
        (FOREIGN, [len(word) - 2, len(word) + 4]),
    )
    candidates = [each for sql, values in queries for (each,) in _rows(sql, values)]
    near = [each for each in candidates if _is_near(each, word)]
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


def _is_near(other: str, word: str) -> bool:
    """Return whether one word is a near miss of another, also when written in capitals."""
    return bool(kind_of(other, word) or kind_of(other, word, other.upper()))


def _rows(query: str, values: Sequence[Any]) -> list[tuple]:
    """Return the rows of a query, [] if it takes too long."""
    try:
        with statement_timeout(MOST_MILLISECONDS), connections[READER].cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()
    except TooSlow:
        return []


def _start(word: str) -> str:
    """Return the tsquery for words that begin with a word, or for the word if it is short."""
    return f"'{word}':*" if len(word) >= SHORTEST_START else f"'{word}'"


def _quoted(words: Iterable[str], mark: str = "") -> str:
    return "(" + " | ".join(f"'{word}'{mark}" for word in dict.fromkeys(words)) + ")"
