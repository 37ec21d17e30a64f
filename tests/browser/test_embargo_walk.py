"""A walk over the calendar of embargoes, as docs/curation.md has it."""

from datetime import UTC, datetime, timedelta

from django.core.management import call_command
from django.utils import timezone
from icalendar import Calendar
from playwright.sync_api import expect

from cables.loader import load
from cables.models import LoadRow
from tests.browser.desk_walk import DeskWalk
from tests.slow import slow
from tests.source_files import csv_file, csv_record
from tests.working import work

PIERS = [f"09ROME90030{number}" for number in range(1, 4)]
LAMPS = ["09ROME900311"]
SEALED = "09ROME900320"
# Every month of the walk is far away, so that the picture is the same on any day.
FIRST, SECOND, THIRD = "2099-01-12T08:00", "2099-02-27T17:30", "2099-03-02T09:00"


@slow("no walk over the desk")
class EmbargoCalendarWalk(DeskWalk):
    def setUp(self):
        super().setUp()
        load(csv_file(self.folder, csv_record(SEALED, text="A witness counted the boats.")))

    def put_under_embargo(self, name, references, due):
        """Load a file whose cables are under embargo until a time, as a Releaser does."""
        page = self.enter("Releaser", "cables/load/add/")
        rows = [csv_record(reference, subject="NEW PIERS") for reference in references]
        file = csv_file(self.folder, *rows, name=name)
        page.get_by_label("A file of yours").set_input_files(file)
        page.get_by_label("Under embargo until (UTC)").fill(due)
        page.get_by_label("Reason of the embargo, for the log").fill("Until the newspaper is out.")
        self.press(page, "Compare")
        work()
        page.reload()
        self.press(page, "Apply")
        work()

    def withhold_until(self, due):
        page = self.enter("Redactor", f"cables/cable/?q={SEALED}")
        page.get_by_role("row", name=SEALED).get_by_role("checkbox").check()
        page.locator("select[name=action]").select_option(
            "Withhold the selected cables until a time"
        )
        with page.expect_navigation():
            page.locator(".actions button").click()  # "Go"; "Run" in Django 6.1.
        page.get_by_label("Withheld until (UTC)").fill(due)
        page.get_by_label("Reason, as readers will see it").fill("A witness is named.")
        self.press(page, "Withhold until then")

    def open_calendar(self, role="Releaser"):
        """Return the months in which the embargoes of this walk end."""
        page = self.enter(role)
        self.follow(page, "Calendar of embargoes")
        with page.expect_navigation():
            page.get_by_role("link", name="Next after these: 2099-01-").click()
        return page

    def ends(self, page):
        """Return what the days of the months that are shown say to a screen reader."""
        links = page.locator(".months a").all()
        return [link.get_attribute("aria-label") for link in links]

    def test_from_the_months_to_the_cables_and_the_file(self):
        self.put_under_embargo("piers.csv", PIERS, FIRST)
        self.put_under_embargo("lamps.csv", LAMPS, SECOND)
        self.withhold_until(THIRD)
        page = self.open_calendar()
        self.assertEqual(self.ends(page), ["12 January: 3", "27 February: 1", "2 March: 1"])
        self.look(page, "calendar")
        self.download(page)
        for due in (FIRST, SECOND, THIRD):  # By keyboard, from the month to the day in the list.
            page.locator(f'.months a[href="#{due[:10]}"]').focus()
            page.keyboard.press("Enter")
            expect(page.locator(f'[id="{due[:10]}"]')).to_be_in_viewport()
        self.follow(page, "3 records under embargo")
        expect(page.locator("#result_list tbody tr")).to_have_count(3)
        self.look(page)
        self.assertEqual((self.status(SEALED), self.status(PIERS[0])), (410, 404))
        self.assertNotIn("2099", self.read(f"/cable/{SEALED}/"))

    def download(self, page):
        """Fail if the file for calendars lacks an end, or has more than numbers and links."""
        with page.expect_download() as download:
            page.get_by_role("link", name="Download for a calendar program (.ics)").click()
        text = download.value.path().read_bytes()
        loads = LoadRow.objects.order_by("pk").values_list("load", flat=True)
        events = Calendar.from_ical(text).walk("VEVENT")
        self.assertEqual(
            [(each["summary"], f"{each['dtstart'].dt:%Y-%m-%dT%H:%M}") for each in events],
            [
                (f"Embargo ends: 3 cables of load {loads[0]}", FIRST),
                (f"Embargo ends: 1 cable of load {loads[3]}", SECOND),
                ("1 cable withheld until now", THIRD),
            ],
        )
        for reference in (*PIERS, *LAMPS, SEALED):
            self.assertNotIn(reference.encode(), text)
        page.goto(f"{events[0]['url']}")
        expect(page.locator("#content")).to_contain_text("3 of its cables are under embargo")
        page.go_back()

    def test_an_embargo_is_moved_and_another_ends_late(self):
        self.put_under_embargo("piers.csv", PIERS[:2], FIRST)
        page = self.open_calendar()
        self.follow(page, f"load {LoadRow.objects.first().load_id}")
        self.follow(page, "Set another time")
        page.get_by_label("Under embargo until (UTC)").fill("2099-01-20T08:00")
        page.get_by_label("Reason, for the log").fill("The newspaper is late.")
        self.look(page)
        self.press(page, "Set the time")
        self.assertEqual(self.ends(self.open_calendar()), ["20 January: 2"])

        late = timezone.now() - timedelta(days=1)
        LoadRow.objects.filter(reference=PIERS[0]).update(due=late)
        page = self.enter("Releaser")
        self.follow(page, "Calendar of embargoes")
        section = page.get_by_role("region", name="Overdue")
        expect(section).to_contain_text("Does the worker run?")
        expect(section.get_by_role("link", name=PIERS[0])).to_be_visible()
        self.look(page)
        self.assertEqual(self.status(PIERS[0]), 404)
        call_command("release_due")
        page.reload()
        expect(page.get_by_role("heading", name="Overdue")).to_have_count(0)
        self.assertIn("NEW PIERS", self.read(f"/cable/{PIERS[0]}/"))
        self.assertEqual(self.status(PIERS[1]), 404)

    def test_an_empty_calendar_leads_from_months_to_months(self):
        page = self.enter("Auditor", "cables/loadrow/")
        self.follow(page, "Calendar of embargoes")
        expect(page.locator("#content")).to_contain_text("No embargo ends in these months.")
        month = page.locator(".months caption").first.inner_text()
        today = datetime.now(UTC)
        self.assertEqual(month, f"{today:%B %Y}")
        expect(page.locator("[aria-current=date]")).to_have_text(f"{today.day}")
        self.follow(page, "Later")
        expect(page.locator(".months caption").filter(has_text=month)).to_have_count(0)
        self.follow(page, "Earlier")
        expect(page.locator(".months caption").first).to_have_text(month)
        self.look(page)
