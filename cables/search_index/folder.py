"""Where the index lies on disk, which of its folders is the current one, and of which state.

    SEARCH_INDEX_DIR/
        current                     the name of the current folder
        lock                        held by the indexer of this machine
        <digest of the schema>-<n>/ a Tantivy index
            has-removed-words       its files still have words that nobody may find

An index is never repaired: a new one is built in a folder of its own, and `current` is replaced.
Its state is the number of the archive's state and when that was reached: after a restore a number
may come again, but never with the same time.
"""

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from secrets import token_hex

import psutil
import tantivy
from django.conf import settings

from ..http_cache.edition import Edition
from ..operations.atomic_write import atomic_write
from .schema import PRINTED, STEMMED, analyzer, schema, schema_digest

CURRENT, LOCK, REMOVED_WORDS = "current", "lock", "has-removed-words"


class IndexBusy(Exception):
    """Another process of this machine writes the index."""


def root() -> Path:
    """Return the folder of all indexes. The indexer makes it, for this account alone."""
    return Path(settings.SEARCH_INDEX_DIR)


def current_folder() -> Path | None:
    """Return the folder of the current index; None if there is none for this schema."""
    try:
        name = (root() / CURRENT).read_text().strip()
    except OSError:
        return None
    folder = root() / name
    return folder if name.startswith(f"{schema_digest()}-") and folder.is_dir() else None


def new_folder() -> Path:
    """Make the folder of an index that is to be built."""
    folder = root() / f"{schema_digest()}-{token_hex(4)}"
    folder.mkdir(mode=0o700)
    return folder


def make_current(folder: Path) -> None:
    """Make a folder the current one, and delete all others."""
    with atomic_write(root() / CURRENT, permissions=0o600) as out:
        out.write(folder.name)
    remove_others()


def remove_others() -> None:
    """Delete all folders but the one that `current` names: readers keep files that are open.

    They are earlier indexes, and those whose building was killed or failed, as on a full disk.
    """
    current = root() / CURRENT
    kept = current.read_text().strip() if current.exists() else ""
    for other in root().iterdir():
        if other.is_dir() and other.name != kept:
            shutil.rmtree(other, ignore_errors=True)


def open_index(folder: Path | None) -> tantivy.Index:
    """Open the index of a folder, in memory for None. Raises ValueError or OSError if damaged."""
    index = tantivy.Index(schema(), str(folder) if folder else None)
    for name in (PRINTED, STEMMED):
        index.register_tokenizer(name, analyzer(name))
    return index


@contextmanager
def writer_lock() -> Iterator[None]:
    """Hold the lock of this machine's indexer, without folders of a killed one; or IndexBusy."""
    root().mkdir(mode=0o700, parents=True, exist_ok=True)
    with (root() / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IndexBusy from None
        os.fchmod(file.fileno(), 0o600)
        remove_others()
        yield


NOTHING = Edition(0, None)


def written_state(state: Edition) -> str:
    return f"{state.number} {state.moved.isoformat() if state.moved else ''}"


def state_seen_by(searcher: tantivy.Searcher, schema: tantivy.Schema) -> Edition:
    """Return the state of an index, as of the commit of a searcher."""
    found = searcher.search(tantivy.Query.regex_query(schema, "state", ".*"), 1).hits
    if not found:
        return NOTHING
    number, _, moved = str(searcher.doc(found[0][1]).get_first("state")).partition(" ")
    return Edition(int(number), datetime.fromisoformat(moved) if moved else None)


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
