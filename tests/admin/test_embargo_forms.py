"""Embargoed cables wait as rows of their load until their time; then they are stored."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from django.db import connection
from django.utils import timezone

from cables.loader import release_due
from cables.models import Cable, Change, Load, LoadRow, Word
from cables.models.counted_words import ALL_CABLES
from tests.admin.test_loads import ONE, TWO, LoadsTestCase, steps
from tests.builders import forget_counts
from tests.opened import send
from tests.slow import slow
from tests.source_files import csv_record, page_file
from tests.working import run_command, work

DUE = "2099-03-01T12:00"


class EmbargoTestCase(LoadsTestCase):
    def apply(self, *records, **values):
        load = self.load(*records, **values)
        self.do(load, "apply")
        work()
        load.refresh_from_db()
        return load

    def embargo(self, *records, due=DUE, **values):
        return self.apply(*records, due=due, reason="Until the release.", **values)

    def end_embargoes(self):
        """Set the end of every embargo to the past."""
        past = timezone.now() - timedelta(seconds=1)
        LoadRow.objects.filter(outcome="waiting").update(due=past)


class ReleaseTests(EmbargoTestCase):
    def test_a_cable_is_stored_at_its_time_and_released_that_day(self):
        self.embargo(csv_record(ONE), csv_record(TWO))
        self.assertEqual(release_due(), 0)
        self.assertFalse(Cable.objects.exists())
        self.end_embargoes()
        self.assertIn("2 cables", run_command("release_due"))
        cable = Cable.objects.get(reference=ONE)
        self.assertEqual(cable.released, timezone.now().date())
        self.assertContains(self.client.get(f"/cable/{ONE}/"), "HARBOR FEES")
        self.assertEqual(cable.changes.get().action, "released")
        self.assertEqual(Word.objects.get(pk=ALL_CABLES).cables, 2)
        self.assertEqual(release_due(), 0)

    def test_the_clock_is_that_of_the_database(self):
        self.embargo(csv_record(ONE))
        with connection.cursor() as cursor:
            cursor.execute("UPDATE cables_loadrow SET due = now() + interval '1 hour'")
        self.assertEqual(release_due(), 0)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE cables_loadrow SET due = now()")
        self.assertEqual(release_due(), 1)

    def test_a_source_with_another_date_of_release_does_not_change_it(self):
        page = page_file(self.folder, ONE, released="2011-03-08").read_text()
        response = self.send("p.html", page, due=DUE, reason="Until then.")
        self.assertEqual(response.status_code, 302)
        work()
        self.do(Load.objects.get(), "apply")
        work()
        self.end_embargoes()
        release_due()
        self.send("p.html", page)
        work()
        self.do(Load.objects.latest("pk"), "apply")
        work()
        self.assertEqual(Load.objects.latest("pk").counts["unchanged"], 1)
        self.assertEqual(Cable.objects.get().released, timezone.now().date())

    def test_another_load_of_an_embargoed_cable_waits_too(self):
        self.embargo(csv_record(ONE))
        load = self.apply(csv_record(ONE, text="Fees fell."), csv_record(TWO))
        self.assertEqual((load.counts["waiting"], load.counts["created"]), (1, 1))
        row = LoadRow.objects.get()
        self.assertEqual(row.due, datetime(2099, 3, 1, 12, tzinfo=UTC))
        self.assertIn("Fees fell.", row.raw)
        self.assertFalse(Cable.objects.filter(reference=ONE).exists())

    def test_only_some_cables_of_a_load_can_be_embargoed(self):
        load = self.embargo(csv_record(ONE), csv_record(TWO), embargoed="09 rome 900002")
        self.assertEqual((load.counts["waiting"], load.counts["created"]), (1, 1))
        self.assertEqual(Cable.objects.get().reference, ONE)

    def test_a_new_text_of_a_released_cable_can_be_embargoed(self):
        self.apply(csv_record(ONE))
        self.embargo(csv_record(ONE, text="Fees fell."))
        self.assertContains(self.client.get(f"/cable/{ONE}/"), "Fees rose.")
        self.end_embargoes()
        release_due()
        cable = Cable.objects.get()
        self.assertIn("Fees fell.", cable.body)
        self.assertEqual(cable.version, 2)

    def test_a_record_that_cannot_be_stored_is_rejected_and_others_are_released(self):
        self.embargo(csv_record(ONE), csv_record(TWO))
        row = LoadRow.objects.get(reference=ONE)
        LoadRow.objects.filter(pk=row.pk).update(
            raw=row.raw.replace("Embassy Rome", "").replace("2009-02", "9009-02")
        )
        self.end_embargoes()
        release_due()
        self.assertEqual(Cable.objects.get().reference, TWO)
        self.assertEqual(LoadRow.objects.get(reference=ONE, outcome="rejected").load, row.load)


class DecisionTests(EmbargoTestCase):
    def decide(self, name, load, **values):
        address = f"/admin/cables/loadrow/embargo/{name}/?load={load.pk}"
        return send(self.client, address, {"reason": "As agreed."} | values, follow=True)

    def test_a_curator_releases_a_cable_early(self):
        load = self.embargo(csv_record(ONE), csv_record(TWO))
        page = self.client.get(f"/admin/cables/loadrow/embargo/release/?load={load.pk}")
        self.assertContains(page, TWO)
        page = self.decide("release", load)
        self.assertContains(page, "2 cables are released.")
        self.assertContains(page, "cables.csv (finished)")  # The page of the load again.
        self.assertEqual(Cable.objects.count(), 2)
        change = Change.objects.filter(action="released").first()
        self.assertEqual((change.by, change.reason), (self.curator, "As agreed."))

    def test_a_curator_sets_another_time(self):
        load = self.embargo(csv_record(ONE))
        self.decide("move", load, due="2098-01-01T00:00")
        self.assertEqual(LoadRow.objects.get().due, datetime(2098, 1, 1, tzinfo=UTC))
        self.assertContains(self.decide("move", load, due="2001-01-01T00:00"), "has passed")
        self.assertContains(self.client.get("/admin/cables/change/"), "Until 2098-01-01 00:00 UTC")

    def test_a_withdrawn_cable_is_not_released(self):
        load = self.embargo(csv_record(ONE))
        self.decide("withdraw", load)
        self.assertEqual(LoadRow.objects.get().outcome, "withdrawn")
        self.end_embargoes()
        self.assertEqual(release_due(), 0)
        self.assertEqual(self.apply(csv_record(ONE)).counts["waiting"], 1)
        self.assertEqual(LoadRow.objects.get().outcome, "withdrawn")
        self.decide("release", load)  # By now the row belongs to the later load.
        self.assertEqual(Cable.objects.count(), 0)
        self.decide("release", Load.objects.latest("pk"))
        self.assertEqual(Cable.objects.count(), 1)

    def test_a_reason_is_required(self):
        load = self.embargo(csv_record(ONE))
        self.decide("release", load, reason="")
        self.assertFalse(Cable.objects.exists())

    def test_a_curator_without_the_right_is_refused(self):
        load = self.embargo(csv_record(ONE))
        self.curator.groups.clear()
        self.assertEqual(self.decide("release", load).status_code, 403)
        self.assertEqual(self.client.get(f"{steps(load)}change/").status_code, 403)

    def test_unknown_rows_and_loads_are_not_found(self):
        for query in ("row=x", "row=" + "9" * 40, "load=-1"):
            with self.subTest(query):
                page = self.client.get(f"/admin/cables/loadrow/embargo/release/?{query}")
                self.assertEqual(page.status_code, 404)

    def test_an_embargo_needs_a_future_time_and_a_reason(self):
        early = patch("django.utils.timezone.now", return_value=datetime(2000, 1, 1, tzinfo=UTC))
        for values in ({"due": "2001-01-01T00:00", "reason": "x"}, {"due": DUE}):
            with self.subTest(values), early:  # The clock that counts is that of the database.
                self.refused(self.send(data=csv_record(ONE), **values))

    @slow("not 500 cables decided on at once")
    def test_500_cables_are_released_at_once(self):
        forget_counts()
        load = self.embargo(*(csv_record(f"09ROME{900_100 + n}") for n in range(500)))
        self.decide("release", load)
        self.assertEqual(Cable.objects.count(), 500)
