"""A document whose number lost its stop or its blank is of the same kind as others (F-7)."""

from unittest import TestCase

from tests.sources.test_frus_markup import read_one

DAY = '<dateline>Legation of the United States, Berlin, <date when="1949-05-09"/></dateline>'
FROM_POST = "Telegram From the Embassy in Peru to the Department of State"
# (heading, text, kind, title)
MISPRINTS = (
    ("7. Mr. Quay to Mr. Rell", "No 46.]", "despatch", "Mr. Quay to Mr. Rell (No. 46)"),
    ("7. Mr. Quay to Mr. Rell", "No. 46.]", "despatch", "Mr. Quay to Mr. Rell (No. 46)"),
    ("7. Mr. Quay to Mr. Rell", "Not 46 ships", "letter", "Mr. Quay to Mr. Rell"),
    (f"1.{FROM_POST}", "912. Fees.", "telegram", FROM_POST),
    (f"2.{FROM_POST}", "912. Fees.", None, f"2.{FROM_POST}"),
)


class MisprintedNumberTests(TestCase):
    def test_a_number_without_stop_or_blank_is_a_number(self):
        for heading, text, kind, title in MISPRINTS:
            with self.subTest(heading, text=text):
                cable = read_one(f"<head>{heading}</head>{DAY}<p>{text}</p><p>Sir: Fees.</p>")
                self.assertEqual((kind and cable.kind, cable.title), (kind, title))
