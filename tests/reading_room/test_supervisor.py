"""What a room consists of is kept running, given up when that is in vain, and ended with the room.

The programs here are small ones; tests/faults/test_room_holds.py does the same to a real room.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
from unittest import mock

import psutil

from reading_room.supervisor import (
    MOST_ENDS,
    Database,
    Program,
    RoomError,
    RoomRecord,
    Running,
    describe_exit,
    stop,
    supervise,
)
from tests.base import FolderTestCase, Sampled
from tests.paths import PROJECT
from tests.waiting import PATIENCE, wait_until

SLEEPER = [sys.executable, "-c", "import time; time.sleep(300)"]
# A room of one program, which starts another one itself, as a web server does.
PROGRAM = f"import subprocess; subprocess.run({SLEEPER!r})"
ROOM = f"""
import sys
sys.path.insert(0, {str(PROJECT)!r})
from pathlib import Path
from reading_room.supervisor import Parent, Program, RoomRecord, supervise
folder, forks = Path(sys.argv[1]), sys.argv[2] == "forks"
parent, record = Parent(), RoomRecord(folder)
command = [sys.executable, "-P", str(folder / "program.py")]
with record.held("http://127.0.0.1:1/"):
    begun = Program("web server", command).fork(record) if forks else None
    supervise([Program("web server", command, begun=begun)], record, parent.is_there)
"""


def listen():
    """Let signals that end a room do so also where the tests run in the background or by nohup."""
    for each in (signal.SIGINT, signal.SIGHUP):
        signal.signal(each, signal.SIG_DFL)


class Server:
    """An embedded PostgreSQL that does not run, or does not start."""

    def __init__(self, folder, starts=True):
        self.folder, self.starts, self.died = folder, starts, True

    def has_died(self):
        return self.died

    def start(self):
        self.died = False

    def running(self):
        return 0


class SupervisorTestCase(Sampled, FolderTestCase):
    def setUp(self):
        self.record = RoomRecord(self.folder)

    def running(self):
        """Return the processes of the open room as its record has them, the room's own first."""
        return [each for each in self.record.read()[1] if each.find()]


class KeepTests(SupervisorTestCase):
    def setUp(self):
        super().setUp()
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self.addCleanup(signal.signal, each, signal.getsignal(each))

    def supervise(self, *parts, while_=lambda: True):
        with self.record.held("http://127.0.0.1:1/"):
            supervise(parts, self.record, while_)

    def test_a_program_that_keeps_ending_closes_the_room_and_is_named(self):
        for code, how in (("raise SystemExit(3)", "with status 3"), ("0", "with status 0")):
            with self.subTest(code), self.assertLogs("reading_room.supervisor") as logs:
                beside = Program("worker", SLEEPER)
                failing = Program("web server", [sys.executable, "-c", code], pause=0.01)
                with self.assertRaisesRegex(RoomError, f"web server has ended 5 times.*{how}"):
                    self.supervise(beside, failing)
                self.assertEqual(self.running()[1:], [], "Nothing of it is left.")
                ends = [line for line in logs.output if "has ended" in line]
                self.assertEqual(len(ends), MOST_ENDS - 1)

    def test_pauses_become_longer(self):
        with self.assertLogs("reading_room.supervisor") as logs, self.assertRaises(RoomError):
            failing = Program("web server", [sys.executable, "-c", "0"], pause=0.01)
            self.supervise(failing)
        pauses = [line.rpartition(" in ")[2] for line in logs.output if "has ended" in line]
        self.assertEqual(pauses, ["0.01 s.", "0.02 s.", "0.04 s.", "0.08 s."])

    def test_a_worker_is_started_for_as_long_as_the_room_is_open(self):
        """It cannot work while a database elsewhere is away, and readers are told so meanwhile."""
        worker = Program("worker", [sys.executable, "-c", "0"], pause=0.001, is_vital=False)
        with self.assertLogs("reading_room.supervisor"):
            self.supervise(worker, while_=lambda: len(worker.policy.ends) <= MOST_ENDS + 1)

    def test_a_database_that_died_is_started_and_said_to_be(self):
        server = Server(self.folder)
        with self.assertLogs("reading_room.supervisor") as logs:
            self.supervise(Database(server, pause=0.01), while_=server.has_died)
        self.assertIn("PostgreSQL server has ended, though nobody stopped it", logs.output[0])
        self.assertIn("PostgreSQL runs again", logs.output[1])

    def test_a_database_that_keeps_dying_closes_the_room(self):
        server = Server(self.folder)
        with (
            mock.patch.object(server, "start"),
            self.assertLogs("reading_room.supervisor"),
            self.assertRaisesRegex(RoomError, "PostgreSQL server has ended 5 times"),
        ):
            self.supervise(Database(server, pause=0.001))


class RoomTests(SupervisorTestCase):
    """A room in a process of its own, which is started and ended as people and systems do."""

    way = "starts"

    def setUp(self):
        super().setUp()
        self.log = self.folder / "log"
        (self.folder / "program.py").write_text(PROGRAM)
        self.script = self.folder / "room.py"
        self.script.write_text(ROOM)

    def open(self, *command):
        with self.log.open("w") as log:
            process = subprocess.Popen(
                command or [sys.executable, str(self.script), str(self.folder), self.way],
                stderr=log,
                start_new_session=True,
                preexec_fn=listen,
            )
        self.addCleanup(process.wait)
        self.addCleanup(stop, Server(self.folder))
        self.addCleanup(process.kill)
        room, program = wait_until(lambda: len(found := self.running()) == 2 and found)
        (inner,) = wait_until(lambda: psutil.Process(program.pid).children())
        self.addCleanup(self.end, inner)
        return process, room, program, inner

    @staticmethod
    def end(process):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()

    def assertAllEnd(self, *processes):
        wait_until(lambda: not any(each.is_running() for each in processes))

    def test_whatever_ends_the_room_ends_its_programs(self):
        for sent in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL):
            with self.subTest(sent.name):
                process, room, program, _ = self.open()
                os.kill(room.pid, sent)
                status = process.wait(PATIENCE)
                self.assertEqual(status, -sent if sent == signal.SIGKILL else 0)
                wait_until(lambda running=program: not running.find())

    def test_whatever_ends_the_program_that_started_it_ends_the_room(self):
        makefile = self.folder / "Makefile"
        makefile.write_text(
            f"run:\n\t@exec {sys.executable} {self.script} {self.folder} {self.way}\n"
        )
        for sent in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL):
            with self.subTest(sent.name):
                process, room, program, _ = self.open("make", "-f", str(makefile))
                self.assertNotEqual(process.pid, room.pid)
                os.kill(process.pid, sent)
                wait_until(lambda room=room, program=program: not (room.find() or program.find()))

    def test_a_killed_program_is_replaced_and_what_it_started_ends(self):
        process, room, program, inner = self.open()
        os.kill(program.pid, signal.SIGKILL)
        self.assertAllEnd(inner)
        (again,) = wait_until(
            lambda: [each for each in self.running()[1:] if each.pid != program.pid]
        )
        os.kill(room.pid, signal.SIGTERM)
        process.wait(PATIENCE)
        said = self.log.read_text()
        self.assertIn("The web server has ended, by SIGKILL.", said)
        self.assertIn(f"The web server runs again, as process {again.pid}.", said)

    def test_stop_ends_all_and_says_what(self):
        process, room, program, _ = self.open()
        self.assertEqual(
            stop(Server(self.folder)),
            [f"the room (process {room.pid})", f"the web server (process {program.pid})"],
        )
        self.assertIsNone(program.find())
        self.assertEqual(process.wait(PATIENCE), 0)
        self.assertEqual(stop(Server(self.folder)), [])

    def test_a_second_room_is_told_of_the_first(self):
        _, room, _, _ = self.open()
        with (
            self.assertRaisesRegex(RoomError, f"open already as process {room.pid}, at http://"),
            self.record.held("http://127.0.0.1:2/"),
        ):
            self.fail("Two rooms are open.")
        self.assertEqual(self.record.read()[0], "http://127.0.0.1:1/")


class ForkedTests(RoomTests):
    """The same room, whose program is forked from the process that opens it."""

    way = "forks"

    def test_a_fork_runs_the_command_where_it_belongs_and_leaves_the_record_alone(self):
        (self.folder / "program.py").write_text(
            "import os, sys; print(*sys.argv[1:], os.getcwd(), os.getsid(0) == os.getpid(),"
            " sys.stdin.read() == '', flush=True); sys.exit(3)"
        )
        self.script.write_text(
            f"import sys; sys.path.insert(0, {str(PROJECT)!r})\n"
            "from pathlib import Path; import os, psutil\n"
            "from reading_room.supervisor import Program, RoomRecord, exit_status\n"
            "folder = Path(sys.argv[1]); record = RoomRecord(folder)\n"
            "command = [sys.executable, str(folder / 'program.py'), 'word']\n"
            "with record.held('http://x/'):\n"
            "    print(os.waitpid(Program('', command, folder).fork(record), 0)[1] >> 8)\n"
            "    print(record.read()[0])\n"
        )
        said = subprocess.check_output([sys.executable, self.script, self.folder], text=True)
        expected = [f"word {self.folder.resolve()} True True", "3", "http://x/"]
        self.assertEqual(said.splitlines(), expected)


class RecordTests(SupervisorTestCase):
    def start(self):
        process = subprocess.Popen(SLEEPER, start_new_session=True)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def note(self, *running):
        noted = [[each.name, each.pid, each.began] for each in running]
        self.record.path.write_text(json.dumps({"address": "http://x/", "running": noted}))

    def test_what_a_killed_room_left_is_ended_by_the_next(self):
        process = self.start()
        left = Running.of("web server", process.pid)
        self.note(left)
        with self.assertLogs("reading_room.supervisor", "WARNING"), self.record.held("http://y/"):
            self.assertIsNone(left.find())

    def test_a_stranger_who_has_the_number_now_is_left_alone(self):
        process = self.start()
        self.note(Running("web server", process.pid, Running.of("", process.pid).began - 5))
        self.assertEqual(stop(Server(self.folder)), [])
        with self.record.held("http://y/"):
            self.assertIsNone(process.poll())

    def test_a_record_that_cannot_be_read_names_nothing(self):
        for text in ("", "{", "[]", '{"address": "x"}'):
            with self.subTest(text):
                self.record.path.write_text(text)
                self.assertEqual(self.record.read(), ("", []))

    def test_only_its_owner_reads_it(self):
        with self.record.held("http://y/"):
            self.assertEqual(self.record.path.stat().st_mode & 0o777, 0o600)

    def test_the_log_says_how_a_program_ended(self):
        self.assertEqual(describe_exit(-9), "by SIGKILL")
        self.assertEqual(describe_exit(2), "with status 2")
