"""Open the current index for reading, as of a state of the archive, or compare it with that.

An index that is behind leaves out the cables that changed since: what a decision withholds is
neither found nor counted from the moment it is committed, in every process. Searchers are kept for
the last two states, as a replica that lags behind needs the earlier one.

All processes of a machine read the same commit. An index that was replaced is closed within some
seconds, also where nobody searches: deleted files that are open still have words that were removed.
"""

import gc
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from threading import Lock, Thread
from typing import Any
from weakref import ref

import tantivy
from tantivy import DocAddress, Occur, Order, Query

from reading_room.paths import COMMAND

from ..http_cache.edition import Edition, index_version, latest_edition
from ..models import Cable
from ..operations.reader_role import snapshot
from . import indexer
from .folder import current_folder, open_index, state_seen_by
from .indexer import rows
from .schema import REFERENCE_CHUNKS, digest, document, schema

MOST_KEPT = 2
MOST_LEFT_OUT = 200_000  # Cables: a query with more takes too long.
MOST_RECOUNTED = 1_000  # Cables that changed: with more, counting all anew is as fast.
MOST_IN_MEMORY = 100  # Cables that changed and are found at once.
SMALLEST_HEAP = 15_000_000  # Bytes: Tantivy accepts no less.
MOST_TIED = 2_000  # Cables of one score that are sorted by reference.
TIES = 16  # Results before and behind a page that are looked at for the score of its ends.
PAUSE, LONGEST_PAUSE = 1, 5  # Seconds between two looks whether an index was replaced.


class IndexNotReady(Exception):
    """There is no index that can answer yet: the worker is building it."""


@dataclass(frozen=True)
class IndexSnapshot:
    """A searcher of one commit of the index, and the cables that it must not find."""

    searcher: tantivy.Searcher
    state: Edition
    left_out: tuple[int, ...] = ()
    # {what is counted: {value: cables}} of all published cables, once they are counted.
    counts_of_all: dict[str, dict[Any, int]] = field(default_factory=dict, compare=False)
    # {words: how many cables have them in a row}, of those asked for (search/correspondents.py).
    phrases: dict[tuple[str, ...], int] = field(default_factory=dict, compare=False)
    earlier: "IndexSnapshot | None" = field(default=None, compare=False)  # One that is counted.

    @cached_property
    def changed(self) -> "IndexSnapshot | None":
        """An index in memory of the cables that are left out and published; None if of many."""
        if not 0 < len(self.left_out) <= MOST_IN_MEMORY:
            return None
        index = open_index(None)
        writer = index.writer(SMALLEST_HEAP, 1)
        for row in indexer.rows(Cable.objects.published().filter(pk__in=self.left_out)):
            writer.add_document(document(row))
        writer.commit()
        index.reload()
        return IndexSnapshot(index.searcher(), self.state)

    def count(self, query: Query) -> int:
        """Return how many cables match. This takes half as long as a search, which ranks them."""
        counted = self.searcher.aggregate(query, {"cables": {"value_count": {"field": "id"}}})
        return int(counted["cables"]["value"])

    def in_order(
        self, query: Query, start: int, stop: int, field: str, order: Order
    ) -> list[tuple[Any, DocAddress]]:
        """Return (value, address) from index `start` to `stop`, in the order of a field."""
        return self.searcher.search(query, max(stop - start, 1), False, field, start, order).hits

    def ranked(self, query: Query, start: int, stop: int) -> list[tuple[float, DocAddress]]:
        """Return (rounded score, address) from index `start` to `stop`, best first.

        Equal scores are sorted by reference (its first 21 characters, then by primary key), as the
        numbers of documents are others in each index of the same cables; more than MOST_TIED stay
        in the order of the index.
        """
        more = TIES
        while True:
            first = max(0, start - more)
            hits = self.searcher.search(query, stop + more - first, False, offset=first).hits
            scores = [rounded(score) for score, _ in hits]
            page = scores[start - first : stop - first]
            begins = not (first and page) or scores[0] > page[0]
            ends = len(hits) < stop + more - first or scores[-1] < page[-1]
            if (begins and ends) or more == MOST_TIED:
                break
            more = min(8 * more, MOST_TIED)
        unsorted = {score for score, tied in Counter(scores).items() if tied > MOST_TIED}
        unsorted |= {*([] if begins else page[:1]), *([] if ends else page[-1:])}
        addresses = [address for _, address in hits]
        columns = [self.integers(field, addresses) for field in (*REFERENCE_CHUNKS, "id")]
        keys = [
            [] if score in unsorted else key for score, *key in zip(scores, *columns, strict=True)
        ]
        order = sorted(range(len(hits)), key=lambda at: (-scores[at], keys[at], at))
        return [(scores[at], addresses[at]) for at in order[start - first : stop - first]]

    def integers(self, field: str, addresses: list[tantivy.DocAddress]) -> list[int]:
        """Return a number that each of these documents has."""
        return [int(value or 0) for value in self.searcher.fast_field_values(field, addresses)]

    def changed_since(self, earlier: "IndexSnapshot") -> tuple[int, ...] | None:
        """Return the cables that can differ from an earlier snapshot; None if unknown or many."""
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
        self.is_watched = False  # Whether the thread of `close_when_replaced` runs.
        self.snapshots: dict[tuple[Edition, Edition], IndexSnapshot] = {}
        self.made: list[ref[IndexSnapshot]] = []  # Of the open index,
        self.closed: list[ref[IndexSnapshot]] = []  # and those that still have files of another.
        self.close()

    def close(self) -> None:
        """Close the index; a snapshot that a request still uses keeps its files until then."""
        self.closed += [*self.made, *map(ref, self.snapshots.values())]
        self.made = []
        self.version: str | None = None  # See `index_version`.
        self.folder: Path | None = None
        self.index: tantivy.Index | None = None
        self.searchers: dict[Edition, tantivy.Searcher] = {}
        # {(state of the archive, state of the index): its snapshot}
        self.snapshots = {}

    @contextmanager
    def briefly(self) -> Iterator[None]:
        """Keep it open for a block alone, without a thread: the process is then to be forked."""
        self.is_watched = True
        try:
            yield
        finally:
            self.close()
            self.closed, self.is_watched = [], False

    def snapshot(self, edition: Edition) -> IndexSnapshot:
        """Return the snapshot for an edition of the archive. Raises IndexNotReady."""
        with self.lock:
            wanted = replace(edition, index="")
            if index_version() != self.version:
                self.look_again()
            # The latest searcher that is not newer than the state, else the oldest.
            older = [each for each in self.searchers if each.number <= wanted.number]
            state = max(older or self.searchers, key=lambda each: each.number)
            key = (wanted, state)
            if key not in self.snapshots:
                earlier = self.counted_before(wanted, state)
                made = IndexSnapshot(
                    self.searchers[state], state, left_out(state, wanted), earlier=earlier
                )
                self.made = [*living(self.made), ref(made)]
                kept = list(self.snapshots.items())[-MOST_KEPT:]
                self.snapshots = {**dict(kept), key: made}
            return self.snapshots[key]

    def counted_before(self, wanted: Edition, state: Edition) -> IndexSnapshot | None:
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
        """Open the current folder, and the last commit in it. Raises IndexNotReady."""
        version, folder = index_version(), current_folder()
        if folder is None:
            self.close()
            raise IndexNotReady
        try:
            index = self.index if self.index and folder == self.folder else self.open(folder)
            index.reload()
            searcher = index.searcher()
            state = state_seen_by(searcher, schema())
        except (ValueError, OSError) as error:
            self.close()
            raise IndexNotReady from error
        self.version = version
        kept = {known: held for known, held in self.searchers.items() if known != state}
        self.searchers = {**dict(list(kept.items())[-1:]), state: searcher}
        # Merging segments makes other files of the same state: what was counted stays.
        self.snapshots = {
            key: replace(each, searcher=searcher) if each.state == state else each
            for key, each in self.snapshots.items()
        }

    def open(self, folder: Path) -> tantivy.Index:
        self.close()
        self.index, self.folder = open_index(folder), folder
        if not self.is_watched:
            self.is_watched = True
            Thread(target=self.close_when_replaced, name="index files", daemon=True).start()
        return self.index

    def close_when_replaced(self) -> None:
        """Close the index once its folder is not the current one, though no request comes.

        What requests leave behind refers to itself: only the garbage collector frees it.
        """
        pause = PAUSE
        while self.is_watched:
            time.sleep(pause)
            with self.lock:
                if self.folder is None or self.folder != current_folder():
                    self.close()
            if self.closed:
                gc.collect()
            with self.lock:
                self.closed = living(self.closed)
                self.is_watched = bool(self.index or self.closed)
                # An answer may be sent for minutes.
                pause = min(2 * pause, LONGEST_PAUSE) if self.closed else PAUSE


def living(snapshots: list[ref[IndexSnapshot]]) -> list[ref[IndexSnapshot]]:
    return [each for each in snapshots if each() is not None]


def rounded(score: float) -> float:
    """Return a score without the digits that depend on the order in which its parts are added."""
    return float(f"{score:.4g}")


def left_out(state: Edition, wanted: Edition) -> tuple[int, ...]:
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


ADVICE = f"Run {COMMAND} update_index --rebuild."


def check_index() -> Iterator[str]:
    """Yield what differs: cables that the index lacks, has too many, or has with other words.

    Cables that the index is still to be told of are left out. Raises IndexNotReady.
    """
    with snapshot():
        index = snapshot_of(latest_edition())
        held = digests_in(index)
        left_out = set(index.left_out)
        for row in rows(Cable.objects.published()):
            if row[0] not in left_out and held.pop(row[0], None) != digest(row):
                yield f"{row[1]}: the search index has not this text. {ADVICE}"
    if held:
        yield f"The search index still has {len(held):,} that are not published. {ADVICE}"


def digests_in(index: IndexSnapshot) -> dict[int, int]:
    """Return {primary key: digest} of the cables that a snapshot finds."""
    query = index.only_found([])
    found = index.searcher.search(query, max(index.count(query), 1), False).hits
    addresses = [address for _, address in found]
    keys, digests = index.integers("id", addresses), index.integers("digest", addresses)
    return dict(zip(keys, digests, strict=True))
