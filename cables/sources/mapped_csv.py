"""Read a CSV of another shape by a mapping of its columns (C-6)."""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path

from ..telegram.dates import Dated
from ..telegram.fact_types import EditionFacts, without_empty
from ..telegram.references import canonical_reference
from ..telegram.tags import split_tags
from . import csv_dump
from .check_encoding import SourceError
from .csv_mapping import DATE_ORDERS, MOST_COLUMNS, CsvMapping, names_of_columns
from .csv_rows import RowReader, TableRow
from .errors_to_rejects import attempt
from .limited_files import LIMITS, ByteSource, Limits, opened
from .nara import text_in_cell
from .parse_record import Record, parse_record
from .parsed_cable import ParsedCable, RawRecord, Reject
from .text_encodings import ENCODINGS, transcoded

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

    def read(
        self,
        path: Path,
        advance: Callable[[int], object] = lambda size: None,
        limits: Limits = LIMITS,
    ) -> Iterator[ParsedCable | Reject]:
        """Yield each record in order. `position` is the first line of its row.

        Raises OSError if the file cannot be read, SourceError if it passes a limit or lacks a
        column of the mapping.
        """
        for record in self.split(path, advance, limits):
            yield record.parse() if isinstance(record, RawRecord) else record

    def split(
        self,
        path: Path,
        advance: Callable[[int], object] = lambda size: None,
        limits: Limits = LIMITS,
    ) -> Iterator[RawRecord | Reject]:
        """Yield what `read` does, but do not parse the rows yet."""
        with opened(path, advance, limits) as source:
            text = transcoded(source, self.mapping.encoding)
            if not self.mapping.columns:
                yield from map(self._of_dump, csv_dump.split_source(text))
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
