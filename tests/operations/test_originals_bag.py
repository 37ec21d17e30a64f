"""A bag of originals holds what each source says, is valid BagIt, and is never half there."""

import errno
import io
import json
import logging
from tempfile import TemporaryDirectory
from unittest import mock
from zipfile import ZipFile

import bagit
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from cables.curation.redactions_and_corrections import redact_cable
from cables.models import Cable, Change, Collection
from cables.operations import originals_bag
from cables.operations.atomic_write import DRAFT, OF_FOLDER
from cables.operations.originals_bag import BagError, write_bag
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from tests.base import TestCase
from tests.builders import load_records, withhold
from tests.source_files import csv_record

bagit.LOGGER.setLevel(logging.ERROR)  # It tells of each file that it checks.
TEXT = "1. (U) Quinto Rossi raised the fees."


class OriginalsTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.by = User.objects.create_superuser("root")
        records = [csv_record(f"09ROME90000{number}", text=TEXT) for number in range(1, 5)]
        load_records(*records)
        cables = {cable.reference[-1]: cable for cable in Cable.objects.all()}
        strike = Strike(EVERYWHERE, ("Quinto Rossi",))
        for number in "23":
            cable = Cable.objects.get(pk=cables[number].pk)
            redact_cable(cable, strike, "A witness.", cls.by, cable.edit_token())
        for number in "34":
            withhold(Cable.objects.get(pk=cables[number].pk))

    def left(self):
        return sorted(path.name for path in self.folder.iterdir())

    def test_every_text_is_there_as_its_source_gives_it(self):
        """One is published, one redacted, one redacted and withheld, one withheld."""
        bag = self.folder / "bag"
        self.assertEqual(write_bag(bag), 4)
        bagit.Bag(str(bag)).validate()
        lines = (bag / "data" / "originals.jsonl").read_text().splitlines()
        self.assertEqual(len(lines), 4)
        digests = (bag / "manifest-sha256.txt").read_text()
        for row in map(json.loads, lines):
            with self.subTest(row["reference"]):
                self.assertIn(TEXT, (bag / row["path"]).read_text())
                self.assertIn(f"{row['sha256']}  {row['path']}", digests)
                self.assertEqual(row["is_withheld"], row["reference"][-1] in "34")
        self.assertEqual(self.left(), ["bag"])
        self.assertEqual(bag.stat().st_mode & 0o777, 0o700)

    def test_a_changed_byte_is_found(self):
        bag = self.folder / "bag"
        write_bag(bag)
        file = next(bag.glob("data/**/*.txt"))
        file.write_text(file.read_text().replace("fees", "fies"))
        with self.assertRaises(bagit.BagValidationError):
            bagit.Bag(str(bag)).validate()

    def test_an_interrupted_one_leaves_nothing(self):
        def stop(*args):
            raise KeyboardInterrupt

        with self.assertRaises(KeyboardInterrupt):
            write_bag(self.folder / "bag", done=stop)
        self.assertEqual(self.left(), [])
        failing = mock.Mock(returncode=1, stderr="no space")
        with (
            mock.patch.object(originals_bag.subprocess, "run", return_value=failing),
            self.assertRaisesMessage(BagError, "no space"),
        ):
            write_bag(self.folder / "bag")
        self.assertEqual(self.left(), [])

    def test_what_a_killed_one_left_is_removed_by_the_next(self):
        held = DRAFT.format("killed")
        (self.folder / held).touch()
        (self.folder / f"{held}{OF_FOLDER}").mkdir()
        (self.folder / f"{held}{OF_FOLDER}" / "09ROME900001.txt").write_text(TEXT)
        write_bag(self.folder / "bag")
        self.assertEqual(self.left(), ["bag"])

    def test_a_folder_that_exists_is_not_touched(self):
        (self.folder / "bag").mkdir()
        with self.assertRaises(FileExistsError):
            write_bag(self.folder / "bag")
        self.assertEqual(list((self.folder / "bag").iterdir()), [])

    def test_the_command_and_its_errors(self):
        out, progress = io.StringIO(), io.StringIO()
        Collection.objects.create(slug="other", name="Other")
        bag = self.folder / "bag"
        call_command("export_originals", bag, collection="other", stdout=out, stderr=progress)
        self.assertIn("0 originals", out.getvalue())
        bagit.Bag(str(bag)).validate()
        for values, sentence in (
            ({"collection": "nowhere"}, "There is no collection 'nowhere'."),
            ({}, "File exists"),
        ):
            with self.subTest(values), self.assertRaisesMessage(CommandError, sentence):
                call_command("export_originals", bag, stderr=progress, **values)

    def test_the_desk_sends_it_and_the_log_says_why(self):
        collection = Cable.objects.first().copies.get().collection
        address = f"/admin/cables/collection/{collection.pk}/originals/"
        self.client.force_login(self.by)
        with self.settings(UPLOADS_DIR=self.folder):
            self.assertContains(
                self.client.post(address, {"reason": ""}), "This field is required."
            )
            sent = self.client.post(address, {"reason": "For the vault."})
            archive = ZipFile(io.BytesIO(sent.getvalue()))
        self.assertEqual(self.left(), [])
        with TemporaryDirectory() as folder:
            archive.extractall(folder)
            bagit.Bag(f"{folder}/{collection.slug}-originals").validate()
        entry = Change.objects.first()
        self.assertEqual((entry.action, entry.reason), ("exported", "For the vault."))

    def test_the_desk_says_why_nothing_was_sent_and_no_path(self):
        collection = Cable.objects.first().copies.get().collection
        address = f"/admin/cables/collection/{collection.pk}/originals/"
        self.client.force_login(self.by)
        failing = mock.Mock(returncode=1, stderr="Traceback\nno checksum")
        full = OSError(errno.ENOSPC, "No space left on device", str(self.folder))
        for run, why in (
            ({"return_value": failing}, "Nothing was exported: bagit failed: no checksum<"),
            ({"side_effect": full}, "Nothing was exported: No space left on device<"),
        ):
            with (
                self.subTest(why),
                self.settings(UPLOADS_DIR=self.folder),
                mock.patch.object(originals_bag.subprocess, "run", **run),
            ):
                page = self.client.post(address, {"reason": "For the vault."}, follow=True)
                self.assertContains(page, why)
            self.assertEqual(self.left(), [])
        self.assertFalse(Change.objects.filter(action="exported").exists())

    def test_too_many_for_a_page_are_refused(self):
        collection = Cable.objects.first().copies.get().collection
        self.client.force_login(self.by)
        with mock.patch("cables.admin.catalogue.MOST", 3):
            page = self.client.post(
                f"/admin/cables/collection/{collection.pk}/originals/", {"reason": "x"}
            )
        self.assertContains(page, "manage.py export_originals FOLDER --collection")
