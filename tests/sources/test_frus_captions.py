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
    ("Source: Files, 1/2. Secret; No Foreign Dissemination; Controlled Dissem.", "SECRET")
    + (["NO FOREIGN DISSEMINATION", "CONTROLLED DISSEM"],),
    ("Source: Files, 1. Secret; No Foreign Dissem/No Dissem Abroad/Background Use Only.", "SECRET")
    + (["NO FOREIGN DISSEM", "NO DISSEM ABROAD", "BACKGROUND USE ONLY"],),
    ("Source: Files, 1/2. Top Secret; Eyes Only; Personal and Private. Rell saw it.", "TOP SECRET")
    + (["EYES ONLY", "PERSONAL AND PRIVATE"],),
    ("Source: Files, 1/2. Secret; Official–Informal.", "SECRET", ["OFFICIAL-INFORMAL"]),
    ("Source: Files, 1/2. Secret; Personal and Confidential.", "SECRET", ["PERSONAL"]),
    ("Source: Files, 1/2. Secret; Operational Immediate; Exdis; Eyes Only for Rell.", "SECRET")
    + (["OPERATIONAL IMMEDIATE", "EXDIS", "EYES ONLY"],),
    ("Source: Files, 1/2. Secret; Flash; Nodis/Omega Double Plus.", "SECRET")
    + (["FLASH", "NODIS", "OMEGA DOUBLE PLUS"],),
    ("Source: Files, 1/2. Secret; Omega/Plus.", "SECRET", ["OMEGA PLUS"]),
    ("Source: Files, 1/2. Secret; HARBOR Double Plus; Literally Eyes Only for Rell.", "SECRET")
    + (["HARBOR DOUBLE PLUS", "EYES ONLY"],),
    ("Source: Files, 1/2. Secret; Nodis; Paris Meetings/Plus.", "SECRET")
    + (["NODIS", "PARIS MEETINGS PLUS"],),
    ("Source: Files, 1/2. Secret; Paris Meetings. Drafted by Rell.", "SECRET", []),
    ("Source: Files, 1/2. Secret; Official - Informal.", "SECRET", ["OFFICIAL-INFORMAL"]),
    ("Source: Files, 1/2. Secret; For the President Only.", "SECRET", ["FOR THE PRESIDENT ONLY"]),
    ("Source: Files, 1/2. Secret; Verbatim Text.", "SECRET", ["VERBATIM TEXT"]),
    ("Source: Files, 1/2. Secret; Restricted Data.", "SECRET", ["RESTRICTED DATA"]),
    ("Source: Files, 1/2. Personal and Confidential.", "CONFIDENTIAL", ["PERSONAL"]),
    ("Source: Files, 1/2. Priority; Secret. Fees.", "SECRET", ["PRIORITY"]),
    ("Source: Files, 1/2. Confidential; Niact with Nodis Attachment. Sent.", "CONFIDENTIAL")
    + (["NIACT"],),
    ("Source: Files, 1/2. Confidential with Secret attachment.", "CONFIDENTIAL", []),
    ("Source: Files, 1/2. Secret Enclosure. Rell saw it.", "", []),
    ("Source: Files, Minutes. For Harbor Council Use Only. Rell saw it.", "")
    + (["FOR HARBOR COUNCIL USE ONLY"],),
    ("Source: Files, Minutes. It is for Harbor use only.", "", []),
)
# (blocks of a text, class, captions): behind the number of the telegram
TEXTS = (
    (
        ("912. No distribution outside Dept. Rell called.",),
        "",
        ["NO DISTRIBUTION OUTSIDE DEPARTMENT"],
    ),
    (("Secret\nPriority", "912. Eyes only for Rell from Quay. Fees."), "SECRET")
    + (["PRIORITY", "EYES ONLY"],),
    (("Dulte 29. For Acting Secretary Rell eyes only from Quay. Fees.",), "", ["EYES ONLY"]),
    (("912. For Rell exclusive.",), "", ["EXCLUSIVE"]),
    (("912. Eyes only for Rell, pass Quay directly. Fees.",), "", ["EYES ONLY"]),
    (("912. Exclusive of fees, ships came. Fees.",), "", []),
    (("912. For Rell. Quay saw it with his eyes only.",), "", []),
    (("912. Limited distribution. Your 77.",), "", ["LIMITED DISTRIBUTION"]),
    (("Secto 91. Eyes only for Rell. No Other Distribution. Fees.",), "")
    + (["EYES ONLY", "NO OTHER DISTRIBUTION"],),
    (("912. Niact. Eyes only Quay. Fees.",), "", ["NIACT", "EYES ONLY"]),
    (("Top Secret/Official–Informal", "Dear Bill: Fees rose."), "TOP SECRET")
    + (["OFFICIAL-INFORMAL"],),
    (("secret urgent", "12. Fees."), "SECRET", ["URGENT"]),
    (("Niact Top Secret most urgent", "12. Fees."), "TOP SECRET", ["NIACT", "MOST URGENT"]),
    (("Personal and Confidential", "12. Fees."), "CONFIDENTIAL", ["PERSONAL"]),
    (("No. 485.—Confidential.]", "Fees."), "CONFIDENTIAL", []),
    (("confidential—niact", "12. Fees."), "CONFIDENTIAL", ["NIACT"]),
    (("12. Secret for the President. Ships came.",), "SECRET", []),
    (("12. Secret. For Rell. Ships came.",), "SECRET", []),
    (("12. Very secret for the President. Ships came.",), "SECRET", []),
    (("912. Secret talks went on.",), "", []),
    (("912. Priority should go to ships.",), "", []),
    (("912. Rell called. Eyes only for Quay.",), "", []),
    *(
        ((f"912. {words} Fees.",), "", ["EYES ONLY"])
        for words in (
            "Priority—deliver 8 a.m. Eyes only for Rell from Quay.",
            "For 9 a.m. delivery. Eyes only Secretary.",
            "Policy. Eyes only for Rell.",
            "Niact no distribution. Eyes only for Rell.",
            "Rome for Quay and Lind. Eyes only Quay.",
            "Rome: Eyes only for Quay.",
            "Rome eyes only for Quay.",
            "Literally eyes only for Rell.",
            "Deliver literally eyes only to Rell.",
            "Eyes only—Personal for Rell from Quay.",
        )
    ),
)


class CaptionTests(TestCase):
    def test_captions_stand_beside_the_class(self):
        for note, marked, captions in NOTES:
            with self.subTest(note):
                text = f"<note type='source'>{note}</note>{DATELINE}<p>12. Fees.</p>"
                cable = read_one(f"{HEAD}{text}")
                found = (cable.classification, list(cable.captions))
                self.assertEqual(found, (marked, captions))

    def test_class_and_captions_behind_the_number_of_a_telegram_count_too(self):
        for blocks, marked, captions in TEXTS:
            with self.subTest(blocks):
                text = "".join(f"<p>{block.replace(chr(10), '<lb/>')}</p>" for block in blocks)
                cable = read_one(f"{HEAD}{DATELINE}{text}")
                found = (cable.classification, list(cable.captions))
                self.assertEqual(found, (marked, captions))
