"""The calendar of embargoes: months, days with links, an iCalendar file, what is overdue."""

from datetime import UTC, date, datetime, timedelta

from django.utils import timezone
from icalendar import Calendar

from cables.admin.loads.embargo_calendar import add_months, month_in
from cables.models import Cable, Collection, Load, LoadRow, ScheduledPublication
from cables.models.sealing import days_of_ends
from tests.admin.test_admin_site import DeskTestCase
from tests.builders import make_cable, make_curator, withhold

CALENDAR = "/admin/cables/loadrow/calendar/"
ICS = "/admin/cables/loadrow/embargoes.ics"
MARCH = datetime(2099, 3, 1, 12, tzinfo=UTC)


class CalendarTestCase(DeskTestCase):
    def setUp(self):
        super().setUp()
        home, _ = Collection.objects.get_or_create(slug="cables", defaults={"name": "cables"})
        self.load = Load.objects.create(
            collection=home, file="/x/Rossi.csv", by=self.curator, state="finished"
        )

    def embargo(self, due, count=1, reference="09ROME9", **values):
        start = LoadRow.objects.count()
        for number in range(start, start + count):
            LoadRow.objects.create(
                **{"load": self.load, "position": number, "source": "Rossi.csv", "digest": number},
                **{"reference": f"{reference}{number:05}", "raw": "{}", "reason": "Rossi said so."},
                **{"outcome": "waiting", "due": due} | values,
            )

    def withhold_until(self, due, reference="09ROME900900"):
        cable = make_cable(reference, subject="ROSSI SINGS")
        withhold(cable)
        ScheduledPublication.objects.create(cable=cable, due=due)

    def days(self, **query):
        return [
            (f"{each.ends.day}", each.ends.records, each.ends.cables)
            for each in self.client.get(CALENDAR, query).context["days"]
        ]

    def late(self):
        return self.client.get(CALENDAR).context["overdue"]


class PageTests(CalendarTestCase):
    def test_each_day_has_its_counts_and_links(self):
        self.embargo(MARCH, 3)
        self.embargo(MARCH + timedelta(days=40))
        self.embargo(None, outcome="withdrawn")
        self.withhold_until(MARCH + timedelta(hours=2))
        self.assertEqual(self.days(month="2099-03"), [("2099-03-01", 3, 1), ("2099-04-10", 1, 0)])
        page = self.client.get(CALENDAR, {"month": "2099-03"})
        self.assertContains(page, '<a href="#2099-03-01" aria-label="1 March: 4">4</a>')
        self.assertContains(page, "<caption>May 2099</caption>")
        row = LoadRow.objects.order_by("pk").first()
        self.assertContains(page, f"/admin/cables/loadrow/{row.pk}/change/")
        cable = Cable.objects.get()
        self.assertContains(page, f'/admin/cables/cable/{cable.pk}/change/">09ROME900900</a>')
        day = page.context["days"][0]
        listed = self.client.get(day.all_records).context["cl"].result_list
        self.assertEqual(len(listed), 3)

    def test_a_day_is_that_of_utc(self):
        for hour, day in ((0, "2099-03-01"), (23, "2099-03-01"), (24, "2099-03-02")):
            with self.subTest(hour):
                LoadRow.objects.all().delete()
                self.embargo(datetime(2099, 3, 1, tzinfo=UTC) + timedelta(hours=hour))
                self.assertEqual(self.days(month="2099-03"), [(day, 1, 0)])

    def test_many_on_a_day_are_counted_and_the_first_listed(self):
        self.embargo(MARCH, 25)
        page = self.client.get(CALENDAR, {"month": "2099-03"})
        self.assertContains(page, "25 records under embargo")
        self.assertContains(page, "and 5 more")

    def test_the_next_end_behind_the_months_is_linked(self):
        self.embargo(MARCH)
        page = self.client.get(CALENDAR)
        self.assertContains(page, '<a href="?month=2099-03">Next after these: 2099-03-01</a>')
        self.assertContains(page, "No embargo ends in these months.")

    def test_what_should_have_ended_is_marked(self):
        self.embargo(timezone.now() - timedelta(seconds=5))
        self.assertEqual(self.late(), [])
        self.embargo(timezone.now() - timedelta(days=400), 2)
        self.withhold_until(timezone.now() - timedelta(days=30))
        self.assertEqual([each.ends.total for each in self.late()], [2, 1])
        page = self.client.get(CALENDAR)
        self.assertContains(page, "Does the worker run?")
        self.assertContains(page, '<strong class="overdue">overdue</strong>')

    def test_odd_months_are_this_month(self):
        for odd in ("x", "2099-13", "2099-00", "0000-01", "9999-12", "2099-3", "\0", "-1"):
            with self.subTest(odd):
                self.assertIsNone(month_in(odd))
                page = self.client.get(CALENDAR, {"month": odd})
                self.assertEqual(page.context["months"][0].first, date.today().replace(day=1))

    def test_months_over_the_end_of_a_year(self):
        for count, expected in ((1, (2026, 12)), (2, (2027, 1)), (-11, (2025, 12))):
            with self.subTest(count):
                self.assertEqual(add_months(date(2026, 11, 1), count), date(*expected, 1))
        for month in ("1970-01", "2200-12"):
            self.assertEqual(self.client.get(CALENDAR, {"month": month}).status_code, 200)

    def test_the_number_of_queries_does_not_grow_with_the_rows(self):
        self.embargo(MARCH, 2)
        with self.assertNumQueries(2):
            days_of_ends()
        self.embargo(MARCH + timedelta(days=1), 30)
        with self.assertNumQueries(2):
            self.assertEqual([each.records for each in days_of_ends()], [2, 30])


class FileTests(CalendarTestCase):
    def events(self):
        answer = self.client.get(ICS)
        self.assertEqual(answer["Content-Type"], "text/calendar; charset=utf-8")
        self.assertIn("no-store", answer["Cache-Control"])
        return Calendar.from_ical(answer.content).walk("VEVENT")

    def test_the_file_has_an_event_for_each_time_and_load(self):
        self.embargo(MARCH, 2)
        self.embargo(MARCH + timedelta(hours=1))
        self.withhold_until(MARCH)
        events = self.events()
        self.assertEqual(
            [str(each["summary"]) for each in events],
            [
                "Embargo ends: 1 cable withheld by a curator",
                f"Embargo ends: 2 cables of load {self.load.pk}",
                f"Embargo ends: 1 cable of load {self.load.pk}",
            ],
        )
        self.assertEqual(events[1].start, MARCH)
        address = f"http://testserver/admin/cables/load/{self.load.pk}/change/"
        self.assertEqual(str(events[1]["url"]), address)
        uids = [str(each["uid"]) for each in events]
        self.assertEqual((len(set(uids)), uids), (3, [str(each["uid"]) for each in self.events()]))

    def test_the_file_names_no_cable_file_or_reason(self):
        self.embargo(MARCH, 2)
        self.withhold_until(MARCH)
        text = self.client.get(ICS).content.decode().casefold()
        for secret in ("rossi", "09rome", "witness"):
            with self.subTest(secret):
                self.assertNotIn(secret, text)

    def test_an_empty_calendar_is_one(self):
        self.assertEqual(self.events(), [])


class ReadersTests(CalendarTestCase):
    def test_who_may_not_see_load_rows_gets_nothing(self):
        self.embargo(MARCH)
        user = make_curator("bo", "view_cable")
        self.client.force_login(user)
        for address in (CALENDAR, ICS):
            with self.subTest(address):
                self.assertEqual(self.client.get(address).status_code, 403)
                self.assertEqual(self.client.post(address).status_code, 405)
        self.client.logout()
        for address in (CALENDAR, ICS):
            with self.subTest(f"a reader: {address}"):
                self.assertEqual(self.client.get(address).status_code, 302)

    def test_who_may_not_see_cables_sees_no_withheld_reference(self):
        self.withhold_until(MARCH)
        user = make_curator("bo", "view_loadrow")
        self.client.force_login(user)
        page = self.client.get(CALENDAR, {"month": "2099-03"})
        self.assertContains(page, "1 cable withheld under embargo")
        self.assertNotContains(page, "09ROME900900")
