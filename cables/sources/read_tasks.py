"""Cut files into tasks, each of which one process reads or parses.

A large file is cut into raw records here, which is cheap, if its format has a `split`; other files
are read whole by whoever takes the task. The tasks depend on the files alone, not on the number of
processes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from .errors_to_rejects import ReadingEndedError, reason_of
from .limited_files import Limits, check_size
from .mapped_csv import MappedCsv
from .parsed_cable import Other, ParsedCable, RawRecord, Reject
from .prepared import ReadRecord, finished

TASK_BYTES = 1_000_000  # Of the files, or characters of the raw records, of one task.
TASK_RECORDS = 100  # Most files or raw records of one task.
NO_RECORDS = "The file has no records, at most a heading; get it again if it should have some"

Advance = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class FileReader:
    """How files are read: with which readers and limits, and whether with `everything`."""

    reader_for: Callable[[Path], ModuleType | MappedCsv]
    limits: Limits
    everything: bool

    def read(self, file: Path, advance: Advance) -> Iterator[ReadRecord]:
        """Yield every record of a file, parsed."""
        for record in self.records(file, advance):
            yield finished(record, file)

    def records(
        self, file: Path, advance: Advance
    ) -> Iterator[RawRecord | ParsedCable | Reject | Other]:
        """Yield every record of a file, raw if its format has a `split`.

        An error becomes a Reject, at the line of the last record; so does a file without records.
        """
        position = 0
        try:
            check_size(file, lambda size: advance(0), self.limits)
            reader = self.reader_for(file)
            read = getattr(reader, "split", reader.read)
            has_others = getattr(reader, "HAS_OTHERS", False)
            kinds = {"everything": self.everything} if has_others else {}
            for record in read(file, advance, self.limits, **kinds):
                advance(0)  # Raises if the load was cancelled: a chunk holds many records.
                position = record.position
                yield record
            if not position:
                yield Reject(1, NO_RECORDS, raw="")
        except ReadingEndedError:
            raise
        except Exception as error:
            yield Reject(position or 1, reason_of(error), raw="")

    def can_split(self, file: Path) -> bool:
        """Return whether raw records of a file can be read without parsing them."""
        try:
            return hasattr(self.reader_for(file), "split")
        except (ValueError, OSError):  # Whoever takes the task rejects the file.
            return False


@dataclass(frozen=True, slots=True)
class WholeFiles:
    """A task: read these files, and parse their records."""

    files: list[Path]
    reader: FileReader

    def read(self, advance: Advance) -> Iterator[ReadRecord]:
        """Yield every record of the files, in order."""
        for file in self.files:
            yield from self.reader.read(file, advance)


@dataclass(frozen=True, slots=True)
class RawRecords:
    """A task: parse these records, which were read from a file."""

    file: Path
    records: list[RawRecord | ParsedCable | Reject | Other]

    def read(self, advance: Advance) -> Iterator[ReadRecord]:
        """Yield the records, in order."""
        for record in self.records:
            advance(0)
            yield finished(record, self.file)


ReadTask = WholeFiles | RawRecords


def cut_into_tasks(files: list[Path], reader: FileReader, advance: Advance) -> Iterator[ReadTask]:
    """Yield tasks whose records, in order, are those of the files, in order.

    `advance(n)` is called with the bytes read here.
    """
    whole: list[Path] = []
    size = 0
    for file in files:
        file_size = _size(file)
        is_large = file_size > TASK_BYTES
        if whole and (is_large or len(whole) == TASK_RECORDS or size + file_size > TASK_BYTES):
            yield WholeFiles(whole, reader)
            whole, size = [], 0
        if is_large and reader.can_split(file):
            yield from _parts(file, reader, advance)
        else:
            whole.append(file)
            size += file_size
    if whole:
        yield WholeFiles(whole, reader)


def _parts(file: Path, reader: FileReader, advance: Advance) -> Iterator[RawRecords]:
    records: list[RawRecord | ParsedCable | Reject | Other] = []
    size = 0
    for record in reader.records(file, advance):
        records.append(record)
        size += record.size if isinstance(record, RawRecord | Reject) else 0
        if size > TASK_BYTES or len(records) == TASK_RECORDS:
            yield RawRecords(file, records)
            records, size = [], 0
    if records:
        yield RawRecords(file, records)


def _size(file: Path) -> int:
    """Return the size of a file in bytes; 0 if it cannot be read, which its task will tell."""
    try:
        return file.stat().st_size
    except OSError:
        return 0
