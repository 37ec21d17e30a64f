"""Each public change makes one entry, and nothing that is not public makes any."""

from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction

from cables.curation.erasures import erase
from cables.curation.origin_tag_merges import merge
from cables.curation.redactions_and_corrections import (
    correct_cable,
    lift_redaction,
    redact_cable,
    undo_correction,
)
from cables.loader.locks import one_load
from cables.models import Cable, Commitment, LogEntry, LoggedCable, Merge, Redaction
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from cables.transparency.follow import AT_ONCE
from tests.builders import load_records, make_cable, make_cables, publish, withhold
from tests.source_files import csv_record

from .log_rooms import LogTestCase


class EntriesTests(LogTestCase):
    def setUp(self):
        super().setUp()
        self.by = User.objects.create_superuser("root")
        self.assertEqual(self.follow(), [])  # It begins.
        load_records(csv_record(reference="06BERLIN900001"))
        self.cable = Cable.objects.get()
        self.assertEqual(self.follow(), ["published"])

    def test_each_public_change_has_its_kind(self):
        correct_cable(self.cable, "subject", "Fees", "A slip.", self.by)
        self.assertEqual(self.follow(), ["replaced"])
        undo_correction(self.cable.corrections.get(), "Right before.", self.by)
        self.assertEqual(self.follow(), ["replaced"])
        word = self.cable.body.split()[3]
        redact_cable(self.cable, Strike(EVERYWHERE, (word,)), "A witness.", self.by)
        self.assertEqual(self.follow(), ["redacted"] * 3)  # In each of its versions.
        lift_redaction(Redaction.objects.get(), "A mistake.", self.by)
        self.assertEqual(self.follow(), ["lifted"] * 3)
        withhold(self.cable)
        self.assertEqual(self.follow(), ["withheld"])
        publish(self.cable)
        self.assertEqual(self.follow(), ["republished"] * 3)
        erase(self.cable.reference, "A court.", self.by)
        self.assertEqual(self.follow(), ["erased"])
        self.assertFalse(LoggedCable.objects.exists() or Commitment.objects.exists())

    def test_a_merge_of_origins_leaves_the_text(self):
        make_cable("06OSLO900002", origin="Embassy Oslo")
        self.follow()
        name = self.cable.origin.name
        with one_load():
            merge(Merge.Kind.ORIGIN, name, ["Embassy Oslo"], "One place.", self.by)
        self.assertEqual(self.follow(), ["merged"])
        self.assertEqual(self.verify(), (0, self.verify()[1]))

    def test_nothing_that_was_never_public_is_in_it(self):
        hidden = make_cable("06ROME900002")
        withhold(hidden)
        self.assertEqual(self.follow(), [])
        erase(hidden.reference, "A court.", self.by)
        self.assertEqual(self.follow(), [])
        for data in LogEntry.objects.values_list("data", flat=True):
            # Shorter than a reference, a hash has its letters by chance.
            self.assertNotIn(b"06ROME", bytes(data).split(b"\n", 3)[3])

    def test_nothing_changed_makes_no_entry(self):
        load_records(csv_record(reference="06BERLIN900001"))
        self.assertEqual(self.follow(), [])

    def test_the_database_refuses_to_change_entries(self):
        for statement in ("DELETE FROM cables_logentry", "UPDATE cables_logentry SET data = ''"):
            with self.subTest(statement), self.assertRaises(DatabaseError), transaction.atomic():
                connection.cursor().execute(statement)

    def test_many_at_once_are_followed_to_the_end(self):
        references = [f"06ROME9{number:05}" for number in range(AT_ONCE + 5)]
        make_cables(references, origin="Embassy Rome")
        self.assertEqual(len(self.follow()), AT_ONCE + 5)
        self.assertEqual(self.verify("log", "http://testserver")[0], 0)


class OldRoomsTests(LogTestCase):
    def test_they_begin_with_what_they_hold(self):
        make_cables([f"06ROME90000{number}" for number in range(5)], origin="Embassy Rome")
        withhold(Cable.objects.first())
        self.assertEqual(self.follow(), ["begun"] * 4)
        self.assertEqual(self.follow(), [])
        self.assertEqual(self.verify()[0], 0)
