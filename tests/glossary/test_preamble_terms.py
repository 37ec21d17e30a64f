"""Explaining the lines before the first paragraph."""

from unittest import TestCase

from cables.glossary.header_terms import read_opening
from tests.growth import check_growth
from tests.slow import slow

OPENING = """\
C O N F I D E N T I A L SECTION 01 OF 05 BERLIN 900001

SIPDIS
NOFORN

DEPT FOR EUR/CE AND S/CT
STATE PASS USTR

E.O. 12958: DECL: 11/22/2016
TAGS: EFIS, QQQQ, EXAMPLE, ANN
SUBJECT: HARBOR FEES
REF: A. 06 ROME 900002 (NOTAL)

Classified By: Ambassador Ann Example for reasons 1.4 (b) and (d).
"""
TAGS = [("EFIS", "Herring"), ("QQQQ", ""), ("EXAMPLE, ANN", "")]


def order(text):
    """Return {printed: meaning} of an opening that has this order."""
    opening = f"SECRET BERLIN 900001\n\nE.O. {text}\nTAGS: EFIS\n"
    return {term.printed: term.meaning for term in read_opening(opening, [])}


class OpeningTests(TestCase):
    def test_each_term_has_its_meaning_in_order(self):
        expected = [
            ("C O N F I D E N T I A L", "Confidential.", "CONFIDENTIAL"),
            ("SECTION 01 OF 05", "Section 1 of 5. A long message", "SECTION"),
            ("BERLIN 900001", "its reference", ""),
            ("SIPDIS", "SIPRNet", "SIPDIS"),
            ("NOFORN", "not a citizen of the United States", "NOFORN"),
            ("DEPT FOR EUR/CE AND S/CT", "to hand it on", "PASS"),
            ("STATE PASS USTR", "Another passing instruction", "PASS"),
            ("EUR", "European and Eurasian Affairs", "EUR"),
            ("S/CT", "Counterterrorism", "S-CT"),
            ("USTR", "Trade Representative", "USTR"),
            ("E.O. 12958", "In force from October 1995", "E.O.-12958"),
            ("DECL", "Here: 22 November 2016.", "DECL"),
            ("TAGS", "Traffic Analysis by Geography and Subject", "TAGS"),
            ("EFIS", "Herring", "EFIS"),
            ("QQQQ", "the glossary does not explain", ""),
            ("EXAMPLE, ANN", "People are no index", ""),
            ("SUBJECT", "What the document is about", "SUBJECT"),
            ("REF", "Earlier cables", "REF"),
            ("NOTAL", "Not to all", "NOTAL"),
            ("Classified By", "for which reasons", "CLASSIFIED-BY"),
            ("1.4 (b)", "shared in confidence", "1.4-B"),
            ("1.4 (d)", "foreign relations", "1.4-D"),
        ]
        terms = read_opening(OPENING, TAGS)
        self.assertEqual([term.printed for term in terms], [printed for printed, _, _ in expected])
        for term, (printed, words, code) in zip(terms, expected, strict=True):
            with self.subTest(printed):
                self.assertIn(words, term.meaning)
                self.assertEqual(term.code, code)

    def test_the_end_of_a_classification_is_explained(self):
        cases = {
            "12958: N/A": ("N/A", "nothing has to end"),
            "12958: DECL: OADR": ("OADR", "has to decide"),
            "12958: DECL: X1, X5": ("X5", "another government"),
            "12958: DECL: 25X1-HUMAN": ("25X1", "twenty-five years"),
            "12958: DECL: AFTER THE VOTE": ("DECL", "Here: AFTER THE VOTE."),
            "11652: GDS": ("E.O. 11652", "June 1972"),
            "12345: N/A": ("E.O. 12345", "The order under which"),
        }
        for text, (printed, words) in cases.items():
            with self.subTest(text):
                self.assertIn(words, order(text)[printed])

    def test_labels_in_other_spellings(self):
        """Of H-13, H-14, H-16 and H-17."""
        spellings = {
            "AGS: EFIS": "TAGS",
            "TAGS EFIS, PREL": "TAGS",
            "SUBJ: FEES": "SUBJECT",
            "SUBJECT FEES": "SUBJECT",
            "REFTEL: ROME 900002": "REF",
            "REFS: A. ROME 900002": "REF",
            "CLASSIFIED BY AMBASSADOR ANN EXAMPLE": "Classified By",
            "E.O. 12958: N/A TAGS: EFIS SUBJECT: FEES": "TAGS",
        }
        for line, label in spellings.items():
            with self.subTest(line):
                opening = f"UNCLAS BERLIN 900001\n\n{line}\n"
                self.assertIn(label, [term.printed for term in read_opening(opening, [])])

    def test_an_opening_without_labels_has_no_terms(self):
        self.assertEqual(read_opening("The harbor raised its fees.", []), [])

    @slow("not measuring how time grows with length")
    def test_a_line_of_labels_takes_linear_time(self):
        check_growth(self, lambda text: read_opening(text, []), "TAGS: REF: ", 500_000)

    def test_a_damaged_opening_never_raises(self):
        for at in range(len(OPENING)):
            self.assertIsInstance(read_opening(OPENING[:at] + OPENING[at + 5 :], TAGS), list)
