"""Previews of loads hide withheld and redacted text; held records are applied or left."""

from unittest.mock import patch

from django.contrib.auth import get_user
from django.test import override_settings

from cables.curation.erasures import erase
from cables.curation.redactions_and_corrections import redact_cable
from cables.models import Cable, Load, LoadRow, Preview
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from tests.admin.test_admin_site import DeskTestCase
from tests.admin.test_loads import ADD, steps
from tests.builders import forget_counts, load_records, make_curator, withhold
from tests.opened import send, stamps
from tests.source_files import csv_file, csv_record
from tests.working import work

ONE, TWO, THREE, FOUR = (f"09ROME90000{number}" for number in (1, 2, 3, 4))
SECRET = "Quinto Rossi"
TEXT = f"1. The harbor is calm and large.\n\n2. {SECRET} keeps the light of it.\n\n3. It is lit."
ELSEWHERE = TEXT.replace("calm and large", "rough and small")
THERE = TEXT.replace("keeps the light", "sold the lamp")


class SecretsTests(DeskTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        records = (csv_record(reference, text=TEXT) for reference in (ONE, TWO, THREE, FOUR))
        load_records(*records)
        for reference in (ONE, TWO):
            cable = Cable.objects.get(reference=reference)
            redact_cable(cable, Strike(EVERYWHERE, (SECRET,)), "A witness.", cls.curator)
        withhold(Cable.objects.get(reference=THREE))
        erase(FOUR, "A court said so.")
        cls.loader = cls.person("lea", "load_files", "view_loadrow", "view_load")

    def setUp(self):
        super().setUp()
        here = {"UPLOADS_DIR": self.folder / "uploads", "SOURCES_DIR": self.folder}
        self.enterContext(override_settings(**here))
        forget_counts()

    person = staticmethod(make_curator)

    def bring(self, *records):
        """Let the file be compared and applied; return (the load, what its previews showed)."""
        self.client.force_login(self.loader)
        csv_file(self.folder, *records, name="new.csv")
        self.client.post(ADD, {"source": "new.csv", "collection": "cables"})
        work()
        run = Load.objects.latest("pk")
        kinds = ("created", "changed", "held", "rejected", "unchanged", "waiting")
        pages = {
            kind: self.client.get(f"{steps(run)}preview/{kind}/").content.decode() for kind in kinds
        }
        self.client.post(f"{steps(run)}apply/", stamps(self.client, f"{steps(run)}change/"))
        work()
        run.refresh_from_db()
        return run, pages

    def test_previews_and_rows_show_nothing_that_was_taken_from_readers(self):
        run, pages = self.bring(
            csv_record(ONE, text=ELSEWHERE),
            csv_record(TWO, text=THERE),
            csv_record(THREE, text=THERE),
            csv_record(FOUR, text=THERE),
            csv_record(ONE, text=THERE, created="13/45/2009 04:05"),
        )
        counted = {kind: run.counts[kind] for kind in ("changed", "held", "rejected")}
        self.assertEqual(counted, {"changed": 0, "held": 4, "rejected": 1})
        for kind, page in pages.items():
            with self.subTest(kind):
                for words in ("Rossi", "sold the lamp", "rough and small"):
                    self.assertNotIn(words, page)
        for row in LoadRow.objects.all():
            with self.subTest(row.reason):
                page = self.client.get(f"/admin/cables/loadrow/{row.pk}/change/", follow=True)
                self.assertNotContains(page, "Rossi")
                apply = self.client.get(f"/admin/cables/loadrow/{row.pk}/apply/")
                self.assertEqual(apply.status_code, 404 if row.of_hidden else 403)
        self.assertFalse(LoadRow.objects.filter(reference=FOUR, raw__contains="Rossi").exists())
        self.assertFalse(Preview.objects.exists())

    def test_a_preview_counts_what_the_load_then_does(self):
        records = (
            *(csv_record(ONE, text=ELSEWHERE), csv_record(TWO, text=THERE)),
            *(csv_record(THREE, text=THERE), csv_record(FOUR), csv_record("09ROME900009")),
        )
        self.client.force_login(self.loader)
        csv_file(self.folder, *records, name="new.csv")
        self.client.post(ADD, {"source": "new.csv", "collection": "cables"})
        work()
        run = Load.objects.latest("pk")
        foretold = run.counts
        self.client.post(f"{steps(run)}apply/", stamps(self.client, f"{steps(run)}change/"))
        work()
        run.refresh_from_db()
        self.assertEqual(run.counts, foretold)
        self.assertEqual(foretold["held"], 4)

    def held(self, reference):
        self.bring(csv_record(reference, text=THERE))
        rights = ("load_files", "see_sealed", "redact_cable", "view_loadrow")
        self.client.force_login(self.person("rita", *rights))
        return LoadRow.objects.get(reference=reference)

    def test_a_held_record_of_a_redacted_cable_is_applied_and_stays_redacted(self):
        row = self.held(TWO)
        address = f"/admin/cables/loadrow/{row.pk}/apply/"
        self.assertContains(self.client.get(f"/admin/cables/loadrow/{row.pk}/change/"), address)
        page = self.client.get(address)
        self.assertContains(page, "What it would change")
        self.assertNotContains(page, "Rossi")
        answer = send(self.client, address, {"reason": "The newer text."}, follow=True)
        self.assertContains(answer, "Applied by a person")
        row.refresh_from_db()
        self.assertEqual((row.outcome, row.raw), ("applied", ""))
        cable = Cable.objects.get(reference=TWO)
        self.assertIn("sold the lamp", cable.body)
        self.assertNotIn("Rossi", cable.body)
        self.assertEqual(cable.changes.first().reason, "The newer text.")
        run, _ = self.bring(csv_record(TWO, text=THERE))
        self.assertEqual((run.counts["held"], run.rows.count()), (1, 0))

    def test_a_held_record_of_a_withheld_cable_is_applied_and_stays_withheld(self):
        row = self.held(THREE)
        address = f"/admin/cables/loadrow/{row.pk}/apply/"
        send(self.client, address, {"reason": "The newer text."})
        cable = Cable.objects.get(reference=THREE)
        self.assertEqual((cable.body, cable.version), ("", 2))
        self.assertIn("sold the lamp", cable.sealed.get(place="cable").values["body"])
        self.assertEqual(self.client.get(f"/cable/{THREE}/").status_code, 410)

    def test_of_a_held_record_without_a_cable_only_what_is_possible_is_offered(self):
        row = self.held(TWO)
        Cable.objects.filter(reference=TWO).delete()
        page = f"/admin/cables/loadrow/{row.pk}/"
        offered = self.client.get(f"{page}change/")
        self.assertContains(offered, f"Publish it as {TWO}")
        self.assertContains(offered, "Leave the record: no cable is made of it")
        self.assertNotContains(offered, "/apply/")
        answer = self.client.get(f"{page}apply/", follow=True)
        self.assertContains(answer, f"No cable {TWO} is here: publish the record as a cable")
        self.assertContains(self.client.get(f"{page}leave/"), "No cable is made of it, even if")
        self.client.force_login(self.person("ina", "load_files", "see_sealed", "view_left"))
        self.assertNotContains(self.client.get("/admin/cables/left/matters/held/"), "/apply/")

    def test_a_record_that_is_left_asks_nobody_again(self):
        row = self.held(TWO)
        rita = get_user(self.client)
        address = f"/admin/cables/loadrow/{row.pk}/leave/"
        send(self.client, address, {"reason": "The older text is right."})
        self.bring(csv_record(TWO, text=THERE))
        row.refresh_from_db()
        self.assertEqual(row.outcome, "left")
        self.assertNotIn("sold the lamp", Cable.objects.get(reference=TWO).body)
        self.client.force_login(rita)
        page = self.client.get(f"/admin/cables/loadrow/{row.pk}/change/")
        self.assertContains(page, "let it wait again")
        address = f"/admin/cables/loadrow/{row.pk}/take-back/"
        send(self.client, address, {"reason": "It was the wrong row."})
        row.refresh_from_db()
        self.assertEqual(row.outcome, "held")
        entry = Cable.objects.get(reference=TWO).changes.latest("pk")
        self.assertEqual((entry.action, entry.reason), ("took back", "It was the wrong row."))

    def test_a_reason_is_needed_and_rights(self):
        row = self.held(TWO)
        for step in ("apply", "leave"):
            address = f"/admin/cables/loadrow/{row.pk}/{step}/"
            send(self.client, address, {"reason": " "})
            row.refresh_from_db()
            self.assertEqual(row.outcome, "held")
        self.client.force_login(self.person("otto", "view_loadrow", "see_sealed"))
        for step in ("apply", "leave"):
            with self.subTest(step):
                address = f"/admin/cables/loadrow/{row.pk}/{step}/"
                self.assertEqual(self.client.post(address, {"reason": "x"}).status_code, 403)

    def test_very_many_cables_of_a_load_are_withheld_and_given_back_by_the_worker(self):
        run, _ = self.bring(csv_record("09ROME900008"), csv_record("09ROME900009"))
        self.client.force_login(self.curator)
        for name, reason, told in (
            ("withhold", "They name a ship.", "They name a ship."),
            ("publish", "It has sunk.", ""),
        ):
            at_once = "cables.decisions.batches.is_at_once"
            with patch(at_once, return_value=False):
                address = f"{steps(run)}cables/{name}/"
                answer = send(self.client, address, {"reason": reason}, follow=True)
                self.assertContains(answer, "2 cables: the worker does it")
                self.assertEqual(work(), ["bulk_decide"])
            for cable in run.cables():
                with self.subTest(name, cable=cable):
                    self.assertEqual(cable.withheld_reason, told)
                    line = cable.changes.first()
                    self.assertEqual((line.by, line.reason), (self.curator, reason))
