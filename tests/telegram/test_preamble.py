"""The preamble: its subject, its captions, and where it ends (H-9 to H-19, 3c)."""

from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from cables.telegram.classifications import find_order
from cables.telegram.paragraphs import outline, segment
from cables.telegram.preamble import (
    find_captions,
    find_passing,
    find_subject,
    find_tag_lines,
    preamble_of,
)
from cables.telegram.preamble_vocabulary import CAPTION_WORDS, DISTRIBUTION
from cables.telegram.tags import split_tags

SUBJECTS = [
    ("H-14", "SUBJECT: HARBOR FEES \n \nREF: A", "HARBOR FEES"),
    ("H-14", "SUBJ: HARBOR FEES\n\n", "HARBOR FEES"),
    ("H-14", "Subject: Harbor fees\n", "Harbor fees"),
    ("H-14", "SUBJECT:HARBOR FEES", "HARBOR FEES"),
    ("H-14", "SUBJECT; HARBOR FEES", "HARBOR FEES"),
    ("H-14", "SUBJECT. HARBOR FEES", "HARBOR FEES"),
    ("H-14 no colon", "SUBJECT  HARBOR FEES\n", "HARBOR FEES"),
    ("H-14 no colon, below", "SUBJECT\nHARBOR FEES\n", "HARBOR FEES"),
    ("H-14 cut label", "UBJECT: HARBOR FEES\n", "HARBOR FEES"),
    ("H-14 colon twice", "SUBJECT: : HARBOR FEES\n", "HARBOR FEES"),
    ("H-14 lines", "SUBJECT: HARBOR \nFEES IN \nROME \n \nText", "HARBOR FEES IN ROME"),
    ("H-14 below", "SUBJECT:\n \nHARBOR FEES\n\nText", "HARBOR FEES"),
    ("H-14 nothing below", "SUBJECT:\n\nREF: ROME 1\n\nText", ""),
    ("H-14 nothing at all", "SUBJECT:", ""),
    ("H-14 only a number below", "SUBJECT:\n\n1. (U) Text", ""),
    ("H-14 hyphen", "SUBJECT: SHIPS OF US- \nLATIN TRADE", "SHIPS OF US-LATIN TRADE"),
    ("H-14 dash", "SUBJECT: SHIPS - \nLATIN TRADE", "SHIPS - LATIN TRADE"),
    ("H-14 hyphen behind a digit", "SUBJECT: MAY 20- \n24", "MAY 20- 24"),
    ("H-14 marks", "SUBJECT: (U) HARBOR FEES", "HARBOR FEES"),
    ("H-14 marks", "SUBJECT: (C/NF) HARBOR FEES", "HARBOR FEES"),
    ("H-14 marks", "SUBJECT:  (SBU) (U) HARBOR FEES (PART 1)", "HARBOR FEES (PART 1)"),
    ("H-14 ref", "SUBJECT: HARBOR FEES\nREF: ROME 900001", "HARBOR FEES"),
    ("H-14 ref", "SUBJECT: HARBOR FEES\nREFS: A. ROME 1", "HARBOR FEES"),
    ("H-14 ref", "SUBJECT: HARBOR FEES\nREF A. ROME 900001", "HARBOR FEES"),
    ("H-14 ref", "SUBJECT: HARBOR FEES\nReftel: ROME 1", "HARBOR FEES"),
    ("H-14 ref", "SUBJECT: HARBOR FEES\nREFERENCES: ROME 1", "HARBOR FEES"),
    ("H-14 ref without label", "SUBJECT: HARBOR FEES\nA. STATE 900123\nB. ROME 1", "HARBOR FEES"),
    ("H-14 ref in the line", "SUBJECT: HARBOR FEES Ref(s): A) ROME 1", "HARBOR FEES"),
    ("H-14 ref in the line", "SUBJECT: HARBOR FEES REF(s): A) ROME 1", "HARBOR FEES"),
    ("H-14 sensitive in the line", "SUBJECT: FEES Sensitive But Unclassified - x", "FEES"),
    ("H-14 sensitive in the line", "SUBJECT: FEES Sensitive but\nUnclassified", "FEES"),
    ("H-14 no class", "SUBJECT: SENSITIVE BUT FAIR FEES", "SENSITIVE BUT FAIR FEES"),
    ("H-14 classification line", "SUBJECT: FEES\nUNCLAS ROME 900001\n", "FEES"),
    ("H-14 classification line", "SUBJECT: FEES\nC O N F I D E N T I A L ROME 900001", "FEES"),
    ("H-14 classification line", "SUBJECT: FEES\nUNCLAS SECTION 01 OF 02 ROME 900001", "FEES"),
    ("H-14 class", "SUBJECT: FEES\nC O N F I D E N T I A L", "FEES"),
    ("H-14 class", "SUBJECT: FEES\nCONFIDENTIAL NOFORN\nTEXT", "FEES"),
    ("H-14 class", "SUBJECT: FEES\nUNCLASSIFIED/SENSITIVE\nTEXT", "FEES"),
    ("H-14 no class", "SUBJECT: FEES\nUNCLASSIFIED PAPERS", "FEES UNCLASSIFIED PAPERS"),
    ("H-14 no ref", "SUBJECT: TERMS OF\nREFORM AND REFUGEES", "TERMS OF REFORM AND REFUGEES"),
    ("H-14 no ref", "SUBJECT: TERMS OF\nREFERENCE FOR SHIPS", "TERMS OF REFERENCE FOR SHIPS"),
    ("H-14 ref in the line", "SUBJECT: HARBOR FEES REF: ROME 1", "HARBOR FEES"),
    ("H-14 ref glued", "SUBJECT: THE PORT IN ITS PRIMEREF: ROME 1", "THE PORT IN ITS PRIME"),
    ("H-14 by glued", "SUBJECT: HARBOR FEES IN CAIROClassified By: A", "HARBOR FEES IN CAIRO"),
    ("H-14 by", "SUBJECT: HARBOR FEES\nClassified By: Consul", "HARBOR FEES"),
    ("H-14 by", "SUBJECT: SHIPS DECLASSIFIED BY ROME", "SHIPS DECLASSIFIED BY ROME"),
    ("H-14 number", "SUBJECT: HARBOR FEES\n1. (C) Fees", "HARBOR FEES"),
    ("H-14 number", "SUBJECT: HARBOR FEES\n1. Fees rose", "HARBOR FEES"),
    ("H-14 number", "SUBJECT: HARBOR FEES\n1.(SBU) Fees", "HARBOR FEES"),
    ("H-14 number", "SUBJECT: HARBOR FEES\n¶1. (C) Fees", "HARBOR FEES"),
    ("H-14 number in the line", "SUBJECT: HARBOR FEES 1. (C) Fees", "HARBOR FEES"),
    ("H-14 a part", "SUBJECT: HARBOR FEES PART 2 (C)", "HARBOR FEES PART 2 (C)"),
    ("H-14 summary", "SUBJECT: HARBOR FEES\nSummary\n-------", "HARBOR FEES"),
    ("H-14 summary", "SUBJECT: HARBOR FEES\nSUMMARY: Fees rose", "HARBOR FEES"),
    ("H-14 no summary", "SUBJECT: FEES:\nSUMMARY OF TALKS", "FEES: SUMMARY OF TALKS"),
    ("H-14 heading", "SUBJECT: HARBOR FEES\nINTRODUCTION\n-----", "HARBOR FEES"),
    ("H-14 rule", "SUBJECT: HARBOR FEES\n--------------", "HARBOR FEES"),
    ("H-14 rule", "SUBJECT: HARBOR FEES\n- - - - - - -", "HARBOR FEES"),
    ("H-14 sensitive", "SUBJECT: HARBOR FEES\nSENSITIVE BUT UNCLASSIFIED", "HARBOR FEES"),
    ("H-14 caption", "SUBJECT: HARBOR FEES\nSIPDIS\n\nText", "HARBOR FEES"),
    ("H-14 action", "SUBJECT: HARBOR FEES\nThis is an Action request.", "HARBOR FEES"),
    ("H-14 heading of the text", "SUBJECT: FEES\nThe port\n--------\nText", "FEES"),
    ("H-14 underlined subject", "SUBJECT: FEES\nIN ROME\n--------\nText", "FEES IN ROME"),
    ("H-14 date", "SUBJECT: FEES\nWednesday, 10 June 2009, 13:42", "FEES"),
    ("H-14 date", "SUBJECT: FEES\nSent: Wednesday, June 10", "FEES"),
    ("H-14 no date", "SUBJECT: PRESS\nTUESDAY, MARCH 22, 2005", "PRESS TUESDAY, MARCH 22, 2005"),
    ("H-14 order", "SUBJECT: HARBOR FEES\nE.O. 12958: N/A", "HARBOR FEES"),
    ("H-14 order glued", "SUBJECT: HARBOR FEES IN CAIROE.O. 12958: N/A", "HARBOR FEES IN CAIRO"),
    ("H-14 other order", "SUBJECT: FEES AND E.O. 13224 LISTS", "FEES AND E.O. 13224 LISTS"),
    ("H-14 tags", "SUBJECT: HARBOR FEES\nTAGS: EWWT", "HARBOR FEES"),
    ("H-14 one line", "E.O. 12958: N/A TAGS: EWWT SUBJECT: HARBOR FEES REF: A", "HARBOR FEES"),
    ("H-14 first of two", "SUBJECT: HARBOR FEES\n\nSUBJECT: OTHER", "HARBOR FEES"),
    ("H-14 colon", "SUBJECT: FEES: A PRIMER", "FEES: A PRIMER"),
    ("H-14 blanks", "SUBJECT:  FEES:  A \t PRIMER", "FEES: A PRIMER"),
    ("H-14 backslash", "SUBJECT: HARBOR \\\nFEES \\\n", "HARBOR FEES"),
    ("H-14 no label", "//SUBJECT LINE//\nText", ""),
    ("H-14 no label", "SUBJECT LINE TO FOLLOW\nText", ""),
    ("H-14 no label", "SUBJECT TO APPROVAL BY\nText", ""),
    ("H-14 no label", "the\nsubject. The minister", ""),
    ("H-14 no label", "Text without a label", ""),
    ("H-14 before 1973", "901. Subject: Harbor fees. Ref: State 900123.", "Harbor fees."),
    ("H-14 before 1973", "901. For Consul. Subj: Harbor fees.\n\nText", "Harbor fees."),
    ("H-14 before 1973", "901. Subj.: Harbor fees. Ref.: Rome 12.\n\nText", "Harbor fees."),
    ("H-14 text without a break", "SUBJECT: HARBOR FEES\n" + "Fees rose.\n" * 9, "HARBOR FEES"),
    ("H-14 reflowed", "SUBJECT: HARBOR FEES  Summary " + "fees rose " * 40, "HARBOR FEES"),
    (
        "H-20 page break",
        "SUBJECT: HARBOR FEES\n\nROME 00900001  002 OF 003\n\n\nIN ROME\n\nREF: A",
        "HARBOR FEES IN ROME",
    ),
    (
        "H-20 page break behind it",
        "SUBJECT: HARBOR FEES\n\nROME 00900001  002 OF 003\n\n\nThe port\n--------\n",
        "HARBOR FEES",
    ),
    (
        "H-21 old page break",
        "SUBJECT: FEES\n      CONFIDENTIAL\n\nPAGE 02        ROME  90001  081245Z\nIN ROME\n",
        "FEES IN ROME",
    ),
]
CAPTIONS = [
    ("H-10", "SIPDIS \n \nSIPDIS \n", ["SIPDIS"]),
    ("H-10", "SIPDIS, NOFORN\nEXDIS/NODIS", ["SIPDIS", "NOFORN", "EXDIS", "NODIS"]),
    ("H-10", "SENSITIVE\nSIPDIS", ["SENSITIVE", "SIPDIS"]),
    ("H-10", "ROGER CHANNEL\nDEA SENSITIVE", ["ROGER CHANNEL", "DEA SENSITIVE"]),
    ("H-10", "DISSENT CHANNEL", ["DISSENT CHANNEL"]),
    ("H-10", "C O R R E C T E D   C O P Y (TEXT)", ["CORRECTED COPY"]),
    ("H-10 before text", "SIPDIS DEPARTMENT FOR EUR", ["SIPDIS"]),
    ("H-10 not these words alone", "SENSITIVE TALKS\nCODEL SMITH", []),
    ("H-9", "UNCLAS SENSITIVE ROME 900001\nSIPDIS", ["SENSITIVE", "SIPDIS"]),
    ("H-9", "S E C R E T NOFORN ROME 900001", ["NOFORN"]),
    ("H-9 one line", "UNCLAS ROME 900001 SIPDIS E.O. 12958: N/A", ["SIPDIS"]),
]


class SubjectTests(TestCase):
    def test_subjects_are_read(self):
        for rule, text, subject in SUBJECTS:
            with self.subTest(rule, text=text[:60]):
                self.assertEqual(find_subject(preamble_of(segment(text))), subject)

    @given(st.from_regex(r"\A[A-Z]{3,9}( [A-Z]{3,9}){0,8}\Z"))
    def test_a_subject_of_plain_words_is_unchanged(self, words):
        self.assertEqual(find_subject(f"SUBJECT: Q{words}\n\n1. (U) Text"), f"Q{words}")


class CaptionTests(TestCase):
    def test_captions_are_read(self):
        for rule, text, captions in CAPTIONS:
            with self.subTest(rule, text=text):
                self.assertEqual(find_captions(text), captions)


# H-11: preamble -> passing instructions.
PASSING = [
    (
        "UNCLAS ROME 900001\n\nSIPDIS\n\nSTATE FOR EUR,\nPASS USTR\n\nE.O. 12958: N/A",
        ["STATE FOR EUR,", "PASS USTR"],
    ),
    ("UNCLAS ROME 900001\n\nSTATE FOR EURE.O. 12958: N/A", ["STATE FOR EUR"]),
    (
        "UNCLAS ROME 900001\nSIPDIS   DEPT FOR EUR   PARIS FOR POL   E.O. 12958: N/A",
        ["DEPT FOR EUR", "PARIS FOR POL"],
    ),
    ("UNCLAS SENSITIVE ROME 900001\nSIPDIS NOFORN\nTAGS: PREL", []),
    (
        "UNCLAS ROME 900001\nC O R R E C T E D  COPY (SUBJECT)\nDEPT FOR EUR\nTAGS: PREL",
        ["DEPT FOR EUR"],
    ),
    ("UNCLAS ROME 900001\n\\\n----\nDEPT FOR EUR\nTAGS PREL, IT", ["DEPT FOR EUR"]),
    ("UNCLAS ROME 900001\nSTATE FOR EUR\n\nThe minister spoke.", []),
    ("STATE FOR EUR\nTAGS: PREL", []),
]


class PassingTests(TestCase):
    def test_passing_instructions_are_read(self):
        for preamble, lines in PASSING:
            with self.subTest("H-11", preamble=preamble):
                self.assertEqual(find_passing(preamble), lines)


class VocabularyTests(TestCase):
    def test_every_word_for_distribution_is_known_wherever_captions_are_read(self):
        """H-9, H-10, H-14, H-12, T-3, B-12: one list serves all patterns."""
        for word in CAPTION_WORDS.split("|"):
            with self.subTest(word):
                self.assertEqual(find_captions(f"UNCLAS ROME 900001\n{word}\nTAGS: PREL"), [word])
                self.assertEqual(find_subject(f"SUBJECT: FEES\n{word}\nText"), "FEES")
                self.assertEqual(find_order(f"E.O. 12958: N/A\n{word}\nText")[0].printed, "N/A")
                self.assertEqual(split_tags([f"PREL, {word}"]), ["PREL"])
        for word in DISTRIBUTION.split("|"):
            with self.subTest(word):
                blocks = segment(f"1. (U) Fees rose.\n\n{word}\n\n2. (U) Text.")
                self.assertEqual(outline(blocks).roles, {"par1.1": "admin"})


class WindowTests(TestCase):
    """H-18: labels count in the preamble only."""

    def test_it_ends_at_the_first_numbered_paragraph(self):
        for start in ("1. Text", "¶1. (U) Text", "1.(SBU) Text", "2-4. (U) Text", "1. (U) Text"):
            with self.subTest(start):
                text = f"TAGS: PREL\n\n{start}\n\nSUBJECT: QUOTED"
                self.assertEqual(preamble_of(segment(text)), "TAGS: PREL")

    def test_other_numbers_do_not_end_it(self):
        for line in ("2006.  It was", "900. For the consul.", "12 SHIPS", "(1) Ships"):
            with self.subTest(line):
                text = f"{line}\nSUBJECT: HARBOR FEES"
                self.assertEqual(preamble_of(segment(text)), text)

    def test_the_telegrams_own_number_does_not_end_it(self):
        text = "78. Pass to consul. Subject: Fees\n\n1. Fees rose."
        self.assertEqual(find_subject(preamble_of(segment(text, 78), serial=78)), "Fees")

    def test_without_numbers_it_is_short(self):
        text = "Fees rose.\n" * 300 + "SUBJECT: QUOTED"
        self.assertEqual(find_subject(preamble_of(segment(text))), "")

    def test_of_several_preambles_the_first_counts(self):
        """H-19."""
        one = "UNCLAS ROME 900001\n\nTAGS: PREL\nSUBJECT: FEES\n\n"
        body = f"{one}{one.replace('PREL', 'ECON').replace('FEES', 'DUES')}"
        preamble = preamble_of(segment(body))
        self.assertEqual(find_subject(preamble), "FEES")
        self.assertEqual(find_tag_lines(preamble), [" PREL"])

    def test_a_long_list_of_addresses_does_not_end_it(self):
        text = "STATE PASS USTR\n" * 300 + "TAGS: PREL\nSUBJECT: HARBOR FEES"
        self.assertEqual(find_subject(preamble_of(segment(text))), "HARBOR FEES")


class PageBreakTests(TestCase):
    def test_a_field_goes_on_behind_a_page_marker(self):
        """H-20, H-21; B-2 for fields."""
        page = "ROME 00900001  002 OF 003"
        for rule, text, preamble in (
            ("H-20 inside", f"SUBJECT: fees \n\n{page} \n\n\nrose", "SUBJECT: fees\nrose"),
            ("H-20 capitals", f"SUBJECT: FEES,\n\n{page}\n\nHIGH", "SUBJECT: FEES,\nHIGH"),
            ("H-20 behind", f"SUBJECT: FEES\n\n\n{page}\n\n\n\n1. TEXT", "SUBJECT: FEES"),
            ("H-20 at the end", f"SUBJECT: FEES\n\n{page}\n", "SUBJECT: FEES"),
            ("H-20 no marker", "SUBJECT: OSLO 12  002 OF 003", "SUBJECT: OSLO 12  002 OF 003"),
            (
                "H-21",
                "SUBJECT: FEES\n    SECRET\n\nPAGE 02   ROME  90001  081245Z\nROSE",
                "SUBJECT: FEES\nROSE",
            ),
        ):
            with self.subTest(rule):
                self.assertEqual(preamble_of(segment(text)), preamble)
