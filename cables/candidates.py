"""Which published texts may hold a quotation: found by its rarest words, as many as can be read.

What holds it to the letter has all of its words. What holds it in another form has most: it is
asked for by several of them apart, or by two or three together where each alone is too common.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log, prod

from django.db import connections

from .asking import STOP_WORDS, in_words, operand
from .models import Cable, Version
from .querysets import READER
from .quotes import Quotation
from .search import CONFIG, PARTING, RECIPIENTS, VERSION_WORDS, tsquery
from .words import ALL_CABLES, is_counted, words_of

MOST_READ = 60  # Texts of one kind.
ALL_OF = 8  # Rare words that a text has to have for the quotation to stand in it.
RARE = 2_000  # Cables that are asked for by one word, or by some together.
RAREST = {1: 12, 2: 7, 3: 6, 4: 5}  # Words together -> out of how many of the rarest.
ENOUGH = 6  # Of such questions, so that three wrong words leave some.
MOST_ASKED = 14
MOST_RECIPIENTS = 12  # Words of the lines TO and INFO.
MOST_LOOKED_THROUGH = 40_000  # Cables, for words that follow one another: half a second.
IN_A_ROW = 6  # Words of a phrase.
UNCOUNTED = 0.02  # In which part of the cables a word stands, if the counts are not whole.
BROKEN = re.compile(r"[^\s-]{1,40}-[ \t]*\n\s*\S{1,40}")  # It may be one word, or two.
APART = dict.fromkeys(map(ord, PARTING), " ")
SAID = re.compile(r"[^\W_]+")

COUNTS = "SELECT word, cables FROM cables_word WHERE word = ANY(%s)"
HOLDING = f"""
SELECT id FROM cables_cable
WHERE search_vector @@ to_tsquery('{CONFIG}', %s) AND withheld_reason <= '' LIMIT {MOST_READ + 1}
"""
IN_THIS_ORDER = f"""
SELECT id FROM cables_cable
WHERE search_vector @@ (
        to_tsquery('{CONFIG}', %s)
        && (phraseto_tsquery('{CONFIG}', %s) || phraseto_tsquery('{CONFIG}', %s))
    ) AND withheld_reason <= '' LIMIT {MOST_READ + 1}
"""
ASKED = f"""
(SELECT id, %s AS worth FROM cables_cable
WHERE search_vector @@ to_tsquery('{CONFIG}', %s) AND withheld_reason <= '' LIMIT {RARE * 3})
"""
LIKE = f"""
SELECT id FROM ({{}}) AS asked GROUP BY id ORDER BY sum(worth) DESC, id LIMIT {MOST_READ}
"""


@dataclass(frozen=True, slots=True)
class Rare:
    """A word of a quotation that few texts have, as far as that is known."""

    word: str
    share: float  # Of the cables have it; 0 if none has.

    @property
    def worth(self) -> float:
        return -log(max(self.share, 1e-6))


class Words:
    """The words of a quotation by which texts are found, the rarest first."""

    def __init__(self, quotation: Quotation):
        pieces = [piece.text for piece in quotation.pieces]
        self.stretches = [each for piece in pieces for each in BROKEN.split(piece)]
        words = [word for each in self.stretches for word in in_words(each)]
        words = [word for word in words if "." not in word or word[0].isdigit()]
        words = [word.lower() for word in words if len(word) > 1]
        self.rarest, self.total = _weighed(word for word in words if word not in STOP_WORDS)

    def __bool__(self):
        return bool(self.rarest)

    @property
    def all_known(self) -> bool:
        """Whether each of the words stands in some cable."""
        return all(rare.share for rare in self.rarest)

    @property
    def expected(self) -> float:
        """How many cables have all that are asked for, if words stood in them by chance alone."""
        return prod(rare.share for rare in self.rarest[:ALL_OF]) * self.total

    @property
    def all_of(self) -> str:
        """A tsquery that the quotation's own text answers."""
        return " & ".join(operand([rare.word]) for rare in self.rarest[:ALL_OF])

    @property
    def in_a_row(self) -> tuple[str, str]:
        """Words in a row that are the rarest together, twice: a number may break one row."""
        worth = {rare.word: rare.worth for rare in self.rarest}
        rows = []
        for stretch in self.stretches:
            words = stretch.translate(APART).split()
            for start in range(max(1, len(words) - IN_A_ROW + 1)):
                row = words[start : start + IN_A_ROW]
                said = SAID.findall(" ".join(row).lower())
                rows.append((sum(worth.get(word, 0) for word in said), start, row))
        _, start, first = max(rows)
        others = [row for row in rows if abs(row[1] - start) >= IN_A_ROW] or rows
        return " ".join(first), " ".join(max(others)[2])

    def asked(self) -> list[tuple[float, str]]:
        """Return (worth, tsquery) of questions that few texts answer each, the rarest first."""
        known = [rare for rare in self.rarest if rare.share]
        asked: list[tuple[float, str]] = []
        for together, most in RAREST.items():
            if len(asked) >= ENOUGH:
                break
            common = [rare for rare in known if together == 1 or rare.share * self.total > RARE]
            asked += sorted(self._together(common[:most], together), reverse=True)
        return asked[:MOST_ASKED]

    def _together(self, words: Sequence[Rare], count: int) -> Iterator[tuple[float, str]]:
        for chosen in combinations(words, count):
            share = 1.0
            for rare in chosen:
                share *= rare.share
            if share * self.total <= RARE:
                worth = sum(rare.worth for rare in chosen)
                yield worth, " & ".join(operand([rare.word]) for rare in chosen)


def _weighed(words: Iterable[str]) -> tuple[list[Rare], int]:
    """Return words, each once and the rarest first, and how many cables were counted."""
    forms = {word: max(words_of(word), key=len, default="") for word in dict.fromkeys(words)}
    with connections[READER].cursor() as cursor:
        cursor.execute(COUNTS, [[ALL_CABLES, *forms.values()]])
        counts = dict(cursor.fetchall())
    total = counts.get(ALL_CABLES, 0)
    if not total:  # A load is under way.
        return [Rare(word, UNCOUNTED) for word in forms], 250_000
    rarest = [
        Rare(word, (counts.get(form, 0) if is_counted(form) else 1) / total)
        for word, form in forms.items()
    ]
    return sorted(rarest, key=lambda rare: rare.share), total


def holding(words: Words) -> tuple[list[int], bool]:
    """Return the cables (primary keys) that have all rare words, and whether there are more."""
    with connections[READER].cursor() as cursor:
        cursor.execute(HOLDING, [words.all_of])
        found = [key for (key,) in cursor.fetchall()]
        if len(found) > MOST_READ:
            cursor.execute(IN_THIS_ORDER, [words.all_of, *words.in_a_row])
            found = [key for (key,) in cursor.fetchall()]
    return found[:MOST_READ], len(found) > MOST_READ


def like(words: Words) -> list[int]:
    """Return the cables (primary keys) that have most of the rare words, the most first."""
    asked = words.asked()
    if not asked:
        return []
    statement = LIKE.format(" UNION ALL ".join([ASKED] * len(asked)))
    with connections[READER].cursor() as cursor:
        cursor.execute(statement, [value for each in asked for value in each])
        return [key for (key,) in cursor.fetchall()]


def superseded(words: Words, *, all_of: bool):
    """Return superseded texts with all rare words, or with some of them."""
    asked = words.all_of if all_of else " | ".join(f"({query})" for _, query in words.asked())
    if not asked:
        return Version.objects.none()
    held = Version.objects.using(READER).filter(cable__withheld_reason="")
    held = held.alias(words=VERSION_WORDS).filter(words=tsquery(asked))
    return held.select_related("cable__origin").defer(
        "cable__search_vector", "cable__keywords", "cable__body", "cable__header"
    )[:MOST_READ]


def sent_to(quotation: Quotation) -> list[int]:
    """Return cables (primary keys) whose lines TO and INFO have all words of a quotation."""
    words = [word for word in in_words(quotation.text) if len(word) > 1 and "." not in word]
    if not words:
        return []
    asked = " & ".join(operand([word]) for word in dict.fromkeys(words[:MOST_RECIPIENTS]))
    cables = Cable.objects.published().alias(recipients=RECIPIENTS)
    return list(cables.filter(recipients=tsquery(asked)).primary_keys()[:MOST_READ])


def nearest_first(quotation: Quotation, texts: Iterable) -> list:
    """Return texts by how many words, and three words in a row, they share with a quotation.

    Those that share not half as much as the first are left out.
    """
    words = SAID.findall(" ".join(piece.text for piece in quotation.pieces).lower())
    runs = map(" ".join, zip(words, words[1:], words[2:], strict=False))
    wanted = {f" {said} " for said in (*runs, *words) if said not in STOP_WORDS}
    shared = [(_count(wanted, text.body), text) for text in texts]
    most = max((count for count, _ in shared), default=0)
    near = [each for each in shared if each[0] * 2 >= most]
    return [text for _, text in sorted(near, key=lambda each: -each[0])]


def _count(wanted: set[str], text: str) -> int:
    """Return how many of some words stand in a text, one behind the other."""
    said = f" {' '.join(SAID.findall(text.lower()))} "
    return sum(each in said for each in wanted)
