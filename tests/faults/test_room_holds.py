"""PostgreSQL and the web server are stopped and killed under readers; the room goes on."""

import json
import os
import signal
import time
from unittest import TestCase

import psutil
import psycopg

from tests.faults.room import PATIENCE, TOKEN, Readers, Room


class RoomHoldsTests(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.room = Room()
        cls.addClassCleanup(cls.room.close)
        cls.room.open()

    def test_a_server_that_stops_and_starts(self):
        room, before = self.room, {each.pid for each in self.room.workers()}
        with Readers(room) as readers:
            time.sleep(0.5)
            room.server.stop()
            room.wait_for(503)
            self.assertEqual(room.ask("/healthz")[0], 200)
            time.sleep(1)
            room.server.start()
            room.wait_for(200)
            back = len(readers.answers)
            time.sleep(1)
        self.assertEqual(set(readers.statuses()), {200, 503}, readers.statuses())
        for path, status, headers, text in readers.answers:
            if status == 503:
                self.assertEqual(headers["Retry-After"], "10")
                if ".json" in path:
                    self.assertEqual(json.loads(text)["status"], 503)
                    self.assertEqual(headers["Content-Type"], "application/problem+json")
                else:
                    self.assertIn("closed for a moment", text)
        late = [status for _, status, _, _ in readers.answers[back + 8 :]]
        self.assertEqual(set(late), {200}, "It recovers by itself, each process.")
        self.assertEqual({each.pid for each in room.workers()}, before)

    def test_a_killed_backend_costs_no_more_than_a_moment(self):
        """PostgreSQL ends all sessions, as one may have spoilt what they share, and starts anew."""
        with Readers(self.room) as readers:
            time.sleep(0.3)
            with psycopg.connect(self.room.server.url()) as session:
                other = session.execute(
                    "SELECT pid FROM pg_stat_activity WHERE usename = 'reader' LIMIT 1"
                ).fetchone()
                os.kill(other[0], signal.SIGKILL)
            time.sleep(1)
            self.room.wait_for(200)
            back = len(readers.answers)
            time.sleep(0.5)
        self.assertLessEqual(set(readers.statuses()), {200, 503}, readers.statuses())
        late = [status for _, status, _, _ in readers.answers[back + 8 :]]
        self.assertEqual(set(late), {200})

    def test_a_killed_web_process_is_replaced(self):
        with Readers(self.room) as readers:
            time.sleep(0.3)
            victim = self.room.workers()[0]
            victim.kill()
            deadline = time.monotonic() + PATIENCE
            while len(self.live_workers() - {victim.pid}) < 2 and time.monotonic() < deadline:
                time.sleep(0.05)
            back = len(readers.answers)
            time.sleep(0.5)
        self.assertEqual(len(self.live_workers()), 2)
        broken = readers.statuses().pop(0, 0)
        self.assertLessEqual(broken, 8, "Only what that process was answering is lost.")
        self.assertEqual({status for _, status, _, _ in readers.answers[back + 8 :]}, {200})

    def live_workers(self):
        workers = self.room.workers()
        return {each.pid for each in workers if each.status() != psutil.STATUS_ZOMBIE}

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
