"""Subject-numeric file numbers in a text."""

from unittest import TestCase

from cables.glossary.entries import find_terms
from cables.telegram.file_numbers import find_file_numbers


class FileNumberTests(TestCase):
    def test_file_numbers_are_found_with_their_places(self):
        for text, found in (
            ("Central Files, POL 15 S VIET. Secret.", ["POL 15 S VIET"]),
            ("(Ibid., POL 32-4 VIET)", ["POL 32-4 VIET"]),
            ("Files, POL 1 S VIET-US.", ["POL 1 S VIET-US"]),
            ("Files, DEF 12–1 NATO; POL 7 US/RELL", ["DEF 12–1 NATO", "POL 7 US/RELL"]),
            ("Lot 54, POL 15, General", ["POL 15"]),
            ("Lot 54, POL 7 Visits", ["POL 7"]),
            ("AID (US) 6 IRAN", ["AID (US) 6 IRAN"]),
            ("Files, POL 15-1 was used", ["POL 15-1"]),
            ("AID 15 projects", []),
            ("POL 15,000 tons", []),
            ("POL 150", []),
            ("12 POL and GVN", []),
        ):
            with self.subTest(text):
                spans = find_file_numbers(text)
                self.assertEqual([text[start:end] for start, end in spans], found)

    def test_the_glossary_explains_nothing_in_a_file_number(self):
        for text, printed in (
            ("See DEF 4 NATO.", []),
            ("See DEF 4 NATO. Then NATO met.", ["NATO"]),
            ("See NATO 4.", ["NATO"]),
        ):
            with self.subTest(text):
                found = find_terms([text]).get(0, [])
                self.assertEqual([text[each.start : each.end] for each in found], printed)
