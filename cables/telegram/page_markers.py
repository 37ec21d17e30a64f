"""Find the classification line and the page markers of a telegram; repair damaged line ends.

Text is str with "\\n" line ends. Rule ids are those of docs/format.md.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from .preamble_vocabulary import CLASS_CAPTIONS, CLASSES

# H-9. Only blanks and tabs between the parts, so that it does not match across lines.
CLASSIFICATION_LINE = re.compile(
    rf"""^[ \t]*
    (?P<level>UNCLAS(?:SIFIED)?
      |C[ ]?O[ ]?N[ ]?F[ ]?I[ ]?D[ ]?E[ ]?N[ ]?T[ ]?I[ ]?A[ ]?L
      |(?:T[ ]?O[ ]?P[ ]{{1,3}})?S[ ]?E[ ]?C[ ]?R[ ]?E[ ]?T
      |LIMITED[ ]OFFICIAL[ ]USE)
    (?P<captions>(?:[ \t/]{{1,8}}(?:{CLASS_CAPTIONS}))*)
    (?:[ \t]{{1,8}}SECTION[ \t]{{1,8}}(?P<section>\d\d)
       [ \t]{{1,8}}OF[ \t]{{1,8}}(?P<sections>\d\d))?
    [ \t]{{1,8}}(?P<station>[A-Z][A-Z'. -]{{0,40}}?)[ \t]{{1,8}}(?P<serial>\d{{4,6}})\b""",
    re.VERBOSE | re.MULTILINE,
)
STATION_AND_SERIAL = re.compile(r"[A-Z][A-Z'. -]{1,40}? {1,3}(\d{1,6})")

# H-20: "PHNOM PENH 00001376  002 OF 005", on its own line or inside a long one.
PAGE_OF_PAGES = re.compile(
    r"(?<!\d)(?P<serial>0{1,5}\d{1,6}) {1,4}(?P<page>\d{3}(?:\.\d)?) {1,4}OF {1,4}"
    r"(?P<pages>\d{3})(?!\d)"
)
STATION_LINE = re.compile(r"[ \t>]*[A-Z][A-Z'.-]*(?: [A-Z'.-]+){0,4} *")
LAST_WORD = re.compile(r"[A-Z][A-Z'.-]* *$")
# H-21: "PAGE 02        HARARE  02345  081245Z", in telegrams before 1999.
_OLD_PAGE = (
    r"PAGE[^\S\n]{1,4}(?P<page>\d{2})(?: OF \d{2})?[^\S\n]{1,20}[A-Z][A-Z. ]{0,20}?"
    r"[^\S\n]{1,10}\d{4,6}(?:[^\S\n]{1,4}\d\d OF \d\d)?[^\S\n]{1,8}\d{6}Z"
)
# As a whole line: at least two blanks precede the station. Ids of paragraphs depend on it.
OLD_PAGE_LINE = re.compile(rf"\s{{0,8}}(?=PAGE\s{{1,4}}\d\d(?: OF \d\d)?\s\s){_OLD_PAGE}\s*")
# Anywhere, with the class above it and the section below.
OLD_PAGE_BREAK = re.compile(
    rf"\n?(?<![ \t])[ \t]*(?:(?:{CLASSES})\s{{1,20}})?\b{_OLD_PAGE}(?:\s{{1,8}}\d\d OF \d\d\b)?"
    r"[ \t]*\n?"
)
BARE_CLASS = re.compile(rf"\s*({CLASSES})\s*")
SECTION_OF_PAGE = re.compile(r"\s*\d{2} OF \d{2}\s*")
STATION_WIDTH = 60  # Characters before the serial in which the station stands.
MARKER_WIDTH = 120  # Characters: a page marker on its own line is not longer.
OPENING = 4_000  # Characters in which a second copy of the opening lines may stand (M-13).
OPENING_AHEAD = 1_500  # Characters behind the classification line in which a label must follow.


@dataclass(frozen=True, slots=True)
class PageMarker:
    """A page break of the transmission: `label` is "002 OF 005", or "PAGE 02"."""

    start: int
    end: int
    label: str


def strip_backslashes(text: str) -> str:
    """Return the text without the backslashes at line ends, if most lines have one (M-14)."""
    if "\\" not in text:
        return text
    lines = text.split("\n")
    filled = [line for line in lines if line.strip()]
    marked = sum(line.rstrip().endswith("\\") for line in filled)
    if marked * 2 <= len(filled):
        return text
    return "\n".join(_without_backslash(line) for line in lines)


def _without_backslash(line: str) -> str:
    bare = line.rstrip()
    return bare[:-1].rstrip() if bare.endswith("\\") else line


def telegram_start(body: str, serial: int | None = None) -> int:
    """Return the offset at which the telegram itself starts, behind stray text (M-13).

    A body may begin with a row of the database it came from, or with a truncated first copy of
    its own opening lines. `serial` is that of the cable; without it, the serial of the first
    classification line counts. The opening lines of a further section are not a start, though
    some sections repeat the whole preamble.
    """
    start = None
    for line in _classification_lines(body[:OPENING]):
        if serial is None:
            serial = int(line["serial"])
        if start is not None and int(line["section"] or 1) > 1:
            continue
        ahead = body[line.end() : line.end() + OPENING_AHEAD]
        if int(line["serial"]) == serial and _opens_a_telegram(ahead):
            start = line.start()
    return start or 0


def first_copy(body: str, start: int, serial: int | None) -> str:
    """Return the first copy of the opening lines before a telegram that starts at `start` (M-13).

    It begins at the first classification line with the serial of the cable. "" without one.
    """
    for line in _classification_lines(body[:OPENING]):
        if line.start() < start and int(line["serial"]) == serial:
            return body[line.start() : start]
    return ""


def _opens_a_telegram(text: str) -> bool:
    return "TAGS" in text or "SUBJ" in text or re.search(r"(?m)^ {0,8}1\.", text) is not None


@dataclass(frozen=True, slots=True)
class StationAndSerial:
    """Station and serial of a telegram's classification line, which its page markers repeat."""

    station: str = ""
    serial: int | None = None


def find_station_and_serial(body: str) -> StationAndSerial:
    """Return the station and serial in the body's first classification line, if it has one."""
    line = next(iter(_classification_lines(body[:OPENING])), None)
    return (
        StationAndSerial(line["station"].strip(), int(line["serial"]))
        if line
        else StationAndSerial()
    )


@lru_cache(maxsize=4)  # Several functions need those of one telegram in turn.
def _classification_lines(text: str) -> tuple[re.Match[str], ...]:
    return tuple(CLASSIFICATION_LINE.finditer(text))


def find_page_markers(line: str, opening: StationAndSerial) -> list[PageMarker]:
    """Return the page markers inside a line, in order (H-20).

    A marker counts if its serial is the cable's own or, as they are printed since 1999,
    has eight digits.
    """
    if " OF " not in line:
        return []
    markers = []
    for page in PAGE_OF_PAGES.finditer(line):
        if len(page["serial"]) != 8 and int(page["serial"]) != opening.serial:
            continue
        before = line[max(0, page.start() - STATION_WIDTH) : page.start()]
        if width := _station_width(before, opening.station):
            label = f"{page['page']} OF {page['pages']}"
            markers.append(PageMarker(page.start() - width, page.end(), label))
    return markers


def _station_width(before: str, station: str) -> int:
    """Return how many characters at the end of `before` are the station, perhaps cut short.

    A heading in capitals may directly precede it, so the cable's own station is tried first.
    """
    bare = before.rstrip(" ")
    for end in range(len(station), 2, -1):
        if bare.endswith(station[:end]):
            return len(before) - len(bare) + end
    alone = STATION_LINE.fullmatch(before) or LAST_WORD.search(before)
    return len(alone.group()) if alone else 0


def strip_old_pages(text: str) -> str:
    """Return a text with a line break for each page break of the time before 1999 (H-21)."""
    return OLD_PAGE_BREAK.sub("\n", text) if "PAGE " in text else text


def find_page_lines(lines: Sequence[str], opening: StationAndSerial) -> dict[int, str]:
    """Return {index: label} of the lines that are only a page marker."""
    return {
        index: label
        for index, line in enumerate(lines)
        if (" OF " in line or "PAGE" in line) and (label := page_label(line, opening))
    }


def page_label(line: str, opening: StationAndSerial) -> str:
    """Return the label of a line that is only a page marker, "002 OF 005" or "PAGE 02", or ""."""
    if len(line) > MARKER_WIDTH:
        return ""
    if old := OLD_PAGE_LINE.fullmatch(line):
        return f"PAGE {old['page']}"
    markers = find_page_markers(line, opening)
    if len(markers) == 1 and not line[: markers[0].start].strip(" \t>"):
        return "" if line[markers[0].end :].strip() else markers[0].label
    return ""
