"""Excerpts of search results: the best matching paragraphs of each cable, highlighted."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from django.db import connections
from django.utils.safestring import SafeString, mark_safe

from ..models import Cable
from ..models.querysets import READER
from ..models.search_vector import CONFIG, PARTING, SEARCHED_CHARACTERS
from .highlight import excerpt, mark, pattern, score
from .query import Question

MOST_EXCERPTS = 3
STARTS, STOPS = "\x02", "\x03"  # Mark a matching word; no text has these characters.
MARKED = (
    f"SELECT ts_headline('{CONFIG}', %s, to_tsquery('{CONFIG}', %s),"
    f" 'HighlightAll=true, StartSel={STARTS}, StopSel={STOPS}')"
)
NEEDED = ("subject", "facts", "body", "paragraph_ids", "fingerprints")
FOUND = re.compile(rf"{STARTS}([^{STARTS}{STOPS}]{{1,200}}){STOPS}")
PARTED = str.maketrans(dict.fromkeys(PARTING, " "))
INITIALS = re.compile(r"(?<![^\W_])[^\W_]")  # The first letter or digit of each word.


@dataclass(frozen=True, slots=True)
class Hits:
    """Highlighted subject and excerpts of one search result."""

    subject: SafeString
    excerpts: list[tuple[str, SafeString]]  # (paragraph id, HTML with <mark>), best first.


def excerpts(cables: Sequence[Cable], question: Question) -> dict[int, Hits]:
    """Return {primary key: hits} of published cables, with at most MOST_EXCERPTS excerpts each.

    `cables` have the columns NEEDED. A cable that matches by its subject, tags or origin alone has
    no excerpts. Returns {} if the question has no words.
    """
    if not question.tsquery:
        return {}
    words = find_words(cables, question)
    return {cable.pk: _hits(cable, words) for cable in cables}


def find_words(cables: Iterable[Cable], question: Question) -> re.Pattern[str]:
    """Return a pattern for the words of a question, in the forms that the cables print.

    Only PostgreSQL knows that "fees" matches "fee", and it takes a millisecond for a text: it gets
    each word that may match once.
    """
    pieces = _pieces(cables, question.tsquery) if question.tsquery else set()
    if not pieces:
        return pattern(())
    with connections[READER].cursor() as cursor:
        cursor.execute(MARKED, [" ".join(pieces).translate(PARTED), question.tsquery])
        (text,) = cursor.fetchone()
    return pattern(set(FOUND.findall(text)))


def _pieces(cables: Iterable[Cable], query: str) -> set[str]:
    """Return the strings between blanks in which a word may match the query, by its initial.

    A stem has the initial of its word. If the query has non-ASCII letters, which may be spelt in
    another way, all strings are returned.
    """
    initials = set(INITIALS.findall(query.lower() + query.upper()))
    texts = (f"{cable.subject} {cable.body[:SEARCHED_CHARACTERS]}" for cable in cables)
    pieces = set(" ".join(texts).split())
    if not "".join(initials).isascii():
        return pieces
    return {
        piece
        for piece in pieces
        if piece[0] in initials
        or not (piece.isascii() and (piece.isalpha() or initials.isdisjoint(piece)))
    }


def _hits(cable: Cable, words: re.Pattern[str]) -> Hits:
    scored = [(score(block.text, words), block) for block in cable.blocks()]
    best = sorted((each for each in scored if each[0][0]), key=lambda each: each[0], reverse=True)
    return Hits(
        mark_safe(mark(escape(cable.title), words)),
        [(block.id, mark_safe(excerpt(block.text, words))) for _, block in best[:MOST_EXCERPTS]],
    )
