"""A row that cannot be read may have any text in any cell: few are shown it."""

from cables.loader import load
from cables.models import Load, LoadRow, Preview
from tests.admin import test_sealed_guesses as guesses
from tests.admin.test_loads import ADD, steps
from tests.admin.test_sealed_guesses import PUBLIC, SECRET
from tests.opened import form_of
from tests.source_files import csv_file, csv_record

HEADING = "Ref. No.;Sent on;Office;What it says\n"
COLUMNS = ("reference", "created", "origin", "body")


class RejectedTextTests(guesses.GuessTestCase):
    def assert_untold(self, address):
        for role, person in self.people.items():
            self.client.force_login(person)
            answer = self.client.get(address, follow=True)
            with self.subTest(role, address=address):
                self.assertNotContains(answer, "Rossi", status_code=answer.status_code)

    def lists(self):
        key = LoadRow.objects.get().pk
        yield from ("/admin/cables/loadrow/", "/admin/cables/left/matters/rejected/")
        yield f"/admin/cables/loadrow/{key}/change/"

    def test_text_in_the_place_of_a_reference_is_in_no_list(self):
        load(csv_file(self.folder, csv_record(SECRET), csv_record(PUBLIC)))
        for address in self.lists():
            self.assert_untold(address)
        for word in (SECRET, guesses.NONSENSE):
            page = self.client.get("/admin/cables/loadrow/", {"q": word})
            self.assertContains(page, "0 load rows")

    def test_it_is_in_no_preview(self):
        csv_file(self.folder, csv_record(SECRET), csv_record("09ROME9", created="13/45/2009"))
        self.client.force_login(self.people["Releaser"])
        self.client.post(ADD, {"source": "cables.csv", "collection": "cables"})
        guesses.work()
        run = Load.objects.latest("pk")
        self.assertEqual(run.counts["rejected"], 2)
        self.assert_untold(f"{steps(run)}preview/rejected/")
        references = Preview.objects.order_by("position").values_list("reference", flat=True)
        self.assertEqual(list(references), ["", "09ROME9"])

    def test_the_page_of_columns_shows_it_to_whoever_uploaded_the_file(self):
        for who in (self.root, self.people["Releaser"]):
            row = f"09-ROM.E9x;13/42/2009;Embassy Rome;1. {SECRET} hides.\n"
            (self.folder / "table.csv").write_text(HEADING + row)
            self.client.force_login(who)
            self.client.post(ADD, {"source": "table.csv", "collection": "cables"})
            address = f"{steps(Load.objects.latest('pk'))}columns/"
            self.client.force_login(self.people["Releaser"])
            chosen = dict(
                zip(map("column-{}".format, COLUMNS), HEADING.strip().split(";"), strict=True)
            )
            for column in (COLUMNS[0], COLUMNS[3]):  # The right one for a reference, and the text.
                chosen["column-reference"] = chosen[f"column-{column}"]
                sent = form_of(self.client.get(address)) | chosen | {"preview": "1"}
                page = self.client.post(address, sent)
                self.assertContains(page, "Rejected:")
                self.assertNotContains(page, "Rossi")
