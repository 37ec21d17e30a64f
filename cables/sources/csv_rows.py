"""Read the rows of a CSV with named columns, and go on behind a row that is broken."""

import csv
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from .limited_files import ByteSource, read_lines
from .parsed_cable import Reject

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

    def begin_row(self) -> None:
        self.row, self.size = [], 0

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
            self.lines.begin_row()
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
