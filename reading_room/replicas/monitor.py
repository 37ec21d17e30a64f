"""Watch which replicas are usable: they answer and are at most some seconds behind the primary.

Every change of the archive increments a number (cables.models.State), which shows how far each
replica is. While nothing changes, no replica is behind, however long it has been idle.
"""

import logging
import os
import time
from collections import deque
from collections.abc import Callable
from threading import Event, Lock, Thread

import psycopg

PAUSE = 1.0  # Seconds between two queries of one server.
PATIENCE = 3.0  # Seconds that the first connection waits for the servers' first answers.
STATE = "SELECT number FROM cables_state"
APPLICATION_NAME = "reading room: watching"  # Shown in pg_stat_activity.
log = logging.getLogger("reading_room.replicas")


class Server:
    """One server and its last answer. `connect` returns a psycopg connection to it."""

    def __init__(self, host: str, port: int | str, connect: Callable[[], psycopg.Connection]):
        self.host, self.port, self.connect = host, port, connect
        self.number: int | None = None  # The archive's number; None while it does not answer.
        self.asked = 0.0  # When the last answered query was sent, by time.monotonic().
        self.tried = Event()
        self.connection: psycopg.Connection | None = None

    def __str__(self):
        return f"{self.host}:{self.port}"

    def look(self):
        """Query the archive's number. `asked` is the time before the query, not after it."""
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
        """Do not use this server until it answers again. Any thread may call this."""
        if self.number is not None:
            log.warning("PostgreSQL at %s is left out: %s", self, str(error).strip())
        self.number = None


class Fleet:
    """The primary, its replicas, and the seconds that a replica may be behind."""

    def __init__(self, primary: Server, replicas: list[Server], lag: float):
        self.primary, self.replicas = primary, replicas
        self.lag = lag
        # The primary's number is seen up to PAUSE late, and a replica's answer is up to PAUSE old.
        self.grace = lag - 2 * PAUSE
        self.seen: deque[tuple[float, int]] = deque()  # Recent (time, number of the primary).
        self.lock = Lock()

    def start(self):
        """Query every server once a second, each in its own thread, so that none delays another."""
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
        """Record the primary's number at this time; `least` removes old ones."""
        with self.lock:
            self.seen.append((now, number))

    def least(self, now: float) -> int:
        """Return the number that a replica must have reached by now.

        If the primary does not answer, this stays as it is: nothing changes while it is down.
        """
        with self.lock:
            while len(self.seen) > 1 and self.seen[1][0] <= now - self.grace:
                self.seen.popleft()
            return self.seen[0][1] if self.seen else 0

    def is_well(self, server: Server) -> bool:
        """Tell whether a replica answers and is recent enough to read from."""
        number = server.number  # Another thread may set it to None.
        return number is not None and self.hears(server) and number >= self.least(time.monotonic())

    def hears(self, server: Server) -> bool:
        """Tell whether a server has answered within the last `lag` seconds."""
        return server.number is not None and time.monotonic() - server.asked <= self.lag

    def well(self) -> list[Server]:
        return [server for server in self.replicas if self.is_well(server)]


FLEETS: dict[str, Fleet] = {}  # {database alias: its servers}, in each process.
ONE_AT_A_TIME = Lock()


def fleet_of(alias: str, described: dict) -> Fleet:
    """Return the servers of a database alias; the first call in a process starts watching them."""
    with ONE_AT_A_TIME:
        if alias not in FLEETS:
            servers = [server_at(place, described) for place in described["REPLICAS"]]
            fleet = Fleet(server_at(described["PRIMARY"], described), servers, described["LAG"])
            fleet.start()
            FLEETS[alias] = fleet
        return FLEETS[alias]


def server_at(place: dict, described: dict) -> Server:
    """Return the server at a {"HOST", "PORT"}, with the other parameters of a database entry."""
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD"}
    parameters = {name: described[key] for name, key in names.items() if described.get(key)}
    parameters |= described["OPTIONS"] | target(place) | {"application_name": APPLICATION_NAME}

    def connect():
        return psycopg.connect(**parameters, autocommit=True)

    return Server(place["HOST"], place["PORT"], connect)


def target(place: dict) -> dict:
    """Return libpq's parameters for a host; of several hosts, the one that accepts writes."""
    parameters = {"host": place["HOST"], "port": place["PORT"] or None}
    several = "," in place["HOST"]
    return parameters | ({"target_session_attrs": "read-write"} if several else {})


def forget():
    """Reset this module after a fork, because the child has no copy of the watching threads."""
    global ONE_AT_A_TIME
    ONE_AT_A_TIME = Lock()
    FLEETS.clear()


os.register_at_fork(after_in_child=forget)
