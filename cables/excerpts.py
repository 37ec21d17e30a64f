"""Where the cables of a page of results answer the question: their best paragraphs, marked."""

import re
from dataclasses import dataclass
from html import escape

from django.db import connections
from django.utils.safestring import SafeString, mark_safe

from .highlights import excerpt, mark, pattern, weigh
from .querysets import READER
from .search import CONFIG, PARTING, SEARCHED_CHARACTERS

MOST_EXCERPTS = 3
STARTS, STOPS = "\x02", "\x03"  # Around a word that was found: no text has them.
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
    """What one cable says of the words asked for."""

    subject: SafeString
    excerpts: list[tuple[str, SafeString]]  # (paragraph id, HTML with <mark>), best first.


def excerpts(cables, question) -> dict[int, Hits]:
    """Return {primary key: hits} of published cables, at most three excerpts of each.

    They are read with the columns NEEDED. A cable that is found by its subject, its tags or its
    origin alone has no excerpts, and neither has any if nothing is to be matched.
    """
    if not question.tsquery:
        return {}
    found = find_words(cables, question)
    return {cable.pk: _hits(cable, found) for cable in cables}


def find_words(cables, question) -> re.Pattern:
    """Return what finds the words of a question in some cables, in the forms that they print.

    PostgreSQL alone knows that "fees" answers "fee", and takes a millisecond to go through a
    text: it is given only what may, each piece once.
    """
    pieces = _pieces(cables, question.tsquery) if question.tsquery else ()
    if not pieces:
        return pattern(())
    with connections[READER].cursor() as cursor:
        cursor.execute(MARKED, [" ".join(pieces).translate(PARTED), question.tsquery])
        (text,) = cursor.fetchone()
    return pattern(set(FOUND.findall(text)))


def _pieces(cables, query):
    """Return the pieces between blanks in which a word begins as one of a query does.

    A stem begins as its word does. What is not ASCII may be written otherwise: all such is kept.
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


def _hits(cable, found):
    weighed = [(weigh(block.text, found), block) for block in cable.blocks()]
    best = sorted((each for each in weighed if each[0][0]), key=lambda each: each[0], reverse=True)
    return Hits(
        mark_safe(mark(escape(cable.title), found)),
        [(block.id, mark_safe(excerpt(block.text, found))) for _, block in best[:MOST_EXCERPTS]],
    )
