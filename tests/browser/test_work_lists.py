"""Walks over the work lists and the calendar of embargoes, as docs/curation.md has them."""

from datetime import UTC, datetime, timedelta

from django.core.management import call_command
from django.utils import timezone
from icalendar import Calendar
from playwright.sync_api import expect

from cables.loader import load
from cables.models import BulkDecision, Collection, Left, LoadRow, MatterAssignment
from tests.browser.desk_walk import DeskWalk
from tests.slow import slow
from tests.source_files import csv_file, csv_record
from tests.working import work

REGISTER = "register"  # The short name of a second collection,
REGISTER_NAME = "Register of the consulate"
ROME = [f"09ROME90010{number}" for number in range(1, 6)]
OSTIA = [f"09ROME90020{number}" for number in range(1, 4)]
WORDS = [
    *("The harbor master of Ostia raised the fees.", "Four lamps of the lighthouse are broken."),
    *("The pilots ask for a second boat.", "A dredger was lent to Civitavecchia."),
    *("The fish market opens on Sundays.", "The quay was swept.", "Two divers were hired."),
    "The ferry to Ponza is late.",
]
TEXT = "UNCLAS ROME {}\n\nE.O. 12958: N/A\nTAGS: EFIS, IT\n\n1. (U) {}\n"
LISTS = "All work lists: what each means, and what to do"
EMPTY = "Empty subjects"


def records(references, words):
    """Return rows of a CSV whose texts have no subject; the date of the third is doubtful."""
    return [
        csv_record(
            reference,
            body=TEXT.format(reference[-6:], sentence),
            created="2/5/2009 14:05" if number == 2 else "2/3/2009 14:05",
        )
        for number, (reference, sentence) in enumerate(zip(references, words, strict=False))
    ]


@slow("no walk over the desk")
class WorkListWalk(DeskWalk):
    def setUp(self):
        super().setUp()
        load(csv_file(self.folder, *records(ROME, WORDS)))
        Collection.objects.create(slug=REGISTER, name=REGISTER_NAME)
        load(csv_file(self.folder, *records(OSTIA[:2], WORDS[5:])), collection=REGISTER)

    def open_list(self, role):
        """Return the list of empty subjects, reached from the first page."""
        page = self.enter(role)
        self.follow(page, LISTS)
        self.look(page)
        self.follow(page, EMPTY)
        return page

    def cables(self, page):
        """Return the references that a list of matters shows."""
        return [text.split()[0] for text in page.locator(".results tbody th").all_inner_texts()]

    def count_at_home(self, role, label):
        """Return what the first page of the desk has beside a label, "" without it."""
        rows = self.enter(role).locator("#content-main tr").filter(has_text=label)
        return rows.locator("td").inner_text() if rows.count() else ""

    def test_matters_are_assigned_and_wait_for_the_colleague(self):
        page = self.open_list("Cataloguer")
        self.assertEqual(self.cables(page), [*ROME, *OSTIA[:2]])
        expect(page.locator(".results")).to_contain_text(f"{ROME[0]} {WORDS[0]}")
        for reference in ROME[:2]:  # By keyboard.
            page.get_by_label(f"Choose {reference}").focus()
            page.keyboard.press("Space")
        page.get_by_label("Assign them to").select_option("redactor")
        page.get_by_role("button", name="Assign the ticked ones").focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        self.expect_message(page, "2 assigned to redactor.")
        page.get_by_label(f"Choose {ROME[2]}").check()
        page.get_by_label("Assign them to").select_option("me")
        self.press(page, "Assign the ticked ones")
        holders = page.locator(".results tbody td:nth-last-child(2)")
        names = ["redactor"] * 2 + ["cataloguer"] + ["–"] * 4
        expect(holders).to_have_text(names, use_inner_text=True)
        self.look(page, "work")
        self.assertEqual(self.count_at_home("Redactor", "Matters assigned to you"), "2")
        self.assertEqual(self.count_at_home("Releaser", "Matters assigned to you"), "")
        self.colleague_sees_what_is_theirs()
        self.follow(page, "Created against date-time group")
        self.assertEqual(self.cables(page), [ROME[2]])

    def colleague_sees_what_is_theirs(self):
        page = self.enter("Redactor")
        self.follow(page, "Matters assigned to you")
        expect(page.locator("#content-main")).to_contain_text("2 to be decided.")
        self.follow(page, EMPTY)
        self.assertEqual(self.cables(page), ROME[:2])
        expect(page.get_by_role("button", name="Leave them as they are")).to_have_count(0)
        self.follow(page, "Without filters")
        page.get_by_label("Assigned to", exact=True).select_option("Nobody")
        self.press(page, "Filter")
        self.assertEqual(self.cables(page), [*ROME[3:], *OSTIA[:2]])

    def test_what_a_colleague_assigned_meanwhile_is_left_alone(self):
        page = self.open_list("Cataloguer")
        other = self.open_list("Releaser")
        other.get_by_label(f"Choose {ROME[0]}").check()
        other.get_by_label("Assign them to").select_option("me")
        self.press(other, "Assign the ticked ones")
        for reference in ROME[:2]:
            page.get_by_label(f"Choose {reference}").check()
        page.get_by_label("Assign them to").select_option("me")
        self.press(page, "Assign the ticked ones")
        self.expect_message(page, "1 assigned to cataloguer.")
        self.expect_message(page, "Not changed: 1.")
        assigned = dict(MatterAssignment.objects.values_list("key", "to__username"))
        self.assertEqual(assigned, {ROME[0]: "releaser", ROME[1]: "cataloguer"})

    def test_one_is_repaired_one_is_left_and_taken_back(self):
        page = self.open_list("Cataloguer")
        self.follow(page, f"Repair {ROME[1]}")
        expect(page.get_by_label("Fact")).to_have_value("subject")
        page.get_by_label("What is right").fill("Lamps of the lighthouse")
        page.get_by_label("Reason, as readers will see it").fill("The telegram has no subject.")
        self.press(page, "See what it would change")
        self.press(page, "Correct")
        self.assertIn("Lamps of the lighthouse", self.read(f"/cable/{ROME[1]}/"))

        page = self.open_list("Cataloguer")
        self.assertNotIn(ROME[1], self.cables(page))
        before = self.read(f"/cable/{ROME[3]}/")
        page.get_by_label(f"Choose {ROME[3]}").check()
        page.get_by_label("Leave the ticked ones, because").fill("Nobody gave it one.")
        self.press(page, "Leave them as they are")
        self.expect_message(page, "1 left as it is.")
        self.assertNotIn(ROME[3], self.cables(page))
        self.assertEqual(self.read(f"/cable/{ROME[3]}/"), before)

        self.follow(page, "Matters that were left as they are")
        self.look(page)
        expect(page.locator("#result_list")).to_contain_text("Nobody gave it one.")
        page.get_by_role("row", name=ROME[3]).get_by_role("checkbox").check()
        page.locator("select[name=action]").select_option("Take back: it needs a person again")
        with page.expect_navigation():
            page.locator(".actions button").click()  # "Go"; "Run" in Django 6.1.
        page.get_by_label("Reason, for the log").fill("It has one on its second page.")
        self.look(page)
        self.press(page, "Take them back")
        self.expect_message(page, "1 taken back.")
        self.assertIn(ROME[3], self.cables(self.open_list("Cataloguer")))

    def test_all_of_a_kind_are_left_by_one_decision_and_come_back_by_one(self):
        page = self.open_list("Releaser")
        page.get_by_label("Collection").select_option("cables")
        self.press(page, "Filter")
        self.assertEqual(self.cables(page), ROME)
        self.follow(page, "Leave all 5 …")
        expect(page.locator("form.decision")).to_contain_text("collection cables")
        self.look(page)
        page.get_by_label("Reason, for the log").fill("The post never gave subjects.")
        self.press(page, "Leave all 5 as they are")
        self.expect_message(page, "5 left as they are.")
        self.look(page)
        self.assertEqual(self.cables(self.open_list("Releaser")), OSTIA[:2])
        self.follow(page, "Undo")
        page.get_by_label("Reason, for the log").fill("Some did.")
        self.look(page)
        self.press(page, "Undo the decision")
        self.assertEqual(self.cables(self.open_list("Releaser")), [*ROME, *OSTIA[:2]])
        self.assertFalse(Left.objects.exists())
        self.assertEqual(BulkDecision.objects.count(), 1)

    def test_a_rule_is_switched_off_for_a_collection_and_on_again(self):
        page = self.enter("Cataloguer")
        self.assertEqual(self.count_at_home("Cataloguer", EMPTY), "7")
        self.follow(page, LISTS)
        self.follow(page, "Rules that are off for a collection")
        self.follow(page, REGISTER_NAME)
        self.follow(page, f"Switch off: {EMPTY}")
        expect(page.locator("form.decision")).to_contain_text("2 matters of this rule are in")
        self.look(page)
        page.get_by_label("Reason, for the log").fill("A register has no subjects.")
        self.press(page, "Switch off")
        row = page.get_by_role("row", name=EMPTY)
        expect(row).to_contain_text("A register has no subjects.")
        self.look(page)
        load(csv_file(self.folder, *records(OSTIA[2:], WORDS[7:])), collection=REGISTER)
        self.assertEqual(self.cables(self.open_list("Cataloguer")), ROME)
        self.assertEqual(self.count_at_home("Cataloguer", EMPTY), "5")
        self.assertIn("The ferry to Ponza is late.", self.read(f"/cable/{OSTIA[2]}/"))

        self.follow(page, f"Switch on: {EMPTY}")
        page.get_by_label("Reason, for the log").fill("Some have one.")
        self.press(page, "Switch on")
        self.assertEqual(self.cables(self.open_list("Cataloguer")), [*ROME, *OSTIA])

    def test_cables_with_several_matters_have_all_of_them(self):
        page = self.enter("Auditor")
        self.follow(page, LISTS)
        self.follow(page, "Cables with several matters")
        self.look(page)
        groups = page.locator(".results tbody")
        expect(groups).to_have_count(1)
        expect(groups.locator("tr")).to_have_count(2)
        expect(groups).to_contain_text(f"{ROME[2]} {WORDS[2]}")


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
