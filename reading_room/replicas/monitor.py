"""Watch which servers are usable: the primary, and replicas that have nothing but what it had.

Every change of the archive makes a state, a number and a time (cables.models.State), and the table
of past states keeps them. A replica is used if the primary has had the state that it shows, and if
that is at most some seconds behind. While nothing changes, no replica is behind, however long it
has been idle.
"""

import os
import time
from collections import deque
from threading import Lock, Thread

import psycopg

from .server import ADVICE, EARLIER, SEVERAL, ArchiveState, Server, log

PAUSE = 1.0  # Seconds between two queries of one server.
PATIENCE = 3.0  # Seconds that the first connection waits for the servers' first answers.
APPLICATION_NAME = "reading room: watching"  # Shown in pg_stat_activity.


class Fleet:
    """The servers that may be the primary, the replicas, and the seconds that one may be behind."""

    def __init__(self, candidates: list[Server], replicas: list[Server], lag: float):
        self.candidates, self.replicas = candidates, replicas
        self.servers = [*candidates, *replicas]
        self.lag = lag
        # The primary's number is seen up to PAUSE late, and a replica's answer is up to PAUSE old.
        self.grace = lag - 2 * PAUSE
        self.seen: deque[tuple[float, ArchiveState]] = deque()  # Recent states of the primary.
        self.newest: dict[int, int] = {}  # {system identifier: the latest timeline seen}
        self.judged_by: psycopg.Connection | None = None  # To the primary that `seen` is of.
        self.problem = ""
        self.lock = Lock()

    def start(self):
        """Query every server once a second, each in its own thread, so that none delays another."""
        for server in self.servers:
            Thread(target=self._watch, args=[server], daemon=True).start()
        deadline = time.monotonic() + PATIENCE
        for server in self.servers:
            server.judged.wait(max(deadline - time.monotonic(), 0))

    def _watch(self, server: Server):
        """The first look only sees: an earlier primary must not judge before the later is seen."""
        server.look(set())
        for each in self.servers:
            each.tried.wait(PATIENCE)
        while True:
            self.look(server)
            server.judged.set()
            time.sleep(PAUSE)

    def look(self, server: Server):
        """Query a server, and judge the replicas by what the primary has had."""
        asked = {
            replica: (replica.doubted or state, replica.connection)
            for replica in self.replicas
            if (state := replica.state)
        }
        states = {state for state, _ in asked.values()} | {state for _, state in [*self.seen][-1:]}
        server.look(states)
        with self.lock:
            self.compare_timelines()
            primary = self.primary
            if server is primary:
                self.note(time.monotonic(), server)
                for replica, (state, connection) in asked.items():
                    if replica.connection is connection:
                        replica.judge(state, state in server.past)
            elif primary is None:
                self.judge_without_primary()

    def note(self, now: float, primary: Server):
        """Record the primary's state at this time; `least` removes old ones.

        Another connection can be to another primary: then nothing is trusted before it is judged.
        """
        if self.judged_by is not primary.connection:
            self.judged_by = primary.connection
            self.seen.clear()
            for replica in self.replicas:
                replica.is_trusted, replica.doubted = False, None
        if primary.state:
            self.seen.append((now, primary.state))

    def judge_without_primary(self):
        """Trust standbys that have the last known state of the primary, whose last changes one may
        have alone: what the first of them has reached is then what all must reach.

        If it has not answered this process yet, the standbys must agree: the one with the highest
        number has had the states of all others.
        """
        standbys = [each for each in self.replicas if each.state and each.is_standby]
        if self.seen:
            last = self.seen[-1][1]
            for each in standbys:
                each.is_trusted |= last in each.past
            trusted = [each for each in standbys if each.is_trusted and last in each.past]
            first = max(trusted, key=lambda each: each.number, default=None)
            if first and first.state and first.number > last.number:
                self.seen.append((time.monotonic(), first.state))
        elif standbys:
            first = max(standbys, key=lambda each: each.number)
            agree = all(each.state in first.past for each in standbys)
            for each in self.replicas:
                each.is_trusted = agree and each in standbys

    def compare_timelines(self):
        """Find out which servers were the primary earlier, and log what a person must mend."""
        for each in self.servers:
            if each.state and (each.is_standby or each in self.candidates):
                system, timeline = each.history
                self.newest[system] = max(timeline, self.newest.get(system, 0))
        primaries = self.primaries()
        for each in self.candidates:
            if self.hears(each):
                each.say("" if each.is_standby or each in primaries else EARLIER)
        several = SEVERAL.format(", ".join(map(str, primaries))) if len(primaries) > 1 else ""
        if several and several != self.problem:
            log.error("%s. %s", several, ADVICE)
        self.problem = several

    def primaries(self) -> list[Server]:
        """Return the servers that accept writes and were promoted last: one, if all is well."""
        return [
            each
            for each in self.candidates
            if self.hears(each) and not each.is_standby and not self.is_earlier(each)
        ]

    def is_earlier(self, server: Server) -> bool:
        """Tell whether a server accepts writes, though another was promoted after it."""
        system, timeline = server.history
        return not server.is_standby and timeline < self.newest.get(system, 0)

    @property
    def primary(self) -> Server | None:
        """The primary; None while it does not answer, and while several claim to be it."""
        primaries = self.primaries()
        return primaries[0] if len(primaries) == 1 else None

    def least(self, now: float) -> int:
        """Return the number that a replica must have reached by now.

        While the primary does not answer, the replicas tell what it had last. If it has not
        answered yet, it is the highest number of all but an earlier primary.
        """
        with self.lock:
            while len(self.seen) > 1 and self.seen[1][0] <= now - self.grace:
                self.seen.popleft()
            if self.seen:
                return self.seen[0][1].number
        return max((each.number for each in self.replicas if not self.is_earlier(each)), default=0)

    def is_well(self, server: Server) -> bool:
        """Tell whether a replica answers, is of the primary's history, and recent enough."""
        is_trusted = server.is_trusted and not self.problem and self.hears(server)
        return is_trusted and server.number >= self.least(time.monotonic())

    def hears(self, server: Server) -> bool:
        """Tell whether a server has answered within the last `lag` seconds."""
        return server.state is not None and time.monotonic() - server.asked <= self.lag

    def fitness(self) -> dict[Server, bool]:
        """Return whether each server can do its part now, for those who watch the room."""
        fit = {each: self.hears(each) and not each.problem for each in self.candidates}
        return {each: not self.problem and is_fit for each, is_fit in fit.items()} | {
            each: self.is_well(each) for each in self.replicas
        }

    def well(self) -> list[Server]:
        return [server for server in self.replicas if self.is_well(server)]


FLEETS: dict[str, Fleet] = {}  # {database alias: its servers}, in each process.
ONE_AT_A_TIME = Lock()


def fleet_of(alias: str, described: dict) -> Fleet:
    """Return the servers of a database alias; the first call in a process starts watching them."""
    with ONE_AT_A_TIME:
        if alias not in FLEETS:
            candidates, replicas = (
                [server_at(place, described) for place in described[name]]
                for name in ("PRIMARIES", "REPLICAS")
            )
            fleet = Fleet(candidates, replicas, described["LAG"])
            fleet.start()
            FLEETS[alias] = fleet
        return FLEETS[alias]


def server_at(place: dict, described: dict) -> Server:
    """Return the server at a {"HOST", "PORT"}, with the other parameters of a database entry."""
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD"}
    parameters = {name: described[key] for name, key in names.items() if described.get(key)}
    parameters |= described["OPTIONS"] | {"host": place["HOST"], "port": place["PORT"] or None}
    parameters |= {"application_name": APPLICATION_NAME, "autocommit": True}
    parameters |= {"prepare_threshold": None}  # A pooler may change the server's session.

    def connect():
        return psycopg.connect(**parameters)

    return Server(place["HOST"], place["PORT"], connect)


def forget():
    """Reset this module after a fork, because the child has no copy of the watching threads."""
    global ONE_AT_A_TIME
    ONE_AT_A_TIME = Lock()
    FLEETS.clear()


os.register_at_fork(after_in_child=forget)
