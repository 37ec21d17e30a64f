"""A walk over the desk, as docs/curation.md has it, by curators in their roles; and its pictures.

With CABLES_PICTURES=1 the pictures of docs/pictures are drawn anew.
"""

from contextlib import chdir
from pathlib import Path

from playwright.sync_api import expect

from cables.loader import load
from cables.models import Cable, Change, LoadRow
from tests.browser.desk_walk import DeskWalk
from tests.slow import slow
from tests.source_files import csv_file, csv_record
from tests.working import work

ONE, TWO, LATER, MISSPELT = (f"09ROME90000{number}" for number in range(1, 5))
CABLE = f"/cable/{ONE}/"
# Selects words in the text of the page of a redaction.
SELECT = """words => {
  const text = document.querySelector("pre.wire").firstChild;
  const at = text.data.indexOf(words);
  document.getSelection().setBaseAndExtent(text, at, text, at + words.length);
}"""


class CurationTests(DeskWalk):
    def setUp(self):
        super().setUp()
        text = "Quinto Rossi, harbor master of Ostia, raised the fees for small boats."
        strange = csv_record(MISSPELT, origin="Embassy Romme", subject="LIGHTHOUSE LAMPS")
        self.load_by_command(csv_record(ONE, text=text), strange)

    def load_by_command(self, *records):
        """Load records as an operator does; the desk shows the path that the command was given."""
        with chdir(self.folder):
            load(csv_file(Path(), *records))

    def find(self, role, reference):
        """Return the page of a cable, found in the list of cables."""
        page = self.enter(role, "cables/cable/")
        page.locator("#searchbar").fill(reference)
        self.press(page, "Search")
        self.follow(page, reference)
        return page

    def read(self, address=CABLE):
        return super().read(address)

    @slow("no walk over the desk")
    def test_the_walk(self):
        for chapter in (
            *(self.load_a_file, self.release, self.redact, self.lift, self.correct, self.merge),
            *(self.withhold, self.decide_on_what_was_held, self.publish),
        ):
            chapter()
        done = Change.objects.exclude(by=None).order_by("pk").values_list("by__username", "action")
        self.assertEqual(
            [f"{name} {action}" for name, action in done if name != "releaser"],
            [
                *("redactor redacted", "redactor lifted"),
                *("cataloguer corrected", "cataloguer restored"),
                *("cataloguer merged", "cataloguer parted"),
                *("redactor decided", *["redactor withheld"] * 2, "redactor applied"),
                *("redactor decided", *["redactor published"] * 2),
            ],
        )

    def test_cables_are_found_and_the_search_is_saved(self):
        page = self.enter("Redactor", "cables/cable/")
        page.get_by_text("Paste references", exact=True).click()
        typed = f"09 Rome 0900001, {MISSPELT}; 09ROME900099\nand 12 eggs"
        page.get_by_label("References in any spelling").fill(typed)
        self.press(page, "Find these")
        expect(page.locator(".not-here")).to_contain_text("09ROME900099")
        page.get_by_label("Words:", exact=True).fill("ostia -lighthouse")
        self.press(page, "Search")
        expect(page.locator("#result_list tbody tr")).to_have_count(1)
        page.get_by_text("Filters", exact=True).click()
        page.get_by_label("State:").select_option("published")
        self.press(page, "Search")
        self.look(page)
        page.locator("#result_list").scroll_into_view_if_needed()
        self.draw(page, "find")
        page.get_by_label("Save this search as").fill("Ostia")
        self.press(page, "Save")
        self.expect_message(page, "The search is saved as Ostia.")
        self.follow(page, "Ostia")
        expect(page.locator("#result_list tbody tr")).to_have_count(1)
        with page.expect_download() as download:
            page.get_by_role("link", name="Download as CSV").click()
        self.assertIn(ONE, download.value.path().read_text())
        self.follow(page, "Saved searches")
        self.look(page)

    def load_a_file(self):
        page = self.enter("Releaser")
        self.look(page)
        self.follow(page, "Loads")
        self.look(page)
        self.follow(page, "Add load")
        text = "Quinto Rossi, harbor master of Ostia, lowered the fees for small boats."
        changed = csv_record(ONE, text=text)
        new = csv_record(TWO, subject="TWO NEW PIERS"), csv_record(LATER, subject="A DIVER")
        file = csv_file(self.folder, changed, *new, "broken\n", name="release.csv")
        page.get_by_label("A file of yours").set_input_files(file)
        page.get_by_label("Under embargo until (UTC)").fill("2099-01-01T12:00")
        page.get_by_label("Only these under embargo").fill(LATER)
        page.get_by_label("Reason of the embargo, for the log").fill("Until the newspaper is out.")
        self.look(page, "add")
        self.press(page, "Compare")
        work()
        page.reload()
        self.look(page, "load")
        self.follow(page, "Changed cables")
        self.look(page, "preview")
        expect(page.locator("ins").first).to_contain_text("lowered")
        page.go_back()
        self.press(page, "Apply")
        self.look(page)
        work()
        page.reload()
        expect(page.locator(".field-state")).to_contain_text("Finished")
        self.assertIn("lowered the fees for small boats", self.read())
        self.assertNotIn("A DIVER", self.read(f"/cable/{LATER}/"))
        self.follow(page, "Its rows that were not applied")
        self.look(page)

    def release(self):
        page = self.enter("Releaser", "cables/load/")
        with page.expect_navigation():  # A click alone does not wait for the page it leads to.
            page.locator("#result_list a").first.click()
        self.look(page, "embargo")
        self.follow(page, "Release now")
        page.get_by_label("Reason, for the log").fill("The newspaper is out.")
        self.look(page)
        self.press(page, "Release now")
        self.expect_message(page, "1 cable is released.")
        self.assertIn("A DIVER", self.read(f"/cable/{LATER}/"))

    def redact(self):
        page = self.find("Redactor", ONE)
        self.look(page)
        self.follow(page, "Redact")
        page.evaluate(SELECT, "Quinto Rossi")
        page.get_by_role("button", name="Take the words that are selected below").click()
        expect(page.get_by_label("Words")).to_have_value("Quinto Rossi")
        page.get_by_label("Reason, as readers will see it").fill("A witness is named.")
        self.press(page, "See what it would change")
        self.look(page)
        with page.context.expect_page() as opened:
            page.get_by_role("button", name="See the page as readers will").click()
        expect(opened.value.locator("#par1")).to_contain_text("[redacted], harbor master")
        self.assertIn("Quinto Rossi", self.read())
        self.press(page, "Redact")
        self.expect_message(page, f"{ONE} is redacted.")
        self.assertNotIn("Quinto Rossi", self.read())

    def test_near_misses_are_seen_and_ticked_before_a_redaction(self):
        text = "Meridian and M E R I D I A N left. The MERIDIANS waved, so did MER1DIAN2."
        others = (TWO, "MERI-\nDIAN rowed."), (LATER, "The Meridians sank.")
        records = (csv_record(name, text=said) for name, said in others)
        self.load_by_command(csv_record(ONE, text=text), *records)
        page = self.find("Redactor", ONE)
        self.follow(page, "Redact")
        page.get_by_label("Words").fill("Meridian")
        page.get_by_label("Reason, as readers will see it").fill("A witness is named.")
        self.press(page, "See what it would change")
        page.get_by_label("MERIDIANS").check()
        self.look(page, "redact")
        expect(page.locator("form.decision")).to_contain_text(
            "1 has the words, 1 has similar words"
        )
        self.press(page, "See what it would change")
        expect(page.get_by_label("MERIDIANS")).to_be_checked()
        page.get_by_label("Words").fill("Meridian\nboats")
        self.press(page, "Redact")
        expect(page.locator(".errorlist")).to_contain_text("The words or the place differ")
        page.get_by_label("Words").fill("Meridian")
        self.press(page, "See what it would change")
        self.press(page, "Redact")
        self.expect_message(page, f"{ONE} is redacted.")
        self.assertIn("[redacted] left. The [redacted] waved, so did MER1DIAN2.", self.read())

    def lift(self):
        page = self.enter("Redactor", "cables/redaction/")
        self.follow(page, ONE)
        self.look(page)
        self.follow(page, "Lift")
        page.get_by_label("Reason, for the log").fill("He is known.")
        self.look(page)
        self.press(page, "Lift the redaction")
        self.assertIn("Quinto Rossi", self.read())

    def correct(self):
        page = self.find("Cataloguer", ONE)
        self.follow(page, "Correct a fact")
        page.get_by_label("Fact").select_option("Subject")
        page.get_by_label("What is right").fill("Harbor fees of Ostia")
        page.get_by_label("Reason, as readers will see it").fill("The source cut the line.")
        self.press(page, "See what it would change")
        self.look(page, "correct")
        self.press(page, "Correct")
        self.assertIn("Harbor fees of Ostia", self.read())
        self.follow(page, "Corrections")
        self.follow(page, ONE)
        self.follow(page, "Undo")
        page.get_by_label("Reason, for the log").fill("It did not.")
        self.press(page, "Undo the correction")
        self.assertNotIn("Harbor fees of Ostia", self.read())

    def merge(self):
        page = self.enter("Cataloguer", "cables/merge/")
        self.follow(page, "Merge")
        page.get_by_label("What goes").fill("Embassy Romme")
        page.get_by_label("What it becomes").fill("Embassy Rome")
        page.get_by_label("Reason, for the log").fill("A misprint of the source.")
        self.press(page, "See which cables would move")
        self.look(page, "merge")
        self.press(page, "Merge")
        self.assertIn("Embassy Rome", self.read(f"/cable/{MISSPELT}/"))
        self.follow(page, "Embassy Romme")
        self.follow(page, "Undo")
        page.get_by_label("Reason, for the log").fill("The source has it so.")
        self.look(page)
        self.press(page, "Undo the merge")
        self.assertIn("Embassy Romme", self.read(f"/cable/{MISSPELT}/"))

    def decide_on_many(self, action, button, reason, picture=None):
        page = self.enter("Redactor", "cables/cable/?q=09ROME")
        for reference in (ONE, TWO):
            page.get_by_role("row", name=reference).get_by_role("checkbox").check()
        page.locator("select[name=action]").select_option(action)
        with page.expect_navigation():
            page.locator(".actions button").click()  # "Go"; "Run" in Django 6.1.
        page.get_by_label("Reason").fill(reason)
        if (look := page.get_by_role("button", name="See what it would change")).count():
            with page.expect_navigation():
                look.click()
        self.look(page, picture)
        self.press(page, button)
        return page

    def withhold(self):
        action = "Withhold the selected cables"
        page = self.decide_on_many(action, "Withhold", "They name a witness.", "withhold")
        self.expect_message(page, "2 cables are withheld.")
        self.assertIn("They name a witness.", self.read())
        self.assertNotIn("small boats", self.read())

    def decide_on_what_was_held(self):
        """A load does not touch what a curator withheld, until one says so."""
        self.load_by_command(csv_record(ONE, text="The fees fell once more."))
        page = self.enter("Redactor")
        self.look(page, "home")
        self.follow(page, "Rows that wait for a person")
        self.look(page)
        self.follow(page, f"Repair {ONE}, cables.csv, line 1")
        self.look(page, "held")
        page.get_by_label("Reason, for the log").fill("The newer text.")
        self.press(page, "Apply")
        self.look(page)
        self.assertEqual(LoadRow.objects.get(reference=ONE).outcome, "applied")

    def publish(self):
        page = self.decide_on_many("Publish the selected cables again", "Publish again", "It sank.")
        self.expect_message(page, "2 cables are published again.")
        self.assertIn("The fees fell once more.", self.read())
        self.assertFalse(Cable.objects.exclude(withheld_reason="").exists())
