"""Walks over the columns of a table of another shape, and over the order of waiting loads."""

from playwright.sync_api import expect

from cables.models import ColumnMapping, Load
from tests.browser.desk_walk import DeskWalk
from tests.slow import slow
from tests.source_files import csv_file, csv_record
from tests.working import work

HEADING = "Ref. No.;Sent on;Office;Grade;What it says\n"
SENTENCES = [
    *("The café on the quay closes at ten.", "The harbor master’s brother sells ropes."),
    *("Señor Ibáñez rents two boats.", "The fee is 10 £ a day.", "The pilot Jürgen left."),
    *("A naïve offer came from Malmö.", "The crew wants its señal flags.", "The crane is rusty."),
    *("The château has a pier.", "Customs opens at 7.", "A barge sank.", "The buoy is adrift."),
]
ONE = "09ROME900401"
NAME = "Register of the harbor office"


@slow("no walk over the desk")
class TableColumnsWalk(DeskWalk):
    def table(self, name, *, first=1, date="0{}/02/2009", encoding="windows-1252"):
        """Write a table with semicolons, whose fifth row has no date; return its path."""
        rows = []
        for number, sentence in enumerate(SENTENCES):
            day = "undated" if number == 4 else date.format(number % 9 + 1)
            text = f"1. (U) {sentence} Nobody at the embassy had heard of it before this week."
            reference = f"09ROME9004{first + number:02}"
            rows.append(f"{reference};{day};Embassy Rome;UNCLASSIFIED;{text}\n")
        path = self.folder / name
        path.write_bytes((HEADING + "".join(rows)).encode(encoding))
        return path

    def upload(self, path):
        """Choose a file as a Releaser does; return the page that opens."""
        page = self.enter("Releaser", "cables/load/")
        self.follow(page, "Add load")
        page.get_by_label("A file of yours").set_input_files(path)
        self.press(page, "Compare")
        return page

    def preview(self, page):
        """Return the cells of the preview, row by row."""
        rows = page.locator(".results tbody tr").all()
        return [row.locator("td").all_inner_texts() for row in rows]

    def apply(self, page):
        """Have the load of this page compared, then apply it."""
        work()
        page.reload()
        self.look(page)
        self.press(page, "Apply")
        work()
        page.reload()
        expect(page.locator(".field-state")).to_contain_text("Finished")

    def test_columns_and_encoding_are_chosen_and_kept_for_the_next_file(self):
        page = self.upload(self.table("harbor.csv"))
        expect(page.locator("h1")).to_have_text("Choose its columns")
        expect(page.get_by_label("Encoding")).to_have_value("windows-1252")
        expect(page.get_by_label("Reference:", exact=True)).to_have_value("Ref. No.")
        expect(page.locator(".errornote")).to_contain_text("can be read both ways")
        page.get_by_label("Encoding").select_option("Mac Roman")
        page.get_by_label("Dates in numbers").select_option("day first: 3/2/2009")
        page.get_by_label("Body").select_option("What it says")
        page.get_by_label("Classification").select_option("Grade")
        self.press(page, "Show the preview")
        expect(page.locator(".results")).not_to_contain_text("The café")
        page.get_by_label("Encoding").select_option("Windows-1252 (Western European)")
        page.get_by_role("button", name="Show the preview").focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        rows = self.preview(page)
        self.assertEqual((len(rows), rows[0][0], rows[0][3]), (10, ONE, "UNCLASSIFIED"))
        self.assertIn("1 February 2009", rows[0][1])
        self.assertIn("The café on the quay", rows[0][-1])
        self.assertIn("Not a date: 'undated'", rows[4][0])
        page.get_by_label("Save this mapping as").fill(NAME)
        self.look(page)
        page.get_by_role("heading", name="Its columns", exact=True).evaluate(
            "each => each.scrollIntoView()"
        )
        self.draw(page, "columns")
        self.press(page, "Compare with the archive")
        self.apply(page)
        expect(page.locator("#content")).to_contain_text(f"Mapping “{NAME}”")
        text = self.read(f"/cable/{ONE}/")
        self.assertIn("The café on the quay", text)
        self.assertIn("2009-02-01", text)
        self.assertEqual(self.status("09ROME900405"), 404)  # It has no date.
        self.take_the_saved_mapping()

    def take_the_saved_mapping(self):
        page = self.upload(self.table("more.csv", first=21))
        self.follow(page, NAME)
        expect(page.get_by_label("Dates in numbers")).to_have_value("day-first")
        self.assertEqual(len(self.preview(page)), 10)
        self.press(page, "Compare with the archive")
        self.apply(page)
        self.assertIn("The café on the quay", self.read("/cable/09ROME900421/"))
        self.follow(page, "Loads")
        self.look(page)
        page = self.enter("Releaser", "cables/columnmapping/")
        self.follow(page, NAME)
        self.look(page)
        self.assertEqual(ColumnMapping.objects.get().name, NAME)

    def test_the_missing_column_is_named_and_nothing_is_loaded(self):
        page = self.upload(self.table("harbor.csv"))
        page.get_by_label("Body").select_option("–")
        self.press(page, "Show the preview")
        expect(page.locator(".errorlist")).to_have_text("Choose a column.")
        expect(page.get_by_role("button", name="Compare with the archive")).to_have_count(0)
        self.look(page)
        self.follow(page, "Cancel")
        expect(page.locator("#content")).to_contain_text("Nothing changes before its columns are")
        self.look(page)
        self.follow(page, "Choose its columns")
        expect(page.get_by_label("Body")).to_have_value("What it says")
        self.assertEqual((work(), self.status(ONE)), ([], 404))


@slow("no walk over the desk")
class OrderOfLoadsWalk(DeskWalk):
    def upload(self, name, reference):
        page = self.enter("Releaser", "cables/load/add/")
        page.get_by_label("A file of yours").set_input_files(
            csv_file(self.folder, csv_record(reference), name=name)
        )
        self.press(page, "Compare")
        return page

    def order(self, page):
        names = page.locator(".results tbody th").all_inner_texts()
        return [name.rpartition(" ")[2] for name in names]

    def test_waiting_loads_are_moved_and_given_a_priority(self):
        for number, name in enumerate(("anchors.csv", "buoys.csv", "cranes.csv"), 1):
            page = self.upload(name, f"09ROME90050{number}")
        self.follow(page, "See the order of waiting loads")
        self.assertEqual(self.order(page), ["anchors.csv", "buoys.csv", "cranes.csv"])
        self.look(page)
        first, second, third = Load.objects.order_by("pk").values_list("pk", flat=True)
        page.get_by_role("button", name=f"Load {third} to the front").focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        self.expect_message(page, f"Load {third}, cranes.csv: moved to the front.")
        self.assertEqual(self.order(page), ["cranes.csv", "anchors.csv", "buoys.csv"])
        page.get_by_label(f"Priority of load {second}").fill("50")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.locator(".messagelist")).to_contain_text("buoys.csv: given another priority.")
        self.assertEqual(self.order(page), ["buoys.csv", "cranes.csv", "anchors.csv"])
        self.press(page, f"Load {first} to the front")
        self.assertEqual(self.order(page), ["anchors.csv", "buoys.csv", "cranes.csv"])
        self.look(page)
        work()
        page.reload()
        expect(page.locator("#content")).to_contain_text("No load waits.")
        self.look(page)

    def test_of_two_curators_the_second_looks_again(self):
        self.upload("anchors.csv", "09ROME900501")
        page = self.upload("buoys.csv", "09ROME900502")
        self.follow(page, "See the order of waiting loads")
        first, second = Load.objects.order_by("pk").values_list("pk", flat=True)
        other = self.enter("Releaser", "cables/load/queue/")
        self.press(other, f"Load {second} to the front")
        self.press(page, f"Load {first} to the end")
        self.expect_message(page, "The order changed meanwhile.")
        self.assertEqual(self.order(page), ["buoys.csv", "anchors.csv"])
        reader = self.enter("Auditor", "cables/load/")
        self.follow(reader, "See the order of waiting loads")
        self.assertEqual(self.order(reader), ["buoys.csv", "anchors.csv"])
        expect(reader.locator(".results button")).to_have_count(0)
        self.look(reader)
        work()
