"""Write files of a mirror atomically, and remove them."""

import hashlib
import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ..operations.atomic_write import atomic_write
from .file_paths import file_of


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
    """Tell whether a file has this content."""
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
