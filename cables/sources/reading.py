"""A file -> its bytes, unpacked, and never more of them at once than the limits allow."""

import gzip
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from .encoding import SourceError

MEGABYTE = 1_000_000
CHUNK = 1 << 16  # Bytes read at once.
GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the readers take from one file, in bytes. The settings name the same limits."""

    file: int = 8_000 * MEGABYTE  # Of a file, unpacked: LOAD_MEGABYTES.
    record: int = 4 * MEGABYTE  # Of a row, line, page or document: LOAD_RECORD_MEGABYTES.
    ratio: int = 100  # Bytes that one packed byte may unpack to, on average: LOAD_RATIO.

    def too_long(self, what: str) -> str:
        """Return the sentence on a record that has more bytes than one may have."""
        return (
            f"This {what} has more than {in_megabytes(self.record)}, the most that is read of one; "
            "get the file again, or let the operator raise LOAD_RECORD_MEGABYTES"
        )


LIMITS = Limits()


def in_megabytes(size: int) -> str:
    """Return a number of bytes as people write it.

    >>> in_megabytes(4_000_000), in_megabytes(1_500_000)
    ('4 megabytes', '1.5 megabytes')
    """
    number = f"{size / MEGABYTE:,.6f}".rstrip("0").rstrip(".")
    return f"{number} megabyte{'s' * (number != '1')}"


class _Disk:
    """A file on disk that tells how far it was read, up to the size it had when it was opened.

    A file that somebody still writes to would otherwise be read without end.
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
    """An open file, unpacked. `read` raises SourceError as soon as a limit is passed.

    `begin_record` says that a record begins here: so much as one may have is then read. Until it
    is first called, records are not limited.
    """

    def __init__(self, path: Path, disk: _Disk, limits: Limits, *, packed: bool):
        self.path, self.disk, self.limits = path, disk, limits
        self.file = gzip.GzipFile(fileobj=disk, mode="rb") if packed else None
        self.size = 0  # Bytes that were unpacked.
        self.begun: int | None = None

    def begin_record(self):
        self.begun = self.size

    def read(self, size: int = CHUNK) -> bytes:
        """Return some bytes, b"" at the end. Raises EOFError where a packed file is damaged."""
        try:
            data = self.file.read1(size) if self.file else self.disk.read(size)
        except (zlib.error, gzip.BadGzipFile) as error:
            raise EOFError(str(error)) from None
        self.size += len(data)
        if self.file:
            self.disk.advance(0)  # Much may be unpacked before more is read: is it cancelled?
        self.check()
        return data

    def check(self):
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
    path: Path,
    advance: Callable[[int], object] = lambda size: None,
    limits: Limits = LIMITS,
) -> Iterator[Source]:
    """Open a file, plain or packed by gzip. `advance` is told of the bytes read from disk.

    Raises SourceError for a pipe or a device: reading it might never end.
    """
    if not path.is_file():
        raise SourceError(f"{path}: no such file; check the path")
    with path.open("rb") as file:
        packed = file.read(len(GZIP)) == GZIP
        file.seek(0)
        yield Source(path, _Disk(file, advance), limits, packed=packed)


def read_whole(
    path: Path,
    advance: Callable[[int], object] = lambda size: None,
    limits: Limits = LIMITS,
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


def read_lines(source: Source) -> Iterator[bytes]:
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
    path: Path,
    advance: Callable[[int], object] = lambda size: None,
    limits: Limits = LIMITS,
):
    """Raise SourceError if a file holds more than the limits allow. A packed one is unpacked.

    So it is refused before anything of it is stored. Damage is left to the reader.
    """
    with opened(path, advance, limits) as source:
        if source.file is None:
            source.size = source.disk.left
            source.check()
            return
        with suppress(EOFError):
            while source.read():
                pass
