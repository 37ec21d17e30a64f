"""The edition that a page is made from: the state of the archive, the day and the code."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from django.conf import settings
from django.db import connections

from .models import State
from .querysets import READER

# What pages are made of beside the archive: every file of these folders, whatever its kind; the
# packages that this file names; and the settings that pages show.
FOLDERS = ("cables", "reading_room", "templates", "static")
REQUIREMENTS = "requirements.txt"
REQUIRED = re.compile(r"^[\w.-]+", re.MULTILINE)  # A package's name, at the start of a line.
SHOWN = (
    *("SUPPORT_URL", "MOTTO", "STATIC_URL", "STORAGES", "CONTENT_SECURITY_POLICY"),
    "X_FRAME_OPTIONS",
)
LATEST = f"SELECT number, moved FROM {State._meta.db_table}"
BYTES = 16


@dataclass(frozen=True, slots=True)
class Edition:
    """A state of the archive. It is read before the page is made.

    A page can so be newer than its edition, for as long as a request lasts, and never older.
    """

    number: int
    moved: datetime | None  # None of an empty archive.

    def name(self, address: str) -> str:
        """Return what nothing else is called but this edition of the page at a whole address."""
        # Citations say the day on which they were read.
        said = (made_by(), self.number, self.moved, datetime.now(UTC).date(), address)
        return digest("\n".join(map(str, said)).encode())


_OF_THIS_REQUEST: ContextVar[Edition | None] = ContextVar("edition", default=None)


def current_edition() -> Edition:
    """Return the edition of this request; outside of one, or where none was read, the latest."""
    return _OF_THIS_REQUEST.get() or latest_edition()


def latest_edition() -> Edition:
    """Read it from the database: all that most requests ask, so without the cost of the ORM."""
    with connections[READER].cursor() as cursor:
        cursor.execute(LATEST)
        return Edition(*(cursor.fetchone() or (0, None)))


@contextmanager
def answering_from(edition: Edition) -> Iterator[None]:
    """Make an edition the current one, so that a request reads it once."""
    token = _OF_THIS_REQUEST.set(edition)
    try:
        yield
    finally:
        _OF_THIS_REQUEST.reset(token)


@cache
def made_by() -> str:
    """Return the digest of all that pages are made with beside the archive.

    These are the application's files, the addresses of its static files, the packages in use,
    Python, and settings.
    """
    files = (
        f"{path.relative_to(settings.BASE_DIR)} {digest(path.read_bytes())}"
        for path in files_of_app()
    )
    shown = (repr(getattr(settings, name, None)) for name in SHOWN)
    return digest("\n".join([*files, static_names(), *packages(), sys.version, *shown]).encode())


def files_of_app() -> list[Path]:
    """Return every file that the application consists of, but for what Python compiles itself."""
    found = (path for folder in FOLDERS for path in (settings.BASE_DIR / folder).rglob("*"))
    return sorted(p for p in found if p.is_file() and p.parent.name != "__pycache__")


def static_names() -> str:
    """Return the list of what static files are called since they were last collected."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    return manifest.read_text() if manifest.is_file() else ""


def packages() -> list[str]:
    """Return the packages that the room needs, each with its installed version."""
    required = settings.BASE_DIR / REQUIREMENTS
    names = REQUIRED.findall(required.read_text()) if required.is_file() else []
    return [f"{name} {installed(name)}" for name in names]


def installed(package: str) -> str:
    """Return the installed version of a package; nothing if it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:  # As of one for another system.
        return ""


def digest(text: bytes) -> str:
    return blake2b(text, digest_size=BYTES).hexdigest()
