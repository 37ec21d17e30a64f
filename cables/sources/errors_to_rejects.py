"""Turn errors in a record into a Reject, so that one bad record does not stop the others."""

import logging
from collections.abc import Callable
from typing import TypeVar

from .parsed_cable import Reject


class ReadingEndedError(Exception):
    """Raised by `advance` inside a reader: what it reads is no longer wanted."""


Parsed = TypeVar("Parsed")
log = logging.getLogger("cables")


def attempt(
    read: Callable[[], Parsed], position: int, raw: str | Callable[[], str], reference: str = ""
) -> Parsed | Reject:
    """Return what `read` returns, or a Reject with the reason, the position and the text.

    Readers raise ValueError for bad input. Any other error is a bug: it is logged with its
    traceback, and only this record is rejected.
    """
    try:
        return read()
    except Exception as error:
        text = raw() if callable(raw) else raw
        return Reject(position, reason_of(error), text, reference)


def reason_of(error: Exception) -> str:
    """Return the message for an error; log errors that are bugs of a reader."""
    if isinstance(error, ValueError):
        return str(error)
    if isinstance(error, OSError):
        return f"It cannot be read: {error.strerror or error}"
    log.error("A reader failed", exc_info=error)
    kind = type(error).__name__
    return f"The room's reader failed ({kind}: {error}); the log says more, please report it"
