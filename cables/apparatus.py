"""What editors added to a text, such as footnotes and pages, and where in the text it stands.

A place is the text before it, some fifty characters. It is found again by its letters and digits
alone, so that it holds for another copy of the same message, and is lost with words that are
redacted: what stood there goes with them. A place of nothing is the heading.
"""

from collections.abc import Sequence
from typing import NamedTuple

PLACED = ("notes", "pages", "gaps")


class Place(NamedTuple):
    """Where something stands: which text of several, and behind how many of its characters."""

    text: int
    offset: int


def squeezed(text: str) -> tuple[str, list[int]]:
    """Return the letters and digits of a text, and where each one ends in it."""
    letters, ends = [], []
    for at, char in enumerate(text):
        if char.isalnum():
            letters.append(char.casefold()[:1])
            ends.append(at + 1)
    return "".join(letters), ends


def find_places(texts: Sequence[str], places: Sequence[str]) -> list[Place | None]:
    """Return where places, in their order, stand in the texts of a cable; None is nowhere."""
    whole, owners = [], []
    for number, text in enumerate(texts):
        letters, ends = squeezed(text)
        whole.append(letters)
        owners += [Place(number, end) for end in ends]
    joined, start, found = "".join(whole), 0, []
    for place in places:
        wanted, _ = squeezed(place)
        at = joined.find(wanted, max(start - len(wanted), 0)) if wanted else -1
        if at < 0 and wanted:
            at = joined.find(wanted)
        if at < 0:
            found.append(None)
            continue
        start = at + len(wanted)
        found.append(_behind_signs(texts, owners[start - 1]))
    return found


def _behind_signs(texts: Sequence[str], place: Place) -> Place:
    """Return the place behind the full stop or quotation mark that follows a word."""
    text, end = texts[place.text], place.offset
    while end < len(text) and not text[end].isalnum() and not text[end].isspace():
        end += 1
    return Place(place.text, end)


def place_of(added) -> str:
    """Return the place of a note, a page or a gap."""
    return added["at"] if isinstance(added, dict) else added[0]


def left(edition: dict, body: str) -> dict:
    """Return what may be told of a text beside it, once words of it are redacted.

    What stood at words that are gone is gone too, as is what explains them.
    """
    told = dict(edition)
    for name in PLACED:
        added = edition.get(name, [])
        found = find_places([body], [place_of(each) for each in added])
        pairs = zip(added, found, strict=True)
        told[name] = [each for each, place in pairs if place or not place_of(each)]
    letters, _ = squeezed(body)
    terms = edition.get("terms", [])
    told["terms"] = [each for each in terms if squeezed(each[0])[0] in letters]
    return {name: value for name, value in told.items() if value}
