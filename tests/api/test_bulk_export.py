"""The export: every published cable in one file, and nothing else."""

import csv
import gzip
import hashlib
import json
import tempfile
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import pyarrow.parquet
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from cables.api.bulk_export import COLUMNS, LISTS, SENT, WRITERS, dated, write_lines
from cables.curation.redactions_and_corrections import redact_cable
from cables.models import ChangedCable
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from tests.base import TestCase
from tests.builders import forget_counts, make_cable, withhold
from tests.project.test_redacted_leaks import PHRASES, WORD, plant
from tests.project.test_redacted_leaks import REFERENCE as PLANTED
from tests.working import run_command

AT = datetime(2006, 3, 14, 9, 26, tzinfo=UTC)
BODY = '1. (U) Fees; "dues",\nand é.\n\n2. (U) Ships.'


class ExportTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        made = {"body": BODY, "cites": ["06LIMA900001"], "captions": ["SIPDIS"], "marks": ["U"]}
        make_cable(tags=["EFIS", "FISHER, ANN", "EAGR"], subject="=FEES", **made)
        make_cable("06ATHENS900001", origin="Embassy Athens", partial=True)
        withhold(make_cable("06ROME900001"), "A witness is named in it.")

    def export(self, form, name, **options):
        """Return the file, and the output of the command."""
        out = StringIO()
        file = self.folder / name
        call_command("export", form, file, stdout=out, stderr=StringIO(), **options)
        return file, out.getvalue()

    def lines(self, name="cables.jsonl", **options):
        file, _ = self.export("jsonl", name, **options)
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]

    def test_cables_are_in_order_of_reference_by_their_century(self):  # I-3
        names = ["09ROME900003", "10ROME900001", "25ROME900002", "66ROME900001", "FRUS1861-D12"]
        for reference in names:
            make_cable(reference, tags=["EWWT"])
        written = [line["reference"] for line in self.lines(filter="tag=EWWT")]
        self.assertEqual(written, [*names[2:4], *names[:2], names[4]])

    def test_a_line_has_every_field_that_readers_see(self):
        first, second = self.lines(site="https://archive.example/")
        self.assertEqual(first["reference"], "06ATHENS900001")
        text = f"{second['header']}\n\n{second['body']}\n"
        self.assertEqual(second["digest"], hashlib.sha256(text.encode()).hexdigest())
        del second["header"], second["digest"]
        self.assertEqual(
            second,
            {
                "reference": "06BERLIN900001",
                "title": "=Fees",
                "subject": "=FEES",
                "opening": "",
                "created": "2006-03-14T09:26Z",
                "released": "2012-03-05",
                "classification": "UNCLASSIFIED",
                "origin": "Embassy Berlin",
                "address": "https://archive.example/cable/06BERLIN900001/",
                "tags": ["EFIS", "EAGR"],
                "captions": ["SIPDIS"],
                "marks": ["U"],
                "cites": ["06LIMA900001"],
                "paragraph_ids": ["par1", "par2"],
                "partial": False,
                "version": 1,
                "redacted": False,
                "body": BODY,
            },
        )

    def test_all_formats_have_the_same_values(self):
        lines = self.lines()
        table = pyarrow.parquet.read_table(self.export("parquet", "cables.parquet")[0])
        texts = [row | {"released": f"{row['released'] or ''}"} for row in table.to_pylist()]
        self.assertEqual([{name: row[name] for name in COLUMNS} for row in texts], lines)
        self.assertEqual(tuple(table.column_names), (*COLUMNS, *SENT))
        with self.export("csv", "cables.csv")[0].open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([row["body"] for row in rows], [line["body"] for line in lines])
        self.assertEqual(rows[1]["tags"], "EFIS; EAGR")
        self.assertEqual(rows[1]["subject"], "'=FEES")  # Not a formula.
        self.assertEqual((rows[0]["partial"], rows[1]["partial"]), ("true", "false"))

    def test_columns_of_parquet_have_types(self):
        many = pyarrow.list_(pyarrow.string())
        day, moment = pyarrow.date32(), pyarrow.timestamp("ms", tz="UTC")
        types = dict.fromkeys(COLUMNS, pyarrow.string()) | dict.fromkeys(LISTS, many)
        types |= {"partial": pyarrow.bool_(), "redacted": pyarrow.bool_()}
        types |= {"version": pyarrow.int32(), "released": day}
        types |= {"created_on": day, "created_at": moment}
        table = pyarrow.parquet.read_table(self.export("parquet", "cables.parquet")[0])
        self.assertEqual(table.schema, pyarrow.schema(types))

    def test_dates_of_parquet_say_what_is_known(self):
        for created, released, expected in (
            ("2006-03-14T09:26Z", "2012-03-05", (date(2006, 3, 14), AT, date(2012, 3, 5))),
            ("1963-10-23T09:26", "", (date(1963, 10, 23), None, None)),
            ("1963-10-23", "", (date(1963, 10, 23), None, None)),
            ("1963-10", "", (date(1963, 10, 1), None, None)),
            ("1963", "", (date(1963, 1, 1), None, None)),
        ):
            with self.subTest(created):
                row = dated({"created": created, "released": released})
                self.assertEqual((*(row[name] for name in SENT), row["released"]), expected)

    def test_compressed_files_have_the_same_rows_and_are_reproducible(self):
        for form in ("jsonl", "csv"):
            with self.subTest(form):
                plain, _ = self.export(form, f"cables.{form}")
                packed, _ = self.export(form, f"cables.{form}.gz")
                again, _ = self.export(form, f"again.{form}.gz")
                self.assertEqual(gzip.decompress(packed.read_bytes()), plain.read_bytes())
                self.assertEqual(packed.read_bytes(), again.read_bytes())

    def test_sha256sum_checks_the_file(self):
        file, said = self.export("jsonl", "cables.jsonl.gz")
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        beside = file.with_name("cables.jsonl.gz.sha256")
        self.assertEqual(beside.read_text(), f"{digest}  cables.jsonl.gz\n")
        self.assertIn(digest, said)
        self.assertIn("2 cables", said)

    def test_filters_are_those_of_the_lists(self):
        for query, references in {
            "tag=efis&created_after=2006-01-01": ["06BERLIN900001"],
            "?origin=embassy-athens": ["06ATHENS900001"],
            "partial=yes": ["06ATHENS900001"],
            "created_after=2020-01-01": [],
        }.items():
            with self.subTest(query):
                found = [line["reference"] for line in self.lines(filter=query)]
                self.assertEqual(found, references)

    def test_an_invalid_filter_is_refused_and_leaves_the_old_file(self):
        (self.folder / "cables.jsonl").write_text("before")
        for form, name, options, sentence in (
            (
                "jsonl",
                "cables.jsonl",
                {"filter": "tag=NONE"},
                "nothing published here has such a tag",
            ),
            ("jsonl", "cables.jsonl", {"filter": "tga=EFIS"}, "'tga' is no filter."),
            ("jsonl", "cables.jsonl", {"filter": "q=fees"}, "'q' is no filter."),
            ("parquet", "cables.parquet.gz", {}, "without .gz"),
            ("jsonl", "none/cables.jsonl", {}, "No such file or directory"),
        ):
            with self.subTest(name, **options), self.assertRaisesMessage(CommandError, sentence):
                self.export(form, name, **options)
        self.assertEqual((self.folder / "cables.jsonl").read_text(), "before")
        self.assertEqual([each.name for each in self.folder.iterdir()], ["cables.jsonl"])

    def test_without_pyarrow_parquet_says_what_to_do(self):
        missing = patch.dict("sys.modules", {"pyarrow": None})
        with missing, self.assertRaisesMessage(CommandError, "pip install pyarrow=="):
            self.export("parquet", "cables.parquet")
        self.assertFalse(list(self.folder.iterdir()))

    def test_an_interrupted_export_leaves_no_file(self):
        def broken(out, rows, zipped):
            out.write(b"half")
            raise OSError(28, "No space left on device")

        def during_a_decision(out, rows, zipped):
            write_lines(out, rows, zipped)
            ChangedCable.objects.create(state=10**9, cable=1, removed=True)

        for writer, why in (
            (broken, "No space"),
            (during_a_decision, "redacted or erased meanwhile"),
        ):
            with patch.dict(WRITERS, jsonl=writer), self.assertRaisesMessage(CommandError, why):
                self.export("jsonl", "cables.jsonl")
            self.assertFalse(list(self.folder.iterdir()))


class RedactedTests(TestCase):
    def test_redacted_words_are_in_no_format(self):
        cable, curator = plant(), User.objects.create_user("anna")
        with tempfile.TemporaryDirectory() as folder:
            told = []
            for redacted in (False, True):
                if redacted:
                    strike = Strike(EVERYWHERE, PHRASES)
                    redact_cable(cable, strike, "A witness is named.", curator)
                    forget_counts()
                for form in WRITERS:
                    file = Path(folder) / f"cables.{form}"
                    run_command("export", form, file)
                    rows = pyarrow.parquet.read_table(file).to_pylist() if form == "parquet" else ""
                    text = str(rows) if form == "parquet" else file.read_text(encoding="utf-8")
                    told.append((redacted, form, WORD in text.upper(), PLANTED in text))
        for redacted, form, tells, holds in told:
            with self.subTest(form, redacted=redacted):
                self.assertEqual((tells, holds), (not redacted, True))
