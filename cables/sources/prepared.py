"""What a load gets for each record: parsed and prepared, rejected, or passed over.

By the digest a load recognises what it has stored already. What else it needs of a record and takes
time, such as its distinct words, is computed here too, as parsers run in several processes.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from ..telegram.distinct_words import words_of_cable
from ..telegram.fact_types import EditionFacts
from ..telegram.mentions import CableMention
from .parsed_cable import Other, ParsedCable, RawRecord, Reject, SourceRecord, reason_of

# The keys of an edition that are derived from its heading and its text, and in no digest.
DERIVED = frozenset(
    [
        *("kind", "text_marks", "telegram", "numbered", "series", "own_number", "second_reference"),
        *("from", "to", "place", "captions", "subject", "signed", "terms"),
        *("source_number", "page_span", "dated_beside", "repeated", "to_line"),
    ]
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A record, and what was computed of it. `source` is the file that it was read from."""

    source: Path
    record: ParsedCable
    digest: str  # SHA-256 of what the source says, without the date of release.
    size: int  # How many bytes that is.
    mentions: list[CableMention]
    words: str  # Its distinct words, with spaces between them: sent faster than a set.

    @property
    def key(self) -> tuple[str, str]:
        """(published reference, format): identifies a copy within a collection."""
        return self.record.published_reference, self.record.format


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that could not be read, and its file."""

    source: Path
    reject: Reject

    @property
    def size(self) -> int:
        """How many characters of its text are kept."""
        return self.reject.size


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A document that is no cable and is skipped, and its file."""

    source: Path
    reject: Other
    size: int = 0


ReadRecord = Prepared | Rejected | PassedOver


def finished(record: SourceRecord, source: Path) -> ReadRecord:
    """Parse a record, if its reader has not, and return what a load gets for it.

    An error that is a bug of the room's own code costs this record alone.
    """
    try:
        parsed = record.parse() if isinstance(record, RawRecord) else record
        if isinstance(parsed, Reject):
            return Rejected(source, parsed)
        if isinstance(parsed, Other):
            return PassedOver(source, parsed)
        return prepare(parsed, source)
    except Exception as error:
        return Rejected(source, Reject(record.position, reason_of(error), raw=""))


def prepare(record: ParsedCable, source: Path) -> Prepared:
    """Return a record with what a load needs of it."""
    content = _source_content(record)
    return Prepared(
        source,
        record,
        digest=hashlib.sha256(content).hexdigest(),
        size=len(content),
        mentions=record.find_mentions(),
        words=" ".join(words_of_cable(record)),
    )


def printed_of(edition: EditionFacts) -> dict[str, object]:
    """Return what is printed beside a text, without what is derived from that and the text."""
    return {name: value for name, value in edition.items() if name not in DERIVED}


def _source_content(record: ParsedCable) -> bytes:
    """Return the contents of a source as JSON, of which the digest is computed.

    The derived facts of an edition are left out, so that newer rules for them do not change the
    digest. Those for a volume's references, class, origin, date and title do: a load compares such
    records by their texts (loader/match_existing.py).
    """
    values = [record.created.isoformat(), record.classification, record.origin, record.partial]
    values += [record.title, record.articles, record.cites, record.header, record.body]
    if record.edition:
        values.append(printed_of(record.edition))
    return json.dumps(values, sort_keys=True).encode()
