"""Read source files, plain or gzip, within limits of size, record length and compression ratio."""

import gzip
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from .parsed_cable import SourceError

MEGABYTE = 1_000_000
CHUNK = 1 << 16  # Bytes read at once.
GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest sizes that readers accept, in bytes; settings have the names behind them."""

    file: int = 8_000 * MEGABYTE  # A file, uncompressed: LOAD_MEGABYTES.
    record: int = 4 * MEGABYTE  # A row, line, page or document: LOAD_RECORD_MEGABYTES.
    ratio: int = 100  # Uncompressed bytes for one compressed byte, on average: LOAD_RATIO.

    def too_long(self, what: str) -> str:
        """Return the error message for a record ("row", "document" ...) over the limit."""
        return (
            f"This {what} has more than {in_megabytes(self.record)}, the most that is read of one; "
            "get the file again, or let the operator raise LOAD_RECORD_MEGABYTES"
        )


LIMITS = Limits()


def in_megabytes(size: int) -> str:
    """Format a number of bytes in megabytes.

    >>> in_megabytes(4_000_000), in_megabytes(1_500_000)
    ('4 megabytes', '1.5 megabytes')
    """
    number = f"{size / MEGABYTE:,.6f}".rstrip("0").rstrip(".")
    return f"{number} megabyte{'s' * (number != '1')}"


class ByteSource(Protocol):
    """What is read in chunks: a Source, or one whose text is read in another encoding."""

    @property
    def limits(self) -> Limits: ...

    def read(self, size: int = CHUNK) -> bytes:
        """Return some bytes, b"" at the end. Raises EOFError if a gzip file is damaged."""
        ...


class _Disk:
    """A file on disk that reports the bytes read, up to its size when it was opened.

    Without that bound, a file that somebody writes to could be read for ever.
    """

    def __init__(self, file: BinaryIO, advance: Callable[[int], object]):
        self.file, self.advance = file, advance
        self.left = os.fstat(file.fileno()).st_size
        self.done = 0

    def read(self, size: int) -> bytes:
        data = self.file.read(min(size, self.left))
        self.left -= len(data)
        self.done += len(data)
        self.advance(len(data))
        return data


class Source:
    """An open file, uncompressed on the fly. `read` raises SourceError when a limit is exceeded.

    The limit of a record counts from the last call of `begin_record`; without one it does not
    apply.
    """

    def __init__(self, path: Path, disk: _Disk, limits: Limits, *, packed: bool):
        self.path, self.disk = path, disk
        self.limits: Limits = limits
        # The checker wants seek() too, which GzipFile does not call while reading.
        self.file = gzip.GzipFile(fileobj=disk, mode="rb") if packed else None  # type: ignore[call-overload]
        self.size = 0  # Uncompressed bytes read so far.
        self.begun: int | None = None  # The value of `size` where the record begins.

    def begin_record(self) -> None:
        self.begun = self.size

    def read(self, size: int = CHUNK) -> bytes:
        """Return some bytes, b"" at the end. Raises EOFError if a gzip file is damaged."""
        try:
            data = self.file.read1(size) if self.file else self.disk.read(size)
        except (zlib.error, gzip.BadGzipFile) as error:
            raise EOFError(str(error)) from None
        self.size += len(data)
        if self.file:
            self.disk.advance(0)  # Raises if the load was cancelled: no bytes may come for long.
        self.check()
        return data

    def check(self) -> None:
        """Raise SourceError if more was read than the limits allow."""
        limits = self.limits
        if self.size > limits.file:
            raise SourceError(
                f"{self.path}: it holds more than {in_megabytes(limits.file)}; split it, or let "
                "the operator raise LOAD_MEGABYTES"
            )
        if self.file and self.size > max(limits.record, limits.ratio * self.disk.done):
            raise SourceError(
                f"{self.path}: it unpacks to more than {limits.ratio} times its size, as no file "
                "of cables does; get it again, or let the operator raise LOAD_RATIO"
            )
        if self.begun is not None and self.size - self.begun > limits.record + CHUNK:
            raise SourceError(f"{self.path}: {limits.too_long('document')}")


@contextmanager
def opened(
    path: Path, advance: Callable[[int], object] = lambda size: None, limits: Limits = LIMITS
) -> Iterator[Source]:
    """Open a file, plain or gzip. `advance(n)` is called with the bytes read from disk.

    Raises SourceError for a pipe or a device, whose reading might never end.
    """
    if not path.is_file():
        raise SourceError(f"{path}: no such file; check the path")
    with path.open("rb") as file:
        packed = file.read(len(GZIP)) == GZIP
        file.seek(0)
        yield Source(path, _Disk(file, advance), limits, packed=packed)


def read_whole(
    path: Path, advance: Callable[[int], object] = lambda size: None, limits: Limits = LIMITS
) -> bytes:
    """Return all bytes of a file that holds one record. Raises SourceError if it is too long."""
    chunks = []
    with opened(path, advance, limits) as source:
        source.begin_record()
        try:
            while chunk := source.read():
                chunks.append(chunk)
        except EOFError as error:
            raise SourceError(f"{path}: damaged gzip file ({error}); get it again") from None
    return b"".join(chunks)


def read_lines(source: ByteSource) -> Iterator[bytes]:
    r"""Yield the lines of a file with their ends: "\n", "\r\n" or "\r".

    A line that is longer than a chunk comes in parts, of which only the last has an end.
    """
    rest = b""
    while chunk := source.read():
        lines = (rest + chunk).splitlines(keepends=True)
        # A "\r" at the end of a chunk may be half of a "\r\n".
        rest = b"" if lines[-1].endswith(b"\n") else lines.pop()
        yield from lines
        if len(rest) > CHUNK:
            yield rest[:-1]
            rest = rest[-1:]
    if rest:
        yield rest


def check_size(
    path: Path, advance: Callable[[int], object] = lambda size: None, limits: Limits = LIMITS
) -> None:
    """Raise SourceError if a file exceeds the limits; a gzip file is read to its end for that.

    So it is refused before any of it is stored. A damaged file is left to the reader.
    """
    with opened(path, advance, limits) as source:
        if source.file is None:
            source.size = source.disk.left
            source.check()
            return
        with suppress(EOFError):
            while source.read():
                pass
