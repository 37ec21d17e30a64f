"""The offsets of the items of a REF list, and of the words that name the cable."""

from unittest import TestCase

from cables.telegram.citation_links import find_items, namesake, prints_serial
from cables.telegram.reference_items import ReferenceItem


def make_cited(text, reference="", bullet="", **fields):
    made = {"kind": "cable", "qualifiers": (), "title": "", "year_assumed": False} | fields
    return ReferenceItem(bullet=bullet, text=text, reference=reference, **made)


class ItemTests(TestCase):
    def linked(self, preamble, *cited):
        """Return [(anchor, the words that name the cable)] of some items."""
        items = find_items(preamble, cited)
        return [(item.anchor, preamble[item.start : item.end]) for item in items]

    def test_each_item_is_linked_at_the_words_that_name_its_cable(self):
        for preamble, cited, linked in (
            (
                "UNCLAS ROME 900002\nREF: A. 06 STATE 900777 (NOTAL)\n     B. ROME 900002",
                [
                    make_cited("06 STATE 900777 (NOTAL)", "06STATE900777", "A"),
                    make_cited("ROME 900002", "06ROME900002", "B"),
                ],
                [("ref-A", "06 STATE 900777"), ("ref-B", "ROME 900002")],
            ),
            (
                "REF: D. 03 \n\nHANOI 0902323",
                [make_cited("03 HANOI 0902323", "03HANOI902323", "D")],
                [("ref-D", "03 \n\nHANOI 0902323")],
            ),
            (
                "REF: STATE 911657 and 907743",
                [
                    make_cited("STATE 911657 and 907743", "06STATE911657"),
                    make_cited("STATE 911657 and 907743", "06STATE907743"),
                ],
                [("ref", "STATE 911657"), ("", "907743")],
            ),
            (
                "REFTEL: A. DOE-ROE E-MAIL OF\n 3 MAY",
                [make_cited("DOE-ROE E-MAIL OF 3 MAY", bullet="A", kind="email")],
                [("ref-A", "DOE-ROE E-MAIL OF\n 3 MAY")],
            ),
            ("REF: ROME 1", [make_cited("words of another text", "06ROME1")], [("ref", "")]),
            ("", [make_cited("", "06ROME1"), make_cited("x")], [("ref", ""), ("", "")]),
        ):
            with self.subTest(preamble):
                self.assertEqual(self.linked(preamble, *cited), linked)

    def test_many_items_take_little_time(self):
        preamble = "REF: " + "A. ROME 1 " * 3000
        self.assertEqual(len(find_items(preamble, [make_cited("ROME 2", "06ROME2")] * 300)), 300)

    def test_the_same_number_of_another_year(self):
        for reference, before in (
            ("07STATE900777", "06STATE900777"),
            ("00STATE900777", "99STATE900777"),
            ("FRUS1861-D12", ""),
            ("", ""),
        ):
            with self.subTest(reference):
                self.assertEqual(namesake(reference), before)

    def test_words_contain_a_serial(self):
        self.assertTrue(prints_serial("06 ROME 0012", "06ROME12"))
        for words in ("ref A", "ref 1", "06 ROME 123", ""):
            with self.subTest(words):
                self.assertFalse(prints_serial(words, "06ROME12"))
