"""Read records and form batches; the next batch is read in a thread, and parsed in processes."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from types import ModuleType

from ..sources import LIMITS, Limits, Reject, check_size
from ..sources.mapped_csv import MappedCsv
from ..sources.parser_processes import FileReader, ParserEndedError, ParserPool, cut_into_tasks
from ..sources.prepared import Prepared, ReadRecord, Rejected
from .report import LoadError

BATCH_RECORDS = 500
BATCH_CHARACTERS = 8_000_000
LONGEST_RAW = 100_000  # Characters kept of the text of one reject,
MOST_RAW = 50_000_000  # and of the texts of all rejects of a load.
CHECK_INTERVAL = 0.3  # Seconds between checks for cancellation while waiting for the reader.


def read_all(
    files: list[Path],
    reader_for: Callable[[Path], ModuleType | MappedCsv],
    advance: Callable[[int], object],
    *,
    everything: bool = True,
    limits: Limits = LIMITS,
    parsers: ParserPool | None = None,
) -> Iterator[ReadRecord]:
    """Yield every record of the files, in order. A file that cannot be read is one Rejected.

    A document that is no cable is a PassedOver, unless `everything` is true. Without `parsers`
    this process parses all records. Raises SourceError if there is one file only and it exceeds
    the limits, LoadError if a parser is killed.
    """
    if len(files) == 1:  # Refuse the load, rather than count one reject.
        check_size(files[0], lambda size: advance(0), limits)
    tasks = cut_into_tasks(files, FileReader(reader_for, limits, everything), advance)
    budget = MOST_RAW
    try:
        for record in (parsers or ParserPool(0)).read(tasks, advance):
            if isinstance(record, Rejected):
                record = replace(record, reject=_shortened(record.reject, budget))
                budget -= record.size
            yield record
    except ParserEndedError as error:
        raise LoadError(str(error)) from error


def _shortened(reject: Reject, budget: int) -> Reject:
    """Cut the text of a reject to what may be kept; if cut, its reason says so.

    `budget` is how many characters the load may still keep.
    """
    most = LONGEST_RAW if budget >= LONGEST_RAW else 0
    if (size := len(reject.raw)) <= most:
        return reject
    kept = f"only the first {most:,} of its {size:,} characters are" if most else "its text is not"
    reason = f"{reject.reason} ({kept} kept here; its file has all)"
    return replace(reject, raw=reject.raw[:most], reason=reason)


def batches(records: Iterable[ReadRecord]) -> Iterator[list[ReadRecord]]:
    """Yield the records in lists, in order; no list has two records of one cable."""
    batch: list[ReadRecord] = []
    references: set[str] = set()
    characters = 0
    for record in records:
        reference = record.record.reference if isinstance(record, Prepared) else None
        full = len(batch) == BATCH_RECORDS or characters + record.size > BATCH_CHARACTERS
        if batch and (full or reference in references):
            yield batch
            batch, references, characters = [], set(), 0
        batch.append(record)
        characters += record.size
        if reference:
            references.add(reference)
    if batch:
        yield batch


def prefetched(items: Iterator[list], check: Callable[[], object]) -> Iterator[list]:
    """Yield non-empty lists while a thread prepares the next one.

    PostgreSQL so works on a batch while this process reads the next. While waiting for the
    thread, `check` is called several times a second; an error it raises ends the wait, and the
    thread ends by itself.
    """
    reader = ThreadPoolExecutor(max_workers=1)
    try:
        future = reader.submit(next, items, None)
        while item := _awaited(future, check):
            future = reader.submit(next, items, None)
            yield item
    finally:
        reader.shutdown(wait=False, cancel_futures=True)


def _awaited(future: Future, check: Callable[[], object]):
    while not wait([future], timeout=CHECK_INTERVAL).done:
        check()
    return future.result()
