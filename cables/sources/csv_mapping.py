"""How a CSV of another shape is read: which column is what, and how its text and dates are written.

A mapping is stored as JSON with its load, under a name, or in a file:

    {"columns": {"reference": "Ref. No.", "created": "Date", "body": "Text"},
     "encoding": "windows-1252", "delimiter": ";", "quotes": "doubled",
     "has_header": true, "dates": "day-first"}

Without columns the file is the eight-column dump (rules C) in another encoding.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..telegram import dates
from ..telegram.dates import Dated
from .parsed_cable import SourceError
from .text_encodings import ENCODINGS

MOST_COLUMNS = 200
LONGEST_NAME = 100  # Characters of the name of a column.
LONGEST_FILE = 100_000  # Bytes of a mapping in a file.
SIGNS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class TableField:
    """A part of a cable that a column can hold."""

    label: str
    names: tuple[str, ...]  # Usual names of such a column, without blanks and signs.
    help_text: str = ""
    is_required: bool = False


FIELDS = {
    "reference": TableField(
        "Reference",
        (
            *("reference", "referenceid", "ref", "refid", "refno", "cableid", "cable", "id"),
            *("messagenumber", "messageno", "telegramnumber", "documentnumber", "mrn"),
        ),
        is_required=True,
    ),
    "created": TableField(
        "Date",
        (
            *("created", "date", "sent", "datesent", "sentdate", "datetime", "datecreated"),
            *("createddate", "draftdate", "cabledate", "documentdate", "timestamp"),
        ),
        "When it was sent, in UTC, with or without the time.",
        is_required=True,
    ),
    "time": TableField(
        "Time", ("time", "timesent", "hour"), "If it has a column of its own: 14:05."
    ),
    "origin": TableField(
        "Origin",
        ("origin", "embassy", "post", "from", "sender", "station", "office", "source"),
        "Without it the post in the reference is the origin.",
    ),
    "classification": TableField(
        "Classification",
        ("classification", "class", "originalclassification", "marking", "security"),
        "Empty cells, and no column: not marked.",
    ),
    "subject": TableField(
        "Subject", ("subject", "title", "subj"), "Taken where the text has no line SUBJECT."
    ),
    "tags": TableField(
        "Tags", ("tags", "tag", "trafficanalysis"), "Taken where the text has no line TAGS."
    ),
    "cites": TableField(
        "References cited",
        ("cites", "references", "refs", "cited", "referencescited", "reftels"),
        "References, with |, semicolons, commas or line breaks between them.",
    ),
    "released": TableField("Released", ("released", "releasedate", "datereleased", "releasedon")),
    "header": TableField("Header", ("header", "messageheader", "headers")),
    "body": TableField(
        "Body",
        (
            *("body", "text", "content", "messagetext", "fulltext", "message", "cabletext"),
            *("contents", "telegramtext", "documenttext", "messagebody", "bodytext", "transcript"),
        ),
        is_required=True,
    ),
}
DELIMITERS = {",": "comma ,", ";": "semicolon ;", "\t": "tab", "|": "bar |"}
QUOTES = {"doubled": 'doubled: ""', "backslash": 'behind a backslash: \\"'}
DATE_ORDERS = {"month-first": "month first: 2/3/2009", "day-first": "day first: 3/2/2009"}
# Formats of dates that are read in either order, and those of which a person says the order.
CLEAR_FORMATS = (
    *("2009/02/03, 14:05:00 UTC", "3 February 2009 14:05", "February 3, 2009 14:05", "20090203"),
    "140926Z MAR 06",
)
ORDERED_FORMATS = {"month-first": "2/3/2009 2:05 PM", "day-first": "3/2/2009 14:05:00"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvMapping:
    """How a CSV is read. `columns` is {name in FIELDS: name of a column of the file}.

    Columns are named by the first row, or "Column 1" and so on; see `names_of_columns`.
    """

    columns: dict[str, str] = field(default_factory=dict)
    encoding: str = "utf-8"
    delimiter: str = ","
    quotes: str = "doubled"
    has_header: bool = True
    dates: str = "month-first"

    def as_json(self) -> dict[str, Any]:
        """Return the mapping as it is stored."""
        return asdict(self)

    def parse_date(self, text: str) -> Dated | None:
        """Return the date in a cell, None if it is none.

        Two digits of a year that is still to come are of the 1900s: "64" is 1964.
        """
        clean = " ".join(text.split())
        next_year = datetime.now(UTC).year % 100 + 1
        formats = *CLEAR_FORMATS, ORDERED_FORMATS[self.dates]
        return dates.parse(clean, *formats, pivot=next_year)


CHOICES = {"encoding": ENCODINGS, "delimiter": DELIMITERS, "quotes": QUOTES, "dates": DATE_ORDERS}


def mapping_of(value: Any) -> CsvMapping:
    """Return a mapping from JSON. Raises ValueError with what is wrong in it."""
    if not isinstance(value, dict):
        raise ValueError("A mapping is a JSON object with columns, encoding and so on")
    known = {"columns", "has_header", *CHOICES}
    if unknown := sorted(set(map(str, value)) - known):
        raise ValueError(f"Unknown: {unknown[0][:40]!r}; a mapping has {', '.join(sorted(known))}")
    for name, choices in CHOICES.items():
        if name in value and value[name] not in list(choices):
            choice = str(value[name])[:40]
            raise ValueError(f"{name} is {choice!r}; write one of {', '.join(map(repr, choices))}")
    if not isinstance(value.get("has_header", True), bool):
        raise ValueError("has_header is true or false")
    _check_columns(value.get("columns", {}))
    return CsvMapping(**value)


def _check_columns(columns: Any) -> None:
    if not isinstance(columns, dict):
        raise ValueError('columns is an object: {"reference": "name of the column", ...}')
    if unknown := sorted(set(map(str, columns)) - set(FIELDS)):
        raise ValueError(f"Unknown column: {unknown[0][:40]!r}; known are {', '.join(FIELDS)}")
    if not all(isinstance(name, str) and name for name in columns.values()):
        raise ValueError("The name of each column is a text")
    missing = [name for name, part in FIELDS.items() if part.is_required and name not in columns]
    if columns and missing:
        raise ValueError(f"No column is named for: {', '.join(missing)}")


def mapping_in_file(path: Path) -> CsvMapping:
    """Return the mapping in a JSON file. Raises SourceError."""
    try:
        with path.open("rb") as file:
            return mapping_of(json.loads(file.read(LONGEST_FILE)))
    except OSError as error:
        raise SourceError(f"{path}: it cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{path}: not a mapping of columns. {error}") from None


def folded(name: str) -> str:
    """Return the name of a column as it is compared: "Message Text" is "messagetext"."""
    return SIGNS.sub("", name.casefold())


def usual_columns(names: Iterable[str]) -> dict[str, str]:
    """Return {name in FIELDS: the column with a usual name of it}. Readers of tables share it."""
    by_name = {folded(name): name for name in reversed(list(names))}
    columns: dict[str, str] = {}
    for part, known in FIELDS.items():
        name = next((by_name[each] for each in known.names if each in by_name), "")
        if name and name not in columns.values():
            columns[part] = name
    return columns


def names_of_columns(row: Iterable[str], *, has_header: bool) -> list[str]:
    """Return a name for each column, all different.

    >>> names_of_columns(["Ref", "Date", "Date", ""], has_header=True)
    ['Ref', 'Date', 'Date (2)', 'Column 4']
    """
    names: dict[str, None] = {}
    for number, cell in enumerate(row, 1):
        clean = " ".join(cell.replace("\0", "").split())[:LONGEST_NAME] if has_header else ""
        name, times = clean or f"Column {number}", 1
        while name in names:
            times += 1
            name = f"{clean or f'Column {number}'} ({times})"
        names[name] = None
    return list(names)
