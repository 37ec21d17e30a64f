"""Classifications: their order, and the spellings they come in (L-1, L-2, L-4)."""

from unittest import TestCase

from cables.telegram.classifications import BY_VALUE, CLASSIFICATIONS, normal_classification

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
