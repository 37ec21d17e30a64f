"""References that a person pastes or lists, in any spelling."""

from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from cables.telegram.pasted_references import (
    LONGEST,
    PastedReferences,
    parted_place,
    read_pasted,
    read_reference_lines,
)

LISBON, ROME, PARIS = "06LISBON900412", "07ROME900001", "08PARIS900002"
# Pasted text -> its references.
READ = [
    (f"{LISBON}\n{ROME}\r\n{PARIS}", [LISBON, ROME, PARIS]),
    (f"{LISBON} {ROME}\t{PARIS}", [LISBON, ROME, PARIS]),
    (f"{LISBON}, {ROME}; {PARIS} | {LISBON}", [LISBON, ROME, PARIS]),
    (f"{LISBON}/{ROME}", [LISBON, ROME]),
    ("06 Lisbon 0900412; 2007 Rome 900001 08 paris 900002", [LISBON, ROME, PARIS]),
    ("06-LISBON-900412", [LISBON]),
    (f'"{LISBON}","{ROME}"', [LISBON, ROME]),
    (f"1. {LISBON}\n2) {ROME}\n- {PARIS}\n• 06 Zzyzx 12", [LISBON, ROME, PARIS, "06ZZYZX12"]),
    (f"see {LISBON} (S) of 3 May 2006, and {ROME}.", [LISBON, ROME]),
    (f"https://cables.example.org/cable/2006/03/{LISBON}.html#par2", [LISBON]),
    ("telegram 3820 from London, January 23, 1959", ["59LONDON3820"]),
    (
        "FRUS1861-D12, P750066-0259 75LISBON9412-2",
        ["FRUS1861-D12", "P750066-0259", "75LISBON9412-2"],
    ),
    ("", []),
    (" \n;,|\t\0", []),
    ("no reference at all", []),
]
# Pasted text -> pieces that are named as not read.
UNREAD = [
    (f"{LISBON}\n06LISBONX", ("06LISBONX",)),
    (f"{LISBON} and 06LX7Y", ("06LX7Y",)),
    (f"{LISBON}; * 3820", ("* 3820",)),
    (f"{LISBON}, cable of 3 May 2006", ("cable of 3 May 2006",)),
    (f"see {LISBON} of 3 May 2006", ()),
]


class ReadPastedTests(TestCase):
    def test_references_are_read_in_any_spelling(self):
        for text, references in READ:
            with self.subTest(text):
                self.assertEqual(list(read_pasted(text).references), references)

    def test_what_is_not_read_is_named(self):
        for text, unread in UNREAD:
            with self.subTest(text):
                self.assertEqual(read_pasted(text), PastedReferences((LISBON,), unread))

    @given(st.text(max_size=200))
    def test_any_text_can_be_pasted(self, text):
        read_pasted(text)

    @given(
        st.lists(st.sampled_from([LISBON, ROME, PARIS]), min_size=1, unique=True),
        st.sampled_from(["\n", ", ", ";", " ", "\t", " | ", " and ", "\r\n\r\n", "/"]),
    )
    def test_no_reference_is_lost_whatever_separates_them(self, references, separator):
        text = separator.join(references)
        self.assertEqual(read_pasted(text), PastedReferences(tuple(references)))


LISTED = {
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
        for line, place in LISTED.items():
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

    @given(
        st.lists(st.sampled_from(sorted(LISTED)), max_size=5), st.text("0123456789", max_size=90)
    )
    def test_long_numbers_do_not_pass(self, lines, digits):
        places, _ = read_reference_lines("\n".join([*lines, f"06BERLIN{digits}"]))
        self.assertTrue(all(len(parted_place(place)[0]) <= LONGEST for place in places))
