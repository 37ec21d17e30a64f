"""Cut files into tasks, run these in processes, and yield their records in order."""

import gc
import logging
import os
import select
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from logging.handlers import QueueHandler
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock, Thread
from types import ModuleType
from typing import Any

from .limited_files import Limits, check_size
from .mapped_csv import MappedCsv
from .parsed_cable import RawRecord, ReadingEndedError, Reject, SourceRecord, reason_of
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

    def records(self, file: Path, advance: Advance) -> Iterator[SourceRecord]:
        """Yield every record of a file, raw if its reader has RAW_RECORDS.

        An error becomes a Reject, at the line of the last record; so does a file without records.
        """
        position = 0
        try:
            check_size(file, lambda size: advance(0), self.limits)
            reader = self.reader_for(file)
            has_others = getattr(reader, "HAS_OTHERS", False)
            kinds = {"everything": self.everything} if has_others else {}
            for record in reader.read(file, advance, self.limits, **kinds):
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
            return getattr(self.reader_for(file), "RAW_RECORDS", False)
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
    records: list[SourceRecord]

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
    records: list[SourceRecord] = []
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


TASKS_WITHOUT_PARSERS = 4  # With fewer tasks no process is started: to start one takes as long.
MOST_PARSERS = 4  # One process stores what they parse; more would wait for it.
PORTION_RECORDS = 100
PORTION_SIZE = 1_000_000  # As `size` of records: bytes or characters.
CHECK_INTERVAL = 0.2  # Seconds between calls of `advance` while waiting for a parser.
# New objects between two collections of garbage, of which parsing leaves little: with Python's 700
# they took 12% of the processor time of a volume.
GARBAGE_AFTER = 10_000
LOGGER = "cables"
PROGRAM = "from cables.sources.parser_processes import run_parser; run_parser({}, {})"


class ParserEndedError(Exception):
    """A parser ended before its task: it was killed, or it failed."""


@dataclass(frozen=True, slots=True)
class Portion:
    """Some records of a task."""

    records: list[ReadRecord]
    read: int  # Bytes that were read from files for them.
    is_last: bool  # Whether the task is done.


class ParserProcess:
    """A parser, seen from the process that started it."""

    def __init__(self) -> None:
        self.connection, theirs = Pipe()
        level = logging.getLogger(LOGGER).getEffectiveLevel()
        path = [folder or str(Path.cwd()) for folder in sys.path]
        with theirs:
            self.process = subprocess.Popen(
                # -P: no module is imported from the folder in which the load was started.
                [sys.executable, "-P", "-c", PROGRAM.format(theirs.fileno(), level)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(path)},
            )

    def give(self, task: ReadTask) -> None:
        """Send a task. Call it when the last portion of the previous task was received."""
        try:
            self.connection.send(task)
        except OSError:
            raise self._ended() from None

    def receive(self, advance: Advance) -> Portion:
        """Return the next portion. While waiting, `advance(0)` is called, which may raise."""
        while True:
            try:
                while not self.connection.poll(CHECK_INTERVAL):
                    advance(0)
                message = self.connection.recv()
            except (EOFError, OSError):
                raise self._ended() from None
            if isinstance(message, Portion):
                return message
            logging.getLogger(message.name).handle(message)

    def close(self) -> None:
        """End the process at once. A thread that waits for it gets a ParserEndedError."""
        self.process.kill()
        self.process.wait()

    def _ended(self) -> ParserEndedError:
        status = self.process.wait()
        how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
        return ParserEndedError(
            f"A process that parses records {how}; the computer may lack memory. Load the same "
            "again: it goes on where it stopped."
        )


class ParserPool:
    """At most `size` parsers, started when needed. Use it in a `with`, whose end ends them."""

    def __init__(self, size: int):
        self.size = min(size, MOST_PARSERS)
        self.parsers: list[ParserProcess] = []
        self.lock = Lock()
        self.is_closed = False

    def __enter__(self) -> "ParserPool":
        return self

    def __exit__(self, *error: object) -> None:
        with self.lock:
            self.is_closed = True
            for parser in self.parsers:
                parser.close()

    def read(self, tasks: Iterator[ReadTask], advance: Advance) -> Iterator[ReadRecord]:
        """Yield the records of the tasks, in order.

        `advance(n)` is called with the bytes that parsers have read since its last call. Raises
        ParserEndedError if one is killed. A few tasks are read in this process.
        """
        first = list(islice(tasks, TASKS_WITHOUT_PARSERS if self.size else 0))
        if len(first) == TASKS_WITHOUT_PARSERS:
            yield from self._parsed(chain(first, tasks), advance)
            return
        for task in chain(first, tasks):
            yield from task.read(advance)

    def _parsed(self, tasks: Iterator[ReadTask], advance: Advance) -> Iterator[ReadRecord]:
        free = deque(self._start() for _ in range(self.size))
        busy: deque[ParserProcess] = deque()  # In the order of their tasks.

        def hand_out() -> None:
            while free and (task := next(tasks, None)):
                busy.append(free.popleft())
                busy[-1].give(task)

        hand_out()
        while busy:
            portion = busy[0].receive(advance)
            advance(portion.read)
            if portion.is_last:
                free.append(busy.popleft())
                hand_out()  # It works on its next task while these records are used.
            yield from portion.records

    def _start(self) -> ParserProcess:
        with self.lock:
            if self.is_closed:
                raise ReadingEndedError("The load has ended.")
            self.parsers.append(ParserProcess())
            return self.parsers[-1]


def run_parser(descriptor: int, level: int) -> None:
    """Read tasks until the connection is closed: the whole life of a parser."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)  # Such a signal is for the process that started it.
    connection: Connection = Connection(descriptor)
    Thread(target=_end_with, args=[descriptor], daemon=True).start()
    logger = logging.getLogger(LOGGER)
    logger.setLevel(level)
    logger.addHandler(QueueHandler(_LogRecords(connection)))  # type: ignore[arg-type]
    logger.propagate = False
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER)
    with suppress(EOFError, ConnectionError):
        while True:
            for portion in portions(connection.recv()):
                connection.send(portion)


def portions(task: ReadTask) -> Iterator[Portion]:
    """Run a task: yield its records in portions of limited size, of which the last says so."""
    records: list[ReadRecord] = []
    size = read = 0

    def advance(count: int) -> None:
        nonlocal read
        read += count

    for record in task.read(advance):
        records.append(record)
        size += record.size
        if size > PORTION_SIZE or len(records) == PORTION_RECORDS:
            yield Portion(records, read, is_last=False)
            records, size, read = [], 0, 0
    yield Portion(records, read, is_last=True)


def _end_with(descriptor: int) -> None:
    """End this process when the other end of its connection is closed."""
    poll = select.poll()
    poll.register(descriptor, 0)  # Wakes up only when the connection is closed.
    poll.poll()
    os._exit(1)


class _LogRecords:
    """The queue of a QueueHandler: log records are sent, and handled at the other end.

    The handler calls `put_nowait` alone.
    """

    def __init__(self, connection: Connection):
        self.connection = connection

    def put_nowait(self, record: Any) -> None:
        self.connection.send(record)
