"""A ZIP file that is made while it is sent, plain or as a BagIt bag (RFC 8493)."""

import hashlib
from collections.abc import Iterable, Iterator
from io import RawIOBase
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
PAYLOAD = "data"
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # The same files make the same ZIP, byte for byte.
DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
INFO = """\
Bag-Software-Agent: Cable Reading Room, {agent}
External-Description: {description}
External-Identifier: {address}
Payload-Oxum: {size}.{count}
"""
BLOCK = 65_536  # Bytes that are sent at a time.


def zip_entry(path: str) -> ZipInfo:
    """Return an entry to write, compressed and readable for all."""
    entry = ZipInfo(path, LONG_AGO)
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


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
        self.packed = ZipFile(self.outbox, "w")
        self.folder = f"{PAYLOAD}/" if is_bag else ""
        self.is_large = is_large
        self.digests: list[str] = []  # Lines of a manifest.
        self.size = 0  # Bytes of all files.

    def add(self, path: str, parts: Iterable[str]) -> Iterator[bytes]:
        """Add a text file."""
        yield from self._write(f"{self.folder}{path}", parts)

    def _write(self, path: str, parts: Iterable[str]) -> Iterator[bytes]:
        digest = hashlib.sha256()
        with self.packed.open(zip_entry(path), "w", force_zip64=self.is_large) as out:
            for part in parts:
                content = part.encode()
                digest.update(content)
                self.size += len(content)
                out.write(content)
                yield from self.outbox.take()
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
