"""Updating a mirror: only changes are written, and withheld texts are removed first."""

import errno
import shutil
import zipfile
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from unittest import mock

from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpResponse

from cables.curation.erasures import erase
from cables.curation.redactions_and_corrections import redact_cable, withhold_part
from cables.loader import load
from cables.mirror import build as exporting
from cables.mirror.build import ExportError
from cables.mirror.file_paths import Site
from cables.models import Cable, ChangedCable, Link, Note
from cables.operations.atomic_write import DRAFT
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from tests.base import TestCase
from tests.builders import CREATED, forget_counts, make_cable, make_cables, make_version, withhold
from tests.paths import DATA
from tests.project.test_redacted_leaks import PHRASES, plant
from tests.slow import slow

from .base import (
    LIVE,
    FewPages,
    digests,
    export,
    export_removals,
    files_in,
    files_of_bag,
    new_folder,
    role_of_readers,
    sums_of,
)

WORD = "QUETZALWORT"


def files_with(folder, word=WORD):
    """Return the files that have a word, including those of the ledger."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.name for path in found if word.lower().encode() in path.read_bytes().lower()}


def stamps(folder):
    """Return {path: a stamp that changes when the file is written}."""
    return {
        path.relative_to(folder / "data").as_posix(): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file() and path.is_relative_to(folder / "data")
    }


class UpdateTests(FewPages, TestCase):
    @classmethod
    def setUpTestData(cls):
        tagged = {"tags": ["EFIS"], "subject": f"THE {WORD}"}
        cls.cable = make_cable("06BERLIN900002", body=f"1. (U) {WORD} rose.", **tagged)
        make_cable("06BERLIN900001", subject="BEFORE IT", created=CREATED.replace(day=1))
        make_cable("06ROME900009", origin="Embassy Rome", cites=["06BERLIN900002"])
        make_cable("06LIMA900009", origin="Embassy Lima", subject="FAR FROM IT")
        cls.made = new_folder(cls)
        cls.first = export(cls.made)

    def setUp(self):
        self.folder = new_folder(self)
        shutil.copytree(self.made, self.folder)
        self.pages = self.folder / "data"
        self.before = stamps(self.folder)

    def written(self):
        """Return the files that were written since the first export."""
        return {
            path for path, stamp in stamps(self.folder).items() if stamp != self.before.get(path)
        }

    def test_a_second_export_writes_nothing(self):
        again = export(self.folder)
        self.assertEqual(stamps(self.folder), self.before)
        self.assertEqual((again.new, again.replaced, again.removed), (0, 0, 0))
        self.assertEqual(again.same, self.first.files)
        self.assertEqual(self.first.new, self.first.files)

    def test_a_new_cable_updates_the_pages_that_show_it(self):
        make_cable("06BERLIN900003", created=CREATED.replace(day=20), cites=["06ROME900009"])
        forget_counts()
        report = export(self.folder)
        written = self.written()
        for path in ("cable/06BERLIN900003.txt", "cable/06BERLIN900003/index.html"):
            self.assertIn(path, written)
        for path in ("cable/06BERLIN900002/index.html", "cable/06ROME900009/index.html"):
            with self.subTest(path):  # Its neighbour, and the cable that it cites.
                self.assertIn(b"06BERLIN900003", (self.pages / path).read_bytes())
        self.assertIn("origin/embassy-berlin/index.html", written)
        for path in ("cable/06LIMA900009/index.html", "origin/embassy-lima.atom"):
            with self.subTest(path):
                self.assertNotIn(path, written)
        self.assertEqual(report.files, len(files_in(self.folder)))
        self.assertEqual(report.files, report.new + report.replaced + report.same)

    def test_a_reference_becomes_a_link_when_its_cable_is_loaded(self):
        Cable.objects.filter(reference="06LIMA900009").update(cites=["06OSLO900001"])
        forget_counts()
        export(self.folder)
        path = self.pages / "cable/06LIMA900009/index.html"
        self.assertNotIn(b'href="../../cable/06OSLO900001/"', path.read_bytes())
        make_cable("06OSLO900001", origin="Embassy Oslo")
        export(self.folder)
        self.assertIn(b'href="../../cable/06OSLO900001/"', path.read_bytes())

    def test_all_groups_of_the_navigation_and_a_new_link_are_on_all_pages(self):
        Link.objects.create(label="Talk", address="https://example.org/talk")
        forget_counts()
        self.assertIn("Browse by collection", (self.pages / "tag/index.html").read_text())
        self.assertIn(">How to link to a paragraph<", (self.pages / "index.html").read_text())
        export(self.folder)
        for path in ("index.html", "cable/06ROME900009/index.html"):
            with self.subTest(path):
                page = (self.pages / path).read_text()
                self.assertIn('<a href="https://example.org/talk">Talk</a>', page)

    def test_a_work_that_cites_a_cable_updates_its_page(self):
        self.cable.citing_works.create(title="Of Harbors", reference="Ports 3", paragraph="par1")
        self.cable.citing_works.create(title="For the desk", is_public=False)
        forget_counts()
        export(self.folder)
        for path in (f"cable/{self.cable.reference}/index.html", "cable/06LIMA900009/index.html"):
            with self.subTest(path):
                page = (self.pages / path).read_text()
                self.assertEqual("Of Harbors" in page, self.cable.reference in path)
                self.assertNotIn("For the desk", page)

    def test_a_withheld_text_is_removed_before_anything_is_written(self):
        packed = self.folder.with_suffix(".zip")
        export(self.folder, packed=packed)
        self.assertGreater(len(files_with(self.folder)), 5)
        withhold(self.cable, "It names a ship.")
        forget_counts()
        with (
            mock.patch.object(exporting, "make", side_effect=OSError(errno.ENOSPC, "full")),
            self.assertRaises(OSError),
        ):
            export(self.folder, packed=packed)
        self.assertEqual(files_with(self.folder), set())
        self.assertFalse(packed.exists())
        report = export(self.folder, packed=packed)
        self.assertEqual(files_with(self.folder), set())
        page = (self.pages / "cable/06BERLIN900002/index.html").read_text()
        self.assertIn("It names a ship.", page)
        self.assertEqual((report.cables, report.withheld), (3, 1))
        self.assertFalse((self.pages / "cable/06BERLIN900002.txt").exists())
        with zipfile.ZipFile(packed) as zipped:
            for name in zipped.namelist():
                self.assertNotIn(WORD.encode(), zipped.read(name).upper())

    def test_a_text_withheld_during_an_export_is_removed(self):
        make_cables([f"06OSLO90000{n}" for n in range(5)], origin="Embassy Oslo")
        make, calls = exporting.make, []

        def make_then_withhold(*given):
            make(*given)
            if not calls:
                withhold(self.cable, "It names a ship.")
                forget_counts()
            calls.append(given)

        with mock.patch.object(exporting, "make", make_then_withhold):
            report = export(self.folder)
        self.assertEqual((len(calls), report.moved, report.withheld), (2, False, 1))
        self.assertEqual(files_with(self.folder), set())

    @slow("no export of an archive that keeps changing")
    def test_an_archive_that_keeps_changing_is_reported(self):
        with mock.patch.object(exporting, "state_of_archive", side_effect=range(100)):
            report = export(self.folder)
        self.assertIn("The archive kept changing", str(report))
        self.assertEqual(report.files, report.new + report.replaced + report.same)

    def test_a_note_is_added_and_removed(self):
        with transaction.atomic():
            note = Note.objects.create(cable=Cable.objects.get(reference="06LIMA900009"), text="")
        with transaction.atomic():
            Note.objects.filter(pk=note.pk).update(text="A PHILOSOPHER asked for this.")
        forget_counts()
        export(self.folder)
        self.assertIn("index.html", files_with(self.folder, "PHILOSOPHER"))
        note.delete()
        forget_counts()
        export_removals(self, self.folder)
        self.assertEqual(files_with(self.folder, "PHILOSOPHER"), set())

    def test_a_note_edited_on_another_server_that_gives_rows_the_same_stamps_is_rendered(self):
        """As after two restores into new servers. In one transaction xmin stays the same."""
        note = self.cable.notes.create(text="About ZORBLAND.")
        for server, text in (("1", note.text), ("2", "About nobody.")):
            Note.objects.update(text=text)
            forget_counts()
            with mock.patch("cables.mirror.plan.server_of_archive", return_value=server):
                export(self.folder)
            self.assertEqual("index.html" in files_with(self.pages, "ZORBLAND"), server == "1")

    def test_what_a_killed_export_wrote_but_did_not_record_is_removed_first(self):
        packed = self.folder.with_suffix(".zip")
        for reference, place in (("06OSLO900001", "Oslo"), ("06BERLIN900003", "Berlin")):
            with self.subTest(reference):
                origin = f"Embassy {place}"
                cable = make_cable(reference, origin=origin, subject="THE PHILOSOPHER", tags=["A"])
                forget_counts()
                with (  # A draft of a zip, too.
                    mock.patch.object(exporting, "record_part", side_effect=KeyboardInterrupt),
                    self.assertRaises(KeyboardInterrupt),
                ):
                    export(self.folder)
                packed.with_name(DRAFT.format(packed.name)).write_text("PHILOSOPHER")
                self.assertGreater(len(files_with(self.folder, "PHILOSOPHER")), 2)
                withhold(cable, "It names a ship.")
                forget_counts()
                export_removals(self, self.folder, packed=packed)
                self.assertEqual(files_with(self.folder.parent, "PHILOSOPHER"), set())
                export(self.folder)

    def test_a_page_of_a_volume_is_removed_before_anything_is_written(self):
        load(DATA / "frus1949v97.xml", everything=True)
        forget_counts()
        export(self.folder)
        self.assertEqual(files_with(self.folder, "Oar, Ada"), {"index.html"})
        anna = User.objects.create_user("anna")
        withhold_part("frus1949v97", "persons", "p_OA1", "A witness.", anna)
        forget_counts()
        export_removals(self, self.folder)
        self.assertEqual(files_with(self.folder, "Oar, Ada"), set())
        export(self.folder)
        page = (self.pages / "volume/frus1949v97/persons/index.html").read_text()
        self.assertIn("A witness.", page)

    def test_why_a_cable_was_corrected_is_removed_before_anything_is_written(self):
        cable = make_cable("06OSLO900001", origin="Embassy Oslo")
        version = make_version(cable)
        cable.refresh_from_db()
        notice = {"field": "Subject", "source": "", "at": CREATED.isoformat()}

        def tell(row, reason):
            row.facts["corrected"] = [notice | {"reason": reason}]
            row.save()

        def tell_of_version(row, reason):
            row.reason = f"The archive corrected: subject. {reason}"
            row.save()

        for row, say in ((cable, tell), (version, tell), (version, tell_of_version)):
            with self.subTest(row=type(row).__name__, field=say.__name__):
                with transaction.atomic():
                    say(row, "As PHILOSOPHER said.")
                forget_counts()
                export(self.folder)
                self.assertTrue(files_with(self.folder, "PHILOSOPHER"))
                with transaction.atomic():
                    say(row, "As [redacted] said.")
                forget_counts()
                export_removals(self, self.folder)
                self.assertEqual(files_with(self.folder, "PHILOSOPHER"), set())
                export(self.folder)

    def test_an_erased_cable_leaves_only_its_reason(self):
        erase("06BERLIN900002", "By order of a court.")
        forget_counts()
        report = export(self.folder)
        self.assertEqual(files_with(self.folder), set())
        page = (self.pages / "cable/06BERLIN900002/index.html").read_text()
        self.assertIn("By order of a court.", page)
        self.assertGreater(report.removed, 0)

    @slow("no disk filled")
    def test_a_full_disk_leaves_complete_files(self):
        make_cables([f"06OSLO9{n:05}" for n in range(30)], origin="Embassy Oslo")
        forget_counts()
        replace, left = Path.replace, iter(range(12))

        def full(draft, target):
            if next(left, None) is None:
                raise OSError(errno.ENOSPC, "No space left on device", str(target))
            return replace(draft, target)

        with mock.patch.object(Path, "replace", full), self.assertRaises(OSError):
            export(self.folder)
        self.assertEqual(list((self.folder / ".mirror/drafts").iterdir()), [])
        export(self.folder)
        other = new_folder(self)
        export(other)
        self.assertEqual(sums_of(self.folder), sums_of(other))
        self.assertEqual(sums_of(self.folder), digests(self.folder))

    def test_what_stops_an_export_is_named_and_the_next_one_continues(self):
        make_cable("06OSLO900001", origin="Embassy Oslo")
        forget_counts()
        down = HttpResponse(status=503)
        for patched, why in (
            (
                mock.patch("cables.mirror.page_files.respond", return_value=down),
                "/ cannot be made: ValueError('the room answers 503')",
            ),
            (
                mock.patch.object(exporting, "spread", side_effect=BrokenProcessPool),
                "was killed, perhaps because memory ran out. Run the same command again",
            ),
        ):
            with self.subTest(why), patched, self.assertRaisesMessage(ExportError, why):
                export(self.folder)
            self.assertFalse((self.folder / "manifest-sha256.txt").exists())
        self.assertEqual(export(self.folder).cables, self.first.cables + 1)
        self.assertEqual(sums_of(self.folder), digests(self.folder))

    def test_lost_or_truncated_files_are_written_again(self):
        (self.pages / "cable/06LIMA900009.txt").write_text("cut")
        (self.pages / "index.html").unlink()
        before = sums_of(self.folder)
        export(self.folder)
        self.assertEqual(digests(self.folder), before)

    def test_a_zip_has_the_same_files_and_is_reproducible(self):
        one, two = self.folder.with_suffix(".1.zip"), self.folder.with_suffix(".2.zip")
        export(self.folder, packed=one)
        export(self.folder, packed=two)
        self.assertEqual(one.read_bytes(), two.read_bytes())
        with zipfile.ZipFile(one) as zipped:
            found = {name: zipped.read(name) for name in zipped.namelist()}
        self.assertEqual(found, files_of_bag(self.folder))

    def test_a_zip_is_not_kept_if_something_was_withheld_meanwhile(self):
        packed, pack = self.folder.with_suffix(".zip"), exporting.pack

        def pack_then_withhold(*given):
            pack(*given)
            ChangedCable.objects.create(state=10**9, cable=self.cable.pk, removed=True)

        with (
            mock.patch.object(exporting, "pack", pack_then_withhold),
            self.assertRaisesMessage(ExportError, "run the same command again"),
        ):
            export(self.folder, packed=packed)
        self.assertFalse(packed.exists())

    def test_a_file_that_was_changed_by_hand_is_not_packed(self):
        path = self.pages / "cable/06LIMA900009.txt"
        path.write_bytes(path.read_bytes().swapcase())
        packed = self.folder.with_suffix(".zip")
        with self.assertRaisesMessage(ExportError, "06LIMA900009.txt was changed since"):
            export(self.folder, packed=packed)
        self.assertFalse(packed.exists())
        export(self.folder, packed=packed)
        self.assertEqual(sums_of(self.folder), digests(self.folder))

    def test_a_mirror_by_an_earlier_version_is_refused(self):
        """Its pages lie beside its ledger, where no export would remove what is withheld."""
        (self.folder / "SHA256SUMS").touch()
        with self.assertRaisesMessage(ExportError, "a mirror by an earlier version"):
            export(self.folder)

    def test_a_folder_with_other_files_is_refused(self):
        with self.assertRaisesMessage(ExportError, "holds something else"):
            export(self.pages / "cable")
        with (
            exporting.lock_folder(Site(self.folder, LIVE)),
            self.assertRaisesMessage(ExportError, "Another export"),
        ):
            export(self.folder)

    def test_the_database_role_of_readers_is_enough(self):
        make_cable("06OSLO900001", origin="Embassy Oslo")
        forget_counts()
        with role_of_readers():
            report = export(self.folder)
        self.assertEqual(report.cables, self.first.cables + 1)

    def test_addresses_that_cannot_be_file_names_lead_to_the_live_site(self):
        make_cable("06OSLO900001", tags=["EFIS", "A:B", ".."])
        forget_counts()
        export(self.folder)
        page = (self.pages / "cable/06OSLO900001/index.html").read_text()
        self.assertIn('href="https://cables.example.org/tag/A:B/"', page)
        self.assertIn('href="https://cables.example.org/tag/../"', page)
        self.assertFalse((self.pages / "tag/A:B").exists())


class RedactedTests(FewPages, TestCase):
    def test_redacted_words_are_in_no_file(self):
        folder = new_folder(self)
        cable = plant()
        export(folder)
        self.assertGreater(len(files_with(folder)), 5)
        anna = User.objects.create_user("anna", is_staff=True)
        redact_cable(cable, Strike(EVERYWHERE, PHRASES), "A witness is named.", anna)
        forget_counts()
        export_removals(self, folder)
        self.assertEqual(files_with(folder), set())
        export(folder)
        self.assertEqual(files_with(folder), set())
        self.assertIn(
            "A witness is named.", (folder / f"data/cable/{cable}/index.html").read_text()
        )
