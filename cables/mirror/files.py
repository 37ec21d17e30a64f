"""Bytes -> files of a mirror, which have their names only when they are whole."""

import hashlib
import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class File:
    """A file as it is on the disk. `path` is in the mirror."""

    path: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Made:
    """A part that was made: its files, and which cables and tags it links to."""

    key: str
    files: list[File] = field(default_factory=list)
    links: set[str] = field(default_factory=set)


def write(folder: Path, drafts: Path, path: str, content: bytes) -> File:
    """Put a file into a folder, unless it is there. Killed at any moment, it is there or not."""
    target = folder / path
    if not is_same(target, content):
        draft = drafts / str(os.getpid())
        try:
            draft.write_bytes(content)
            try:
                draft.replace(target)
            except FileNotFoundError:
                target.parent.mkdir(parents=True, exist_ok=True)
                draft.replace(target)
        except OSError:
            draft.unlink(missing_ok=True)  # On a full disk, the room that it took.
            raise
    return File(path, hashlib.sha256(content).hexdigest(), len(content))


def is_same(target: Path, content: bytes) -> bool:
    """Tell whether a file has this content."""
    try:
        return target.stat().st_size == len(content) and target.read_bytes() == content
    except FileNotFoundError:
        return False


def remove(folder: Path, key: str, paths: Iterable[str]):
    """Remove the files of a part, and what folders they leave empty.

    Of a cable, whatever is there: its last export may have been killed before it said what.
    """
    for path in paths:
        (folder / path).unlink(missing_ok=True)
        leave(folder, (folder / path).parent)
    reference = key.removeprefix("/cable/").strip("/")
    if key.startswith("/cable/") and reference and "/" not in reference:
        (folder / "cable" / f"{reference}.txt").unlink(missing_ok=True)
        if (folder / "cable" / reference).exists():
            shutil.rmtree(folder / "cable" / reference)


def leave(folder: Path, empty: Path):
    """Remove a folder and those above it, as far as nothing is in them."""
    while empty != folder:
        with suppress(FileNotFoundError):
            if any(empty.iterdir()):
                return
            empty.rmdir()
        empty = empty.parent


def damaged(folder: Path, files: Iterable[tuple]) -> set[str]:
    """Return the parts of which a file is missing or has another length than it had."""
    parts = set()
    for path, _, size, part in files:
        try:
            fit = (folder / path).stat().st_size == size
        except OSError:
            fit = False
        if not fit:
            parts.add(part)
    return parts
