"""Read the files of the index ahead after a start, before searches ask for parts of them.

Tantivy maps its files into memory and waits for the disk at each part that it has not read yet: of
words in phrases, those are many. The system reads whole files many times as fast.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from .folder import current_folder

# Kinds of files in the order in which searches need them: values and lengths of documents, words,
# which documents have them, and where (only phrases need that).
ORDER = (".store", ".fast", ".fieldnorm", ".term", ".idx", ".pos")
SHARE = 0.5  # Of the memory that is available.
# Bytes that are asked for at once. Of more, Linux reads only as much as its own reading ahead.
PART = 131_072


def read_ahead() -> None:
    """Ask the system to read the files of the current index, as far as they fit into memory.

    Returns before all of them are read. Does nothing without an index, and on systems that cannot.
    """
    folder = current_folder()
    if folder and hasattr(os, "posix_fadvise"):
        with suppress(FileNotFoundError):  # A new index has taken the place of this one.
            for path in fitting(in_order(folder), psutil.virtual_memory().available * SHARE):
                with path.open("rb") as file:
                    for start in range(0, path.stat().st_size, PART):
                        os.posix_fadvise(file.fileno(), start, PART, os.POSIX_FADV_WILLNEED)


def in_order(folder: Path) -> list[Path]:
    """Return the files of an index in the order in which searches need them."""
    files = [path for path in folder.iterdir() if path.suffix in ORDER]
    return sorted(files, key=lambda path: (ORDER.index(path.suffix), path.name))


def fitting(paths: Iterable[Path], size: float) -> Iterator[Path]:
    """Yield the first of these files, as many as have together at most so many bytes."""
    for path in paths:
        size -= path.stat().st_size
        if size < 0:
            return
        yield path
