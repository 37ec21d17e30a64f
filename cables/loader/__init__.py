"""ParsedCable -> rows, in batches. Loading the same files twice, in any order, changes nothing.

prepare.py   records -> batches of prepared ones, read ahead in a thread
rows.py      one record, or all that the sources say of a cable -> the columns of a Cable
shown.py     redact(correct(a copy)): what readers may see of it, one pure function
showing.py   that becomes the public text, with all that follows from it
store.py     a batch -> the database, in one transaction
counting.py  in how many cables each word stands, brought into `Word` when a load ends
reread.py    what follows from the texts, worked out again by newer rules
text.py      a public text is replaced: its version, and which paragraph keeps which id
deciding.py  curators correct a fact, or redact; and undo it
merging.py   origins and tags become others; and are parted again
erasing.py   a text goes for good
indexes.py   indexes left out while an empty table fills, and made after the rows
"""

import hashlib
from collections.abc import Callable
from contextlib import contextmanager, nullcontext, suppress
from datetime import date
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from ..models import Change, Collection, Load
from ..sources import files_of, reader_for
from .counting import count_words, words_are_counted
from .indexes import deferred_indexes, ensure_indexes, tidy
from .prepare import batches, prefetched, read_all
from .report import LoadError, LoadReport
from .reread import reread
from .rows import storable
from .store import Store
from .text import repin

__all__ = [
    "LoadError",
    "LoadReport",
    "count_words",
    "finish_killed_load",
    "load",
    "one_load",
    "repin",
    "reread",
]

LOCK = 0x43_41_42_4C  # One load at a time in a database.


def load(
    path: Path,
    *,
    collection: str = "cables",
    released: date | None = None,
    dry_run: bool = False,
    advance: Callable[[int], object] = lambda size: None,
    on_reject: Callable[[str], object] = lambda line: None,
) -> LoadReport:
    """Store every record of a file or folder and report what became of each.

    `released` is the date for records whose source gives none; without it, the day of their
    first load. `advance` is told how many bytes were read; `on_reject` gets a line
    "file:line: reason" for each record that was not applied. A dry run stores nothing.

    Curators' own decisions are never touched. Raises LoadError if another load is running,
    SourceError if the path holds nothing that can be read.
    """
    files = files_of(path)
    if files == [path]:
        reader_for(path)  # What is wrong with a whole file is said before anything is stored.
    with one_load(), transaction.atomic() if dry_run else nullcontext():
        run = begin(path, collection)
        store = Store(run, released or timezone.now().date(), on_reject)
        records = read_all(files, reader_for, advance)
        try:
            with nullcontext() if dry_run else deferred_indexes():
                for batch in prefetched(batches(records)):
                    store.add(batch)
                store.end()
        except BaseException:
            end(run, Load.State.STOPPED, store.report)
            raise
        end(run, Load.State.FINISHED, store.report)
        if dry_run:
            transaction.set_rollback(True)
    if not dry_run and store.report.written:
        tidy()
    store.report.check()
    return store.report


def finish_killed_load(say: Callable[[str], object] = lambda line: None):
    """Make the indexes that a load left out when it was killed, unless one is running.

    Words are counted too: also those of cables that were loaded before words were counted.
    `say` is told before that, as it takes minutes in a large archive.
    """
    with suppress(LoadError), one_load():
        if not words_are_counted():
            say("The words of the archive are counted once, for its search. Please wait.")
            count_words()
        ensure_indexes()


def begin(path: Path, collection: str) -> Load:
    """Return a new load. One that is still "running" was killed, as only one runs at a time."""
    Load.objects.filter(state=Load.State.RUNNING).update(state=Load.State.STOPPED)
    home, _ = Collection.objects.get_or_create(slug=collection, defaults={"name": collection})
    name = storable(str(path))
    return Load.objects.create(collection=home, file=name, sha256=file_digest(path))


def end(run: Load, state: str, report: LoadReport):
    """Write how a load ended, unless the database is what broke it."""
    if connection.needs_rollback:
        return
    run.state, run.counts, run.finished = state, report.counts(), timezone.now()
    run.save(update_fields=["state", "counts", "finished"])
    if report.written:
        Change.objects.create(action="loaded", what=f"load {run.file}"[:250], reason=str(report))


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, "" for a folder."""
    if path.is_dir():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def one_load():
    """Hold the database's lock for loads. Raises LoadError if another one holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise LoadError("Another load is running. Wait until it ends, then load again.")
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
