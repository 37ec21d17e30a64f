"""What is withheld of the pages of a volume, or waits under embargo, is in no page and no row."""

import json
import re
from datetime import UTC, datetime

from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.core.cache import cache
from django.db import transaction

from cables.loader import Progress, apply, load, release, release_due
from cables.models import Cable, Change, Collection, Load, LoadRow, VolumePage, VolumeWithholding
from cables.models.roles import make_roles
from tests.base import TestCase
from tests.builders import forget_counts, load_file, make_curator, withhold
from tests.opened import send
from tests.paths import DATA
from tests.project.test_redacted_leaks import public_rows

VOLUME = DATA / "frus1949v97.xml"
PERSONS = "/volume/frus1949v97/persons/"
FRONT = [
    *("/volume/", "/volume/frus1949v97/", "/volume/frus1949v97/terms/", PERSONS),
    *("/volume/frus1949v97/preface/", "/volume/frus1949v97/sources/", "/cable/FRUS1949V97-D4/"),
]
OAR = "OAR, ADA"  # An entry that no document repeats.


def load_text(text):
    """Load a volume with this text."""
    load_file(VOLUME.name, text, everything=True, collection="frus")
    forget_counts()


class VolumeTestCase(TestCase):
    rights = ("withhold_cable", "see_sealed", "redact_cable", "view_cable")

    @classmethod
    def setUpTestData(cls):
        cls.curator = make_curator("anna", *cls.rights)

    def setUp(self):
        forget_counts()
        self.client.force_login(self.curator)

    def telling(self, word):
        """Return the public addresses, and "rows", that give a word away."""
        cache.clear()
        found = {
            address
            for address in FRONT
            if word in self.client.get(address).getvalue().decode().upper()
        }
        return found | ({"rows"} if word in public_rows() else set())


class WithheldTests(VolumeTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        load(VOLUME, everything=True, collection="frus")

    def withhold(self, part, page="persons", reason="A witness is named."):
        row = VolumePage.objects.get(name=page)
        address = f"/admin/cables/volumepage/{row.pk}/withhold/"
        return send(self.client, address, {"part": part, "reason": reason}, follow=True)

    def publish(self):
        row = VolumeWithholding.objects.get()
        address = f"/admin/cables/volumewithholding/{row.pk}/publish/"
        return send(self.client, address, {"reason": "Known."}, follow=True)

    def part(self, page, words):
        """Return the part of a page with some words, as the form offers it."""
        row = VolumePage.objects.get(name=page)
        form = self.client.get(f"/admin/cables/volumepage/{row.pk}/withhold/").context["form"]
        (found,) = (value for value, label in form.fields["part"].choices if words in label)
        return found

    def test_an_entry_a_paragraph_and_a_page_are_withheld_and_published_again(self):
        for page, words, part, told in (
            ("persons", "Oar, Ada", None, OAR),
            ("preface", "Ferries first", None, "FERRIES FIRST"),
            ("sources", "953.00: ships", None, "953.00: SHIPS"),
            ("persons", "Oar, Ada", "", OAR),
        ):
            with self.subTest(page, part=part):
                before = list(VolumePage.objects.order_by("pk").values())
                self.assertEqual(self.telling(told), {f"/volume/frus1949v97/{page}/", "rows"})
                self.withhold(self.part(page, words) if part is None else part, page)
                self.assertEqual(self.telling(told), set())
                shown = self.client.get(f"/volume/frus1949v97/{page}/")
                self.assertContains(shown, "<b>Withheld.</b> A witness is named.")
                self.publish()
                self.assertEqual(list(VolumePage.objects.order_by("pk").values()), before)
        logged = Change.objects.values_list("by__username", "action", "what", "reason")
        logged = logged.filter(action__in=("withheld", "published"))
        withheld, published = logged.order_by("pk")[:2]
        what = "volume frus1949v97 persons p_OA1"
        self.assertEqual(withheld, ("anna", "withheld", what, "A witness is named."))
        self.assertEqual(published, ("anna", "published", what, "Known."))

    def test_the_other_entries_stay_and_no_link_leads_to_the_withheld_one(self):
        self.withhold("p_RM1")
        forget_counts()
        page = self.client.get(PERSONS)
        self.assertContains(page, 'id="p_TG1"')
        for address in (PERSONS, "/volume/frus1949v97/preface/", "/cable/49LISBON900101/"):
            with self.subTest(address):
                self.assertNotContains(self.client.get(address), "p_RM1")

    def test_no_digest_of_a_withheld_paragraph_is_told_at_the_desk(self):
        part = self.part("preface", "Ferries first")
        self.withhold(part, "preface")
        self.publish()
        self.withhold(part, "preface")
        make_roles(apps)
        self.curator.user_permissions.clear()
        self.curator.groups.add(Group.objects.get(name="Cataloguer"))
        self.client.force_login(User.objects.get(pk=self.curator.pk))
        for address in ("", "cables/change/", "cables/change/log.csv", "cables/change/log.jsonl"):
            with self.subTest(address):
                told = self.client.get(f"/admin/{address}").getvalue().decode()
                self.assertIn("volume frus1949v97 preface", told)
                self.assertNotIn(part.removeprefix("text "), told)

    def test_no_search_tells_whom_a_volume_without_published_documents_lists(self):
        asked = ("/search/?q=Ada+Oar", "/search/?q=from:Oar")
        for address in asked:
            self.assertContains(self.client.get(address), "Rower")
        for cable in Cable.objects.all():
            withhold(cable)
        load(DATA / "frus1955-57v99.xml", collection="frus")  # A volume that readers have.
        forget_counts()
        for address in asked:
            with self.subTest(address):
                self.assertNotContains(self.client.get(address), "Rower")

    def test_it_stays_withheld_when_the_volume_is_loaded_again(self):
        self.withhold("p_OA1")
        row = VolumePage.objects.filter(name="persons").values()
        before = row.get()
        load_text(VOLUME.read_text())
        self.assertEqual(row.get(), before)
        load_text(VOLUME.read_text().replace("Rower", "Rower of ferries"))
        self.assertEqual(self.telling("ROWER OF"), set())
        self.assertEqual(self.telling(OAR), set())
        self.publish()
        self.assertEqual(self.telling("ROWER OF"), {PERSONS, "rows"})

    def test_a_page_is_not_shown_if_another_edition_has_the_part_in_other_words(self):
        for page, part, old, new, told in (
            ("persons", "p_OA1", 'xml:id="p_OA1"', 'xml:id="p_OA2"', OAR),
            ("preface", None, "Ferries first.", "The ferries first.", "FERRIES FIRST"),
        ):
            with self.subTest(page):
                self.withhold(part or self.part(page, "Ferries first"), page)
                load_text(VOLUME.read_text().replace(old, new))
                self.assertEqual(self.telling(told), set())
                row = VolumeWithholding.objects.get()
                told_at_desk = self.client.get(f"/admin/cables/volumewithholding/{row.pk}/change/")
                self.assertContains(told_at_desk, "The page does not have this part")
                self.publish()
                self.assertIn("rows", self.telling(told))

    def test_another_edition_has_it_nowhere_on_another_page(self):
        text = VOLUME.read_text()
        entry = re.search(r"<item>(?:(?!<item>).)*Oar, Ada.*?</item>", text)[0]
        terms = '</head>\n        <list type="terms">'
        self.assertIn(terms, text)
        moved = text.replace(entry, "").replace(terms, f"{terms}{entry}")
        for case, new, page, part in (
            ("the page has another name", text.replace('"persons"', '"names"'), "persons", "p_OA1"),
            ("it has another page", moved, "persons", "p_OA1"),
            ("and another key", moved.replace('"p_OA1"', '"p_OA2"'), "persons", "p_OA1"),
            ("the whole page moved", moved.replace('"p_OA1"', '"p_OA2"'), "persons", ""),
        ):
            with self.subTest(case), transaction.atomic():
                self.withhold(part, page)
                load_text(new)
                self.assertNotIn("Oar, Ada", json.dumps(list(VolumePage.objects.values("blocks"))))
                load_text(new)
                self.assertNotIn("Oar, Ada", json.dumps(list(VolumePage.objects.values("blocks"))))
                transaction.set_rollback(True)

    def test_the_desk_refuses_a_reason_that_repeats_the_name_and_a_page_that_changed(self):
        page = self.withhold("p_OA1", reason="Oar asked for it.")
        self.assertContains(page, "that does not repeat the words")
        row = VolumePage.objects.get(name="persons")
        address = f"/admin/cables/volumepage/{row.pk}/withhold/"
        answer = self.client.post(address, {"part": "p_OA1", "reason": "Why.", "stamp": "x"})
        self.assertContains(answer, "Somebody changed this page meanwhile.")
        self.assertFalse(VolumeWithholding.objects.exists())

    def test_the_words_are_shown_at_the_desk_to_those_who_may_see_originals(self):
        self.withhold("p_OA1")
        row = VolumeWithholding.objects.get()
        addresses = (
            f"/admin/cables/volumewithholding/{row.pk}/change/",
            "/admin/cables/volumewithholding/",
            f"/admin/cables/volumepage/{VolumePage.objects.get(name='persons').pk}/change/",
        )
        self.assertContains(self.client.get(addresses[0]), "Oar, Ada")
        self.curator.user_permissions.remove(Permission.objects.get(codename="see_sealed"))
        self.client.force_login(User.objects.get(pk=self.curator.pk))
        for address in addresses:
            with self.subTest(address):
                self.assertNotContains(self.client.get(address), "Oar, Ada")

    def test_the_preview_of_a_redaction_names_the_pages_with_the_words(self):
        cable = Cable.objects.get(reference="49LISBON900101")
        for words, told in (
            ("Rell", ("Persons of the volume frus1949v97</a>: 1 time", "Preface of the volume")),
            ("Maro Rell", ("Persons of the volume frus1949v97</a>: 1 time, in another order",)),
            ("Abbreviatons", ("Abbreviations of the volume frus1949v97</a>: 1 time, one letter",)),
            ("Rells", ("Persons of the volume frus1949v97</a>: 1 time, plural",)),
        ):
            with self.subTest(words):
                asked = {"place": "", "words": words, "reason": "x", "step": "look"}
                address = f"/admin/cables/redaction/new/?cable={cable.reference}"
                page = send(self.client, address, asked)
                for each in told:
                    self.assertContains(page, each)
                self.assertRegex(page.content.decode(), "/admin/cables/volumepage/[0-9]+/withhold/")


class EmbargoedTests(VolumeTestCase):
    def embargo(self, **values):
        """Load the volume under embargo, as the worker does."""
        due = {"due": datetime(2099, 1, 1, tzinfo=UTC)} | values
        home = Collection.objects.get_or_create(slug="frus", defaults={"name": "frus"})[0]
        run = Load.objects.create(collection=home, file=str(VOLUME), everything=True, **due)
        apply(run, VOLUME, Progress(run))
        forget_counts()

    def test_the_pages_come_with_the_documents(self):
        self.embargo()
        self.assertEqual(self.telling("ROWER"), set())
        load(VOLUME, everything=True, collection="frus")  # It waits too.
        self.assertEqual(self.telling("ROWER"), set())
        rows = LoadRow.objects.filter(reference__contains="D4")
        self.assertEqual(release(rows, by=self.curator), 1)
        forget_counts()
        self.assertEqual(self.telling("ROWER"), set())
        LoadRow.objects.filter(outcome="waiting").update(due=datetime(2009, 1, 1, tzinfo=UTC))
        release_due()
        forget_counts()
        self.assertEqual(self.telling("ROWER"), {PERSONS, "rows"})
        self.assertEqual(VolumePage.objects.count(), 4)

    def test_a_new_edition_under_embargo_does_not_replace_the_pages_that_readers_have(self):
        load(VOLUME, everything=True, collection="frus")
        VolumePage.objects.filter(name="persons").update(title="Names")
        LoadRow.objects.all().delete()
        Cable.objects.filter(reference="49STATE900102").delete()
        self.embargo(embargoed=["49STATE900102"])
        self.assertEqual(VolumePage.objects.get(name="persons").title, "Names")
        LoadRow.objects.update(due=datetime(2009, 1, 1, tzinfo=UTC))
        release_due()
        self.assertEqual(VolumePage.objects.get(name="persons").title, "Persons")

    def test_the_preview_of_a_redaction_names_pages_under_embargo(self):
        load(DATA / "frus1955-57v99.xml", everything=True, collection="frus")
        self.embargo()
        cable = Cable.objects.first()
        address = f"/admin/cables/redaction/new/?cable={cable.reference}"
        asked = {"place": "", "words": "Oar, Ada", "reason": "x", "step": "look"}
        told = "Persons of the volume frus1949v97, under embargo"
        self.assertContains(send(self.client, address, asked), told)
        self.curator.user_permissions.remove(Permission.objects.get(codename="see_sealed"))
        self.client.force_login(User.objects.get(pk=self.curator.pk))
        self.assertNotContains(send(self.client, address, asked), told)
