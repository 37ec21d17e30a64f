"""Tables of another shape at the shell: --mapping, --encoding, and every row is accounted for."""

import json
import tempfile
from pathlib import Path
from random import Random

from django.core.management import CommandError
from django.db import transaction

from cables.loader import load
from cables.models import Cable, ColumnMapping, Load, LoadRow
from cables.sources import CsvMapping
from tests.base import TestCase
from tests.builders import withhold
from tests.slow import examples, slow
from tests.source_files import csv_file, csv_record
from tests.working import run_command

COLUMNS = {"reference": "No", "created": "Date", "body": "Text"}
HEADING = "No,Date,Text\n"


class MappedLoadTestCase(TestCase):
    def write(self, data, name="table.csv"):
        path = self.folder / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    def run_command(self, *arguments, **options):
        return run_command("load_cables", *arguments, **options)


class CommandTests(MappedLoadTestCase):
    def test_a_mapping_in_a_file_or_saved_under_a_name(self):
        path = self.write(f"{HEADING}09ROME900001,3/2/2009,Fees rose.\n")
        mapping = CsvMapping(columns=COLUMNS, dates="day-first")
        file = self.write(json.dumps({"columns": COLUMNS, "dates": "day-first"}), "m.json")
        ColumnMapping.objects.create(name="Harbors", mapping=mapping.as_json())
        for named, name, outcome in ((file, "", "1 created"), ("Harbors",) * 2 + ("1 unchanged",)):
            with self.subTest(name):
                self.assertIn(outcome, self.run_command(path, f"--mapping={named}"))
                run = Load.objects.latest("pk")
                self.assertEqual((run.mapping, run.mapping_name), (mapping.as_json(), name))
        self.assertEqual(f"{Cable.objects.get().created:%Y-%m-%d}", "2009-02-03")

    def test_usual_names_of_columns_need_no_mapping(self):
        path = self.write("Ref,Sent,Text,URL\n09ROME900001,2009-02-03,Fees rose.,-\n", "own.csv")
        self.assertRegex(self.run_command(path), r"1 created.*Columns not read: “URL”")
        self.assertEqual(Load.objects.get().mapping["columns"]["created"], "Sent")
        self.assertIn("1 unchanged", self.run_command(path))

    def test_all_tables_of_a_folder_are_read_by_it(self):
        (self.folder / "tables").mkdir()
        for number, name in enumerate(("a.csv", "b.tsv", "c.TAB")):
            row = f"09ROME90000{number},2009-02-03,Fees rose.\n"
            self.write(f"{HEADING}{row}", f"tables/{name}")
        file = self.write(json.dumps({"columns": COLUMNS}), "m.json")
        outcome = self.run_command(self.folder / "tables", f"--mapping={file}")
        self.assertIn("3 created", outcome)

    def test_an_encoding_alone_is_that_of_the_dump(self):
        path = self.write(csv_record(text="Café fees.").encode("mac-roman"), "dump.csv")
        self.run_command(path, "--encoding=mac-roman")
        self.assertIn("Café fees.", Cable.objects.get().body)

    def test_an_encoding_replaces_that_of_the_mapping(self):
        path = self.write(f"{HEADING}09ROME900001,2009-02-03,Café.\n".encode("cp437"))
        file = self.write(json.dumps({"columns": COLUMNS, "encoding": "utf-8"}), "m.json")
        self.run_command(path, f"--mapping={file}", "--encoding=cp437")
        self.assertEqual(Cable.objects.get().body, "Café.")

    def test_what_cannot_be_read_so_is_refused_with_the_remedy(self):
        path = self.write(f"{HEADING}09ROME900001,2009-02-03,Fees.\n")
        other = self.write(json.dumps({"columns": COLUMNS | {"body": "Words"}}), "other.json")
        latin = self.write(csv_record(text="Café").encode("latin-1"), "latin.csv")
        for arguments, reason in (
            ([path], "which column is what: --mapping"),
            ([latin], "Or say its encoding: --encoding"),
            ([path, "--mapping=Nobody"], "No mapping is saved as 'Nobody'; saved are: none"),
            ([path, f"--mapping={self.folder}/no.json"], "cannot be read"),
            ([path, f"--mapping={other}", "--dry-run"], "no column 'Words'"),
            ([path, "--encoding=klingon"], "invalid choice"),
        ):
            with self.subTest(reason), self.assertRaisesMessage(CommandError, reason):
                self.run_command(*arguments)
        self.assertFalse(Cable.objects.exists())

    @slow("not loaded by several processes")
    def test_rows_are_the_same_for_any_number_of_processes(self):
        rows = "".join(
            f'09ROME{900_000 + n},2009-02-03,"{f"Fees rose {n}. " * 900}"\n' for n in range(500)
        )
        path = self.write(f"{HEADING}{rows}x,y,z\n")
        file = self.write(json.dumps({"columns": COLUMNS}), "m.json")
        for jobs in (1, 3):
            with self.subTest(jobs=jobs):
                report = self.run_command(path, f"--mapping={file}", f"--jobs={jobs}", "--dry-run")
                self.assertIn("501 documents read: 500 created", report)
                self.assertIn("1 rejected", report)

    def test_tables_of_a_folder_are_read_by_the_mapping_and_other_files_by_their_format(self):
        self.write(f"{HEADING}09ROME900001,2009-02-03,Fees.\n", "a.csv")
        self.write(f"{HEADING}09ROME900002,2009-02-03,Fees.\n", "b.csv")
        file = Path(tempfile.mkstemp(suffix=".json", dir=self.folder.parent)[1])
        self.addCleanup(file.unlink)
        file.write_text(json.dumps({"columns": COLUMNS}))
        self.assertIn("2 created", self.run_command(self.folder, f"--mapping={file}"))

    def test_a_held_row_is_read_again_from_what_is_stored(self):
        path = self.write(f"{HEADING}09ROME900001,2009-02-03,Fees rose.\n")
        mapping = CsvMapping(columns=COLUMNS)
        load(path, mapping=mapping)
        withhold(Cable.objects.get())
        report = load(self.write(path.read_text().replace("rose", "fell")), mapping=mapping)
        self.assertEqual((report.rows, report.held), (1, 1))
        self.assertIn("Fees fell.", LoadRow.objects.get().raw)

    def test_subject_and_tags_of_columns_stay_with_the_cable(self):
        columns = COLUMNS | {"subject": "Title", "tags": "Tags"}
        path = self.write("No,Date,Text,Title,Tags\n09ROME900001,2009-02-03,Fees.,Harbor,EFIS\n")
        for outcome in ("created", "unchanged"):
            report = load(path, mapping=CsvMapping(columns=columns))
            self.assertEqual(getattr(report, outcome), 1)
        run_command("reread")
        cable = Cable.objects.get()
        self.assertEqual((cable.subject, cable.tags), ("Harbor", ["EFIS"]))
        page = self.client.get("/cable/09ROME900001/")
        self.assertContains(page, "Harbor")
        self.assertNotContains(page, "National Archives")
        path.write_text(path.read_text().replace("Harbor", "Lights"))
        self.assertEqual(load(path, mapping=CsvMapping(columns=columns)).changed, 1)


REFERENCES = ["09ROME900001", "09ROME900002", "09ROME900003", "ROME", ""]
DATES = ["2009-02-03", "2/13/2009", "13/13/2009", ""]
TEXTS = ["Fees rose.", 'Said "no".', "One\nTwo", '"open', ""]


def random_lines(random):
    """Return up to eight rows, some of them broken."""
    for _ in range(random.randrange(9)):
        text = random.choice(TEXTS)
        text = f'"{text}"' if random.random() < 0.5 else text.replace("\n", " ")
        yield f"{random.choice(REFERENCES)},{random.choice(DATES)},{text}\n"


class ReconciliationTests(MappedLoadTestCase):
    def test_every_row_is_created_changed_unchanged_held_or_rejected(self):
        mapping = CsvMapping(columns=COLUMNS)
        for seed in range(examples(40)):
            path = self.write(HEADING + "".join(random_lines(Random(seed))))
            with self.subTest(seed=seed, text=path.read_text()), transaction.atomic():
                compared = load(path, mapping=mapping, dry_run=True)
                report = load(path, mapping=mapping)
                others = report.unchanged + report.held + report.rejected
                self.assertEqual(report.rows, report.written + others)
                self.assertEqual(report.rows, compared.rows)
                again = load(path, mapping=mapping)
                self.assertEqual((again.rows, again.created), (report.rows, 0))
                transaction.set_rollback(True)

    def test_a_dump_with_a_mapping_gives_the_same_cable_as_without(self):
        load(csv_file(self.folder, csv_record()))
        before = Cable.objects.values().get()
        report = load(self.folder / "cables.csv", mapping=CsvMapping(encoding="windows-1252"))
        self.assertEqual(report.unchanged, 1)
        self.assertEqual(Cable.objects.values().get(), before)
