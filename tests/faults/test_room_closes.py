"""What a room runs is brought back when it is killed, and ended when the room is closed."""

import os
import signal
import subprocess
import sys
from unittest import TestCase

from reading_room.supervisor import RoomRecord
from tests.faults.room import Room
from tests.paths import PROJECT
from tests.slow import slow
from tests.waiting import PATIENCE


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
