"""Words that were found in a text -> their marks in its HTML, and its best part. No Django.

Words are given as they are printed, "fees" and "Fee", since only the database knows that both
answer the same question.
"""

import re
from collections.abc import Iterable
from html import escape

MOST_WORDS = 200  # So many of them are marked.
MOST_LOOKED_AT = 100  # So many places in one text are weighed.
SHOWN = 240  # Characters of an excerpt, about three lines.
BEFORE = 60  # Of which so many stand before the first word.
NEAR = 4  # Characters between two words of a phrase: ", " or a line break.
SAME = 5  # Two forms of a word begin alike: "policies" and "policy".
TAG_OR_ENTITY = re.compile(r"(<[^<>]*>|&#?\w{1,12};)")
NEVER = re.compile(r"(?!)")


def pattern(words: Iterable[str]) -> re.Pattern:
    """Return what finds whole words, capitals or not; it finds nothing if there are none."""
    known = {word.casefold(): word for word in words if word.strip()}
    longest = sorted(known.values(), key=lambda word: (-len(word), word))[:MOST_WORDS]
    if not longest:
        return NEVER
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)", re.IGNORECASE)


def mark(html: str, found: re.Pattern) -> str:
    """Return HTML with each word found in its text in a <mark>, and its tags as they are."""
    pieces = TAG_OR_ENTITY.split(html)
    pieces[::2] = [found.sub(r"<mark>\g<0></mark>", piece) for piece in pieces[::2]]
    return "".join(pieces)


def weigh(text: str, found: re.Pattern) -> tuple[int, int, int]:
    """Return how well a text answers: different words, those of them in a row, and places."""
    places = _places(text, found)
    longest = run = 0
    for at, (start, _, word) in enumerate(places):
        beside = at and start - places[at - 1][1] <= NEAR and word != places[at - 1][2]
        run = run + 1 if beside else 1
        longest = max(longest, run)
    return len({word for _, _, word in places}), longest, len(places)


def excerpt(text: str, found: re.Pattern) -> str:
    """Return the part of a text that holds the most of the words, as HTML on one line."""
    text = " ".join(text.split())
    places = _places(text, found)
    first = max(places, key=lambda place: _held(places, place[0]), default=(0,))[0]
    start = _word_start(text, first - BEFORE) if len(text) > SHOWN else 0
    end = _word_end(text, start + SHOWN)
    shown = mark(escape(text[start:end]), found)
    return f"{'… ' if start else ''}{shown}{' …' if end < len(text) else ''}"


def _places(text, found):
    """Return (start, end, the word without its ending) of the first words found in a text."""
    places = []
    for match in found.finditer(text):
        if len(places) == MOST_LOOKED_AT:
            break
        places.append((*match.span(), match.group().casefold()[:SAME]))
    return places


def _held(places, start):
    """Return how many different words an excerpt that begins about here has."""
    return len({word for at, end, word in places if at >= start and end <= start + SHOWN - BEFORE})


def _word_start(text, at):
    return max(text.rfind(" ", 0, at + 1) + 1, 0) if at > 0 else 0


def _word_end(text, at):
    blank = text.rfind(" ", 0, at)
    return len(text) if at >= len(text) else blank if blank > at - BEFORE else at
