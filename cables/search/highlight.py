"""Highlight the words of a search in a text, and cut the best excerpt from it. No Django.

Words are passed in all forms that are printed, "fees" and "Fee": only the database knows that both
match the same query.
"""

import re
from collections.abc import Iterable
from html import escape
from typing import NamedTuple

MOST_WORDS = 200  # Words that are highlighted.
MOST_LOOKED_AT = 100  # Matches in one text that are considered.
SHOWN = 240  # Characters of an excerpt, about three lines.
BEFORE = 60  # Of them before the first match.
NEAR = 4  # Characters between two words of a phrase: ", " or a line break.
SAME = 5  # Letters that two forms of a word share: "policies" and "policy".
TAG_OR_ENTITY = re.compile(r"(<[^<>]*>|&#?\w{1,12};)")
# Letters beside ASCII that Python takes for the same as these if the case does not matter.
ALIKE = {"i": "\u0130\u0131", "k": "\u212a", "s": "\u017f"}
NEVER = re.compile(r"(?!)")


class WordMatch(NamedTuple):
    """Where a text has a word of a search: text[start:end]."""

    start: int
    end: int
    word: str  # Its first letters, by which two forms of a word are the same.
    words: int = 1  # More of a phrase.


def word_pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that matches any of the words, whole and in any case; nothing if none.

    A word may be a phrase, of which any signs part the words.
    """
    unique = {word.casefold(): word for word in words if word.strip()}
    longest = sorted(unique.values(), key=lambda word: (-len(word), word))[:MOST_WORDS]
    if not longest:
        return NEVER
    if not all(word[0].isascii() and word[0].isalnum() for word in longest):
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(_written, longest))})(?!\w)", re.IGNORECASE)
    # Python finds a set of first letters twice as fast as words in any case.
    ends: dict[str, list[str]] = {}  # {the letters that a word can begin with: its other letters}
    for word in longest:
        first = word[0].lower()
        ends.setdefault(first + first.upper() + ALIKE.get(first, ""), []).append(word[1:])
    rest = (rf"(?<=[{first}])(?:{'|'.join(map(_written, each))})" for first, each in ends.items())
    return re.compile(rf"[{''.join(ends)}](?<!\w.)(?i:{'|'.join(rest)})(?!\w)")


def _written(words: str) -> str:
    """Return the pattern of a word or phrase, whatever stands between its words."""
    return re.escape(words).replace(r"\ ", r"[\W_]+")


def mark_words(html: str, pattern: re.Pattern[str], marked: str = r"<mark>\g<0></mark>") -> str:
    """Return HTML with each match in its text, not in its tags, inside a <mark> or other tags."""
    pieces = TAG_OR_ENTITY.split(html)
    pieces[::2] = [pattern.sub(marked, piece) for piece in pieces[::2]]
    return "".join(pieces)


def score(text: str, pattern: re.Pattern[str]) -> tuple[int, int, int]:
    """Return how well a text matches: (different words, longest run of them, matches)."""
    places = _find_matches(text, pattern)
    longest = run = 0
    for at, (start, _, word, words) in enumerate(places):
        beside = at and start - places[at - 1][1] <= NEAR and word != places[at - 1][2]
        run = run + words if beside else words
        longest = max(longest, run)
    different = {word: words for _, _, word, words in places}
    return sum(different.values()), longest, len(places)


def excerpt(text: str, pattern: re.Pattern[str]) -> str:
    """Return the part of a text with most different words, highlighted, as HTML on one line."""
    text = " ".join(text.split())
    places = _find_matches(text, pattern)
    starts = [match.start for match in places]
    first = max(starts, key=lambda start: _words_within(places, start), default=0)
    start = _word_start(text, first - BEFORE) if len(text) > SHOWN else 0
    end = _word_end(text, start + SHOWN)
    marked = mark_words(escape(text[start:end]), pattern)
    return f"{'… ' if start else ''}{marked}{' …' if end < len(text) else ''}"


def _find_matches(text: str, pattern: re.Pattern[str]) -> list[WordMatch]:
    """Return the first matches in a text, at most MOST_LOOKED_AT."""
    places: list[WordMatch] = []
    for match in pattern.finditer(text):
        if len(places) == MOST_LOOKED_AT:
            break
        words = len(match.group().split())
        places.append(WordMatch(*match.span(), match.group().casefold()[:SAME], words))
    return places


def _words_within(places: Iterable[WordMatch], start: int) -> int:
    """Return how many different words an excerpt with this start has."""
    within = (each for each in places if each.start >= start)
    return len({each.word for each in within if each.end <= start + SHOWN - BEFORE})


def _word_start(text: str, at: int) -> int:
    """Return where the word at an offset begins."""
    return max(text.rfind(" ", 0, at + 1) + 1, 0) if at > 0 else 0


def _word_end(text: str, at: int) -> int:
    """Return the end of the last whole word before an offset."""
    blank = text.rfind(" ", 0, at)
    return len(text) if at >= len(text) else blank if blank > at - BEFORE else at
