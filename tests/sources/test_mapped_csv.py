"""A CSV of another shape is read by a mapping of its columns; broken rows cost no others (C-6)."""

import csv
import gzip
import io
from datetime import UTC, date, datetime
from itertools import islice
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from cables.sources import Limits, ParsedCable, Reject, SourceError, mapped_csv
from cables.sources.csv_mapping import DELIMITERS, FIELDS, CsvMapping, mapping_of, names_of_columns
from cables.sources.mapped_csv import MappedCsv, parse_cells
from cables.sources.parsed_cable import parsed
from cables.sources.text_encodings import ENCODINGS
from tests.base import FolderTestCase
from tests.source_files import body, csv_record

COLUMNS = {"reference": "Ref. No.", "created": "Date", "body": "Text"}
HEADING = "Ref. No.,Date,Text"
GOOD = "09ROME900001,2009-02-03 14:05,1. Fees rose."
MORE = {"origin": "Post", "classification": "Class", "subject": "Title", "tags": "Tags"}
MORE |= {"cites": "Refs", "released": "Out", "header": "Head", "time": "Hour"}


def table(*rows, delimiter=","):
    """Return rows as a CSV, with quotes where they are needed."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


class MappedTestCase(FolderTestCase):
    def read(self, data, mapping=None, limits=None, name="table.csv", **how):
        """Return the records of a table."""
        mapping = mapping or CsvMapping(**{"columns": COLUMNS} | how)
        path = self.write(name, data)
        return list(parsed(MappedCsv(mapping).read(path, limits=limits or Limits())))

    def refused(self, data, **how):
        with self.assertRaises(SourceError) as raised:
            self.read(data, **how)
        return str(raised.exception)


class FieldTests(MappedTestCase):
    def test_each_column_becomes_its_part_of_the_cable(self):
        row = {
            "Ref. No.": "09 Rome 900001",
            "Date": "3 Feb 2009",
            "Hour": "1405",
            "Text": "1. Fees rose.",
            "Post": "Embassy Rome",
            "Class": "Unclassified",
            "Title": "Harbor  Fees",
            "Tags": "EFIS, IT",
            "Refs": "08ROME900007; 08 STATE 900008|08ROME900009",
            "Out": "2011-03-08",
            "Head": "FM AMEMBASSY ROME",
            "Unused": "x",
        }
        (cable,) = self.read(table(row, row.values()), columns=COLUMNS | MORE)
        self.assertEqual(cable.reference, "09ROME900001")
        self.assertEqual(cable.created, datetime(2009, 2, 3, 14, 5, tzinfo=UTC))
        self.assertEqual((cable.created_precision, cable.released), ("minute", date(2011, 3, 8)))
        self.assertEqual((cable.origin, cable.classification), ("Embassy Rome", "UNCLASSIFIED"))
        self.assertEqual((cable.subject, cable.tags), ("Harbor Fees", ("EFIS", "IT")))
        self.assertEqual(cable.cites, ("08ROME900007", "08STATE900008", "08ROME900009"))
        self.assertEqual((cable.header, cable.body), ("FM AMEMBASSY ROME", "1. Fees rose."))
        self.assertEqual((cable.format, cable.position), ("csv", 2))

    def test_subject_and_tags_of_the_text_come_before_those_of_columns(self):
        row = {"Ref. No.": "09ROME900001", "Date": "2009-02-03", "Text": body(), "Title": "OTHER"}
        row["Tags"] = "EFIS"
        (cable,) = self.read(table(row, row.values()), columns=COLUMNS | MORE_TITLES)
        self.assertEqual((cable.subject, cable.tags), ("HARBOR FEES", ("PREL", "PGOV", "IT")))
        self.assertEqual((cable.title, cable.edition), ("OTHER", {}))

    def test_only_three_columns_are_needed(self):
        (cable,) = self.read(f"{HEADING}\n{GOOD}\n")
        self.assertEqual((cable.origin, cable.classification), ("Embassy Rome", ""))

    def test_dates_are_read_in_the_order_that_was_chosen(self):
        for order, day in (
            ("month-first", datetime(2009, 2, 3)),
            ("day-first", datetime(2009, 3, 2)),
        ):
            with self.subTest(order):
                data = f"{HEADING}\n09ROME900001,02/03/2009,Fees.\n"
                (cable,) = self.read(data, dates=order)
                self.assertEqual(cable.created, day.replace(tzinfo=UTC))
                self.assertEqual(cable.created_precision, "day")

    def test_two_digits_of_a_year_that_is_still_to_come_are_of_the_1900s(self):
        now = datetime.now(UTC).year
        for year in (1964, 1966, 1999, 2009, now, now + 1 - 100):
            for written in (f"2/3/{year % 100:02}", f"3 Feb {year % 100:02}", f"2/3/{year}"):
                with self.subTest(written):
                    reference = f"{year % 100:02}ROME900001"
                    (cable,) = self.read(f"{HEADING}\n{reference},{written},Fees.\n")
                    self.assertEqual(cable.created, datetime(year, 2, 3, tzinfo=UTC))

    def test_a_time_in_a_column_of_its_own_counts_where_the_date_has_none(self):
        for date_cell, time, expected in (
            ("2009-02-03", "14:05", (14, 5)),
            ("2009-02-03 00:00:00", "14:05", (14, 5)),
            ("2009-02-03T00:00:00.000Z", "14:05", (14, 5)),
            ("2/3/2009 0:00", "2:05 PM", (14, 5)),
            ("2/3/2009 12:00:00 AM", "1405", (14, 5)),
            ("20090203", "14:05", (14, 5)),
            ("2009-02-03 14:05", "00:00", (14, 5)),
            ("031405Z FEB 09", "09:00", (14, 5)),
            ("2009-02-03 00:00", "", (0, 0)),
        ):
            with self.subTest(date_cell, time=time):
                data = f"{HEADING},Hour\n09ROME900001,{date_cell},Fees.,{time}\n"
                (cable,) = self.read(data, columns=COLUMNS | {"time": "Hour"})
                self.assertEqual(cable.created, datetime(2009, 2, 3, *expected, tzinfo=UTC))
                self.assertEqual(cable.created_precision, "minute")

    def test_a_table_without_names_of_columns(self):
        columns = {"reference": "Column 1", "created": "Column 2", "body": "Column 3"}
        (cable,) = self.read(f"{GOOD}\n", columns=columns, has_header=False)
        self.assertEqual((cable.reference, cable.position), ("09ROME900001", 1))

    def test_columns_of_the_same_name_are_told_apart(self):
        columns = COLUMNS | {"body": "Text (2)"}
        data = "Ref. No.,Date,Text,Text\n09ROME900001,2009-02-03,No.,Yes.\n"
        (cable,) = self.read(data, columns=columns)
        self.assertEqual(cable.body, "Yes.")
        self.assertEqual(
            names_of_columns(["A", "A", "A (2)", "", " \0"], has_header=True),
            ["A", "A (2)", "A (2) (2)", "Column 4", "Column 5"],
        )

    def test_what_a_cell_may_not_be(self):
        for row, reason in (
            ("ROME,2009-02-03,Fees.", "Not a reference: 'ROME'"),
            ("09ROME900001,13/14/2009,Fees.", "Not a date: '13/14/2009'; expected month first"),
            ("09ROME900001,,Fees.", "Not a date: ''"),
            ("09ROME900001,2009-02-03,Fe\0es.", "NUL character in the column 'Text'"),
            ("09RO\0ME900001,2009-02-03,Fees.", "NUL character in the column 'Ref. No.'"),
            ("09ROME900001,2009-02-03", "Expected 3 columns, found 2"),
            ("09ROME900001,2009-02-03,Fees,rose", "Expected 3 columns, found 4"),
        ):
            with self.subTest(row):
                bad, good = self.read(f"{HEADING}\n{row}\n{GOOD}\n")
                self.assertIn(reason, bad.reason)
                self.assertEqual((bad.position, good.position), (2, 3))
                self.assertIsInstance(good, ParsedCable)

    def test_a_class_that_is_unknown_is_rejected(self):
        with self.assertRaisesRegex(ValueError, "Unknown classification 'HUSH'"):
            cells = {"reference": "09ROME900001", "created": "2009-02-03", "body": "x"}
            parse_cells(cells | {"classification": "HUSH"}, CsvMapping(columns=COLUMNS))

    def test_empty_cells_behind_the_last_column_and_blank_rows_are_nothing(self):
        self.assertEqual(len(self.read(f"{HEADING}\n\n{GOOD},,\n , ,\n")), 1)


MORE_TITLES = {"subject": "Title", "tags": "Tags"}


class EncodingTests(MappedTestCase):
    def test_text_is_read_in_the_encoding_that_was_chosen(self):
        text = "Café “fees” rose in Zürich."
        for encoding in ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "windows-1252", "utf-32"):
            with self.subTest(encoding):
                data = f"{HEADING}\n09ROME900001,2009-02-03,{text}\n".encode(encoding)
                (cable,) = self.read(data, encoding=encoding)
                self.assertEqual((cable.body, cable.warnings[:0]), (text, ()))
                self.assertNotIn("C-2", dict(cable.warnings))

    def test_a_byte_order_mark_is_no_part_of_the_first_name(self):
        (cable,) = self.read(f"\ufeff{HEADING}\n{GOOD}\n")
        self.assertIsInstance(cable, ParsedCable)

    def test_damage_is_counted(self):
        data = f"{HEADING}\n09ROME900001,2009-02-03,Fe?s r?se.\n".encode().replace(b"?", b"\x81")
        (cable,) = self.read(data, encoding="windows-1252")
        self.assertIn("2 characters were not Windows-1252", dict(cable.warnings)["C-2"])

    def test_the_dump_in_another_encoding(self):
        data = csv_record(text="Café fees.").encode("windows-1252")
        for packed in (False, True):
            with self.subTest(packed=packed):
                mapping = CsvMapping(encoding="windows-1252")
                name = "dump.csv.gz" if packed else "dump.csv"
                sent = gzip.compress(data) if packed else data
                (cable,) = self.read(sent, mapping, name=name)
                self.assertIn("Café fees.", cable.body)

    def test_damage_of_a_dump_in_another_encoding_is_counted(self):
        data = csv_record(text="Fe?s r?se.").encode().replace(b"?", b"\x81")
        (cable,) = self.read(data, CsvMapping(encoding="windows-1252"))
        self.assertIn("2 characters were not Windows-1252", dict(cable.warnings)["C-2"])

    def test_utf_16_without_its_mark_is_refused(self):
        data = f"{HEADING}\n{GOOD}\n".encode("utf-16-le")
        self.assertIn("choose another encoding", self.refused(data, encoding="utf-16"))

    def test_every_encoding_that_is_offered_exists(self):
        for encoding in ENCODINGS:
            with self.subTest(encoding):
                self.assertEqual("fees".encode(encoding).decode(encoding), "fees")


class HostileTests(MappedTestCase):
    def test_files_that_are_refused(self):
        for name, data, reason in (
            ("no row", "", "no row is in it"),
            ("10,000 columns", ",".join(f"c{n}" for n in range(10_000)), "it has 10,000 columns"),
            ("10,000 times one name", ",".join(["c"] * 10_000), "it has 10,000 columns"),
            ("another heading", "A,B,C\n1,2,3\n", "no column 'Ref. No.'; its columns are 'A'"),
            ("an open quote above", f'"{HEADING}\n{GOOD}\n', "first row cannot be read"),
        ):
            with self.subTest(name):
                self.assertIn(reason, self.refused(data))

    def test_a_quote_that_is_never_closed_costs_its_row_only(self):
        rows = [GOOD.replace("00001", f"0000{n}") for n in range(1, 6)]
        rows[1] = rows[1].replace("1. Fees", '"1. Fees')
        rows[3] = rows[3].replace("1. Fees", '"1. Fees')
        found = self.read("\n".join([HEADING, *rows, ""]))
        self.assertEqual([type(each) for each in found], [ParsedCable, Reject] * 2 + [ParsedCable])
        self.assertEqual([each.position for each in found], [2, 3, 4, 5, 6])
        self.assertIn("never closed", found[3].reason)
        self.assertEqual(found[3].raw, rows[3] + "\n")

    def test_a_text_of_many_lines_is_one_row(self):
        text = f"1. Fees rose.\n\n{GOOD}\n2. They fell."
        found = self.read(f'{HEADING}\n09ROME900002,2009-02-03,"{text}"\n{GOOD}\n')
        self.assertEqual([each.position for each in found], [2, 6])
        self.assertEqual(found[0].body, text)

    def test_a_row_over_the_limit_is_rejected_and_reading_goes_on(self):
        limits = Limits(record=1_000)
        long = f"09ROME900002,2009-02-03,{'x' * 200_000}"
        for name, row in (("a line", long), ("lines", long.replace("x" * 50, '"' + "x\n" * 25, 1))):
            with self.subTest(name):
                found = self.read(f"{HEADING}\n{row}\n{GOOD}\n", limits=limits)
                self.assertIsInstance(found[0], Reject)
                self.assertIsInstance(found[-1], ParsedCable)

    def test_a_long_line_of_characters_of_several_bytes_is_read_whole_or_rejected(self):
        limits = Limits(record=100_000)
        for length, kind in ((80_000, ParsedCable), (120_000, Reject), (600_000, Reject)):
            for char in "xé€":
                with self.subTest(length, char=char):
                    row = f"09ROME900002,2009-02-03,{char * length}"
                    found, last = self.read(f"{HEADING}\n{row}\n{GOOD}\n", limits=limits)
                    self.assertIsInstance(found, kind)
                    self.assertIsInstance(last, ParsedCable)
                    if kind is ParsedCable:
                        self.assertEqual(len(found.body), length)

    def test_only_so_much_is_read_again(self):
        broken = GOOD.replace("1. Fees", '"1. Fees')
        data = f"{HEADING}\n{broken}\n{GOOD}\n{GOOD}\n"
        self.assertEqual(len(self.read(data)), 3)
        with mock.patch.object(mapped_csv, "MOST_READ_AGAIN", 0):
            (found,) = self.read(data)
        self.assertEqual(found.raw.count("\n"), 3)

    def test_a_packed_bomb_is_refused(self):
        data = gzip.compress(f"{HEADING}\n{GOOD}\n".encode() + b"a" * 100_000_000, 9)
        self.assertIn("times its size", self.refused(data, name="table.csv.gz"))

    def test_a_damaged_file_says_so_behind_its_last_row(self):
        rows = "".join(GOOD.replace("00001", f"{n:05}") + "\n" for n in range(1, 2_000))
        data = gzip.compress(f"{HEADING}\n{rows}".encode())
        *found, last = self.read(data[: len(data) // 2], name="table.csv.gz")
        self.assertGreater(len(found), 10)
        self.assertIn("damaged or cut", last.reason)

    def test_a_file_of_a_gigabyte_is_not_read_for_its_first_rows(self):
        path = self.folder / "large.csv"
        with path.open("wb") as file:
            file.write(f"{HEADING}\n{GOOD}\n{GOOD}\n".encode())
            file.truncate(1 << 30)
        read = []
        records = parsed(MappedCsv(CsvMapping(columns=COLUMNS)).read(path, read.append))
        self.assertEqual(len(list(islice(records, 2))), 2)
        self.assertLess(sum(read), 1_000_000)


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\\"), max_size=60)


class PropertyTests(MappedTestCase):
    @given(st.lists(CELLS, min_size=1, max_size=8), st.sampled_from(list(DELIMITERS)), st.data())
    def test_what_a_csv_says_is_what_is_read(self, texts, delimiter, data):
        encoding = data.draw(st.sampled_from(["utf-8", "utf-16", "utf-16-le", "utf-32"]))
        texts = [f"x{text}" for text in texts]
        rows = [(f"09ROME90{n:04}", "2009-02-03", text) for n, text in enumerate(texts)]
        written = table(COLUMNS.values(), *rows, delimiter=delimiter)
        found = self.read(written.encode(encoding), encoding=encoding, delimiter=delimiter)
        self.assertEqual([each.reference for each in found], [row[0] for row in rows])
        for cable, text in zip(found, texts, strict=True):
            self.assertEqual(cable.body, text)

    @given(
        st.binary(max_size=400),
        st.sampled_from(list(ENCODINGS)),
        st.sampled_from(["doubled", "backslash"]),
    )
    def test_any_bytes_are_rows_or_an_error_that_says_what_to_do(self, data, encoding, quotes):
        mapping = CsvMapping(columns=COLUMNS, encoding=encoding, quotes=quotes)
        for sent in (data, f"{HEADING}\n{GOOD}\n".encode(encoding) + data):
            try:
                found = self.read(sent, mapping)
            except SourceError:
                continue
            self.assertTrue(all(isinstance(each, ParsedCable | Reject) for each in found))
            positions = [each.position for each in found]
            self.assertEqual(positions, sorted(set(positions)))

    @given(
        st.dictionaries(st.sampled_from(list(FIELDS)), st.text(min_size=1, max_size=9)),
        st.sampled_from(list(ENCODINGS)),
        st.sampled_from(list(DELIMITERS)),
        st.booleans(),
    )
    def test_a_mapping_is_the_same_after_it_was_stored(self, columns, encoding, delimiter, header):
        mapping = CsvMapping(
            columns=columns | COLUMNS, encoding=encoding, delimiter=delimiter, has_header=header
        )
        self.assertEqual(mapping_of(mapping.as_json()), mapping)

    @given(st.recursive(st.none() | st.booleans() | st.text(max_size=9), st.lists, max_leaves=4))
    def test_what_is_no_mapping_is_refused(self, value):
        unusual = value if value not in list(ENCODINGS) else "unknown"
        for wrong in (value, {"columns": value or 1}, {"encoding": unusual}, {"x": value}):
            with self.assertRaises(ValueError):
                mapping_of(wrong)
