"""The load_cables command as an operator types it."""

import io

from django.core.management import CommandError, call_command

from cables.models import Cable
from cables.models.load_records import of_about
from tests.base import TestCase
from tests.source_files import csv_file, csv_record, page_file


class LoadCablesTests(TestCase):
    def run_command(self, *arguments, **options):
        out, err = io.StringIO(), io.StringIO()
        call_command("load_cables", *map(str, arguments), stdout=out, stderr=err, **options)
        return out.getvalue(), err.getvalue()

    def test_ends_with_one_sentence_that_adds_up(self):
        path = csv_file(self.folder, csv_record(), csv_record("09ROME900002", created="soon"))
        out, err = self.run_command(path)
        self.assertEqual(
            out, "2 documents read: 1 created, 0 changed, 0 unchanged, 0 held, 1 rejected.\n"
        )
        self.assertIn(f"{path}:14: Not a date: 'soon'", err)
        self.assertIn(f"Loading {path}: one file, ", err)

    def test_progress_is_told_in_documents_of_about_how_many(self):
        for read, told in (
            ((0, 0, 900), "0 documents"),
            ((432, 600, 900), "432 of about 648 documents"),
            ((1_000, 900, 900), "1,000 documents"),
        ):
            with self.subTest(read):
                self.assertEqual(of_about(*read), told)

    def test_several_files_and_a_folder_are_loaded(self):
        mirror = self.folder / "mirror" / "cable" / "2009"
        mirror.mkdir(parents=True)
        page_file(mirror, "09ROME900002")
        page_file(mirror, "09ROME900003")
        out, _ = self.run_command(csv_file(self.folder, csv_record()), self.folder / "mirror")
        self.assertTrue(out.startswith("3 documents read: 3 created"), out)

    def test_a_dry_run_says_that_nothing_is_stored(self):
        out, _ = self.run_command(csv_file(self.folder, csv_record()), dry_run=True)
        self.assertTrue(
            out.startswith("Dry run, nothing is stored. 1 document read: 1 created"), out
        )
        self.assertFalse(Cable.objects.exists())

    def test_a_wrong_number_of_processes_is_refused(self):
        path = csv_file(self.folder, csv_record())
        for jobs in ("0", "-1", "all", "1.5"):
            with (
                self.subTest(jobs),
                self.assertRaisesMessage(CommandError, "is no number of processes"),
            ):
                self.run_command(path, f"--jobs={jobs}")
        out, _ = self.run_command(path, "--jobs=3")
        self.assertTrue(out.startswith("1 document read: 1 created"), out)

    def test_an_unreadable_source_ends_with_an_error(self):
        for name, content, sentence in [
            ("missing.csv", None, "no such file"),
            ("empty.csv", b"", "empty file"),
            ("binary.csv", b"\x00\x01\x02" * 1000, "binary"),
            ("utf16.csv", csv_record().encode("utf-16"), "UTF-16"),
            ("latin.csv", csv_record(text="Café fees.").encode("latin-1"), "UTF-8"),
            ("notes.docx", b"Dear diary", "not a file that can be loaded"),
            ("cut.csv.gz", b"\x1f\x8b\x08\x00", "gz"),
        ]:
            path = self.folder / name
            if content is not None:
                path.write_bytes(content)
            with self.subTest(name), self.assertRaisesRegex(CommandError, f"(?i){sentence}"):
                self.run_command(path)

    def test_an_unreadable_file_in_a_folder_does_not_stop_the_others(self):
        page_file(self.folder)
        (self.folder / "09ROME900002.html").write_bytes(b"")
        out, err = self.run_command(self.folder)
        self.assertIn("1 created", out)
        self.assertIn("1 rejected", out)
        self.assertIn("09ROME900002.html", err)
