"""A room that reads from two replicas: one is killed, one falls behind, the primary fails over."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest import TestCase
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from reading_room.embedded_postgres import OWNER, READER
from reading_room.open_room import gunicorn
from reading_room.replicas.monitor import APPLICATION_NAME
from reading_room.replicas.server import FOREIGN
from tests.benchmarks.web import HOST, crowd, free_port, serving
from tests.paths import PROJECT
from tests.slow import slow
from tests.waiting import wait_until

from .servers import Servers, address_of, execute, kill

READERS, SECONDS = 6, 6
LAG = 3
CABLE = "06LISBON900412"
ADDRESSES = ("/", "/search/?q=harbor", "/tag/EFIS/", f"/cable/{CABLE}/", "/origin/")
READING = f"""
SELECT count(*) FROM pg_stat_activity
WHERE usename = 'reader' AND backend_type = 'client backend'
    AND application_name <> '{APPLICATION_NAME}'
"""
SIGN_IN = """
from django.contrib.sessions.backends.db import SessionStore
session = SessionStore()
session.create()
print(session.session_key)
"""
WITHHOLD = f"""
from cables.models import Cable, withhold_all
withhold_all(Cable.objects.filter(reference="{CABLE}"), "It names a witness.")
"""


@slow("no replicas started")
class StreamingTests(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.servers = Servers(cls)
        cls.servers.start()
        index = cls.enterClassContext(tempfile.TemporaryDirectory())
        settings = {"REPLICA_LAG": str(LAG), "SEARCH_INDEX_DIR": index}
        cls.environment = cls.servers.environment | settings
        for command in (["migrate"], ["grant_reader"], ["collectstatic", "--no-input"]):
            cls.manage(*command)
        cls.manage("load_cables", "cables/specimens/cables")
        cls.manage("update_index")

    @classmethod
    def manage(cls, *command):
        """Run a command of the project on the primary, and return what it prints."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            **{"cwd": PROJECT, "env": os.environ | cls.environment},
            **{"capture_output": True, "text": True},
        )
        if done.returncode:
            raise AssertionError(f"{command}: {done.stdout}{done.stderr}")
        return done.stdout

    def setUp(self):
        self.port = free_port()
        self.enterContext(serving(gunicorn(self.port), self.port, **self.environment))
        self.assertEqual({*self.statuses(2)}, {200})

    def statuses(self, seconds):
        """Return {status: how often} of a crowd that reads for some seconds."""
        visits = crowd(self.port, seconds, [ADDRESSES] * READERS)
        return Counter(visit.status for visit in visits)

    def reading(self):
        """Return how many connections of readers each replica has, and the primary."""
        servers = [*self.servers.replicas, self.servers.primary]
        return [execute(each, READING)[0] if each.running() else 0 for each in servers]

    def page(self, session=""):
        """Return the page of the cable as a reader gets it, or a curator."""
        cookie = {"Cookie": f"sessionid={session}"} if session else {}
        try:
            with urlopen(
                Request(f"http://{HOST}:{self.port}/cable/{CABLE}/", headers=cookie)
            ) as it:
                return it.read().decode()
        except HTTPError as error:
            return error.read().decode()

    def kill_under_load(self, server):
        """Kill a server while a crowd reads; return how its readers were answered."""
        with ThreadPoolExecutor(1) as pool:
            answers = pool.submit(self.statuses, SECONDS)
            time.sleep(SECONDS / 3)
            kill(server)
            return answers.result()

    def test_no_request_fails_when_a_replica_is_killed(self):
        one, two = self.servers.replicas
        wait_until(
            lambda: self.statuses(1) and all(self.reading()[:2])
        )  # On a busy machine, later.
        answers = self.kill_under_load(one)
        self.assertEqual({*answers}, {200}, answers)
        self.assertEqual([count > 0 for count in self.reading()], [False, True, False])

        one.start()
        time.sleep(LAG)  # It is looked at every second.
        answers = self.kill_under_load(two)
        self.assertEqual({*answers}, {200}, answers)
        self.assertEqual([count > 0 for count in self.reading()], [True, False, False])

        answers = self.kill_under_load(one)
        self.assertEqual({*answers}, {200}, answers)
        self.assertEqual([count > 0 for count in self.reading()], [False, False, True])
        one.start()
        two.start()

    def test_what_is_withheld_is_shown_no_longer_than_a_replica_may_lag(self):
        curator = self.manage("shell", "--no-imports", "-c", SIGN_IN).strip()
        exists = f"SELECT count(*) FROM django_session WHERE session_key = '{curator}'"
        for replica in self.servers.replicas:
            wait_until(lambda of=replica: execute(of, exists) == [1])
            execute(replica, "SELECT pg_wal_replay_pause()")
        self.assertNotIn("It names a witness.", self.page())
        begun = time.monotonic()
        self.manage("shell", "--no-imports", "-c", WITHHOLD)
        since = time.monotonic()
        self.assertIn("It names a witness.", self.page(curator))
        page = self.page("made-up")
        if time.monotonic() - begun < LAG:  # A busy machine may take longer.
            self.assertNotIn("It names a witness.", page)
        while time.monotonic() - since < LAG:
            time.sleep(0.1)
        for _ in range(20):
            self.assertIn("It names a witness.", self.page())

        execute(self.servers.replicas[1], "SELECT pg_wal_replay_resume()")
        wait_until(lambda: self.page() and self.reading()[1] > 0)
        self.assertIn("It names a witness.", self.page())


REASON = "It names a witness."
FAILOVER_WITHHOLD = f"""
from cables.models import Cable, withhold_all
withhold_all(Cable.objects.filter(reference="{CABLE}"), "{REASON}")
"""
CHANGE = """
from cables.models import State
for _ in range(9):
    State.advance()
"""

QUEUE = """
from cables.operations.tasks import release_due
release_due.defer(timestamp=1)
"""
QUEUED = "SELECT count(*) FROM procrastinate_jobs WHERE args->>'timestamp' = '1'"


@slow("no servers started")
class FailoverTests(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.servers = Servers(cls)
        cls.servers.start()
        cls.first, (cls.second, cls.third) = cls.servers.primary, cls.servers.replicas
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.environment = {
            "DATABASE_URL": address_of(OWNER, cls.first, cls.second),
            "READER_DATABASE_URL": address_of(READER, cls.first, cls.second, cls.third),
            **{"REPLICA_LAG": str(LAG), "SEARCH_INDEX_DIR": str(cls.folder / "index")},
        }
        for command in (["migrate"], ["grant_reader"], ["collectstatic", "--no-input"]):
            cls.manage(*command)
        cls.manage("load_cables", "cables/specimens/cables")
        cls.manage("update_index")

    @classmethod
    def manage(cls, *command, **environment):
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            **{"cwd": PROJECT, "env": os.environ | cls.environment | environment},
            **{"capture_output": True, "text": True},
        )
        if done.returncode:
            raise AssertionError(f"{command}: {done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def shell(self, code, **environment):
        return self.manage("shell", "--no-imports", "-c", code, **environment)

    def ask(self, port, path=f"/cable/{CABLE}/"):
        try:
            with urlopen(f"http://{HOST}:{port}{path}") as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    def web(self):
        port = free_port()
        log = self.folder / f"{port}.log"
        self.enterContext(serving(gunicorn(port), port, log=log, **self.environment))
        return port

    def withheld(self, port):
        """Return how often the cable is shown as withheld, of 12 requests."""
        return [REASON in self.ask(port)[1] for _ in range(12)].count(True)

    def test_what_was_withheld_stays_so_when_the_earlier_primary_comes_back(self):
        port = self.web()
        self.assertEqual(self.withheld(port), 0)
        kill(self.first)
        execute(self.second, "SELECT pg_promote()")
        follow = f"host=''{self.second.sockets}'' user={OWNER}"
        execute(self.third, f"ALTER SYSTEM SET primary_conninfo = '{follow}'")
        execute(self.third, "SELECT pg_reload_conf()")
        self.shell(FAILOVER_WITHHOLD)  # It finds the new primary.
        self.first.start()
        self.shell(CHANGE, DATABASE_URL=self.first.url(), READER_DATABASE_URL=self.first.url())
        time.sleep(LAG)
        self.assertEqual(self.withheld(port), 12)
        self.assertIn("left out", self.ask(port, "/readyz")[1])
        logged = (self.folder / f"{port}.log").read_text().count(FOREIGN)
        self.assertIn(logged, range(1, 4), "Once in each process.")
        another = self.web()  # A process that knew nothing before.
        self.assertEqual(self.withheld(another), 12)
        self.shell(QUEUE)
        self.assertEqual(execute(self.second, QUEUED), [1])
        self.manage("work", "--once")
        self.assertEqual(execute(self.second, QUEUED), [0])
        kill(self.second)  # The third has made no checkpoint since it follows it.
        self.assertEqual(self.withheld(self.web()), 12, "A process that never saw the second.")
        self.second.start()

        self.first.stop()
        shutil.rmtree(self.first.folder)
        self.servers.copy(self.first, self.second)
        self.first.start()
        wait_until(lambda: self.ask(port, "/readyz") == (200, "ready\n"))
        self.assertEqual(self.withheld(port), 12)
