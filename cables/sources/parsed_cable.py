"""What every reader yields, whatever the format it reads."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from ..telegram.fact_types import CABLES, EditionFacts, TelegramFacts
from ..telegram.mentions import CableMention, find_mentions
from ..telegram.paragraphs import Blocks
from ..telegram.reference_items import ReferenceItem
from ..telegram.references import completing_reference


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedCable:
    """One cable as its source gives it, not yet in the database.

    `header` and `body` are the text as sent, with "\\n" line ends and without markup.
    `position` is where the cable stands in its source: the line of a CSV dump, 1 in a file
    that holds one cable.
    """

    reference: str  # Canonical (I-8): "06BERLIN901234".
    published_reference: str  # As the source prints it: "06EFTOBERLIN901234".
    format: str  # "csv", "frus", "nara", "page" or "text".
    created: datetime  # Aware, in UTC.
    created_precision: str = "minute"  # "minute", "hour", "day", "month" or "year".
    released: date | None = None  # None if the source does not give it.
    classification: str = ""  # A value of CLASSIFICATIONS; "" is not marked.
    origin: str = ""  # "Embassy Berlin".
    header: str = ""
    body: str = ""
    subject: str = ""  # As printed; "" if the cable has none.
    tags: tuple[str, ...] = ()  # ("PREL", "GM"), in the order printed.
    captions: tuple[str, ...] = ()  # ("SIPDIS",)
    blocks: Blocks = Blocks(())  # Its paragraphs, with the ids made of their numbers.
    references: tuple[ReferenceItem, ...] = ()  # The items of its REF list.
    cites: tuple[str, ...] = ()  # Canonical references that its source lists as cited.
    partial: bool = False  # Only an extract of the cable is available (M-11).
    title: str = ""  # A page's title (M-6), shown if there is no subject.
    articles: tuple[str, ...] = ()  # Addresses of articles that used the cable (M-3).
    facts: TelegramFacts = field(default_factory=TelegramFacts)  # Those of the Telegram.
    # What its editors or archivists print beside the text.
    edition: EditionFacts = field(default_factory=EditionFacts)
    warnings: tuple[tuple[str, str], ...] = ()  # (rule id, sentence)
    position: int = field(default=1, compare=False)

    def find_mentions(self) -> list[CableMention]:
        """Return which cables and paragraphs its paragraphs name (R-9)."""
        own = completing_reference(self.reference, self.edition)
        return find_mentions(self.blocks, self.references, own)

    @property
    def kind(self) -> str:
        """Its kind as its source gives it: "airgram"; "" is a telegram."""
        return self.edition.get("kind", "")

    @property
    def is_cable(self) -> bool:
        """Whether it is a message between posts and the Department (I-1)."""
        return not self.kind or self.kind in CABLES


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that could not be read; `reason` tells a curator why, `raw` is its text."""

    position: int
    reason: str
    raw: str
    reference: str = ""  # "" if it could not be read.

    @property
    def size(self) -> int:
        """How many characters of its text are kept."""
        return len(self.raw)


@dataclass(frozen=True, slots=True)
class Other:
    """A document of a volume that is no cable, such as an editorial note, and is left out."""

    position: int
    kind: str
    reference: str = ""
    document: str = ""  # Its id in the volume: "d12".
    title: str = ""  # Its heading.


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A record that was cut out of its file and is not parsed yet.

    It can be pickled, so that another process parses it.
    """

    position: int
    size: int  # Characters.
    parse: Callable[[], ParsedCable | Reject]


# What readers yield.
SourceRecord = RawRecord | ParsedCable | Reject | Other


def parsed(records: Iterable[SourceRecord]) -> Iterator[ParsedCable | Reject | Other]:
    """Yield what a reader yields, each record parsed."""
    for record in records:
        yield record.parse() if isinstance(record, RawRecord) else record


class SourceError(ValueError):
    """A file cannot be read at all. The message names the file and the remedy."""


class ReadingEndedError(Exception):
    """Raised by `advance` inside a reader: what it reads is no longer wanted."""


Parsed = TypeVar("Parsed")
log = logging.getLogger("cables")


def attempt(
    read: Callable[[], Parsed], position: int, raw: str | Callable[[], str], reference: str = ""
) -> Parsed | Reject:
    """Return what `read` returns, or a Reject with the reason, the position and the text.

    Readers raise ValueError for bad input. Any other error is a bug: it is logged with its
    traceback, and only this record is rejected.
    """
    try:
        return read()
    except Exception as error:
        text = raw() if callable(raw) else raw
        return Reject(position, reason_of(error), text, reference)


def reason_of(error: Exception) -> str:
    """Return the message for an error; log errors that are bugs of a reader."""
    if isinstance(error, ValueError):
        return str(error)
    if isinstance(error, OSError):
        return f"It cannot be read: {error.strerror or error}"
    log.error("A reader failed", exc_info=error)
    kind = type(error).__name__
    return f"The room's reader failed ({kind}: {error}); the log says more, please report it"
