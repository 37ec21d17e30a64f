"""Store parsed cables, in batches. Loading the same files again changes nothing.

load_progress.py         one run: its row and its progress
locks.py                 one load at a time, one batch at a time
read_ahead.py            read records in processes, and form batches in a thread that reads ahead
specimen_collections.py  collections, articles and links of specimens; they go when real cables come
classify_records.py      what each record of a batch is: new, changed, unchanged, embargoed
match_existing.py        which cable a record belongs to, by what is stored: names, digests, texts
store.py                 store a batch in one transaction; insert many rows by COPY
store_volume_pages.py    what volumes print before their documents
dry_run.py               the preview of a load: what it would do, without writing
embargoed_rows.py        records that wait for the end of their embargo
releasing.py             store embargoed records when their time has come
deferred_indexes.py      drop indexes while an empty table fills, create them afterwards
upload_cleanup.py        files uploaded at the desk, removed when no longer needed
report.py                counts of a load: every row that came in is accounted for
"""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from ..models import Cited, Collection, Load
from ..models.counted_words import take_out
from ..publication.document_frequencies import count_words, words_are_counted
from ..publication.publish import repin
from ..publication.row_values import storable
from ..sources import (
    MEGABYTE,
    CsvMapping,
    Limits,
    MappedReaders,
    SourceError,
    files_of,
    mapping_of,
    needs_mapping,
    reader_for,
    unread_columns,
)
from ..sources.mapped_csv import MappedCsv
from ..sources.parser_processes import ParserPool
from ..telegram.dates import NO_DAY
from .deferred_indexes import deferred_indexes, ensure_indexes, tidy
from .dry_run import MOST_KEPT, LoadComparison
from .embargoed_rows import record_in
from .load_progress import Progress, begin, end, file_digest, mark_repaired, size_of, stop_killed
from .locks import one_load
from .read_ahead import batches, prefetched, read_all
from .releasing import release, release_due
from .report import LoadBusy, LoadCancelled, LoadError, LoadReport, unread_note
from .specimen_collections import delete_specimens, home_of, misplaced
from .store import Store
from .store_volume_pages import shorten_left_out, store_volume_pages

__all__ = [
    "MOST_KEPT",
    "LoadBusy",
    "LoadCancelled",
    "LoadError",
    "LoadReport",
    "Progress",
    "apply",
    "check_readable",
    "compare",
    "count_words",
    "end",
    "file_digest",
    "finish_killed_load",
    "limits",
    "load",
    "one_load",
    "record_in",
    "release",
    "release_due",
    "remove_misplaced_specimens",
    "repin",
    "size_of",
    "stop_killed",
    "storable",
    "unread_note",
]

NEEDS_MAPPING = (
    "{}: its rows are not those of the dump. Name its columns reference, date and text, or say "
    "which column is what: --mapping with a name or a file (docs/sources.md)"
)


def load(
    path: Path,
    *,
    collection: str = "cables",
    released: date | None = None,
    dry_run: bool = False,
    everything: bool = True,
    jobs: int | None = None,
    mapping: CsvMapping | None = None,
    mapping_name: str = "",
    advance: Callable[[int], object] = lambda size: None,
    count: Callable[[int], object] = lambda rows: None,
    on_reject: Callable[[str], object] = lambda line: None,
) -> LoadReport:
    """Store every record of a file or folder; return the counts of what became of them.

    `released` is the date of release for records whose source gives none; by default readers are
    told none. Without `everything` a volume's documents that are no cables are left out, and listed
    as such. `jobs` is the number of processes, of which one stores and the others parse: by default
    a parser a core. It changes the speed, not the rows. `mapping` says how tables are read; the
    load keeps it, with the name under which it was saved. `advance(n)` is called with the bytes
    read since its last call, `count(n)` with the documents done, `on_reject(line)` with "file:line:
    reason" for each record not applied. A dry run stores nothing and can run beside a load.

    Curators' decisions are never changed. Specimens are stored in collections of their own and
    are deleted when other cables are loaded. Raises LoadError if another load is running,
    SourceError if nothing at the path can be read or a file exceeds the limits.
    """
    check_readable(path, mapping)
    _refuse_without_mapping(path, mapping)
    collection = home_of(path, collection)
    how: dict[str, Any] = {"released": released, "everything": everything}
    how |= {"mapping": mapping and mapping.as_json(), "mapping_name": mapping_name}
    if dry_run:
        home = Collection.objects.filter(slug=collection).first() or Collection(slug=collection)
        run = Load(collection=home, file=str(path), **how)
        return compare(run, path, Progress(run, advance, count=count), on_reject, jobs)
    with one_load():
        run = begin(path, collection, **how)
        return apply(run, path, Progress(run, advance, count=count), on_reject, jobs)


def _refuse_without_mapping(path: Path, mapping: CsvMapping | None):
    """Raise SourceError for a table of another shape or encoding, unless it has a mapping."""
    if mapping or not needs_mapping(path):
        return
    try:
        reader_for(path)
    except SourceError as error:
        raise SourceError(f"{error}. Or say its encoding: --encoding") from None
    raise SourceError(NEEDS_MAPPING.format(path))


def check_readable(path: Path, mapping: CsvMapping | None = None):
    """Raise SourceError if a file or folder holds nothing that can be read.

    A table of another shape is readable too: its columns have to be chosen.
    """
    if files_of(path) != [path]:
        return
    if mapping:
        reader = MappedReaders(mapping)(path)
        if isinstance(reader, MappedCsv):
            reader.unread_columns(path, limits())  # Refuses a file that lacks a column.
    elif not needs_mapping(path):
        reader_for(path)  # Refuse a file of no known format before anything is stored.


def compare(
    run: Load,
    path: Path,
    progress: Progress,
    on_reject: Callable = lambda line: None,
    jobs: int | None = None,
) -> LoadReport:
    """Report what a load would do. Only its preview is written, and only if `run` is stored."""
    comparison = LoadComparison(run, on_reject, progress)
    _read_into(comparison, path, progress, jobs)
    comparison.report.check()
    return comparison.report


def apply(
    run: Load,
    path: Path,
    progress: Progress,
    on_reject: Callable = lambda line: None,
    jobs: int | None = None,
) -> LoadReport:
    """Store the records of a load in whole batches, until its end or until it is stopped.

    Call it inside `one_load`. Safe to repeat: records that an earlier run stored are unchanged.
    """
    released = run.released or NO_DAY
    store = Store(run, released, on_reject, progress=progress)
    try:
        try:
            with deferred_indexes():
                _read_into(store, path, progress, jobs)
                store.end()
        finally:  # Also of a load that is stopped: its batches are stored.
            shorten_left_out()
        store_volume_pages(run, store.left_out, limits())
    except LoadCancelled as error:
        end(run, Load.State.CANCELLED, store.report.resumed(progress.earlier), str(error))
        raise
    except BaseException:
        end(run, Load.State.STOPPED, store.report.resumed(progress.earlier))
        raise
    mark_repaired(run)
    end(run, Load.State.FINISHED, store.report.resumed(progress.earlier))
    if store.report.written:
        Cited.find_again()
        tidy()
    store.report.check()
    return store.report


def _read_into(store: Store | LoadComparison, path: Path, progress: Progress, jobs: int | None):
    # The process that stores waits for PostgreSQL half of the time: parsers can use all cores.
    number_of_parsers = jobs - 1 if jobs else os.cpu_count() or 1
    files, mapping = files_of(path), progress.run.mapping
    readers = MappedReaders(mapping_of(mapping)) if mapping else reader_for
    store.report.unread = unread_columns(files, readers, limits())
    with ParserPool(number_of_parsers) as parsers:
        records = read_all(
            files,
            readers,
            progress.advance,
            everything=progress.run.everything,
            limits=limits(),
            parsers=parsers,
        )
        try:
            for batch in prefetched(batches(records), progress.check):
                progress.check()
                store.add(batch)
        finally:
            progress.ended = True


def limits() -> Limits:
    """Return the limits of a file and its records, from the settings."""
    return Limits(
        file=int(settings.LOAD_MEGABYTES * MEGABYTE),
        record=int(settings.LOAD_RECORD_MEGABYTES * MEGABYTE),
        ratio=settings.LOAD_RATIO,
    )


def remove_misplaced_specimens(say: Callable[[str], object] = lambda line: None):
    """Delete the specimens that an earlier version stored among real cables.

    `say` gets a message if any were deleted. Does nothing if there are no real cables, or while a
    load runs.
    """
    with suppress(LoadError), one_load(), transaction.atomic():
        deleted = delete_specimens(misplaced(), take_out)
        if message := LoadReport(specimens=deleted).specimens_note:
            say(message)


def finish_killed_load(say: Callable[[str], object] = lambda line: None):
    """Create the indexes that a killed load left out, unless a load is running.

    Also counts the words if their counts are incomplete; `say` gets a message first, as that takes
    minutes in a large archive.
    """
    with suppress(LoadError), one_load():
        if not words_are_counted():
            say("The words of the archive are being counted once, for its search. Please wait.")
            count_words()
        ensure_indexes()
