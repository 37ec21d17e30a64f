"""Files that curators load: uploads and entries of the folder of sources, valid and hostile."""

import errno
import gzip
import io
import os
import stat
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

from django.test import override_settings
from django.utils import timezone

from cables.admin.loads.intake import IntakeForm
from cables.loader.upload_cleanup import tidy_uploads
from cables.models import Cable, Load
from cables.operations import tasks
from reading_room.incoming_requests import LimitedUpload
from tests.admin.test_loads import ADD, ONE, TWO, LoadsTestCase, steps
from tests.paths import DATA
from tests.source_files import csv_file, csv_record, page_file
from tests.working import run_command, work

VOLUME = DATA / "frus1955-57v99.xml"
PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 20


class UploadTests(LoadsTestCase):
    def test_the_page_names_the_files_that_it_takes(self):
        page = self.client.get(ADD)
        for suffix in (".csv.gz", ".tsv", ".tab", ".xml", ".txt"):
            with self.subTest(suffix):
                self.assertContains(page, f"{suffix},")

    def test_uploads_are_private(self):
        load = self.load(csv_record(ONE))
        path = Path(load.file)
        self.assertTrue(path.is_relative_to(self.folder / "uploads"))
        modes = [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent)]
        self.assertEqual(modes, [0o600, 0o700])

    def test_an_upload_is_removed_once_it_is_applied(self):
        load = self.load(csv_record(ONE), csv_record(TWO, classification="HUSH"))
        self.assertTrue(Path(load.file).exists())
        self.do(load, "apply")
        work()
        self.assertFalse(Path(load.file).parent.exists())
        self.assertFalse(load.previews.exists())

    def test_a_load_is_discarded_after_a_second_look_and_taken_up_again(self):
        load = self.load(csv_record(ONE))
        page = self.client.get(f"{steps(load)}discard/")
        self.assertContains(page, "Nothing of it was loaded. Its file is kept for 30 days")
        self.do(load, "discard")
        self.assertContains(self.client.get(f"{steps(load)}change/"), "Discarded")
        self.assertContains(self.do(load, "apply"), "Somebody was faster: discarded")
        tidy_uploads()
        self.do(load, "take_up")
        self.do(load, "compare")
        work()
        load.refresh_from_db()
        self.assertEqual(load.state, "compared")
        self.do(load, "discard")
        os.utime(Path(load.file).parent, (0, 0))
        tidy_uploads()
        self.assertFalse(Path(load.file).exists())
        self.assertNotContains(self.client.get(f"{steps(load)}change/"), "Take it up again")

    def test_the_file_of_a_discarded_load_is_deleted_if_somebody_says_so(self):
        load = self.load(csv_record(ONE))
        self.do(load, "discard")
        self.assertContains(
            self.client.get(f"{steps(load)}forget/"), "nobody can get the file back"
        )
        self.do(load, "forget")
        self.assertFalse(Path(load.file).exists())
        self.assertContains(self.do(load, "take_up"), "Somebody was faster: discarded")

    def test_a_file_in_the_folder_of_sources_is_kept(self):
        path = csv_file(self.sources, csv_record(ONE))
        for step in ("apply", "discard"):
            self.do(self.point_to(path), step)
            work()
        self.assertTrue(path.exists())

    def test_old_uploads_that_nobody_applied_are_removed(self):
        kept, old = self.load(csv_record(ONE)), self.load(csv_record(TWO))
        Load.objects.filter(pk=old.pk).update(started=timezone.now() - timedelta(days=31))
        names = ("load-new", "load-old", ".bag.room-draft-folder")  # The last of a killed process.
        orphans = [self.folder / "uploads" / name for name in names]
        for folder in orphans:
            folder.mkdir()
        os.utime(orphans[1], (0, 0))
        tasks.tidy_uploads(timestamp=1)
        there = {path.name for path in (self.folder / "uploads").iterdir() if path.is_dir()}
        self.assertEqual(there, {Path(kept.file).parent.name, "load-new"})
        self.assertEqual(Load.objects.get(pk=old.pk).state, "discarded")

    def test_a_process_that_is_killed_leaves_no_upload(self):
        upload = LimitedUpload()
        upload.new_file("file", "cables.csv", "text/csv", 1)
        upload.receive_data_chunk(b"x", 0)
        self.assertFalse(Path(upload.file.temporary_file_path()).exists())
        self.assertEqual(upload.file_complete(1).read(), b"x")

    def test_a_file_name_cannot_leave_the_upload_folder(self):
        for name in ("../../evil.csv", "a\\b.csv", "….csv", ".csv", "x" * 300 + ".csv"):
            with self.subTest(name):
                self.send(name, csv_record(ONE))
                path = Path(Load.objects.latest("pk").file)
                self.assertEqual(path.resolve().parent.parent, (self.folder / "uploads").resolve())

    @override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=5)
    def test_a_form_that_is_too_large_gets_a_page(self):
        with self.assertLogs("django.security", "ERROR"):
            answer = self.client.post(ADD, {f"field{number}": "x" for number in range(9)})
        self.assertContains(answer, "could not be processed", status_code=400)


class VolumeTests(LoadsTestCase):
    def volume(self, **values):
        """Upload a volume of six documents, five of them cables; return the load, compared."""
        self.send(VOLUME.name, VOLUME.read_bytes(), **values)
        work()
        return Load.objects.latest("pk")

    def test_only_cables_are_loaded_if_that_is_ticked(self):
        load = self.volume(cables_only="on")
        self.assertEqual((load.counts["created"], load.counts["others"]), (5, 1))
        self.assertContains(self.client.get(f"{steps(load)}change/"), "1 left out (not cables).")

    def test_every_document_is_loaded(self):
        load = self.volume()
        for _ in range(2):
            load.refresh_from_db()
            self.assertEqual((load.counts["created"], load.counts["others"]), (6, 0))
            page = self.client.get(f"{steps(load)}preview/created/")
            self.assertContains(page, "FRUS1955-57V99-D2")
            self.do(load, "compare")
            work()
        self.do(load, "apply")
        Load.objects.filter(pk=load.pk).update(cancel=True)
        work()
        self.assertContains(self.client.get(f"{steps(load)}change/"), "Resume")
        self.do(load, "apply")
        work()
        load.refresh_from_db()
        self.assertEqual((load.state, load.counts["created"]), ("finished", 6))
        self.assertEqual(Cable.objects.get(reference="FRUS1955-57V99-D2").title, "Editorial Note")
        page = self.client.get(f"{steps(load)}change/")
        self.assertContains(page, "Documents that are no cables")

    def test_the_page_of_a_load_by_command_has_its_options(self):
        options = "--cables-only", "--released=2011-09-02"
        run_command("load_cables", VOLUME, *options)
        load = Load.objects.get()
        self.assertEqual((load.everything, load.released), (False, date(2011, 9, 2)))
        self.assertContains(self.client.get(f"{steps(load)}change/"), "2011-09-02")


class HostileTests(LoadsTestCase):
    def test_files_without_cables_are_refused_and_not_stored(self):
        cases = [
            ("picture.csv", PICTURE, "not text"),
            ("nothing.csv", b"", "empty"),
            ("nul.csv", b"\0" * 5_000, ""),
            ("cables.zip", b"PK\3\4" + PICTURE, ""),
            ("notes.bin", b"Only words.", "not a file that can be loaded"),
            ("broken.csv.gz", b"\x1f\x8b" + PICTURE, "damaged"),
        ]
        for name, data, reason in cases:
            with self.subTest(name):
                said = self.refused(self.send(name, data))
                self.assertIn(reason, said)
                self.assertNotIn(str(self.folder), said)
                kept = list((self.folder / "uploads").rglob("*"))
                self.assertEqual(kept, [])
        self.assertFalse(Load.objects.exists())

    def test_a_full_disk_is_reported_and_nothing_of_the_file_stays(self):
        full = OSError(errno.ENOSPC, "No space left on device")
        with patch("django.core.files.base.File.chunks", side_effect=full):
            said = self.refused(self.send(data=csv_record(ONE)))
        self.assertIn("No space left on device", said)
        self.assertEqual(list((self.folder / "uploads").iterdir()), [])

    def test_a_gzip_bomb_is_refused_with_a_message(self):
        packed = io.BytesIO()
        with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1) as file:
            file.write(csv_record(ONE).encode())
            for _ in range(100):
                file.write(b"a" * 1_000_000)
        self.send("bomb.csv.gz", packed.getvalue())
        with self.assertLogs("cables.operations.tasks", "ERROR"):
            work()
        load = Load.objects.get()
        self.assertEqual((load.state, load.counts, load.previews.count()), ("failed", {}, 0))
        self.assertIn("bomb.csv.gz: it unpacks to more than 100 times its size", load.problem)
        self.assertNotIn(str(self.folder), load.problem)

    @override_settings(UPLOAD_MEGABYTES=1)
    def test_a_file_that_is_too_large_is_refused_with_a_message(self):
        said = self.refused(self.send("large.csv", b"1" * 1_500_000))
        self.assertIn("more than 1 megabytes", said)
        self.assertFalse((self.folder / "uploads").exists())

    def test_a_sparse_gigabyte_is_refused_and_not_stored(self):
        path = self.folder / "sparse.csv"
        with path.open("wb") as file:
            file.truncate(1 << 30)
        with path.open("rb") as file, override_settings(UPLOAD_MEGABYTES=5):
            request = type("Request", (), {})()
            handler = LimitedUpload(request)
            handler.new_file("upload", "sparse.csv", "text/csv", None)
            taken = 0
            with self.assertRaises(Exception) as raised:
                while chunk := file.read(1 << 16):
                    handler.receive_data_chunk(chunk, taken)
                    taken += len(chunk)
        self.assertEqual(type(raised.exception).__name__, "SkipFile")
        self.assertLess(taken, 5_000_000)
        self.assertFalse(Path(handler.file.temporary_file_path()).exists())
        self.assertFalse(IntakeForm({"collection": "cables"}, {}, too_large=True).is_valid())

    def test_nothing_outside_the_folder_of_sources_is_read(self):
        secret = csv_file(self.folder, csv_record(ONE), name="secret.csv")
        (self.sources / "link.csv").symlink_to(secret)
        inner = self.sources / "mirror"
        inner.mkdir()
        csv_file(inner, csv_record(TWO))
        (inner / "other.csv").symlink_to(secret)
        (self.sources / "up").symlink_to(self.folder)
        for name in (
            *("../secret.csv", str(secret), "link.csv", "mirror", "up", "up/secret.csv", ".."),
            *("a\0b", "missing.csv", "/etc/passwd", "mirror/../../secret.csv"),
        ):
            with self.subTest(name):
                response = self.client.post(ADD, {"source": name, "collection": "cables"})
                self.assertNotIn(
                    str(self.folder.resolve()), self.refused(response).replace(name, "")
                )
        self.assertFalse(Load.objects.exists())

    def test_a_file_that_is_changed_into_a_link_later_is_not_read(self):
        secret = csv_file(self.folder, csv_record(ONE), name="secret.csv")
        path = csv_file(self.sources, csv_record(TWO))
        self.client.post(ADD, {"source": path.name, "collection": "cables"})
        path.unlink()
        path.symlink_to(secret)
        with self.assertLogs("cables.operations.tasks", "ERROR"):
            work()
        self.assertEqual(Load.objects.get().state, "failed")

    def test_a_folder_of_sources_is_loaded(self):
        inner = self.sources / "mirror"
        inner.mkdir()
        page_file(inner, ONE)
        page_file(inner, TWO)
        self.assertContains(self.client.get(ADD), "mirror/")
        self.client.post(ADD, {"source": "mirror", "collection": "cables"})
        work()
        self.assertEqual(Load.objects.get().counts["created"], 2)

    def test_exactly_one_file_is_required(self):
        self.assertIn("Choose one file", self.refused(self.client.post(ADD, {"collection": "c"})))
