"""A text that follows the fields without a line break is text, not preamble (B-4, B-6)."""

from unittest import TestCase

from cables.telegram.paragraphs import segment
from tests.growth import check_growth
from tests.slow import slow

OPENING = "UNCLAS ROME 900001 SIPDIS E.O. 12958: N/A TAGS: EWWT IT "
PROSE = "The harbor master of Ostia said that the fees would rise in May. " * 4

# (what is seen, the last words of the preamble, the text). They stand on one long line.
ON_ONE_LINE = [
    ("a mark behind a list", "SUBJECT: HARBOR FEES REF: STATE 900002", f"(U) {PROSE}"),
    ("a number and a mark", "SUBJECT: HARBOR FEES REF: STATE 900002", f"1. (SBU) {PROSE}"),
    ("a number", "REF: A. STATE 900002 B. PARIS 900003", f"1. Summary. {PROSE}"),
    ("nothing behind a list", "REF: A. STATE 900002 B. PARIS 900003", PROSE),
    (
        "nothing behind a list with titles",
        "REF: (A) STATE 900002 (NOTAL) (B) 08 PARIS 900003",
        PROSE,
    ),
    ("a bullet like a mark", "REF: (A) STATE 900002 (B) PARIS 900003 (C) ROME 900004", PROSE),
    ("an item that is no cable", "REF: HALE-LIND E-MAIL OF MAY 2", f"(U) {PROSE}"),
    ("a mark behind a subject", "SUBJECT: HARBOR FEES", f"(U) {PROSE}"),
    ("a mark of the subject too", "SUBJECT: (U) HARBOR FEES", f"(U) {PROSE}"),
    ("a subject in capitals", "SUBJECT: HARBOR FEES IN ROME", PROSE),
    ("a number behind a subject", "SUBJECT: Harbor Fees", f"1. Summary: {PROSE}"),
    ("two blanks behind a subject", "SUBJECT: Harbor Fees ", PROSE),
    (
        "a sender behind a list",
        "REF: ROME 900002 Classified By: Consul Hale for reasons 1.4 (B) and (D).",
        f"(C) {PROSE}",
    ),
]
# (what is seen, the last words of the preamble, the text). They stand on lines of their own.
ON_LINES = [
    ("a mark below a subject", "SUBJECT: HARBOR FEES", f"(U) {PROSE}"),
    ("a mark below a list", "SUBJECT: HARBOR FEES\nREF: STATE 900002", f"(SBU) {PROSE}"),
    ("a paragraph on one line", "SUBJECT: HARBOR FEES\nREF: STATE 900002", PROSE * 2),
    ("more lines than a subject has", "SUBJECT: HARBOR FEES", "Red buoys.\n" * 9),
    ("short lines and nothing else", "SUBJECT: HARBOR FEES\nIN ROME", PROSE.replace(". ", ".\n")),
]
# Bodies in which all is preamble.
NO_TEXT = [
    "SUBJECT: " + "HARBOR FEES AND BUOYS " * 12,
    "SUBJECT: Visit of\nthe Minister of Trade to Rome",
    "SUBJECT: FEES REF: " + "; ".join(f"ROME 90{number:04}" for number in range(30)),
    "SUBJECT: FEES\nREF: (A) ROME 900001\n(B) ROME 900002\n(C) ROME 900003",
]


def squeezed(text):
    return " ".join(text.split())


class ReflowedFieldsTests(TestCase):
    def test_the_text_begins_behind_the_last_field_of_its_line(self):
        for seen, fields, text in ON_ONE_LINE:
            with self.subTest(seen):
                blocks = segment(f"{OPENING}{fields} {text}\n")
                self.assertTrue(blocks.preamble.endswith(fields.strip()), blocks.preamble[-60:])
                self.assertEqual(" ".join(block.text for block in blocks), text.strip())

    def test_the_text_begins_below_the_last_field(self):
        for seen, fields, text in ON_LINES:
            with self.subTest(seen):
                blocks = segment(f"UNCLAS ROME 900001\n\nTAGS: IT\n{fields}\n{text}\n")
                self.assertTrue(blocks.preamble.endswith(fields), blocks.preamble[-60:])
                self.assertEqual("\n".join(block.text for block in blocks), text.strip())

    def test_long_fields_are_no_text(self):
        for fields in NO_TEXT:
            with self.subTest(fields[:60]):
                self.assertEqual(segment(f"UNCLAS ROME 900001\n\nTAGS: IT\n{fields}\n").ids, [])

    def test_the_fields_of_what_a_text_encloses_are_below_it(self):
        paragraph = "The harbor raised its fees, and all who trade there wrote to us of it. " * 4
        for between in (paragraph, "[Attachment]"):
            with self.subTest(between):
                text = f"SUBJECT:\n\nFees\n\n{between}\n\nSUBJECT:\n\nShips"
                self.assertEqual(segment(text).preamble, "SUBJECT:\n\nFees")

    def test_an_order_on_another_matter_is_no_label(self):
        for text in ("He named Executive Order 10582. E.O. 10582, of May 9, set fees.",):
            with self.subTest(text):
                self.assertEqual([block.text for block in segment(f"{text}\n\nBlue.\n")][0], text)

    def test_a_reference_in_running_text_is_no_label(self):  # H-16
        for text in ("Ref. B, which", "Ref. B reports that it", "REF. B, WHICH"):
            with self.subTest(text):
                blocks = segment(f"UNCLAS ROME 900001\nSUBJECT: X\n\n{text} is red.\n\nBlue.\n")
                self.assertEqual([block.text for block in blocks], [f"{text} is red.", "Blue."])
        for label in ("Ref. State 900002", "REF. A. STATE 900002", "Ref: B, C"):
            with self.subTest(label):
                blocks = segment(f"UNCLAS ROME 900001\nSUBJECT: X\n\n{label}\n\nBlue.\n")
                self.assertEqual([block.text for block in blocks], ["Blue."])

    @slow("not measuring how time grows with length")
    def test_time_grows_with_the_length_of_a_line(self):
        for piece in ("SUBJECT: FEES ", "REF: ROME 1 ", "(U) The ", "A. ROME 900001 ", "1. The "):
            with self.subTest(piece):
                check_growth(self, lambda text: segment(f"REF: {text}"), piece, 8_000 * len(piece))
