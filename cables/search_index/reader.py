"""Open the current index for reading, as of a state of the archive.

An index that is behind leaves out the cables that changed since: what a decision withholds is
neither found nor counted from the moment it is committed, in every process. Searchers are kept for
the last two states, as a replica that lags behind needs the earlier one.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import Any

import tantivy
from tantivy import Occur, Query

from ..http_cache.edition import Edition
from . import indexer
from .folder import current_folder, open_index
from .schema import schema
from .state import IndexState, state_seen_by

MOST_KEPT = 2
MOST_LEFT_OUT = 200_000  # Cables: a query with more takes too long.
MOST_RECOUNTED = 1_000  # Cables that changed: with more, counting all anew is as fast.


class IndexNotReady(Exception):
    """There is no index that can answer yet: the worker is building it."""


@dataclass(frozen=True)
class IndexSnapshot:
    """A searcher of one commit of the index, and the cables that it must not find."""

    searcher: tantivy.Searcher
    state: IndexState
    left_out: tuple[int, ...] = ()
    # {what is counted: {value: cables}} of all published cables, once they are counted.
    counts_of_all: dict[str, dict[Any, int]] = field(default_factory=dict, compare=False)
    earlier: "IndexSnapshot | None" = field(default=None, compare=False)  # One that is counted.

    def count(self, query: Query) -> int:
        """Return how many cables match. This takes half as long as a search, which ranks them."""
        counted = self.searcher.aggregate(query, {"cables": {"value_count": {"field": "id"}}})
        return int(counted["cables"]["value"])

    def integers(self, field: str, addresses: list[tantivy.DocAddress]) -> list[int]:
        """Return a number that each of these documents has."""
        return [int(value or 0) for value in self.searcher.fast_field_values(field, addresses)]

    def changed_since(self, earlier: "IndexSnapshot") -> tuple[int, ...] | None:
        """Return the cables in which this snapshot can differ from an earlier one.

        None if that is not known, or if they are more than MOST_RECOUNTED.
        """
        changed: dict[int, bool] | None = {}
        if earlier.state != self.state:
            changed = indexer.changes_since(earlier.state, until=self.state.number)
        if changed is None:
            return None
        keys = {*changed, *earlier.left_out, *self.left_out}
        return tuple(sorted(keys)) if len(keys) <= MOST_RECOUNTED else None

    def only_found(self, clauses: list[tuple[Occur, Query]]) -> Query:
        """Return the query of these clauses, without the cables that are left out.

        At least one clause must match, in a field of cables: so the document of the state does not.
        """
        clauses = clauses or all_cables()
        if self.left_out:
            left_out = Query.term_set_query(schema(), "id", list(self.left_out))
            clauses = [*clauses, (Occur.MustNot, left_out)]
        return Query.boolean_query(clauses)


def all_cables() -> list[tuple[Occur, Query]]:
    """Return the clauses that all cables match."""
    state = Query.regex_query(schema(), "state", ".*")
    return [(Occur.Must, Query.all_query()), (Occur.MustNot, state)]


class OpenIndex:
    """The index that this process has open, and its snapshots."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.folder: Path | None = None
        self.index: tantivy.Index | None = None
        self.searchers: dict[IndexState, tantivy.Searcher] = {}
        # {(state of the archive, state of the index): its snapshot}
        self.snapshots: dict[tuple[IndexState, IndexState], IndexSnapshot] = {}

    def snapshot(self, edition: Edition) -> IndexSnapshot:
        """Return the snapshot for an edition of the archive. Raises IndexNotReady."""
        with self.lock:
            wanted = IndexState(edition.number, edition.moved)
            if wanted not in self.searchers:
                self.look_again()
            state, searcher = self.best_for(wanted)
            key = (wanted, state)
            if key not in self.snapshots:
                earlier = self.counted_before(wanted, state)
                made = IndexSnapshot(searcher, state, left_out(state, wanted), earlier=earlier)
                kept = list(self.snapshots.items())[-MOST_KEPT:]
                self.snapshots = {**dict(kept), key: made}
            return self.snapshots[key]

    def counted_before(self, wanted: IndexState, state: IndexState) -> IndexSnapshot | None:
        """Return the snapshot with most counts, the latest of such, of no later state than this.

        None where the index is newer: a replica that lags behind does not know what changed.
        """
        if state.number > wanted.number:
            return None
        counted = [
            snapshot
            for (archive, index), snapshot in self.snapshots.items()
            if archive.number <= wanted.number
            and index.number <= state.number
            and snapshot.counts_of_all
        ]
        if not counted:
            return None
        best = max(reversed(counted), key=lambda snapshot: len(snapshot.counts_of_all))
        return replace(best, earlier=None)

    def look_again(self) -> None:
        """Open the current folder, and the last commit in it."""
        folder = current_folder()
        if folder is None:
            raise IndexNotReady
        try:
            if self.index is None or folder != self.folder:
                self.index, self.folder = open_index(folder), folder
                self.searchers, self.snapshots = {}, {}
            self.index.reload()
            searcher = self.index.searcher()
            state = state_seen_by(searcher, schema())
        except (ValueError, OSError) as error:
            self.folder = self.index = None
            raise IndexNotReady from error
        kept = {known: held for known, held in self.searchers.items() if known != state}
        self.searchers = {**dict(list(kept.items())[-1:]), state: searcher}

    def best_for(self, wanted: IndexState) -> tuple[IndexState, tantivy.Searcher]:
        """Return the latest searcher that is not newer than a state, else the oldest."""
        older = [each for each in self.searchers if each.number <= wanted.number]
        state = max(older or self.searchers, key=lambda each: each.number)
        return state, self.searchers[state]


def left_out(state: IndexState, wanted: IndexState) -> tuple[int, ...]:
    """Return the cables that changed since a state of the index. Raises IndexNotReady."""
    if state == wanted:
        return ()
    changed = indexer.changes_since(state, until=wanted.number)
    if changed is None or len(changed) > MOST_LEFT_OUT:
        raise IndexNotReady
    return tuple(sorted(changed))


open_index_of_process = OpenIndex()


def snapshot_of(edition: Edition) -> IndexSnapshot:
    """Return what the index of this machine finds in an edition. Raises IndexNotReady."""
    return open_index_of_process.snapshot(edition)
