"""Comparing a quotation with a cable: exact, altered or not found."""

from unittest import TestCase
from unittest.mock import patch

from cables.quotations.compare import (
    ALTERED,
    EXACT,
    NEAR,
    NOT_FOUND,
    check_quotation,
    find_exact,
    other,
    paragraphs,
)
from cables.quotations.quotation import read_quotation
from cables.telegram.paragraphs import segment

BODY = """\
UNCLAS SECTION 01 OF 02 BERLIN 900001

SIPDIS

SUBJECT: HARBOR FEES

1. (U) The harbor raised its fees by 1.5 percent in March -- to 1,376
euros -- and the well-known Minister's co-
operation ended, "for good."  He did not say why.

------------
THE SHIPPERS
------------

2. (SBU) Ships complained that it was -5 degrees (cold), and that no-
body had asked ... by letter.  The non-elected mayor was

BERLIN 00900001  002 OF 002

away; see [sic] 10/12.

3-4. (C) Café prices rose to ½.
"""
BLOCKS = segment(BODY)
TEXTS = [
    paragraphs(BLOCKS),
    other("subject", "HARBOR FEES OF THE YEAR"),
    other("opening", "SIPDIS"),
    other("header", "SENT ON MAY 5, 1906 TO ALL POSTS"),
]
EXACTLY = [
    "The harbor raised its fees by 1.5 percent",
    "THE HARBOR  raised\nits\tfees by 1.5 percent",  # Capitals and blanks.
    "“The harbor raised its fees by 1.5 percent”",
    "fees by 1.5 percent in March — to 1,376 euros",  # Dashes,
    "fees by 1.5 percent in March - to 1,376 euros – and the well‐known",
    "fees by 1.5 percent in March--to 1,376 euros",
    "Sent on May 5",  # A year behind the comma goes on no number.
    "the well-known Minister’s cooperation ended, ‘for good.’ He",  # marks, a hyphen at a line end,
    "the well-known Minister's co-operation ended, “for good.” He",
    "the well-known Minister's co- operation ended, ''for good.'' He",
    "the well-known Min-\nister's coopera-\ntion ended",
    "He did not say why. The Shippers Ships complained that",  # no rule, no number, no mark,
    "He did not say why. ------------ THE SHIPPERS ------------ 2. (SBU) Ships complained",
    "He did not say why. THE SHIPPERS 2. Ships complained that",
    "He did not say why. THE SHIPPERS (SBU) Ships complained that",
    "2. (SBU) Ships complained that it was",
    "that it was -5 degrees (cold), and that nobody had asked ... by letter",
    "that nobody had asked … by letter. The non-elected mayor was away; see [sic] 10/12.",
    "The non-elected mayor was\n\nBERLIN 00900001  002 OF 002\n\naway; see [sic] 10/12.",
    "The non-elected mayor was BERLIN 00900001  002 OF 002 away; see [sic] 10/12.",
    "The\u200b non-elec\u00adted mayor was\ufeff away",  # what cannot be seen,
    "The non-elec\u00ad\nted mayor was away",
    "Cafe\u0301 prices rose to ½",  # and how an accent is stored.
    "Harbor fees of the year",
    "The harbor raised [...] in March -- to 1,376 euros",
    "The harbor raised ... He did . . . say why",
    "... [T]he harbor raised its fees (…) did not say why ...",
    "[The port of Berlin] raised its fees by 1.5 percent",
    "The harbor raised its fees by [some] percent in March",
]
NOT_EXACTLY = [
    "The harbour raised its fees by 1.5 percent",
    "The harbor raised its fees by 15 percent",
    "The harbor raised its fees by 1. 5 percent",
    "The harbor raised its fees by 1,5 percent",
    "The harbor raised fees by 1.5 percent",
    "The harbor raised its its fees by 1.5 percent",
    "The harbor raised fees its by 1.5 percent",
    "The h\N{CYRILLIC SMALL LETTER A}rbor raised its fees by 1.5 percent",
    "harbor raised its fees by 1.5 per",  # The end of a word,
    "arbor raised its fees by 1.5",  # its beginning,
    "elected mayor was away; see [sic]",  # that of a compound,
    'operation ended, "for good." He did',
    "5 degrees (cold), and that nobody",  # of a number.
    "it was 5 degrees (cold), and that",
    "percent in March to 1,376 euros",
    "the wellknown Minister's cooperation ended",
    "the well known Minister's cooperation ended",
    'the well-known Minister\'s cooperation ended "for good."',
    "the well-known Minister's cooperation ended, for good. He",
    "He did say why. THE SHIPPERS Ships complained",
    "He did not say why. THE SHIPPERS 3. (SBU) Ships complained",
    "He did not say why. THE SHIPPERS 2. (S) Ships complained",
    "Café prices rose to 1/2",
    "Cafe prices rose to ½",
    "2. (SBU) Ships complained that it was -5 degrees cold, and",
    "did not say why ... The harbor raised",  # Another order.
    "The harbor raised [a word or two] away; see",  # That is no word or two.
    "The harbor raised ... in [S]eptember -- to 1,376 euros",
]


def compared(quotation):
    return check_quotation(read_quotation(quotation), TEXTS)


class ExactTests(TestCase):
    def test_line_breaks_quotation_marks_and_the_like_may_differ(self):
        for quotation in EXACTLY:
            with self.subTest(quotation):
                self.assertEqual(compared(quotation).verdict, EXACT)

    def test_any_other_change_is_not_exact(self):
        for quotation in NOT_EXACTLY:
            with self.subTest(quotation):
                found = compared(quotation)
                self.assertEqual(found.verdict, ALTERED)
                self.assertTrue(found.differences or found.notes)

    def test_a_text_without_its_letters_is_not_compared_sign_by_sign(self):
        quotation = read_quotation("The harbour raised its fees by 1.5 percent")
        texts = [paragraphs(BLOCKS), other("subject", "HARBOR FEES OF THE YEAR")]
        with patch("cables.quotations.compare.normalize") as normalize:
            self.assertIsNone(find_exact(quotation, texts))
        normalize.assert_not_called()

    def test_a_quotation_across_paragraphs_has_a_span_in_each(self):
        found = compared("did not say why. The Shippers Ships complained")
        quoted = [(span.id, span.text[span.start : span.end]) for span in found.spans]
        expected = [("par1", "did not say why."), ("par1.1", "THE SHIPPERS")]
        self.assertEqual(quoted, [*expected, ("par2", "Ships complained")])
        self.assertIn("marks of paragraphs", found.notes[0])

    def test_the_subject_and_the_opening_can_be_quoted(self):
        for quotation, place in (("harbor fees of the year", "subject"), ("SIPDIS", "opening")):
            with self.subTest(place):
                self.assertEqual([span.id for span in compared(quotation).spans], [place])

    def test_words_left_out_are_counted(self):
        joint = compared("The harbor raised ... in March -- to 1,376 euros").joints[0]
        self.assertEqual(
            (joint.quoted, joint.printed, joint.words), ("...", "its fees by 1.5 percent", 5)
        )

    def test_words_replaced_by_brackets_are_shown(self):
        joint = compared("The harbor raised [the dues] by 1.5 percent").joints[0]
        self.assertEqual((joint.quoted, joint.printed), ("[the dues]", "its fees"))

    def test_pieces_are_matched_where_they_are_closest_together(self):
        text = [paragraphs(segment("1. One two. Three four. One two again. Three four."))]
        found = find_exact(read_quotation("One two again ... three four"), text)
        self.assertEqual(found.spans[-1].start, found.spans[-1].text.rindex("Three"))

    def test_an_empty_text_has_no_quotation(self):
        empty = [paragraphs(segment("")), other("subject", "")]
        self.assertEqual(
            check_quotation(read_quotation("The harbor raised its fees"), empty).verdict, NOT_FOUND
        )


class AlteredTests(TestCase):
    def differences(self, quotation):
        found = compared(quotation).differences
        return [
            (each.quoted.before, each.quoted.words, each.printed.words, each.printed.behind)
            for each in found
        ]

    def test_differing_words_are_shown_side_by_side(self):
        cases = {
            "The harbor lowered its fees by 1.5 percent": [
                ("The harbor", "lowered", "raised", "its fees by")
            ],
            "harbor raised fees by 1.5 percent in": [("harbor raised", "", "its", "fees by 1.5")],
            "raised its very high fees by 1.5 percent": [
                ("raised its", "very high", "", "fees by 1.5")
            ],
            'Minister\'s cooperation ended "for good." He': [
                ("Minister's cooperation ended", "", ",", '"for good')
            ],
            "The harbor raised its fees by 15 percent in April": [
                ("its fees by", "15", "1.5", "percent in"),
                ("percent in", "April", "March", ""),
            ],
        }
        for quotation, expected in cases.items():
            with self.subTest(quotation):
                self.assertEqual(self.differences(quotation), expected)

    def test_each_side_has_the_words_around_it(self):
        found = compared("THE HARBOR LOWERED ITS FEES").differences[0]
        self.assertEqual((found.quoted.before, found.quoted.behind), ("THE HARBOR", "ITS FEES"))
        self.assertEqual((found.printed.before, found.printed.behind), ("The harbor", "its fees"))

    def test_pieces_that_are_most_like_one_passage_have_one_span(self):
        piece = "The harbor lowered its fees by 1.5 percent in March"
        text = paragraphs(segment("1. The harbor raised its fees by 1.5 percent in March. " * 2))
        for quotation in (piece, f"{piece} [...] {piece}"):
            with self.subTest(quotation):
                found = check_quotation(read_quotation(quotation), [text])
                self.assertEqual((found.verdict, len(found.spans)), (ALTERED, 1))

    def test_letters_that_look_alike_are_named(self):
        found = compared("The h\N{CYRILLIC SMALL LETTER A}rbor raised its fees by")
        self.assertIn("cyrillic small letter a", found.differences[0].note)

    def test_a_text_that_shares_a_few_words_is_only_near(self):
        found = compared("The harbor raised its fees by rules that nobody had read in full")
        self.assertEqual(found.verdict, NEAR)

    def test_a_text_that_shares_no_words_is_not_found(self):
        self.assertEqual(compared("Nobody ever wrote such things here").verdict, NOT_FOUND)
