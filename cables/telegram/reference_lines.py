"""Read cables and paragraphs that a person names, one a line, in any spelling."""

import re

from .pasted_references import read_line
from .references import LONGEST, reference_or_empty

PARAGRAPH = re.compile(
    r"(?:\bpar|\bparas?\b\.?|\bparagraph|¶)\s{0,5}(\d{1,3}(?:\.\d{1,3})?)\b", re.IGNORECASE
)


def read_reference_lines(text: str) -> tuple[list[str], list[str]]:
    """Return (places, lines without a reference) of a text with a reference in each line.

    A place is a canonical reference, with the id of a paragraph if the line names one.

    >>> read_reference_lines("07 Phnom Penh 001376, para 3\\nthe one on fees")
    (['07PHNOMPENH1376 par3'], ['the one on fees'])
    """
    places: list[str] = []
    unread: list[str] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        place = _place_in(line)
        (places if place else unread).append(place or line)
    return list(dict.fromkeys(places)), unread


def _place_in(line: str) -> str:
    named = PARAGRAPH.search(line)
    before = line[: named.start()] if named else line
    reference = reference_or_empty(before) or next(iter(read_line(line)[0]), "")
    if len(reference) > LONGEST:
        return ""
    return f"{reference} par{named[1]}" if reference and named else reference


def parted_place(place: str) -> tuple[str, str]:
    """Return ("07PHNOMPENH1376", "par3") for "07PHNOMPENH1376 par3"; ("07...", "") without one."""
    reference, _, paragraph = place.partition(" ")
    return reference, paragraph
