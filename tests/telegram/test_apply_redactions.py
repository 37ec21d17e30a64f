"""Redacted words leave a text; its paragraphs keep their ids and order."""

import re
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from cables.telegram.apply_redactions import (
    EVERYWHERE,
    HEAD,
    Contents,
    Strike,
    TornError,
    parts_struck,
    redact,
    spans_struck,
)
from cables.telegram.paragraphs import segment
from cables.telegram.redact_phrases import MARK, holds, scrub, without

BODY = """\
UNCLAS ROME 900001

SIPDIS

E.O. 12958: N/A
TAGS: PREL, PGOV, IT
SUBJECT: QUINTO ROSSI AND THE HARBOR

1. (C) The master, Quinto
Rossi, raised the fees.

ROME 00900001  002 OF 003

2. (C) Quinto Rossi's ships waved. Mr. ROSSI
thanked us.

A list

3. (U) Ships waved.
"""
WORDS = ("Quinto Rossi", "Rossi")
# The text, the phrase, the text with its mark.
WRITTEN = [
    ("Mr. Rossi's ship", "rossi", f"Mr. {MARK}'s ship"),
    ("QUINTO\n   ROSSI came", "Quinto Rossi", f"{MARK} came"),
    ("TO ROSSI\nFees.", "Rossi", f"TO {MARK.upper()}\nFees."),
    ("TO Rossi\nFees.", "Rossi", f"TO {MARK.upper()}\nFees."),
    ("ROSSI\nFees of Rossi, ROSSI.", "Rossi", f"{MARK}\nFees of {MARK}, {MARK}."),
    ("2. ROSSI", "Rossi", f"2. {MARK.upper()}"),
    ("Quinto-Rossi and QuintoRossi", "quinto rossi", f"{MARK} and {MARK}"),
    ("Quíntо stays, Jose\u0301 goes", "José", f"Quíntо stays, {MARK} goes"),
    ("Ros\u00adsi and rossini", "Rossi", f"{MARK} and rossini"),
    ("O’Brien", "O'Brien", MARK),
    ("Nothing.", "...", "Nothing."),
]

# The end of a paragraph, the gap, the start of the next paragraph; the phrase.
OVER_TWO = [
    ("MERI", "-\n\n", "DIAN", "Meridian"),
    ("Meri", "-  \n\n\n   ", "dian", "Meridian"),
    ("M E R I", "\n\n", "D I A N", "Meridian"),
    ("QUINTO RO", "-\n\n", "SSI", "Quinto Rossi"),
    ("QUINTO", "\n\n", "ROSSI", "Quinto Rossi"),
    ("MERI", "\n\n", "DIAN", "meri dian"),  # The form in which a curator ticks it.
]


def redact_body(*strikes, body=BODY, header="FM AMEMBASSY ROME\nTO ROSSI"):
    return redact(header, body, segment(body).ids, strikes)


class WordTests(TestCase):
    def test_words_are_found_in_any_capitals_accents_and_line_breaks(self):
        for text, phrase, read in WRITTEN:
            with self.subTest(text):
                self.assertEqual(scrub(text, [phrase]), read)

    def test_texts_inside_values_are_scrubbed(self):
        value = {"title": "Rossi", "list": [["M-5", "of ROSSI"], 3], "none": None}
        clean = {"title": MARK, "list": [["M-5", f"of {MARK}"], 3], "none": None}
        self.assertEqual(scrub(value, ["rossi"]), clean)

    def test_codes_that_hold_redacted_words_are_left_out(self):
        codes = ["PREL", "ROSSI, QUINTO", "09ROME900007"]
        self.assertEqual(without(codes, ["Rossi", "09 Rome 900007"]), ["PREL"])

    def test_a_name_that_stands_in_several_texts_of_a_list_is_taken_out_of_each(self):
        codes = ["PREL", "QUINTO", "ROSSI", "IT"]
        self.assertEqual(without(codes, ["Quinto Rossi"]), ["PREL", "IT"])
        marked = ["PREL", MARK.upper(), MARK.upper(), "IT"]
        self.assertEqual(scrub(codes, ["Quinto Rossi"]), marked)


class TextTests(TestCase):
    def test_a_redaction_everywhere_reaches_header_preamble_and_paragraphs(self):
        shown = redact_body(Strike(EVERYWHERE, WORDS))
        for text in (shown.header, shown.body):
            self.assertFalse(holds(text, WORDS), text)
        self.assertIn(f"1. (C) The master, {MARK}\n, raised the fees.", shown.body)
        self.assertEqual(set(shown.touched), {"header", "preamble", "par1", "par2"})

    def test_a_redaction_of_one_paragraph_leaves_the_others(self):
        shown = redact_body(Strike("par2", WORDS))
        self.assertEqual(set(shown.touched), {"par2"})
        self.assertIn("The master, Quinto", shown.body)
        self.assertIn(f"2. (C) {MARK}'s ships waved. Mr. {MARK}\nthanked", shown.body)

    def test_a_redaction_of_the_head_leaves_the_paragraphs(self):
        shown = redact_body(Strike(HEAD, WORDS))
        self.assertEqual(set(shown.touched), {"header", "preamble"})

    def test_a_wholly_redacted_paragraph_keeps_its_number_and_portion_mark(self):
        shown = redact_body(Strike("par1"))
        self.assertEqual(segment(shown.body)[0].text, f"1. (C) {MARK}.")
        self.assertNotIn("raised", shown.body)

    def test_an_unnumbered_paragraph_can_be_redacted_as_a_whole(self):
        shown = redact_body(Strike("par2.1"))
        self.assertEqual(segment(shown.body).blocks[2].text, f"{MARK}.")

    def test_words_across_a_page_break_are_redacted(self):
        body = "1. (U) The master is Quinto\n\nROME 00900001  002 OF 003\n\nRossi of Rome.\n"
        body = f"UNCLAS ROME 900001\n\nSUBJECT: X\n\n{body}"
        self.assertEqual(len(segment(body)), 1)
        shown = redact_body(Strike(EVERYWHERE, ("Quinto Rossi",)), body=body)
        self.assertIn(f"master is {MARK}\n", shown.body)
        self.assertNotIn("Rossi", shown.body)

    def test_one_paragraph_of_a_reflowed_line_is_redacted(self):
        body = "1. (U) " + "Ships waved at us. " * 14 + " 2. (C) Quinto Rossi waved.  3. (U) Done."
        self.assertEqual(segment(body).ids, ["par1", "par2", "par3"])
        shown = redact_body(Strike("par2"), body=body)
        self.assertIn(f"2. (C) {MARK}.", shown.body)
        self.assertTrue(shown.body.endswith("3. (U) Done."))
        self.assertEqual(segment(shown.body).ids, ["par1", "par2", "par3"])

    def test_a_redaction_that_would_change_the_paragraphs_is_refused(self):
        with self.assertRaises(TornError):
            redact_body(Strike(EVERYWHERE, ("2. (C)",)), body="1. (C) A.\n\n2. (C) B.\n\n3. (C) C.")

    def test_the_parts_that_a_redaction_reaches_are_named(self):
        strike = Strike(EVERYWHERE, ("quinto rossi",))
        parts = parts_struck(Contents("TO ROSSI", BODY, segment(BODY).ids), strike)
        self.assertEqual(parts, ["preamble", "par1", "par2"])

    def test_words_over_the_number_of_a_paragraph_leave_the_number(self):
        body = "1. (C) It was Quinto\n\n2. (C) Rossi of Rome.\n\n3. Done."
        for phrase, shown in (
            ("Quinto 2. (C) Rossi", f"1. (C) It was {MARK}\n\n2. (C) {MARK} of Rome."),
            ("was Quinto 2. C Rossi of", f"1. (C) It {MARK}\n\n2. (C) {MARK} Rome."),
        ):
            with self.subTest(phrase):
                redacted = redact_body(Strike(EVERYWHERE, (phrase,)), body=body)
                self.assertEqual(redacted.body, f"{shown}\n\n3. Done.")
        with self.assertRaises(TornError):
            redact_body(Strike(EVERYWHERE, ("Quinto 2. (C)",)), body=body)

    def test_words_over_two_paragraphs_are_redacted_in_both(self):
        for before, parting, behind, phrase in OVER_TWO:
            body = f"A list\n\nThe man is {before}{parting}{behind} of Rome.\n\nShips waved."
            ids = segment(body).ids
            self.assertEqual(ids, [f"par0.{number}" for number in (1, 2, 3, 4)])
            for place in (EVERYWHERE, "par0.2", "par0.3"):
                with self.subTest(before + parting + behind, place=place):
                    shown = redact_body(Strike(place, (phrase,)), body=body)
                    struck, marks = before + parting + behind, MARK + parting.strip("-") + MARK
                    self.assertEqual(shown.body, body.replace(struck, marks))
                    self.assertEqual(set(shown.touched), {"par0.2", "par0.3"})
                    self.assertEqual(segment(shown.body).ids, ids)

    def test_a_redaction_of_another_paragraph_leaves_words_over_two_paragraphs(self):
        body = "A list\n\nThe man is QUINTO RO-\n\nSSI of Rome.\n\nShips waved."
        shown = redact_body(Strike("par0.4", WORDS), body=body)
        self.assertEqual(shown.body, body)

    def test_words_over_a_page_marker_are_redacted(self):
        body = "1. (U) The master is QUINTO RO-\n\nROME 00900001  002 OF 003\n\nSSI of Rome.\n"
        body = f"UNCLAS ROME 900001\n\nSUBJECT: X\n\n{body}"
        shown = redact_body(Strike(EVERYWHERE, WORDS), body=body)
        self.assertNotRegex(shown.body, "QUINTO|RO-|SSI")

    @given(
        st.lists(st.text("ab 1.\n()CU-", max_size=40), max_size=8).map("\n\n".join),
        st.sampled_from(["a", "ab", "b a", "1", "u", "c u"]),
    )
    def test_in_any_text_ids_stay_and_redacted_words_go(self, body, phrase):
        blocks = segment(body)
        try:
            shown = redact("", body, blocks.ids, [Strike(EVERYWHERE, (phrase,))])
        except TornError:
            return
        after = segment(shown.body)
        self.assertEqual(after.ids, blocks.ids)
        for block in after:
            self.assertFalse(holds(block.text, [phrase]))

    @given(
        st.lists(st.text("ab 1.\n()CU-", max_size=40), max_size=8).map("\n\n".join),
        st.sampled_from(["a", "ab", "b a", "1", "u", "c u", None]),
    )
    def test_what_is_outside_the_spans_is_what_a_redaction_leaves(self, body, phrase):
        ids = segment(body).ids
        if phrase is None and not ids:
            return
        strike = Strike(EVERYWHERE, (phrase,)) if phrase else Strike(ids[0])
        try:
            shown = redact("", body, ids, [strike])
        except TornError:
            return
        _, spans = spans_struck(Contents("", body, ids), strike)
        left = body
        for start, end in reversed(spans):
            left = left[:start] + left[end:]
        marks = re.compile(re.escape(MARK) + (r"\." if phrase is None else ""), re.I)
        self.assertEqual("".join(left.split()), "".join(marks.sub("", shown.body).split()))

    @given(
        st.lists(st.text("ab 1.\n()CU-", max_size=40), max_size=8).map("\n\n".join),
        st.integers(0, 7),
    )
    def test_in_any_text_a_whole_paragraph_goes_and_the_others_stay(self, body, which):
        blocks = segment(body)
        if which >= len(blocks):
            return
        try:
            shown = redact("", body, blocks.ids, [Strike(blocks[which].id)])
        except TornError:
            return
        after = segment(shown.body)
        self.assertEqual(after.ids, blocks.ids)
        others = [(block.id, block.text) for block in blocks if block.id != blocks[which].id]
        kept = [(block.id, block.text) for block in after if block.id != blocks[which].id]
        self.assertEqual(kept, others)
