"""The edition that a page is made from: the state of the archive, the day and the code."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b
from pathlib import Path

from django.conf import settings
from django.db import connections

from .models import State
from .querysets import READER

# What pages are made of beside the archive: code, templates, styles, and settings that they show.
MADE_OF = ("cables/**/*.py", "cables/pages/*", "reading_room/*.py", "templates/**/*", "static/**/*")
SHOWN = ("SUPPORT_URL", "MOTTO", "STATIC_URL", "CONTENT_SECURITY_POLICY", "X_FRAME_OPTIONS")
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
    """Return the digest of the code and the settings that pages are made with."""
    found = {path for pattern in MADE_OF for path in settings.BASE_DIR.glob(pattern)}
    files = [path for path in [*found, settings.BASE_DIR / "requirements.txt"] if is_source(path)]
    texts = [
        f"{path.relative_to(settings.BASE_DIR)} {digest(path.read_bytes())}"
        for path in sorted(files)
    ]
    shown = [repr(getattr(settings, name, None)) for name in SHOWN]
    return digest("\n".join([*texts, *shown]).encode())


def is_source(path: Path) -> bool:
    return path.is_file() and path.suffix != ".pyc"


def digest(text: bytes) -> str:
    return blake2b(text, digest_size=BYTES).hexdigest()
