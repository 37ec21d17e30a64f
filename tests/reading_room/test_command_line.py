"""The command `reading-room`: short names, help, and Django's commands."""

import importlib
import io
import sys
from contextlib import redirect_stdout
from unittest import TestCase, mock

import reading_room
from reading_room import command_line, supervisor
from reading_room.embedded_postgres import EmbeddedPostgresError


class CommandLineTests(TestCase):
    def run_command(self, *words):
        """Return what is printed, the arguments that Django gets, and whether it prepares."""
        arguments = ["reading-room", *words]
        out = io.StringIO()
        with (
            mock.patch.object(sys, "argv", arguments),
            mock.patch.object(command_line, "run") as run,
            redirect_stdout(out),
        ):
            command_line.main()
            prepares = run.call_args.kwargs["prepares"] if run.called else None
            return out.getvalue(), sys.argv[1:], prepares

    def test_commands_are_djangos_and_some_have_short_names(self):
        for typed, run, prepares in (
            ("serve --load a.csv", "serve --load a.csv", False),
            ("load a.csv b", "load_cables a.csv b", True),
            ("manage load a.csv", "load_cables a.csv", True),
            ("curator --role Editor", "make_curator --role Editor", False),
            ("manage check --deploy", "check --deploy", False),
            ("check", "check", False),
            ("check article.docx", "check_text article.docx", False),
            ("export jsonl out", "export jsonl out", False),
            ("help", "help", False),
        ):
            with self.subTest(typed):
                _, arguments, does_prepare = self.run_command(*typed.split())
                self.assertEqual((" ".join(arguments), does_prepare), (run, prepares))

    def test_without_a_command_it_lists_the_first_ones(self):
        for words in ((), ("-h",), ("--help",), ("manage",)):
            with self.subTest(words):
                shown, _, prepares = self.run_command(*words)
                self.assertIn("reading-room serve", shown)
                self.assertIn(".postgres", shown)
                self.assertIsNone(prepares)

    def test_a_checkout_has_no_version_of_a_package(self):
        shown, _, prepares = self.run_command("--version")
        self.assertIn("a checkout", shown)
        self.assertIsNone(prepares)

    def test_windows_is_told_where_the_room_can_be_opened(self):
        with mock.patch("sys.platform", "win32"), self.assertRaisesRegex(SystemExit, "WSL 2"):
            importlib.reload(reading_room)

    def test_an_error_while_stopping_ends_the_command_with_what_to_do(self):
        error = EmbeddedPostgresError("Run as the user who started the room first.")
        with (
            mock.patch.object(supervisor, "main", side_effect=error),
            self.assertRaisesRegex(SystemExit, "reading-room: Run as the user"),
        ):
            self.run_command("stop")
