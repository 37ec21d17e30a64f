"""The row and the progress of one load."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from ..models import Change, Collection, Copy, Load, LoadRow
from ..publication.row_values import storable
from ..sources.prepared import Prepared, ReadRecord
from .report import LoadCancelled, LoadReport
from .specimen_collections import described


class Progress:
    """Keep the progress of a load in its row, which the desk shows and where it can be cancelled.

    `advance(n)` is called with the bytes read since its last call, `count(n)` with the documents of
    this load that are done. `stop()` is called before each batch, and several times a second while
    the loader waits for one; an error it raises ends the load.
    """

    def __init__(
        self,
        run: Load,
        advance: Callable[[int], object] = lambda size: None,
        stop: Callable[[], object] = lambda: None,
        count: Callable[[int], object] = lambda rows: None,
    ):
        self.run = run
        self.earlier = LoadReport(**run.counts)  # Counts of the same load, stopped before.
        self.read = 0  # Bytes.
        self.ended = False  # Whether the reader's thread has to end.
        self._advance, self._stop, self._count = advance, stop, count

    def advance(self, size: int):
        """Add bytes that were read. Called in the reader's thread, which the error here ends."""
        if self.ended:
            raise LoadCancelled("The load has ended.")
        self.read += size
        self._advance(size)

    def check(self):
        """Raise LoadCancelled if a person asked the load to stop."""
        self._stop()
        if self.run.pk and Load.objects.filter(pk=self.run.pk, cancel=True).exists():
            is_preview = self.run.state == Load.State.COMPARING
            kept = "Nothing of it is stored." if is_preview else "Whole batches of it are stored."
            raise LoadCancelled(f"It was cancelled. {kept}")

    def write(self, report: LoadReport, last: ReadRecord):
        """Store the counts so far; call it in the batch's transaction, so that both agree."""
        self._count(report.rows)
        if not self.run.pk:
            return
        record = last.record if isinstance(last, Prepared) else last.reject
        Load.objects.filter(pk=self.run.pk).update(
            counts=report.resumed(self.earlier).counts(),
            done=self.read,
            last=storable(f"{last.source.name}:{record.position} {record.reference}".strip()),
        )


def begin(path: Path, collection: str, **how) -> Load:
    """Store and return a new load, and mark killed ones as stopped."""
    stop_killed()
    home, _ = Collection.objects.get_or_create(slug=collection, defaults=described(collection))
    name = storable(str(path))
    return Load.objects.create(
        collection=home, file=name, sha256=file_digest(path), size=size_of(path), **how
    )


def stop_killed():
    """Mark loads in state "running" as stopped. Call it inside `one_load`: none can be running."""
    Load.objects.filter(state=Load.State.RUNNING).update(state=Load.State.STOPPED)


def end(run: Load, state: str, report: LoadReport, problem: str = ""):
    """Store how a load ended. Does nothing after a database error in an open transaction."""
    if connection.needs_rollback:
        return
    run.state, run.counts, run.finished = state, report.counts(), timezone.now()
    run.problem = problem
    run.save(update_fields=["state", "counts", "finished", "problem"])
    told = report.without_sealed()  # Everybody at the desk reads the log.
    if report.written or told.held:
        what = f"load {run.pk}, {run.name if run.by_id else run.file}"[:250]
        Change.objects.create(action="loaded", what=what, reason=str(told), by=run.by)


def mark_repaired(run: Load):
    """Let the rejected rows of earlier loads name this one, if it brought their records.

    Not those of cables with sealed texts: whether one was applied or held depends on these.
    """
    copies = Copy.objects.filter(load=run, cable__sealed=None)
    names = [copies.values("cable__reference"), copies.values("published_reference")]
    brought = Q(reference__in=names[0]) | Q(reference__in=names[1])
    rows = LoadRow.objects.filter(brought, outcome=LoadRow.Outcome.REJECTED)
    rows = rows.filter(load__collection=run.collection).exclude(load=run)
    rows.exclude(repaired_by__state=Load.State.FINISHED).update(repaired_by=run)


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, "" for a folder."""
    if path.is_dir():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def size_of(path: Path) -> int:
    """Return the size in bytes of a file, or of all files below a folder."""
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
