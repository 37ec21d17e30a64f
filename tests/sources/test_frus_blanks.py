"""Blanks that only the file of a volume has are not printed before a stop or behind a bracket."""

from unittest import TestCase

from tests.sources.test_frus_markup import DATELINE, HEAD, read_one

INDENT = "\n                    "
# (markup of a paragraph, its text)
BLANKS = (
    (f"<hi>Supra</hi>{INDENT}<gloss>ibid</gloss>{INDENT}.", "Supra ibid."),
    ("Answers (Embtel 12 <note n='1'>Fees.</note>) today.", "Answers (Embtel 12) today."),
    ("Answers (Embtel 12 <note n='1'>Fees.</note>).", "Answers (Embtel 12)."),
    ("[Fees <note n='1'>Fees.</note>] 5 ships", "[Fees] 5 ships"),
    (f"See <ref><hi>supra</hi>{INDENT}</ref>, and", "See supra, and"),
    (f"One <hi>Papers </hi>{INDENT}; two", "One Papers; two"),
    (f"To ({INDENT}<persName>Rell</persName>{INDENT}) of it", "To (Rell) of it"),
    ("Taken out . . . <note n='1'>Fees.</note>. . . here", "Taken out . . . . . . here"),
    ("Share <hi>of</hi> <hi>.5</hi> and .3 of it", "Share of .5 and .3 of it"),
    ("As printed , so", "As printed , so"),
    ("End <note n='1'>Fees.</note>of it", "End of it"),
    ("End<note n='1'>Fees.</note>of it, 12<note n='2'>Fees.</note>.", "End of it, 12."),
)


class BlankTests(TestCase):
    def test_blanks_of_the_file_are_no_blanks_of_the_text(self):
        for markup, text in BLANKS:
            with self.subTest(markup):
                self.assertEqual(read_one(f"{HEAD}{DATELINE}<p>{markup}</p>").body, text)

    def test_notes_and_datelines_have_none_either(self):
        dateline = f"<dateline><hi>Lima, <date when='1949-01-03'>January 3, 1949</date>{INDENT}"
        note = f"<note n='1'><ref><hi>Supra</hi>{INDENT}</ref>.</note>"
        edition = read_one(f"{HEAD}{dateline}</hi>.</dateline><p>Fees{note}.</p>").edition
        self.assertEqual(edition["date"], "Lima, January 3, 1949.")
        self.assertEqual(edition["notes"][0]["text"], "Supra.")
