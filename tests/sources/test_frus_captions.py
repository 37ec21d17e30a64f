"""Captions beside the class in a source note: known ones, and names of one's own such as Omega."""

from unittest import TestCase

from tests.sources.test_frus_markup import DATELINE, HEAD, read_one

# (source note, class, captions)
NOTES = (
    ("Source: Files, 1/2. Top Secret; Niact; Omega.", "TOP SECRET", ["NIACT", "OMEGA"]),
    ("Source: Files, 1/2. Secret; Omega Handling. Drafted by Rell.", "SECRET", ["OMEGA HANDLING"]),
    ("Source: Files, 1/2. Secret; Presidental Handling.", "SECRET", ["PRESIDENTAL HANDLING"]),
    ("Source: Files, 1/2. Secret; Priority; Drafted by Rell.", "SECRET", ["PRIORITY"]),
    ("Source: Files, 1/2. Secret. Omega.", "SECRET", []),
    ("Source: Files, 1/2. Secret. Red. No Distribution. Sent.", "SECRET")
    + (["RED", "NO DISTRIBUTION"],),
    ("Source: Files, 1/2. Secret; Niact. Priority.", "SECRET", ["NIACT", "PRIORITY"]),
    ("Source: Files, 1/2. Secret. Red ink.", "SECRET", []),
    ("Source: Papers, Top Secret Cables, Box 2. Secret; Eyes Only.", "SECRET", ["EYES ONLY"]),
)


class CaptionTests(TestCase):
    def test_captions_stand_beside_the_class(self):
        for note, marked, captions in NOTES:
            with self.subTest(note):
                text = f"<note type='source'>{note}</note>{DATELINE}<p>12. Fees.</p>"
                cable = read_one(f"{HEAD}{text}")
                found = (cable.classification, list(cable.captions))
                self.assertEqual(found, (marked, captions))
