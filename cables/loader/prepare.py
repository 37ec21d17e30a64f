"""records -> batches, with all that can be worked out without the database, read ahead."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from ..sources import Other, ParsedCable, Reject

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


@dataclass(frozen=True, slots=True)
class Prepared:
    """A record and what follows from it. `source` is the file that it stands in."""

    source: Path
    record: ParsedCable
    digest: str  # SHA-256 of what the source says, the date of release left out.

    @property
    def key(self) -> tuple[str, str]:
        """What a source's copy of a cable is known by, within a collection."""
        return self.record.published_reference, self.record.format


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that could not be read, and the file that it stands in."""

    source: Path
    reject: Reject


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A document that is no cable, and the file that it stands in."""

    source: Path
    reject: Other


def read_all(
    files: Iterable[Path],
    reader_for: Callable[[Path], ModuleType],
    advance: Callable[[int], object],
    *,
    everything: bool = True,
) -> Iterator[Prepared | Rejected | PassedOver]:
    """Yield every record of the files, in order. A file that cannot be read is one reject.

    A document that is no cable is an Other, unless `everything` is asked for.
    """
    for file in files:
        try:
            reader = reader_for(file)
            kinds = {"everything": everything} if getattr(reader, "HAS_OTHERS", False) else {}
            for record in reader.read(file, advance, **kinds):
                if isinstance(record, Reject):
                    yield Rejected(file, record)
                elif isinstance(record, Other):
                    yield PassedOver(file, record)
                else:
                    yield prepare(record, file)
        except (ValueError, OSError) as error:
            yield Rejected(file, Reject(1, str(error), raw=""))


def prepare(record: ParsedCable, source: Path) -> Prepared:
    """Return a record with its digest."""
    return Prepared(source, record, digest(record))


def digest(record: ParsedCable) -> str:
    """Return the SHA-256 of what a source says of a cable.

    What is worked out from it is left out: a better parser makes no other record.
    """
    said = [record.created.isoformat(), record.classification, record.origin, record.partial]
    said += [record.title, record.articles, record.cites, record.header, record.body]
    if record.edition:
        said.append({k: v for k, v in record.edition.items() if k not in WORKED_OUT})
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def batches(records: Iterable[Prepared | Rejected]) -> Iterator[list[Prepared | Rejected]]:
    """Yield the records in lists, in order; no list has two of one cable."""
    batch: list[Prepared | Rejected] = []
    references: set[str] = set()
    characters = 0
    for record in records:
        reference = record.record.reference if isinstance(record, Prepared) else None
        full = len(batch) == BATCH_RECORDS or characters > BATCH_CHARACTERS
        if batch and (full or reference in references):
            yield batch
            batch, references, characters = [], set(), 0
        batch.append(record)
        if reference:
            references.add(reference)
            characters += len(record.record.body)
    if batch:
        yield batch


def prefetched(items: Iterator[list]) -> Iterator[list]:
    """Yield non-empty lists, the next one being made in a thread while one is used.

    PostgreSQL works on a batch while this process reads the next: two cores are busy.
    """
    with ThreadPoolExecutor(max_workers=1) as reader:
        coming = reader.submit(next, items, None)
        while item := coming.result():
            coming = reader.submit(next, items, None)
            yield item
