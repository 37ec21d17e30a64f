"""Rows that failed are repaired where they stand: one in the browser, or all as a file."""

from django.contrib.auth.models import Permission

from cables.models import Cable, Load, LoadRow
from tests.admin.test_column_mappings import HEADING, MappingTestCase, row
from tests.admin.test_loads import ADD, ONE, THREE, TWO, steps
from tests.builders import make_curator
from tests.opened import form_of, send
from tests.source_files import csv_record
from tests.working import work

LEFT = "/admin/cables/left/matters/rejected/"
BROKEN = "13/45/2009 10:00"


class RepairTests(MappingTestCase):
    def applied(self, load):
        work()
        self.do(load, "apply")
        work()
        load.refresh_from_db()
        return load

    def repair(self, text):
        """Edit the row that was rejected, at the page to which "Repair" leads."""
        page = self.client.get(LEFT)
        address = f"/admin/cables/loadrow/{LoadRow.objects.get().pk}/repair/"
        self.assertContains(page, f'href="{address}"')
        self.raw = form_of(self.client.get(address))["text"][0]
        return send(self.client, address, {"text": text(self.raw).replace("\n", "\r\n")})

    def test_a_row_is_edited_in_the_browser_and_loaded(self):
        bad = self.applied(self.load(csv_record(ONE), csv_record(TWO, created=BROKEN)))
        refused = self.repair(lambda raw: raw.replace("13/45", "13/46"))
        self.assertContains(refused, "Not a date")
        self.assertEqual(Load.objects.count(), 1)
        self.repair(lambda raw: raw.replace("13/45", "3/4"))
        work()
        load = Load.objects.latest("pk")
        self.assertEqual((load.state, load.collection), ("compared", bad.collection))
        self.assertEqual(load.counts["created"], 1)
        page = self.client.get(f"/admin/cables/loadrow/{LoadRow.objects.get().pk}/change/")
        self.assertContains(page, f"load {load.pk}, {load.name}</a>: compared")
        self.assertContains(self.client.get(LEFT), TWO)
        self.applied(load)
        self.assertEqual(Cable.objects.get(reference=TWO).created.month, 3)
        self.assertNotContains(self.client.get(LEFT), TWO)

    def test_a_row_of_a_table_with_columns_and_without_a_reference_is_repaired(self):
        load = self.upload(row(), row("", "1/2/2009"))
        self.choose(load)
        self.applied(load)
        self.assertEqual(LoadRow.objects.get().reference, "")
        self.repair(lambda raw: f"{TWO}{raw}")
        self.applied(Load.objects.latest("pk"))
        self.assertEqual(f"{Cable.objects.get(reference=TWO).created:%Y-%m-%d}", "2009-02-01")
        self.assertNotContains(self.client.get(LEFT), "line 3")

    def test_a_repaired_row_waits_as_long_as_its_load_does_now(self):
        values = {"due": "2098-01-01T00:00", "reason": "Until Quinto Rossi left."}
        bad = self.applied(self.load(csv_record(ONE), csv_record(TWO, created=BROKEN), **values))
        LoadRow.objects.filter(reference=ONE).update(outcome="withdrawn", due=None)
        address = f"/admin/cables/loadrow/{LoadRow.objects.get(reference=TWO).pk}/repair/"
        repaired = {"text": form_of(self.client.get(address))["text"][0].replace("13/45", "3/4")}
        self.assertContains(send(self.client, address, repaired), "under embargo without end")
        Load.objects.update(due="2009-01-01T00:00Z")
        LoadRow.objects.filter(reference=ONE).update(outcome="waiting", due="2099-01-01T00:00Z")
        send(self.client, address, repaired)
        load = self.applied(Load.objects.latest("pk"))
        self.assertEqual(
            (load.rows.get().due.year, load.embargo_reason), (2099, f"As load {bad.pk}.")
        )

    def test_all_that_failed_is_a_file_that_can_be_loaded_and_the_rows_name_it(self):
        broken = [csv_record(each, created=BROKEN) for each in (ONE, TWO)]
        bad = self.applied(self.load(*broken, csv_record(THREE)))
        page = self.client.get(f"{steps(bad)}change/")
        for form in ("rows", "csv"):
            self.assertContains(page, f'href="{steps(bad)}failed.{form}"')
        reasons = self.client.get(f"{steps(bad)}failed.csv").getvalue().decode()
        self.assertIn("cables.csv, line 1", reasons)
        text = self.client.get(f"{steps(bad)}failed.rows").content.decode()
        self.assertEqual(text.replace("\r\n", "\n").count("\n"), "".join(broken).count("\n"))
        fixed = self.applied(self.load(text.replace("13/45", "3/4")))
        self.assertEqual(fixed.counts["created"], 2)
        rows = self.client.get("/admin/cables/loadrow/")
        self.assertContains(rows, f"load {fixed.pk}, {fixed.name}</a>: finished", 2)
        self.assertNotContains(self.client.get(f"{steps(bad)}change/"), "failed.rows")

    def test_the_file_of_a_table_has_its_heading(self):
        load = self.upload(row(), row("", "1/2/2009"))
        self.choose(load)
        self.applied(load)
        text = self.client.get(f"{steps(load)}failed.rows").content.decode()
        self.assertEqual(text, HEADING + row("", "1/2/2009"))

    def test_only_who_may_see_any_text_or_sent_the_file_repairs_it(self):
        load = self.applied(self.load(csv_record(TWO, created=BROKEN)))
        row = LoadRow.objects.get()
        addresses = (f"{steps(load)}failed.csv", f"/admin/cables/loadrow/{row.pk}/repair/")
        ben = make_curator("ben", "load_files", "view_load", "view_loadrow")
        self.client.force_login(ben)
        for address in addresses:
            self.assertEqual(self.client.get(address).status_code, 403)
        page = self.client.get(f"/admin/cables/loadrow/{row.pk}/change/")
        self.assertNotContains(page, "/repair/")
        own = self.applied(self.load(csv_record(ONE, created=BROKEN)))
        row = LoadRow.objects.get(load=own)
        for address in (f"{steps(own)}failed.csv", f"/admin/cables/loadrow/{row.pk}/repair/"):
            self.assertEqual(self.client.get(address).status_code, 200)

    def test_a_page_is_corrected_in_its_source(self):
        self.curator.user_permissions.add(Permission.objects.get(codename="see_sealed"))
        (self.sources / "broken.html").write_text("<html><body>Nothing</body></html>")
        self.client.post(ADD, {"source": "broken.html", "collection": "cables"})
        self.applied(Load.objects.latest("pk"))
        row = LoadRow.objects.get()
        answer = self.client.get(f"/admin/cables/loadrow/{row.pk}/repair/", follow=True)
        self.assertContains(answer, "Correct it in its source")
