"""Read a list of telegrams of the National Archives: a CSV of attributes without texts (N-4)."""

import csv
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from .errors_to_rejects import attempt
from .limited_files import LIMITS, Limits, Source, opened, read_lines
from .nara import reference_of
from .nara_attributes import NOTHING, cable_of, edition_of
from .parsed_cable import ParsedCable, RawRecord, Reject

COLUMNS = {"draft date", "document number", "film number"}


def is_heading(row: str) -> bool:
    """Return whether a line is the heading row of a list."""
    with suppress(csv.Error):  # The first line of a file of another format.
        return {name.strip().casefold() for name in next(csv.reader([row]), [])} >= COLUMNS
    return False


def read(
    path: Path, advance: Callable[[int], object] = lambda size: None, limits: Limits = LIMITS
) -> Iterator[ParsedCable | Reject]:
    """Yield a cable for each row, in order. The heading row names the columns.

    `position` is the last line of the row. Raises OSError if the file cannot be read, SourceError
    if it passes a limit.
    """
    for record in split(path, advance, limits):
        yield record.parse() if isinstance(record, RawRecord) else record


def split(
    path: Path, advance: Callable[[int], object] = lambda size: None, limits: Limits = LIMITS
) -> Iterator[RawRecord | Reject]:
    """Yield what `read` does, but do not parse the rows yet."""
    with opened(path, advance, limits) as source:
        rows = _rows(source)
        _, heading = next(rows)
        if isinstance(heading, Reject):
            yield heading
            return
        names = [name.strip().casefold() for name in heading]
        for line, row in rows:
            if isinstance(row, Reject):
                yield row
            elif any(row):
                size = sum(map(len, row))
                yield RawRecord(line, size, partial(_parsed, line, row, names))


def _rows(source: Source) -> Iterator[tuple[int, list[str] | Reject]]:
    """Yield (line, row) of each row; a Reject replaces a row that cannot be read."""
    lines = _Lines(source)
    rows = csv.reader(lines)
    while True:
        row: list[str] | Reject
        try:
            row = next(rows)
        except StopIteration:
            return
        except (csv.Error, OverflowError) as error:
            row = Reject(lines.number, f"Not a row of a CSV: {error}", lines.last)
        yield lines.number, row
        lines.size = 0


class _Lines:
    """An iterator of the lines of a file. Raises OverflowError if a row exceeds the limit."""

    def __init__(self, source: Source):
        self.limits = source.limits
        self.lines = read_lines(source)
        self.number = 0  # Number of the last line read.
        self.ended = True  # Whether that line was read to its end.
        self.size = 0  # Bytes of the present row.
        self.last = ""  # The last line, or part of a long one.

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._part()
        self.last = line.decode("utf-8-sig", "replace")
        self.size += len(line)
        if self.size > self.limits.record:
            with suppress(StopIteration):
                while not self.ended:  # Skip to the end of the line, where the next row begins.
                    self._part()
            raise OverflowError(self.limits.too_long("row"))
        return self.last

    def _part(self) -> bytes:
        """Return the next line, or part of a long one. Raises StopIteration at the end."""
        try:
            part = next(self.lines)
        except EOFError:
            raise StopIteration from None
        self.number += self.ended
        self.ended = part.endswith((b"\n", b"\r"))
        return part


def _parsed(line: int, row: list[str], names: list[str]) -> ParsedCable | Reject:
    values = zip(names, map(str.strip, row), strict=False)
    attributes = {key: value for key, value in values if value.casefold() not in NOTHING}

    def parse() -> ParsedCable:
        reference = reference_of(attributes, "")
        edition, warnings = edition_of(attributes)
        edition["locator"] = "not in this list"
        texts = ("", "")
        cable = cable_of(attributes, reference, edition, texts, "nara-list", warnings=warnings)
        return replace(cable, partial=True, position=line)

    return attempt(parse, line, ",".join(row), attributes.get("document number", "")[:64])
