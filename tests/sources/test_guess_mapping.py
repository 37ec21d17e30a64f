"""How a table is likely read: encoding, delimiter, columns by name, order of dates."""

from unittest import TestCase

from cables.sources import SourceError, needs_mapping
from cables.sources.csv_mapping import CsvMapping, mapping_in_file
from cables.sources.guess_mapping import (
    guess_mapping,
    is_order_open,
    mapping_by_headings,
    read_start,
)
from cables.sources.text_encodings import guess_encoding
from tests.base import FolderTestCase
from tests.source_files import csv_record

ROWS = "Message Number;Draft Date;Office;Text\n09ROME900001;{};Embassy Rome;Fées.\n"


class GuessTestCase(FolderTestCase):
    def write(self, text, encoding="utf-8", name="table.csv"):
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path


class GuessTests(GuessTestCase):
    def test_columns_are_guessed_by_their_names(self):
        mapping = guess_mapping(self.write(ROWS.format("13/02/2009")))
        self.assertEqual(
            mapping.columns,
            {
                "reference": "Message Number",
                "created": "Draft Date",
                "origin": "Office",
                "body": "Text",
            },
        )
        self.assertEqual((mapping.delimiter, mapping.has_header), (";", True))

    def test_no_column_is_guessed_twice(self):
        mapping = guess_mapping(self.write("Ref,Date,Title,Text\na,b,c,d\n"))
        names = list(mapping.columns.values())
        self.assertEqual(len(names), len(set(names)))

    def test_the_order_of_dates_is_guessed_by_numbers_over_12(self):
        for date, order, is_open in (
            ("13/02/2009", "day-first", False),
            ("02/13/2009", "month-first", False),
            ("02/03/2009", "month-first", True),
            ("2009-02-03", "month-first", False),
            ("3 Feb 2009", "month-first", False),
        ):
            with self.subTest(date):
                path = self.write(ROWS.format(date))
                mapping = guess_mapping(path)
                self.assertEqual(mapping.dates, order)
                start = read_start(path, mapping)
                self.assertEqual(is_order_open(start, mapping.columns), is_open)

    def test_the_delimiter_is_the_one_that_parts_most(self):
        for delimiter in ",;\t|":
            with self.subTest(delimiter):
                path = self.write(ROWS.format("2009-02-03").replace(";", delimiter))
                self.assertEqual(guess_mapping(path).delimiter, delimiter)

    def test_a_first_row_of_data_has_no_names(self):
        path = self.write(f"2009-02-03,09ROME900001,{'Fees rose. ' * 9}\n")
        mapping = guess_mapping(path)
        columns = {"reference": "Column 2", "created": "Column 1", "body": "Column 3"}
        self.assertEqual((mapping.has_header, mapping.columns), (False, columns))

    def test_columns_of_unknown_names_are_guessed_by_their_cells(self):
        row = f"Embassy Rome,13/2/2009,09ROME900001,{'Fees rose. ' * 9}\n"
        mapping = guess_mapping(self.write(f"Lieu,Jour,Cote,Corps\n{row}{row}"))
        columns = {"reference": "Cote", "created": "Jour", "body": "Corps"}
        self.assertEqual((mapping.columns, mapping.dates), (columns, "day-first"))
        mapping = guess_mapping(self.write("A,B,C\n1,2,3\n"))
        self.assertEqual(mapping.columns, {})

    def test_headings_alone_say_it_if_all_is_clear(self):
        rows = ROWS.format("13/02/2009")
        for text, encoding, is_clear in (
            (rows, "utf-8", True),
            (rows, "windows-1252", False),
            (rows.replace("13", "03"), "utf-8", False),  # Of February or of March.
            (rows.replace(";Text", ";Corps"), "utf-8", False),
            (rows.split("\n")[1] + "\n", "utf-8", False),
            (csv_record() * 9, "utf-8", False),  # It is read as the dump.
        ):
            with self.subTest(text, encoding=encoding):
                path = self.write(text, encoding)
                self.assertEqual(
                    mapping_by_headings(path), guess_mapping(path) if is_clear else None
                )

    def test_of_long_rows_few_are_looked_at(self):
        row = f"09ROME900001,2009-02-03,{'Fees rose. ' * 30_000}\n"
        start = read_start(self.write("Ref,Date,Text\n" + row * 20), CsvMapping())
        self.assertLess(len(start.rows), 10)
        self.assertEqual(guess_mapping(self.folder / "table.csv").columns["body"], "Text")

    def test_backslashes_before_quotes_are_seen(self):
        path = self.write('Ref,Date,Text\n"09ROME900001","2009-02-03","Said \\"no\\"."\n')
        self.assertEqual(guess_mapping(path).quotes, "backslash")

    def test_a_dump_in_another_encoding_needs_no_columns(self):
        path = self.write(csv_record(text="Café fees, naïve.") * 9, "windows-1252")
        self.assertTrue(needs_mapping(path))
        self.assertEqual(guess_mapping(path), CsvMapping(encoding="windows-1252"))


class EncodingTests(TestCase):
    def test_the_encoding_is_guessed_by_the_bytes(self):
        text = "Café, naïve, “fees”, Zürich, señor. " * 20
        for encoding in ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "windows-1252", "utf-32"):
            with self.subTest(encoding):
                self.assertEqual(guess_encoding(text.encode(encoding)), encoding)
        self.assertEqual(guess_encoding(b"plain"), "utf-8")

    def test_a_few_damaged_characters_are_still_utf_8(self):
        self.assertEqual(guess_encoding("Café naïve".encode() + b"\xff"), "utf-8")

    def test_a_character_far_behind_is_found(self):
        self.assertNotEqual(guess_encoding(b"x" * 900_000 + b"caf\xe9 na\xefve"), "utf-8")


class KnownTests(GuessTestCase):
    def test_only_tables_of_another_shape_need_a_mapping(self):
        head = "Document Number,Draft Date,Film Number\n"
        for name, text, needs in (
            ("dump.csv", csv_record(), False),
            ("dump.csv", "\ufeff" + csv_record(), False),
            ("broken.csv", '"1","13/45/2009"\n' + csv_record(), False),
            ("list.csv", f"{head}1973ROME900001,02 MAR 1973,D730001-0001\n", False),
            ("table.csv", "Ref,Date,Text\n09ROME900001,2009-02-03,Fees.\n", True),
            ("table.tsv", "Ref\tDate\tText\n", True),
            ("nine.csv", csv_record().rstrip() + ',"ninth"\n', True),
            ("page.html", "<html>", False),
        ):
            with self.subTest(name, text=text[:20]):
                self.assertEqual(needs_mapping(self.write(text, name=name)), needs)

    def test_what_is_no_table_is_refused(self):
        for data, reason in (
            (b"", "empty"),
            (b"PK\3\4rest", "a zip archive"),
            (b"\0" * 5_000, "binary"),
            (bytes(range(256)) * 20, "binary"),
        ):
            with self.subTest(reason), self.assertRaisesRegex(SourceError, reason):
                needs_mapping(self.write(data))


class FileTests(GuessTestCase):
    def test_a_mapping_in_a_file(self):
        text = '{"columns": {"reference": "R", "created": "D", "body": "T"}, "delimiter": ";"}'
        mapping = mapping_in_file(self.write(text, name="m.json"))
        self.assertEqual((mapping.columns["body"], mapping.delimiter), ("T", ";"))

    def test_what_is_wrong_in_a_file_is_named(self):
        for text, reason in (
            ("{", "not a mapping"),
            ("[]", "a JSON object"),
            ('{"encoding": "x"}', "encoding is 'x'; write one of 'utf-8'"),
            ('{"colums": {}}', "Unknown: 'colums'"),
            ('{"columns": {"ref": "R"}}', "Unknown column: 'ref'"),
            ('{"columns": {"reference": "R"}}', "No column is named for: created, body"),
            ('{"columns": {"reference": 1}}', "is a text"),
            ('{"has_header": 1}', "true or false"),
            ("[" * 90_000, "not a mapping"),
        ):
            with self.subTest(text[:40]), self.assertRaisesRegex(SourceError, reason):
                mapping_in_file(self.write(text, name="m.json"))
        with self.assertRaisesRegex(SourceError, "cannot be read"):
            mapping_in_file(self.folder / "missing.json")
