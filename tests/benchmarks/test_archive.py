import csv
import hashlib
import re
import tempfile
from collections import Counter
from datetime import datetime
from pathlib import Path
from unittest import TestCase

from tests.benchmarks import shares
from tests.benchmarks.archive import write_archive
from tests.benchmarks.telegram import LINE_WIDTH, PARTIAL_NOTICE

CABLES = 2_000
CLASSIFICATION_LINE = r"^(UNCLAS|C O N F I D E N T I A L|S E C R E T)( SECTION 01 OF \d\d)? "
MARKER = r"(?m)^[A-Z][A-Z'. -]* {serial:08}  \d{{3}} OF \d{{3}} $"


class BenchmarkArchiveTests(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.file = cls.folder / "archive.csv"
        write_archive(cls.file, CABLES, seed=7)
        csv.field_size_limit(16 * 1024 * 1024)
        with cls.file.open(encoding="utf-8", newline="") as file:
            cls.rows = list(csv.reader(file, escapechar="\\", doublequote=False))

    def column(self, number):
        return [row[number] for row in self.rows]

    def test_is_the_same_for_a_seed(self):
        again, other = self.folder / "again.csv", self.folder / "other.csv"
        write_archive(again, CABLES, seed=7)
        write_archive(other, CABLES, seed=8)
        digests = [hashlib.sha256(path.read_bytes()).digest() for path in (self.file, again, other)]
        self.assertEqual(digests[0], digests[1])
        self.assertNotEqual(digests[0], digests[2])

    def test_has_the_layout_of_the_csv(self):
        """C-1: eight quoted columns, a running number, no padding in dates."""
        self.assertEqual({len(row) for row in self.rows}, {8})
        self.assertEqual(self.column(0), [str(number) for number in range(1, CABLES + 1)])
        first = self.file.read_text().split("\n", 1)[0]
        self.assertRegex(first, r'^"1","\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d\d","\d\d[A-Z]+\d+","')
        self.assertIn('\\"', self.file.read_text())

    def test_is_in_order_of_creation(self):
        created = [datetime.strptime(text, "%m/%d/%Y %H:%M") for text in self.column(1)]
        self.assertEqual(created, sorted(created))

    def test_references_are_unique_and_cite_earlier_cables(self):
        seen = set()
        citing = 0
        for reference, cites in zip(self.column(2), self.column(5), strict=True):
            citing += bool(cites)
            self.assertLessEqual(set(filter(None, cites.split("|"))), seen)
            seen.add(reference)
        self.assertEqual(len(seen), CABLES)
        self.assertAlmostEqual(citing / CABLES, 1 / 3, delta=0.04)

    def test_has_the_shares_of_years(self):
        """I-4."""
        years = Counter(text.split("/")[2].split(" ")[0] for text in self.column(1))
        total = sum(shares.YEARS.values())
        for year, cables in shares.YEARS.items():
            self.assertAlmostEqual(years[str(year)], CABLES * cables / total, delta=1)

    def test_has_the_shares_of_classifications_and_origins(self):
        total = sum(shares.CLASSIFICATIONS.values())
        classifications = Counter(self.column(4))
        for classification, cables in shares.CLASSIFICATIONS.items():
            share = classifications[classification] / CABLES
            self.assertAlmostEqual(share, cables / total, delta=0.04)
        origins = Counter(self.column(3))
        self.assertIn("Embassy Ankara", dict(origins.most_common(5)))
        self.assertGreater(len(origins), 150)

    def test_has_some_five_skewed_tags(self):
        lines = [body.split("TAGS: ", 1)[1].split(" \n", 1)[0] for body in self.tagged()]
        tags = Counter(tag for line in lines for tag in line.split(", "))
        self.assertAlmostEqual(tags.total() / CABLES, 5, delta=0.7)
        self.assertAlmostEqual(tags["PREL"] / CABLES, 0.48, delta=0.05)

    def tagged(self):
        return [body for body in self.column(7) if "TAGS: " in body]

    def test_bodies_are_of_the_length_of_telegrams(self):
        lengths = sorted(len(body.split()) for body in self.column(7))
        self.assertAlmostEqual(sum(lengths) / CABLES, 1_047, delta=80)
        self.assertLess(lengths[CABLES // 2], 900)
        self.assertGreater(lengths[-1], 5_000)

    def test_words_are_skewed(self):
        words = Counter(word for body in self.column(7) for word in body.split())
        self.assertGreater(words.most_common(1)[0][1] / words.total(), 0.04)
        self.assertGreater(len(words), 100_000)

    def test_bodies_look_like_telegrams(self):
        """H-9, H-14, H-20, B-5: each with the cable's own serial, wrapped, paged when long."""
        for row in self.rows:
            serial, body = int(row[2][-6:]), row[7]
            first, rest = body.split(" \n", 1)
            self.assertRegex(first, rf"{CLASSIFICATION_LINE}[A-Z'. -]+ {serial}$")
            self.assertRegex(rest, r"(?m)^SUBJECT: \S+ ")
            self.assertRegex(rest, r"(?m)^1\.  ")
            paged = "SECTION" in first
            marker = re.search(MARKER.format(serial=serial), body)
            self.assertEqual(bool(marker), paged, first)
            text = rest.split("1.  ", 1)[1]
            self.assertLessEqual(max(map(len, text.split("\n"))), LINE_WIDTH + 1)

    def test_headers_name_the_moment_of_creation(self):
        """H-5, M-11: a date-time group, or the notice of a partial extract."""
        partial = 0
        for row in self.rows:
            created = datetime.strptime(row[1], "%m/%d/%Y %H:%M")
            if row[6] == PARTIAL_NOTICE:
                partial += 1
            else:
                self.assertIn(f" {created:%d%H%MZ %b %y}\n".upper(), row[6])
                self.assertRegex(row[6], r"^VZCZCXRO\d{4}\n")
        self.assertAlmostEqual(partial / CABLES, 0.2, delta=0.04)

    def test_refuses_a_size_that_makes_no_sense(self):
        with self.assertRaisesRegex(ValueError, "1 to 1,000,000 cables, not 0"):
            write_archive(self.folder / "none.csv", 0)
        self.assertFalse((self.folder / "none.csv").exists())
