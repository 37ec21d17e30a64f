"""What becomes of each record; loading a file again changes nothing."""

import itertools
from datetime import UTC, date, datetime

from cables.curation.held_records import apply_held
from cables.loader import LoadReport, apply, load
from cables.loader.load_progress import Progress, begin
from cables.models import Cable, Copy, FormerParagraph, Load, LoadRow, Origin, Tag, Tagging, Version
from tests.base import TestCase
from tests.builders import withhold
from tests.refusing import REFUSED, refuse_records
from tests.slow import SLOW
from tests.source_files import csv_file, csv_record, page_file, text_file

FACTS = ["reference", "subject", "header", "body", "tags", "released", "digest", "facts"]
FACTS += ["paragraph_ids", "classification", "origin__name", "collections", "cites"]


def everything():
    """Return the public values of all cables."""
    return list(Cable.objects.order_by("reference").values_list(*FACTS))


class LoadTestCase(TestCase):
    def csv(self, *records, **options):
        return load(csv_file(self.folder, *records), **options)


class OutcomeTests(LoadTestCase):
    def test_a_new_cable_is_created(self):
        report = self.csv(csv_record(cites="09ROME900007|09 Rome 8"))
        self.assertEqual(report, LoadReport(rows=1, created=1))
        cable = Cable.objects.get()
        self.assertEqual(cable.reference, "09ROME900001")
        self.assertEqual(cable.subject, "HARBOR FEES")
        self.assertEqual(cable.tags, ["PREL", "PGOV", "IT"])
        self.assertEqual(cable.cites, ["09ROME900007", "09ROME8"])
        self.assertEqual(cable.paragraph_ids, ["par1", "par2"])
        self.assertEqual(cable.marks, ["U"])
        self.assertEqual(cable.origin.city, "Rome")
        self.assertEqual(cable.origin.country.iso2, "IT")
        self.assertEqual(Tag.objects.get(code="IT").kind, "geo")

    def test_the_same_record_again_is_unchanged(self):
        self.csv(csv_record())
        before = everything()
        self.assertEqual(self.csv(csv_record()), LoadReport(rows=1, unchanged=1))
        self.assertEqual(everything(), before)

    def test_another_text_changes_the_cable_and_keeps_the_old_version(self):
        self.csv(csv_record(text="Fees rose."))
        old = Cable.objects.get()
        self.assertEqual(self.csv(csv_record(text="Fees fell.")), LoadReport(rows=1, changed=1))
        cable, version = Cable.objects.get(), Version.objects.get()
        self.assertIn("Fees fell.", cable.body)
        self.assertEqual((version.number, version.body), (1, old.body))
        self.assertEqual((version.digest, version.paragraph_ids), (old.digest, old.paragraph_ids))
        self.assertEqual(cable.version, 2)

    def test_a_version_does_not_end_before_it_began_whatever_the_clocks(self):
        self.csv(csv_record(text="Fees rose."))
        Cable.objects.update(changed_at=datetime(2099, 1, 1, tzinfo=UTC))  # By another machine.
        self.csv(csv_record(text="Fees fell."))
        version = Version.objects.get()
        self.assertGreaterEqual(version.until, version.since)

    def test_an_old_text_loaded_again_changes_nothing(self):
        first, second = csv_record(text="Fees rose."), csv_record(text="Fees fell.")
        self.csv(first)
        self.csv(second)
        before = everything()
        self.assertEqual(self.csv(first), LoadReport(rows=1, unchanged=1))
        self.assertEqual(self.csv(second), LoadReport(rows=1, unchanged=1))
        self.assertEqual(self.csv(first, second), LoadReport(rows=2, unchanged=2))
        self.assertEqual(everything(), before)

    def test_a_record_that_cannot_be_parsed_is_rejected_and_kept(self):
        lines = []
        bad = csv_record("09ROME900002", created="13/32/2009 1:00")
        report = self.csv(csv_record(), bad, csv_record("09ROME900003"), on_reject=lines.append)
        self.assertEqual(report, LoadReport(rows=3, created=2, rejected=1))
        row = LoadRow.objects.get()
        self.assertEqual((row.outcome, row.raw.strip()), ("rejected", bad.strip()))
        self.assertRegex(lines[0], r"cables\.csv:14: Not a date: '13/32/2009 1:00'")

    def test_a_rejected_record_loaded_again_is_kept_once(self):
        for _ in range(2):
            self.csv(csv_record(classification="HUSH"))
        self.assertEqual(LoadRow.objects.count(), 1)

    def test_a_value_that_postgresql_refuses_rejects_its_record_alone(self):
        refuse_records()
        report = self.csv(csv_record(), csv_record("09ROME900002", text=REFUSED))
        self.assertEqual(report, LoadReport(rows=2, created=1, rejected=1))
        self.assertIn("PostgreSQL cannot store it", LoadRow.objects.get().reason)

    def test_a_new_text_of_a_withheld_cable_is_held(self):
        self.csv(csv_record())
        withhold(Cable.objects.get(), "Names a source.")
        report = self.csv(csv_record(text="The name is Secretname."))
        self.assertEqual(report, LoadReport(rows=1, held=1))
        self.assertNotIn("Secretname", str(everything()))
        self.assertEqual(LoadRow.objects.get().outcome, "held")
        self.assertIn("Secretname", LoadRow.objects.get().raw)

    def test_a_withheld_cable_loaded_again_stays_withheld(self):
        self.csv(csv_record())
        withhold(Cable.objects.get(), "Names a source.")
        self.assertEqual(self.csv(csv_record()), LoadReport(rows=1, unchanged=1))
        self.assertFalse(Cable.objects.published().exists())

    def test_a_dry_run_reports_and_stores_nothing(self):
        report = self.csv(csv_record(), csv_record(classification="HUSH"), dry_run=True)
        self.assertEqual(report, LoadReport(rows=2, created=1, rejected=1))
        for model in (Cable, Copy, Load, LoadRow, Origin, Tagging):
            self.assertFalse(model.objects.exists(), model)

    def test_what_the_title_needs_is_stored_with_a_cable_without_a_subject(self):
        body = (
            "ROME 900001\n\n1. For the Secretary. Embtel 900.\n\nThe harbor master\nthanked us.\n"
        )
        self.csv(csv_record(header="FM AMEMBASSY ROME\nTO SECSTATE WASHDC", body=body))
        facts = Cable.objects.get().facts
        self.assertEqual(facts["opening"], "The harbor master thanked us.")
        self.assertEqual(facts["recipient"], "Department of State")

    def test_the_row_of_a_load_has_its_counts(self):
        self.csv(csv_record())
        run = Load.objects.get()
        self.assertEqual((run.state, run.counts["created"]), ("finished", 1))
        self.assertEqual(len(run.sha256), 64)


class ReleasedTests(LoadTestCase):
    def test_the_date_of_release_is_that_of_the_source(self):
        load(page_file(self.folder))
        self.assertEqual(Cable.objects.get().released, date(2011, 3, 8))

    def test_without_one_in_the_source_it_is_that_of_the_option(self):
        self.csv(csv_record(), released=date(2012, 1, 2))
        self.assertEqual(Cable.objects.get().released, date(2012, 1, 2))

    def test_a_date_that_a_source_adds_later_is_stored(self):
        self.csv(csv_record(), released=date(2012, 1, 2))
        load(page_file(self.folder))
        self.assertEqual(Cable.objects.get().released, date(2011, 3, 8))
        self.assertEqual({row.released for row in Tagging.objects.all()}, {date(2011, 3, 8)})

    def test_a_later_load_without_a_date_keeps_it(self):
        load(page_file(self.folder))
        self.csv(csv_record())
        self.csv(csv_record(text="Fees fell."), released=date(2020, 1, 1))
        self.assertEqual(Cable.objects.get().released, date(2011, 3, 8))

    def test_another_date_of_release_alone_is_no_change(self):
        load(page_file(self.folder))
        report = load(page_file(self.folder, released="2011-03-09"))
        self.assertEqual(report, LoadReport(rows=1, unchanged=1))
        self.assertEqual(Cable.objects.get().released, date(2011, 3, 8))


FEES = "The fees for every boat in the old harbor rose."


class SeveralCopiesTests(LoadTestCase):
    """One cable from three formats, and one that was transmitted twice."""

    def files(self):
        link = "https://example.org/fees"
        return [
            csv_file(self.folder, csv_record(cites="09ROME900009", text=FEES)),
            page_file(self.folder, articles=[link], text=FEES),
            text_file(self.folder, text="The fees for every boat in the old harbor rose a little."),
            csv_file(
                self.folder,
                csv_record(
                    "09SECTION01OF02ROME900001",
                    text="The fees for evry boat in the old harbor rose.",
                ),
                name="b.csv",
            ),
        ]

    def test_files_in_any_order_give_the_same_cables(self):
        results = []
        files = self.files()
        # Each file first and last; the slow tests try all orders.
        orders = [files[at:] + files[:at] for at in range(4)]
        if SLOW:
            orders = [list(order) for order in itertools.permutations(files)]
        for order in orders:
            Cable.objects.all().delete()
            for file in order:
                load(file)
            results.append(everything())
            for file in order[::-1]:
                self.assertEqual(load(file), LoadReport(rows=1, unchanged=1))
            self.assertEqual(everything(), results[-1])
        for result in results:
            self.assertEqual(result, results[0])

    def test_the_best_text_is_shown_and_all_are_kept(self):
        for file in reversed(self.files()):
            load(file)
        cable = Cable.objects.get()
        self.assertIn("TAGS: PREL, PGOV, IT", cable.body)
        self.assertIn(f"1. (U) {FEES} ", cable.body)
        self.assertEqual(cable.facts["articles"], ["https://example.org/fees"])
        self.assertEqual(cable.released, date(2011, 3, 8))
        self.assertEqual(cable.copies.count(), 4)
        self.assertEqual(cable.copies.shown().get().format, "csv")
        self.assertIn("evry boat", str(cable.copies.filter(text__isnull=False).values_list("text")))
        former = cable.former_references.get()
        self.assertEqual(former.reference, "09SECTION01OF02ROME900001")

    def test_one_cable_in_two_collections_has_two_copies(self):
        self.csv(csv_record())
        self.assertEqual(
            self.csv(csv_record(), collection="again"), LoadReport(rows=1, changed=1, noted=1)
        )
        self.assertEqual(Cable.objects.get().collections, ["again", "cables"])
        report = self.csv(csv_record(), collection="again")
        self.assertEqual(report, LoadReport(rows=1, unchanged=1))


class DoubledReferenceTests(LoadTestCase):
    """A second record of a file with a reference that it had before."""

    def records(self):
        return [csv_record(text=text) for text in ("Fees rose.", "Fees fell.", "Fees rose.")]

    def test_another_text_is_held_and_the_reason_names_the_first_line(self):
        for count in range(2):  # Also when the file is loaded again.
            created, unchanged = (0, 2) if count else (1, 1)
            report = LoadReport(rows=3, created=created, unchanged=unchanged, held=1)
            with self.subTest(count):
                self.assertEqual(self.csv(*self.records(), dry_run=True), report)
                self.assertEqual(self.csv(*self.records()), report)
        row = LoadRow.objects.get()
        self.assertIn("09ROME900001 is in the same file twice, first at line 1;", row.reason)
        self.assertIn("Fees rose.", Cable.objects.get().body)
        self.assertFalse(Version.objects.exists())
        apply_held(row, "It is the better one.", None)
        version = Version.objects.get()
        self.assertEqual(version.reason, "A curator chose another text of its source.")
        self.assertIn("Fees fell.", Cable.objects.get().body)
        self.assertEqual(self.csv(*self.records()), LoadReport(rows=3, unchanged=3))

    def test_so_is_another_text_under_embargo(self):
        path = csv_file(self.folder, *self.records()[:2])
        run = begin(path, "cables", due=datetime(2999, 1, 1, tzinfo=UTC))
        self.assertEqual(apply(run, path, Progress(run)), LoadReport(rows=2, waiting=1, held=1))
        held = LoadRow.objects.get(outcome=LoadRow.Outcome.HELD)
        self.assertIn("is in the same file twice, first at line 1;", held.reason)
        self.assertIn("Fees rose.", LoadRow.objects.get(outcome=LoadRow.Outcome.WAITING).raw)

    def test_the_text_of_a_later_file_replaces_it(self):
        for name, record in zip(("a.csv", "b.csv"), self.records(), strict=False):
            csv_file(self.folder, record, name=name)
        expected = LoadReport(rows=2, created=1, changed=1)
        self.assertEqual(load(self.folder, dry_run=True), expected)
        self.assertEqual(load(self.folder), expected)


class ParagraphTests(LoadTestCase):
    """P-5."""

    def test_a_paragraph_keeps_the_id_it_was_published_with(self):
        self.csv(csv_record(text="Fees rose. \n \n2. (U) Ships left. \n \n3. (U) Gulls came."))
        self.csv(csv_record(text="Ships left. \n \n2. (U) Gulls came."))
        cable = Cable.objects.get()
        texts = {block.id: block.text for block in cable.blocks()}
        self.assertIn("Ships left.", texts["par2"])
        self.assertIn("Gulls came.", texts["par3"])

    def test_the_id_of_a_removed_paragraph_is_retired(self):
        self.csv(csv_record(text="Fees rose. \n \nAn aside about gulls."))
        self.csv(csv_record(text="Fees rose."))
        retired = FormerParagraph.objects.get()
        self.assertEqual((retired.paragraph, retired.after, retired.version), ("par1.1", "par1", 1))
        self.csv(csv_record(text="Fees rose. \n \nAn aside about ships."))
        self.assertEqual(Cable.objects.get().paragraph_ids, ["par1", "par1.2", "par2"])
