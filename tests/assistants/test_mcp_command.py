"""`manage.py mcp` serves the tools over standard input and output, and /mcp by the web server.

Both are asked by the SDK's own client, in a room of its own: its PostgreSQL, index and processes.
"""

import sys
from io import StringIO
from unittest.mock import patch

import anyio
from django.core.management import CommandError, call_command
from django.test import SimpleTestCase
from mcp.client.stdio import StdioServerParameters

from reading_room.embedded_postgres import PROJECT
from tests.assistants.test_mcp_endpoint import ConversationMixin, converse
from tests.faults.room import Room


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


class CommandTests(SimpleTestCase):
    def test_without_the_package_it_says_what_to_do(self):
        missing = patch("cables.management.commands.mcp.find_spec", return_value=None)
        with missing, self.assertRaisesMessage(CommandError, "pip install mcp=="):
            call_command("mcp", stdout=StringIO())

    def test_the_address_must_be_one_of_this_room(self):
        for site, sentence in (
            ("archive.example", "Write --site with its scheme"),
            ("https://localhost/cables", "Write --site with its scheme"),
            ("https://evil.example", "evil.example is not in ALLOWED_HOSTS"),
        ):
            with self.subTest(site), self.assertRaisesMessage(CommandError, sentence):
                call_command("mcp", site=site)
