"""Remove uploaded files: of applied loads at once, of others when nobody took them up for long."""

import os
import shutil
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from ..models import Load
from ..sources import files_of

KEPT_DAYS = 30  # How long a load that nobody applies is kept, and the file of a discarded one.
ORPHAN_HOURS = 24  # How long a file without a load is kept, left by an interrupted request.


def leads_out(path: Path, roots: Iterable[Path]) -> bool:
    """Return whether a path, or any file in it, is really outside all the folders `roots`.

    A symbolic link may lead there, of the file or of a folder above it.
    """
    roots = [root.resolve() for root in roots]
    places = {path, *(file if file.is_symlink() else file.parent for file in files_of(path))}
    return not all(any(place.resolve().is_relative_to(root) for root in roots) for place in places)


def is_upload(run: Load) -> bool:
    """Return whether the file of a load was uploaded, rather than in the folder of sources."""
    return run.by_id is not None and Path(run.file).parent.parent == settings.UPLOADS_DIR


def forget_file(run: Load):
    """Delete the preview of a load, and its file if it was uploaded."""
    run.previews.all().delete()
    if is_upload(run):
        shutil.rmtree(Path(run.file).parent, ignore_errors=True)


def discard(run: Load) -> bool:
    """Discard a load that was not applied; return whether it could be discarded.

    An uploaded file is kept for KEPT_DAYS, by the time of its folder, to be taken up again.
    """
    rows = Load.objects.filter(pk=run.pk, state__in=Load.TO_DISCARD)
    if not rows.update(state=Load.State.DISCARDED, problem=""):
        return False
    run.previews.all().delete()
    if can_take_up(run):
        os.utime(Path(run.file).parent)
    return True


def can_take_up(run: Load) -> bool:
    """Return whether the file of a load was uploaded and is here."""
    return is_upload(run) and Path(run.file).exists()


def take_up(run: Load) -> bool:
    """Let a discarded load be compared and applied again; return whether it could."""
    rows = Load.objects.filter(pk=run.pk, state=Load.State.DISCARDED)
    never_queued = run.queued is None  # Its columns were not chosen yet.
    state = Load.State.MAPPING if never_queued else Load.State.CANCELLED
    problem = "" if never_queued else "It was discarded and taken up again: compare it."
    return can_take_up(run) and bool(rows.update(state=state, problem=problem))


def tidy_uploads():
    """Discard loads that nobody applied for KEPT_DAYS, and remove files that no load needs.

    Those of discarded loads are kept as long.
    """
    now = timezone.now()
    old = Load.objects.filter(
        state__in=Load.TO_DISCARD, started__lt=now - timedelta(days=KEPT_DAYS)
    )
    for run in old.filter(by__isnull=False):
        discard(run)
        forget_file(run)
    if not settings.UPLOADS_DIR.is_dir():
        return
    needed = _folders(*Load.TO_DISCARD, *Load.AT_WORK)
    discarded = _folders(Load.State.DISCARDED)
    for folder in settings.UPLOADS_DIR.glob("load-*"):
        kept = timedelta(days=KEPT_DAYS) if folder in discarded else timedelta(hours=ORPHAN_HOURS)
        if folder not in needed and folder.stat().st_mtime < (now - kept).timestamp():
            shutil.rmtree(folder, ignore_errors=True)


def _folders(*states: str) -> set[Path]:
    """Return the folders of uploads of the loads in these states."""
    loads = Load.objects.filter(state__in=states, by__isnull=False)
    return {Path(file).parent for file in loads.values_list("file", flat=True)}
