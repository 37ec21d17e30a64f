"""A parsed record with its digest, by which a load recognises what it has stored already."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from ..sources import ParsedCable

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
