"""Find published texts that may have a quotation, by its rarest words.

A text with the exact quotation has all of its words. A text with an altered one has most of them:
it is searched for by several rare words, each alone, or by two or more together if each alone is
too common.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from math import log
from typing import TypeVar

from django.db import connections
from django.db.models import QuerySet

from ..models import Cable, Version
from ..models.counted_words import ALL_CABLES, is_counted
from ..models.querysets import READER, USUAL_ORDER
from ..models.sql_expressions import PARTING, VERSION_WORDS, tsquery
from ..search.index_selection import published_cables
from ..search.query import Operand, Question, number_spellings
from ..search.query_parts import STOP_WORDS, split_words
from ..telegram.distinct_words import RUN, words_of
from .quotation import Quotation, SignTable

T = TypeVar("T", bound=Cable | Version)

MOST_READ = 60  # Texts that a search returns.
ALL_OF = 8  # Rare words that are all required for an exact match.
SOME_OF = 12  # Rare words, of which a similar text has half.
MOST_RECIPIENTS = 12  # Words of the lines TO and INFO.
IN_A_ROW = 6  # Words of a phrase.
UNCOUNTED = 0.02  # The share of cables that have a word, while words are not counted.
BROKEN = re.compile(r"[^\s-]{1,40}-[ \t]*\n\s*\S{1,40}")  # At a line end: one word or two.
APART = dict.fromkeys(map(ord, PARTING), " ")

COUNTS = "SELECT word, cables FROM cables_word WHERE word = ANY(%s)"


@dataclass(frozen=True, slots=True)
class RareWord:
    """A word of a quotation, and how rare it is."""

    word: str
    share: float  # Of all cables, those that have it: 0 to 1.

    @property
    def worth(self) -> float:
        return -log(max(self.share, 1e-6))


class QuotationWords:
    """The words of a quotation that texts are searched for, the rarest first."""

    def __init__(self, quotation: Quotation):
        pieces = [piece.text for piece in quotation.pieces]
        self.stretches = [each for piece in pieces for each in BROKEN.split(piece)]
        words = [word for each in self.stretches for word in split_words(each)]
        words = [word for word in words if "." not in word or word[0].isdigit()]
        words = [word.lower() for word in words if len(word) > 1]
        self.rarest, self.total = _rarest_first(word for word in words if word not in STOP_WORDS)

    def __bool__(self) -> bool:
        return bool(self.rarest)

    @property
    def all_known(self) -> bool:
        """Whether each of the words is in some cable."""
        return all(rare.share for rare in self.rarest)

    @property
    def all_of(self) -> list[str]:
        """The words that every text with the exact quotation has, the rarest first."""
        return [rare.word for rare in self.rarest[:ALL_OF]]

    @property
    def known(self) -> list[str]:
        """The rarest words that some cable has."""
        return [rare.word for rare in self.rarest if rare.share][:SOME_OF]

    @property
    def in_a_row(self) -> tuple[str, str]:
        """The two rarest phrases of IN_A_ROW words; two, as the index may split one at a number."""
        worth = {rare.word: rare.worth for rare in self.rarest}
        rows = []
        for stretch in self.stretches:
            words = stretch.translate(APART).split()
            for start in range(max(1, len(words) - IN_A_ROW + 1)):
                row = words[start : start + IN_A_ROW]
                row_words = RUN.findall(" ".join(row).lower())
                rows.append((sum(worth.get(word, 0) for word in row_words), start, row))
        _, start, first = max(rows)
        others = [row for row in rows if abs(row[1] - start) >= IN_A_ROW] or rows
        return " ".join(first), " ".join(max(others)[2])


def _rarest_first(words: Iterable[str]) -> tuple[list[RareWord], int]:
    """Return the words without repetition, the rarest first, and the number of cables counted."""
    forms = {word: max(words_of(word), key=len, default="") for word in dict.fromkeys(words)}
    with connections[READER].cursor() as cursor:
        cursor.execute(COUNTS, [[ALL_CABLES, *forms.values()]])
        counts = dict(cursor.fetchall())
    total = counts.get(ALL_CABLES, 0)
    if not total:  # A load is under way.
        return [RareWord(word, UNCOUNTED) for word in forms], 250_000
    rarest = [
        RareWord(word, (counts.get(form, 0) if is_counted(form) else 1) / total)
        for word, form in forms.items()
    ]
    return sorted(rarest, key=lambda rare: rare.share), total


def find_exact_candidates(words: QuotationWords) -> tuple[list[int], bool]:
    """Return primary keys of cables that have all rare words, and whether there are more."""
    found = published_cables().with_words(words.all_of)
    if len(found) > MOST_READ:
        found = found.with_any_phrase(words.in_a_row)
    keys = found.keys(None, 0, MOST_READ + 1)
    return keys[:MOST_READ], len(keys) > MOST_READ


def stands_in_a_row(words: QuotationWords) -> bool:
    """Return whether a text has one of the rarest phrases of a quotation."""
    return bool(words.stretches) and len(published_cables().with_any_phrase(words.in_a_row)) > 0


def find_similar_candidates(words: QuotationWords) -> list[int]:
    """Return primary keys of cables with half of the rare words or more, best matches first."""
    if not words.known:
        return []
    least = (len(words.known) + 1) // 2
    return published_cables().with_words(words.known, least).keys(None, 0, MOST_READ)


def find_superseded(words: QuotationWords, *, all_of: bool) -> QuerySet[Version]:
    """Return superseded versions that have all rare words, or some of them."""
    query = (" & " if all_of else " | ").join(map(quoted, words.all_of if all_of else words.known))
    if not query:
        return Version.objects.none()
    versions = Version.objects.using(READER).filter(cable__withheld_reason="")
    versions = versions.alias(words=VERSION_WORDS).filter(words=tsquery(query))
    return versions.select_related("cable__origin").defer(
        "cable__keywords", "cable__body", "cable__header"
    )[:MOST_READ]


def quoted(word: str) -> str:
    """Return the tsquery of a word."""
    forms = " | ".join(f"'{form}'" for form in number_spellings(word))
    return f"({forms})"


def find_by_recipients(quotation: Quotation) -> list[int]:
    """Return primary keys of cables whose lines TO and INFO have all words of a quotation."""
    words = [word for word in split_words(quotation.text) if len(word) > 1 and "." not in word]
    if not words:
        return []
    operands = [(Operand((word,), "to"),) for word in dict.fromkeys(words[:MOST_RECIPIENTS])]
    found = published_cables().saying(Question(quotation.text, recipients=tuple(operands)))
    return found.keys(USUAL_ORDER, 0, MOST_READ)


def nearest_first(quotation: Quotation, texts: Iterable[T]) -> list[T]:
    """Sort texts by the number of words, and runs of three words, that they share with a quotation.

    Texts with less than half as many as the first are dropped.
    """
    words = RUN.findall(" ".join(piece.text for piece in quotation.pieces).lower())
    runs = map(" ".join, zip(words, words[1:], words[2:], strict=False))
    wanted = {f" {run} " for run in (*runs, *words) if run not in STOP_WORDS}
    shared = [(_count(wanted, text.body), text) for text in texts]
    most = max((count for count, _ in shared), default=0)
    near = [each for each in shared if each[0] * 2 >= most]
    return [text for _, text in sorted(near, key=lambda each: -each[0])]


# A blank for each character that belongs to no word.
SPACES = SignTable(lambda sign: sign if sign.isalnum() else " ")


def _count(wanted: set[str], text: str) -> int:
    """Count the words and runs of words that a text has."""
    words = f" {' '.join(text.lower().translate(SPACES).split())} "
    return sum(each in words for each in wanted)
