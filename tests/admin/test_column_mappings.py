"""At the desk the columns of a CSV of another shape are chosen, with a preview of ten rows."""

from django.contrib.auth.models import User

from cables.curation.erasures import erase
from cables.models import Cable, Change, ColumnMapping, Load, LoadRow
from cables.models.roles import ROLES
from tests.admin.test_loads import ADD, ONE, THREE, TWO, LoadsTestCase, steps
from tests.builders import make_cable, withhold
from tests.models.test_roles import LETTERS, make_people
from tests.opened import form_of
from tests.slow import slow
from tests.source_files import csv_record
from tests.working import work

HEADING = "Ref. No.;Sent on;Office;What it says\n"
CHOSEN = {
    "column-reference": "Ref. No.",
    "column-created": "Sent on",
    "column-origin": "Office",
    "column-body": "What it says",
}


def row(reference=ONE, date="13/02/2009", text="Fees rose."):
    return f"{reference};{date};Embassy Rome;{text}\n"


class MappingTestCase(LoadsTestCase):
    def upload(self, *rows, encoding="utf-8", heading=HEADING, **values):
        """Upload a table of another shape; return the load, whose columns are to be chosen."""
        response = self.send("table.csv", (heading + "".join(rows)).encode(encoding), **values)
        load = Load.objects.latest("pk")
        self.assertRedirects(response, f"{steps(load)}columns/")
        return load

    def page(self, load, **query):
        return self.client.get(f"{steps(load)}columns/", query)

    def choose(self, load, button="compare", **values):
        """Send the page's form as it opens, with these values."""
        sent = form_of(self.page(load)) | CHOSEN | values | {button: "1"}
        return self.client.post(f"{steps(load)}columns/", sent, follow=True)

    def rows(self, response):
        """Return (reference or reason) of each row of the preview."""
        rows = response.context["page"].rows
        return [each.cable.reference if each.cable else each.reason for each in rows]


class ChoosingTests(MappingTestCase):
    def test_a_table_of_another_shape_leads_to_its_columns(self):
        load = self.upload(row(), row(TWO))
        self.assertEqual((load.state, load.mapping, work()), ("mapping", None, []))
        page = self.page(load)
        self.assertContains(page, "Choose its columns")
        self.assertContains(page, '<option value=";" selected>')
        self.assertContains(page, '<option value="day-first" selected>')
        self.assertContains(page, '<option value="Ref. No." selected>')
        self.assertContains(self.client.get("/admin/"), "Loads whose columns have to be chosen")
        self.assertContains(self.client.get(f"{steps(load)}change/"), f"{steps(load)}columns/")

    def test_known_files_are_compared_at_once(self):
        load = self.load(csv_record(ONE))
        self.assertEqual((load.state, load.mapping), ("compared", None))

    def test_the_first_ten_rows_are_shown_as_they_would_be_read(self):
        rows = [row(f"09ROME{900_101 + n}") for n in range(12)]
        rows[2] = row("09ROME900103", "13/14/2009")
        load = self.upload(*rows)
        page = self.choose(load, "preview")
        shown = self.rows(page)
        self.assertEqual((len(shown), shown[0]), (10, "09ROME900101"))
        self.assertIn("Not a date: '13/14/2009'", shown[2])
        self.assertContains(page, "13 February 2009")
        self.assertNotContains(page, '<th scope="col">Tags</th>')
        self.assertContains(page, '<th scope="col">Text begins</th>')
        self.assertNotContains(page, "Columns not read")
        self.assertContains(
            self.choose(load, "preview", **{"column-origin": ""}), "Columns not read: “Office”."
        )
        page = self.choose(load, "preview", **{"column-subject": "Office"})
        self.assertContains(page, '<th scope="col">Subject</th>')
        self.assertContains(page, "Compare with the archive")
        self.assertEqual((Load.objects.get().state, work()), ("mapping", []))

    def test_the_chosen_columns_are_those_of_comparison_and_load(self):
        load = self.upload(row(), row(TWO, "1/2/2009"), row(THREE, "1/2/2009", "\0"))
        self.choose(load)
        self.assertEqual(work(), ["compare_load"])
        load.refresh_from_db()
        self.assertEqual((load.state, load.counts["created"]), ("compared", 2))
        self.assertEqual(load.counts["rejected"], 1)
        self.do(load, "apply")
        work()
        load.refresh_from_db()
        counts = {name: load.counts[name] for name in ("rows", "created", "rejected")}
        self.assertEqual(counts, {"rows": 3, "created": 2, "rejected": 1})
        self.assertEqual(f"{Cable.objects.get(reference=TWO).created:%Y-%m-%d}", "2009-02-01")
        self.assertIn("NUL character", LoadRow.objects.get().reason)
        page = self.client.get(f"{steps(load)}change/")
        self.assertContains(page, "Reference: Ref. No.")
        log = Change.objects.filter(by=self.curator).values_list("action", flat=True)
        self.assertEqual(list(log), ["loaded", "applied", "compared", "uploaded"])

    def test_the_same_table_again_changes_nothing(self):
        for outcome in ("created", "unchanged"):
            load = self.upload(row(), row(TWO))
            self.choose(load, **{"column-origin": ""})
            work()
            load.refresh_from_db()
            self.assertEqual(load.counts[outcome], 2)
            for step in ("apply", None):  # Of the comparison, and of the load.
                page = self.client.get(f"{steps(load)}change/")
                self.assertContains(page, "<p>Columns not read: “Office”.</p>")
                if step:
                    self.do(load, step)
                    work()

    def test_a_missing_column_or_choice_is_named(self):
        load = self.upload(row())
        for values, words in (
            ({"column-body": ""}, "Choose a column."),
            ({"column-body": "Other"}, "The file has no such column"),
            ({"encoding": "odd"}, "Select a valid choice"),
        ):
            with self.subTest(words):
                self.assertContains(self.choose(load, **values), words)
                self.assertEqual(Load.objects.get().state, "mapping")

    def test_another_delimiter_or_encoding_is_tried_in_the_preview(self):
        load = self.upload(row(text="Café."), encoding="windows-1252")
        page = self.choose(load, "preview", encoding="mac-roman")
        self.assertContains(page, "CafÈ.")
        page = self.choose(load, "preview", encoding="windows-1252")
        self.assertContains(page, "Café.")
        page = self.choose(load, "preview", encoding="utf-16")
        self.assertContains(page, "choose another encoding")
        self.assertNotContains(page, "Compare with the archive")
        page = self.choose(load, "preview", delimiter=",")
        self.assertContains(page, "Choose a column.")

    def test_columns_are_guessed_anew_when_another_delimiter_gives_others(self):
        load = self.upload(row(text="The harbor master raised the fees. " * 5))
        sent = form_of(self.page(load)) | {"preview": "1"}
        wrong = {each: "" for each in sent if each.startswith("column-")} | {"delimiter": "|"}
        page = self.client.post(f"{steps(load)}columns/", sent | wrong)
        self.assertContains(page, "Choose a column.")
        self.assertContains(page, 'name="preview" value="Show the preview" formnovalidate')
        page = self.client.post(f"{steps(load)}columns/", sent | wrong | {"delimiter": ";"})
        self.assertContains(page, '<option value="Ref. No." selected>')
        self.assertEqual(self.rows(page), [ONE])

    def test_dates_that_can_be_read_both_ways_are_pointed_out(self):
        self.assertContains(self.page(self.upload(row(date="1/2/2009"))), "can be read both ways")
        self.assertNotContains(self.page(self.upload(row())), "can be read both ways")

    def test_a_dump_in_another_encoding_takes_no_columns(self):
        data = csv_record(ONE, text="Café fees, naïve.").encode("windows-1252")
        self.send("dump.csv", data)
        load = Load.objects.get()
        page = self.page(load)
        self.assertContains(page, "Café fees, naïve.")
        sent = form_of(page) | {"compare": "1"}
        self.client.post(f"{steps(load)}columns/", sent)
        work()
        load.refresh_from_db()
        self.assertEqual((load.state, load.counts["created"]), ("compared", 1))
        self.do(load, "apply")
        work()
        self.assertIn("Café", Cable.objects.get().body)

    def test_columns_are_chosen_again_until_the_load_is_applied(self):
        load = self.upload(row(date="1/2/2009"))
        self.choose(load, dates="month-first")
        work()
        self.choose(load, dates="day-first")
        work()
        load.refresh_from_db()
        self.assertEqual((load.state, load.mapping["dates"]), ("compared", "day-first"))
        self.do(load, "apply")
        work()
        page = self.page(load)
        self.assertRedirects(page, f"{steps(load)}change/")

    def test_a_load_without_columns_is_discarded_and_taken_up_again(self):
        load = self.upload(row())
        self.assertNotContains(self.client.get(f"{steps(load)}change/"), ">Apply<")
        self.do(load, "discard")
        self.assertEqual(Load.objects.get().state, "discarded")
        self.do(load, "take_up")
        self.assertEqual(Load.objects.get().state, "mapping")

    def test_an_embargo_holds_for_a_table_too(self):
        load = self.upload(row(), due="2099-03-01T12:00", reason="Until the conference.")
        self.choose(load)
        work()
        load.refresh_from_db()
        self.assertEqual(load.counts["waiting"], 1)

    def test_two_who_choose_at_once_make_one_comparison(self):
        load = self.upload(row())
        sent = form_of(self.page(load)) | CHOSEN | {"compare": "1"}
        self.client.post(f"{steps(load)}columns/", sent)
        again = self.client.post(f"{steps(load)}columns/", sent, follow=True)
        self.assertContains(again, "is being compared")
        self.assertEqual(work(), ["compare_load"])
        again = self.client.post(f"{steps(load)}columns/", sent, follow=True)
        self.assertContains(again, "Somebody was faster")
        self.assertEqual(work(), [])


class SavedTests(MappingTestCase):
    def test_a_saved_mapping_is_used_again(self):
        self.choose(self.upload(row()), name="Harbor office")
        saved = ColumnMapping.objects.get()
        self.assertEqual((saved.name, saved.by), ("Harbor office", self.curator))
        load = self.upload("x" + row(), heading="x" + HEADING.replace("Sent on", "sent"))
        self.assertContains(self.page(load), f"?saved={saved.pk}")
        page = self.page(self.upload(row()), saved=saved.pk)
        self.assertContains(page, '<option value="What it says" selected>')
        self.assertEqual(self.rows(page), [ONE])
        for odd in ("x", "9" * 30, "0", "-1", "\0"):
            with self.subTest(odd):
                self.assertEqual(self.page(load, saved=odd).status_code, 200)

    def test_a_name_means_one_mapping(self):
        self.choose(self.upload(row()), name="Harbors")
        page = self.choose(self.upload(row()), name="Harbors", encoding="iso-8859-1")
        self.assertContains(page, "There is a mapping of this name")
        self.choose(self.upload(row()), name="Harbors")
        self.assertEqual(Load.objects.latest("pk").mapping_name, "Harbors")
        self.assertEqual(ColumnMapping.objects.count(), 1)

    def test_a_load_keeps_its_mapping_when_the_saved_one_is_deleted(self):
        load = self.upload(row())
        self.choose(load, name="Harbors")
        address = f"/admin/cables/columnmapping/{ColumnMapping.objects.get().pk}/delete/"
        sent = form_of(self.client.get(address)) | {"why": "Not needed."}
        self.assertIn("stamp", sent)
        self.client.post(address, sent)
        self.assertFalse(ColumnMapping.objects.exists())
        work()
        load.refresh_from_db()
        self.assertEqual((load.state, load.counts["created"]), ("compared", 1))


class HiddenTests(MappingTestCase):
    def test_the_preview_hides_rows_of_cables_that_the_user_may_not_see(self):
        withhold(make_cable(ONE))
        make_cable(THREE)
        erase(THREE, "A court said so.")
        people = make_people()
        rows = (
            row(text="Rossi sang."),
            row(TWO),
            row(THREE, text="Rossi."),
            row(ONE, "x", "Rossi"),
        )
        for letter, sees in (("L", False), ("R", None)):
            self.client.force_login(people[letter])
            if sees is None:
                self.assertEqual(self.send("t.csv", HEADING + "".join(rows)).status_code, 403)
                continue
            load = self.upload(*rows)
            page = self.choose(load, "preview")
            self.assertContains(page, TWO)
            self.assertNotContains(page, "Rossi")
            self.assertContains(page, "Parts of this cable are withheld", 3)
        self.client.force_login(User.objects.create_superuser("root"))
        self.assertContains(self.choose(load, "preview"), "Rossi sang.")


class HostileTests(MappingTestCase):
    def test_a_table_that_cannot_be_read_says_why(self):
        names = ",".join(f"c{number}" for number in range(10_000))
        for heading, reason in (
            (f"{names}\n", "it has 10,000 columns, more than 200"),
            (",".join(["a,b"] * 5_000) + "\n", "it has 10,000 columns, more than 200"),
            ('"Ref;Date;Text\n', "its first row cannot be read. A quote is opened"),
        ):
            with self.subTest(reason, heading=heading[:20]):
                page = self.page(self.upload(heading=heading))
                self.assertContains(page, reason)
                self.assertNotContains(page, "Compare with the archive")
                self.assertNotContains(page, str(self.folder))

    @slow("no rows of megabytes read")
    def test_rows_of_megabytes_are_not_all_parsed_for_the_preview(self):
        rows = [row(f"09ROME{900_101 + n}", text="x " * 700_000) for n in range(4)]
        page = self.choose(self.upload(*rows), "preview")
        self.assertEqual(self.rows(page), ["09ROME900101", "09ROME900102"])

    def test_broken_rows_are_rejected_with_their_reasons(self):
        rows = [row(ONE, text='"open'), row(TWO, text="N\0L"), row(THREE).replace(";", ";;", 1)]
        load = self.upload(*rows, row("09ROME900004"))
        shown = self.rows(self.choose(load, "preview"))
        reasons = ("never closed", "NUL character in the column 'What it says'", "found 5")
        for reason, words in zip(shown, reasons, strict=False):
            self.assertIn(words, reason)
        self.assertEqual(shown[3:], ["09ROME900004"])
        self.choose(load)
        work()
        load.refresh_from_db()
        counts = {name: load.counts[name] for name in ("rows", "created", "rejected")}
        self.assertEqual(counts, {"rows": 4, "created": 1, "rejected": 3})

    def test_a_form_of_odd_values_is_no_error_of_the_server(self):
        load = self.upload(row())
        for odd in ({}, {"encoding": "\0"}, {"column-body": "\0" * 99}, {"name": "x" * 999}):
            with self.subTest(odd):
                answer = self.client.post(f"{steps(load)}columns/", odd | {"compare": "1"})
                self.assertEqual(answer.status_code, 200)
        self.assertEqual(Load.objects.get().state, "mapping")


class RightsTests(MappingTestCase):
    def test_only_roles_that_load_choose_columns(self):
        load = self.upload(row())
        sent = form_of(self.page(load)) | CHOSEN | {"compare": "1"}
        people = make_people()
        for letter in LETTERS:
            may = "load_files" in ROLES[LETTERS[letter]]
            self.client.force_login(people[letter])
            with self.subTest(LETTERS[letter]):
                self.assertEqual(self.page(load).status_code, 200 if may else 403)
                posted = self.client.post(f"{steps(load)}columns/", sent)
                self.assertEqual(posted.status_code, 302 if may else 403)

    def test_names_of_columns_are_text(self):
        load = self.upload(heading="<script>;Date;<b>x</b>\n")
        page = self.page(load)
        self.assertNotContains(page, "<b>x</b>")
        self.assertContains(page, "&lt;b&gt;x&lt;/b&gt;")

    def test_a_file_of_the_folder_of_sources(self):
        (self.sources / "table.tsv").write_text(
            "Ref\tDate\tText\n09ROME900001\t2009-02-03\tFees.\n"
        )
        response = self.client.post(ADD, {"source": "table.tsv", "collection": "cables"})
        load = Load.objects.get()
        self.assertRedirects(response, f"{steps(load)}columns/")
        (self.sources / "table.tsv").unlink()
        page = self.client.get(f"{steps(load)}columns/", follow=True)
        self.assertContains(page, "the file is gone; put it back")
        self.assertNotContains(page, str(self.sources))
