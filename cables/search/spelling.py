"""Suggest words of published cables for misspelt words of a question."""

import re
from typing import Any

from django.db import connections
from rapidfuzz.distance import OSA

from ..glossary.printed_terms import terms_asked_for
from ..models.counted_words import LONGEST
from ..models.querysets import READER
from ..telegram.distinct_words import words_of
from .index_selection import published_cables
from .query import Operand, Question

SHORTEST = 3  # Letters of a word that is replaced by a suggestion.
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
    parts = [part for part in dict.fromkeys(parts) if part not in words_of(terms)]
    words = [word for word in parts if word.isalpha() and SHORTEST <= len(word) <= LONGEST]
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
    cursor.execute(EXCHANGED, [_exchanged(word)])
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


def _exchanged(word: str) -> list[str]:
    """Return a word with each two neighbouring letters exchanged: "beriln" gives "berlin"."""
    return [f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}" for at in range(len(word) - 1)]


def _replaced(text: str, word: str, suggestion: str) -> str:
    """Replace a word in a text where it is a whole word, whatever its case and accents."""

    def replacement(match: re.Match[str]) -> str:
        return suggestion if words_of(match[0]) == {word} else match[0]

    return re.sub(r"[^\W_]+(?![\w*])", replacement, text)
