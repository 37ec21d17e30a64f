"""`manage.py serve` opens a fresh room with the specimens, and keeps it for the next start."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from unittest import TestCase, mock

from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import SimpleTestCase

from cables.loader.specimen_collections import COLLECTIONS
from cables.management.commands.serve import ADDRESS, Command, check_port, gunicorn, programs
from reading_room.embedded_postgres import EmbeddedPostgres
from tests.paths import PROJECT
from tests.waiting import PATIENCE


def free_port():
    with socket.socket() as listener:
        listener.bind((ADDRESS, 0))
        return listener.getsockname()[1]


class ProgramTests(TestCase):
    def test_a_warning_of_the_settings_is_printed_once(self):
        """`serve` checks the settings; the worker that it starts does not check them again."""
        worker = programs()[-1]
        self.assertEqual(worker.name, "worker")
        self.assertEqual(worker.command[-2:], ["work", "--skip-checks"])
        self.assertTrue(Command.requires_system_checks)


class ServeTests(TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="a room ", ignore_cleanup_errors=True)
        self.addCleanup(folder.cleanup)
        Path(folder.name).chmod(0o755)
        self.server = EmbeddedPostgres(folder.name)
        self.addCleanup(self.server.stop)
        self.port = free_port()

    def serve(self):
        environment = os.environ | {
            "EMBEDDED_POSTGRES_DIR": str(self.server.folder),
            "PORT": str(self.port),
        }
        environment.pop("DATABASE_URL", None)
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=PROJECT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def page(self, process):
        """Return the first page, as soon as it is there."""
        deadline = time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://{ADDRESS}:{self.port}/") as response:
                    return response.read().decode()
            except urllib.error.URLError:
                time.sleep(0.05)
        return self.fail(f"It does not answer:\n{self.close(process)}")

    def close(self, process):
        """Do as Ctrl-C does; return what the command has printed."""
        process.send_signal(signal.SIGINT)
        return process.communicate(timeout=PATIENCE)[0]

    def test_a_fresh_room_gets_the_specimens_and_keeps_them(self):
        process = self.serve()
        first = self.page(process)
        shown = self.close(process)
        self.assertIn("it gets the specimen archive", shown)
        self.assertEqual(shown.count(" rows in: "), len(COLLECTIONS))
        self.assertIn(f"The room is open: http://{ADDRESS}:{self.port}/", shown)

        process = self.serve()
        self.assertEqual(self.page(process), first)
        shown = self.close(process)
        self.assertEqual(shown.count("\n"), 1, shown)
        self.assertTrue(self.server.running(), "PostgreSQL runs on for the next time.")


class PrepareTests(SimpleTestCase):
    def test_a_room_can_be_prepared_without_being_opened(self):
        module = "cables.management.commands.serve"
        with (
            mock.patch(f"{module}.Command.prepare") as prepare,
            mock.patch(f"{module}.supervise") as supervise,
            mock.patch(f"{module}.check_port") as check,
        ):
            call_command("serve", "--prepare-only", "--load", "cables.csv")
        prepare.assert_called_once_with("cables.csv")
        supervise.assert_not_called()
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
