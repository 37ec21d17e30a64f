"""Remove uploaded files once their load was applied or discarded, or nobody applied it for long."""

import shutil
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from ..models import Load
from ..sources import files_of

KEPT_DAYS = 30  # How long a load that nobody applies is kept.
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
    """Discard a load that was not applied; return whether it could be discarded."""
    rows = Load.objects.filter(pk=run.pk, state__in=Load.TO_DISCARD)
    if not rows.update(state=Load.State.DISCARDED, problem=""):
        return False
    forget_file(run)
    return True


def tidy_uploads():
    """Discard loads that nobody applied for KEPT_DAYS, and remove files that no load needs."""
    now = timezone.now()
    old = Load.objects.filter(
        state__in=Load.TO_DISCARD, started__lt=now - timedelta(days=KEPT_DAYS)
    )
    for run in old.filter(by__isnull=False):
        discard(run)
    if not settings.UPLOADS_DIR.is_dir():
        return
    needed = {
        Path(file).parent
        for file in Load.objects.filter(
            state__in=[*Load.TO_DISCARD, *Load.AT_WORK], by__isnull=False
        ).values_list("file", flat=True)
    }
    oldest = (now - timedelta(hours=ORPHAN_HOURS)).timestamp()
    for folder in settings.UPLOADS_DIR.glob("load-*"):
        if folder not in needed and folder.stat().st_mtime < oldest:
            shutil.rmtree(folder, ignore_errors=True)
