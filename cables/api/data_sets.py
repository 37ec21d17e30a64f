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
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Max

from ..models import Cable, PastState, State
from ..models.querysets import READER
from ..operations.atomic_write import atomic_folder
from ..search.holdings import holdings, total
from ..search.list_counts import ListCounts
from .data_set_files import CARD, CROISSANT, DESCRIPTIONS, DataSetContents, write_files
from .data_set_metadata import card, croissant
from .data_set_record import DataFile, DataSet

DESCRIBED = "data_set.json"
KEPT = 3  # Data sets; the older ones are removed.
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
    state = State.objects.using(READER).get()  # Read first: what changes from now on is noticed.
    now = datetime.now(UTC)
    version = f"{now.year}.{now.month}{now.day:02}.{state.number}"
    settings.DATA_SETS_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    with atomic_folder(settings.DATA_SETS_DIR / version) as draft:
        contents = write_files(draft, settings.DATA_SETS)
        made = _described(draft, version, now, state, contents)
        (draft / CROISSANT).write_text(croissant(made), encoding="utf-8")
        (draft / CARD).write_text(card(made), encoding="utf-8")
        made = replace(made, files=tuple(_files_of(draft)))
        (draft / DESCRIBED).write_text(json.dumps(asdict(made), indent=1), encoding="utf-8")
    return made


def _described(
    draft: Path, version: str, now: datetime, state: State, contents: DataSetContents
) -> DataSet:
    """Return the data set whose cables are written; `last_cable` may be of a later one."""
    last = Cable.objects.readable().aggregate(last=Max("pk"))["last"] or 0
    return DataSet(
        version=version,
        made=now.isoformat(timespec="seconds"),
        state=state.number,
        moved=state.moved.isoformat(),
        last_cable=last,
        site=settings.DATA_SETS,
        withheld=total(holdings("year", ListCounts.current())).withheld,
        licence=settings.DATA_LICENCE,
        licence_url=settings.DATA_LICENCE_URL,
        files=tuple(_files_of(draft)),
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


def remove_unreadable() -> list[DataSet]:
    """Remove the data sets with something that was withheld since, and all but KEPT. Return these.

    Downloads that have begun go on.
    """
    sets = stored_data_sets()
    kept = [each for each in sets if each.is_readable()][:KEPT]
    gone = [each for each in sets if each not in kept]
    for each in gone:
        shutil.rmtree(each.folder)
        log.info("Data set %s was removed", each.version)
    return gone


def is_due(now: datetime) -> bool:
    """Tell whether a data set should be made: none is offered, or the archive changed by today."""
    state = State.objects.using(READER).first()
    if not settings.DATA_SETS or state is None:
        return False
    known = PastState.objects.using(READER).filter(number=state.number, moved=state.moved)
    if not known.exists():  # A data set of it would not be readable.
        return False
    newest = next(iter(offered_data_sets()), None)
    if newest is None:
        return True
    return newest.made_at.date() < now.date() and newest.state != state.number
