"""The CSV dump: its columns, its damage, and how reading continues (C-1 to C-5)."""

import gzip
from datetime import UTC, datetime
from random import Random
from unittest import TestCase

from cables.sources import ParsedCable, Reject, csv_dump
from cables.sources.parsed_cable import parsed
from tests.base import FolderTestCase
from tests.paths import DATA
from tests.real_data import real_folder

DUMP = DATA / "dump.csv"


def record(number, serial, *, body="UNCLAS ROME {serial}\n\n1. Fees rose.", **changed):
    """Return one record, quoted as the dump is, its quotes escaped by a backslash."""
    fields = {
        "number": str(number),
        "created": "2/3/2009 14:05",
        "reference": f"09ROME{serial}",
        "origin": "Embassy Rome",
        "classification": "UNCLASSIFIED",
        "cites": "",
        "header": "R 031405Z FEB 09",
        "body": body.format(serial=serial),
    }
    fields |= changed
    escaped = (text.replace("\\", "\\\\").replace('"', '\\"') for text in fields.values())
    return ",".join(f'"{text}"' for text in escaped) + "\n"


GOOD = record(1, 900001), record(2, 900002), record(3, 900003)

# (defect, a record with it, part of the reason); the records before and after it are intact.
DEFECTS = [
    ("C-3 seven columns", GOOD[1].replace('"","R', '"R'), "Expected 8 columns, found 7"),
    ("C-3 nine columns", GOOD[1].replace('"","R', '"","","R'), "Expected 8 columns, found 9"),
    ("an unescaped quote", record(2, 900002).replace("Fees", '"Fees" said'), "quote stands inside"),
    ("a quote never closed", GOOD[1].rstrip('"\n') + "\n", "never closed"),
    ("a quote never opened", GOOD[1].replace('"UNCLAS ', "UNCLAS "), "Expected 8 columns"),
    ("no date", record(2, 900002, created="13/45/2009 14:05"), "Not a date: '13/45/2009 14:05'"),
    ("other date", record(2, 900002, created="yesterday"), "Not a date: 'yesterday'"),
    ("L-2 unknown class", record(2, 900002, classification="COSMIC"), "classification 'COSMIC'"),
    ("no reference", record(2, 900002, reference="ROME"), "Not a reference: 'ROME'"),
    ("NUL", record(2, 900002, body="Fees\0rose"), "NUL character at position 5 of the body"),
    ("NUL in header", record(2, 900002, header="\0"), "position 1 of the header"),
]


class ReadingTestCase(FolderTestCase):
    def read(self, data, name="dump.csv"):
        return list(parsed(csv_dump.read(self.write(name, data))))


class FileTests(TestCase):
    """tests/data/dump.csv, made up, has a defect of every kind."""

    @classmethod
    def setUpClass(cls):
        cls.found = list(parsed(csv_dump.read(DUMP)))
        cls.cables = [found for found in cls.found if isinstance(found, ParsedCable)]
        cls.lima, cls.berlin, cls.mexico, cls.london = cls.cables

    def test_each_column_becomes_a_fact(self):
        """C-1."""
        self.assertEqual(self.lima.reference, "66LIMA902481")
        self.assertEqual(self.lima.created, datetime(1966, 12, 28, 18, 48, tzinfo=UTC))
        self.assertEqual(self.lima.created_precision, "minute")
        self.assertIsNone(self.lima.released)
        self.assertEqual(self.lima.origin, "Embassy Lima")
        self.assertEqual(self.lima.classification, "UNCLASSIFIED")
        self.assertEqual(self.lima.cites, ("66STATE906206", "65LIMA900017"))
        self.assertTrue(self.lima.header.startswith("P R 281848Z DEC 66\nFM "))

    def test_quotes_and_backslashes_come_out_right(self):
        """C-2."""
        self.assertIn('a "special fee" for', self.lima.body)
        self.assertIn("the harbor's", self.lima.body)
        self.assertIn("path A\\B", self.lima.body)

    def test_doubled_quotes_are_read_too(self):
        self.assertIn('said "no change" to', self.berlin.body)
        self.assertEqual(self.berlin.published_reference, "06EFTOBERLIN901234")
        self.assertEqual(self.berlin.reference, "06BERLIN901234")

    def test_a_body_may_hold_a_row_of_a_dump(self):
        """M-13, C-4."""
        self.assertEqual(self.mexico.reference, "10MEXICO900027")
        self.assertIn('242660,1/6/2010 17:47,10MEXICO900027,"Embassy Mexico"', self.mexico.body)
        self.assertEqual(self.mexico.subject, "BRIDGE TOLLS")

    def test_backslash_lines_are_stripped(self):
        """M-14."""
        self.assertNotIn("\\", self.london.body)
        self.assertEqual(self.london.tags, ("ECON", "UK"))

    def test_a_partial_extract_is_marked(self):
        """M-11."""
        self.assertTrue(self.london.partial)
        self.assertEqual(self.london.header, "")
        self.assertFalse(self.lima.partial)

    def test_rejects_have_the_text_that_could_not_be_read(self):
        reject = next(found for found in self.found if isinstance(found, Reject))
        self.assertEqual(reject.reference, "03ROME900009")
        self.assertIn("Expected 8 columns, found 7", reject.reason)
        self.assertIn("03ROME900009", reject.raw)

    def test_position_is_the_first_line_of_the_record(self):
        """So that `file:line` leads to it; nothing of the file is lost."""
        lines = DUMP.read_text(encoding="utf-8").split("\n")
        for found in self.found:
            with self.subTest(found.reference):
                self.assertTrue(lines[found.position - 1].startswith('"'))
                printed = getattr(found, "published_reference", found.reference)
                self.assertIn(printed, lines[found.position - 1])


class DefectTests(ReadingTestCase):
    def test_a_broken_record_is_rejected_and_reading_goes_on(self):
        for rule, defect, reason in DEFECTS:
            with self.subTest(rule):
                first, broken, last = self.read(GOOD[0] + defect + GOOD[2])
                self.assertEqual(first.reference, "09ROME900001")
                self.assertIsInstance(broken, Reject)
                self.assertIn(reason, broken.reason)
                self.assertEqual(broken.raw, defect)
                self.assertEqual(broken.position, 4)
                self.assertEqual(last.reference, "09ROME900003")
                self.assertEqual(last.position, 4 + defect.count("\n"))

    def test_a_broken_record_may_be_the_first_or_the_last(self):
        for rule, defect, reason in DEFECTS:
            with self.subTest(rule, where="first"):
                broken, last = self.read(defect + GOOD[2])
                self.assertIn(reason, broken.reason)
                self.assertEqual(last.reference, "09ROME900003")
            with self.subTest(rule, where="last"):
                first, broken = self.read(GOOD[0] + defect)
                self.assertEqual(first.reference, "09ROME900001")
                self.assertIsInstance(broken, Reject)

    def test_damage_to_one_record_leaves_its_neighbours_alone(self):
        """However it is damaged: where it starts, where it ends, or on the way."""
        broken = record(2, 900002, body='He said "no", twice \\ and left.\nFees, rose.')
        random = Random(20090204)
        for _ in range(300):
            place = random.randrange(len(broken))
            end = place + random.choice([0, 1, 1, 60])
            damaged = broken[:place] + random.choice(["", '"', "\\", ",", "\n"]) + broken[end:]
            with self.subTest(damaged):
                found = self.read(GOOD[0] + damaged + GOOD[2])
                references = [cable.reference for cable in found if isinstance(cable, ParsedCable)]
                self.assertIn("09ROME900001", references)
                self.assertIn("09ROME900003", references)

    def test_two_broken_records_are_two_rejects(self):
        defect = DEFECTS[3][1]
        found = self.read(GOOD[0] + defect + defect + GOOD[2])
        kinds = [type(record) for record in found]
        self.assertEqual(kinds, [ParsedCable, Reject, Reject, ParsedCable])

    def test_quoting_may_be_minimal(self):
        """M-13: a minimally quoted dump existed too."""
        row = '7,2/3/2009 14:05,09ROME900007,"Embassy Rome",UNCLASSIFIED,,,"UNCLAS\nROME"\n'
        found = self.read(row + GOOD[0])
        self.assertEqual([cable.reference for cable in found], ["09ROME900007", "09ROME900001"])

    def test_windows_line_ends_and_blank_lines_are_read(self):
        found = self.read("\n" + GOOD[0].replace("\n", "\r\n") + "\r\n" + GOOD[1])
        self.assertEqual([cable.reference for cable in found], ["09ROME900001", "09ROME900002"])
        self.assertNotIn("\r", found[0].body)

    def test_a_byte_order_mark_is_removed(self):
        self.assertEqual(self.read("\ufeff" + GOOD[0])[0].reference, "09ROME900001")

    def test_a_heading_row_is_rejected(self):
        heading, cable = self.read('"id","date","ref","origin","class","refs","h","b"\n' + GOOD[0])
        self.assertIn("Not a date: 'date'", heading.reason)
        self.assertEqual(cable.reference, "09ROME900001")

    def test_damaged_characters_are_counted(self):
        """C-2."""
        data = (GOOD[0] + GOOD[1]).encode().replace(b"Fees", b"F\xe9es\xff", 1)
        damaged, whole = self.read(data)
        self.assertIn("F\ufffdes\ufffd rose", damaged.body)
        self.assertEqual(damaged.warnings[0][0], "C-2")
        self.assertIn("2 characters", damaged.warnings[0][1])
        self.assertEqual(whole.warnings, ())

    def test_an_invalid_cited_reference_is_left_out(self):
        """R-6, R-8."""
        cites = "09STATE900001|garbage|09ROME900001|09STATE900001|09SECSTATE900002"
        (cable,) = self.read(record(1, 900001, cites=cites))
        self.assertEqual(cable.cites, ("09STATE900001", "09STATE900002"))
        self.assertEqual([rule for rule, _ in cable.warnings], ["R-8"])

    def test_an_old_telegram_has_the_century_of_its_date(self):
        """Years outside 1966-2010."""
        (cable,) = self.read(
            record(1, 900001, created="3/31/1917 14:00", reference="17LONDON905923")
        )
        self.assertEqual(cable.reference, "17LONDON905923")
        self.assertEqual(cable.created.year, 1917)

    def test_a_long_body_is_read(self):
        """C-2: csv's own limit is 128 KiB."""
        (cable,) = self.read(record(1, 900001, body="long line\n" * 300_000))
        self.assertEqual(len(cable.body), 3_000_000)


class TruncatedTests(ReadingTestCase):
    def test_a_file_cut_anywhere_loses_nothing(self):
        """What was whole is yielded, the rest is a Reject; together they are the file."""
        text = "".join(GOOD)
        for end in range(1, len(text)):
            found = self.read(text[:end])
            cables = [cable for cable in found if isinstance(cable, ParsedCable)]
            whole = text[:end].count('rose."')
            with self.subTest(end):
                self.assertEqual(len(cables), whole)
                rest = text[:end].removeprefix("".join(GOOD[:whole]).rstrip("\n"))
                rejects = "".join(r.raw for r in found if isinstance(r, Reject))
                self.assertEqual(rejects.strip("\n"), rest.strip("\n"))

    def test_a_truncated_gzip_file_is_read_to_its_end(self):
        text = "".join(record(n, 900000 + n, body="fee {serial} " * n) for n in range(1, 400))
        packed = gzip.compress(text.encode())
        whole = self.read(packed, "dump.csv.gz")
        self.assertEqual(len(whole), 399)
        cut = self.read(packed[: len(packed) // 2], "cut.csv.gz")
        self.assertEqual(cut[:-1], whole[: len(cut) - 1])
        self.assertGreater(len(cut), 100)
        self.assertIsInstance(cut[-1], Reject)
        self.assertIn("The file ends inside this record", cut[-1].reason)

    def test_a_damaged_gzip_file_is_read_to_the_damage(self):
        text = "".join(record(n, 900000 + n) for n in range(1, 400))
        packed = bytearray(gzip.compress(text.encode()))
        packed[-5] ^= 0xFF  # A byte of the checksum.
        found = self.read(bytes(packed), "dump.csv.gz")
        self.assertEqual(sum(isinstance(cable, ParsedCable) for cable in found), 399)


class ProgressTests(ReadingTestCase):
    def test_progress_counts_the_bytes_read(self):
        for name in ("dump.csv", "dump.csv.gz"):
            with self.subTest(name):
                path = self.folder / name
                data = "".join(GOOD).encode()
                path.write_bytes(gzip.compress(data) if name.endswith("gz") else data)
                sizes = []
                list(parsed(csv_dump.read(path, sizes.append)))
                self.assertEqual(sum(sizes), path.stat().st_size)


class RealTests(TestCase):
    def test_reads_every_telegram(self):
        """Of 13,241 real telegrams none is lost, and each has a reference of its own."""
        found = list(parsed(csv_dump.read(real_folder(self) / "cables_frus.csv.gz")))
        self.assertEqual([reject for reject in found if isinstance(reject, Reject)], [])
        self.assertEqual(len({cable.reference for cable in found}), 13_241)
        self.assertGreaterEqual(sum(bool(cable.subject) for cable in found), 1_008)

    def test_reads_the_sample(self):
        first, _ = parsed(csv_dump.read(real_folder(self) / "cables_sample_8col.csv"))
        self.assertEqual(first.reference, "66BUENOSAIRES2481")
        self.assertEqual(first.tags, ("EFIS", "PBTS", "AR"))
        self.assertEqual(first.cites, ("66STATE106206",))
