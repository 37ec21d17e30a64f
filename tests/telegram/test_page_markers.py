"""Classification lines, page markers, backslashes at line ends (H-9, H-20, H-21, M-13, M-14)."""

from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from cables.telegram.page_markers import (
    CLASSIFICATION_LINE,
    StationAndSerial,
    find_page_markers,
    find_station_and_serial,
    page_label,
    strip_backslashes,
    telegram_start,
)

ROME = StationAndSerial("ROME", 900001)
PENH = StationAndSerial("PHNOM PENH", 900001)

# H-9: line, level, captions, station, serial.
OPENINGS = [
    ("UNCLAS ROME 900001", "UNCLAS", "", "ROME", "900001"),
    ("  UNCLASSIFIED ROME 9001 ", "UNCLASSIFIED", "", "ROME", "9001"),
    ("UNCLAS PHNOM PENH 900001", "UNCLAS", "", "PHNOM PENH", "900001"),
    ("UNCLAS SENSITIVE STATE 900001", "UNCLAS", " SENSITIVE", "STATE", "900001"),
    (
        *("C O N F I D E N T I A L ST. PETERSBURG 900001", "C O N F I D E N T I A L", ""),
        *("ST. PETERSBURG", "900001"),
    ),
    ("SECRET NOFORN SECTION 01 OF 02 N'DJAMENA 900001", "SECRET", " NOFORN", "N'DJAMENA", "900001"),
    ("UNCLAS ROME 900001 SIPDIS E.O. 12958: N/A", "UNCLAS", "", "ROME", "900001"),
]
NO_OPENINGS = ["", "UNCLAS", "UNCLAS ROME", "ROME 900001", "UNCLAS 900001", "UNCLAS ROME 12"]

# H-20, H-21: line, whose page, label.
PAGES = [
    ("PHNOM PENH 00900001  002 OF 005", PENH, "002 OF 005"),
    (" > PHNOM PENH 00900001  002 OF 005 \t", PENH, "002 OF 005"),
    ("PHNOM PEN 00900001  002 OF 005", PENH, "002 OF 005"),
    ("ROME 00900001  001.2 OF 002", ROME, "001.2 OF 002"),
    ("OSLO 00001363  001.2 OF 002", ROME, "001.2 OF 002"),  # Eight digits are a page's.
    ("ROME 0900001  002 OF 005", ROME, "002 OF 005"),
    ("ROME 0900002  002 OF 005", ROME, ""),  # Another cable's number.
    ("PAGE 02        ROME  90001  081245Z", ROME, "PAGE 02"),
    ("PAGE 03        VATICA  94425  01 OF 02  240614Z ", ROME, "PAGE 03"),
    ("PAGE 02 OF THE REPORT", ROME, ""),
    ("ROME 00900001  002 OF 005 and text", ROME, ""),
    ("ROME 900001", ROME, ""),
    ("2 OF 5", ROME, ""),
    ("", ROME, ""),
]


class OpeningTests(TestCase):
    def test_classification_lines_are_read(self):
        for line, level, captions, station, serial in OPENINGS:
            with self.subTest("H-9", line=line):
                found = CLASSIFICATION_LINE.match(line)
                self.assertEqual(found["level"], level)
                self.assertEqual(found["captions"], captions)
                self.assertEqual(found["station"].strip(), station)
                self.assertEqual(found["serial"], serial)

    def test_other_lines_are_not_classification_lines(self):
        for line in NO_OPENINGS:
            with self.subTest("H-9", line=line):
                self.assertIsNone(CLASSIFICATION_LINE.match(line))
                self.assertEqual(find_station_and_serial(line), StationAndSerial())

    def test_a_telegram_starts_at_its_last_classification_line_with_a_preamble(self):
        """M-13."""
        opening = "UNCLAS ROME 900001\nTAGS: IT\n"
        other = "UNCLAS OSLO 900002\nTAGS: NO\n"
        for text, serial, start in (
            (opening, 900001, 0),
            ("stray\n" + opening, 900001, 6),
            (opening + opening, 900001, len(opening)),
            (opening + other, 900001, 0),
            (other + opening, 900001, len(other)),
            (opening + "UNCLAS ROME 900001\nno preamble", 900001, 0),
            ("stray\n" + opening, None, 6),
            (opening + "UNCLAS SECTION 02 OF 02 ROME 900001\nTAGS: IT\n", 900001, 0),  # H-19
            ("stray\nUNCLAS SECTION 02 OF 02 ROME 900001\nTAGS: IT\n", 900001, 6),
            ("no opening", 900001, 0),
            ("", None, 0),
            ("x\n" * 2_100 + opening, 900001, 0),  # Beyond 4,000 characters.
        ):
            with self.subTest(text[:30], serial=serial):
                self.assertEqual(telegram_start(text, serial), start)


class PageTests(TestCase):
    def test_a_line_with_a_page_marker_has_a_label(self):
        for line, opening, label in PAGES:
            with self.subTest("H-20, H-21", line=line):
                self.assertEqual(page_label(line, opening), label)

    def test_page_markers_inside_a_line_are_found(self):
        line = (
            "fees rose PHNOM PENH 00900001  002 OF 005  in May PHNOM PENH 00900001  003 OF 005  and"
        )
        pages = find_page_markers(line, PENH)
        self.assertEqual([page.label for page in pages], ["002 OF 005", "003 OF 005"])
        self.assertTrue(line[: pages[0].start].endswith("fees rose "))
        self.assertTrue(line[pages[1].end :].startswith("  and"))


class BackslashTests(TestCase):
    def test_backslashes_are_stripped_if_most_lines_have_one(self):
        """M-14."""
        for text, stripped in (
            ("a \\\nb \\\nc", "a\nb\nc"),
            ("a\\\n \nb\\\n", "a\n \nb\n"),
            ("a\\\nb\nc", "a\\\nb\nc"),
            ("a\\\nb", "a\\\nb"),
            ("a\\\\\n", "a\\\n"),
            ("", ""),
        ):
            with self.subTest(text):
                self.assertEqual(strip_backslashes(text), stripped)

    @given(st.lists(st.text(alphabet="ab \\", max_size=6), max_size=8))
    def test_stripping_keeps_the_lines(self, lines):
        text = "\n".join(lines)
        self.assertEqual(strip_backslashes(text).count("\n"), text.count("\n"))
