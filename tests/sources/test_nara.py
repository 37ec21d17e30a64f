"""Telegrams of the National Archives: text and attributes, and lists without text."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from unittest import TestCase

from cables.sources import Limits, Reject, nara, nara_attributes, nara_list, reader_for
from cables.sources.parsed_cable import parsed
from tests.paths import DATA

FILE = DATA / "nara.txt"
LIST = """\
URL,Draft Date,Document Number,Film Number,From,Subject,TAGS,To
https://aad.example/1,14-Mar-1975,1975LISBON09412,D750089-0412,LISBON,HARBOR FEES,"EWWT, PO",STATE
https://aad.example/2,,1975LISBON09413,,LISBON,NOTHING,,STATE
"""


class TextTests(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.whole, cls.unreadable = parsed(nara.read(FILE))

    def test_a_file_is_recognised_by_its_two_parts(self):
        self.assertEqual(reader_for(FILE), nara)

    def test_text_and_attributes_make_a_cable(self):
        whole = self.whole
        self.assertEqual(whole.reference, "75LISBON9412")
        self.assertEqual(whole.origin, "Embassy Lisbon")
        self.assertEqual(whole.created, datetime(1975, 3, 14, 16, 26, tzinfo=UTC))
        self.assertEqual(whole.classification, "UNCLASSIFIED")
        self.assertEqual(whole.facts["marked_classification"], "CONFIDENTIAL")
        self.assertEqual(whole.tags, ("EWWT", "PO", "REXAMPLE, MARO"))
        self.assertEqual(whole.captions, ("LIMDIS",))
        self.assertEqual(whole.cites, ("75STATE89296",))
        self.assertEqual(whole.blocks.ids, ["par1", "par2"])
        self.assertIn("WHICH\nMEETS ON MONDAY", whole.blocks[0].text)
        self.assertNotIn("Declassified", whole.body)
        for name, value in {
            "concepts": ["PORTS", "SHIPPING FEES"],
            "original_classification": "CONFIDENTIAL",
            "current_classification": "UNCLASSIFIED",
            "film_number": "D750089-0412",
            "document_number": "1975LISBON09412",
            "to": "STATE\nMADRID",
            "kind": "telegram",
        }.items():
            with self.subTest(name):
                self.assertEqual(whole.edition[name], value)
        self.assertIn("30 JUN 2006", whole.edition["released_stamp"])

    def test_a_text_that_is_not_available_is_marked(self):
        cable = self.unreadable
        self.assertEqual((cable.reference, cable.body, cable.partial), ("75PHNOMPENH7", "", True))
        self.assertEqual(cable.edition["locator"], "ADS TEXT UNRETRIEVABLE")
        self.assertEqual((cable.subject, cable.created_precision), ("RICE", "day"))
        self.assertGreater(cable.position, 50)

    def read(self, text):
        """Return the records read from a file with these documents."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.txt"
            path.write_text(text)
            self.assertEqual(reader_for(path), nara)
            return list(parsed(nara.read(path)))

    def test_release_stamps_are_not_part_of_the_text(self):
        stamp = "Declassified/Released US Department of State EO Review 05 JUL 2006\n"
        whole, unreadable = self.read(
            stamp + FILE.read_text().replace("Type: TE\n", f"Type: TE\n{stamp}")
        )
        self.assertEqual(whole.body, self.whole.body)
        self.assertEqual(unreadable.reference, self.unreadable.reference)
        for cable in (whole, unreadable):
            self.assertIn("05 JUL 2006", cable.edition["released_stamp"])

    def test_a_text_is_kept_whatever_its_attributes_say(self):
        for attribute in ("Review Withdrawn Fields: n/a", "Review Withdrawn Fields: Drafter"):
            with self.subTest(attribute):
                whole, _ = self.read(FILE.read_text().replace("Type: TE", attribute, 1))
                self.assertEqual(whole.body, self.whole.body)
                self.assertEqual(whole.partial, "Drafter" in attribute)

    def test_a_long_text_with_the_word_unretrievable_is_kept(self):
        text = FILE.read_text().replace("SHIPS COMPLAINED", "THE BUOY IS UNRETRIEVABLE")
        self.assertIn("UNRETRIEVABLE", self.read(text)[0].body)

    def test_words_above_the_text_are_kept(self):
        message, attributes = nara.split_document(
            "UNCLASSIFIED\n\nMessage Text\n\nFEES.\n\nMessage Attributes\n\nSubject: FEES\n"
        )
        self.assertEqual(message.split(), ["UNCLASSIFIED", "FEES."])
        self.assertEqual(attributes, {"subject": "FEES"})

    def test_the_two_heading_lines_may_be_in_capitals(self):
        text = FILE.read_text()
        for line in ("Message Text", "Message Attributes"):
            text = text.replace(line, line.upper())
        self.assertEqual(self.read(text)[0], self.whole)

    def test_a_withdrawn_text_is_marked(self):
        _, _, rest = FILE.read_text().partition("Message Text")
        attributes = rest[rest.index("Message Attributes") :].partition("Message Text")[0]
        (cable,) = self.read(f"Message Text\n\n{attributes}")
        self.assertEqual((cable.body, cable.partial), ("", True))
        self.assertEqual(cable.edition["locator"], "withdrawn or not readable")

    def test_document_numbers(self):
        for printed, sender, reference in (
            ("1973STATE089296", "", "73STATE89296"),
            ("1973PHNOM10625", "PHNOM PENH", "73PHNOMPENH10625"),
            ("1973THEHA00005", "", "73THEHAGUE5"),
            ("1973NEWDE07645", "NEW DELHI", "73NEWDELHI7645"),
            ("08PRETOR09546", "", "08PRETORIA9546"),
        ):
            with self.subTest(printed):
                self.assertEqual(nara_attributes.expanded(printed, sender), reference)
        for printed in ("", "STATE", "1973STATE000000"):
            with self.subTest(printed), self.assertRaises(ValueError):
                nara_attributes.expanded(printed, "")

    def test_a_document_without_attributes_is_all_text(self):
        text = FILE.read_text().split("Message Attributes")[0].partition("\n")[2]
        self.assertEqual(nara.split_document(text), (text, {}))
        self.assertEqual(nara.parse_document(text).reference, "75LISBON9412")


class ListTests(TestCase):
    def test_a_list_gives_entries_without_text(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "aad.csv"
            path.write_text(LIST)
            self.assertEqual(reader_for(path), nara_list)
            entry, reject = parsed(nara_list.read(path))
        self.assertEqual((entry.reference, entry.format), ("75LISBON9412", "nara-list"))
        self.assertEqual((entry.body, entry.partial, entry.tags), ("", True, ("EWWT", "PO")))
        self.assertIsInstance(reject, Reject)
        self.assertIn("when it was sent", reject.reason)

    def test_values_that_are_not_available_are_left_out(self):
        heading = "Document Number,Draft Date,Film Number,From,TAGS,To,Handling Restrictions"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "aad.csv"
            path.write_text(f"{heading}\n1975LISBON09412,14 MAR 1975,n/a,LISBON,N/A,n/a,n/a\n")
            (entry,) = parsed(nara_list.read(path))
        self.assertEqual((entry.tags, entry.captions), ((), ()))
        self.assertFalse({"film_number", "to", "handling"} & entry.edition.keys())

    def test_a_heading_that_cannot_be_read_is_rejected(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "aad.csv"
            path.write_text(LIST)
            (reject,) = parsed(nara_list.read(path, limits=Limits(record=20)))
        self.assertIsInstance(reject, Reject)
        self.assertIn("This row has more than", reject.reason)
