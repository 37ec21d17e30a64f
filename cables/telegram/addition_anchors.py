"""Find where editors' additions, such as footnotes and page breaks, belong in a text.

An addition is stored with its anchor: the last fifty or so characters of the text before it.
An anchor is found by its letters and digits only, so that it works in another copy of the same
message. If words of it are redacted it is not found, and the addition is left out too. An empty
anchor is the heading.
"""

import re
from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple, TypeVar

from .fact_types import EditionFacts, EditorNote, without_empty

LETTERS = re.compile(r"[^\W_]+")  # And digits: what str.isalnum() accepts.
ENDING = re.compile(r"[^\w\s]*\Z")  # The signs at the end of an anchor, in one run.
CLOSING = ")]"
PLACE = 3  # Where a term has its anchor.
Addition = TypeVar("Addition", EditorNote, list[str])


class TextPosition(NamedTuple):
    """A position in one of several texts."""

    text: int  # Index of the text.
    offset: int  # Characters before it.


def squeezed(text: str) -> tuple[str, list[int]]:
    """Return the letters and digits of a text in lower case, and the offset behind each."""
    letters: list[str] = []
    ends: list[int] = []
    for run in LETTERS.finditer(text):
        folded = run[0].casefold()
        # A few letters, such as ß, are two in lower case: the first of them counts.
        is_longer = len(folded) != len(run[0])
        letters.append("".join(each.casefold()[0] for each in run[0]) if is_longer else folded)
        ends += range(run.start() + 1, run.end() + 1)
    return "".join(letters), ends


def leads_to_end(anchor: str, letters: str) -> bool:
    """Return whether an anchor is found at the end of a text with these letters, not earlier."""
    wanted, _ = squeezed(anchor)
    return letters.find(wanted) + len(wanted) >= len(letters)


def find_places(texts: Sequence[str], places: Sequence[str]) -> list[TextPosition | None]:
    """Return the positions of anchors in the texts of a cable, both in order; None if not found."""
    if not places:
        return []
    squeezed_texts = [squeezed(text) for text in texts]
    joined = "".join(letters for letters, _ in squeezed_texts)
    # How many letters stand before each text.
    before = list(accumulate((len(letters) for letters, _ in squeezed_texts), initial=0))
    start = 0
    positions: list[TextPosition | None] = []
    for anchor in places:
        wanted, _ = squeezed(anchor)
        at = joined.find(wanted, max(start - len(wanted), 0)) if wanted else -1
        if at < 0 and wanted:
            at = joined.find(wanted)
        if at < 0:
            positions.append(None)
            continue
        start = at + len(wanted)
        number = bisect(before, start - 1) - 1
        end = squeezed_texts[number][1][start - 1 - before[number]]
        positions.append(_behind_signs(texts, TextPosition(number, end), anchor))
    return positions


def _behind_signs(texts: Sequence[str], place: TextPosition, anchor: str) -> TextPosition:
    """Return a position moved behind the full stop or quotation mark that follows.

    A closing bracket that the anchor does not end with stands behind the addition.
    """
    text, end = texts[place.text], place.offset
    brackets = [sign for sign in "".join(ENDING.findall(anchor)) if sign in CLOSING]
    while end < len(text) and not text[end].isalnum() and not text[end].isspace():
        if text[end] in CLOSING:
            if not brackets:
                break
            brackets.pop()
        end += 1
    return TextPosition(place.text, end)


def place_of(added: EditorNote | list[str]) -> str:
    """Return the anchor of a note, a page break or a gap."""
    return added["at"] if isinstance(added, dict) else added[0]


def anchored_additions(edition: EditionFacts, body: str) -> EditionFacts:
    """Return an edition without the additions whose anchor, or term, is not in a body.

    In a body in which words are redacted, additions to them have no place.
    """
    letters, _ = squeezed(body)
    additions: EditionFacts = {
        "notes": _still_anchored(edition.get("notes", []), body),
        "pages": _still_anchored(edition.get("pages", []), body),
        "gaps": _still_anchored(edition.get("gaps", []), body),
        "links": _with_words(edition.get("links", []), body, letters),
        "styles": _with_words(edition.get("styles", []), body, letters),
        "terms": [
            term
            for term in _without_lost_anchors(edition.get("terms", []), body)
            if squeezed(term[0])[0] in letters or term[PLACE:] == [""]
        ],
    }
    return without_empty(edition | additions)


def _still_anchored(additions: list[Addition], body: str) -> list[Addition]:
    """Return the additions whose anchor is in the body, or that belong to the heading."""
    positions = find_places([body], [place_of(each) for each in additions])
    pairs = zip(additions, positions, strict=True)
    return [each for each, position in pairs if position or not place_of(each)]


def _with_words(rows: list[list[str]], body: str, letters: str) -> list[list[str]]:
    """Return the rows [anchor, words, ...] of which both are in a body with these letters."""
    anchored = _still_anchored(rows, body)
    return [row for row in anchored if row[0] and squeezed(row[1])[0] in letters]


def _without_lost_anchors(terms: list[list[str]], body: str) -> list[list[str]]:
    """Return terms, without those of their anchors that are not in the body: redacted words."""
    places = find_places([body], ["".join(term[PLACE:]) for term in terms])
    return [
        term if place or term[PLACE:] == [""] else term[:PLACE]
        for term, place in zip(terms, places, strict=True)
    ]
