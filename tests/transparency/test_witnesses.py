"""Rooms watch each other: a witness cosigns what continues, and refuses a fork."""

from unittest.mock import patch

from django.conf import settings
from django.core.management import CommandError
from django.db import connection
from django.test import override_settings

from cables.models import Cosignature, LogEntry, TransparencyLog, WitnessedLog
from cables.transparency import verify, witnesses
from cables.transparency.append import append, now, rotate
from cables.transparency.signing_key import SigningKey, private_key, signed_last
from cables.transparency.verify import LoggedEvent
from tests.builders import load_records, make_cable
from tests.source_files import csv_record
from tests.working import run_command

from .log_rooms import LogTestCase

ROOM = "http://testserver"


class WitnessTests(LogTestCase):
    """The room watches itself under another key: the same as two rooms."""

    def setUp(self):
        super().setUp()
        load_records(csv_record())
        self.follow()
        self.own = settings.LOG_KEY_FILE
        self.witness_key = self.write("witness_key", private_key("witness.example/witness"))
        self.name = str(SigningKey.read(self.witness_key).witness)
        self.enterContext(override_settings(WITNESSES=[self.name]))
        self.enterContext(patch.object(verify, "fetch", self.fetch))
        self.enterContext(patch.object(witnesses, "send", self.send))

    def send(self, address, note):
        answer = self.client.post(address.removeprefix(ROOM), note, content_type="text/plain")
        if answer.status_code != 200:
            raise OSError(answer.content.decode())

    def watch(self, **options):
        with override_settings(LOG_KEY_FILE=self.witness_key):
            return run_command("witness", ROOM, **options)

    def fork(self):
        """Make the log again with a changed entry, signed by its own key."""
        entries = [bytes(row.data) for row in LogEntry.objects.order_by("pk")]
        entries[0] = bytes(LoggedEvent("erased", now(), b"r" * 16))
        signed_last().unlink()
        TransparencyLog.objects.update(size=0)
        connection.cursor().execute("TRUNCATE cables_logentry, cables_logtile")
        append(TransparencyLog.objects.get(), SigningKey.read(self.own), [*entries, entries[0]])

    def test_a_log_that_grows_is_cosigned(self):
        self.assertIn("1 entries, which continue 0; cosigned", self.watch())
        make_cable("06ROME900002")
        rotate()
        self.follow()
        self.assertIn("3 entries, which continue 1; cosigned", self.watch())
        self.assertIn("3 entries, which continue 3; cosigned", self.watch())
        self.assertEqual(Cosignature.objects.get().size, 3)
        values = self.proof("/cable/09ROME900001/proof.json")
        key = verify.Key.read(self.name)
        signed = verify.Checkpoint.read(values["checkpoint"]).signed_by([key])
        self.assertEqual(list(signed), [key])
        self.assertContains(self.client.get("/log/"), "witness.example/witness: 3 entries")
        self.assertContains(self.client.get("/cable/09ROME900001/v1/proof/"), "1 witness signed")
        self.assertEqual(len(self.json_of("/log/watched.json")), 1)

    def test_a_fork_is_refused(self):
        self.watch()
        self.fork()
        with self.assertRaisesMessage(CommandError, "does not continue"):
            self.watch()
        self.assertEqual(WitnessedLog.objects.count(), 1)

    def test_a_log_that_became_shorter_or_another_is_refused(self):
        make_cable("06ROME900002")
        self.follow()
        self.watch()
        first = bytes(LogEntry.objects.get(pk=0).data)
        self.fork()
        with self.assertRaises(CommandError):
            self.watch()
        TransparencyLog.objects.update(origin="other.example/log")
        log = TransparencyLog.objects.get()
        log.size, log.key = 0, log.key
        with self.assertRaises(CommandError):
            self.watch()
        self.assertTrue(first)

    def test_nobody_else_takes_a_cosignature_away(self):
        sent = []
        with patch.object(
            witnesses, "send", lambda _, note: (sent.append(note), self.send(_, note))
        ):
            self.watch()
            make_cable("06ROME900002")
            self.follow()
            self.watch()
        body, _, lines = sent[1].partition("\n\n")
        name = self.name.partition("+")[0]
        earlier = Cosignature.objects.values().get()
        for note in (sent[0], f"{body}\n\n\u2014 {name} AAAAAAAA\n{lines}"):
            self.send("/log/cosignatures", note)
            kept = Cosignature.objects.values().get()
            self.assertEqual((kept["size"], kept["line"]), (2, earlier["line"]))

    def test_who_is_no_witness_is_not_believed(self):
        with override_settings(WITNESSES=[]), self.assertRaisesMessage(CommandError, "WITNESSES"):
            self.watch()
        note = TransparencyLog.objects.get().checkpoint
        for text in (note, "", "x" * 20_000, note.replace("\n1\n", "\n2\n"), "a\n0\neA==\n\n"):
            answer = self.client.post("/log/cosignatures", text, content_type="text/plain")
            with self.subTest(text[:20]):
                self.assertIn(answer.status_code, (413, 422))
        self.assertEqual(self.client.get("/log/cosignatures").status_code, 405)
        self.assertFalse(Cosignature.objects.exists())

    def test_a_key_that_somebody_told_is_asked_for(self):
        other = str(SigningKey(private_key("other.example/log")).public)
        with self.assertRaisesMessage(CommandError, "not signed by the key"):
            self.watch(key=other)
