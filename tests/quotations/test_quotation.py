"""Parsing pasted text: the quotation and the citation beside it."""

from unittest import TestCase

from cables.quotations.quotation import read_quotation
from tests.growth import processor_time

WORDS = "The harbor raised its fees in March"


class CitationTests(TestCase):
    def test_a_citation_is_not_part_of_the_quotation(self):
        reference = "06BERLIN900001"
        for pasted in (
            f"“{WORDS}” ({reference}, para 3)",
            f"{WORDS} ({reference}, para 3).",
            f"{WORDS} [06 Berlin 900001]",
            f"{WORDS}\n{reference}, paragraph 3",
            f"Cable {reference}:\n{WORDS}",
            f'In {reference} it says, "{WORDS}."',
            f"{WORDS}\nhttps://host.example/cable/{reference}/#par3",
            f"{WORDS} https://host.example/cable/{reference}/par3/",
        ):
            with self.subTest(pasted):
                quotation = read_quotation(pasted)
                self.assertEqual(quotation.text.rstrip("."), WORDS)
                self.assertEqual(quotation.reference, reference)
                self.assertIn("900001", quotation.cited)

    def test_a_reference_among_the_words_stays(self):
        quotation = read_quotation("The harbor, see 06BERLIN900001, raised its fees")
        self.assertEqual(quotation.words, 7)
        self.assertEqual(quotation.reference, "06BERLIN900001")
        self.assertEqual(quotation.cited, "")

    def test_a_url_without_a_reference_stays(self):
        self.assertEqual(read_quotation(f"{WORDS} https://host.example/").words, 8)


class ReadingTests(TestCase):
    def test_brackets_and_dots_split_a_quotation_into_pieces(self):
        cases = {
            "one two [...] three": [("one two", ""), ("three", "[...]")],
            "one two . . . three": [("one two", ""), ("three", ". . .")],
            "one… two": [("one", ""), ("two", "…")],
            "one [the other] two": [("one", ""), ("two", "[the other]")],
            "[O]ne two": [("One two", "")],
            "... one two ...": [("one two", "...")],
            "one [sic] ... two": [("one", ""), ("two", "[sic] ...")],
        }
        for pasted, expected in cases.items():
            with self.subTest(pasted):
                pieces = [(piece.text, piece.joint) for piece in read_quotation(pasted).pieces]
                self.assertEqual(pieces, expected)

    def test_any_text_can_be_pasted_and_is_parsed_quickly(self):
        for pasted in (
            "", "\0", "\ud800 lone", "…", "[[[]]]", "\u202eright to left", "“", "''", "]" * 20_000,
            "." * 20_000, "!" * 20_000, "- " * 10_000, "A " * 10_000, "[" * 20_000,
            "a\u200b" * 9_000, "PHNOM PENH 00001376  002 OF 005 " * 600,
            "07 ROME " * 2_500, "\"'" * 10_000,
            "(" * 20_000, "=" * 20_000, "a-\n" * 6_000, "1.5:" * 5_000, "\n" * 20_000,
        ):  # fmt: skip
            with self.subTest(pasted[:20]):
                self.assertLess(processor_time(read_quotation, pasted), 3)
