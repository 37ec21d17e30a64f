"""Data sets: all published cables as files, made by the worker and offered at /datasets/.

A data set is a folder with files that never change: cables in several formats, the digests of their
texts, a card and Croissant metadata, and `data_set.json`, which describes them. Its version is a
part of its addresses. It is offered as long as everything in it may be read: the archive notes
which cables were withheld, redacted or erased in which state (`ChangedCable`), and each request for
a file asks for those since the state of the data set.
"""

import hashlib
import json
import logging
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Max
from procrastinate.contrib.django import app

from ..models import Cable, PastState, State
from ..models.querysets import READER
from ..operations.atomic_write import atomic_folder
from ..operations.reader_role import snapshot
from .data_set_files import (
    CARD,
    CROISSANT,
    DESCRIPTIONS,
    DataFile,
    DataSet,
    write_cables,
    write_other_files,
)
from .data_set_metadata import card, croissant

DESCRIBED = "data_set.json"
KEPT = 3  # Data sets; the older ones are removed.
QUIET = timedelta(minutes=10)
log = logging.getLogger(__name__)


def stored_data_sets() -> list[DataSet]:
    """Return all complete data sets in the folder, the newest first."""
    found = [read_data_set(path) for path in settings.DATA_SETS_DIR.glob(f"[0-9]*/{DESCRIBED}")]
    return sorted(filter(None, found), key=lambda each: (each.made, each.state), reverse=True)


def read_data_set(path: Path) -> DataSet | None:
    """Return the data set that a file describes; None if another version of the room wrote it."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        files = tuple(DataFile(**file) for file in values.pop("files"))
        return DataSet(**values, files=files)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def offered_data_sets() -> list[DataSet]:
    """Return the data sets that readers may download, the newest first."""
    return [each for each in stored_data_sets() if each.is_readable()] if settings.DATA_SETS else []


def offered_file(version: str, name: str) -> tuple[DataSet, DataFile] | None:
    """Return a file that readers may download, and its data set; None if there is none.

    The version "latest" is the newest that is offered.
    """
    sets = offered_data_sets()
    chosen = sets[:1] if version == "latest" else [each for each in sets if each.version == version]
    for each in chosen:
        if file := each.file(name):
            return each, file
    return None


def make_data_set() -> DataSet:
    """Make a data set of the archive as it is now. Raises OSError, FileExistsError if it exists."""
    now = datetime.now(UTC)
    settings.DATA_SETS_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    with ExitStack() as stack:
        # The state is that of the rows, also on a replica: what changes from now on is noticed.
        with snapshot():
            state = State.objects.using(READER).get()
            version = f"{now.year}.{now.month}{now.day:02}.{state.number}"
            draft = stack.enter_context(atomic_folder(settings.DATA_SETS_DIR / version))
            made = _described(draft, version, now, state)
        write_other_files(draft)
        made = replace(made, files=tuple(_files_of(draft)))
        (draft / CROISSANT).write_text(croissant(made), encoding="utf-8")
        (draft / CARD).write_text(card(made), encoding="utf-8")
        made = replace(made, files=tuple(_files_of(draft)))
        (draft / DESCRIBED).write_text(json.dumps(asdict(made), indent=1), encoding="utf-8")
    return made


def _described(draft: Path, version: str, now: datetime, state: State) -> DataSet:
    """Write the cables and return the data set, still without its files."""
    contents = write_cables(draft, settings.DATA_SETS)
    cables = Cable.objects.readable()
    return DataSet(
        version=version,
        made=now.isoformat(timespec="seconds"),
        state=state.number,
        moved=state.moved.isoformat(),
        last_cable=cables.aggregate(last=Max("pk"))["last"] or 0,
        site=settings.DATA_SETS,
        withheld=cables.exclude(withheld_reason="").count(),
        licence=settings.DATA_LICENCE,
        licence_url=settings.DATA_LICENCE_URL,
        files=(),
        **asdict(contents),
    )


def _files_of(folder: Path) -> Iterator[DataFile]:
    """Yield the files of a data set that are written, in the order of DESCRIPTIONS."""
    for name in DESCRIPTIONS:
        path = folder / name
        if path.exists():
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            yield DataFile(name, path.stat().st_size, digest)


def remove_unreadable() -> list[str]:
    """Remove the data sets with something that was withheld since, and all but KEPT.

    Also those that another version of the room made, or whose removal was killed. Returns their
    versions. Downloads that have begun go on.
    """
    folders = sorted(settings.DATA_SETS_DIR.glob("[0-9]*.[0-9]*.[0-9]*"))
    kept = [each.folder for each in stored_data_sets() if each.is_readable()][:KEPT]
    gone = [folder for folder in folders if folder not in kept]
    for folder in gone:
        shutil.rmtree(folder)
        log.info("Data set %s was removed", folder.name)
    return [folder.name for folder in gone]


def is_due(now: datetime) -> bool:
    """Tell whether a data set should be made: none is offered, or the archive changed by today.

    Where none is offered, not before the archive has been QUIET: each of several decisions in a row
    would take the next one offline.
    """
    state = State.objects.using(READER).first()
    if not settings.DATA_SETS or state is None:
        return False
    known = PastState.objects.using(READER).filter(number=state.number, moved=state.moved)
    if not known.exists():  # A data set of it would not be readable.
        return False
    newest = next(iter(offered_data_sets()), None)
    if newest is None:
        return now - state.moved >= QUIET
    return newest.made_at.date() < now.date() and newest.state != state.number


# Names of tasks are stored in the queue: they stay when code moves.
@app.periodic(cron="* * * * *")
@app.task(name="cables.jobs.tend_data_sets", queueing_lock="tend_data_sets", lock="data_sets")
def tend_data_sets(timestamp: int):
    """Remove data sets with something that was withheld since; make one if it is due."""
    remove_unreadable()
    if is_due(datetime.now(UTC)):
        make_data_set()
