"""Texts are cut behind a word or a thought; the first sentence that says something."""

from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from cables.telegram.paragraphs import segment
from cables.telegram.shorten_text import LONGEST, cut_at_word, first_sentence, shorten


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


SAYS = "The harbor master raised his fees yesterday."
# What stands before the sentence that says something.
PASSED_OVER = [
    *("900768.", "900768. Eyes only for the Secretary from Holloway."),
    *("900768. Embtel 900760, October 22, 7 p.m.", "Your telegram No. 900412 of March 3, 10 a.m."),
    "Department pass CINCPAC for POLAD. Geneva for Hale.",
    "Paris for USCINCEUR, Knight, and Hale. Deptels 900904 and 900907.",
    "Deliver following message from President to Prime Minister.",
    *("Joint Embassy/USOM message. Reference: Deptel 900601.", "Section one of two.", "SECRET"),
    *("No. 46.]", "Sir:", "My Dear Mr. Secretary:", "Dear Mr. President:", "* * * * * *"),
    "1. (C) SUMMARY:",
]


class FirstSentenceTests(TestCase):
    def first(self, body):
        return first_sentence(segment(body))

    def test_what_says_nothing_of_the_matter_is_passed_over(self):
        for before in PASSED_OVER:
            # A line that ends like no sentence is a paragraph of its own.
            for join in (" ", "\n\n") if before[-1] in ".:" else ("\n\n",):
                with self.subTest(before, join=join):
                    self.assertEqual(self.first(f"{before}{join}{SAYS} Ships left."), SAYS)

    def test_a_sentence_ends_where_it_ends(self):
        for sentence in (
            "General Hale told Mr. Moss of the U.S. Embassy that bells were silent.",
            "The fee for pilots rose to No. 3.5 of the tariff at once.",
            "Why are the bells of this town silent again?",
            "Fees “rose again” in every harbor of the coast.",
            "HARBOR FEES WENT UP AGAIN IN APRIL.",
            "The board of harbors raised fees at 11 a.m. Dec 11.",
            "The board of harbors raised fees at 6 p.m. 12 March.",
            "The board of harbors raised fees until 11 a.m.",
            "The board of harbors raised fees on May 3, 6 p.m.",
        ):
            for numbered in ("", "1. ", "900412. 1. ", "1. (C) ", "(a) ", "Summary: "):
                with self.subTest(sentence, numbered=numbered):
                    self.assertEqual(self.first(f"{numbered}{sentence}\nNext came rain."), sentence)
                    self.assertEqual(self.first(f"{numbered}{sentence} Mayor Hale left."), sentence)

    def test_a_sentence_may_begin_with_a_title_or_an_abbreviation(self):
        for title in (
            *("Mr.", "Mrs.", "Messrs.", "Mme.", "Brig. Gen.", "Comdr.", "Msgr.", "Asst."),
        ) + ("Rt. Hon.", "Art. 3 of this, cf.", "(Dr.", "“Lt. Col.", "P. J."):
            for before in ("", "900412. ", "1. ", "Your 900700. ", "Sir: "):
                with self.subTest(title, before=before):
                    sentence = f"{title} Hale and I raised harbor fees yesterday."
                    first = self.first(f"{before}{sentence} Ships left.")
                    self.assertEqual(first, sentence.removeprefix("“"))

    def test_lines_are_joined(self):
        self.assertEqual(
            self.first("1. The harbor master\n  raised his\nfees."), SAYS[:24] + " his fees."
        )

    def test_a_long_sentence_is_cut_behind_a_word(self):
        cut = self.first("The harbor " * 30)
        self.assertLessEqual(len(cut), LONGEST)
        self.assertRegex(cut, r"^(The harbor )+(The|The harbor)…$")

    def test_items_of_a_list_are_sentences_of_their_own(self):
        body = "1. The minister named these points:\n- Fees would\n  rise.\n- Ships would leave."
        self.assertEqual(self.first(body), "The minister named these points:")

    def test_a_text_is_cut_where_a_thought_ends(self):
        for text, longest, expected in (
            (
                "Gen. Don met Mr. Lodge on the pier. He left.",
                41,
                "Gen. Don met Mr. Lodge on the pier. …",
            ),
            ("He met the envoy, Gen. Don of the fleet.", 30, "He met the envoy, Gen. Don of…"),
            ("He had two: Ships, and all the fees.", 23, "He had two: Ships, and…"),
            ("- Fees for all ships\n- Ships that left", 30, "- Fees for all ships …"),
            ("He had these points:\n- Ships that left", 30, "He had these points:\n- Ships…"),
            ("Fees rose. Ships", 16, "Fees rose. Ships"),
            ("w" * 30, 20, "w" * 19 + "…"),
        ):
            with self.subTest(text):
                self.assertEqual(shorten(text, longest), expected)

    def test_a_text_that_says_little_gives_what_it_has(self):
        for body, sentence in (
            ("900812. Your 900700. Concur.", "Concur."),
            ("Deptel 900043. I do not think it likely.", "I do not think it likely."),
            ("Message follows.", "Message follows."),
            ("", ""),
            ("* * *\n\n. . .", ""),
        ):
            with self.subTest(body):
                self.assertEqual(self.first(body), sentence)

    @given(st.text())
    def test_any_text_gives_one_short_line(self, text):
        sentence = self.first(text)
        self.assertLessEqual(len(sentence), LONGEST)
        self.assertEqual(sentence, " ".join(sentence.split()))
