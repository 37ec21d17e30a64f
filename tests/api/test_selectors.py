"""Positions and words of a selection, as programs for annotations count and compare them."""

import re
from functools import partial
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from cables.api.selectors import (
    browser_position,
    find_words,
    offsets_in_page,
    quote_selector,
    read_page,
    utf16_length,
)
from tests.growth import processor_time

PAGE = """<!doctype html>
<html><head><title>No text</title></head>
<body>
<nav>Browse &amp; read</nav><!-- no text -->
<div class="para focus" id="par1">
  <p class="margin">¶ 1</p>
  <p class="wire kept">1. Fees <b>rose</b> &lt;by&gt; half.</p>
  <div class="note"><p class="wire">A note.</p></div>
</div>
<div class="para" id="par2"><p class="wire">2. Ships.</p></div>
<script type="application/json">{"text": 1}</script></body>
</html>"""
TEXTS = st.text(st.sampled_from("ab1 .\n😀"), max_size=60)


class PageTextTests(TestCase):
    def test_the_text_is_that_of_the_body_and_has_the_words_of_each_paragraph(self):
        page = read_page(PAGE)
        self.assertNotIn("No text", page.text)
        self.assertNotIn("no text", page.text)
        self.assertTrue(page.text.startswith("\nBrowse & read\n"))
        self.assertIn('{"text": 1}', page.text)  # Browsers count scripts in the body, too.
        words = {key: page.text[start:end] for key, (start, end) in page.paragraphs.items()}
        self.assertEqual(words, {"par1": "1. Fees rose <by> half.", "par2": "2. Ships."})


class SelectorTests(TestCase):
    def test_positions_are_counted_as_javascript_counts_them(self):
        for text, length in (("", 0), ("abc", 3), ("é—¶", 3), ("a😀b", 4), ("\ud800", 1)):
            with self.subTest(text):
                self.assertEqual(utf16_length(text), length)
        position = browser_position("a😀bc", 2, 4)
        self.assertEqual((position["start"], position["end"]), (3, 5))

    def test_a_quotation_has_what_stands_around_it(self):
        text = f"{'x' * 40}The fees.{'y' * 40}"
        self.assertEqual(
            quote_selector(text, 40, 49),
            {
                "type": "TextQuoteSelector",
                "exact": "The fees.",
                "prefix": "x" * 32,
                "suffix": "y" * 32,
            },
        )
        self.assertEqual(quote_selector("Fees", 0, 4)["prefix"], "")

    def test_words_are_found_whatever_the_line_breaks_between_them(self):
        text = "The harbor\nraised  its fees (by half)."
        for words, found in (
            ("harbor raised its", "harbor\nraised  its"),
            ("  fees (by  half). ", "fees (by half)."),
            ("harbour", None),
            ("harborraised", None),
            (" \n", None),
        ):
            with self.subTest(words):
                place = find_words(text, words)
                self.assertEqual(text[slice(*place)] if place else None, found)

    @given(TEXTS, TEXTS)
    def test_words_are_found_as_by_a_regular_expression(self, text, words):
        pattern = r"\s+".join(map(re.escape, words.split()))
        found = re.search(pattern, text) if pattern else None
        self.assertEqual(find_words(text, words), found.span() if found else None)

    def test_words_that_are_repeated_and_end_otherwise_take_no_time(self):
        seconds = processor_time(partial(find_words, words=f"{'a ' * 9_999}b"), "a " * 100_000)
        self.assertLess(seconds, 2)  # It took minutes with backtracking.

    def test_a_page_may_leave_out_line_breaks_of_lists_and_add_marks(self):
        for printed, shown in (
            ("1. Fees.\n- Ships\n- Boats", "1. Fees.- Ships- Boats"),
            ("Fees rose.\nShips.", "Fees rose.12\nShips."),
            ("Fees in 1990.", "Fees1 in 1990."),
        ):
            with self.subTest(shown):
                offsets = offsets_in_page(printed, shown)
                self.assertEqual(
                    [shown[at] for at, sign in zip(offsets, printed, strict=False) if sign != "\n"],
                    [sign for sign in printed if sign != "\n"],
                )
        self.assertIsNone(offsets_in_page("Fees rose.", "Fees fell."))

    @given(TEXTS, st.lists(st.tuples(st.integers(0, 60), st.sampled_from("²³⁴")), max_size=4))
    def test_each_character_is_found_in_order(self, printed, marks):
        shown = printed
        for at, mark in marks:
            shown = shown[:at] + mark + shown[at:]
        offsets = offsets_in_page(printed, shown)
        self.assertEqual(offsets, sorted(offsets))
        self.assertEqual(len(offsets), len(printed) + 1)
        found = [(shown[at], sign) for at, sign in zip(offsets, printed, strict=False)]
        self.assertTrue(all(one == sign for one, sign in found if sign != "\n"))
