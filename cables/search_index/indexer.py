"""Bring the index up to date with the database: one writer a machine, in a thread of the
worker.

Each pass reads one snapshot of the database: the state of the archive and, from the rows of
`ChangedCable`, the cables that changed since the state of the index. It deletes their documents,
adds those that are published, and commits them with the new state. Killed at any moment, it goes on
from the last commit.

Documents that were deleted stay in the files until these are merged. After a pass that removed
words which nobody may find (a cable withheld, redacted or erased), the whole index is built anew; a
file in its folder keeps that in mind where this fails, as on a full disk.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import tantivy
from django.db import DatabaseError, close_old_connections, connections
from django.db.models import Exists

from ..http_cache.edition import Edition, index_version, latest_edition
from ..models import Cable, ChangedCable, PastState, State
from ..models.archive_state import ALL_CABLES
from ..models.querysets import READER, CableQuerySet
from ..operations.follower import Follower
from ..operations.reader_role import snapshot
from .folder import (
    NOTHING,
    REMOVED_WORDS,
    IndexBusy,
    current_folder,
    make_current,
    new_folder,
    open_index,
    remove_others,
    state_seen_by,
    writer_lock,
    written_state,
)
from .schema import COLUMNS, EPOCH, document

HEAP = 128_000_000  # Bytes that the threads of a writer fill before they write segments.
THREADS = 2  # Of a new index.
AT_ONCE = 500  # Cables that are read from the database together.
COMMIT_AFTER = 20_000  # Documents of a new index.
KEPT = timedelta(days=7)  # Rows of changes: an index that is older is built anew.
STATE = "state"
log = logging.getLogger(__name__)


def update() -> bool:
    """Bring the current index up to date; return whether there was anything to do.

    Builds a new one where there is none, where it is damaged or of another schema, and where it
    does not belong to the history of this database. Raises IndexBusy.
    """
    with writer_lock():
        folder = current_folder()
        try:
            index = open_index(folder) if folder else None
            held = NOTHING
            if index:
                index.reload()
                held = state_seen_by(index.searcher(), index.schema)
        except (ValueError, OSError) as error:
            log.warning("The search index is damaged and is built anew: %s", error)
            index, held = None, NOTHING
        with snapshot():
            state = latest_edition()
            if folder and index and held == state and not (folder / REMOVED_WORDS).exists():
                return False
            changed = changes_since(held) if index else None
            if index and changed is None and is_behind(state, held):
                return False
            if folder is None or index is None or changed is None:
                build(state)
                return True
            if any(changed.values()):
                (folder / REMOVED_WORDS).touch()
            write(index, changed, state)
        if (folder / REMOVED_WORDS).exists():
            with snapshot():
                build(latest_edition())
        return True


def rebuild() -> None:
    """Build a new index beside the current one, and make it current. Raises IndexBusy."""
    with writer_lock(), snapshot():
        build(latest_edition())


def build(state: Edition) -> None:
    """Build the index of all published cables, of the snapshot that is open."""
    try:
        folder = new_folder()
        index = open_index(folder)
        writer = index.writer(HEAP, THREADS)
        for made, row in enumerate(rows(Cable.objects.published()), start=1):
            writer.add_document(document(row))
            if made % COMMIT_AFTER == 0:
                writer.commit()
        finish(writer, state)
        make_current(folder)
    except BaseException:
        remove_others()  # PostgreSQL may need the space.
        raise


def write(index: tantivy.Index, changed: Iterable[int], state: Edition) -> None:
    """Replace the documents of these cables, and commit them with a state."""
    writer = index.writer(HEAP, 1)
    keys = list(changed)
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        writer.delete_documents_by_query(tantivy.Query.term_set_query(index.schema, "id", some))
        for row in rows(Cable.objects.published().filter(pk__in=some)):
            writer.add_document(document(row))
    writer.delete_documents_by_query(tantivy.Query.regex_query(index.schema, STATE, ".*"))
    finish(writer, state)


def finish(writer: tantivy.IndexWriter, state: Edition) -> None:
    """Commit, and wait until segments are merged. The state is a document of its own."""
    made = tantivy.Document()
    made.add_text(STATE, written_state(state))
    writer.add_document(made)
    writer.commit()
    writer.wait_merging_threads()


def rows(cables: CableQuerySet) -> Iterator[tuple[Any, ...]]:
    """Yield the COLUMNS of cables, a part at a time."""
    yield from cables.order_by().values_list(*COLUMNS).iterator(chunk_size=AT_ONCE)


def changes_since(held: Edition, until: int = 0) -> dict[int, bool] | None:
    """Return {primary key: whether words were removed} of the cables changed since a state.

    None if the database does not know this state, or not what changed since, or is a replica that
    has not reached the number of the state `until`.
    """
    reached = Exists(State.objects.filter(number__gte=until))
    past = PastState.objects.using(READER).filter(number=held.number, moved=held.moved or EPOCH)
    if not past.filter(reached).exists():
        return None
    later = ChangedCable.objects.using(READER).filter(state__gt=held.number)
    changed: dict[int, bool] = {}
    for cable, removed in later.values_list("cable", "removed").iterator():
        changed[cable] = changed.get(cable, False) or removed
    return None if ALL_CABLES in changed else changed


def is_behind(state: Edition, held: Edition) -> bool:
    """Tell whether a state is that of a replica that has not reached a state of the primary."""
    past = PastState.objects.filter(number=held.number, moved=held.moved or EPOCH)
    return state.number < held.number and past.exists()


def forget_old_changes() -> None:
    """Delete the rows of changes that are older than KEPT. It needs the role of the worker."""
    before = PastState.objects.filter(moved__lt=datetime.now(UTC) - KEPT)
    last = before.order_by("-number").values_list("number", flat=True).first()
    if last is not None:
        ChangedCable.objects.filter(state__lte=last).delete()
        PastState.objects.filter(number__lt=last, moved__lt=datetime.now(UTC) - KEPT).delete()


PAUSE = 0.5  # Seconds between two looks at the state of the archive.
AFTER_ERROR = 10  # Seconds.
TIDY_EVERY = 7_200  # Looks: an hour.


class IndexFollower(Follower):
    """The thread of the worker that keeps this machine's index up to date."""

    def __init__(self) -> None:
        super().__init__("search index")
        # The state that the index has, and its version: somebody may have deleted or replaced it.
        self.done: tuple[Edition, str] | None = None
        self.looks = 0

    def look(self) -> float:
        try:
            if self.looks % TIDY_EVERY == 0:
                forget_old_changes()
            self.looks += 1
            close_old_connections()  # As a request does: the replica may have fallen behind.
            state = latest_edition()
            if (state, index_version()) != self.done:
                update()
                self.done = state, index_version()
        except IndexBusy:  # Another worker of this machine does it.
            return AFTER_ERROR
        except (DatabaseError, OSError, ValueError) as error:
            log.warning("The search index is not up to date: %s", error)
            with suppress(DatabaseError):
                connections.close_all()
            return AFTER_ERROR
        return PAUSE
