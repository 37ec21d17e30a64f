"""Which words are similar to redacted words, and in which way."""

from unittest import TestCase

from cables.names.redaction_near_misses import (
    ALIKE,
    ATTACHED,
    INITIALS,
    MISSPELT,
    OTHERWISE,
    PART,
    PIECES,
    PLURAL,
    SPELT,
    find_near,
    lookalike_spellings,
)

# Text, phrase, how the text is similar to the phrase ("" if it is not).
NEAR = [
    ("MERIDIANS", "Meridian", PLURAL),
    ("MERI-\nDIANS", "Meridian", PLURAL),
    ("lynxes", "Lynx", PLURAL),
    ("PARTIES", "Party", PLURAL),
    ("Party", "parties", PLURAL),
    ("MERIDIAN2", "Meridian", ATTACHED),
    ("12MERIDIAN", "Meridian", ATTACHED),
    ("MERIDIANSTREET", "Meridian", ATTACHED),
    ("THEMERIDIAN", "Meridian", ATTACHED),
    ("NE-\nWMERIDIAN", "Meridian", ATTACHED),
    ("TIA7", "Tia", ATTACHED),
    ("M\N{CYRILLIC CAPITAL LETTER IE}RIDIAN", "Meridian", ALIKE),
    ("\N{CYRILLIC CAPITAL LETTER EM}eridian", "Meridian", ALIKE),
    ("MER\N{GREEK CAPITAL LETTER IOTA}DIAN", "Meridian", ALIKE),
    ("MER1DIAN", "Meridian", ALIKE),
    ("MERlDIAN", "Meridian", ALIKE),
    ("R0SSI", "Rossi", ALIKE),
    ("rornan", "Roman", ALIKE),
    ("R0SSIS", "Rossi", ATTACHED),
    ("RO5SI", "Rossi", ALIKE),
    ("Ro55i", "Rossi", ALIKE),
    ("8OLZANO", "Bolzano", ALIKE),
    ("vvorld", "World", ALIKE),
    ("MERIDAIN", "Meridian", MISSPELT),
    ("MERIDAN", "Meridian", MISSPELT),
    ("MERYDIAN", "Meridian", MISSPELT),
    ("MER|DIAN", "Meridian", ALIKE),
    ("MER!D!AN", "Meridian", ALIKE),
    ("MERIDI@N", "Meridian", ALIKE),
    ("Mohamed", "Muhammad", SPELT),
    ("Khadafi", "Qadhafi", SPELT),
    ("Soerensen", "Sørensen", MISSPELT),
    ("MUELLER", "Müller", MISSPELT),
    ("Obrian", "O'Brien", MISSPELT),
    ("OBRIENS", "O'Brien", PLURAL),
    ("Lopez-Garcia", "Garcia-Lopez", OTHERWISE),
    ("MERI_DIAN", "Meridian", PIECES),
    ("MERI'DIAN", "Meridian", PIECES),
    ("MERI\tDIAN", "Meridian", PIECES),
    ("MERI&nbsp;DIAN", "Meridian", PIECES),
    ("Maradona", "Meridian", ""),
    ("good man", "Goodman", PIECES),
    ("MERI DIAN", "Meridian", PIECES),
    ("J. Q. PUBLIC", "John Q. Public", INITIALS),
    ("J.Q. Public", "John Q. Public", INITIALS),
    ("PUBLIC, JOHN Q", "John Q. Public", OTHERWISE),
    ("John Public", "John Q. Public", OTHERWISE),
    ("Public", "John Q. Public", PART),
    ("pro-Public", "John Q. Public", PART),
    ("John Publik", "John Q. Public", MISSPELT),
    ("Johns", "John Q. Public", PLURAL),
    # All of a form is one match.
    ("AB Karimov", "Aslan Bekovich Karimov", INITIALS),
    ("A.B. KARIMOV", "Aslan Bekovich Karimov", INITIALS),
    ("Karimov AB", "Aslan Bekovich Karimov", INITIALS),
    ("J.-C. Bourdin-Vaillac", "Jean-Claude Bourdin-Vaillac", INITIALS),
    ("J-C. Bourdin-Vaillac", "Jean-Claude Bourdin-Vaillac", INITIALS),
    ("K. P. S. R\N{CYRILLIC SMALL LETTER A}manujan", "K. P. S. Ramanujan", ALIKE),
    ("K. P. S. Ramanujen", "K. P. S. Ramanujan", MISSPELT),
    ("K. P. S. Ramanujan", "Kumar Patel Singh Ramanujan", INITIALS),
    ("O\N{RIGHT SINGLE QUOTATION MARK}Dreaghan", "Cormac O'Dreaghan", PART),
    ("O'DREAGHAN", "Cormac O'Dreaghan", PART),
    ("Cormac 0\N{RIGHT SINGLE QUOTATION MARK}Dreaghan", "Cormac O'Dreaghan", ALIKE),
    ("Tran Thi Bich Lau", "Tr\u1ea7n Th\u1ecb B\u00edch L\u1ef1u", MISSPELT),
    ("Tren Thi Bich Luu", "Tr\u1ea7n Th\u1ecb B\u00edch L\u1ef1u", MISSPELT),
    ("TRAN THI BECH LUU", "Tr\u1ea7n Th\u1ecb B\u00edch L\u1ef1u", MISSPELT),
    ("Hsu Kam", "Hsu Kan", MISSPELT),
    ("Grewest", "Roberta Grew", ""),  # Longer words with a short part of a name in them.
    ("transmission", "Tran Van Luu", ""),
    ("TRAN7", "Tran Van Luu", ATTACHED),
    ("smallpox", "Li Po", ""),
    ("this", "Tran Thi Luu", ""),
    ("Meridian", "Meridian", ""),  # The words themselves, in any form, are none.
    ("Mérīdian", "Meridian", ""),
    ("ＭＥＲＩＤＩＡＮ", "Meridian", ""),
    ("MERI-\nDIAN", "Meridian", ""),
    ("Median", "Meridian", ""),
    ("Ross", "Bassi", ""),
    ("Initiate", "Tia", ""),
    ("of the", "Bank of the North", ""),
    ("I", "Ivan Rossi", ""),
    ("Q", "John Q. Public", ""),
    ("a", "Anwar Rossi", ""),
]


class NearTests(TestCase):
    def test_similar_words_are_found_with_their_kind(self):
        for text, phrase, kind in NEAR:
            for around in ("{}", "They saw {} there."):
                with self.subTest(text, phrase=phrase, around=around):
                    found = find_near(around.format(text), [phrase])
                    expected = [(" ".join(text.split()), kind)] if kind else []
                    self.assertEqual([(near.form, near.kind) for near in found], expected)

    def test_the_words_around_a_match_are_shown(self):
        text = "They saw the MERIDIANS at sea."
        (near,) = find_near(text, ["Meridian"])
        self.assertEqual(near.context(text), ("They saw the ", "MERIDIANS", " at sea."))

    def test_a_part_of_a_name_beside_the_whole_name_is_found_too(self):
        found = find_near("John Q. Public, John Smith", ["John Q. Public"])
        self.assertEqual([(near.form, near.kind) for near in found], [("John", PART)])

    def test_what_stands_beside_a_part_of_a_name_is_not_taken_for_the_rest(self):
        for text, form in (
            ("The US and Karimov", "Karimov"),  # No initials of Aslan Bekovich.
            ("B and AB. Karimov", "Karimov"),
            ("He is K Karimov", "Karimov"),  # K is the initial of Karimov itself.
            ("asian Karimov", "asian Karimov"),
            ("Karimov abc", "Karimov"),
            ("Karimov. AB", "Karimov"),
        ):
            with self.subTest(text):
                found = find_near(text, ["Aslan Bekovich Karimov"])
                self.assertIn(form, [near.form for near in found])

    def test_a_name_never_spans_two_sentences(self):
        found = find_near("They are public. John left.", ["John Public"])
        self.assertEqual([near.form for near in found], ["public", "John"])

    def test_spellings_with_signs_that_look_like_letters(self):
        self.assertEqual(lookalike_spellings("toni"), ["t0ni", "ton1", "tonl", "t0n1", "t0nl"])
        self.assertEqual(lookalike_spellings("ran"), [])
        self.assertIn("w0r1d", lookalike_spellings("world"))
        self.assertIn("rneran", lookalike_spellings("meran"))
        self.assertLessEqual(len(lookalike_spellings("oil" * 20)), 120)
