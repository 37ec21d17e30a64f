"""Commands that read as pages do say what to do while the public tables cannot be read."""

from unittest import mock

from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from cables.models import PUBLIC
from cables.operations.reader_role import grant_reader
from tests.base import TestCase

REMEDY = "try again when it is open. If nobody is doing that, run manage.py migrate and manage.py g"
COMMANDS = {
    "check_archive": [],
    "export": ["jsonl", "{}/cables.jsonl"],
    "export_digests": ["{}/digests"],
    "export_ead": ["cables", "{}/aid.xml"],
    "export_site": ["{}/mirror", "--live=https://cables.example.org"],
    "make_data_set": [],
    "update_index": [],
}


class RoomCommandTests(TestCase):
    def test_a_failure_of_the_system_is_a_sentence_with_the_file_or_without(self):
        for failure, words in (
            (FileNotFoundError(2, "No such file", "a.csv"), "a.csv: No such file"),
            (BrokenPipeError(32, "Broken pipe"), "Broken pipe"),
            (OSError("timed out"), "timed out"),
        ):
            listed = mock.patch(
                "cables.management.commands.export_digests.list_digests", side_effect=failure
            )
            with self.subTest(words), listed, self.assertRaises(CommandError) as caught:
                call_command("export_digests")
            self.assertEqual(str(caught.exception), words)


class ReaderCommandTests(TestCase):
    def as_role(self, granted):
        """Read as a role that may read some public tables, until the test ends."""
        with connection.cursor() as cursor:
            cursor.execute("CREATE ROLE newcomer")
            if granted:
                grant_reader("newcomer", granted)
            cursor.execute("SET LOCAL ROLE newcomer")

    def refusals(self):
        """Return {command: the error that it ends with}."""
        refusals = {}
        for name, arguments in COMMANDS.items():
            with self.assertRaises(CommandError) as caught:
                call_command(name, *(each.format(self.folder) for each in arguments))
            refusals[name] = str(caught.exception)
        return refusals

    def assert_all_say(self, words):
        for name, refusal in self.refusals().items():
            with self.subTest(name):
                self.assertIn(words, refusal)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_while_the_room_is_set_up(self):
        self.as_role(granted=[])
        self.assert_all_say(REMEDY)

    def test_after_an_upgrade_that_adds_a_table(self):
        self.as_role(granted=PUBLIC[1:])
        self.assert_all_say(REMEDY)

    def test_where_the_database_does_not_answer(self):
        failure = OperationalError("connection refused\n")
        with mock.patch("cables.management.room_command.may_read", side_effect=failure):
            self.assert_all_say("The database does not answer: connection refused")

    def test_with_the_grants_they_run(self):
        self.as_role(granted=PUBLIC)
        call_command("export_digests", self.folder / "digests")
        self.assertEqual((self.folder / "digests").read_text(), "")
