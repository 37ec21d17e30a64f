"""Follow the archive in a thread of the worker: bring the index up to date after each change."""

import logging
from contextlib import suppress
from threading import Event, Thread

from django.db import DatabaseError, close_old_connections, connections

from ..http_cache.edition import index_version
from . import indexer
from .folder import IndexBusy
from .state import IndexState, state_of_archive

PAUSE = 0.5  # Seconds between two looks at the state of the archive.
AFTER_ERROR = 10  # Seconds.
TIDY_EVERY = 7_200  # Looks: an hour.
log = logging.getLogger(__name__)


class IndexFollower(Thread):
    """The thread; `stop` ends it after the pass that it is in."""

    def __init__(self) -> None:
        super().__init__(name="search index", daemon=True)
        self.ended = Event()
        # The state that the index has, and its version: somebody may have deleted or replaced it.
        self.done: tuple[IndexState, str] | None = None
        self.looks = 0

    def run(self) -> None:
        pause: float = 0
        while not self.ended.wait(pause):
            pause = self.look()

    def stop(self) -> None:
        self.ended.set()
        self.join()

    def look(self) -> float:
        """Update the index if the archive changed; return the seconds until the next look."""
        try:
            if self.looks % TIDY_EVERY == 0:
                indexer.forget_old_changes()
            self.looks += 1
            close_old_connections()  # As a request does: the replica may have fallen behind.
            state = state_of_archive()
            if (state, index_version()) != self.done:
                indexer.update()
                self.done = state, index_version()
        except IndexBusy:  # Another worker of this machine does it.
            return AFTER_ERROR
        except (DatabaseError, OSError, ValueError) as error:
            log.warning("The search index is not up to date: %s", error)
            with suppress(DatabaseError):
                connections.close_all()
            return AFTER_ERROR
        return PAUSE
