"""A text is kept, found and shown wherever a source has it; an absent one is none."""

import json
from datetime import timedelta

from django.utils import timezone

from cables.loader import Progress, apply, load
from cables.loader.match_existing import is_same
from cables.models import Cable, Collection, Copy, Load, LoadRow, Matter
from cables.operations.integrity import IntegrityReport, check
from cables.sources import CsvMapping, nara_list
from cables.sources.nara_attributes import READ
from cables.sources.parsed_cable import parsed
from tests.loader.test_load import LoadTestCase
from tests.loader.test_mapped_loads import MappedLoadTestCase
from tests.slow import some
from tests.source_files import csv_file, csv_record

NAME = "75LISBON9412"
HEADING = "Document Number,Draft Date,Film Number,Subject,"
ROW = "1975LISBON09412,14-Mar-1975,D750089-0412,HARBOR FEES,"
TEXT = "1. The harbor raised its fees again."
OTHER = "1. The harbor lowered its fees again."
MAPPING = {"reference": "Document Number", "created": "Draft Date"}


class TableTestCase(LoadTestCase):
    def table(self, text="", column="Message Text", *, mapped=False, **options):
        """Load a list of the National Archives with this text, by a mapping or as it is."""
        path = self.folder / "aad.csv"
        path.write_text(f'{HEADING}{column}\n{ROW}"{text}"\n')
        if mapped:
            options["mapping"] = CsvMapping(columns=MAPPING | {"body": column})
        return load(path, **options)

    def dump(self, text):
        return self.csv(csv_record(NAME, created="3/14/1975 12:00", header="", body=text))

    def body(self):
        return Cable.objects.get().body


class ColumnTests(TableTestCase):
    def test_columns_with_usual_names_have_the_text(self):
        for column in ("Message Text", "TEXT", "message_text", "Full text", "Body", "Transcript"):
            with self.subTest(column):
                self.assertEqual(self.table(TEXT, column).unread, [])
                self.assertEqual(self.body(), TEXT)
                self.assertNotIn("locator", Cable.objects.get().facts["edition"])
                Cable.objects.all().delete()

    def test_columns_that_are_not_read_are_named(self):
        for options, unread in (
            ({}, ["Words", "Column 6"]),
            ({"mapped": True}, ["Film Number", "Subject", "Column 6"]),
        ):
            for is_dry in (True, False):
                with self.subTest(options, is_dry=is_dry):
                    path = self.folder / "aad.csv"
                    path.write_text(f"{HEADING}Words,\n{ROW}{TEXT},\n")
                    if options:
                        columns = MAPPING | {"body": "Words"}
                        options = {"mapping": CsvMapping(columns=columns)}
                    report = load(path, dry_run=is_dry, **options)
                    self.assertEqual(report.unread, unread)
                    self.assertIn(f"Columns not read: “{unread[0]}”, “", str(report))
        self.assertEqual(Load.objects.latest("pk").counts["unread"], unread)
        (self.folder / "more").mkdir()
        path.rename(self.folder / "more" / "one.txt")
        csv_file(self.folder / "more", csv_record())
        self.assertEqual(load(self.folder / "more").unread, ["Words", "Column 6"])

    def test_each_attribute_that_is_read_changes_what_is_kept(self):
        """Those of which nothing is kept would have to be named."""
        values = {"sent date": "15-Mar-1975", "date": "15-Mar-1975", "draft date": "15-Mar-1975"}
        values |= {"document number": "1975LISBON09413", "film number": "D750089-0413"}
        values |= {"review action": "WITHDRAWN", "original classification": "SECRET"}
        values |= {"current classification": "SECRET", "reference": "75 STATE 1", "type": "AI"}
        values |= dict.fromkeys(
            ("markings", "review markings"),
            "Declassified/Released US Department of State EO Systematic Review 30 JUN 2005",
        )
        rows = {"document number": "1975LISBON09412", "film number": "D1", "locator": "PAPER"}
        for key in sorted(READ):
            with self.subTest(key):
                given = rows | ({"draft date": "14-Mar-1975"} if "date" not in key else {})
                text = {} if key in ("review action", "review exemptions") else {"text": TEXT}
                given |= {"review action": "WITHDRAWN"} if key == "review exemptions" else {}
                given |= {"film number": "D2", "date": "13-Mar-1975"} | text
                self.assertNotEqual(
                    *(
                        repr(self.entry(each))
                        for each in (given, given | {key: values.get(key, "X")})
                    )
                )

    def entry(self, row):
        path = self.folder / "row.csv"
        row = {"draft date": "", "document number": "", "film number": ""} | row
        path.write_text("\n".join(",".join(each) for each in (row, row.values())))
        (record,) = parsed(nara_list.read(path))
        return record

    def test_cells_beyond_the_heading_are_no_part_of_a_list(self):
        path = self.folder / "aad.csv"
        path.write_text(f"{HEADING}Message Text\n{ROW},{TEXT}\n{ROW}{TEXT},,\n{ROW[:-1]}\n")
        report = load(path)
        self.assertEqual((report.rejected, report.created, report.noted), (1, 1, 1))

    def test_blanks_and_notices_are_no_text(self):
        for cell in ("  ", "n/a", "TEXT FOR THIS MRN IS UNAVAILABLE", "[Text not available.]"):
            for mapped in (False, True):
                with self.subTest(cell, mapped=mapped):
                    self.table(cell, mapped=mapped)
                    self.assertEqual(self.body(), "")
                    Cable.objects.all().delete()


class OutranksTests(TableTestCase):
    def test_any_text_outranks_none_in_each_order_source_and_collection(self):
        sources = {
            "list": lambda text, **options: self.table(text, **options),
            "mapped": lambda text, **options: self.table(text, mapped=True, **options),
            "dump": lambda text, **options: self.dump(text),
        }
        for first, second in (("list", "mapped"), ("mapped", "list"), ("dump", "list")):
            for collection in some(("others", "cables"), 2):
                for texts in ((TEXT, ""), ("", TEXT)):
                    with self.subTest((first, second), collection=collection, texts=texts):
                        Cable.objects.all().delete()
                        sources[first](texts[0])
                        dry = sources[second](texts[1], collection=collection, dry_run=True)
                        report = sources[second](texts[1], collection=collection)
                        self.assertEqual(dry, report)
                        self.assertEqual((report.changed, report.noted), (1, int(not texts[1])))
                        cable = Cable.objects.get()
                        self.assertEqual(cable.body, TEXT)
                        self.assertNotIn("locator", cable.facts.get("edition", {}))
                        self.assertFalse(Matter.objects.filter(kind="transmissions").exists())
                        page = self.client.get(f"/cable/{NAME}/copies/")
                        self.assertContains(page, "Without a text, so there is nothing to compare")
                        self.assertNotContains(page, "have the same words")
                        differing = []
                        check(IntegrityReport(), differing.append)
                        self.assertEqual(differing, [])
                        again = sources[second](texts[1], collection=collection)
                        self.assertEqual(again.unchanged, 1)

    def test_a_source_that_comes_without_its_text_does_not_take_it_away(self):
        for body in (TEXT, OTHER):  # Of a cable that shows it, and of one that shows another.
            with self.subTest(body):
                Cable.objects.all().delete()
                if body == OTHER:
                    self.dump(TEXT)
                self.table(body)
                dry = self.table("", dry_run=True)
                self.assertEqual(dry, self.table(""))
                self.assertEqual((dry.changed, dry.noted), (1, 1))
                self.assertEqual(self.table("").unchanged, 1)
                self.assertEqual(self.table(body).unchanged, 1)
                self.assertEqual(self.body(), TEXT)
                copy = Copy.objects.get(format="nara-list")
                self.assertEqual(copy.text and copy.text[1], None if body == TEXT else OTHER)
        self.assertEqual(Cable.objects.get().other_texts[0]["body"], OTHER)

    def test_a_text_that_an_earlier_version_lost_comes_back(self):
        self.table(TEXT)
        lost, digest = Copy.objects.get(), Copy.objects.get().digest
        for digests in ({"digest": "", "former_digests": [digest]}, {"digest": digest}):
            with self.subTest(digests):
                Copy.objects.filter(pk=lost.pk).update(**digests)
                Cable.objects.update(body="", header="", paragraph_ids=[], fingerprints=[])
                dry = self.table(TEXT, dry_run=True)
                self.assertEqual((dry.changed, dry), (1, self.table(TEXT)))
                self.assertEqual((self.body(), self.table(TEXT).unchanged), (TEXT, 1))

    def test_a_text_under_embargo_is_kept(self):
        home, _ = Collection.objects.get_or_create(slug="cables")
        due = timezone.now() + timedelta(days=1)
        for text in (TEXT, ""):
            path = csv_file(self.folder, csv_record(NAME, created="3/14/1975 12:00", body=text))
            run = Load.objects.create(collection=home, file=str(path), due=due)
            self.assertEqual(apply(run, path, Progress(run)).waiting, 1)
            self.assertEqual(json.loads(LoadRow.objects.get().raw)["body"], TEXT)


class ComparedTests(TableTestCase):
    def test_absent_texts_are_of_no_message(self):
        for one, two in (("", ""), (" ", ""), (TEXT, ""), ("", TEXT)):
            self.assertFalse(is_same(one, two), (one, two))
        self.assertTrue(is_same("Noted.", "Noted."))

    def test_only_texts_are_transmissions_and_spellings_are_no_second_name(self):
        self.table(TEXT)
        self.table(OTHER, mapped=True)
        self.assertEqual(
            Cable.objects.get().facts["copies"], [["1975LISBON09412", "csv"], [NAME, "nara-list"]]
        )
        self.assertFalse(Matter.objects.filter(kind="transmissions").exists())
        page = self.client.get(f"/cable/{NAME}/copies/")
        self.assertContains(page, "lowered")
        path = csv_file(
            self.folder,
            csv_record("75SECTION02OF02LISBON9412", created="3/14/1975 12:00", body=TEXT),
        )
        load(path)
        self.assertTrue(Matter.objects.filter(kind="transmissions").exists())

    def test_a_quotation_is_not_checked_in_a_text_that_is_not_here(self):
        self.table("")
        answer = self.client.post("/quote/", {"quotation": TEXT, "reference": NAME})
        self.assertContains(answer, f"The archive holds no text of {NAME}")
        self.assertContains(self.client.get(f"/cable/{NAME}/copies/"), "one copy")
        self.table("", mapped=True)
        self.assertContains(self.client.get(f"/cable/{NAME}/copies/"), "No copy has a text.")


class CommandTests(MappedLoadTestCase):
    def test_the_command_names_the_columns_that_are_not_read(self):
        path = self.write(f"URL,{HEADING}Message Text\nhttps://x.example/,{ROW}{TEXT}\n")
        for options in ({"dry_run": True}, {}):
            self.assertIn("Columns not read: “URL”.", self.run_command(path, **options))
