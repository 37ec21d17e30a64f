"""One run of the loader: its row, and how far it is."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from django.db import connection
from django.utils import timezone

from ..models import Change, Collection, Load
from .prepare import Prepared, Rejected
from .report import LoadCancelled, LoadReport
from .rows import storable
from .specimens import described


class Progress:
    """How far a load is, kept in its row, where the desk reads it and a person may stop it.

    `stop` is called before each batch, and several times a second while one is waited for; it may
    raise what ends the load.
    """

    def __init__(
        self,
        run: Load,
        advance: Callable[[int], object] = lambda size: None,
        stop: Callable[[], object] = lambda: None,
    ):
        self.run = run
        self.earlier = LoadReport(**run.counts)  # What was done before the load was stopped.
        self.read = 0
        self.ended = False  # Whether nobody waits any more for what is read.
        self._advance, self._stop = advance, stop

    def advance(self, size: int):
        """Take note of bytes that were read. The reader's thread calls it, and ends by it."""
        if self.ended:
            raise LoadCancelled("The load has ended.")
        self.read += size
        self._advance(size)

    def check(self):
        """Raise LoadCancelled if a person asked the load to stop."""
        self._stop()
        if self.run.pk and Load.objects.filter(pk=self.run.pk, cancel=True).exists():
            compared = self.run.state == Load.State.COMPARING
            kept = "Nothing of it is stored." if compared else "Whole batches of it are stored."
            raise LoadCancelled(f"It was cancelled. {kept}")

    def write(self, report: LoadReport, last: Prepared | Rejected):
        """Write what was done, in the transaction that does it: a kill makes no count wrong."""
        if not self.run.pk:
            return
        record = last.record if isinstance(last, Prepared) else last.reject
        Load.objects.filter(pk=self.run.pk).update(
            counts=report.resumed(self.earlier).counts(),
            done=self.read,
            last=storable(f"{last.source.name}:{record.position} {record.reference}".strip()),
        )


def begin(path: Path, collection: str, **how) -> Load:
    """Return a new load. One that is still "running" was killed, as only one runs at a time."""
    stop_killed()
    home, _ = Collection.objects.get_or_create(slug=collection, defaults=described(collection))
    name = storable(str(path))
    return Load.objects.create(
        collection=home, file=name, sha256=file_digest(path), size=size_of(path), **how
    )


def stop_killed():
    """Say that loads which are "running" were killed. Call it while `one_load` is held."""
    Load.objects.filter(state=Load.State.RUNNING).update(state=Load.State.STOPPED)


def end(run: Load, state: str, report: LoadReport, problem: str = ""):
    """Write how a load ended, unless the database is what broke it."""
    if connection.needs_rollback:
        return
    run.state, run.counts, run.finished = state, report.counts(), timezone.now()
    run.problem = problem
    run.save(update_fields=["state", "counts", "finished", "problem"])
    if report.written:
        named = run.name if run.by_id else run.file
        said = {"what": f"load {named}"[:250], "reason": str(report), "by": run.by}
        Change.objects.create(action="loaded", **said)


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, "" for a folder."""
    if path.is_dir():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of all files in a folder."""
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
