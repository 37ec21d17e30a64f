"""The edition of the archive, which names cached pages: its state, the day and the code.

Answers in the order of relevance are also those of one commit of this machine's search index:
another index ranks the same cables by the numbers of its own documents, deleted ones too.
"""

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
from django.db import InterfaceError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from ..models import State
from ..models.querysets import READER

# What pages depend on besides the data: all files of these folders (in an installed room, templates
# and static files are part of reading_room), the packages in REQUIREMENTS, and these settings.
FOLDERS = ("cables", "reading_room", "templates", "static")
REQUIREMENTS = "requirements.txt"
REQUIRED = re.compile(r"^[\w.-]+", re.MULTILINE)  # The name of a package.
SHOWN = (
    *("SUPPORT_URL", "MOTTO", "STATIC_URL", "STORAGES", "CONTENT_SECURITY_POLICY"),
    *("X_FRAME_OPTIONS", "REQUEST_ADDRESS", "REQUEST_FORM", "REQUEST_FIGURES"),
    *("MCP", "SECURITY_CONTACT", "DATA_SETS", "REFUSED_CRAWLERS"),
)
LATEST = f"SELECT number, moved FROM {State._meta.db_table}"  # noqa: S608
BYTES = 16
POSTGRESQL = "django.db.backends.postgresql"


@dataclass(frozen=True, slots=True)
class Edition:
    """The number and time of a state of the archive.

    It is read before the page is made: a page can be newer than its edition, never older.
    """

    number: int
    moved: datetime | None  # None for an empty archive.
    index: str = ""  # The `index_version`, where an answer depends on it.

    @property
    def state(self) -> str:
        """What no other state has; another history, as after a failover, can have the number."""
        return f"{self.number}-{self.moved.isoformat() if self.moved else ''}"

    def name(self, address: str) -> str:
        """Return the cache key of a page (absolute URL) in this edition."""
        # The day is a part of it because citations have the date of access.
        day = datetime.now(UTC).date()
        parts = (made_by(), self.state, self.index, day, address)
        return content_digest("\n".join(map(str, parts)).encode())


_OF_THIS_REQUEST: ContextVar[Edition | None] = ContextVar("edition", default=None)


def current_edition() -> Edition:
    """Return the edition of this request, or the latest if none has been set."""
    return _OF_THIS_REQUEST.get() or latest_edition()


def latest_edition() -> Edition:
    """Read the edition from the database, without the ORM: most requests run only this query.

    As the first query of a request it also shows whether the connection works, for which Django
    would run another one. A connection that broke is made again.
    """
    reader = connections[READER]
    # The connections to replicas are checked for more than that they work.
    if reader.settings_dict["ENGINE"] != POSTGRESQL or reader.in_atomic_block:
        return _read_edition(reader)
    reader.health_check_done = True  # type: ignore[attr-defined]  # Missing in the stubs.
    try:
        return _read_edition(reader)
    except (OperationalError, InterfaceError):
        if reader.connection is None or not reader.connection.closed:
            raise
        reader.close()
        return _read_edition(reader)


def _read_edition(reader: BaseDatabaseWrapper) -> Edition:
    with reader.cursor() as cursor:
        cursor.execute(LATEST)
        return Edition(*(cursor.fetchone() or (0, None)))


def index_version() -> str:
    """Return what changes with each commit of this machine's search index; "" if there is none."""
    root = Path(settings.SEARCH_INDEX_DIR)
    try:
        name = (root / "current").read_text().strip()
        commit = (root / name / "meta.json").stat()
    except OSError:
        return ""
    return f"{name} {commit.st_ino} {commit.st_mtime_ns}"


@contextmanager
def answering_from(edition: Edition) -> Iterator[None]:
    """Make an edition the current one of a request, so that it is read only once."""
    token = _OF_THIS_REQUEST.set(edition)
    try:
        yield
    finally:
        _OF_THIS_REQUEST.reset(token)


@cache
def made_by() -> str:
    """Return a digest of all else that changes pages: files, packages, Python and settings."""
    paths = (path for folder in FOLDERS for path in (settings.BASE_DIR / folder).rglob("*"))
    files = (
        f"{path.relative_to(settings.BASE_DIR)} {content_digest(path.read_bytes())}"
        for path in sorted(paths)
        if path.is_file() and path.parent.name != "__pycache__"
    )
    # The manifest of the collected static files has their names.
    manifest, required = (
        path.read_text() if path.is_file() else ""
        for path in (
            Path(settings.STATIC_ROOT) / "staticfiles.json",
            settings.RESOURCES_DIR / REQUIREMENTS,
        )
    )
    packages = (f"{name} {installed(name)}" for name in REQUIRED.findall(required))
    values = (repr(getattr(settings, name, None)) for name in SHOWN)
    return content_digest("\n".join([*files, manifest, *packages, sys.version, *values]).encode())


def installed(package: str) -> str:
    """Return the installed version of a package, "" if it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:  # Some are for another system.
        return ""


def content_digest(text: bytes) -> str:
    return blake2b(text, digest_size=BYTES).hexdigest()
