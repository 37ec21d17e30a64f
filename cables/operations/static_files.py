"""Collect the static files that browsers get: styles, scripts and fonts."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect_changed_files() -> None:
    """Collect static files if one has changed. Two rooms that start at once take turns."""
    if settings.DEBUG:  # Django serves static files without collecting them.
        return
    with _turn(Path(settings.STATIC_ROOT)):
        if static_files_changed():
            call_command("collectstatic", interactive=False, verbosity=0)


def static_files_changed() -> bool:
    """Return whether a static file is newer than the collected ones."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.exists():
        return True
    newest = max(
        Path(storage.path(name)).stat().st_mtime
        for finder in get_finders()
        for name, storage in finder.list([])
    )
    return newest > manifest.stat().st_mtime


@contextlib.contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """Wait until no other process collects files into a folder; a killed one frees the lock."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
