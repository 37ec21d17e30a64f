"""The integrity check reports every inconsistency, with the remedy."""

import tempfile
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from unittest.mock import patch

from django.core.management import CommandError, call_command

from cables.loader import load
from cables.models import Cable, Copy, FormerReference, Mention, Tagging, Version, Word
from cables.operations.integrity import read_cables
from tests.base import TestCase
from tests.builders import withhold
from tests.source_files import csv_file, csv_record

ONE, TWO = "09ROME900001", "09ROME900002"


class CheckArchiveTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        with tempfile.TemporaryDirectory() as folder:
            for text in ("Fees rose. See 09 Rome 900002.", "Fees fell. See 09 Rome 900002."):
                records = [csv_record(ONE, text=text), csv_record(TWO, text="Ships waved.")]
                load(csv_file(Path(folder), *records))
            removed = csv_record(TWO, body="UNCLAS\n\nSUBJECT: BUOYS\n\n1. (U) Ships waved.")
            load(csv_file(Path(folder), removed))
        cls.cable = Cable.objects.get(reference=ONE)

    def check(self, **options):
        """Return (the lines of the check, its closing sentence, its exit code)."""
        out = StringIO()
        try:
            call_command("check_archive", stdout=out, stderr=StringIO(), **options)
        except CommandError as error:
            return out.getvalue().splitlines(), str(error), error.returncode
        *lines, closing = out.getvalue().splitlines()
        return lines, closing, 0


class CheckArchiveTests(CheckArchiveTestCase):
    def test_a_sound_archive_has_no_differences(self):
        closing = "2 cables and 2 earlier versions checked: 0 differences."
        self.assertEqual(self.check(), ([], closing, 0))

    def test_sound_withheld_cables_have_no_differences(self):
        withhold(self.cable, "Names a ship.")
        self.assertEqual(self.check()[2], 0)

    def test_the_check_changes_nothing(self):
        Cable.objects.update(digest="0" * 64)
        before = list(Cable.objects.values())
        self.check()
        self.assertEqual(list(Cable.objects.values()), before)

    def test_a_check_can_start_after_a_cable(self):
        Cable.objects.update(digest="0" * 64)
        lines, closing, code = self.check(after=ONE)
        self.assertEqual([line.split(":")[0] for line in lines], [TWO])
        self.assertEqual(code, 1)
        self.assertEqual(
            closing, "1 cables and 1 earlier versions checked: 1 difference, in 1 of the cables."
        )
        self.assertEqual(
            self.check(after=TWO)[1].split(":")[0], "0 cables and 0 earlier versions checked"
        )

    def test_an_interrupted_check_says_where_to_go_on(self):
        first, second = read_cables.read_after(""), KeyboardInterrupt
        with patch("cables.operations.integrity.read_after", side_effect=[first[:1], second]):
            _, closing, code = self.check()
        self.assertIn("Stopped. Go on with manage.py check_archive --after 09ROME900001", closing)
        self.assertEqual(code, 130)

    def test_a_cable_that_is_being_changed_is_read_again(self):
        changing = read_cables.read_after("")
        changing[0].cable.digest = "0" * 64
        with patch("cables.operations.integrity.read_after", side_effect=[changing, []]):
            self.assertEqual(self.check()[2], 0)


class RuleTests(CheckArchiveTestCase):
    """Each test breaks one thing directly in the database, as a bad disk would."""

    def expect(self, what, remedy):
        lines, _, code = self.check()
        self.assertEqual(len(lines), 1, lines)
        self.assertTrue(lines[0].startswith(f"{ONE}: "), lines)
        self.assertIn(what, lines[0])
        self.assertIn(remedy, lines[0])
        self.assertEqual(code, 1)

    def change(self, **fields):
        Cable.objects.filter(pk=self.cable.pk).update(**fields)

    def change_version(self, **fields):
        self.cable.versions.update(**fields)

    def test_a_text_that_does_not_match_its_digest_is_reported(self):
        self.change(header="FM NOBODY")
        self.expect("the digest is not that of the text", "backup")

    def test_an_earlier_text_that_does_not_match_its_digest_is_reported(self):
        self.change_version(digest="0" * 64)
        self.expect("version 1: the digest is not that of the text", "backup")

    def test_malformed_paragraph_ids_are_reported(self):
        self.change(paragraph_ids=["par1", "Par2"])
        Mention.objects.all().delete()
        lines = "\n".join(self.check()[0])
        self.assertIn("no paragraph can be called Par2", lines)
        self.assertIn("version 1 has par2, which is neither in use nor retired", lines)

    def test_a_repeated_paragraph_id_is_reported(self):
        self.change(paragraph_ids=["par1", "par1"])
        self.assertIn("two paragraphs have one id", "\n".join(self.check()[0]))

    def test_fewer_ids_than_fingerprints_are_reported(self):
        self.change_version(paragraph_ids=["par1"])
        self.expect("version 1: 1 paragraphs have ids, 2 fingerprints", "backup")

    def test_fingerprints_of_another_text_are_reported(self):
        self.change(fingerprints=["0" * 12, "1" * 12])
        self.expect("the fingerprints are not those of its paragraphs", "backup")

    def test_offsets_of_other_paragraphs_are_reported(self):
        self.change(paragraph_offsets=[1, 0, 4, 5, 9])
        self.expect("the offsets are not those of its paragraphs", "backup")

    def test_paragraphs_split_by_another_release_are_reported(self):
        self.change(segmenter=0)
        self.expect("an earlier release cut its paragraphs", "manage.py repin")
        self.change(segmenter=99)
        self.expect("a later release cut its paragraphs", "Install")

    def test_a_retired_id_in_use_is_reported(self):
        self.cable.former_paragraphs.create(paragraph="par2", version=2)
        self.expect("par2 is retired and in use", "backup")

    def test_a_retired_id_in_a_later_version_is_reported(self):
        self.change_version(paragraph_ids=["par1", "par9"])
        self.cable.former_paragraphs.create(paragraph="par9", version=0)
        self.expect("par9 is retired behind version 0; 1 has it", "backup")

    def test_a_gap_in_version_numbers_is_reported(self):
        self.change_version(number=3)
        self.expect("it is in version 2, but earlier ones are 3", "backup")

    def test_a_gap_in_version_times_is_reported(self):
        until = Version.objects.get(cable=self.cable).until
        self.change_version(until=until - timedelta(seconds=30))
        self.assertIn("the current text is not public from when version 1", self.check()[0][-1])

    def test_small_gaps_in_version_times_of_earlier_releases_are_allowed(self):
        until = Version.objects.get(cable=self.cable).until
        self.change(changed_at=until + timedelta(milliseconds=3))
        self.assertEqual(self.check()[2], 0)

    def test_a_missing_row_of_a_tag_list_is_reported(self):
        self.cable.taggings.filter(tag="PREL").delete()
        self.expect("lists of tags do not have it", "at the desk")

    def test_a_row_of_a_tag_list_with_another_day_is_reported(self):
        Tagging.objects.filter(cable=self.cable, tag="PREL").update(released=date(1999, 1, 1))
        self.expect("lists of tags do not have it", "at the desk")

    def test_a_wrong_row_of_a_mark_list_is_reported(self):
        self.cable.markings.all().delete()
        self.expect("lists of captions, marks and labels", "at the desk")

    def test_a_mention_in_a_missing_paragraph_is_reported(self):
        self.cable.mentions.update(paragraph="par8")
        self.expect("par8 name other cables, but are not in it", "reread")

    def test_two_shown_copies_are_reported(self):
        Copy.objects.filter(cable=self.cable).update(text=["a", "b"])
        self.expect("0 copies, not 1, are what the cable shows", "backup")

    def test_collections_and_days_that_no_copy_has_are_reported(self):
        self.change(collections=["others"])
        self.expect("its collections are not those of its copies", "reread")
        self.change(collections=["cables"])
        Copy.objects.filter(cable=self.cable).update(released=date(1999, 1, 1))
        self.expect("its day of release is not the first", "reread")

    def test_a_former_reference_in_use_is_reported(self):
        other = Cable.objects.get(reference=TWO)
        FormerReference.objects.create(reference=ONE, cable=other, kind="merged")
        self.expect(f"its reference is also a former one of {TWO}", "Remove")

    def test_an_unknown_classification_is_reported(self):
        self.change(classification="HUSH")
        self.expect("'HUSH' is no classification", "reread")

    def test_a_sealed_text_of_a_published_cable_is_reported(self):
        self.cable.sealed.create(place="version 1", values={})
        self.expect("it is published, but version 1 lies sealed", "backup")

    def test_outdated_word_counts_are_reported(self):
        Word.objects.filter(pk="").update(cables=1)
        lines, closing, code = self.check()
        self.assertIn("Words are counted of 1 cables, but 2 are published", lines[0])
        self.assertTrue(closing.endswith(": 1 difference."), closing)
        self.assertEqual(code, 1)

    def test_missing_word_counts_are_reported(self):
        Word.objects.all().delete()
        self.assertIn("manage.py count_words", self.check()[0][0])


class WithheldRuleTests(CheckArchiveTestCase):
    """A withheld cable has no text of its own, and its texts are sealed."""

    def setUp(self):
        self.cable = Cable.objects.get(reference=ONE)
        withhold(self.cable, "Names a ship.")

    def expect(self, what):
        lines, _, _ = self.check()
        self.assertEqual(len(lines), 1, lines)
        self.assertIn(what, lines[0])

    def test_text_left_in_a_withheld_cable_is_reported(self):
        Cable.objects.filter(reference=ONE).update(subject="A SHIP", keywords="ship")
        self.expect("it is withheld and still says subject, keywords. Publish it at the desk")

    def test_text_left_in_a_withheld_version_is_reported(self):
        self.cable.versions.update(body="A ship.")
        self.expect("version 1: it is withheld and still says body")

    def test_list_rows_of_a_withheld_cable_are_reported(self):
        self.cable.mentions.create(paragraph="par1", reference=TWO)
        self.expect("it is withheld and still in lists")

    def test_missing_sealed_texts_are_reported(self):
        self.cable.sealed.filter(place="version 1").delete()
        self.expect("what version 1 said is not sealed")
