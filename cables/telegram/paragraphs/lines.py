"""Split a body into lines without page markers; cut long lines at numbers (B-1, B-2, B-6).

The lines behind the preamble are then grouped into blocks, also at numbers (B-3, B-5).
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

from ..page_markers import (
    BARE_CLASS,
    SECTION_OF_PAGE,
    PageMarker,
    find_page_lines,
    find_page_markers,
    find_station_and_serial,
    strip_backslashes,
    telegram_start,
)
from .line_starts import PORTION_MARK, Number, find_number, is_rule

REFLOWED = 200  # Characters. A longer line had its line breaks removed by software.
WIDEST_WRAPPED = 100  # Only lines up to this length show at which width the sender wrapped.
ENDS_A_SENTENCE = re.compile(r"[.!?:;][\"'”’)\]]*$")
LIST_ITEM = re.compile(
    r"[ \t]*(?:--?|\*|•|o)\s|[ \t]*[A-Z][.)](?:\s|$)|[ \t]*\([a-z]\)|[ \t]*[IVX]{1,5}\.(?:\s|$)"
)
# The pattern begins with a digit, not with what stands before it: four times as fast.
NUMBER_INSIDE = re.compile(r"(?P<n>\d(?<![\w.].)\d{0,2})\.(?=[ \t(\"“\[A-Z]|$)")
SENTENCE_BEFORE = re.compile(r"[.?!:;\"')-] $")
PILCROW = re.compile(r"(?m)^[ \t]*¶")  # The old archive put it at the lines it linked (B-1).
# Short cells behind a number, without a portion mark; "1. Question:\tMay ships call?" has none.
ROW = re.compile(r"[ \t]*[\d-]+[.)]?[ \t]*(?!\(|[^\t]*:\t[^\t]*$)[^\t]{1,100}(?:\t+[^\t]{0,100})+")
PADDING = "\u2007"  # A figure space: before a tab it aligns a table of a volume (F-27).
PADDED = re.compile(f"{PADDING}+(?=\t)")
CLOSING = re.compile(
    r"[ \t]*(?:NNNN|>|UNCLASSIFIED|CONFIDENTIAL|SECRET|[=#*-]*\s?CABLE ENDS\s?[=#*-]*)[ \t]*"
)


@dataclass(slots=True)
class Line:
    """A line of the text, with its row in the body and the page breaks inside it."""

    text: str
    row: int  # Index of its row in the body; lines cut from one long row share it.
    starts: bool = False  # Cut here because a numbered paragraph starts (B-6).
    breaks: tuple[tuple[int, str], ...] = ()  # (offset, "002 OF 005")

    @property
    def number(self) -> Number | None:
        """The number of a paragraph at its start, if it may begin one (B-5)."""
        return find_number(self.text)

    @property
    def is_number_one(self) -> bool:
        """Whether it starts with the number of a first paragraph: "1." or "1-3."."""
        number = self.number
        return number is not None and number.first == 1


Run = tuple[Number | None, list[Line]]  # The printed number of a block, and its lines.


@dataclass(frozen=True, slots=True)
class _Gap:
    """A run of page markers and blank lines between two lines of text."""

    start: int
    end: int
    blanks: int
    label: str


def split_lines(body: str) -> tuple[list[Line], int, list[str]]:
    """Return (lines of a body, index of the first line of the telegram itself, lines behind it).

    Those behind are its end, such as "NNNN". Lines are right-stripped; the lines of a paragraph
    that a page break interrupts are joined again.
    """
    opening = find_station_and_serial(body)
    row_of_start = body.count("\n", 0, telegram_start(body))
    body = strip_backslashes(body).replace("\xa0", " ")
    if PADDING in body:
        body = PADDED.sub("", body)
    if "¶" in body:
        body = PILCROW.sub("", body)
    texts = [row.rstrip() for row in body.split("\n")]
    closing: list[str] = []
    while texts and (not texts[-1] or CLOSING.fullmatch(texts[-1])):
        if text := texts.pop().strip():
            closing.append(text)
    page_lines = find_page_lines(texts, opening)
    is_reflowed = any(len(text) > REFLOWED for text in texts)
    markers = [find_page_markers(text, opening) for text in texts] if is_reflowed else []
    lines = _without_page_lines([Line(text, row) for row, text in enumerate(texts)], page_lines)
    if is_reflowed:
        lines = _cut_reflowed(lines, markers)
    first = bisect_left(lines, row_of_start, key=attrgetter("row"))
    return lines, first, closing[::-1]


def _without_page_lines(lines: list[Line], labels: dict[int, str]) -> list[Line]:
    """Remove page markers that are lines; a blank line stays where they separate paragraphs.

    `labels` are those of the markers, by row.
    """
    gaps = _find_gaps(lines, labels)
    if not gaps:
        return lines
    width = max((len(line.text) for line in lines if len(line.text) <= WIDEST_WRAPPED), default=0)
    narrowest = min(gap.blanks for gap in gaps)
    kept: list[Line] = []
    position = 0
    for gap in gaps:
        kept += lines[position : gap.start]
        position = gap.end
        if gap.end == len(lines):
            break
        after = lines[gap.end]
        after.breaks = ((0, gap.label), *after.breaks)
        wider = gap.blanks > narrowest
        if not kept or _is_boundary(kept[-1].text, after, wider, len(gaps) > 1, width):
            kept.append(Line("", after.row))
    return kept + lines[position:]


def _find_gaps(lines: list[Line], labels: dict[int, str]) -> list[_Gap]:
    """Return each run of page markers and blank lines, widened to all its blank lines."""
    gaps: list[_Gap] = []
    end = 0
    for row, label in labels.items():
        if row < end:
            continue
        start, end = row, row + 1
        if label.startswith("PAGE"):
            start = _row_before(lines, start, BARE_CLASS)
            end = _row_behind(lines, end, SECTION_OF_PAGE)
        while start > 0 and not lines[start - 1].text:
            start -= 1
        while end < len(lines) and (not lines[end].text or end in labels):
            end += 1
        blanks = sum(not line.text for line in lines[start:end])
        gaps.append(_Gap(start, end, blanks, label))
    return gaps


def _row_before(lines: list[Line], row: int, pattern: re.Pattern[str]) -> int:
    """Return the row of the nearest text above, if it fits the pattern, else `row`."""
    above = row - 1
    while above > 0 and not lines[above].text:
        above -= 1
    return above if above >= 0 and pattern.fullmatch(lines[above].text) else row


def _row_behind(lines: list[Line], row: int, pattern: re.Pattern[str]) -> int:
    """Return the row after the nearest text below, if that fits the pattern, else `row`."""
    below = row
    while below < len(lines) and not lines[below].text:
        below += 1
    return below + 1 if below < len(lines) and pattern.fullmatch(lines[below].text) else row


def _is_boundary(before: str, line: Line, wider: bool, several: bool, width: int) -> bool:
    """Return whether a page break separates two paragraphs, rather than interrupting one (B-2).

    `wider` says that it has more blank lines than the narrowest of the body, `several` that the
    body has several, `width` is the width of the body in characters.
    """
    after = line.text
    if line.number or is_rule(before) or is_rule(after):
        return True
    if after.lstrip()[:1].islower():
        return False
    if LIST_ITEM.match(after):
        return True
    if not ENDS_A_SENTENCE.search(before):
        return after.isupper() and wider
    if several and wider:
        return True
    # The next word would have fitted on the line: the paragraph had ended.
    return len(before) + 1 + len(after.split(None, 1)[0]) <= width - 8


def _cut_reflowed(lines: list[Line], markers: list[list[PageMarker]]) -> list[Line]:
    """Remove page markers inside lines, and cut these where a paragraph starts (B-6).

    `markers` are those in each row of the body.
    """
    cut: list[Line] = []
    number = 0
    for line in lines:
        if line.text and (inside := markers[line.row]):
            _remove_markers(line, inside)
        if at_start := line.number:
            number = at_start.last
        starts = []
        for candidate in NUMBER_INSIDE.finditer(line.text, 1):
            if _is_start_inside(line.text, candidate, number):
                number = int(candidate["n"])
                starts.append(candidate.start())
        cut += split_line(line, starts)
    return cut


def _remove_markers(line: Line, markers: list[PageMarker]) -> None:
    pieces: list[str] = []
    breaks = list(line.breaks)
    position = length = 0
    for marker in markers:
        piece = line.text[position : marker.start].rstrip(" ") + "  "
        pieces.append(piece)
        length += len(piece)
        position = marker.end
        while line.text[position : position + 1] == " ":
            position += 1
        breaks.append((length, marker.label))
    line.text, line.breaks = "".join(pieces) + line.text[position:], tuple(breaks)


def _is_start_inside(text: str, candidate: re.Match[str], number: int) -> bool:
    """Return whether a paragraph starts at a number inside a line; the last one is `number`."""
    before = text[max(0, candidate.start() - 2) : candidate.start()]
    after_gap = before in ("  ", "\t ", " \t")
    marked = PORTION_MARK.match(text, candidate.end()) is not None
    if after_gap and marked:
        return True
    if int(candidate["n"]) != number + 1:
        return False
    return after_gap or (marked and SENTENCE_BEFORE.search(before) is not None)


def split_line(line: Line, starts: list[int]) -> list[Line]:
    """Return a line in pieces that start at the given offsets, where paragraphs start."""
    if not starts:
        return [line]
    pieces = []
    for start, end in zip([0, *starts], [*starts, len(line.text)], strict=True):
        breaks = tuple(
            (at - start, label)
            for at, label in line.breaks
            if start <= at < end or at == end == len(line.text)
        )
        pieces.append(Line(line.text[start:end].rstrip(), line.row, start > 0, breaks))
    return [piece for piece in pieces if piece.text]


def first_numbered(lines: list[Line], first: int) -> int:
    """Return the index from `first` on at which a numbered paragraph starts, or `len(lines)`."""
    numbered = (at for at in range(first, len(lines)) if _starts_paragraph(lines, at, 0))
    return next(numbered, len(lines))


def find_runs(lines: list[Line], start: int) -> Iterator[Run]:
    """Yield (number, lines) of each block: non-blank lines, cut at numbers (B-3, B-5).

    The first number "1." may follow a field directly.
    """
    number: Number | None = None
    run: list[Line] = []
    previous = 0
    for index in range(start, len(lines)):
        line = lines[index]
        # Most lines begin with a letter: a cheap test first.
        may_start = bool(line.text) and not line.text[0].isalpha()
        starts = may_start and (
            _starts_paragraph(lines, index, previous)
            or (index == start and line.is_number_one and not _is_row(lines, index))
        )
        if run and (starts or not line.text):
            yield number, run
            number, run = None, []
        if starts and (number := line.number):
            previous = number.last
        if line.text:
            run.append(line)
    if run:
        yield number, run


def _starts_paragraph(lines: list[Line], index: int, previous: int) -> bool:
    """Return whether a numbered paragraph starts at a line (B-5).

    `previous` is the number of the paragraph before, 0 before the first.
    """
    line = lines[index]
    number = line.number
    if number is None or _is_row(lines, index):
        return False
    above = lines[index - 1].text if index else ""
    if line.starts or number.marked or not above:
        return True
    if number.first != previous + 1:
        return False
    # B-5 c: whether the line above looks like the last of its paragraph.
    return (
        above[-1] in ".!?:;-=" or above.isupper() or is_rule(above) or not 45 <= len(above) <= 100
    )


def _is_row(lines: list[Line], index: int) -> bool:
    """Return whether a line is a row of a table, whose number is that of no paragraph (B-5)."""
    if "\t" not in lines[index].text or not ROW.fullmatch(lines[index].text):
        return False
    return any("\t" in each.text for at in (index - 1, index + 1) for each in lines[at : at + 1])
