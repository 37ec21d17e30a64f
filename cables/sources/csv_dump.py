"""Read the CSV dump: eight columns, one row for each cable, line breaks inside fields (rules C)."""

import codecs
import csv
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import islice, pairwise
from pathlib import Path
from typing import NamedTuple

from ..telegram import dates
from .limited_files import LIMITS, ByteSource, Limits, opened
from .parse_record import Record, parse_record
from .parsed_cable import ParsedCable, RawRecord, Reject, attempt
from .text_encodings import decoded

RAW_RECORDS = True  # `read` yields records that are not parsed yet.
COLUMNS = 8
CHUNK = 1 << 20  # Bytes read at once.
JOINS = 20  # Most pieces that are joined to one row (M-13).
MOST_STARTS = 20  # Records that are looked at to recognise a dump.
MOST_ROWS = 10_000  # Most rows that are read from a broken piece.
# Fields are limited by the limit of records; csv's own limit, 128 KiB, is too small (C-2).
csv.field_size_limit(1 << 30)

# The start of a record: a running number and a date. After a broken record, reading continues at
# the next start.
START = re.compile(rb'\n"?\d{1,9}"?,"?\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d\d(?::\d\d)?"?,')
START_WIDTH = 64
# The same without a line break before it; inside a body the quotes have backslashes.
START_INSIDE = re.compile(r'"\d{1,9}","\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d\d(?::\d\d)?","\d\d')
REFERENCE = re.compile(r'"?\d{1,9}"?,"?[^",\n]{1,30}"?,"?([^",\n]{1,64})')
ANOTHER_ROW = re.compile(r'"?\d{0,9}(?:"?,|"?\Z)')

# C-2. Without doublequote, csv would not notice a stray quote. So one dialect reads both ways of
# escaping (Backslash), and the other reads backslashes as text (Doubled).
QUOTE_DOUBLED = re.compile(r'[^,\n]""')
LINE = re.compile(r"[^\n]*\n|[^\n]+")
OPEN = "unexpected end of data"  # The error of csv at an end inside a quoted field.
CUT = "The file ends inside this record; get the whole file, and load it again"


class Doubled(csv.excel):
    """A quote inside a field is doubled; a backslash is text."""

    strict = True


class Backslash(Doubled):
    """A quote inside a field has a backslash, or is doubled."""

    escapechar = "\\"


@dataclass(frozen=True, slots=True)
class RecordLines:
    """The lines from one start of a record to the next."""

    text: str
    line: int  # The first one, counted from 1 in the unpacked file.
    replaced: int = 0  # Characters that were not valid UTF-8.
    cut: bool = False  # Whether the file ends here.
    too_long: bool = False  # Whether it exceeds the limit of a record; `text` is its beginning.

    @property
    def reference(self) -> str:
        """The reference in its third column; "" if it cannot be recognised."""
        reference = REFERENCE.match(self.text)
        return reference[1].strip() if reference else ""

    @property
    def ends_before_its_body(self) -> bool:
        """Whether the file ends here after a comma, which looks like an empty last column."""
        return self.cut and self.text.endswith(",")

    def __add__(self, other: "RecordLines") -> "RecordLines":
        replaced = self.replaced + other.replaced
        return RecordLines(self.text + other.text, self.line, replaced, other.cut)

    def part(self, lines: list[str], start: int, end: int) -> "RecordLines":
        """Return some of the piece's lines, counted from 0."""
        cut = self.cut and end == len(lines)
        return replace(self, text="".join(lines[start:end]), line=self.line + start, cut=cut)

    def cut_at(self, offsets: list[int]) -> list["RecordLines"]:
        """Split the piece at offsets in its text."""
        pieces, line = [], self.line
        for start, end in pairwise([0, *offsets, len(self.text)]):
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
) -> Iterator[RawRecord | Reject]:
    """Yield each record of a CSV dump, plain or .gz, in file order, in constant memory.

    Columns, without a heading row (C-1):

        number | created | reference | origin | classification | cites | header | body

    where `created` is US-style text in UTC, "12/28/1966 18:48", and `cites` is references
    joined by "|". A backslash escapes a quote inside a field; a doubled quote is read too.

    A record that cannot be read is yielded as a Reject, and reading goes on at the next
    (C-3). `position` is the record's first line. Raises OSError if the file cannot be read,
    SourceError if it passes a limit.
    """
    with opened(path, advance, limits) as source:
        yield from records_of(source)


def records_of(source: ByteSource) -> Iterator[RawRecord | Reject]:
    """Yield the records of an open file, not parsed yet."""
    for item in _rows(_pieces(source), source.limits):
        if isinstance(item, Reject):
            yield item
        else:
            piece, row = item
            yield RawRecord(piece.line, len(piece.text), partial(_parsed, piece, row))


def is_dump(sample: bytes) -> bool:
    """Return whether the beginning of a file, in UTF-8, has a record of the dump.

    Where no record can be read (the first one is longer than the sample), it counts as one.
    """
    data = b"\n" + sample.removeprefix(codecs.BOM_UTF8)
    starts = [start.start() + 1 for start in islice(START.finditer(data), MOST_STARTS)]
    texts = [decoded(data[start:end])[0] for start, end in pairwise([*starts, len(data)])]
    rows = [row for text in texts for row in _first_rows(text)]
    return any(len(row) == COLUMNS for row in rows) or bool(starts and not rows)


def _first_rows(text: str) -> list[list[str]]:
    """Return the first row of a text in each dialect that can read one."""
    attempts = (_read_lines(text, dialect).rows for dialect in _dialects(text))
    return [rows[0][1] for rows in attempts if rows]


def _parsed(piece: RecordLines, row: list[str]) -> ParsedCable | Reject:
    def parse() -> ParsedCable:
        return parse_row(row, position=piece.line, replaced=piece.replaced)

    return attempt(parse, piece.line, piece.text, piece.reference)


def parse_row(row: list[str], *, position: int = 1, replaced: int = 0) -> ParsedCable:
    """Return the cable in one row. Raises ValueError if a column cannot be parsed."""
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
    if created := dates.parse(text.strip(), "11/07/2007 1:27"):
        return created[0]
    raise ValueError(
        f"Not a date: {text[:40]!r}; expected month/day/year hour:minute, as 12/28/1966 18:48"
    )


def _pieces(source: ByteSource) -> Iterator[RecordLines]:
    """Split a file where records start. Of a piece that is too long only the beginning is kept."""
    most = source.limits.record
    buffer, searched, line, skipping = b"\n", 0, 1, False
    while chunk := _next_chunk(source):
        buffer += chunk
        start = 1
        for match in START.finditer(buffer, searched):
            if match.start() >= start:
                if not skipping:
                    yield _piece(buffer[start : match.start() + 1], line, most)
                skipping = False
                line += buffer.count(b"\n", start, match.start() + 1)
                start = match.start() + 1
        buffer = buffer[start - 1 :]
        if len(buffer) > most and not skipping:
            yield _piece(buffer[1:], line, most)
            skipping = True
        if skipping:  # Drop all but the bytes in which a start may begin.
            dropped = max(0, len(buffer) - START_WIDTH)
            line += buffer.count(b"\n", 1, dropped + 1)
            buffer = buffer[dropped:]
        searched = max(0, len(buffer) - START_WIDTH)
    if not skipping and buffer[1:].strip():
        yield _piece(buffer[1:], line, most, cut=True)


def _next_chunk(source: ByteSource) -> bytes:
    """Return the next bytes of a file; b"" at its end, or where a gzip file is damaged."""
    try:
        return source.read(CHUNK)
    except EOFError:
        return b""


def _piece(data: bytes, line: int, most: int, *, cut: bool = False) -> RecordLines:
    text, replaced = decoded(data[:most])
    return RecordLines(text, line, replaced, cut, too_long=len(data) > most)


def _rows(
    pieces: Iterator[RecordLines], limits: Limits
) -> Iterator[tuple[RecordLines, list[str]] | Reject]:
    """Yield each row of the dump with its piece, or a Reject.

    A body may itself contain a row of a dump (M-13), where it was split: while a quote is open,
    pieces are joined if they make one row. If they do not, the quote was never closed.
    """
    queue: deque[RecordLines] = deque()
    while piece := queue.popleft() if queue else next(pieces, None):
        if piece.too_long:
            yield piece.rejected(limits.too_long("record"))
            continue
        whole, row, taken = _joined(piece, queue, pieces, limits.record)
        if row and not whole.ends_before_its_body:
            yield whole, row
            continue
        queue.extendleft(reversed(taken))
        if starts := [start.start() for start in START_INSIDE.finditer(piece.text, 1)]:
            queue.extendleft(reversed(piece.cut_at(starts)))
        else:
            yield from _salvaged(piece)


def _joined(
    piece: RecordLines, queue: deque[RecordLines], pieces: Iterator[RecordLines], most: int
) -> tuple[RecordLines, list[str] | None, list[RecordLines]]:
    """Join a piece with the following ones while a quote is open.

    Return (joined piece, its row or None, the pieces that were joined to the first).
    """
    whole, row = piece, _single_row(piece.text)
    taken: list[RecordLines] = []
    while row is None and len(taken) < JOINS and len(whole.text) < most and _is_open(whole.text):
        following = queue.popleft() if queue else next(pieces, None)
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
            rows = list(csv.reader([text], dialect))
        except csv.Error:
            continue
        if len(rows) == 1 and len(rows[0]) == COLUMNS:
            return rows[0]
    return None


def _dialects(text: str) -> tuple[type[csv.Dialect], ...]:
    """Return the dialects to try on a text, the more likely one first."""
    if "\\" in text and '\\"' not in text and QUOTE_DOUBLED.search(text):
        return Doubled, Backslash
    return Backslash, Doubled


def _is_open(text: str) -> bool:
    """Return whether a text ends inside a quoted field."""
    return any(_read_lines(text, dialect).error == OPEN for dialect in _dialects(text))


class _Rows(NamedTuple):
    """The rows at the start of a text. Lines count from 0."""

    rows: list[tuple[int, list[str]]]  # (first line, row)
    end: int  # The line after them.
    error: str  # Why reading ended there; "" if all of the text could be read.


def _read_lines(text: str, dialect: type[csv.Dialect]) -> _Rows:
    """Return the rows that can be read from the start of a text."""
    rows: list[tuple[int, list[str]]] = []
    start = 0
    reader = csv.reader((line[0] for line in LINE.finditer(text)), dialect)
    try:
        for row in reader:
            if len(rows) == MOST_ROWS:
                return _Rows(rows, start, f"it has more than {MOST_ROWS:,} rows")
            if row:
                rows.append((start, row))
            start = reader.line_num
    except csv.Error as error:
        return _Rows(rows, start, str(error))
    return _Rows(rows, start, "")


def _salvaged(piece: RecordLines) -> Iterator[tuple[RecordLines, list[str]] | Reject]:
    """Yield what can be read of a piece that is not one row of eight columns.

    It is broken, or it holds several rows, of which only the first starts like a record.
    """
    attempts = [_read_lines(piece.text, dialect) for dialect in _dialects(piece.text)]
    rows, end, error = min(attempts, key=lambda attempt: (bool(attempt.error), -len(attempt.rows)))
    if rows and piece.ends_before_its_body:
        rows, end, error = rows[:-1], rows[-1][0], OPEN
    reason = _reason(error, piece)
    lines = LINE.findall(piece.text)
    if error:  # The unreadable rest counts as an empty row.
        rows = [*rows, (end, [])]
    starts = [start for start, _ in rows] + [len(lines)]
    whole = _whole_rows(lines, starts)
    for (_, row), (start, end) in zip(rows[:whole], pairwise(starts), strict=False):
        part = piece.part(lines, start, end)
        yield (part, row) if row else part.rejected(reason)
    if whole < len(rows):
        rest = piece.part(lines, starts[whole], len(lines))
        yield rest.rejected(reason or f"Expected {COLUMNS} columns, found other text")


def _whole_rows(lines: list[str], starts: list[int]) -> int:
    """Return how many of the first rows are complete, judged by where they start and end.

    Without its opening quote, a body looks like a row that ends with its first line, followed by
    more rows. But every record ends with a quote, and none starts with text.
    """
    for index, start in enumerate(starts[1:-1], 1):
        if not ANOTHER_ROW.match(lines[start]):
            previous = "".join(lines[starts[index - 1] : start])
            return index if previous.rstrip().endswith('"') else index - 1
    return len(starts) - 1


def _reason(error: str, piece: RecordLines) -> str:
    if error != OPEN:
        return error and f"A quote stands inside a field without a backslash ({error})"
    return CUT if piece.cut else "A quote is opened in this record and never closed"
