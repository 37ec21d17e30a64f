"""Cables and paragraphs that a person names are read in any spelling, one a line."""

from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from cables.telegram.reference_lines import LONGEST, parted_place, read_reference_lines

READ = {
    "06BERLIN900001": "06BERLIN900001",
    "06 berlin 0900001": "06BERLIN900001",
    "06BERLIN900001, para 3": "06BERLIN900001 par3",
    "06BERLIN900001 ¶ 2.1": "06BERLIN900001 par2.1",
    "06BERLIN900001 par3": "06BERLIN900001 par3",
    "paragraph 3 of 06BERLIN900001": "06BERLIN900001 par3",
    "https://host/cable/06BERLIN900001/par12/": "06BERLIN900001 par12",
    "https://host/cable/06BERLIN900001/#par4": "06BERLIN900001 par4",
    "06BERLIN900001 / ¶ 2": "06BERLIN900001 par2",
    "06BERLIN900001 - para 2": "06BERLIN900001 par2",
    "1. 06BERLIN900001": "06BERLIN900001",
    "2) 06 Zzyzx 12": "06ZZYZX12",
    "the document P750066-0259, para 2": "P750066-0259 par2",
    "telegram 3820 from London, January 23, 1959, para 4": "59LONDON3820 par4",
}


class ReferenceLineTests(TestCase):
    def test_each_spelling(self):
        for line, place in READ.items():
            with self.subTest(line):
                self.assertEqual(read_reference_lines(line), ([place], []))

    def test_a_list_has_each_once_and_names_what_it_cannot_read(self):
        text = "06BERLIN900001\n\n 06 Berlin 900001 \r\nthe one on fees\n06BERLIN900001 para 2"
        places, unread = read_reference_lines(text)
        self.assertEqual(places, ["06BERLIN900001", "06BERLIN900001 par2"])
        self.assertEqual(unread, ["the one on fees"])

    def test_parts_of_a_place(self):
        self.assertEqual(parted_place("06BERLIN900001 par2"), ("06BERLIN900001", "par2"))
        self.assertEqual(parted_place("06BERLIN900001"), ("06BERLIN900001", ""))

    @given(st.text(max_size=300))
    def test_whatever_is_typed_can_be_stored_and_read_again(self, text):
        places, unread = read_reference_lines(text)
        self.assertEqual(read_reference_lines("\n".join(places)), (places, []))
        self.assertTrue(all(len(parted_place(place)[0]) <= LONGEST for place in places))
        self.assertLessEqual(len(places) + len(unread), len(text.splitlines()))

    @given(st.lists(st.sampled_from(sorted(READ)), max_size=5), st.text("0123456789", max_size=90))
    def test_long_numbers_do_not_pass(self, lines, digits):
        places, _ = read_reference_lines("\n".join([*lines, f"06BERLIN{digits}"]))
        self.assertTrue(all(len(parted_place(place)[0]) <= LONGEST for place in places))
