"""ParsedCable -> rows, in batches. Loading the same files twice, in any order, changes nothing.

prepare.py   records -> batches of prepared ones, read ahead in a thread
rows.py      one record, or all that the sources say of a cable -> the columns of a Cable
shown.py     redact(correct(a copy)): what readers may see of it, one pure function
showing.py   that becomes the public text, with all that follows from it
same.py      which cable a record is of, where its number does not settle it
runs.py      one run: its row, how far it is
locks.py     that it is the only one
sorting.py   what each record of a batch is to the archive; nothing is written
choosing.py  of all that sources say of a cable, which text is shown
comparing.py what a load would do: the preview
store.py     a batch -> the database, in one transaction
specimens.py the cables that came with the room step aside for real ones
embargoes.py records that wait for their time instead
releasing.py and are stored when it has come
counting.py  in how many cables each word stands, brought into `Word` when a load ends
reread.py    what follows from the texts, worked out again by newer rules
text.py      a public text is replaced: its version, and which paragraph keeps which id
holding.py   a record that waits for a person is applied, or left
uploads.py   files that came to the desk, removed when they are no longer needed
deciding.py  curators correct a fact, or redact; and undo it
merging.py   origins and tags become others; and are parted again
erasing.py   a text goes for good
scrubbing.py and is gone from the files of the database
indexes.py   indexes left out while an empty table fills, and made after the rows
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ..models import Collection, Load
from ..sources import MEGABYTE, Limits, files_of, reader_for
from ..words import take_out, words_of_cable
from .comparing import MOST_KEPT, Comparison
from .counting import count_words, words_are_counted
from .embargoes import record_in
from .indexes import deferred_indexes, ensure_indexes, tidy
from .locks import one_load
from .prepare import batches, prefetched, read_all
from .releasing import release, release_due
from .report import LoadBusy, LoadCancelled, LoadError, LoadReport
from .reread import reread
from .rows import storable
from .runs import Progress, begin, end, file_digest, size_of, stop_killed
from .specimens import home_of, misplaced, step_aside
from .store import Store
from .text import repin

__all__ = [
    "MOST_KEPT",
    "LoadBusy",
    "LoadCancelled",
    "LoadError",
    "LoadReport",
    "apply",
    "compare",
    "count_words",
    "end",
    "file_digest",
    "finish_killed_load",
    "Progress",
    "check",
    "load",
    "one_load",
    "record_in",
    "release",
    "release_due",
    "remove_misplaced_specimens",
    "repin",
    "reread",
    "size_of",
    "stop_killed",
    "storable",
]


def load(
    path: Path,
    *,
    collection: str = "cables",
    released: date | None = None,
    dry_run: bool = False,
    everything: bool = False,
    advance: Callable[[int], object] = lambda size: None,
    on_reject: Callable[[str], object] = lambda line: None,
) -> LoadReport:
    """Store every record of a file or folder and report what became of each.

    `released` is the date for records whose source gives none; without it, the day of their
    first load. `everything` takes documents of a volume that are no cables too. `advance` is told
    how many bytes were read; `on_reject` gets a line "file:line: reason" for each record that was
    not applied. A dry run stores nothing, and holds up nobody.

    Curators' own decisions are never touched. The room's own specimens go into collections of
    theirs, and step aside for what is none of them. Raises LoadError if another load is running,
    SourceError if the path holds nothing that can be read, or more than the limits allow.
    """
    check(path)
    collection = home_of(path, collection)
    if dry_run:
        home = Collection.objects.filter(slug=collection).first() or Collection(slug=collection)
        run = Load(collection=home, file=str(path), released=released, everything=everything)
        return compare(run, path, Progress(run, advance), on_reject)
    with one_load():
        run = begin(path, collection, released=released, everything=everything)
        return apply(run, path, Progress(run, advance), on_reject)


def check(path: Path):
    """Raise SourceError if a file or folder holds nothing that can be read."""
    if files_of(path) == [path]:
        reader_for(path)  # What is wrong with a whole file is said before anything is stored.


def compare(
    run: Load, path: Path, progress: Progress, on_reject: Callable = lambda line: None
) -> LoadReport:
    """Report what a load would do. Nothing is written but, of a load that is kept, its preview."""
    comparison = Comparison(run, on_reject, progress)
    _read_into(comparison, path, progress)
    comparison.report.check()
    return comparison.report


def apply(
    run: Load, path: Path, progress: Progress, on_reject: Callable = lambda line: None
) -> LoadReport:
    """Store the records of a load, in whole batches, until its end or until it is stopped.

    Call it while `one_load` is held. What an earlier run of it stored is found unchanged.
    """
    released = run.released or timezone.now().date()
    store = Store(run, released, on_reject, progress=progress)
    try:
        with deferred_indexes():
            _read_into(store, path, progress)
            store.end()
    except LoadCancelled as error:
        end(run, Load.State.CANCELLED, store.report.resumed(progress.earlier), str(error))
        raise
    except BaseException:
        end(run, Load.State.STOPPED, store.report.resumed(progress.earlier))
        raise
    end(run, Load.State.FINISHED, store.report.resumed(progress.earlier))
    if store.report.written:
        tidy()
    store.report.check()
    return store.report


def _read_into(store: Store | Comparison, path: Path, progress: Progress):
    records = read_all(
        files_of(path),
        reader_for,
        progress.advance,
        everything=progress.run.everything,
        limits=limits(),
    )
    try:
        for batch in prefetched(batches(records), progress.check):
            progress.check()
            store.add(batch)
    finally:
        progress.ended = True


def limits() -> Limits:
    """Return how much the readers take from one file, as the settings say."""
    return Limits(
        file=int(settings.LOAD_MEGABYTES * MEGABYTE),
        record=int(settings.LOAD_RECORD_MEGABYTES * MEGABYTE),
        ratio=settings.LOAD_RATIO,
    )


def remove_misplaced_specimens(say: Callable[[str], object] = lambda line: None):
    """Delete the specimens that an earlier version stored among real cables.

    `say` is told of it. Nothing happens in a room that has no real cables, or while a load runs.
    """
    with suppress(LoadError), one_load(), transaction.atomic():
        gone = step_aside(misplaced(), lambda cable: take_out(words_of_cable(cable)))
        if aside := LoadReport(specimens=gone).aside:
            say(aside)


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
