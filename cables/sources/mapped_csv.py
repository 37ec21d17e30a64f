"""Read a CSV of another shape by a mapping of its columns (C-6)."""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path

from ..telegram.dates import Dated
from ..telegram.fact_types import EditionFacts, without_empty
from ..telegram.references import canonical_reference
from ..telegram.tags import split_tags
from . import csv_dump
from .csv_mapping import DATE_ORDERS, MOST_COLUMNS, CsvMapping, names_of_columns
from .limited_files import LIMITS, ByteSource, Limits, opened, read_lines
from .nara import text_in_cell
from .parse_record import Record, parse_record
from .parsed_cable import ParsedCable, RawRecord, Reject, SourceError, attempt
from .text_encodings import ENCODINGS, transcoded

OPEN = "unexpected end of data"  # The error of csv at an end inside a quoted field.
NEVER_CLOSED = "A quote is opened in this row and never closed"
CUT = "The file is damaged or cut here; get it again"
# Characters behind broken rows that are read once more, over a whole file. Without a limit a file
# full of open quotes would be read again for each of its lines.
MOST_READ_AGAIN = 100_000_000
BYTES_OF_CHARACTER = 4  # In UTF-8 at most. Rows are measured in characters.


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row, and the text that it was read from."""

    line: int  # The first one, counted from 1 in the unpacked file.
    cells: list[str]
    raw: str


class _Lines:
    """An iterator of the lines of a file, which knows those of the present row."""

    def __init__(self, source: ByteSource):
        self.limits = source.limits
        self.parts = read_lines(source)
        self.number = 0  # Of the last line.
        self.waiting: deque[str] = deque()  # Lines to read once more.
        self.row: list[str] = []
        self.size = 0  # Characters of the row.
        self.is_cut = False  # Whether the file is damaged at its end.

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self.waiting.popleft() if self.waiting else self._whole_line()
        self.number += 1
        self.row.append(line)
        self.size += len(line)
        if self.size > self.limits.record:
            raise OverflowError(self.limits.too_long("row"))
        return line

    def _whole_line(self) -> str:
        """Return the next line; of a very long one only the beginning, which exceeds the limit."""
        kept, size = [], 0
        with suppress(StopIteration):
            while part := self._part():
                if size <= BYTES_OF_CHARACTER * self.limits.record:
                    kept.append(part)
                size += len(part)
                if part.endswith((b"\n", b"\r")):
                    break
        if not kept:
            raise StopIteration
        line = b"".join(kept).decode(errors="replace")
        return line if self.number else line.removeprefix("\ufeff")

    def _part(self) -> bytes:
        try:
            return next(self.parts)
        except EOFError:
            self.is_cut = True
            raise StopIteration from None

    def take_back(self, start: int) -> int:
        """Let the lines of the row from this one on be read again; return their characters."""
        again = self.row[start:]
        self.waiting.extendleft(reversed(again))
        self.number -= len(again)
        self.row = self.row[:start]
        return sum(map(len, again))


class RowReader:
    """The rows of an open CSV, in order. A broken one is a Reject.

    `is_start(line)` says whether a line looks like the beginning of a row: if a quote is never
    closed, reading goes on at the next such line. `columns` is how many cells a row has.
    """

    def __init__(
        self,
        source: ByteSource,
        dialect: type[csv.Dialect],
        is_start: Callable[[str], bool] = lambda line: False,
        columns: int = 0,
    ):
        self.lines = _Lines(source)
        self.reader = csv.reader(self.lines, dialect)
        self.is_start = is_start
        self.columns = columns
        self.spare = MOST_READ_AGAIN

    def __iter__(self) -> Iterator[TableRow | Reject]:
        while row := self.next_row():
            yield row
        if self.lines.is_cut:
            yield Reject(self.lines.number + 1, CUT, "")

    def next_row(self) -> TableRow | Reject | None:
        """Return the next row that is not empty, None at the end."""
        while True:
            self.lines.row, self.lines.size = [], 0
            first = self.lines.number + 1
            try:
                cells = next(self.reader)
            except StopIteration:
                return None
            except (csv.Error, OverflowError) as error:
                return self._rejected(first, _reason(error))
            if not any(cell.strip() for cell in cells):
                continue
            if self.columns:
                if not any(cells[self.columns :]):
                    cells = cells[: self.columns]
                if len(cells) != self.columns:
                    found = f"Expected {self.columns} columns, found {len(cells)}"
                    return self._rejected(first, found)
            return TableRow(first, cells, "".join(self.lines.row))

    def _rejected(self, first: int, reason: str) -> Reject:
        rest = self.lines.row[1:]
        start = next((n for n, line in enumerate(rest, 1) if self.is_start(line)), 0)
        if start and self.spare > 0:
            self.spare -= self.lines.take_back(start)
        return Reject(first, reason, "".join(self.lines.row)[: self.lines.limits.record])


def _reason(error: Exception) -> str:
    if isinstance(error, OverflowError):
        return f"{error}. Perhaps a quote in it is never closed"
    if str(error) == OPEN:
        return NEVER_CLOSED
    return f"A quote stands inside a cell without being doubled ({error})"


BETWEEN_CITES = re.compile(r"[|;,\n\r]+")
# The time that databases write behind a day that has none.
MIDNIGHT = re.compile(
    r"(?:,? +|T)(?:0?0:00(?::00(?:\.0+)?)?|12:00(?::00)? ?A\.?M\.?) ?(?:Z|UTC|GMT|\+00:?00)?$",
    re.IGNORECASE,
)
FOUR_DIGITS = re.compile(r"([01]\d|2[0-3])([0-5]\d)(?:\d\d)?")  # 1405, and 140500.
Places = dict[str, int]  # Name in FIELDS -> number of its column, from 0.


def dialect_of(mapping: CsvMapping) -> type[csv.Dialect]:
    """Return how csv reads a file with this mapping. A stray quote is an error."""

    class MappedDialect(csv.excel):
        delimiter = mapping.delimiter
        escapechar = "\\" if mapping.quotes == "backslash" else None
        strict = True

    return MappedDialect


@dataclass(frozen=True, slots=True)
class MappedCsv:
    """The reader of a file with a mapping. It has the functions of the modules of readers."""

    mapping: CsvMapping
    RAW_RECORDS = True

    def read(
        self,
        path: Path,
        advance: Callable[[int], object] = lambda size: None,
        limits: Limits = LIMITS,
    ) -> Iterator[RawRecord | Reject]:
        """Yield each record in order. `position` is the first line of its row.

        Raises OSError if the file cannot be read, SourceError if it passes a limit or lacks a
        column of the mapping.
        """
        with opened(path, advance, limits) as source:
            text = transcoded(source, self.mapping.encoding)
            if not self.mapping.columns:
                yield from map(self._of_dump, csv_dump.records_of(text))
                return
            rows, names, first = self._opened(path, text)
            places = places_of(path, names, self.mapping)
            rows.columns, rows.is_start = len(names), partial(is_start, self.mapping, places)
            above: list[TableRow | Reject] = [first] if first else []
            for row in chain(above, rows):
                yield self._record(row, places)

    def unread_columns(self, path: Path, limits: Limits = LIMITS) -> list[str]:
        """Return the names of the columns that the mapping leaves out.

        Raises SourceError if the file lacks a column of the mapping.
        """
        if not self.mapping.columns:
            return []
        with opened(path, limits=limits) as source:
            _, names, _ = self._opened(path, transcoded(source, self.mapping.encoding))
        places = places_of(path, names, self.mapping).values()
        return [name for place, name in enumerate(names) if place not in places]

    def _opened(self, path: Path, text: ByteSource) -> tuple[RowReader, list[str], TableRow | None]:
        rows = RowReader(text, dialect_of(self.mapping))
        return rows, *read_heading(path, rows, self.mapping)

    def _of_dump(self, record: RawRecord | Reject) -> RawRecord | Reject:
        if isinstance(record, Reject):
            return record
        return replace(record, parse=partial(_with_damage, self.mapping, record.parse))

    def _record(self, row: TableRow | Reject, places: Places) -> RawRecord | Reject:
        if isinstance(row, Reject):
            return row
        parse = partial(_parsed, self.mapping, places, row)
        return RawRecord(row.line, len(row.raw), parse)


def read_heading(
    path: Path, rows: RowReader, mapping: CsvMapping
) -> tuple[list[str], TableRow | None]:
    """Return (names of the columns, the first row if it is one of data). Raises SourceError."""
    row = rows.next_row()
    if row is None:
        raise SourceError(f"{path}: no row is in it; get it again")
    if isinstance(row, Reject):
        raise SourceError(f"{path}: its first row cannot be read. {row.reason}")
    if len(row.cells) > MOST_COLUMNS:
        raise SourceError(
            f"{path}: it has {len(row.cells):,} columns, more than {MOST_COLUMNS}; is the "
            "delimiter right? Else leave out the columns that are not needed"
        )
    names = names_of_columns(row.cells, has_header=mapping.has_header)
    return names, None if mapping.has_header else row


def places_of(path: Path, names: list[str], mapping: CsvMapping) -> Places:
    """Return the number of the column of each part. Raises SourceError if one is missing."""
    missing = [name for name in mapping.columns.values() if name not in names]
    if missing:
        shown = ", ".join(repr(name) for name in names[:12])
        raise SourceError(
            f"{path}: it has no column {missing[0]!r}; its columns are {shown}"
            f"{' ...' if len(names) > 12 else ''}. Choose its columns again"
        )
    return {part: names.index(name) for part, name in mapping.columns.items()}


def is_start(mapping: CsvMapping, places: Places, line: str) -> bool:
    """Return whether a line begins like a row: with a reference and a date in their columns."""
    cells = next(csv.reader([line[:5_000]], delimiter=mapping.delimiter), [])
    if len(cells) <= max(places["reference"], places["created"]):
        return False
    try:
        canonical_reference(cells[places["reference"]], any_year=True)
    except ValueError:
        return False
    return mapping.parse_date(cells[places["created"]]) is not None


def _parsed(mapping: CsvMapping, places: Places, row: TableRow) -> ParsedCable | Reject:
    cells = {part: row.cells[place] for part, place in places.items()}

    def parse() -> ParsedCable:
        return parse_cells(cells, mapping, row.line)

    return attempt(parse, row.line, row.raw, cells["reference"].strip()[:64])


def parse_cells(cells: dict[str, str], mapping: CsvMapping, position: int = 1) -> ParsedCable:
    """Return the cable in {name in FIELDS: cell}. Raises ValueError with what is wrong.

    Subject and tags of columns are taken where the text has none of its own.
    """
    for part, cell in cells.items():
        if "\0" in cell:
            raise ValueError(f"NUL character in the column {mapping.columns[part]!r}; remove it")
    text = {part: cells.get(part, "").strip() for part in ("subject", "tags", "released")}
    created, precision = _created(cells, mapping)
    released = mapping.parse_date(text["released"]) if text["released"] else None
    if text["released"] and not released:
        raise ValueError(f"Not a date of release: {text['released'][:40]!r}")
    subject = " ".join(text["subject"].split())
    record = Record(
        format="csv",
        reference=cells["reference"].strip(),
        created=created,
        created_precision=precision,
        released=released[0].date() if released else None,
        origin=cells.get("origin", ""),
        classification=cells.get("classification", "").strip(),
        cites=tuple(filter(None, map(str.strip, BETWEEN_CITES.split(cells.get("cites", ""))))),
        header=cells.get("header", ""),
        body=text_in_cell(cells["body"]),
        title=subject,
        position=position,
        warnings=_damage(cells, mapping),
    )
    cable = parse_record(record)
    beside: EditionFacts = {
        "subject": "" if cable.subject else subject,
        "tags": [] if cable.tags or not text["tags"] else split_tags([text["tags"]]),
    }
    edition = without_empty(beside)
    return parse_record(replace(record, edition=edition)) if edition else cable


def _created(cells: dict[str, str], mapping: CsvMapping) -> Dated:
    whole, time = cells["created"].strip(), cells.get("time", "").strip()
    if digits := FOUR_DIGITS.fullmatch(time):
        time = f"{digits[1]}:{digits[2]}"
    if time:
        day = MIDNIGHT.sub("", whole)
        dated = mapping.parse_date(day)
        whole = whole if dated and dated[1] == "minute" else f"{day} {time}"
    if created := mapping.parse_date(whole):
        return created
    order = DATE_ORDERS[mapping.dates]
    raise ValueError(f"Not a date: {whole[:40]!r}; expected {order}, 2009-02-03 or 3 Feb 2009")


def _with_damage(
    mapping: CsvMapping, parse: Callable[[], ParsedCable | Reject]
) -> ParsedCable | Reject:
    """Parse a record of the dump that was transcoded, whose reader sees no invalid characters."""
    cable = parse()
    if isinstance(cable, Reject) or mapping.encoding == "utf-8":
        return cable
    damage = _damage({"header": cable.header, "body": cable.body}, mapping)
    return replace(cable, warnings=(*damage, *cable.warnings))


def _damage(cells: dict[str, str], mapping: CsvMapping) -> tuple[tuple[str, str], ...]:
    count = sum(cell.count("\ufffd") for cell in cells.values())
    if not count:
        return ()
    return (("C-2", f"{count} characters were not {ENCODINGS[mapping.encoding]}: U+FFFD"),)
