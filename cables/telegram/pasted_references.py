"""Read pasted references, in any spelling, and the cables and paragraphs that a person lists."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from .references import (
    DASHES,
    DOCUMENT,
    FILM,
    GLUED,
    LONGEST,
    SPACED,
    find_footnoted,
    find_reference,
    is_station,
    likely_reference,
    reference_or_empty,
)

SEPARATORS = re.compile(r"[\n\r\t,;|]+")
WORD = re.compile(r"\S+")
BULLET = re.compile(r"(?:[-*•·–]|\d{1,4}[.)])\s+(?=\S)")  # Of a list: "1. ", "- ".
LONGEST_SHOWN = 80  # Characters of a piece that is not read.


@dataclass(frozen=True, slots=True)
class PastedReferences:
    """The references of a pasted text, canonical and each once, and what could not be read."""

    references: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()  # Pieces with digits that are no reference, as typed.


def read_pasted(text: str) -> PastedReferences:
    """Return the references in a text, in its order.

    A piece between line ends, commas, semicolons, tabs or bars is one reference in any spelling,
    also of a station that is in no table; or it holds several, or words around them.

    >>> read_pasted("06 Lisbon 0900412; 07ROME1 08PARIS2, 12 eggs").references
    ('06LISBON900412', '07ROME1', '08PARIS2')
    """
    references: dict[str, None] = {}
    unread: dict[str, None] = {}
    for line in text.replace("\0", " ").splitlines():
        found, left = read_line(line)
        references |= dict.fromkeys(found)
        unread |= dict.fromkeys(each[:LONGEST_SHOWN] for each in left)
    return PastedReferences(tuple(references), tuple(unread))


def read_line(line: str) -> tuple[list[str], list[str]]:
    """Return (references, pieces that are not read) of a line, as read_pasted reads it."""
    pieces = [each.strip() for each in SEPARATORS.split(line)]
    read = [_in_piece(each) for each in pieces if each]
    found = [reference for references, _ in read for reference in references]
    # "London 3820, January 23, 1959", "FRUS, 1961–1963, vol. XV, doc. 78".
    if not found and (cited := find_footnoted(line) or find_reference(line)):
        return [cited], []
    return found, [each for _, left in read for each in left]


def _in_piece(piece: str) -> tuple[list[str], list[str]]:
    """Return (references, words that are not read) of a piece."""
    for text in (piece, BULLET.sub("", piece, count=1)):
        if whole := reference_or_empty(text):
            return [whole], []
    text = DASHES.sub("-", unquote(piece).upper()).replace("\u00a0", " ").replace("+", " ")
    found: list[tuple[int, int, str]] = []
    for start, end in sorted(likely_spans(text), key=lambda span: (span[0], -span[1])):
        reference = likely_reference(text[start:end])
        if reference and not (found and start < found[-1][1]):
            found.append((start, end, reference))
    left = [
        match[0]
        for match in WORD.finditer(text)
        if re.search(r"\d.*[^\W\d_]|[^\W\d_].*\d", match[0])
        and not any(start < match.end() and match.start() < end for start, end, _ in found)
    ]
    if not found and re.search(r"\d", piece):
        left = [piece]
    return [reference for _, _, reference in found], left


def likely_spans(text: str) -> list[tuple[int, int]]:
    """Return where something in a text, in capitals, looks like a reference."""
    found = [each.span() for pattern in (DOCUMENT, GLUED, FILM) for each in pattern.finditer(text)]
    spaced = (each for each in SPACED.finditer(text) if is_station(each["station"]))
    return [*found, *(each.span("reference") for each in spaced)]


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
