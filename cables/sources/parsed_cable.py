"""What every reader yields, whatever the format it reads."""

from dataclasses import dataclass, field
from datetime import date, datetime

from ..paragraphs import Blocks
from .cited import Cited

# The kinds of documents that are cables.
CABLES = ("telegram", "airgram", "despatch", "instruction", "circular")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedCable:
    """One cable as its source gives it, not yet in the database.

    `header` and `body` are the text as sent, with "\\n" line ends and without markup.
    `position` says where in its source the cable was found, in the unit in which people
    look it up there: a line of a CSV dump, 1 for a file that holds one cable.
    """

    reference: str  # Canonical (I-8): "06BERLIN901234".
    published_reference: str  # As the source prints it: "06EFTOBERLIN901234".
    format: str  # "csv", "frus", "nara", "page" or "text".
    created: datetime  # Aware, in UTC.
    created_precision: str = "minute"  # "minute", "hour", "day", "month" or "year".
    released: date | None = None  # None: the source does not say.
    classification: str = ""  # One of CLASSIFICATIONS; "" is not marked.
    origin: str = ""  # "Embassy Berlin".
    header: str = ""
    body: str = ""
    subject: str = ""  # As printed; "" if the cable has none.
    tags: tuple[str, ...] = ()  # ("PREL", "GM"), in the order printed.
    captions: tuple[str, ...] = ()  # ("SIPDIS",)
    blocks: Blocks = Blocks(())  # Its paragraphs, with the ids that their numbers give them.
    references: tuple[Cited, ...] = ()  # What its REF lines name.
    cites: tuple[str, ...] = ()  # Canonical references that its source says it cites.
    partial: bool = False  # Only an extract of the cable is known (M-11).
    title: str = ""  # A page's title (M-6), for where there is no subject.
    articles: tuple[str, ...] = ()  # Addresses of articles that used the cable (M-3).
    facts: dict = field(default_factory=dict)  # What else it says, as JSON values.
    # What its editors or archivists say of it, as JSON values: kind, volume, footnotes, attributes.
    edition: dict = field(default_factory=dict)
    warnings: tuple[tuple[str, str], ...] = ()  # (rule id, sentence)
    position: int = field(default=1, compare=False)

    @property
    def kind(self) -> str:
        """What it is, as its source says: "airgram"; "" is a telegram like any other."""
        return self.edition.get("kind", "")

    @property
    def is_cable(self) -> bool:
        """Whether it is a message between posts and the Department: of no other kind (I-1)."""
        return not self.kind or self.kind in CABLES


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that could not be read, why, in words a curator understands, and its text."""

    position: int
    reason: str
    raw: str
    reference: str = ""  # As far as it could be made out.


@dataclass(frozen=True, slots=True)
class Other:
    """A document of a source that is no cable, such as an editorial note."""

    position: int
    kind: str
    reference: str = ""
