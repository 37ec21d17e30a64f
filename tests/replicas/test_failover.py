"""A failover, and the earlier primary that comes back with changes of its own."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from unittest import TestCase
from urllib.error import HTTPError
from urllib.request import urlopen

from cables.management.commands.serve import gunicorn
from reading_room.embedded_postgres import OWNER, READER
from reading_room.replicas.server import FOREIGN
from tests.benchmarks.web import HOST, free_port, serving
from tests.paths import PROJECT
from tests.slow import slow
from tests.waiting import wait_until

from .servers import Servers, address_of, execute, kill

LAG = 3
CABLE = "06LISBON900412"
REASON = "It names a witness."
WITHHOLD = f"""
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
        self.shell(WITHHOLD)  # It finds the new primary.
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

        self.first.stop()
        shutil.rmtree(self.first.folder)
        self.servers.copy(self.first, self.second)
        self.first.start()
        wait_until(lambda: self.ask(port, "/readyz") == (200, "ready\n"))
        self.assertEqual(self.withheld(port), 12)
