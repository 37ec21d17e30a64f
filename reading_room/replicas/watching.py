"""Which replicas are well: they answer, and show what the primary showed some seconds ago.

The number that every change of the archive moves (cables.models.State) says how far each is. Where
nothing was changed nothing is behind, however long the replica has had nothing to do.
"""

import logging
import os
import time
from collections import deque
from collections.abc import Callable
from threading import Event, Lock, Thread

import psycopg

PAUSE = 1.0  # Seconds between two questions to one server.
PATIENCE = 3.0  # Seconds that the first connection waits for the first answers.
STATE = "SELECT number FROM cables_state"
WATCHING = "reading room: watching"  # How PostgreSQL lists the connections that ask it.
log = logging.getLogger("reading_room.replicas")


class Server:
    """One server and what it said last. `connect` returns a psycopg connection to it."""

    def __init__(self, host: str, port: int | str, connect: Callable[[], psycopg.Connection]):
        self.host, self.port, self.connect = host, port, connect
        self.number: int | None = None  # None while it does not answer.
        self.asked = 0.0  # When, of the last answer.
        self.tried = Event()
        self.connection: psycopg.Connection | None = None

    def __str__(self):
        return f"{self.host}:{self.port}"

    def look(self):
        """Ask for its state. What it says was so when it was asked, or later."""
        asked = time.monotonic()
        try:
            self.connection = self.connection or self.connect()
            row = self.connection.execute(STATE).fetchone()
            self.asked, self.number = asked, row[0] if row else 0
        except psycopg.Error as error:
            self.lose(error)
            if self.connection:
                self.connection.close()
                self.connection = None
        self.tried.set()

    def lose(self, error: Exception):
        """Leave it out until it answers again. Any thread may say so."""
        if self.number is not None:
            log.warning("PostgreSQL at %s is left out: %s", self, str(error).strip())
        self.number = None


class Fleet:
    """The primary, its replicas, and how many seconds these may be behind."""

    def __init__(self, primary: Server, replicas: list[Server], lag: float):
        self.primary, self.replicas = primary, replicas
        self.lag = lag
        # A change is seen here up to a pause late, and a replica's answer is up to a pause old.
        self.grace = lag - 2 * PAUSE
        self.seen: deque[tuple[float, int]] = deque()  # (when, the primary's number), of late.
        self.lock = Lock()

    def start(self):
        """Ask every server every second, from a thread each: none waits for another."""
        for server in [self.primary, *self.replicas]:
            Thread(target=self._watch, args=[server], daemon=True).start()
        deadline = time.monotonic() + PATIENCE
        for server in [self.primary, *self.replicas]:
            server.tried.wait(max(deadline - time.monotonic(), 0))

    def _watch(self, server: Server):
        while True:
            server.look()
            if server is self.primary and server.number is not None:
                self.note(time.monotonic(), server.number)
            time.sleep(PAUSE)

    def note(self, now: float, number: int):
        """Remember what the primary showed, as long as it matters."""
        with self.lock:
            self.seen.append((now, number))

    def least(self, now: float) -> int:
        """Return the number that a replica has to show by now.

        A primary that does not answer may be down: then nothing changes, and readers go on.
        """
        with self.lock:
            while len(self.seen) > 1 and self.seen[1][0] <= now - self.grace:
                self.seen.popleft()
            return self.seen[0][1] if self.seen else 0

    def is_well(self, server: Server) -> bool:
        """Tell whether readers may read from a replica."""
        return self.hears(server) and server.number >= self.least(time.monotonic())

    def hears(self, server: Server) -> bool:
        """Tell whether a server has answered of late."""
        return server.number is not None and time.monotonic() - server.asked <= self.lag

    def well(self) -> list[Server]:
        return [server for server in self.replicas if self.is_well(server)]


FLEETS: dict[str, Fleet] = {}  # {alias: its servers}, in each process.
ONE_AT_A_TIME = Lock()


def fleet_of(alias: str, described: dict) -> Fleet:
    """Return the servers of an alias; the first call in a process starts to watch them."""
    with ONE_AT_A_TIME:
        if alias not in FLEETS:
            servers = [server_at(place, described) for place in described["REPLICAS"]]
            fleet = Fleet(server_at(described["PRIMARY"], described), servers, described["LAG"])
            fleet.start()
            FLEETS[alias] = fleet
        return FLEETS[alias]


def server_at(place: dict, described: dict) -> Server:
    """Return one of the servers that a description of a database names."""
    known = {"dbname": "NAME", "user": "USER", "password": "PASSWORD"}
    given = {name: described[key] for name, key in known.items() if described.get(key)}
    given |= described["OPTIONS"] | target(place) | {"application_name": WATCHING}

    def connect():
        return psycopg.connect(**given, autocommit=True)

    return Server(place["HOST"], place["PORT"], connect)


def target(place: dict) -> dict:
    """Return what libpq needs to find a server; of several named as one, that which is written."""
    found = {"host": place["HOST"], "port": place["PORT"] or None}
    several = "," in place["HOST"]
    return found | ({"target_session_attrs": "read-write"} if several else {})


def forget():
    """After a fork the threads are the parent's, and so are their locks."""
    global ONE_AT_A_TIME
    ONE_AT_A_TIME = Lock()
    FLEETS.clear()


os.register_at_fork(after_in_child=forget)
