"""A letter in brackets at the start of a block: of a list, or a portion mark (B-7)."""

from unittest import TestCase

from cables.telegram.paragraphs import segment
from cables.telegram.paragraphs.blocks import text_without_number
from tests.telegram.paragraphs.test_blocks import OPENING


class ListLetterTests(TestCase):
    def test_a_letter_that_follows_in_a_list_is_no_mark(self):  # B-7
        for body, marks in (
            ("(A) One.\n\n(B) Two.\n\n(C) Three.", ["", "", ""]),
            ("1. Terms:\n\n(A) One.\n\n(B) Two.\n\nMore.\n\n(C) Three.", [""] * 5),
            ("(B) Two.\n\n2. Terms.\n\n(C) Three.", ["", "", "C"]),
            ("(A) One.\n\n(C) Three.", ["", "C"]),
            ("(B) Two.\n\n3. (C) Three.", ["", "C"]),
            ("(C) One.\n\n(C) Two.", ["C", "C"]),
        ):
            with self.subTest(body):
                blocks = segment(OPENING + body)
                self.assertEqual([block.mark for block in blocks], marks)
                last = blocks[-1]
                shown = last.text if not last.mark else last.text.partition(") ")[2]
                self.assertEqual(text_without_number(last), shown)
