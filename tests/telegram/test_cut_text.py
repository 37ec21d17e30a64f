"""Titles and sentences that are cut end at a word."""

from unittest import TestCase

from cables.telegram.cut_text import cut_at_word, strip_signs


class CutTextTests(TestCase):
    def test_a_long_text_is_cut_behind_a_word(self):
        for text, longest, shown in (
            ("The harbor", 10, "The harbor"),
            ("The harbor raised", 11, "The harbor…"),
            ("The harbor raised", 12, "The harbor…"),
            ("The harbor, raised", 14, "The harbor…"),
            ("The harbor raised", 9, "The…"),
            ("Harbormasters", 9, "Harborma…"),
            ("", 9, ""),
        ):
            with self.subTest(text, longest=longest):
                self.assertEqual(cut_at_word(text, longest), shown)
                self.assertLessEqual(len(shown), longest)

    def test_the_stop_of_an_abbreviation_stays(self):
        for text, shown in (
            ("Washington, D. C.,", "Washington, D. C."),
            ("Lenox, Mass.", "Lenox, Mass."),
            ("Lima.", "Lima"),
            ("Rell & Co", "Rell & Co"),
            (".", ""),
        ):
            with self.subTest(text):
                self.assertEqual(strip_signs(text), shown)
