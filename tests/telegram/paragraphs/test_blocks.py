# ruff: noqa: E501 - a case is a line, however long.
"""Bodies are cut into paragraphs with ids. Each case names its rule of docs/paragraphs.md."""

import re
from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st

from cables.telegram.paragraphs import mirror_tokens, segment
from tests.real_data import real_bodies, real_pages, real_text, real_vectors
from tests.slow import examples

OPENING = """\
UNCLAS PORTSMOUTH 900001

SIPDIS

E.O. 12958: N/A
TAGS: EWWT UK
SUBJECT: A SPECIMEN ABOUT BUOYS

REF: STATE 900002

"""
ID = re.compile(r"par\d+(to\d+)?(-\d+)?(\.\d+)?")

# (rule, what is seen, text behind OPENING, ids)
CASES = [
    (
        "B-5",
        "the number in a cell of a table is that of no paragraph",
        "1. (U) Red.\n\n2. Ada Oar.\tMaster.\n3. Ben Pier.\tMate.\n\n3. Green.",
        "par1 par1.1 par3",
    ),
    (
        "P-1",
        "numbers and a signature of its own",
        "1. (U) Red.\n\n2. (SBU) Green.\nEND.\n\nHALE\n",
        "par1 par2 par2.1",
    ),
    (
        "B-11",
        "a signature glued to the last paragraph",
        "1. (U) Red.\n\n2. (U) Green.\nHALE",
        "par1 par2",
    ),
    (
        "P-1",
        "numbers that start again",
        "1. Red.\n\n2. Green.\n\nANNEX\n\n1. Red again.\n\n2. Green again.\n",
        "par1 par2 par2.1 par1-2 par2-2",
    ),
    ("B-5 a", "no blank behind the number", "1.(SBU) Red.\n\n2.(SBU) Green.\n", "par1 par2"),
    ("B-5", "a capital right behind the number", "1.Red.\n\n2.Green.\n", "par1 par2"),
    ("B-5 a", "a number with a bracket and a mark", "1) (U) Red.\n\n2 (C) Green.\n", "par1 par2"),
    ("B-5", "a number with a bracket and no mark", "1) Red.\n\n2) Green.\n", "par0.1 par0.2"),
    ("P-1", "a range", "1. (U) Red.\n\n2-4. (U) None lit.\n\n5. (U) Blue.\n", "par1 par2to4 par5"),
    (
        "B-5",
        "a year at the start of a line",
        "1. (U) The buoys were painted in the winter of the year\n2006.  They were red.\n\n2. Green.\n",
        "par1 par2",
    ),
    (
        "B-5 c",
        "a day at the start of a line",
        "1. (U) The buoys were painted from the first to the month's day\n17. The purpose was to see them.\n\n2. Green.\n",
        "par1 par2",
    ),
    ("P-1", "a number left out", "1. Red.\n\n3. Blue.\n", "par1 par3"),
    ("P-1", "a number twice", "1. Red.\n\n2. Green.\n\n2. Green by mistake.\n", "par1 par2 par2-2"),
    (
        "B-3",
        "a heading with its rules",
        "-----\nSUMMARY\n-----\n\n1. Red.\n\nBACKGROUND\n-----\n\n2. Green.\n",
        "par0.1 par1 par1.1 par2",
    ),
    (
        "B-3",
        "a heading glued to a number",
        "SUMMARY\n-------\n1. Red.\n\n2. Green.\n",
        "par0.1 par1 par2",
    ),
    ("P-1", "no numbers", "Post has no buoys.\n\nPost would like some.\n", "par0.1 par0.2"),
    (
        "B-4",
        "a mark is no item of the list of references",
        "(U) In response to reftel, post has no buoys.\n",
        "par0.1",
    ),
    (
        "B-2 3",
        "a page break in a sentence",
        "1. (U) The tender said that the buoys would all be lit before the\n\nPORTSMOUTH 00900001  002 OF 003\n\n\nautumn gales.\n\n2. Green.\n",
        "par1 par2",
    ),
    (
        "B-2 1",
        "a page break before a number",
        "1. (U) Red.\n\nPORTSMOUTH 00900001  002 OF 003\n\n\n2. (U) Green.\n",
        "par1 par2",
    ),
    (
        "B-2 6",
        "a wider page break between paragraphs",
        "1. (U) The first page ends in the middle of a line that goes on\n\nPORTSMOUTH 00900001  002 OF 003\n\n\nto the second page.\n\nA paragraph without a number that ends the second page, in full.\n\nPORTSMOUTH 00900001  003 OF 003\n\n\n\nIV. Buoys and Bells\n\nText.\n",
        "par1 par1.1 par1.2 par1.3",
    ),
    (
        "B-5 c",
        "numbers without blank lines",
        "1. (U) Red is here.\n2. (U) Green is here.\n3. Blue is here.\n",
        "par1 par2 par3",
    ),
    (
        "B-5",
        "lettered items",
        "1. (U) Two:\n\nA. Red.\n\nB. Green.\n\n2. (U) Blue.\n",
        "par1 par1.1 par1.2 par2",
    ),
    (
        "B-3",
        "list items between blank lines",
        "1. (U) Points:\n\n-- Red.\n\n-- Green.\n",
        "par1 par1.1 par1.2",
    ),
    ("B-3", "list items in one run", "1. (U) Points:\n-- Red.\n-- Green.\n", "par1"),
    ("B-1", "pilcrows", "¶1. (U) Red.\n\n¶2. (U) Green.\n", "par1 par2"),
    (
        "B-6",
        "a reflowed body in one line",
        "1. (U) " + "Red buoys were seen. " * 12 + " 2. (U) Green.  3. Blue.",
        "par1 par2 par3",
    ),
    (
        "H-20",
        "a page break inside a reflowed line",
        "1. (U) "
        + "Red buoys were seen. " * 12
        + "They were seen at the  PORTSMOUTH 00900001  002 OF 002   harbor.  2. Green.",
        "par1 par2",
    ),
    (
        "H-21",
        "the older page break",
        "1. (C) The buoys that were promised to the harbor had not\nCONFIDENTIAL\n\nPAGE 02        PORTSM  900001  081245Z\n\nbeen lit.\n\n2. (C) Green.\n",
        "par1 par2",
    ),
    ("P-1", "zero is no number of a paragraph", "0. Red.\n\n1. Green.\n", "par0.1 par1"),
    ("H-21", "marks of the end", "1. Red.\n\n2. Green.\n\nNNNN\n\n>\n", "par1 par2"),
    ("B-5", "a number above 199", "1. Red.\n\n200. Gold.\n", "par1 par1.1"),
]

# (rule, what is seen, body, the preamble's last words, old fragments in it)
PREAMBLES = [
    (
        "B-4",
        "references over blank lines",
        "UNCLAS ROME 900001\nTAGS: PREL\nSUBJECT: X\n\nREF: A. STATE 1\n\n     B. STATE 2\n\n1. Red.\n",
        "B. STATE 2",
        ("parB",),
    ),
    (
        "B-4",
        "an item of the list over a blank line",
        "UNCLAS ROME 900001\nTAGS: PREL\nSUBJECT: X\n\nREF: A) STATE 1, B) RIO\n\nDE JANEIRO 2\n\n1. Red.\n",
        "DE JANEIRO 2",
        (),
    ),
    (
        "B-4",
        "dashes before the letters of the list",
        "UNCLAS ROME 900001\nSUBJECT: X\n\nREF: (A) STATE 1\n\n-    (B) STATE 2\n\n1. Red.\n",
        "(B) STATE 2",
        (),
    ),
    (
        "P-2",
        "an old fragment at an item of the list",
        "UNCLAS ROME 900001\nSUBJECT: X\n\nREF: A. STATE 1\n\n     ¶B. STATE 2\n\n1. Red.\n",
        "B. STATE 2",
        ("parB",),
    ),
    (
        "B-4",
        "a subject glued to paragraph 1",
        "UNCLAS ROME 900001\nSUBJECT: BUOYS\nAND BELLS\n1. Red buoys.\n",
        "AND BELLS",
        (),
    ),
    (
        "H-14",
        "a subject below its label",
        "UNCLAS ROME 900001\nTAGS: PREL\nSUBJECT:\n\nBUOYS\n\n1. Red.\n",
        "BUOYS",
        (),
    ),
    (
        "H-13",
        "TAGS behind the order on one line",
        "UNCLAS ROME 900001 SIPDIS E.O. 12958: N/A TAGS: PREL IT\n\nText.\n",
        "PREL IT",
        (),
    ),
    (
        "H-12",
        "the order glued to a passing instruction",
        "UNCLAS ROME 900001\n\nSTATE FOR EURE.O. 12958: N/A\n\nText.\n",
        "12958: N/A",
        (),
    ),
    ("B-4", "no field at all", "ROME 900001\n\nText.\n", "ROME 900001", ()),
    (
        "H-10",
        "captions below the first line",
        "UNCLAS ROME 900001\n\nSIPDIS\n\nText.\n",
        "SIPDIS",
        (),
    ),
    (
        "B-4",
        "'Subject to' is text",
        "UNCLAS ROME 900001\n\nSUBJECT: X\n\nText.\n\nSubject to approval, more.\n",
        "SUBJECT: X",
        (),
    ),
    (
        "M-13",
        "a row of the database before the telegram",
        "900001\n2009-01-02 03:04:05\n09ROME900001\nUNCLASSIFIED\nVZCZCXYZ0001\nFM AMEMBASSY ROME\nUNCLAS ROME 900001\n\nUNCLAS ROME 900001\n\nTAGS: PREL\nSUBJECT: X\n\n1. Red.\n",
        "SUBJECT: X",
        (),
    ),
]

# B-5. (what is seen, serial, text behind the station and serial, ids)
SERIALS = [
    ("the serial", 70, "70. Your 108 is clear.\n\nHale", "par0.1 par0.2"),
    ("the serial and no text", 70, "70.\n\nYour 108 is clear.", "par0.1 par0.2"),
    ("no serial known", None, "70. Your 108 is clear.\n\nHale", "par70 par70.1"),
    ("another number", 71, "70. Your 108 is clear.\n\nHale", "par70 par70.1"),
    ("numbers below it", 70, "70. Your 108:\n\n1. Red.\n\n2. Green.", "par0.1 par1 par2"),
    ("a number inside it", 70, "70. 1. Red.\n\n2. Green.", "par1 par2"),
    ("words above it", 70, "For Hale.\n\n70. Your 108 is clear.", "par0.1 par0.2"),
    ("the serial again", 7, "7. Red:\n\n1. Blue.\n\n7. Green.", "par0.1 par1 par7"),
    ("an extract from 70 on", 70, "70. Red.\n\n71. Green.", "par70 par71"),
    ("all numbers up to it", 3, "1. Red.\n\n2. Green.\n\n3. Blue.", "par1 par2 par3"),
    ("a mark", 70, "70. (C) Your 108 is clear.", "par70"),
    ("a range", 70, "70-72. Your 108 is clear.", "par70to72"),
    ("the first telegram of a year", 1, "1. Your 108 is clear.", "par0.1"),
    ("the first telegram of a year, counted", 1, "1. Red.\n\n2. Green.", "par1 par2"),
    ("a serial too high for a paragraph", 2094, "2094. Your 108.\n\n1. Red.", "par0.1 par1"),
]


class SegmentTests(TestCase):
    def test_each_body_gets_its_ids_by_the_rule(self):
        for rule, seen, text, ids in CASES:
            with self.subTest(rule, seen=seen):
                self.assertEqual(segment(OPENING + text).ids, ids.split())

    def test_the_serial_at_the_head_is_not_the_number_of_a_paragraph(self):  # B-5
        for seen, serial, text, ids in SERIALS:
            with self.subTest(seen):
                body = f"LISBON {serial or 70}\n\n{text}\n"
                blocks = segment(body, serial)
                self.assertEqual(blocks.ids, ids.split())
                self.assertEqual(blocks.fingerprints, segment(body).fingerprints)

    def test_the_preamble_ends_before_the_text_and_keeps_old_fragments(self):
        for rule, seen, body, last, aliases in PREAMBLES:
            with self.subTest(rule, seen=seen):
                blocks = segment(body)
                self.assertTrue(blocks.preamble.endswith(last), blocks.preamble)
                self.assertEqual(blocks.aliases, aliases)

    def test_ids_do_not_depend_on_line_ends_or_pilcrows(self):  # P-3, M-14
        for rule, seen, text, ids in CASES:
            body = OPENING + text
            for change in (
                body.replace("\n", " \n"),
                body.replace("\n", " \\\n"),
                re.sub(r"(?m)^(?=\d+\. )", "¶", body),
            ):
                with self.subTest(rule, seen=seen):
                    self.assertEqual(segment(change).ids, ids.split())
                    self.assertEqual(segment(change).fingerprints, segment(body).fingerprints)

    def test_a_page_marker_is_taken_out_and_its_offset_kept(self):  # H-20
        body = OPENING + "1. (U) The buoys of the\n\nPORTSMOUTH 00900001  002 OF 002\n\nharbor.\n"
        (block,) = segment(body)
        self.assertEqual(block.text, "1. (U) The buoys of the\nharbor.")
        self.assertEqual(block.breaks, ((24, "002 OF 002"),))

    def test_a_page_marker_of_another_cable_is_text(
        self,
    ):  # H-20: neither its serial nor eight digits
        (block,) = segment(OPENING + "1. It said ROME 0900  002 OF 003\nat its foot.\n")
        self.assertEqual(block.breaks, ())

    def test_portion_marks_are_normalised(self):  # B-7
        for printed, mark in [
            ("1. (U) Red.", "U"),
            ("1.(SBU) Red.", "SBU"),
            ("1. (C/NF) Red.", "C//NF"),
            ("1. (S//NOFORN) Red.", "S//NF"),
            ("(C-REL GBR) Red.", "C//REL GBR"),
            ("1. (c) Red.", ""),
            ("1. Red (U).", ""),
        ]:
            with self.subTest(printed):
                self.assertEqual(segment(OPENING + printed)[0].mark, mark)

    def test_a_fingerprint_ignores_number_mark_and_wrapping(self):  # P-4
        same = ["1. (U) Red  buoys.", "7.(SBU) RED\nbuoys.", "¶12. Red buoys.", "Red buoys."]
        prints = {segment(OPENING + text)[0].fingerprint for text in same}
        self.assertEqual(len(prints), 1)

    def test_an_old_fragment_is_an_alias_of_the_paragraph_it_was_printed_in(self):  # P-2
        body = OPENING + "1. Seen in the year\n2006. Red.\n\nA. One\n\n2. Green.\n"
        aliases = {block.id: block.aliases for block in segment(body) if block.aliases}
        self.assertEqual(aliases, {"par1": ("par2006",), "par1.1": ("parA",)})

    def test_empty_bodies_have_no_blocks(self):
        for body in ("", " \n\n", "\n", "UNCLAS ROME 900001\n"):
            self.assertEqual(len(segment(body)), 0)


TOKENS = ["1. ", "2. (U) ", "\n", "\n\n", "A. ", "REF: ", "SUBJECT: X", "TAGS: PREL", "----", "¶"]
TOKENS += ["ROME 00900001  002 OF 003", "12-14. ", "2006. ", "text ", "UNCLAS ROME 900001", " \\\n"]


class AnyTextTests(TestCase):
    """What holds for every text, however damaged."""

    def check(self, body):
        blocks = segment(body)
        self.assertEqual(len(set(blocks.ids)), len(blocks))
        for block in blocks:
            self.assertRegex(block.id, rf"^{ID.pattern}$")
            self.assertTrue(block.text.strip())
        reached = set(blocks.ids) | set(blocks.aliases)
        reached |= {alias for block in blocks for alias in block.aliases}
        self.assertLessEqual({f"par{token}" for _, token in mirror_tokens(body)}, reached)

    @given(st.text())
    def test_any_text_is_cut_without_loss(self, body):
        self.check(body)

    @settings(max_examples=examples(300))
    @given(st.lists(st.sampled_from(TOKENS)).map("".join))
    def test_any_telegram_is_cut_without_loss(self, body):
        self.check(OPENING + body)

    def test_long_repetitions_take_linear_time(self):
        for piece in ("A", " ", "1. ", "\n\n1. (U) x", "SUBJECT: ", "SENSITIVE", "TAGS AB CD  "):
            with self.subTest(piece):
                self.check(piece * (200_000 // len(piece)) + "x")


class RealTests(TestCase):
    """The real pages, where the tests are given them."""

    def test_anchors_of_real_pages(self):
        for reference, body, anchors in real_pages(self):
            with self.subTest(reference):
                self.assertEqual([token for _, token in mirror_tokens(body)], anchors)

    def test_every_old_fragment_resolves(self):  # P-2
        for reference, body in real_bodies(self):
            with self.subTest(reference):
                AnyTextTests.check(self, body)

    def test_real_bodies_get_the_ids_of_the_vectors(self):
        seed = real_text(self, "07PHNOMPENH1376")
        for case in real_vectors(self):
            body = case["body"] or seed[seed.index("UNCLAS SECTION 01 OF 05") :]
            with self.subTest(case["name"]):
                blocks = segment(body)
                self.assertEqual(blocks.ids, case["pids"])
                for block, print_ in zip(blocks, case.get("fingerprints", ()), strict=False):
                    self.assertEqual(block.fingerprint, print_)

    def test_numbered_fragments_are_ids_where_the_old_pages_had_them(self):
        """Format.md: at least 98% of them, years and days of the month aside."""
        found = []
        for _, body, anchors in real_pages(self):
            ids = segment(body).ids
            found += [f"par{n}" in ids for n in set(anchors) if n.isdigit() and int(n) < 200]
        self.assertGreater(sum(found) / len(found), 0.98)
