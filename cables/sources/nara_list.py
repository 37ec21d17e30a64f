"""Read a list of telegrams of the National Archives: a CSV of attributes, few with texts (N-4)."""

import csv
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from .csv_mapping import folded, names_of_columns, usual_columns
from .limited_files import LIMITS, Limits, opened
from .mapped_csv import RowReader, TableRow
from .nara import parse_message, without_stamps
from .nara_attributes import NOTHING, READ
from .parsed_cable import ParsedCable, RawRecord, Reject, attempt

RAW_RECORDS = True  # `read` yields records that are not parsed yet.
COLUMNS = {"draftdate", "documentnumber", "filmnumber"}
KEYS = {folded(key): key for key in READ}
TEXT = "text"  # The key of the column with the text; no attribute has it.


def is_heading(row: str) -> bool:
    """Return whether a line is the heading row of a list."""
    with suppress(csv.Error):  # The first line of a file of another format.
        return {*map(folded, next(csv.reader([row]), []))} >= COLUMNS
    return False


def read(
    path: Path, advance: Callable[[int], object] = lambda size: None, limits: Limits = LIMITS
) -> Iterator[RawRecord | Reject]:
    """Yield a cable for each row, in order. The heading row names the columns.

    `position` is the first line of the row. Raises OSError if the file cannot be read, SourceError
    if it passes a limit.
    """
    with opened(path, advance, limits) as source:
        rows = RowReader(source, csv.excel)
        heading = rows.next_row()
        if not isinstance(heading, TableRow):
            yield from filter(None, [heading])
            return
        keys = [*keys_of(names_of_columns(heading.cells, has_header=True)).values()]
        for row in rows:
            if isinstance(row, Reject):
                yield row
            else:
                yield RawRecord(row.line, len(row.raw), partial(_parsed, row, keys))


def unread_columns(path: Path, limits: Limits = LIMITS) -> list[str]:
    """Return the names of the columns of which nothing is kept. Raises OSError, SourceError."""
    with opened(path, limits=limits) as source:
        heading = RowReader(source, csv.excel).next_row()
    if not isinstance(heading, TableRow):
        return []
    keys = keys_of(names_of_columns(heading.cells, has_header=True))
    return [name for name, key in keys.items() if not key]


def keys_of(names: list[str]) -> dict[str, str]:
    """Return {column: key of its attribute, TEXT, or "" if it is not read}."""
    keys = {name: KEYS.get(folded(name), "") for name in names}
    if text := usual_columns(names).get("body"):
        keys[text] = TEXT
    return keys


def _parsed(row: TableRow, keys: list[str]) -> ParsedCable | Reject:
    cells = zip(keys, map(str.strip, row.cells), strict=False)
    attributes = {key: value for key, value in cells if key and value.casefold() not in NOTHING}

    def parse() -> ParsedCable:
        if any(row.cells[len(keys) :]):
            raise ValueError(f"Expected {len(keys)} columns, found {len(row.cells)}")
        text = attributes.pop(TEXT, "")
        if not text:
            attributes["locator"] = "not in this list"
        cable = parse_message(*without_stamps(text), attributes, "nara-list")
        return replace(cable, position=row.line)

    return attempt(parse, row.line, row.raw, attributes.get("document number", "")[:64])
