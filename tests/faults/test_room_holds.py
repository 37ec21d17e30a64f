"""PostgreSQL, the web server and the rest are stopped and killed; the room goes on, or ends."""

import json
import os
import random
import re
import resource
import signal
import subprocess
import sys
from pathlib import Path
from unittest import TestCase

import psycopg

from reading_room.supervisor import RoomRecord
from tests.faults.room import TOKEN, Readers, Room
from tests.paths import PROJECT
from tests.slow import slow
from tests.source_files import csv_file, csv_record
from tests.waiting import PATIENCE, wait_until

RECORDS = 1_000
SESSIONS = "SELECT pid FROM pg_stat_activity WHERE usename = 'reader'"
FILE_LIMIT = 17 << 20  # Bytes: a file of the log is 16 MB, and losing that is another fault.


@slow("no whole room closed, filled, or attacked")
class RoomHoldsTests(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.room = Room()
        cls.addClassCleanup(cls.room.close)
        cls.room.open()

    def test_a_server_that_stops_and_starts(self):
        room, before = self.room, self.workers()
        with Readers(room) as readers:
            readers.get(200)
            room.server.stop()
            room.wait_for(503)
            self.assertEqual(room.ask("/healthz")[0], 200)
            readers.get(503)
            room.server.start()
            room.wait_for(200)
            late = readers.more()
        self.assertEqual(set(readers.statuses()), {200, 503}, readers.statuses())
        for path, status, headers, text in readers.answers:
            if status == 503:
                self.assertEqual(headers["Retry-After"], "10")
                if ".json" in path:
                    self.assertEqual(json.loads(text)["status"], 503)
                    self.assertEqual(headers["Content-Type"], "application/problem+json")
                else:
                    self.assertIn("closed for a moment", text)
        self.assertEqual(set(late), {200}, "It recovers by itself, each process.")
        self.assertEqual(self.workers(), before)

    def test_a_killed_backend_costs_no_more_than_a_moment(self):
        """PostgreSQL ends all sessions, as one may have spoilt what they share, and starts anew."""
        with Readers(self.room) as readers:
            readers.get(200)
            with psycopg.connect(self.room.server.url(), autocommit=True) as session:
                found = wait_until(lambda: session.execute(SESSIONS).fetchall())
                os.kill(found[0][0], signal.SIGKILL)
                with self.assertRaises(psycopg.OperationalError):  # The server has noticed.
                    wait_until(lambda: not session.execute("SELECT 1"))
            self.room.wait_for(200)
            late = readers.more()
        self.assertLessEqual(set(readers.statuses()), {200, 503}, readers.statuses())
        self.assertEqual(set(late), {200})

    def test_a_killed_web_process_is_replaced(self):
        with Readers(self.room) as readers:
            readers.get(200)
            victim = self.room.workers()[0]
            victim.kill()
            wait_until(lambda: len(self.workers() - {victim.pid}) == 2)
            late = readers.more()
        self.assertEqual(len(self.workers()), 2)
        broken = readers.statuses().pop(0, 0)
        self.assertLessEqual(broken, 8, "Only what that process was answering is lost.")
        self.assertEqual(set(late), {200})

    def test_processes_without_requests_close_the_files_of_a_replaced_index(self):
        wait_until(lambda: self.room.ask("/search/?q=lens") and all(self.index_files()))
        # Its lock is free when the worker has written.
        wait_until(lambda: not self.room.manage("update_index", "--rebuild")[1])
        wait_until(lambda: not any("(deleted)" in files for files in self.index_files()))

    def index_files(self):
        """Return the files of a search index that each web process has in memory, as a text."""
        maps = [Path(f"/proc/{process}/maps").read_text() for process in self.workers()]
        return ["\n".join(re.findall(r".*\.(?:term|idx|fast).*", each)) for each in maps]

    def workers(self):
        return {each.pid for each in self.room.workers()}

    def test_when_the_disk_is_full_a_load_ends_between_two_batches(self):
        """The last test: real cables remove the specimens that the others ask for.

        No file of the server may grow past a limit: texts go on until theirs is there. Together
        they are twice as long, as PostgreSQL compresses them and uses freed space again.
        """
        letters = (random.Random(n).randbytes(20_000).hex() for n in range(RECORDS))
        records = [csv_record(f"09ROME{900_000 + n}", text=text) for n, text in enumerate(letters)]
        file = csv_file(Path(self.room.folder.name), *records)
        self.limited(FILE_LIMIT)
        try:
            said, status = self.room.manage("load_cables", file)
        finally:
            self.limited(resource.RLIM_INFINITY)
        self.assertNotEqual(status, 0)
        self.assertIn("File too large", said)
        stored = self.count("cables_cable")
        self.assertTrue(0 < stored < RECORDS, stored)
        self.assertEqual(self.count("cables_tagging"), 3 * stored, "Whole batches.")
        self.assertEqual(self.count("cables_copy"), stored)
        said, status = self.room.manage("load_cables", file)
        self.assertEqual((status, self.count("cables_cable")), (0, RECORDS), said)
        said, status = self.room.manage("check_archive")
        self.assertEqual(status, 0, said)

    def limited(self, size):
        """Start the server anew so that none of its files may be larger."""
        self.room.server.stop()
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard if size < 0 else size, hard))
        try:
            self.room.server.start()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    def count(self, table):
        """Return the rows of a table that are of the cables that this test loads."""
        ours = "SELECT id FROM cables_cable WHERE reference LIKE '09ROME9%'"
        column = "id" if table == "cables_cable" else "cable_id"
        asked = f"SELECT count(*) FROM {table} WHERE {column} IN ({ours})"
        with psycopg.connect(self.room.server.url()) as session:
            return session.execute(asked).fetchone()[0]

    def test_probes_and_counts(self):
        self.assertEqual(self.room.ask("/readyz", Host="10.0.0.7")[2], "ready\n")
        self.assertEqual(self.room.ask("/metrics")[0], 404)
        for _ in range(6):  # By both processes.
            self.room.ask("/cable/06LISBON900412/?q=secret")
        status, _, text = self.room.ask("/metrics", Authorization=f"Bearer {TOKEN}")
        self.assertEqual(status, 200)
        line = next(line for line in text.split("\n") if 'route="cable",status="200"' in line)
        self.assertGreaterEqual(float(line.split()[-1]), 6)
        self.assertNotIn("secret", text)

    @classmethod
    def tearDownClass(cls):
        """What was asked all the while stands in no log."""
        cls.room.server.stop()
        cls.room.wait_for(503)
        lines = cls.room.log.read_text().split("\n")
        told = [line for line in lines if line.startswith("{")]
        for line in told:
            json.loads(line)
        files = cls.room.server.folder.glob("*.log")
        logs = "".join([*lines, *(path.read_text() for path in files)])
        for asked in ("lens", "q=", "fees", "127.0.0.1 "):
            if asked in logs:
                raise AssertionError(f"A log holds {asked!r}.")


@slow("no whole room closed, filled, or attacked")
class RoomClosesTests(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.room = Room()
        cls.addClassCleanup(cls.room.close)

    def setUp(self):
        self.room.open()
        self.addCleanup(self.stop)
        # Pages are answered before the worker has begun.
        self.room.until(lambda: list(self.running()) == ["room", "web server", "worker"])

    def stop(self):
        """Do as `make stop` does, and return what it says."""
        command = [sys.executable, "-m", "reading_room.supervisor", "stop"]
        options = {"cwd": PROJECT, "env": self.room.environment}
        said = subprocess.run(command, **options, capture_output=True, text=True, check=True)
        return said.stdout

    def running(self):
        """Return {name: process} of what runs for the room."""
        noted = RoomRecord(self.room.server.folder).read()[1]
        return {each.name: each for each in noted if each.find()}

    def test_whatever_is_killed_comes_back(self):
        killed = self.room.server.running()
        os.kill(killed, signal.SIGKILL)
        self.room.until(lambda: self.room.server.running() not in (0, killed))
        self.room.wait_for(200)
        server = self.running()["web server"]
        os.kill(server.pid, signal.SIGKILL)
        self.room.until(lambda: self.running().get("web server", server) != server)
        self.room.wait_for(200)
        said = self.room.log.read_text()
        for words in ("PostgreSQL runs again", "web server has ended, by SIGKILL", "runs again"):
            self.assertIn(words, said)

    def test_nothing_outlives_a_room_that_is_killed(self):
        self.room.process.kill()
        self.room.until(lambda: not self.running())
        self.room.until(lambda: self.room.ask("/healthz")[0] == 0)

    def test_stop_closes_all_and_a_second_room_is_refused(self):
        said, status = self.room.manage("serve")
        self.assertEqual(status, 1)
        self.assertIn("The room is open already", said)
        named = [f"the {each.name} (process {each.pid})" for each in self.running().values()]
        named.append(f"PostgreSQL (process {self.room.server.running()})")
        self.assertEqual(self.stop(), f"Closed: {', '.join(named)}.\n")
        self.assertEqual((self.running(), self.room.server.running()), ({}, 0))
        self.assertEqual(self.room.process.wait(PATIENCE), 0)
        self.assertIn("Nothing of ", self.stop())
