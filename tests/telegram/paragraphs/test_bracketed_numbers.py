"""Paragraphs whose numbers are printed as "(1)" (B-5)."""

from unittest import TestCase

from cables.telegram.paragraphs import segment
from cables.telegram.paragraphs.blocks import text_without_number
from cables.telegram.paragraphs.line_starts import printed_start

# (what is seen, serial, text, ids)
CASES = [
    ("numbers", None, "Red.\n\n(1) Green.\n\n(2) (C) Blue.\n\nHALE", "par0.1 par1 par2 par2.1"),
    (
        "below others",
        None,
        "1. (U) Red.\n\n(1) A.\n\n(2) B.\n\n2. (U) C.",
        "par1 par1.1 par1.2 par2",
    ),
    ("below a single other", None, "1. (U) Red.\n\n(1) Green.\n\n(2) Blue.", "par1 par1.1 par1.2"),
    ("below the serial", 70, "70. Your 108:\n\n(1) Red.\n\n(2) Green.", "par0.1 par1 par2"),
    ("below serial 1", 1, "1. Your 108:\n\n(1) Red.\n\n(2) Green.", "par0.1 par1 par2"),
    ("not counted up", None, "(1) Red.\n\n(3) Green.\n\n(2) Blue.", "par0.1 par0.2 par0.3"),
    ("a single one", None, "(1) Red.\n\nGreen.", "par0.1 par0.2"),
]


class BracketedNumberTests(TestCase):
    def test_they_count_where_there_are_no_others(self):
        for seen, serial, text, ids in CASES:
            with self.subTest(seen):
                blocks = segment(f"UNCLAS LISBON {serial or 900001}\n\n{text}\n", serial)
                self.assertEqual(blocks.ids, ids.split())

    def test_a_portion_mark_follows_the_number(self):  # B-7
        red, green = segment("UNCLAS LISBON 900001\n\n(1) (C) Red.\n\n(2) Green.\n")
        self.assertEqual((red.mark, green.mark), ("C", ""))
        texts = text_without_number(red), text_without_number(green)
        self.assertEqual(texts, ("Red.", "Green."))

    def test_the_serial_before_number_one_is_no_number_of_a_paragraph(self):
        for serial in ("97", "3483", "40627"):
            with self.subTest(serial):
                text = f"UNCLAS LISBON {serial}\n\n{serial}. 1. Red.\n\n2. Green.\n"
                red, _ = segment(text, int(serial))
                self.assertEqual((red.number, red.text), ("1", f"{serial}. 1. Red."))
                self.assertEqual(text_without_number(red), red.text)
                self.assertEqual(printed_start(red.text, red.number), 0)
