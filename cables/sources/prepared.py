"""What a load gets for each record: parsed with its digest, rejected, or passed over.

By the digest a load recognises what it has stored already.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from .errors_to_rejects import reason_of
from .parsed_cable import Other, ParsedCable, RawRecord, Reject

# The keys of an edition that are derived from its heading and its text.
DERIVED = frozenset(
    [
        *("kind", "telegram", "numbered", "from", "to", "place"),
        *("captions", "subject", "signed", "terms"),
    ]
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A record with its digest. `source` is the file that it was read from."""

    source: Path
    record: ParsedCable
    digest: str  # SHA-256 of what the source says, without the date of release.
    size: int  # How many bytes that is.

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


def finished(record: RawRecord | ParsedCable | Reject | Other, source: Path) -> ReadRecord:
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
    """Return a record with its digest."""
    content = _source_content(record)
    return Prepared(source, record, hashlib.sha256(content).hexdigest(), len(content))


def _source_content(record: ParsedCable) -> bytes:
    """Return the contents of a source as JSON, of which the digest is computed.

    Derived facts are left out, so that an improved parser does not change the digest.
    """
    values = [record.created.isoformat(), record.classification, record.origin, record.partial]
    values += [record.title, record.articles, record.cites, record.header, record.body]
    if record.edition:
        values.append({k: v for k, v in record.edition.items() if k not in DERIVED})
    return json.dumps(values, sort_keys=True).encode()
