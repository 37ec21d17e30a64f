"""records -> batches, with all that can be worked out without the database, read ahead."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

from ..sources import (
    LIMITS,
    Limits,
    Other,
    ParsedCable,
    Reject,
    check_size,
    reason_of,
)
from .report import LoadCancelled

# Of an edition: what follows from its heading and its text.
WORKED_OUT = frozenset(
    {
        "kind",
        "telegram",
        "numbered",
        "from",
        "to",
        "place",
        "captions",
        "subject",
        "signed",
        "terms",
    }
)
BATCH_RECORDS = 500
BATCH_CHARACTERS = 8_000_000
LONGEST_RAW = 100_000  # Characters that are kept of the text of a reject,
MOST_RAW = 50_000_000  # and of the texts of all rejects of a load.
GLANCE = 0.3  # Seconds until somebody who waits for the reader looks whether it is cancelled.


@dataclass(frozen=True, slots=True)
class Prepared:
    """A record and what follows from it. `source` is the file that it stands in."""

    source: Path
    record: ParsedCable
    digest: str  # SHA-256 of what the source says, the date of release left out.
    size: int  # How many characters that is.

    @property
    def key(self) -> tuple[str, str]:
        """What a source's copy of a cable is known by, within a collection."""
        return self.record.published_reference, self.record.format


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that could not be read, and the file that it stands in."""

    source: Path
    reject: Reject

    @property
    def size(self) -> int:
        """How many characters are kept of it."""
        return len(self.reject.raw)


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A document that is no cable, and the file that it stands in."""

    source: Path
    reject: Other
    size: int = 0


Found = Prepared | Rejected | PassedOver


def read_all(
    files: list[Path],
    reader_for: Callable[[Path], ModuleType],
    advance: Callable[[int], object],
    *,
    everything: bool = True,
    limits: Limits = LIMITS,
) -> Iterator[Found]:
    """Yield every record of the files, in order. A file that cannot be read is one reject.

    A document that is no cable is an Other, unless `everything` is asked for. Raises SourceError
    if the only file holds more than the limits allow.
    """
    left = MOST_RAW
    for file in files:
        if len(files) == 1:  # Then it is the load that is refused.
            check_size(file, lambda size: advance(0), limits)
        for found in _read(file, reader_for, advance, limits, everything=everything):
            if isinstance(found, Rejected):
                found = replace(found, reject=_shortened(found.reject, left))
                left -= found.size
            yield found


def _read(file: Path, reader_for, advance, limits: Limits, *, everything: bool) -> Iterator[Found]:
    """Yield every record of a file. Whatever goes wrong is a reject, at the last line known."""
    position = 1
    try:
        check_size(file, lambda size: advance(0), limits)
        reader = reader_for(file)
        kinds = {"everything": everything} if getattr(reader, "HAS_OTHERS", False) else {}
        for record in reader.read(file, advance, limits, **kinds):
            advance(0)  # A chunk of a file has many records: is it cancelled?
            position = record.position
            if isinstance(record, Reject):
                yield Rejected(file, record)
            elif isinstance(record, Other):
                yield PassedOver(file, record)
            else:
                yield prepare(record, file)
    except LoadCancelled:
        raise
    except Exception as error:
        yield Rejected(file, Reject(position, reason_of(error), raw=""))


def _shortened(reject: Reject, left: int) -> Reject:
    """Return a reject with as much of its text as is kept; its reason says what is not."""
    most = LONGEST_RAW if left >= LONGEST_RAW else 0
    if (size := len(reject.raw)) <= most:
        return reject
    kept = f"only the first {most:,} of its {size:,} characters are" if most else "its text is not"
    reason = f"{reject.reason} ({kept} kept here; its file has all)"
    return replace(reject, raw=reject.raw[:most], reason=reason)


def prepare(record: ParsedCable, source: Path) -> Prepared:
    """Return a record with its digest."""
    said = _said(record)
    return Prepared(source, record, hashlib.sha256(said).hexdigest(), len(said))


def _said(record: ParsedCable) -> bytes:
    """Return what a source says of a cable.

    What is worked out from it is left out: a better parser makes no other record.
    """
    said = [record.created.isoformat(), record.classification, record.origin, record.partial]
    said += [record.title, record.articles, record.cites, record.header, record.body]
    if record.edition:
        said.append({k: v for k, v in record.edition.items() if k not in WORKED_OUT})
    return json.dumps(said, sort_keys=True).encode()


def batches(records: Iterable[Found]) -> Iterator[list[Found]]:
    """Yield the records in lists, in order; no list has two of one cable."""
    batch: list[Found] = []
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
    """Yield non-empty lists, the next one being made in a thread while one is used.

    PostgreSQL works on a batch while this process reads the next: two cores are busy. While the
    thread is waited for, `check` is called several times a second: what it raises ends the wait,
    and the thread is left to end by itself.
    """
    reader = ThreadPoolExecutor(max_workers=1)
    try:
        coming = reader.submit(next, items, None)
        while item := _awaited(coming, check):
            coming = reader.submit(next, items, None)
            yield item
    finally:
        reader.shutdown(wait=False, cancel_futures=True)


def _awaited(coming: Future, check: Callable[[], object]):
    while not wait([coming], timeout=GLANCE).done:
        check()
    return coming.result()
