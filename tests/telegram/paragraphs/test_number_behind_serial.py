"""The number of a first paragraph that stands behind the telegram's own number (B-5)."""

from unittest import TestCase

from cables.telegram.paragraphs import segment

# (body, ids); the telegram is number 396.
BODIES = (
    ("396. 1. Ships came.\n\n2. They left.", ["par1", "par2"]),
    ("396. 1. Ships came.\n\nFrom Rome.\n\n2. They left.", ["par1", "par1.1", "par2"]),
    ("Secret\n\n396. 1. Ships came.\n\n2. They left.", ["par0.1", "par1", "par2"]),
    ("[396]. 1. Ships came.\n\n2. They left.", ["par1", "par2"]),
    ("396. 1. Ships came.\n\nThey left.", ["par0.1", "par0.2"]),
    ("396. 1. Ships came.\n\n3. They left.", ["par0.1", "par3"]),
    ("397. 1. Ships came.\n\n2. They left.", ["par0.1", "par2"]),
    ("396. Ships came.\n\n1. One.\n\n2. They left.", ["par0.1", "par1", "par2"]),
)


class NumberBehindSerialTests(TestCase):
    def test_the_first_number_may_stand_behind_the_serial(self):
        for body, ids in BODIES:
            with self.subTest(body):
                self.assertEqual(segment(body, 396).ids, ids)

    def test_a_serial_that_could_be_a_paragraph_is_none(self):
        self.assertEqual(segment("35. 1. Ships came.\n\n2. They left.", 35).ids, ["par1", "par2"])

    def test_without_a_serial_nothing_changes(self):
        self.assertEqual(segment("396. 1. Ships came.\n\n2. They left.").ids, ["par0.1", "par2"])
