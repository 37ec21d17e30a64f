"""Write SHA256SUMS and the zip of a mirror, both atomically."""

import hashlib
import zipfile
from collections.abc import Iterable
from pathlib import Path

from ..operations.atomic_write import atomic_write
from .ledger import FOLDER

SUMS = "SHA256SUMS"
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # The same files make the same zip, byte for byte.


class ChangedError(Exception):
    """A file of a mirror was changed after it was written."""


def write_sums(folder: Path, files: Iterable[tuple]) -> int:
    """Write the digests of all files in the format of sha256sum. Returns their number."""
    count = 0
    draft = folder / FOLDER / SUMS  # Where no web server shows it.
    with atomic_write(folder / SUMS, draft=draft, encoding="utf-8", newline="\n") as out:
        for path, digest, *_ in files:
            out.write(f"{digest}  {path}\n")
            count += 1
    return count


def pack(folder: Path, files: Iterable[tuple], target: Path, advance):
    """Write the zip of a mirror, file by file. `advance(bytes)` is called for each.

    Raises ChangedError if a file has not the digest in the ledger.
    """
    with (
        atomic_write(target, "w+b") as draft,
        zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as packed,
    ):
        for path, digest, size, _ in files:
            content = (folder / path).read_bytes()
            if hashlib.sha256(content).hexdigest() != digest:
                raise ChangedError(path)
            add(packed, path, content)
            advance(size)
        add(packed, SUMS, (folder / SUMS).read_bytes())


def add(packed: zipfile.ZipFile, path: str, content: bytes):
    entry = zipfile.ZipInfo(path, LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    packed.writestr(entry, content)
