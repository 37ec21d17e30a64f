"""Paragraphs whose first words the editors left out: "5… . feels" (B-5)."""

from unittest import TestCase

from cables.telegram.paragraphs import segment
from cables.telegram.paragraphs.blocks import text_without_number

# (what is seen, serial, text, ids)
CASES = (
    ("the next number", None, "4. Red.\n\n5… . feels ill.", "par4 par5"),
    ("the next but one", None, "2. Red.\n\n4… . feels ill.", "par2 par4"),
    ("behind unnumbered text", None, "1. Red.\n\nA. Green.\n\n2… . ill.", "par1 par1.1 par2"),
    ("several", None, "1… . Red.\n\n2… . Green.\n\n3. Blue.", "par1 par2 par3"),
    ("nothing else", None, "1… .\n\nGreen.\n\n2. Blue.", "par1 par1.1 par2"),
    ("the last two", None, "1. Red.\n\n2… . Green.\n\n3… . Blue.", "par1 par2 par3"),
    ("number 1 below another", None, "3. Red.\n\n1… . Green.\n\n2. Blue.", "par3 par1 par2"),
    ("below the serial", 70, "70. Your 108:\n\n1… . Red.\n\n2. Blue.", "par0.1 par1 par2"),
    ("behind the serial", 396, "396. 1. Red.\n\n2… . Green.\n\n3. Blue.", "par1 par2 par3"),
    ("below a first that is the serial", 1, "1. Red.\n\n2… . Green.", "par1 par2"),
    (
        "above numbers in brackets",
        None,
        "1. Red.\n\n(1) A.\n\n(2) B.\n\n2… . C.",
        "par1 par1.1 par1.2 par2",
    ),
    ("behind a quotation mark", None, "Note:\n\n“1. Red.\n\n2. Blue.”", "par0.1 par1 par2"),
    ("a second one", None, "1. Note.\n\n(“1. Red.\n\n2. Blue.”)", "par1 par1-2 par2"),
    ("supplied by editors", None, "4. Red.\n\n[5.] Green.\n\n6. Blue.", "par4 par5 par6"),
    ("with the stop behind", None, "[1]. Red.\n\n2. Green.", "par1 par2"),
    # Not numbers of paragraphs:
    ("a mark in brackets", None, "4. Red.\n\n[5] Green.\n\n6. Blue.", "par4 par4.1 par6"),
    ("another in brackets", None, "4. Red.\n\n[9.] Green.\n\n6. Blue.", "par4 par4.1 par6"),
    ("all quoted", None, "1. Note.\n\n“1. Red.\n\n“2. Blue.”\n\n2. No.", "par1 par1.1 par1.2 par2"),
    ("one quoted", None, "4. Note.\n\n“5. Red.”\n\n5. No.", "par4 par4.1 par5"),
    ("the serial", 108, "108… . Red.\n\n1. Green.\n\n2. Blue.", "par0.1 par1 par2"),
    ("an unknown serial", None, "108… . Red.\n\n1. Green.", "par0.1 par1"),
    ("a figure", None, "1. Red.\n\n12 … ships came.\n\n2. Blue.", "par1 par1.1 par2"),
    ("a number before", None, "4. Red.\n\n3… . Green.", "par4 par4.1"),
    ("the same number", None, "4. Red.\n\n4… . Green.", "par4 par4.1"),
    ("a single one", None, "1… . Red.\n\nGreen.", "par0.1 par0.2"),
    ("a year", None, "199. Red.\n\n200… . Green.", "par199 par199.1"),
    ("an ellipsis behind words", None, "1. Red.\n\n2 ships … came.", "par1 par1.1"),
    ("letters", None, "1. Red.\n\ni… . Green.", "par1 par1.1"),
    ("inside a block", None, "1. Red:\n2… . Green.", "par1"),
)
SPELLINGS = ("2…", "2… .", "2 …", "2.…", "2 . . .", "2. . .", "2. . . .", "2 * * *", "2.* * *")


class NumberBeforeOmissionTests(TestCase):
    def test_a_number_counts_where_the_numbers_go_on(self):
        for seen, serial, text, ids in CASES:
            with self.subTest(seen):
                self.assertEqual(segment(text, serial).ids, ids.split())

    def test_spellings_of_the_ellipsis(self):
        for spelling in SPELLINGS:
            with self.subTest(spelling):
                _, second = segment(f"1. Red.\n\n{spelling} feels ill.")
                self.assertEqual((second.id, second.number), ("par2", "2"))

    def test_the_ellipsis_is_part_of_the_text(self):
        _, second = segment("1. Red.\n\n2… . feels ill.")
        self.assertEqual(second.text, "2… . feels ill.")
        self.assertEqual(text_without_number(second), "… . feels ill.")
