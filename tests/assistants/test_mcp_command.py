"""`manage.py mcp` serves the tools over standard input and output, and /mcp by the web server.

Both are asked by the SDK's own client, in a room of its own: its PostgreSQL, index and processes.
"""

import json
import subprocess
import sys
import tomllib
from unittest.mock import patch

import anyio
from django.core.management import CommandError, call_command
from django.test import SimpleTestCase
from mcp.client.stdio import StdioServerParameters

from reading_room.program_settings import MCP_IS_MISSING
from tests.assistants.test_mcp_endpoint import ConversationMixin, converse
from tests.faults.room import Room
from tests.paths import PROJECT
from tests.slow import slow
from tests.waiting import PATIENCE
from tests.working import run_command


@slow("no assistant asked a whole room")
class RoomTests(ConversationMixin, SimpleTestCase):
    def setUp(self):
        self.room = Room()
        self.room.environment["MCP"] = "1"
        self.addCleanup(self.room.close)
        self.room.open()

    def test_an_assistant_on_this_computer_and_one_elsewhere_are_told_the_same(self):
        here = f"http://127.0.0.1:{self.room.port}"
        command = StdioServerParameters(
            command=sys.executable,
            args=["manage.py", "mcp", "--site", "http://localhost:8000"],
            env=self.room.environment,
            cwd=PROJECT,
        )
        for server, site in ((command, "http://localhost:8000"), (f"{here}/mcp", here)):
            for mode in ("auto", "legacy"):
                with self.subTest(site, mode=mode):
                    self.check(anyio.run(converse, server, mode), site)
        log = self.room.log.read_text()
        self.assertNotIn("three archives", log)  # What an assistant sends is not logged.

    def test_wrong_input_is_answered_and_the_next_message_too(self):
        initialize = {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "tests", "version": "1"},
        }
        called = {"name": "cite", "arguments": {"reference": "06LISBON900412"}}
        messages = [
            {"id": 7, "method": "initialize", "params": initialize},
            {"method": "notifications/initialized"},
            {"id": 8, "method": "tools/call", "params": called},
        ]
        wrong = [b"junk", b"", b"\xff\xfe", b"[1]", b"[" * 100_000, b"x" * 1_000_000, b'{"id": 5}']
        right = [json.dumps({"jsonrpc": "2.0"} | each).encode() for each in messages]
        server = subprocess.Popen(
            [sys.executable, "manage.py", "mcp"],
            **{"cwd": PROJECT, "env": self.room.environment},
            **dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE),
        )
        self.addCleanup(server.kill)
        server.stdin.write(b"\n".join([*wrong, *right, b""]))
        server.stdin.flush()
        answers = {}
        for line in server.stdout:
            message = json.loads(line)
            answers[message.get("id")] = message
            if 8 in answers:
                break
        self.assertEqual(answers[7]["result"]["serverInfo"]["name"], "cable-reading-room")
        self.assertIn("06LISBON900412", str(answers[8]["result"]["structuredContent"]))
        server.stdin.close()
        self.assertEqual(server.wait(PATIENCE), 0)
        self.assertNotIn(b"Traceback", server.stderr.read())
        server.stdout.close()
        server.stderr.close()


class CommandTests(SimpleTestCase):
    def test_without_the_package_it_says_what_to_do(self):
        missing = patch("cables.management.commands.mcp.find_spec", return_value=None)
        with missing, self.assertRaisesMessage(CommandError, "pip install mcp=="):
            run_command("mcp")

    def test_an_assistant_that_has_ended_is_no_error(self):
        gone = ExceptionGroup("", [ExceptionGroup("", [BrokenPipeError()])])
        with patch("cables.assistants.mcp_server.serve_stdio", side_effect=gone) as served:
            run_command("mcp")
        served.assert_called_once()

    def test_the_package_is_the_one_that_is_tested(self):
        groups = tomllib.loads((PROJECT / "pyproject.toml").read_text())["dependency-groups"]
        (pinned,) = (each for each in groups["dev"] if str(each).startswith("mcp=="))
        self.assertTrue(MCP_IS_MISSING.endswith(f" {pinned}"))
        self.assertIn(f" {pinned}`", (PROJECT / "docs/programs.md").read_text())

    def test_the_address_must_be_one_of_this_room(self):
        for site, sentence in (
            ("archive.example", "Write --site with its scheme"),
            ("https://localhost/cables", "Write --site with its scheme"),
            ("https://evil.example", "evil.example is not in ALLOWED_HOSTS"),
        ):
            with self.subTest(site), self.assertRaisesMessage(CommandError, sentence):
                call_command("mcp", site=site)
