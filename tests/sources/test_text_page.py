"""Cables saved as text, in both renderings (X-1 to X-5)."""

from datetime import UTC, date, datetime
from unittest import TestCase

from cables.sources import Reject, text_page
from cables.sources.parse_record import PARTIAL
from cables.sources.text_page import is_text_page, parse_text, split_telegram
from tests.paths import DATA
from tests.real_data import real_folder

ROW = "09ROME900001 2009-02-03 14:05 UNCLASSIFIED Embassy Rome"
FIVE = "09ROME900001\nHARBOR FEES\nTue Feb 03 00:00:00 +0100 2009\nUNCLASSIFIED\nEmbassy Rome\n"
LINE = "UNCLAS ROME 900001"

ROWS = [
    ("X-2", ROW, "UNCLASSIFIED", None),
    (
        "X-2 released",
        "09ROME900001 2009-02-03 14:05 2011-07-11 00:00 SECRET//NOFORN Embassy Rome",
        "SECRET//NOFORN",
        date(2011, 7, 11),
    ),
    (
        "X-2 longest class first",
        "09ROME900001 2009-02-03 14:05 UNCLASSIFIED//FOR OFFICIAL USE ONLY Embassy Rome",
        "UNCLASSIFIED//FOR OFFICIAL USE ONLY",
        None,
    ),
]
# (header, body) of a telegram; the serial of the cable is 900001.
SPLITS = [
    ("X-3", f"FM ROME\n{LINE} \n1. Text", "FM ROME", f"{LINE} \n1. Text"),
    ("X-5 glued", f"TO WASHDC 0012{LINE}\nText", "TO WASHDC 0012", f"{LINE}\nText"),
    ("X-5 glued to the notice", f"{PARTIAL}{LINE}\nText", PARTIAL, f"{LINE}\nText"),
    (
        "X-5 spaced out",
        "TO WASHDC 0012C O N F I D E N T I A L SECTION 01 OF 02 ROME 900001\nText",
        "TO WASHDC 0012",
        "C O N F I D E N T I A L SECTION 01 OF 02 ROME 900001\nText",
    ),
    (
        "H-9 another cable's line is not ours",
        f"INFO SECRET OSLO 900002\n{LINE}\nText",
        "INFO SECRET OSLO 900002",
        f"{LINE}\nText",
    ),
    (
        "H-9 damaged serial",
        "FM ROME\nUNCLAS ROME 900007\nText",
        "FM ROME",
        "UNCLAS ROME 900007\nText",
    ),
    ("X-3 no line", "FM ROME\nE.O. 12958: N/A\nText", "FM ROME", "E.O. 12958: N/A\nText"),
    ("X-3 tags first", "FM ROME\nTAGS: IT\nText", "FM ROME", "TAGS: IT\nText"),
    ("X-3 only the notice", f"{PARTIAL}\nText", PARTIAL, "Text"),
    ("X-3 nothing known", "Text", "", "Text"),
    ("X-5 nothing at all", "", "", ""),
]


class PageTextTests(TestCase):
    """tests/data/page.txt, the made-up text of a page."""

    @classmethod
    def setUpClass(cls):
        (cls.cable,) = text_page.read(DATA / "page.txt")

    def test_facts(self):
        """X-1, X-2: not the reference in the help text."""
        self.assertEqual(self.cable.reference, "09ROME900001")
        self.assertEqual(self.cable.format, "text")
        self.assertEqual(self.cable.created, datetime(2009, 2, 3, 14, 5, tzinfo=UTC))
        self.assertEqual(self.cable.released, date(2011, 7, 11))
        self.assertEqual(self.cable.origin, "Embassy Rome")
        self.assertEqual(self.cable.title, "HARBOR FEES IN")
        self.assertEqual(self.cable.articles, ("http://press.example/harbor",))

    def test_header_and_body_are_separated(self):
        """X-3."""
        self.assertEqual(self.cable.header.count("\n"), 7)
        self.assertTrue(self.cable.header.startswith("VZCZCXYZ0001\n"))
        self.assertTrue(self.cable.body.startswith("UNCLAS SECTION 01 OF 02 ROME 900001 \n \n"))
        self.assertTrue(self.cable.body.endswith("1. (U) Fees rose. "))
        self.assertEqual(self.cable.subject, "HARBOR FEES IN CIVITAVECCHIA")

    def test_rows_of_the_table_are_recognised(self):
        for rule, row, classification, released in ROWS:
            with self.subTest(rule):
                cable = parse_text(f"{row}\nFM AMEMBASSY ROME\n{LINE} \n1. Text")
                self.assertEqual(cable.classification, classification)
                self.assertEqual(cable.released, released)
                self.assertEqual(cable.origin, "Embassy Rome")
                self.assertEqual(cable.header, "FM AMEMBASSY ROME")


class FiveLinesTests(TestCase):
    """Five lines and a telegram: tests/data/lines.txt."""

    def test_facts(self):
        """X-5: of the time only the date counts, the group in the header tells the rest."""
        (cable,) = text_page.read(DATA / "lines.txt")
        self.assertEqual(cable.reference, "02ADANA900386")
        self.assertEqual(cable.title, "PRESS SUMMARY")
        self.assertEqual(cable.created, datetime(2002, 11, 20, 9, 11, tzinfo=UTC))
        self.assertEqual(cable.created_precision, "minute")
        self.assertIsNone(cable.released)
        self.assertEqual(cable.origin, "Consulate Adana")
        self.assertEqual(cable.subject, "PRESS SUMMARY NOVEMBER 20, 2002")
        self.assertEqual(cable.tags, ("PREL", "TU", "ADANA"))

    def test_a_date_without_a_date_time_group_has_the_precision_of_a_day(self):
        cable = parse_text(FIVE + LINE)
        self.assertEqual(cable.created, datetime(2009, 2, 3, tzinfo=UTC))
        self.assertEqual(cable.created_precision, "day")

    def test_a_date_time_group_of_another_day_is_ignored(self):
        cable = parse_text(f"{FIVE}R 091405Z FEB 09\n{LINE}")
        self.assertEqual(cable.created_precision, "day")
        self.assertEqual([rule for rule, _ in cable.warnings], ["M-10"])

    def test_other_forms_of_dates_are_read(self):
        for printed in ("2/3/2009 14:05", "2009-02-03 14:05"):
            with self.subTest(printed):
                text = FIVE.replace("Tue Feb 03 00:00:00 +0100 2009", printed)
                cable = parse_text(text)
                self.assertEqual(cable.created, datetime(2009, 2, 3, 14, 5, tzinfo=UTC))

    def test_a_file_may_end_after_its_five_lines(self):
        cable = parse_text(FIVE)
        self.assertEqual((cable.header, cable.body), ("", ""))

    def test_pilcrows_of_the_text_stay(self):
        self.assertIn("\n¶1.  T", parse_text(f"{FIVE}{LINE}\n¶1.  T").body)

    def test_a_partial_extract_is_marked(self):
        """M-11."""
        cable = parse_text(f"{FIVE}{PARTIAL}{LINE} \n1. Text")
        self.assertTrue(cable.partial)
        self.assertEqual(cable.header, "")
        self.assertTrue(cable.body.startswith(LINE))


class SplitTests(TestCase):
    def test_header_and_body_are_separated(self):
        for rule, text, header, body in SPLITS:
            with self.subTest(rule):
                self.assertEqual(split_telegram(text, "09ROME900001"), (header, body))


class OtherFilesTests(TestCase):
    def test_other_texts_are_rejected(self):
        path = DATA / "page.html"  # HTML is neither of the two text forms.
        (reject,) = text_page.read(path)
        self.assertIsInstance(reject, Reject)
        self.assertEqual(reject.position, 1)

    def test_texts_of_cables_are_recognised(self):
        self.assertTrue(is_text_page(FIVE))
        self.assertTrue(is_text_page(f"Menu\n\n{ROW}\n"))
        self.assertFalse(is_text_page("Dear diary,\n\nnothing happened.\n"))


class RealTests(TestCase):
    def test_the_seed(self):
        """X-4."""
        (cable,) = text_page.read(real_folder(self) / "text" / "07PHNOMPENH1376.txt")
        self.assertEqual(cable.reference, "07PHNOMPENH1376")
        self.assertEqual(cable.created, datetime(2007, 11, 7, 1, 27, tzinfo=UTC))
        self.assertEqual(cable.released, date(2011, 7, 11))
        self.assertEqual(cable.classification, "UNCLASSIFIED")
        self.assertEqual(cable.origin, "Embassy Phnom Penh")
        self.assertEqual(cable.header.count("\n") + 1, 11)
        self.assertTrue(cable.header.startswith("VZCZCXRO9746\n"))
        self.assertTrue(cable.header.endswith("\nRHHMUNB/JIATF WEST"))
        self.assertTrue(cable.body.startswith("UNCLAS SECTION 01 OF 05 PHNOM PENH 001376"))
        self.assertEqual(cable.subject, "CAMBODIA INCSR REPORT PART I")
        self.assertEqual(cable.tags, ("SNAR", "CB"))
        self.assertEqual(cable.captions, ("SIPDIS",))
        self.assertEqual(cable.facts["sections"], 5)

    def test_reads_every_text(self):
        cables = [
            cable
            for path in (real_folder(self) / "text").glob("*.txt")
            for cable in text_page.read(path)
        ]
        self.assertEqual(len(cables), 14)
        for cable in cables:
            with self.subTest(cable.reference):
                self.assertTrue(cable.subject and cable.tags)
                self.assertTrue(cable.body.startswith("UNCLAS"))
