"""A file at the desk, over HTTP: uploaded or pointed to, looked at, applied, cancelled, resumed."""

import gzip
import io
import os
import stat
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.utils import timezone

from cables.admin.intake import IntakeForm
from cables.jobs import apply_load
from cables.loader.uploads import tidy_uploads
from cables.models import Cable, Change, Load, LoadRow, Preview, State
from reading_room.uploads import LimitedUpload
from tests.builders import forget_counts, withhold
from tests.source_files import csv_file, csv_record, page_file
from tests.test_admin import DeskTestCase
from tests.working import Going, work

ADD = "/admin/cables/load/add/"
ONE, TWO, THREE = "09ROME900001", "09ROME900002", "09ROME900003"
PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 20


def steps(load):
    return f"/admin/cables/load/{load.pk}/"


class LoadsTestCase(DeskTestCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.sources = self.folder / "sources"
        self.sources.mkdir()
        self.enterContext(
            override_settings(UPLOADS_DIR=self.folder / "uploads", SOURCES_DIR=self.sources)
        )

    def send(self, name="cables.csv", data="", **values):
        """Upload a file; return the response."""
        data = data if isinstance(data, bytes) else data.encode()
        file = SimpleUploadedFile(name, data)
        return self.client.post(ADD, {"upload": file, "collection": "cables"} | values)

    def load(self, *records, **values):
        """Upload a CSV of these records and let it be compared; return the load."""
        response = self.send(data="".join(records), **values)
        self.assertEqual(
            response.status_code, 302, response.context and response.context["form"].errors
        )
        work()
        return Load.objects.latest("pk")

    def point_to(self, path, **values):
        """Name a file of the folder of sources and let it be compared; return the load."""
        self.client.post(ADD, {"source": path.name, "collection": "cables"} | values)
        work()
        return Load.objects.latest("pk")

    def do(self, load, step):
        return self.client.post(f"{steps(load)}{step}/", follow=True)

    def refused(self, response):
        """Return what a form says is wrong."""
        self.assertEqual(response.status_code, 200)
        form = response.context["form"]
        return " ".join(str(error) for errors in form.errors.values() for error in errors)


class LoadTests(LoadsTestCase):
    def test_a_file_is_compared_and_changes_nothing_until_it_is_applied(self):
        forget_counts()
        before = State.objects.get().number
        load = self.load(csv_record(ONE), csv_record(TWO, classification="HUSH"))
        self.assertEqual((load.state, load.by, load.percent), ("compared", self.curator, 100))
        self.assertEqual((load.counts["created"], load.counts["rejected"]), (1, 1))
        self.assertEqual((Cable.objects.count(), LoadRow.objects.count()), (0, 0))
        self.assertEqual(State.objects.get().number, before)
        page = self.client.get(f"{steps(load)}change/")
        self.assertContains(page, "Nothing has changed yet")

        self.assertContains(self.do(load, "apply"), "waits for its turn")
        self.assertEqual(work(), ["apply_load"])
        load.refresh_from_db()
        self.assertEqual(load.state, "finished")
        self.assertEqual(Cable.objects.get().reference, ONE)
        self.assertEqual(LoadRow.objects.get().reference, TWO)
        self.assertFalse(Preview.objects.exists())
        log = Change.objects.filter(by=self.curator).values_list("action", flat=True)
        self.assertEqual(list(log), ["applied", "compared"])

    def test_the_preview_shows_each_kind(self):
        text = "The harbor raised its fees for every ship, and rose early for it."
        known = csv_record(ONE), csv_record(TWO, text=text), csv_record(THREE)
        self.do(self.load(*known), "apply")
        work()
        withhold(Cable.objects.get(reference=THREE), "Names a ship.", by=self.curator)
        load = self.load(
            csv_record(ONE),
            csv_record(TWO, text=text.replace("raised", "<cut>"), subject="HARBOR DUES"),
            csv_record(THREE, text="Another text."),
            csv_record("09ROME900004"),
            csv_record("09ROME900005", created="13/45/2003 4:05"),
        )
        counts = dict.fromkeys(("created", "changed", "unchanged", "held", "rejected"), 1)
        self.assertEqual(load.counts, counts | {"rows": 5, "waiting": 0})
        shown = {
            "created": ["09ROME900004", "Fees rose."],
            "changed": [
                TWO,
                "removed: </span>raised",
                "added: </span>&lt;cut&gt;",
                "DUES</ins>",
            ],
            "unchanged": [ONE],
            "held": [THREE, "a curator decides"],
            "rejected": ["Not a date", "13/45/2003", "line"],
        }
        for kind, words in shown.items():
            page = self.client.get(f"{steps(load)}preview/{kind}/")
            for word in words:
                with self.subTest(kind, word=word):
                    self.assertContains(page, word)

    def test_the_preview_is_paged(self):
        load = self.load(*(csv_record(f"09ROME{900_100 + n}") for n in range(30)))
        address = f"{steps(load)}preview/created/"
        self.assertContains(self.client.get(address), "09ROME900100")
        self.assertContains(self.client.get(address, {"p": 2}), "09ROME900129")
        self.assertEqual(self.client.get(f"{steps(load)}preview/odd/").status_code, 404)

    def test_the_same_file_again_changes_nothing(self):
        record = csv_record(ONE)
        self.do(self.load(record), "apply")
        work()
        before = Cable.objects.values().get()
        load = self.load(record)
        self.assertEqual(load.counts["unchanged"], 1)
        self.do(load, "apply")
        work()
        self.assertEqual(Cable.objects.values().get(), before)

    def test_every_kind_of_file_is_read(self):
        page = page_file(self.folder, TWO)
        packed = gzip.compress(csv_record(ONE).encode())
        for name, data in (("c.csv.gz", packed), (page.name, page.read_bytes())):
            with self.subTest(name):
                self.assertEqual(self.send(name, data).status_code, 302)
                work()
                self.assertEqual(Load.objects.latest("pk").counts["created"], 1)

    def test_uploads_are_private(self):
        load = self.load(csv_record(ONE))
        path = Path(load.file)
        self.assertTrue(path.is_relative_to(self.folder / "uploads"))
        modes = [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent)]
        self.assertEqual(modes, [0o600, 0o700])

    def test_an_upload_is_removed_once_it_is_applied_or_discarded(self):
        for step in ("apply", "discard"):
            with self.subTest(step):
                load = self.load(csv_record(ONE), csv_record(TWO, classification="HUSH"))
                self.assertTrue(Path(load.file).exists())
                self.do(load, step)
                work()
                self.assertFalse(Path(load.file).parent.exists())
                self.assertFalse(load.previews.exists())
        self.assertContains(self.client.get(f"{steps(load)}change/"), "Discarded")
        self.assertContains(self.do(load, "apply"), "Somebody was faster: discarded")

    def test_a_file_of_the_operator_stays(self):
        path = csv_file(self.sources, csv_record(ONE))
        for step in ("apply", "discard"):
            self.do(self.point_to(path), step)
            work()
        self.assertTrue(path.exists())

    def test_uploads_that_nobody_applies_are_removed_in_time(self):
        kept, old = self.load(csv_record(ONE)), self.load(csv_record(TWO))
        Load.objects.filter(pk=old.pk).update(started=timezone.now() - timedelta(days=31))
        orphans = [self.folder / "uploads" / f"load-{name}" for name in ("new", "old")]
        for folder in orphans:
            folder.mkdir()
        os.utime(orphans[1], (0, 0))
        tidy_uploads()
        there = {path.name for path in (self.folder / "uploads").iterdir()}
        self.assertEqual(there, {Path(kept.file).parent.name, "load-new"})
        self.assertEqual(Load.objects.get(pk=old.pk).state, "discarded")

    def test_a_name_cannot_lead_elsewhere(self):
        for name in ("../../evil.csv", "a\\b.csv", "….csv", ".csv", "x" * 300 + ".csv"):
            with self.subTest(name):
                self.send(name, csv_record(ONE))
                path = Path(Load.objects.latest("pk").file)
                self.assertEqual(path.resolve().parent.parent, (self.folder / "uploads").resolve())


class ProgressTests(LoadsTestCase):
    def test_how_far_it_is_survives_a_closed_browser_and_needs_no_script(self):
        load = self.load(csv_record(ONE))
        Load.objects.filter(pk=load.pk).update(
            state="running", done=load.size // 2, last="cables.csv:77 09ROME900001"
        )
        page = self.client.get(f"{steps(load)}change/")
        self.assertEqual(page.headers["Refresh"], "5")
        self.assertRegex(page.content.decode(), r'value="(49|50)"')
        self.assertContains(page, "cables.csv:77 09ROME900001")
        self.assertContains(page, "No worker runs")

    def test_a_load_that_waits_is_cancelled_at_once(self):
        load = self.load(csv_record(ONE))
        self.do(load, "apply")
        self.do(load, "cancel")
        work()
        load.refresh_from_db()
        self.assertEqual((load.state, Cable.objects.count()), ("cancelled", 0))

    def test_a_running_load_stops_after_its_batch_and_is_resumed(self):
        load = self.load(csv_record(ONE), csv_record(ONE, text="Fees fell."), csv_record(TWO))
        self.do(load, "apply")
        Load.objects.filter(pk=load.pk).update(cancel=True)
        work()
        load.refresh_from_db()
        self.assertEqual(load.state, "cancelled")
        self.assertContains(self.client.get(f"{steps(load)}change/"), "Resume")
        self.do(load, "apply")
        work()
        load.refresh_from_db()
        self.assertEqual((load.state, load.counts["created"]), ("finished", 2))

    def test_counts_of_a_resumed_load_are_those_of_all_its_runs(self):
        load = self.point_to(csv_file(self.sources, csv_record(ONE), csv_record(TWO)))
        self.do(load, "apply")
        work()
        Load.objects.filter(pk=load.pk).update(state="running")
        apply_load(Going(), load=load.pk)
        load.refresh_from_db()
        self.assertEqual((load.counts["created"], load.counts["unchanged"]), (2, 0))

    def test_two_who_apply_at_once_make_one_job(self):
        load = self.load(csv_record(ONE))
        self.do(load, "apply")
        self.assertContains(self.do(load, "apply"), "Somebody was faster")
        self.assertEqual(work(), ["apply_load"])

    def test_what_fails_says_what_to_do(self):
        load = self.load(csv_record(ONE))
        Path(load.file).unlink()
        self.do(load, "apply")
        with self.assertLogs("cables.jobs", "ERROR"):
            work()
        page = self.client.get(f"{steps(load)}change/")
        self.assertContains(page, "the file is gone; put it back")
        self.assertEqual(Load.objects.get(pk=load.pk).state, "failed")


class HostileTests(LoadsTestCase):
    def test_what_cannot_be_cables_is_refused_and_not_kept(self):
        cases = [
            ("picture.csv", PICTURE, "not text"),
            ("nothing.csv", b"", "empty"),
            ("nul.csv", b"\0" * 5_000, ""),
            ("cables.zip", b"PK\3\4" + PICTURE, ""),
            ("notes.bin", b"Only words.", "no known format"),
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

    def test_a_gzip_bomb_of_cables_is_read_in_constant_memory_and_rejected(self):
        packed = io.BytesIO()
        with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1) as file:
            file.write(csv_record(ONE).encode())
            for _ in range(100):
                file.write(b"a" * 1_000_000)
        self.send("bomb.csv.gz", packed.getvalue())
        work()
        load = Load.objects.get()
        self.assertGreater(load.counts["rejected"], 0)
        longest = max(len(raw) for raw in load.previews.values_list("raw", flat=True))
        self.assertLess(longest, 30_000)

    @override_settings(UPLOAD_MEGABYTES=1)
    def test_a_file_that_is_too_large_is_refused_with_a_sentence(self):
        said = self.refused(self.send("large.csv", b"1" * 1_500_000))
        self.assertIn("more than 1 megabytes", said)
        self.assertFalse((self.folder / "uploads").exists())

    def test_a_sparse_gigabyte_is_refused_without_being_kept(self):
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
        with self.assertLogs("cables.jobs", "ERROR"):
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

    def test_exactly_one_file(self):
        self.assertIn("Choose one file", self.refused(self.client.post(ADD, {"collection": "c"})))


class RightsTests(LoadsTestCase):
    def person(self, *codenames):
        user = User.objects.create_user("bo", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        self.client.force_login(user)

    def test_who_may_not_load_sees_and_starts_nothing(self):
        load = self.load(csv_record(ONE))
        self.person("view_load")
        self.assertEqual(self.client.get(ADD).status_code, 403)
        self.assertEqual(self.client.get(f"{steps(load)}change/").status_code, 200)
        for step in ("apply", "cancel", "compare", "discard"):
            with self.subTest(step):
                self.assertEqual(self.do(load, step).status_code, 403)
        self.assertEqual(self.client.get(f"{steps(load)}cables/withhold/").status_code, 403)

    def test_who_may_load_and_not_release_sets_no_embargo(self):
        self.person("load_files")
        self.assertNotContains(self.client.get(ADD), "embargo")
        load = self.load(csv_record(ONE), due="2099-01-01T00:00", reason="x")
        self.assertIsNone(load.due)
        self.assertEqual(self.client.get(f"{steps(load)}change/").status_code, 200)

    def test_steps_are_not_taken_by_looking(self):
        load = self.load(csv_record(ONE))
        self.assertEqual(self.client.get(f"{steps(load)}apply/").status_code, 405)


class BulkTests(LoadsTestCase):
    def test_five_hundred_cables_of_a_load_are_withheld_and_published_in_five_seconds(self):
        load = self.load(*(csv_record(f"09ROME{900_100 + n}") for n in range(500)))
        self.do(load, "apply")
        work()
        for name, withheld in (("withhold", 500), ("publish", 0)):
            address = f"{steps(load)}cables/{name}/"
            self.assertContains(self.client.get(address), "500 cables")
            begun = time.monotonic()
            self.client.post(address, {"reason": "It names a source."})
            took = time.monotonic() - begun
            with self.subTest(name, seconds=round(took, 1)):
                self.assertLess(took, 5)
                self.assertEqual(Cable.objects.exclude(withheld_reason="").count(), withheld)
        self.assertEqual(Change.objects.filter(cable__isnull=False).count(), 1_000)
