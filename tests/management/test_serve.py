"""`manage.py serve` opens a fresh room with the specimens, and keeps it for the next start."""

import io
import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from unittest import TestCase, mock

from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import SimpleTestCase

from cables.loader.specimen_collections import COLLECTIONS
from cables.management.commands.serve import Command, check_port
from reading_room.embedded_postgres import EmbeddedPostgres
from reading_room.open_room import ADDRESS, Opening, gunicorn, programs
from reading_room.paths import NO_INDEX, WORK
from reading_room.supervisor import RoomRecord
from tests.paths import PROJECT
from tests.slow import slow
from tests.waiting import PATIENCE


def free_port():
    with socket.socket() as listener:
        listener.bind((ADDRESS, 0))
        return listener.getsockname()[1]


class ProgramTests(TestCase):
    def test_a_warning_of_the_settings_is_printed_once(self):
        """`serve` checks the settings; the worker that it starts does not check them again."""
        worker = programs(8000)[-1]
        self.assertEqual(worker.name, "worker")
        self.assertEqual(worker.command[-2:], ["work", "--skip-checks"])
        with (
            mock.patch.object(Command, "prepare_in_fork") as prepare_in_fork,
            mock.patch.object(Command, "check") as check,
            mock.patch.object(RoomRecord, "held"),
            mock.patch("cables.management.commands.serve.check_port"),
            mock.patch("cables.management.commands.serve.become_open_room"),
        ):
            call_command("serve")
        check.assert_not_called()
        prepare_in_fork.assert_called_once()

    def test_what_the_web_server_needs_is_checked_while_the_database_is_prepared(self):
        record = mock.Mock(**{"fork.return_value": 7})
        module = "cables.management.commands.serve"
        with (
            mock.patch.object(Command, "check") as check,
            mock.patch(f"{module}.connections"),
            mock.patch(f"{module}.os.waitpid", return_value=(7, 0)) as waited,
        ):
            waited.side_effect = lambda *_: check.assert_called_once_with() or (7, 0)
            Command().prepare_in_fork(record, None)


class ServeTests(TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="a room ", ignore_cleanup_errors=True)
        self.addCleanup(folder.cleanup)
        Path(folder.name).chmod(0o755)
        self.server = EmbeddedPostgres(folder.name)
        self.addCleanup(self.server.stop)
        self.port = free_port()

    def serve(self, *options):
        environment = os.environ | {
            "EMBEDDED_POSTGRES_DIR": str(self.server.folder),
            "PORT": str(self.port),
        }
        environment.pop("DATABASE_URL", None)
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", *options],
            cwd=PROJECT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def opened(self, process):
        """Return what the command prints until it says that the room is open, and the first page.

        The page is there when that is said: it is asked for once.
        """
        shown = []
        for line in process.stdout:
            shown.append(line)
            if line.startswith("The room is open"):
                with urllib.request.urlopen(f"http://{ADDRESS}:{self.port}/") as response:
                    return "".join(shown), response.read().decode()
        return self.fail(f"It does not open:\n{''.join(shown)}")

    def close(self, process):
        """Do as Ctrl-C does."""
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)

    @slow("no whole room opened")
    def test_a_fresh_room_gets_the_specimens_and_keeps_them(self):
        process = self.serve()
        shown, first = self.opened(process)
        self.close(process)
        self.assertIn("it gets the invented cables", shown)
        self.assertEqual(shown.count(" read: "), len(COLLECTIONS))
        self.assertIn(f"The room is open: http://{ADDRESS}:{self.port}/", shown)

        process = self.serve()
        shown, page = self.opened(process)
        self.close(process)
        self.assertEqual(page, first)
        self.assertEqual(shown.count("\n"), 2, shown)
        self.assertTrue(self.server.running(), "PostgreSQL runs on for the next time.")

    @slow("no whole room opened")
    def test_a_room_that_cannot_be_prepared_says_why_and_leaves_nothing_running(self):
        process = self.serve("--load", "nowhere.csv")
        shown, _ = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 1)
        self.assertEqual(shown.count("CommandError"), 1, shown)
        self.assertNotIn("Traceback", shown)
        _, running = RoomRecord(self.server.folder).read()
        self.assertEqual([each for each in running if each.find()], [])


class OpeningTests(SimpleTestCase):
    def test_a_room_is_open_once_it_is_ready(self):
        answers = [(503, NO_INDEX), (503, NO_INDEX), (503, "Not ready: ..."), (200, "ready")]
        out, said = io.StringIO(), []
        with mock.patch("socket.create_connection") as server:
            opening = Opening(8000, out)
            server.side_effect = ConnectionRefusedError
            opening.look()
            server.side_effect = None
            for status, text in answers * 2:
                answer = f"HTTP/1.0 {status} So\r\nServer: x\r\n\r\n{text}\n".encode()
                opened = server.return_value.__enter__.return_value
                opened.makefile.return_value.read.return_value = answer
                opening.look()
                said.append(out.getvalue().count("http://"))
        self.assertEqual(said, [1, 1, 1, 2, 2, 2, 2, 2])
        self.assertIn("http://127.0.0.1:8000/ can be read; its search index", out.getvalue())
        self.assertIn("The room is open: http://127.0.0.1:8000/ (", out.getvalue())


class SmallTests(SimpleTestCase):
    def test_a_program_imports_only_what_it_needs_at_rest(self):
        setup, desk = "import django; django.setup(); ", {"cables.admin"}
        serve = "from cables.management.commands import serve; serve"
        now_and_then = {"PIL", "icalendar", "phonenumbers", "segno", "spellchecker"}
        now_and_then |= {"charset_normalizer", "confusable_homoglyphs", "lxml.html"}
        for start, absent in (
            ("import reading_room.open_room", {"django", "gunicorn", "http.client"}),
            (f"sys.argv[1:] = {WORK}; {setup}import cables.operations.tasks", desk | now_and_then),
            (f"{setup}import reading_room.urls", now_and_then),
            # It lists the static files, which are collected at that time.
            (f"{setup}{serve}.import_web_server()", {"reading_room.wsgi"}),
        ):
            command = [sys.executable, "-c", f"import sys; {start}; print(*sys.modules)"]
            with self.subTest(start):
                told = subprocess.check_output(command, cwd=PROJECT, text=True)
                self.assertEqual(absent & {*told.split()}, set())


class PrepareTests(SimpleTestCase):
    def test_a_room_can_be_prepared_without_being_opened(self):
        module = "cables.management.commands.serve"
        with (
            mock.patch(f"{module}.Command.prepare") as prepare,
            mock.patch(f"{module}.become_open_room") as opened,
            mock.patch(f"{module}.check_port") as check,
        ):
            call_command("serve", "--prepare-only", "--load", "cables.csv")
        prepare.assert_called_once_with("cables.csv")
        opened.assert_not_called()
        check.assert_not_called()


class PortTests(SimpleTestCase):
    def test_a_free_port(self):
        check_port(free_port())

    def test_a_taken_port_is_named_with_the_remedy(self):
        with socket.create_server((ADDRESS, 0)) as other:
            port = other.getsockname()[1]
            with self.assertRaisesRegex(CommandError, f"PORT is {port}: another program.*PORT="):
                check_port(port)

    def test_gunicorn_listens_on_this_computer_only(self):
        command = gunicorn(8000)
        self.assertEqual(command[command.index("--bind") + 1], "127.0.0.1:8000")
