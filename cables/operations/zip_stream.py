"""A ZIP file that is made while it is sent, plain or as a BagIt bag (RFC 8493)."""

import hashlib
from collections.abc import Iterable, Iterator
from io import RawIOBase
from zipfile import ZIP_DEFLATED, ZipFile

MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
PAYLOAD = "data"
DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
INFO = """\
Bag-Software-Agent: Cable Reading Room, {agent}
External-Description: {description}
External-Identifier: {address}
Payload-Oxum: {size}.{count}
"""
BLOCK = 65_536  # Bytes that are sent at a time.
LEVEL = 4  # Of compression: the usual one takes twice as long, for a file smaller by some 5%.
READABLE = 0o644 << 16  # The rights of a file in a ZIP.


class Outbox(RawIOBase):
    """A file that cannot seek; what is written waits until it is taken."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, part) -> int:
        self.waiting += part
        return len(part)

    def take(self, at_least: int = BLOCK) -> Iterator[bytes]:
        """Yield what waits, if it is so much."""
        if len(self.waiting) >= at_least:
            part, self.waiting = bytes(self.waiting), bytearray()
            yield part


class ZipStream:
    """A ZIP file of which each method yields the next bytes. No file is whole in memory.

    A bag has the files in `data/`, and is complete with its tag files, which `end` adds. With
    `is_large` each file may have more than 2 GiB, for programs that read ZIP64.
    """

    def __init__(self, *, is_bag: bool = False, is_large: bool = False) -> None:
        self.outbox = Outbox()
        self.packed = ZipFile(self.outbox, "w", ZIP_DEFLATED, compresslevel=LEVEL)
        self.folder = f"{PAYLOAD}/" if is_bag else ""
        self.is_large = is_large
        self.digests: list[str] = []  # Lines of a manifest.
        self.size = 0  # Bytes of all files.

    def add(self, path: str, parts: Iterable[str]) -> Iterator[bytes]:
        """Add a text file."""
        yield from self._write(f"{self.folder}{path}", parts)

    def _write(self, path: str, parts: Iterable[str]) -> Iterator[bytes]:
        digest = hashlib.sha256()
        with self.packed.open(path, "w", force_zip64=self.is_large) as out:
            for part in parts:
                content = part.encode()
                digest.update(content)
                self.size += len(content)
                out.write(content)
                yield from self.outbox.take()
        self.packed.getinfo(path).external_attr = READABLE
        if self.folder:
            self.digests.append(f"{digest.hexdigest()}  {path}\n")

    def end(self, agent: str, description: str, address: str) -> Iterator[bytes]:
        """Add the tag files of a bag; then the directory of the ZIP, without which it is none."""
        if self.folder:
            manifest, self.digests = self.digests, []
            told = {"agent": agent, "description": description, "address": address}
            info = INFO.format(**told, size=self.size, count=len(manifest))
            yield from self._write("bagit.txt", [DECLARATION])
            yield from self._write("bag-info.txt", [info])
            yield from self._write(MANIFEST, manifest)
            yield from self._write(TAG_MANIFEST, self.digests[:])
        self.packed.close()
        yield from self.outbox.take(1)
