"""Files that came to the desk: kept until what they bring is applied, or nobody asks for it."""

import shutil
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from ..models import Load
from ..sources import files_of

KEPT_DAYS = 30  # Of a load that nobody applies.
ORPHAN_HOURS = 24  # Of a file that no load names: a request was cut off.


def leads_out(path: Path, roots: Iterable[Path]) -> bool:
    """Return whether a file, or one of a folder, is elsewhere than below one of some folders.

    A link may lead there: a file's own, or that of a folder above it.
    """
    roots = [root.resolve() for root in roots]
    places = {path, *(file if file.is_symlink() else file.parent for file in files_of(path))}
    return not all(any(place.resolve().is_relative_to(root) for root in roots) for place in places)


def is_upload(run: Load) -> bool:
    """Return whether a load's file was uploaded, and is not one of the operator's sources."""
    return run.by_id is not None and Path(run.file).parent.parent == settings.UPLOADS_DIR


def forget_file(run: Load):
    """Remove the file of a load if it was uploaded, and what its preview kept of it."""
    run.previews.all().delete()
    if is_upload(run):
        shutil.rmtree(Path(run.file).parent, ignore_errors=True)


def discard(run: Load) -> bool:
    """Give up a load that was not applied; return whether it was one."""
    asked = Load.objects.filter(pk=run.pk, state__in=Load.TO_APPLY)
    if not asked.update(state=Load.State.DISCARDED, problem=""):
        return False
    forget_file(run)
    return True


def tidy_uploads():
    """Discard loads that nobody applied for long, and remove files that no load names."""
    now = timezone.now()
    old = Load.objects.filter(state__in=Load.TO_APPLY, started__lt=now - timedelta(days=KEPT_DAYS))
    for run in old.filter(by__isnull=False):
        discard(run)
    if not settings.UPLOADS_DIR.is_dir():
        return
    needed = {
        Path(file).parent
        for file in Load.objects.filter(
            state__in=[*Load.TO_APPLY, *Load.AT_WORK], by__isnull=False
        ).values_list("file", flat=True)
    }
    late = (now - timedelta(hours=ORPHAN_HOURS)).timestamp()
    for folder in settings.UPLOADS_DIR.glob("load-*"):
        if folder not in needed and folder.stat().st_mtime < late:
            shutil.rmtree(folder, ignore_errors=True)
