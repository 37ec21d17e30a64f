"""Write and remove the files of a mirror; write the tag files of the bag, and its zip."""

import hashlib
import os
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ..operations.atomic_write import atomic_write
from ..operations.zip_stream import DECLARATION, INFO, MANIFEST, PAYLOAD, TAG_MANIFEST
from .file_paths import INDEX, Site, file_of
from .server_rules import readme


@dataclass(frozen=True, slots=True)
class File:
    """A file on disk. `path` is relative to the mirror; `size` is in bytes."""

    path: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Made:
    """A rendered part: its files, and the cables and tags that it links to."""

    key: str
    files: list[File] = field(default_factory=list)
    links: set[str] = field(default_factory=set)


def write(folder: Path, drafts: Path, path: str, content: bytes) -> File:
    """Write a file atomically, unless it has this content already.

    `drafts` is the folder for temporary files. There is no fsync for each of a million files: the
    next export finds those that a power cut emptied by their size, and renders them again.
    """
    target = folder / path
    if not has_content(target, content):
        draft = drafts / str(os.getpid())
        with atomic_write(target, "wb", draft=draft, is_durable=False) as out:
            out.write(content)
            target.parent.mkdir(parents=True, exist_ok=True)
    return File(path, hashlib.sha256(content).hexdigest(), len(content))


def has_content(target: Path, content: bytes) -> bool:
    try:
        return target.stat().st_size == len(content) and target.read_bytes() == content
    except FileNotFoundError:
        return False


def remove(folder: Path, key: str, paths: Iterable[str]):
    """Remove the files of a part, and folders that are empty then.

    A killed export may not have recorded them: the file of its address too, and the whole folder of
    a cable.
    """
    own = file_of(key) if key.startswith("/") else ""
    for path in filter(None, (*paths, own)):
        (folder / path).unlink(missing_ok=True)
        remove_empty_folders(folder, (folder / path).parent)
    reference = key.removeprefix("/cable/").strip("/")
    if key.startswith("/cable/") and reference and "/" not in reference:
        (folder / "cable" / f"{reference}.txt").unlink(missing_ok=True)
        if (folder / "cable" / reference).exists():
            shutil.rmtree(folder / "cable" / reference)


def remove_empty_folders(folder: Path, empty: Path):
    """Remove a folder and its parents, as far as they are empty."""
    while empty != folder:
        with suppress(FileNotFoundError):
            if any(empty.iterdir()):
                return
            empty.rmdir()
        empty = empty.parent


def damaged_parts(folder: Path, files: Iterable[tuple]) -> set[str]:
    """Return the parts with a file that is missing or has another size."""
    parts = set()
    for path, _, size, part in files:
        try:
            is_complete = (folder / path).stat().st_size == size
        except OSError:
            is_complete = False
        if not is_complete:
            parts.add(part)
    return parts


LONG_AGO = (1980, 1, 1, 0, 0, 0)  # The same files make the same zip, byte for byte.
ENTRANCE = (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Cable Reading Room</title>'
    '<meta http-equiv="refresh" content="0; url={0}"></head>'
    '<body><p>The pages are in <a href="{0}">{0}</a>.</p></body></html>\n'
)


class ChangedError(Exception):
    """A file of a mirror was changed after it was written."""


def write_tag_files(site: Site, files: Iterable[tuple]) -> int:
    """Write the manifest, which sha256sum reads too, and the other tag files of the bag.

    Returns how many files it lists.

    The manifest of tag files comes last: without it, the bag is not complete.
    """
    count = size = 0
    with draft_of(site, MANIFEST) as manifest:
        for path, digest, bytes_of_file, *_ in files:
            manifest.write(f"{digest}  {PAYLOAD}/{path}\n")
            count += 1
            size += bytes_of_file
    entrance = f"{PAYLOAD}/{INDEX if site.from_disk else ''}"
    texts = {
        "README.txt": readme(site),
        "bag-info.txt": INFO.format(
            agent="export_site",
            description=f"A mirror of the Cable Reading Room at {site.live}",
            address=site.live,
            size=size,
            count=count,
        ),
        "bagit.txt": DECLARATION,
        INDEX: ENTRANCE.format(entrance),
    }
    for name, text in texts.items():
        with draft_of(site, name) as out:
            out.write(text)
    with draft_of(site, TAG_MANIFEST) as out:
        for name in sorted([*texts, MANIFEST]):
            with (site.bag / name).open("rb") as written:
                digest = hashlib.file_digest(written, "sha256").hexdigest()
            out.write(f"{digest}  {name}\n")
    return count


def draft_of(site: Site, name: str):
    """Return a context manager that yields a tag file to write; its draft is out of sight."""
    draft = site.private / name
    return atomic_write(site.bag / name, draft=draft, encoding="utf-8", newline="\n")


def remove_manifests(site: Site):
    """Remove what says that the mirror is complete."""
    for name in (TAG_MANIFEST, MANIFEST):
        (site.bag / name).unlink(missing_ok=True)


def pack(site: Site, files: Iterable[tuple], target: Path, advance: Callable[[int], None]):
    """Write the zip of a mirror, file by file. `advance(bytes)` is called for each.

    Raises ChangedError if a file has not the digest in the ledger.
    """
    with (
        atomic_write(target, "w+b") as draft,
        zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as packed,
    ):
        for name in tag_files(site):
            add(packed, name, (site.bag / name).read_bytes())
        for path, digest, size, _ in files:
            content = (site.folder / path).read_bytes()
            if hashlib.sha256(content).hexdigest() != digest:
                raise ChangedError(path)
            add(packed, f"{PAYLOAD}/{path}", content)
            advance(size)


def tag_files(site: Site) -> Iterator[str]:
    """Yield the names of the tag files of a complete mirror."""
    yield TAG_MANIFEST
    for line in (site.bag / TAG_MANIFEST).read_text(encoding="utf-8").splitlines():
        yield line.partition("  ")[2]


def add(packed: zipfile.ZipFile, path: str, content: bytes):
    entry = zipfile.ZipInfo(path, LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    packed.writestr(entry, content)
