"""A mirror has every page that the room has for readers, or the export fails and names it."""

from unittest import mock

from django.contrib.auth.models import User

from cables.curation.erasures import erase
from cables.curation.origin_tag_merges import merge
from cables.mirror import plan
from cables.mirror.build import ExportError
from cables.models import Article, Cable, Collection, FormerReference, Tag, VolumePage
from tests.base import TestCase
from tests.builders import RELEASED, forget_counts, make_cable, make_cables, make_version, withhold

from .base import FewPages, export, files_in, new_folder, role_of_readers

EDITION = {"edition": {"volume": "frus1961", "document": "d1", "address": "https://x.example/"}}


class CompleteTests(FewPages, TestCase):
    @classmethod
    def setUpTestData(cls):
        anna = User.objects.create_user("anna", is_staff=True)
        Collection.objects.update_or_create(slug="cables", defaults={"name": "Cables"})
        Tag.objects.bulk_create(Tag(code=code) for code in ("PREL", "PRELXX"))
        make_version(make_cable("06BERLIN900001", tags=["EFIS", "PRELXX"], collections=["cables"]))
        make_cable("61BERLIN900003", labels=["volume:frus1961"], facts=EDITION)
        VolumePage.objects.create(volume="frus1961", name="terms", position=0, blocks=[])
        Article.objects.create(slug="fees", title="Fees", body="Fees.", published=RELEASED)
        make_cable("06BERLN900002", origin="Embassy Berlinn")
        merge("origin", "Embassy Berlinn", ["Embassy Berlin"], "One house.", anna)
        merge("tag", "PRELXX", ["PREL"], "A slip.", anna)
        hidden = make_cables([f"06OSLO90000{n}" for n in range(5)], origin="Embassy Oslo")
        for cable in hidden:
            withhold(cable, "A ship.")
        for name, cable in (("06BONN1", "06BERLIN900001"), ("06BONN2", "06OSLO900000")):
            cable = Cable.objects.get(reference=cable)
            FormerReference.objects.create(reference=name, cable=cable, kind="renamed")
        make_cable("06LIMA900009", origin="Embassy Lima")
        erase("06LIMA900009", "By order of a court.")
        forget_counts()

    def test_every_page_of_the_room_is_in_it(self):
        folder = new_folder(self)
        with role_of_readers():  # It cannot see the Embassy Oslo.
            report = export(folder)
        self.assertEqual((report.cables, report.withheld), (3, 5))
        files = files_in(folder)
        for path, words in (
            *((f"cable/06OSLO90000{n}", "A ship.") for n in range(5)),
            *(("cable/06LIMA900009", "By order of a court."), ("cable/06BONN1", "06BERLIN900001")),
            *(("cable/06BONN2", "06OSLO900000"), ("cable/06BERLIN900001/v1", "Superseded")),
            *(("origin/embassy-berlinn", "/origin/embassy-berlin/"), ("tag/PRELXX", "/tag/PREL/")),
            *(("volume/frus1961", "frus1961"), ("volume/frus1961/terms", "frus1961")),
            *(("collection/cables", "06BERLIN900001"), ("articles/fees", "Fees.")),
        ):
            with self.subTest(path):
                self.assertIn(words, files[f"{path}/index.html"].decode())

    def test_an_export_that_lacks_pages_names_them_and_has_no_manifest(self):
        folder = new_folder(self)
        joined = plan.CABLES.replace("LEFT JOIN cables_origin", "JOIN cables_origin")
        with (
            role_of_readers(),
            mock.patch.object(plan, "CABLES", joined),
            self.assertRaisesMessage(ExportError, "5 of 5 withheld cables (/cable/06OSLO900000/, "),
        ):
            export(folder)
        self.assertFalse((folder / "manifest-sha256.txt").exists())
        export(folder)
