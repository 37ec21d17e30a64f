"""One record is read; whatever goes wrong with it is a Reject, and no record takes others along."""

import logging
from collections.abc import Callable

from .parsed_cable import Reject

log = logging.getLogger("cables")


def attempt(read: Callable, position: int, raw: str | Callable[[], str], reference: str = ""):
    """Return what `read` returns, or a Reject with the reason, the position and the text.

    ValueError is a reader's own word on bad input. Any other error is a fault of the program: it
    is logged with its traceback, and costs one record.
    """
    try:
        return read()
    except Exception as error:
        text = raw() if callable(raw) else raw
        return Reject(position, reason_of(error), text, reference)


def reason_of(error: Exception) -> str:
    """Return why something could not be read, in words; log it if that is the program's fault."""
    if isinstance(error, ValueError):
        return str(error)
    if isinstance(error, OSError):
        return f"It cannot be read: {error.strerror or error}"
    log.error("A reader failed", exc_info=error)
    kind = type(error).__name__
    return f"The room's reader failed ({kind}: {error}); the log says more, please report it"
