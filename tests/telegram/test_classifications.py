"""Classes and their spellings; who classified a telegram, why, until when."""

from datetime import date
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from cables.telegram.classifications import (
    BY_VALUE,
    CLASSIFICATIONS,
    find_classified_by,
    find_classified_by_inside,
    find_order,
    normal_classification,
    unwrapped,
)
from cables.telegram.parse import parse_telegram

FOUO = "UNCLASSIFIED//FOR OFFICIAL USE ONLY"
SPELLINGS = [
    ("UNCLASSIFIED", "UNCLASSIFIED"),
    ("unclassified", "UNCLASSIFIED"),
    ("UNCLAS", "UNCLASSIFIED"),
    ("UNCLASSIFIED//FOR OFFICIAL USE ONLY", FOUO),
    ("UNCLASSIFIED // FOR  OFFICIAL USE ONLY", FOUO),
    ("UNCLASSIFIED/FOUO", FOUO),
    ("UNCLASSIFIED//FOUO", FOUO),
    ("UNCLAS SENSITIVE", FOUO),
    ("SBU", FOUO),
    ("U//FOUO", FOUO),
    ("C O N F I D E N T I A L", "CONFIDENTIAL"),
    ("CONFIDENTIAL/NOFORN", "CONFIDENTIAL//NOFORN"),
    ("C/NF", "CONFIDENTIAL//NOFORN"),
    ("SECRET NOFORN", "SECRET//NOFORN"),
    ("S E C R E T // NOFORN", "SECRET//NOFORN"),
    ("LOU", "LIMITED OFFICIAL USE"),
    ("Limited Official Use", "LIMITED OFFICIAL USE"),
    ("OFFICIAL USE ONLY", "OFFICIAL USE ONLY"),
    ("RESTRICTED", "RESTRICTED"),
    ("TOP SECRET", "TOP SECRET"),
    ("NO MARKING", "NO MARKING"),
    ("", ""),
    ("Not marked", ""),
]
RANKS = [
    ("", 0, "not-marked"),
    ("UNCLASSIFIED", 1, "unclassified"),
    ("NO MARKING", 1, "no-marking"),
    (FOUO, 2, "unclassified-for-official-use-only"),
    ("OFFICIAL USE ONLY", 2, "official-use-only"),
    ("LIMITED OFFICIAL USE", 2.5, "limited-official-use"),
    ("RESTRICTED", 2.7, "restricted"),
    ("CONFIDENTIAL", 3, "confidential"),
    ("CONFIDENTIAL//NOFORN", 4, "confidential-noforn"),
    ("SECRET", 5, "secret"),
    ("SECRET//NOFORN", 6, "secret-noforn"),
    ("TOP SECRET", 7, "top-secret"),
]


class ClassificationTests(TestCase):
    def test_every_spelling_leads_to_a_value(self):
        for spelling, value in SPELLINGS:
            with self.subTest("L-2", spelling=spelling):
                self.assertEqual(normal_classification(spelling), value)

    def test_a_value_is_its_own_spelling(self):
        for value in BY_VALUE:
            with self.subTest(value):
                self.assertEqual(normal_classification(value), value)

    def test_an_unknown_value_is_refused_and_named(self):
        for value in ("COSMIC", "SECRET//SI", "TOP SECRET NOFORN", "UNCLASSIFIED NOFORN", "5"):
            with self.subTest("L-2", value=value), self.assertRaisesRegex(ValueError, value):
                normal_classification(value)

    def test_classes_are_ordered_by_rank_and_have_slugs(self):
        """L-1, L-4: ordered by rank, never by the alphabet."""
        self.assertEqual([(c.value, c.rank, c.slug) for c in CLASSIFICATIONS], RANKS)
        ranks = [classification.rank for classification in CLASSIFICATIONS]
        self.assertEqual(ranks, sorted(ranks))

    def test_a_cable_without_a_class_is_not_marked(self):
        self.assertEqual(BY_VALUE[""].label, "Not marked")
        self.assertEqual(BY_VALUE["SECRET"].label, "SECRET")


SENT = date(2007, 1, 1)
# H-12: preamble -> order, date, event.
ORDERS = [
    ("E.O. 12958: N/A\nTAGS: PREL", "12958", None, ""),
    ("E.O. 12958: NA\nTAGS: PREL", "12958", None, ""),
    ("E.O. 12958: DECL: 11/22/2012 TAGS: PREL, IT", "12958", (2012, 11, 22), ""),
    ("EO 12958 DECL: 1/2/12", "12958", (2012, 1, 2), ""),
    ("E.O.  12958: DECL: 2015/10/09", "12958", (2015, 10, 9), ""),
    ("E.o. 12958: DECL: 9/4/2017 SUBJECT: FEES", "12958", (2017, 9, 4), ""),
    ("E. O. 13526: DECL 5/5/2035", "13526", (2035, 5, 5), ""),
    ("E.0. 12958: DECL: 05-05-2035", "12958", (2035, 5, 5), ""),
    ("E.O. 12958: DECL: \n11/22/2012\nTAGS: PREL", "12958", (2012, 11, 22), ""),
    ("E.O. 12958: 11/22/2012\nTAGS: PREL", "12958", (2012, 11, 22), ""),
    ("E.O. 12958: DECL: 12/12/2019, REASON 1.5 (d)", "12958", (2019, 12, 12), ""),
    ("E.O. 12356: DECL: OADR", "12356", None, "OADR"),
    ("E.O. 12958: DECL: X1\nTAGS: PREL", "12958", None, "X1"),
    ("E.O. 12958: DECL: 25X1-human\n", "12958", None, "25X1-human"),
    ("E.O. 12958: DECL: after korean unification\n", "12958", None, "after korean unification"),
    ("E.O. 12958: DECL: UPON RETIREMENT; REASON 1.4", "12958", None, "UPON RETIREMENT"),
    ("E.O. 11652: GDS\n", "11652", None, "GDS"),
    ("E.O. 12065: GDS 5/9/12 (EXAMPLE, JANE) OR-M", "12065", (2012, 5, 9), ""),
    ("E.O. 12065: RDS-3 (EXAMPLE, JANE) OR-M", "12065", None, "RDS-3"),
    ("E.O. 1295\nTAGS: PREL", "1295", None, ""),
    ("TAGS: PREL\nE.O. 12958: DECL: X6", "12958", None, "X6"),
    ("UNCLAS STATE 900001 SIPDIS E.O. 12958: N/A TAGS: PREL", "12958", None, ""),
    ("STATE FOR NEAE.O. 12958: DECL: 11/22/2012\nTAGS: PREL", "12958", (2012, 11, 22), ""),
    ("PASS USTR)E.O. 12958: DECL: 11/22/2012\nTAGS: PREL", "12958", (2012, 11, 22), ""),
    ("STATE FOR EUR/SEE. O. 12356: DECL: OADR TAGS: PREL", "12356", None, "OADR"),
    ("FOR CAIROe.o. 12958: decl: 11/22/2012 tags: prel", "12958", (2012, 11, 22), ""),
    ("SUBJECT: THE VIDEO 12958", "", None, ""),
    ("UNCLAS LIMA 1 E.O. 12985: N/A TAGS: PREL", "12985", None, ""),
    ("He cited Executive Order 10582. E.O. 10582, issued on May 9", "", None, ""),
    ("SUBJECT: E.O. 13224 LISTS E.O. 12958: DECL: X1", "12958", None, "X1"),
    ("TAGS: PREL\nSUBJECT: THE E.O. WAS SIGNED", "", None, ""),
    ("", "", None, ""),
]
DOUBTFUL = ["E.O. 12958: DECL: 2/30/2012", "E.O. 12958: DECL: 01/01/1999", "E.O. 12958: 13/13/13"]

# H-17: text -> name, reasons.
CLASSIFIERS = [
    ("Classified By: Ambassador Jane Example for reasons 1.4 (b) and (d).", "bd"),
    ("Classified By: (U) Classified by Ambassador Jane Example, Reason 1.5(D)", "d"),
    ("CLASSIFIED BY: Ambassador Jane Example PER 1.4 (B/D)", "bd"),
    ("Classified By: Ambassador Jane Example, E.O. 12958 1.4 b and d", "bd"),
    ("Classified By: Ambassador Jane Example, Reasons: 1.4(b,d)\n\nA. STATE 1", "bd"),
    ("Classified by Ambassador Jane Example for Rea\nsons 1.4 (b) (c)", "bc"),
    ("CLASSIFIED BY: Ambassador Jane Example. REA\nSONS: 1.4 (A), (C), AND (E)", "ace"),
    ("Classified By: Ambassador Jane Example for reasons 1.4 (b) and (d\n). \n\n1. (C)", "bd"),
    ("CLASSIFIED BY Ambassador Jane Example. REF: A. ROME 1 REASONS 1.4 (B)", "b"),
    ("Classified By: CONFIDENTIAL - ENTIRE TEXT Ambassador Jane Example 1.4.b", "b"),
    ("CLASSIFIED BY: Ambassador Jane Example, 1.4 (B) AND (D)\nA. ROME 2", "bd"),
    ("CLASSIFIED BY: Ambassador Jane Example, REAS0NS 1.4(B) and 1.4 (D)", "bd"),
    ("Classified By: Ambassador\n Jane Example\n\n1. (C) Summary", ""),
    ("Classified By: Ambassador Jane Example DECL: 1/1/2017", ""),
]
INSIDE = [
    ("1. (U) CLASSIFIED BY Ambassador Jane Example, REASON 1.5(D).\n2.", "Ambassador Jane Example"),
    ("1.  (U) Classified by Ambassador Jane Example.\n\n2.", "Ambassador Jane Example"),
    ("1. (C) The minister said the papers had been classified by his aide.\n\n2.", ""),
    ("1. (C) Declassified by the minister, reason 1.4 (b)", ""),
]
PIECES = [
    *("E.O. 12958", "E.O. 1", ": ", "DECL: ", "1/", "12/12/", "2012", " "),
    "\n",
    "Classified By",
]
PIECES += ["1.4 ", "(b)", " and ", "REASON", "(", ")", "d", "E.", "O.", "N/A", "- ENTIRE TEXT"]


class OrderTests(TestCase):
    def test_order_date_and_event_are_read(self):
        """H-12."""
        for text, number, day, event in ORDERS:
            with self.subTest(text):
                order, doubts = find_order(text, SENT)
                self.assertEqual(order.number, number)
                self.assertEqual(order.on, day and date(*day))
                self.assertEqual(order.event, event)
                self.assertEqual(doubts, [])

    def test_an_impossible_date_is_kept_only_as_printed(self):
        """H-12."""
        for text in DOUBTFUL:
            with self.subTest(text):
                order, doubts = find_order(text, SENT)
                self.assertEqual((order.on, order.event), (None, ""))
                self.assertTrue(text.endswith(order.printed))
                self.assertEqual([rule for rule, _ in doubts], ["H-12"])

    def test_the_fields_of_a_whole_cable_are_read(self):
        body = (
            "CONFIDENTIAL ROME 900001\n\nSTATE FOR EUR\n\nE.O. 12958: DECL: 11/22/2012\n"
            "TAGS: PREL\nSUBJECT: FEES\n\nClassified By: DCM Jane Example for reasons 1.4 (b).\n"
        )
        telegram = parse_telegram("", body, reference="07ROME900001")
        self.assertEqual(telegram.order.number, "12958")
        self.assertEqual(telegram.order.on, date(2012, 11, 22))
        self.assertEqual(telegram.classified_by.reasons, ("b",))
        self.assertEqual(telegram.classified_by.name, "DCM Jane Example")
        self.assertNotIn("Jane", str(telegram.facts))


class ClassifiedByTests(TestCase):
    def test_names_and_reasons_are_read(self):
        """H-17."""
        for text, reasons in CLASSIFIERS:
            with self.subTest(text):
                found = find_classified_by(text)
                self.assertEqual(found.name, "Ambassador Jane Example")
                self.assertEqual(found.reasons, tuple(reasons))

    def test_classified_by_may_stand_in_the_first_paragraph(self):
        """H-17."""
        for text, name in INSIDE:
            with self.subTest(text):
                self.assertEqual(find_classified_by_inside(text).name, name)

    def test_words_broken_at_the_width_of_the_page_are_joined(self):
        """H-17: a line as wide as the widest, and the next goes on in lower case."""
        line = f"Classified By: {'Deputy Chief of Mission Jane Q. Example, for reas':<50}"
        line = line.strip().rjust(72, "x")
        self.assertIn("reasons 1.4", unwrapped(f"{line}\nons 1.4 (b)"))
        self.assertIn("reas\nons", unwrapped(f"{line}\nons 1.4 (b)\n{'x' * 75}"))

    def test_a_word_broken_above_a_blank_line_with_blanks_is_joined(self):
        """H-17: trailing blanks do not count, and the first paragraph is no part of the field."""
        body = (
            "CONFIDENTIAL ROME 900001 \n \nE.O. 12958: DECL: 11/22/2018 \nTAGS: PREL \n"
            "SUBJECT: FEES \n \n"
            "Classified By: Consul General Leopold Van der Linde-Cooper XX, for r \n"
            "easons 1.4 (b) and (d). \n \n"
            "1.  (C) Four delegations met here on October 8 to divide a stock of fees. \n"
        )
        by = parse_telegram("", body, reference="08ROME900001").classified_by
        self.assertEqual(by.name, "Consul General Leopold Van der Linde-Cooper XX")
        self.assertEqual(by.reasons, ("b", "d"))

    @given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=300))
    def test_any_text_is_read_without_an_error(self, text):
        order, _ = find_order(text, SENT)
        self.assertNotIn("\n", order.event)
        for found in (find_classified_by(text), find_classified_by_inside(text)):
            self.assertLessEqual(set(found.reasons), set("abcdefgh"))
