"""The state of the archive that an index has: the number, and when it was reached.

After a restore a number may come again, but never with the same time.
"""

from dataclasses import dataclass
from datetime import datetime

import tantivy

from ..http_cache.edition import latest_edition


@dataclass(frozen=True, slots=True)
class IndexState:
    number: int
    moved: datetime | None = None  # None for an empty archive.

    def __str__(self) -> str:
        return f"{self.number} {self.moved.isoformat() if self.moved else ''}"


NOTHING = IndexState(0)


def parse_state(text: str) -> IndexState:
    number, _, moved = text.partition(" ")
    return IndexState(int(number), datetime.fromisoformat(moved) if moved else None)


def state_in(index: tantivy.Index) -> IndexState:
    """Return the state of an index, as of its last commit."""
    index.reload()
    return state_seen_by(index.searcher(), index.schema)


def state_seen_by(searcher: tantivy.Searcher, schema: tantivy.Schema) -> IndexState:
    found = searcher.search(tantivy.Query.regex_query(schema, "state", ".*"), 1).hits
    return parse_state(str(searcher.doc(found[0][1]).get_first("state"))) if found else NOTHING


def state_of_archive() -> IndexState:
    """Read the state of the archive from the database."""
    edition = latest_edition()
    return IndexState(edition.number, edition.moved)
