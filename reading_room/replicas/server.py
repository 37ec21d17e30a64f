"""One PostgreSQL server as a process sees it: what its archive shows, and whether it is trusted."""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from threading import Event
from typing import NamedTuple

import psycopg

STATE = "SELECT number, moved FROM cables_state"
PAST = "SELECT number, moved FROM cables_paststate WHERE number = ANY(%s)"
# Each promotion of a standby begins a new timeline. A standby tells that of its last checkpoint; it
# may follow a later one since, on which the state that it shows was made.
STANDBY = "SELECT pg_is_in_recovery()"
HISTORY = """
SELECT system_identifier, CASE
    WHEN pg_is_in_recovery() THEN greatest(
        (SELECT timeline_id FROM pg_control_checkpoint()),
        (SELECT timeline FROM cables_state WHERE system = system_identifier)
    )
    ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int
END FROM pg_control_system()
"""
NOT_TOLD = (psycopg.NotSupportedError, psycopg.ProgrammingError)
UNKNOWN = (0, 0)  # The system and timeline of a managed service that does not tell them.
FOREIGN = "it has changes that the primary never had"
EARLIER = "it accepts writes, though another server was made the primary after it. Stop it"
SEVERAL = "Several PostgreSQL servers accept writes: {}. Nothing is read until one is left"
ADVICE = "docs/deployment.md says how, under Failover."
log = logging.getLogger("reading_room.replicas")


class ArchiveState(NamedTuple):
    """A state of the archive: two histories may have the same number, but never the same time."""

    number: int
    moved: datetime | None = None  # None for an empty archive.


NO_CHANGES = ArchiveState(0)


class Server:
    """One server and its last answer. `connect` returns a psycopg connection to it."""

    def __init__(self, host: str, port: int | str, connect: Callable[[], psycopg.Connection]):
        self.host, self.port, self.connect = host, port, connect
        self.state: ArchiveState | None = None  # The archive's; None while it does not answer.
        self.past: set[ArchiveState] = set()  # Those of the states it was asked for that it had.
        self.history = UNKNOWN  # System identifier and timeline.
        self.is_standby = True
        self.is_trusted = False  # Whether the primary has had the state.
        self.doubted: ArchiveState | None = None  # A state that the primary did not know once.
        self.problem = ""  # Why it is left out though it answers.
        self.asked = 0.0  # When the last answered query was sent, by time.monotonic().
        self.tried, self.judged = Event(), Event()
        self.connection: psycopg.Connection | None = None

    def __str__(self):
        return f"{self.host}:{self.port}"

    @property
    def number(self) -> int:
        """The number of its state, -1 while it does not answer."""
        state = self.state  # Another thread may set it to None.
        return state.number if state else -1

    @property
    def place(self) -> dict:
        """The parameters of libpq that name it."""
        return {"host": self.host, "port": self.port or None}

    def look(self, states: set[ArchiveState]):
        """Query the state, and which of others it has had; once more if the connection broke."""
        state = self.state
        for _ in range(2 if self.connection else 1):
            try:
                self.query(states)
                break
            except Exception as error:  # Of any kind: the thread that watches must go on.
                failed = error
                self.close()
        else:
            self.state = state
            self.lose(failed)
        self.tried.set()

    def query(self, asked_for: set[ArchiveState]):
        """Read the answers. `asked` is the time before the query, not after it."""
        asked = time.monotonic()
        if self.connection is None:  # It may be another server now.
            self.state, self.is_trusted, self.doubted = None, False, None
            self.connection = self.connect()
        is_standby = self.rows(STANDBY)[0][0]
        states = self.rows(STATE) or [NO_CHANGES]  # None in an archive that is not migrated yet.
        past = self.rows(PAST, [[number for number, _ in asked_for]])
        self.history = (self.rows(HISTORY, missing=NOT_TOLD) or [UNKNOWN])[0]
        self.past = {NO_CHANGES, *(ArchiveState(*row) for row in [*states, *past])}
        self.state, self.is_standby, self.asked = ArchiveState(*states[0]), is_standby, asked

    def rows(self, statement: str, parameters=None, missing=psycopg.errors.UndefinedTable) -> list:
        """Return the rows of a query, none where an error says that something is missing."""
        assert self.connection is not None  # noqa: S101 (For the type checker.)
        try:
            return self.connection.execute(statement, parameters).fetchall()
        except missing:
            return []

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def lose(self, error: Exception):
        """Do not use this server until it answers again. Any thread may call this."""
        if self.state is not None:
            log.warning("PostgreSQL at %s is left out: %s", self, str(error).strip())
        self.state, self.is_trusted, self.doubted = None, False, None

    def judge(self, state: ArchiveState, is_past: bool):
        """Note whether the primary has had a state of this server.

        One that is replicated synchronously can be here first, so a state is asked for twice.
        """
        if is_past or self.doubted == state:
            self.is_trusted, self.doubted = is_past, None
            self.say("" if is_past else FOREIGN)
        else:
            self.doubted = state

    def say(self, problem: str):
        """Log once what is wrong, and that it no longer is."""
        if problem and problem != self.problem:
            log.error("PostgreSQL at %s is left out: %s. %s", self, problem, ADVICE)
        elif self.problem and not problem:
            log.warning("PostgreSQL at %s is used again.", self)
        self.problem = problem
