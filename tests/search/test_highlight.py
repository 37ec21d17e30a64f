"""Highlighting words, and cutting excerpts."""

import re
import sys
from functools import partial
from string import ascii_letters, digits
from unittest import TestCase

from cables.search.query import relaxed
from cables.search.snippets import SHOWN, excerpt, mark_words, score, word_pattern
from tests.growth import processor_time


class MarkTests(TestCase):
    def test_only_whole_words_are_marked(self):
        for words, html, marked in (
            (["fee"], "fee Fee feet", "<mark>fee</mark> <mark>Fee</mark> feet"),
            (["p"], '<p class="p">p</p>', '<p class="p"><mark>p</mark></p>'),
            (["amp", "a"], "a &amp; b", "<mark>a</mark> &amp; b"),
            (["x27"], "O&#x27;Neil", "O&#x27;Neil"),
            (["café"], "CAFÉ cafés", "<mark>CAFÉ</mark> cafés"),
            (["U.S."], "the U.S. fleet", "the <mark>U.S.</mark> fleet"),
            (["a.*"], "a.* abc", "<mark>a.*</mark> abc"),
            ([], "nothing", "nothing"),
            (["", " "], "nothing", "nothing"),
        ):
            with self.subTest(html):
                self.assertEqual(mark_words(html, word_pattern(words)), marked)

    def test_words_are_found_in_every_case_that_letters_can_have(self):
        characters = "".join(map(chr, range(sys.maxunicode + 1)))
        alike = re.findall("(?i)[a-z0-9]", characters)
        self.assertGreater(len(alike), len(ascii_letters + digits))
        for letter in ascii_letters + digits:
            text = " ".join(f"{other}X" for other in alike)
            plain = re.findall(rf"(?i){letter}x", text)
            with self.subTest(letter):
                self.assertEqual(word_pattern([f"{letter}x"]).findall(text), plain)
                self.assertEqual(word_pattern([f"{letter}x", "çx", "8y"]).findall(text), plain)
                self.assertEqual(word_pattern([f"{letter}x", "_z", "8y"]).findall(text), plain)

    def test_a_text_is_scored_by_different_words_then_by_runs(self):
        found = word_pattern(["harbor", "harbors", "fees"])
        best = ["new harbor fees", "fees of the harbor", "harbor harbors harbor", "nothing"]
        self.assertEqual(sorted(best, key=lambda text: score(text, found), reverse=True), best)
        self.assertEqual(score("nothing", found), (0, 0, 0))


class ExcerptTests(TestCase):
    def test_an_excerpt_shows_the_words(self):
        text = "lead " * 100 + "the harbor\n   raised <its> fees. " + "tail " * 100
        shown = excerpt(text, word_pattern(["harbor", "fees"]))
        self.assertIn("the <mark>harbor</mark> raised &lt;its&gt; <mark>fees</mark>. tail", shown)
        self.assertTrue(shown.startswith("… lead") and shown.endswith("tail …"))

    def test_an_excerpt_has_at_most_three_lines(self):
        for text in ("x" * 10_000, "x " * 5_000, "harbor " * 5_000, "short", ""):
            with self.subTest(text[:9]):
                shown = excerpt(text, word_pattern(["harbor"]))
                plain = shown.replace("<mark>", "").replace("</mark>", "").strip("… ")
                self.assertLessEqual(len(plain), SHOWN)

    def test_prefers_the_part_with_most_of_the_words(self):
        text = "harbor " + "x " * 400 + "harbor fees"
        self.assertIn("<mark>fees</mark>", excerpt(text, word_pattern(["harbor", "fees"])))

    def test_a_long_text_takes_linear_time(self):
        found = word_pattern([f"word{n}" for n in range(500)])
        for text in ("word1 " * 100_000, "w" * 500_000, "<" * 500_000, "&" * 500_000):
            for work in (score, excerpt, mark_words):
                with self.subTest(text[:6], work=work.__name__):
                    self.assertLess(processor_time(partial(work, pattern=found), text), 2)


class RelaxedTests(TestCase):
    def test_relaxed_searches_in_order(self):
        for text, asked in (
            ("harbor", []),
            (
                '"harbor fees" salt',
                [
                    ("without the quotation marks", "harbor fees salt"),
                    ("without salt", '"harbor fees"'),
                    ('without "harbor fees"', "salt"),
                    ("with any of the words", '"harbor fees" or salt'),
                ],
            ),
            (
                "“harbor fees” salt",
                [
                    ("without the quotation marks", "harbor fees salt"),
                    ("without salt", '"harbor fees"'),
                    ('without "harbor fees"', "salt"),
                    ("with any of the words", '"harbor fees" or salt'),
                ],
            ),
            ("harbor -fees", [("without -fees", "harbor"), ("without harbor", "-fees")]),
            (
                "harbor before:2008",
                [("without before:2008", "harbor"), ("without harbor", "before:2008")],
            ),
            ("", []),
            ('"', []),
            ('"""', []),
        ):
            with self.subTest(text):
                self.assertEqual(relaxed(text), asked)

    def test_a_year_is_tried_as_the_year_of_sending(self):
        said = "sent in 1958, whether they print it or not"
        for text, sent in (
            ("harbor 1958, fees", "harbor after:1958 before:1959 fees"),
            ("1958", "after:1958 before:1959"),
        ):
            with self.subTest(text):
                self.assertEqual(relaxed(text)[0], (said, sent))
        for text in ("3820", "19580", "1758", "after:1958", "1958-01-23", "harbor or 1958"):
            with self.subTest(text):
                self.assertNotIn("sent", [given_up.split()[0] for given_up, _ in relaxed(text)])
