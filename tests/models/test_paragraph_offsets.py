"""Rows keep where their paragraphs stand, and renew it with the body."""

from contextlib import contextmanager
from unittest.mock import patch

from django.contrib.auth.models import User

from cables.curation.bulk_changes import reread, reread_differences
from cables.curation.redactions_and_corrections import (
    correct_cable,
    lift_redaction,
    redact_cable,
    undo_correction,
)
from cables.loader import load
from cables.loader.specimen_collections import FOLDER
from cables.models import Cable, Redaction, Sealed, State, Version
from cables.models import cable as cable_model
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from cables.telegram.paragraphs import find_offsets, segment
from tests.base import TestCase
from tests.builders import load_records, publish, withhold
from tests.source_files import csv_record
from tests.working import run_command


@contextmanager
def never_cutting():
    """Fail where a body is cut."""
    with patch.object(cable_model, "cut_blocks", side_effect=AssertionError("It is cut.")):
        yield


class OffsetsTests(TestCase):
    def setUp(self):
        self.by = User.objects.create_superuser("root")
        load_records(csv_record(text="Fees rose.\nShips waved. \n \nAn aside."))
        self.cable = Cable.objects.get()

    def assert_renewed(self):
        """Each text has its own offsets; a withheld one has none."""
        rows = [*Cable.objects.all(), *Version.objects.all()]
        for row in rows:
            expected = find_offsets(row.body, segment(row.body)) if row.body else []
            self.assertEqual(row.paragraph_offsets, expected, row)
            if row.body:
                self.assertGreater(len(expected), 2, row)
                with never_cutting():
                    self.assertEqual(row.block_texts(), [(b.id, b.text) for b in row.blocks()])
        self.assertEqual(run_command("check_archive").splitlines()[-1].split(": ")[-1], SOUND)

    def test_whatever_changes_a_text_renews_them(self):
        steps = {
            "load": lambda: load_records(csv_record(text="Fees fell.\n \nAnother aside.")),
            "correct": lambda: correct_cable(self.cable, "subject", "Fees", "A slip.", self.by),
            "redact": lambda: self.redact("Another"),
            "load redacted": lambda: load_records(
                csv_record(text="Fees fell.\n \nAnother aside.\n \nA gull.")
            ),
            "withhold": lambda: withhold(self.cable),
            "publish": lambda: publish(self.cable),
            "lift": lambda: lift_redaction(Redaction.objects.get(), "A slip.", self.by),
            "undo": lambda: undo_correction(self.cable.corrections.get(), "Right.", self.by),
            "reread": reread,
        }
        self.assert_renewed()
        for name, step in steps.items():
            with self.subTest(name):
                self.cable.refresh_from_db()
                step()
                self.assert_renewed()
        self.assertGreater(Version.objects.count(), 2)

    def redact(self, *words):
        redact_cable(self.cable, Strike(EVERYWHERE, words), "A witness.", self.by)

    def test_a_body_that_somebody_changed_is_cut(self):
        body = self.cable.body.replace("Fees rose", "Ships sank in the harbor")
        Cable.objects.update(body=body)
        cable = Cable.objects.get()
        self.assertEqual(cable.block_texts(), [(each.id, each.text) for each in segment(body)])
        self.assertIn("Ships sank", cable.block_texts()[0][1])

    def test_rows_of_earlier_releases_are_cut_until_repin(self):
        before = self.cable.paragraph_offsets
        Cable.objects.update(paragraph_offsets=[])
        cable = Cable.objects.get()
        self.assertEqual(cable.block_texts(), self.cable.block_texts())
        self.assertEqual(reread(), (1, 0))
        self.assertEqual(reread_differences(cable), {})
        self.assertEqual(run_command("repin"), "1 cables looked at, 0 changed.\n")
        self.assertEqual(Cable.objects.get().paragraph_offsets, before)
        self.assertEqual(run_command("repin"), "0 cables looked at, 0 changed.\n")

    def test_what_earlier_releases_sealed_is_published_again(self):
        load_records(csv_record(text="Fees fell."))
        withhold(self.cable)
        for row in Sealed.objects.all():
            row.values.pop("paragraph_offsets", None)
            row.save()
        publish(self.cable)
        for row in (Cable.objects.get(), Version.objects.get()):
            self.assertEqual(row.paragraph_offsets, [])
            self.assertEqual(row.block_texts(), [(each.id, each.text) for each in row.blocks()])

    def test_original_versions_of_earlier_releases_come_back(self):
        load_records(csv_record(text="Fees fell."))
        self.cable.refresh_from_db()
        self.redact("harbor")
        for row in Sealed.objects.filter(place="source version 1"):
            del row.values["paragraph_offsets"]
            row.save()
        lift_redaction(Redaction.objects.get(), "A slip.", self.by)
        self.assertEqual(Version.objects.get(number=1).paragraph_offsets, [])

    def test_specimens_are_not_cut(self):
        load(FOLDER)
        State.advance()
        rows = [each for each in Cable.objects.all() if len(each.paragraph_offsets) > 2]
        self.assertGreater(len(rows), 20)
        for cable in rows:
            with self.subTest(cable.reference), never_cutting():
                blocks = [(each.id, each.text) for each in cable.blocks()]
                self.assertEqual(cable.block_texts(), blocks)


SOUND = "0 differences."
