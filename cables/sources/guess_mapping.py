"""How a CSV of another shape is read, by the beginning of the file.

A person confirms it, unless the headings alone say it.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

from ..telegram.references import canonical_reference
from . import csv_dump
from .csv_mapping import DATE_ORDERS, DELIMITERS, FIELDS, MOST_COLUMNS, CsvMapping, usual_columns
from .limited_files import LIMITS, Limits, opened
from .mapped_csv import RowReader, TableRow, dialect_of, read_heading
from .parsed_cable import SourceError
from .source_formats import needs_mapping, sample_of
from .text_encodings import as_utf8, guess_encoding, transcoded

ROWS_LOOKED_AT = 50
MOST_LOOKED_AT = 2_000_000  # Characters of these rows: a page waits for them.
LINES_LOOKED_AT = 30
WORDS_OF_A_TEXT = 12
NUMBERS = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](?:\d{4}|\d\d)\b")

LooksLike = Callable[[str], bool]
MOST_ALIKE = 0.8  # Share of the cells of a column that look like something: then it is that.


def _is_reference(text: str) -> bool:
    try:
        return bool(canonical_reference(text.strip(), any_year=True))
    except ValueError:
        return False


def _is_date(text: str) -> bool:
    orders = (CsvMapping(dates=order) for order in DATE_ORDERS)
    return any(mapping.parse_date(text) for mapping in orders)


def _is_likely_start(delimiter: str, line: str) -> bool:
    """Return whether a line has a reference and a date in some of its cells."""
    cells = _cells(line, delimiter)[:MOST_COLUMNS]
    return any(map(_is_reference, cells)) and any(map(_is_date, cells))


# What is required -> what its cells look like, in the order in which columns are looked for.
LOOKS: dict[str, LooksLike] = {
    "reference": _is_reference,
    "created": _is_date,
    "body": lambda text: len(text.split()) > WORDS_OF_A_TEXT,
}


@dataclass(frozen=True, slots=True)
class TableStart:
    """The beginning of a CSV, read with a mapping."""

    names: list[str]  # Of its columns.
    rows: list[TableRow]  # The first ones that can be read.


def has_dump_rows(path: Path, encoding: str) -> bool:
    """Return whether a file has rows of the eight-column dump. Raises SourceError."""
    try:
        return csv_dump.is_dump(as_utf8(sample_of(path), encoding))
    except ValueError:
        return False


def read_start(path: Path, mapping: CsvMapping, limits: Limits = LIMITS) -> TableStart:
    """Return the names of the columns and the first rows. Raises SourceError."""
    with opened(path, limits=limits) as source:
        rows = RowReader(transcoded(source, mapping.encoding), dialect_of(mapping))
        names, first = read_heading(path, rows, mapping)
        rows.columns = len(names)
        rows.is_start = partial(_is_likely_start, mapping.delimiter)
        found = list(_first_rows(rows))
    return TableStart(names, [first, *found] if first else found)


def _first_rows(rows: RowReader) -> Iterator[TableRow]:
    """Yield the first rows that can be read: at most ROWS_LOOKED_AT, fewer if they are long."""
    size = 0
    for row in islice(rows, ROWS_LOOKED_AT):
        if isinstance(row, TableRow):
            yield row
        size += len(row.raw)
        if size > MOST_LOOKED_AT:
            return


def guess_mapping(path: Path, limits: Limits = LIMITS) -> CsvMapping:
    """Return a mapping with what its file shows; columns that cannot be guessed are left out.

    Raises SourceError if the file cannot be read as a table.
    """
    sample = sample_of(path)
    encoding = guess_encoding(sample)
    converted = as_utf8(sample, encoding)
    if csv_dump.is_dump(converted):
        return CsvMapping(encoding=encoding)
    text = converted.decode(errors="replace")
    mapping = CsvMapping(encoding=encoding, delimiter=_delimiter(text))
    if '\\"' in text and '""' not in text.replace('\\"', ""):
        mapping = replace(mapping, quotes="backslash")
    head = next(filter(str.strip, text.splitlines()), "")
    first = _cells(head, mapping.delimiter)[:MOST_COLUMNS]
    has_data = any(_is_date(cell) or _is_reference(cell) for cell in first)
    mapping = replace(mapping, has_header=not has_data)
    try:
        start = read_start(path, mapping, limits)
    except SourceError:
        return mapping  # The page says why it cannot be read so.
    columns = guess_columns(start)
    large = _large_numbers(start, columns)  # Numbers over 12 tell days from months.
    dates = "day-first" if large[0] > large[1] else "month-first"
    return replace(mapping, columns=columns, dates=dates)


def mapping_by_headings(path: Path) -> CsvMapping | None:
    """Return the mapping of a table in UTF-8 whose headings are usual names; else None.

    None too if a column that is required has another name, or if its dates can be read in two
    orders: then a person says it. Raises SourceError if the file is no table.
    """
    mapping = guess_mapping(path) if needs_mapping(path) else CsvMapping(encoding="")
    if mapping.encoding != "utf-8":
        return None
    start = read_start(path, mapping)
    columns = usual_columns(start.names)
    required = {name for name, field in FIELDS.items() if field.is_required}
    is_clear = mapping.has_header and required <= {*columns} and not is_order_open(start, columns)
    return replace(mapping, columns=columns) if is_clear else None


def _delimiter(text: str) -> str:
    """Return the delimiter that parts the first line into most cells."""
    lines = text.splitlines()[:LINES_LOOKED_AT]
    head = next(filter(str.strip, lines), "")
    counts = {each: len(_cells(head, each)) for each in DELIMITERS}
    return max(counts, key=lambda each: counts[each])


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def guess_columns(start: TableStart) -> dict[str, str]:
    """Return {name in FIELDS: name of the column that is likely it}.

    By the names of columns; of those that are required, else by what is in their cells.
    """
    columns = usual_columns(start.names)
    for part, is_like in LOOKS.items():
        if part not in columns and (name := _column_of(start, is_like, columns)):
            columns[part] = name
    return columns


def _column_of(start: TableStart, is_like: LooksLike, taken: dict[str, str]) -> str:
    """Return the first free column in which most cells look like something; "" if none has."""
    for place, name in enumerate(start.names):
        cells = [row.cells[place].strip() for row in start.rows if place < len(row.cells)]
        filled = [cell for cell in cells if cell]
        is_free = bool(filled) and name not in taken.values()
        if is_free and sum(map(is_like, filled)) >= MOST_ALIKE * len(filled):
            return name
    return ""


def is_order_open(start: TableStart, columns: dict[str, str]) -> bool:
    """Return whether there are numeric dates, all of which can be read in either order."""
    counts = _large_numbers(start, columns)
    return counts["dates"] > 0 and not counts[0] and not counts[1]


def _large_numbers(start: TableStart, columns: dict[str, str]) -> Counter[int | str]:
    """Count numeric dates ("dates"), those with a first number over 12 (0), or a second (1)."""
    counts: Counter[int | str] = Counter()
    if "created" not in columns or columns["created"] not in start.names:
        return counts
    place = start.names.index(columns["created"])
    for row in start.rows:
        if place < len(row.cells) and (date := NUMBERS.match(row.cells[place].strip())):
            counts["dates"] += 1
            numbers: Sequence[int] = [int(date[1]), int(date[2])]
            counts.update(at for at, number in enumerate(numbers) if number > 12)
    return counts
