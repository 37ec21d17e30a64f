"""Helpers for tests of mirrors: export to a temporary folder, list its files."""

import hashlib
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from django.db import connection

from cables.glossary.entries import entries
from cables.mirror import build
from cables.mirror.file_paths import Site
from cables.models import PUBLIC
from cables.operations.reader_role import grant_reader

LIVE = "https://cables.example.org"


@contextmanager
def unseen(count, unit):
    """A progress bar that nobody sees."""
    yield lambda done: None


def new_folder(test) -> Path:
    """Return a temporary folder that is removed after a test or a test class."""
    enter = test.enterClassContext if isinstance(test, type) else test.enterContext
    return Path(enter(tempfile.TemporaryDirectory())) / "mirror"


def export(folder, *, from_disk=False, search=False, proofs=False, **options):
    """Make or update a mirror in this process."""
    site = Site(folder, LIVE, from_disk, search, proofs)
    return build.export_site(site, progress=unseen, **options)


def export_removals(test, folder, **options):
    """Update a mirror with an export that writes no page, and so fails after its removals."""
    with mock.patch.object(build, "make"), test.assertRaises(build.ExportError):
        export(folder, **options)


@contextmanager
def role_of_readers():
    """Let the database show what it shows readers alone, in the transaction of a test."""
    role = f"mirror_maker_{os.getpid()}"  # Processes of tests share a server, and its roles.
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {role}")
        grant_reader(role, PUBLIC)
        cursor.execute(f"SET LOCAL ROLE {role}")
        try:
            yield
        finally:
            cursor.execute("RESET ROLE")


def files_of_bag(folder) -> dict[str, bytes]:
    """Return {path: content} of all files of a mirror but those of the command."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    return {name: content for name, content in found.items() if not name.startswith(".mirror/")}


def files_in(folder) -> dict[str, bytes]:
    """Return {path: content} of what a web server would serve of a mirror."""
    files = files_of_bag(folder).items()
    return {path[5:]: content for path, content in files if path.startswith("data/")}


def sums_of(folder) -> dict[str, str]:
    """Return {path: digest} as the manifest of the bag has it."""
    lines = (folder / "manifest-sha256.txt").read_text().splitlines()
    rows = (line.split("  data/", 1) for line in lines)
    return {path: digest for digest, path in rows}


def digests(folder) -> dict[str, str]:
    """Return {path: digest} of all files that are served, computed from their content."""
    files = files_in(folder)
    return {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}


class FewPages:
    """Leave out most of the thousand pages that are the same in every mirror."""

    @classmethod
    def setUpClass(cls):
        for name, few in (("entries", few_entries), ("old_origins", few_origins)):
            patched = mock.patch(f"cables.mirror.plan.{name}", few)
            patched.start()
            cls.addClassCleanup(patched.stop)
        super().setUpClass()


def few_entries():
    return {kind: entries()[kind] for kind in ("caption", "class")}


def few_origins():
    return {64: "Embassy Berlin"}
