"""Read the eight-column CSV dump: one record a cable, bodies with line breaks."""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from .attempts import attempt
from .encoding import decoded
from .parsed_cable import ParsedCable, Reject
from .reading import LIMITS, Limits, Source, opened
from .record import Record, parse_record

COLUMNS = 8
CHUNK = 1 << 20  # Bytes read at once.
JOINS = 20  # Rows of a dump that may stand inside one body (M-13).
MOST_ROWS = 10_000  # That are looked for in what is not one row of eight.
# Records are limited, and their fields with them; csv's own limit, 128 KiB, is too small (C-2).
csv.field_size_limit(1 << 30)

# Where a record starts: a running number and a date. Reading finds its way by these after a
# broken record.
START = re.compile(rb'\n"?\d{1,9}"?,"?\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d\d(?::\d\d)?"?,')
START_WIDTH = 64
# The same where the line break before it was lost; inside a body the quotes have backslashes.
START_INSIDE = re.compile(r'"\d{1,9}","\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d\d(?::\d\d)?","\d\d')
CREATED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}) (\d{1,2}):(\d\d)(?::\d\d)?")
REFERENCE = re.compile(r'"?\d{1,9}"?,"?[^",\n]{1,30}"?,"?([^",\n]{1,64})')
ANOTHER_ROW = re.compile(r'"?\d{0,9}(?:"?,|"?\Z)')

# C-2. Without doublequote, csv would not notice a stray quote; so one dialect reads both
# ways of escaping, and the other takes backslashes as they stand.
BACKSLASH = {"escapechar": "\\", "doublequote": True, "strict": True}
DOUBLED = {"doublequote": True, "strict": True}
QUOTE_DOUBLED = re.compile(r'[^,\n]""')
LINE = re.compile(r"[^\n]*\n|[^\n]+")
OPEN = "unexpected end of data"  # What csv calls the end inside a quoted field.
CUT = "The file ends inside this record; get the whole file, and load it again"


@dataclass(frozen=True, slots=True)
class Piece:
    """The lines from one start of a record to the next."""

    text: str
    line: int  # The first one, counted from 1 in the unpacked file.
    replaced: int = 0  # Characters that were not UTF-8.
    cut: bool = False  # The file ends here.
    too_long: bool = False  # It has more bytes than a record may have; this is its beginning.

    @property
    def reference(self) -> str:
        """The reference in its third column, as far as it can be made out."""
        reference = REFERENCE.match(self.text)
        return reference[1].strip() if reference else ""

    @property
    def ends_before_its_body(self) -> bool:
        """Whether the file ends here behind a comma, as if the last column were empty."""
        return self.cut and self.text.endswith(",")

    def __add__(self, other: "Piece") -> "Piece":
        replaced = self.replaced + other.replaced
        return Piece(self.text + other.text, self.line, replaced, other.cut)

    def part(self, lines: list[str], start: int, end: int) -> "Piece":
        """Return some of the piece's lines, counted from 0."""
        cut = self.cut and end == len(lines)
        return replace(self, text="".join(lines[start:end]), line=self.line + start, cut=cut)

    def cut_at(self, places: list[int]) -> list["Piece"]:
        """Return the pieces between some places in the text."""
        pieces, line = [], self.line
        for start, end in pairwise([0, *places, len(self.text)]):
            text = self.text[start:end]
            cut = self.cut and end == len(self.text)
            pieces.append(replace(self, text=text, line=line, cut=cut))
            line += text.count("\n")
        return pieces

    def rejected(self, reason: str) -> Reject:
        """Return the piece as a Reject."""
        return Reject(self.line, reason, self.text, self.reference)


def read(
    path: Path, advance: Callable[[int], object] = lambda size: None, limits: Limits = LIMITS
) -> Iterator[ParsedCable | Reject]:
    """Yield each record of a CSV dump, plain or .gz, in file order, in constant memory.

    Columns, none with a heading row (C-1):

        number | created | reference | origin | classification | cites | header | body

    where `created` is US-style text in UTC, "12/28/1966 18:48", and `cites` is references
    joined by "|". A backslash escapes a quote inside a field; a doubled quote is read too.

    A record that cannot be read is yielded as a Reject, and reading goes on at the next
    (C-3). `position` is the record's first line. Raises OSError if the file cannot be read,
    SourceError if it passes a limit.
    """
    with opened(path, advance, limits) as source:
        for found in _rows(_pieces(source), limits):
            yield found if isinstance(found, Reject) else _parsed(*found)


def _parsed(piece: Piece, row: list[str]) -> ParsedCable | Reject:
    def parse():
        return parse_row(row, position=piece.line, replaced=piece.replaced)

    return attempt(parse, piece.line, piece.text, piece.reference)


def parse_row(row: list[str], *, position: int = 1, replaced: int = 0) -> ParsedCable:
    """Return the cable in one row. Raises ValueError if a column makes no sense."""
    if len(row) != COLUMNS:
        raise ValueError(f"Expected {COLUMNS} columns, found {len(row)}")
    _, created, reference, origin, classification, cites, header, body = row
    return parse_record(
        Record(
            format="csv",
            reference=reference,
            created=_parse_created(created),
            origin=origin,
            classification=classification,
            cites=tuple(filter(None, cites.split("|"))),
            header=header,
            body=body,
            position=position,
            replaced=replaced,
        )
    )


def _parse_created(text: str) -> datetime:
    match = CREATED.fullmatch(text.strip())
    try:
        month, day, year, hour, minute = map(int, match.groups())
        return datetime(year, month, day, hour, minute, tzinfo=UTC)
    except (AttributeError, ValueError):
        raise ValueError(
            f"Not a date: {text[:40]!r}; expected month/day/year hour:minute, as 12/28/1966 18:48"
        ) from None


def _pieces(source: Source) -> Iterator[Piece]:
    """Cut a file's bytes where records start. Of what is too long only the beginning is kept."""
    most = source.limits.record
    buffer, seen, line, skips = b"\n", 0, 1, False
    while chunk := _next_chunk(source):
        buffer += chunk
        start = 1
        for match in START.finditer(buffer, seen):
            if match.start() >= start:
                if not skips:
                    yield _piece(buffer[start : match.start() + 1], line, most)
                skips = False
                line += buffer.count(b"\n", start, match.start() + 1)
                start = match.start() + 1
        buffer = buffer[start - 1 :]
        if len(buffer) > most and not skips:
            yield _piece(buffer[1:], line, most)
            skips = True
        if skips:  # The rest of what is too long is passed over.
            passed = max(0, len(buffer) - START_WIDTH)
            line += buffer.count(b"\n", 1, passed + 1)
            buffer = buffer[passed:]
        seen = max(0, len(buffer) - START_WIDTH)
    if not skips and buffer[1:].strip():
        yield _piece(buffer[1:], line, most, cut=True)


def _next_chunk(source: Source) -> bytes:
    """Return the next bytes of a file; b"" at its end, also where it was cut short."""
    try:
        return source.read(CHUNK)
    except EOFError:
        return b""


def _piece(data: bytes, line: int, most: int, *, cut: bool = False) -> Piece:
    text, replaced = decoded(data[:most])
    return Piece(text, line, replaced, cut, too_long=len(data) > most)


def _rows(pieces: Iterator[Piece], limits: Limits) -> Iterator[tuple[Piece, list[str]] | Reject]:
    """Yield each row of the dump with its piece.

    A body may itself hold a row of a dump (M-13), at which it was cut: pieces are joined
    while a quote is open, if that makes one row. If not, the quote was left open.
    """
    waiting = deque()
    while piece := waiting.popleft() if waiting else next(pieces, None):
        if piece.too_long:
            yield piece.rejected(limits.too_long("record"))
            continue
        whole, row, taken = _joined(piece, waiting, pieces, limits.record)
        if row and not whole.ends_before_its_body:
            yield whole, row
            continue
        waiting.extendleft(reversed(taken))
        if starts := [start.start() for start in START_INSIDE.finditer(piece.text, 1)]:
            waiting.extendleft(reversed(piece.cut_at(starts)))
        else:
            yield from _salvaged(piece)


def _joined(
    piece: Piece, waiting: deque[Piece], pieces: Iterator[Piece], most: int
) -> tuple[Piece, list[str] | None, list[Piece]]:
    """Return a piece with those that follow while a quote is open, its row, and what it took."""
    whole, row, taken = piece, _single_row(piece.text), []
    while row is None and len(taken) < JOINS and len(whole.text) < most and _is_open(whole.text):
        following = waiting.popleft() if waiting else next(pieces, None)
        if following is None:
            break
        taken.append(following)
        if following.too_long:
            break
        whole += following
        row = _single_row(whole.text)
    return whole, row, taken


def _single_row(text: str) -> list[str] | None:
    """Return the fields of a text that is exactly one row of eight, else None."""
    for dialect in _dialects(text):
        try:
            rows = list(csv.reader([text], **dialect))
        except csv.Error:
            continue
        if len(rows) == 1 and len(rows[0]) == COLUMNS:
            return rows[0]
    return None


def _dialects(text: str) -> tuple[dict, ...]:
    """Return the dialects to try, the likelier first."""
    if "\\" in text and '\\"' not in text and QUOTE_DOUBLED.search(text):
        return DOUBLED, BACKSLASH
    return BACKSLASH, DOUBLED


def _is_open(text: str) -> bool:
    """Return whether a text ends inside a quoted field."""
    return any(_read_lines(text, dialect)[2] == OPEN for dialect in _dialects(text))


def _read_lines(text: str, dialect: dict) -> tuple[list[tuple[int, list[str]]], int, str]:
    """Return the rows that can be read, the line after them, and why reading ended there.

    Each row comes with its first line; lines count from 0. The reason is "" at the end.
    """
    rows, start = [], 0
    reader = csv.reader((line[0] for line in LINE.finditer(text)), **dialect)
    try:
        for row in reader:
            if len(rows) == MOST_ROWS:
                return rows, start, f"it has more than {MOST_ROWS:,} rows"
            if row:
                rows.append((start, row))
            start = reader.line_num
    except csv.Error as error:
        return rows, start, str(error)
    return rows, start, ""


def _salvaged(piece: Piece) -> Iterator[tuple[Piece, list[str]] | Reject]:
    """Yield what can be read of a piece that is not one row of eight.

    It is broken, or it holds several rows of which only the first starts as a record does.
    """
    attempts = [_read_lines(piece.text, dialect) for dialect in _dialects(piece.text)]
    rows, end, error = min(attempts, key=lambda attempt: (bool(attempt[2]), -len(attempt[0])))
    if rows and piece.ends_before_its_body:
        rows, end, error = rows[:-1], rows[-1][0], OPEN
    reason = _reason(error, piece)
    lines = LINE.findall(piece.text)
    found = [*rows, (end, [])] if error else rows
    starts = [start for start, _ in found] + [len(lines)]
    whole = _whole_rows(lines, starts)
    for (_, row), (start, end) in zip(found[:whole], pairwise(starts), strict=False):
        part = piece.part(lines, start, end)
        yield (part, row) if row else part.rejected(reason)
    if whole < len(found):
        rest = piece.part(lines, starts[whole], len(lines))
        yield rest.rejected(reason or f"Expected {COLUMNS} columns, found other text")


def _whole_rows(lines: list[str], starts: list[int]) -> int:
    """Return how many rows are whole, judged by where they start and end.

    A body whose opening quote is lost looks like a row that ends with its first line, and like
    other rows after that. But no record ends without a quote and none starts with text.
    """
    for place, start in enumerate(starts[1:-1], 1):
        if not ANOTHER_ROW.match(lines[start]):
            before = "".join(lines[starts[place - 1] : start])
            return place if before.rstrip().endswith('"') else place - 1
    return len(starts) - 1


def _reason(error: str, piece: Piece) -> str:
    if error != OPEN:
        return error and f"A quote stands inside a field without a backslash ({error})"
    return CUT if piece.cut else "A quote is opened in this record and never closed"
