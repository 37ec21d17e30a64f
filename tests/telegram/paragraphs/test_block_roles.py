"""The roles of the blocks of a text. Each case names its rule of docs/paragraphs.md."""

from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st

from cables.telegram.paragraphs import outline, segment
from cables.telegram.paragraphs.line_starts import mark_rank
from tests.growth import check_growth
from tests.slow import examples, slow

OPENING = """\
UNCLAS PORTSMOUTH 900001

E.O. 12958: N/A
TAGS: EWWT UK
SUBJECT: A SPECIMEN ABOUT BUOYS

REF: STATE 900002

"""
# (rule, text, {id: role})
ROLES = [
    ("B-8", "1. Red.\n\nBUOYS\n\n2. Green.", {"par1.1": "heading"}),
    ("B-8", "1. Red.\n\nBuoys and Their Lamps\n\n2. Green.", {"par1.1": "heading"}),
    ("B-8", '1. Red.\n\n"Buoys and Lamps"\n\n2. Green.', {"par1.1": "heading"}),
    ("B-8", "1. Red.\n\nBuoys\n=====\n\n2. Green.", {"par1.1": "heading"}),
    ("B-8", "1. Red.\n\nBuoys are red.\n\n2. Green.", {}),
    ("B-8", "1. Red.\n\nUNCLASSIFIED\n\n2. Green.", {}),
    (
        "B-9",
        "1. Red.\n\nLamp      Light   Days\nOne       red       12\n\n2. Green.",
        {"par1.1": "preformatted"},
    ),
    ("B-9", "1. Red.\n\nLamp\tLight\nOne\tred\n\n2. Green.", {"par1.1": "preformatted"}),
    ("B-9", "1. Red.\n\nNorth 120\nSouth  80\nEast    9\n\n2. Green.", {"par1.1": "preformatted"}),
    ("B-9", "1.    (U) Red buoys and\ngreen ones.", {}),
    ("B-9", "1. Buoys of 2004\nand of 2005\nare red.", {}),
    (
        "B-10",
        "1. Red:\n\n- one\n- two\n\n-- three\n\n* four\n\n• five\n\no six",
        {f"par1.{n}": "list" for n in range(1, 6)},
    ),
    ("B-10", "1. Red:\n- one\n- two", {"par1": "list"}),
    ("B-10", "1. Red, which is\n- as it were - green.", {}),
    (
        "B-10",
        "1. Red.\n\n-------\n\n.\n\n-\n\n2. Green.",
        {"par1.1": "rule", "par1.2": "rule", "par1.3": "rule"},
    ),
    ("B-11", "1. Red.\n\nHALE", {"par1.1": "signature"}),
    ("B-11", "1. Red.\nHALE", {}),
    ("B-12", "1. Red.\n\nMINIMIZE CONSIDERED.", {"par1.1": "admin"}),
    (
        "B-12",
        "1. Red.\n\nPORTSMOUTH MINIMIZE CONSIDERED.\n\nHALE",
        {"par1.1": "admin", "par1.2": "signature"},
    ),
    ("B-12", "1. Red.\n\nGP-3", {"par1.1": "admin"}),
    ("B-12", "1. Red.\n\nDistribution is a problem.", {}),
    ("B-12", "1. Red.\n\nThe report was approved by the harbor.", {}),
    ("B-12", "1. Red.\n\nDepartment please pass to the Navy.", {"par1.1": "admin"}),
    (
        "B-12",
        "1. Red.\n\nVisit Portsmouth's web site at\nhttp://buoys.example/",
        {"par1.1": "admin"},
    ),
]
# (text, {id: words})
HEADINGS = [
    ("1. (U) SUMMARY: Red.\n\n2. (U) Comment. Green.", {"par1": "SUMMARY", "par2": "Comment"}),
    ("1. Lamps at Sea.  In general they are red.", {"par1": "Lamps at Sea"}),
    ("1. LAMPS: They are red.", {"par1": "LAMPS"}),
    ("1. IF THE HARBOR AGREES: LAMPS ARE RED.", {}),
    ("1. Lamps are red.  So are buoys.", {}),
    ("1. Red.\n\nName: Hale", {}),
    ("Lamps at sea --------\n\n1. Red.", {"par0.1": "Lamps at sea"}),
    ("------- LAMPS -------\n\n1. Red.", {"par0.1": "LAMPS"}),
    ("- - - LAMPS - - -\n\n1. Red.", {"par0.1": "LAMPS"}),
]
# (text, the summary, the ids of its blocks)
SUMMARIES = [
    ("1. (C) SUMMARY: Red\nbuoys. END SUMMARY.\n\n2. (C) Green.", "Red\nbuoys.", "par1"),
    ("1. (C) Summary. Red. Green.\n\n2. (C) Blue.", "Red. Green.", "par1"),
    ("11300. 1. Summary. Red. Green.\n\n2. Blue.", "Red. Green.", "par0.1"),
    ("912. Summary: Red.\n\n1. Blue.", "Red.", "par0.1"),
    ("1.  Summary: (SBU) Red.\n\n2. Green.", "Red.", "par1"),
    ("(SBU) SUMMARY: Red. END SUMMARY.\n\nGreen.", "Red.", "par0.1"),
    ("1. (U) SUMMARY - Red.\n\n2. Green.", "Red.", "par1"),
    ("1. (U) SUMMARY The buoys are red.\n\n2. Green.", "The buoys are red.", "par1"),
    ("1. (U) BEGIN SUMMARY. Red. END SUMMARY.\n\n2. Green.", "Red.", "par1"),
    ("1. (U) SUMMAY: Red.\n\n2. Green.", "Red.", "par1"),
    ("1. (U) Executive Summary: Red.\n\n2. Green.", "Red.", "par1"),
    ("1. (U) SUMMARY AND COMMENT: Red.\n\n2. Green.", "Red.", "par1"),
    ("1. (U) Summary/Comment: Red.\n\n2. Green.", "Red.", "par1"),
    ("1. (U) SUMMARY AND ACTION REQUEST. Red.\n\n2. Green.", "Red.", "par1"),
    ("1. (U) Summary and Introduction: Red.\n\n2. Green.", "Red.", "par1"),
    ("1. (U) Summary and Table of Contents. Red.\n\n2. Green.", "Red.", "par1"),
    (
        "SUMMARY\n-------\n\n1. (C) Red.\n\n2. (C) Green.\n\nBUOYS\n-----\n\n3. Blue.",
        "Red.\nGreen.",
        "par1 par2",
    ),
    (
        "-------\nSUMMARY\n-------\n1. (C) Red.\n\n2. (C) Green. End\nSummary.\n\n3. Blue.",
        "Red.\nGreen.",
        "par1 par2",
    ),
    ("Summary =======\n\n1. Red.\n\nBUOYS\n\n2. Blue.", "Red.", "par1"),
    ("1. (U) SUMMARY\n-------\nRed.\n\n2. Green.", "Red.", "par1"),
    ("1. (U) SUMMARY - - - -\nRed.\n\n2. Green.", "Red.", "par1"),
    ("SUMMARY\n- - - -\n\n1. Red.\n\nBUOYS\n\n2. Green.", "Red.", "par1"),
    ("1. (U) SUMMARY\n\nRed.\n\nGreen.\n\n2. Blue.", "Red.\nGreen.", "par1.1 par1.2"),
    ("1. (U) Summary ======= Red. -------- Buoys -------- Green.", "Red.", "par1"),
    ("1. (U) Summary: Red.\n------\nBuoys\n------\nGreen.", "Red.", "par1"),
    (
        "1. (U) SUMMARY: Red:\n\n-- one\n\n-- two\n\n2. Green.",
        "Red:\n-- one\n-- two",
        "par1 par1.1 par1.2",
    ),
    ("1. (C) SUMMARY. Red.\n\n2. (C) Green.\n\nBUOYS\n\n3. Blue.", "Red.\nGreen.", "par1 par2"),
    ("1. (C) SUMMARY. Red.\n\n2. (C) Green.\n\nCOMMENT\n\n3. Blue.", "Red.", "par1"),
    ("1. (C) Red. END SUMMARY.\n\n2. (C) Green.", "Red.", "par1"),
    ("1. (C) Red. (End summary)\n\n2. (C) Green.", "Red.", "par1"),
    ("1. (C) Red.\n\n2. (C) Green.\n\n3. END SUMMARY.\n\n4. Blue.", "Red.\nGreen.", "par1 par2"),
    (
        "1. (C) This is an action request; see para 9.\n\n2. (C) Red. END SUMMARY.\n\n3. Blue.",
        "Red.",
        "par2",
    ),
    ("1. (C) This is an action request. SUMMARY: Red. END SUMMARY.\n\n2. Blue.", "Red.", "par1"),
    ("1. (C) Red.\n\n2. (C) Green.", None, ""),
    ("1. (C) Red.\n\nI. Summary\n\nGreen.", None, ""),
    ("1. (C) Summary of the talk is below.", None, ""),
]
# (text behind OPENING, the comment, the ids of its blocks)
COMMENTS = [
    ("1. Red.\n\n2. (C) Comment: Green. End comment.\n\nHALE", "Green.", "par2"),
    ("1. Red.\n\n2. (C) Embassy Comment. Green.\n\nHALE", "Green.", "par2"),
    ("1. Red.\n\nCOMMENT\n-------\n\n2. Green.\n\n3. Blue.\n\nHALE", "Green.\nBlue.", "par2 par3"),
    ("1. Red.\n-------\nCOMMENT\n-------\n2. Green. HALE", "Green.", "par2"),
    (
        "1. Red.\n\nCOMMENT\n\n2. GREEN BUOYS: They are green.\n\nHALE",
        "GREEN BUOYS: They are green.",
        "par2",
    ),
    ("1. Red ------- COMMENT ------- Green.", "Green.", "par1"),
    ("1. Comment was not free.", None, ""),
]
# (text behind OPENING, name, whether it has a block of its own)
SIGNATURES = [
    ("1. Red.\n\nHALE", "HALE", True),
    ("1. Red.\n\nVAN HALE\n##", "VAN HALE", True),
    ("1. Red.\n\nO'HALE\n\n=====CABLE ENDS=====", "O'HALE", True),
    ("1. Red.\n\nHALE-MOORE\n\nUNCLASSIFIED\n\nNNNN", "HALE-MOORE", True),
    ("1. Red.\n\nDE LA HALE.\n\nSIPDIS\n>", "DE LA HALE", True),
    ("1. Red.\n\n[Hale]", "Hale", True),
    ("1. Red.\n\nHALE NNNN", "HALE", True),
    ("1. Red.\n\nHALE (ACTING)", "HALE", True),
    ("1. Red.\n\nHALE/MOORE", "HALE/MOORE", True),
    ("1. Red.\n\n/s/ HALE", "HALE", False),
    ("1. Red.\n\nHALE\n\nNOTE BY OC/T: NOT PASSED.", "HALE", True),
    ("1. Red.\n\nHALE\n\nDeclassified/Released US Department of State 30 JUN 2005", "HALE", True),
    ("1. Red.\n\nMcHale", "McHale", True),
    ("1. Red.\nHALE", "HALE", False),
    ("1. Red.\nHale", "Hale", False),
    ("1. Red in mid-March. HALE", "HALE", False),
    ("1. Red.\nUNQUOTE\nHALE", "HALE", False),
    ("1. Red. UNQUOTE HALE", "HALE", False),
    ("1. Red (End comment.) HALE##", "HALE", False),
    ("1. RED IS THE BUOY.\nHALE", "HALE", False),
    ("1. RED IS\nTHE BUOY", "", False),
    # Behind a banner, a notice or words that were taken out.
    ("1. Red.\n\nVisit Rome's Classified Website:\nhttp://rome.example/pol\nHale", "Hale", False),
    ("1. RED.\n\nVISIT ROME'S WEB SITE AT\nHTTP://ROME.EXAMPLE/\nHALE", "HALE", False),
    ("1. Red.\n\n*****\nVisit Rome's Web Site\n***** ***\nMcHale", "McHale", False),
    ("1. Red. Visit us at http://rome.example/ HALE", "HALE", False),
    ("1. RED. ***** VISIT US ***** HALE", "HALE", False),
    ("1. Red.\n\nWebsite: XXXXXXXXXXXX\nMcHale", "McHale", False),
    ("1. Red. Website: XXXXXXXXXXXX Hale", "Hale", False),
    ("1. Red. Rome clears.\nMINIMIZE CONSIDERED\nHale", "Hale", False),
    ("1. Red.\n\nHALE\n\nVisit Rome's Classified\nWeb Site: http://rome.example/", "HALE", True),
    ("1. Red.\n\nHALE\n\nXXXXXXXXXXXX", "HALE", True),
    ("1. Red.\n\nHALE\n\nThis cable was cleared by the consulate.", "HALE", True),
    # With stray signs, twice, or glued to what precedes.
    ('1. Red.\n\nHALE"', "HALE", True),
    ('1. Red.\n\n"HALE', "HALE", True),
    ('1. Red. HALE"', "HALE", False),
    ("1. Red (end comment) Hale", "Hale", False),
    ("1. Red (end comment).) Hale", "Hale", False),
    ("1. Red.\n\nHALE HALE", "HALE", True),
    ("1. Red.\nHALE\nHALE", "HALE", False),
    ("1. RED IS\nTHE BUOY\nHALE\nHALE", "HALE", False),
    ("1. Red.  HALE  HALE", "HALE", False),
    ("1. Red.\n\n#HALE", "HALE", True),
    ("1. Red. #HALE", "HALE", False),
    ("1. Red.#HALE#", "HALE", False),
    ("1. Red in mid-March.HALE", "HALE", False),
    ("1. Red.\n\n12.HALE", "HALE", False),
    ("1. Red of July\n12.HALE", "HALE", False),
    ("1. Red.\n-\nHale", "Hale", False),
    ("1. RED IS THE BUOY\nOF MAY.\n-\nHALE", "HALE", False),
    # Above notes and stamps.
    ("1. Red.\nHALE\n\nNOTE: NOT PASSED TO ABOVE ADDRESSEE(S)", "HALE", False),
    (
        "1. Red.\n\nHALE\n\nDeclassified/Released US Department of State EO Systematic\n"
        "Review 30 JUN 2006",
        "HALE",
        True,
    ),
    (
        "1. Red.\n\nHALE\n\nDeclassified/Released\n"
        "US Department of State EO Systematic Review 30 JUN 2006",
        "HALE",
        True,
    ),
    ("1. Red.\n\n12. FRANCE", "", False),
    ("1. He cites\nthe web site of the\nNATO", "", False),
    ("1. It is on the port's web site.", "", False),
    ('1. He said "red." He meant "HALE"', "", False),
    ("1. Red in the U.S.HALE", "", False),
    ("1. He met the officers of\nNATO", "", False),
    ("1. Red in the U.S. EMBASSY", "", False),
    ("1. Red.\n\nEND TEXT.", "", False),
    ("1. Red.", "", False),
]
MARKS = [
    ("1. C) Red.", "C"),
    ("1. C - ENTIRE TEXT", "C"),
    ("1. CONFIDENTIAL - ENTIRE TEXT.", "C"),
    ("1. SECRET/NOFORN - ENTIRE TEXT.", "S//NF"),
    ("1. (C) Entire text.", "C"),
    ("1.  Summary: (SBU) Red.", "SBU"),
    ("1. Lamps at Sea.  (S/NF) Red.", "S//NF"),
    ("SUMMARY\n-------\n(C) Red.", "C"),
    ("(S-REL GBR) Red.", "S//REL GBR"),
    ("1. The master (C) is red.", ""),
    ("1. The entire text of this cable is SBU.", ""),
]


def read(text):
    return outline(segment(OPENING + text))


class RoleTests(TestCase):
    def test_each_block_gets_its_role(self):
        for rule, text, roles in ROLES:
            with self.subTest(rule, text=text):
                self.assertEqual(read(text).roles, roles)

    def test_headings_are_named(self):  # B-8
        for text, headings in HEADINGS:
            with self.subTest(text):
                self.assertEqual(read(text).headings, headings)

    def test_the_summary_is_found(self):  # B-8
        for text, summary, ids in SUMMARIES:
            with self.subTest(text):
                self.assert_section(read(text).summary, summary, ids)

    def test_a_summary_may_follow_the_last_field_without_a_blank_line(self):  # B-8
        for text in ("SUMMARY\n-------\n1. Red.\n\nBUOYS\n\n2. Blue.", "SUMMARY: Red.\n\n1. Blue."):
            with self.subTest(text):
                summary = outline(segment(f"{OPENING.strip()}\n{text}")).summary
                self.assertEqual(summary.text, "Red.")

    def test_the_comment_is_found(self):  # B-8
        for text, comment, ids in COMMENTS:
            with self.subTest(text):
                self.assert_section(read(text).comment, comment, ids)

    def test_other_sections_are_found(self):  # B-8
        sections = read(
            "1. ACTION REQUEST: Red.\n\n2. Background: Green.\n\n3. Note: Blue."
        ).sections
        self.assertEqual(
            [(section.kind, section.text) for section in sections],
            [("action", "Red."), ("background", "Green."), ("note", "Blue.")],
        )

    def test_the_signature_is_found(self):  # B-11
        for text, name, alone in SIGNATURES:
            with self.subTest(text):
                blocks = segment(OPENING + text)
                signature = outline(blocks).signature
                self.assertEqual(signature.name if signature else "", name)
                if signature:
                    block = blocks[blocks.ids.index(signature.id)]
                    self.assertEqual(block.text[signature.start : signature.end], name)
                    self.assertEqual(signature.alone, alone)

    def test_portion_marks_are_read_in_all_spellings(self):  # B-7
        for text, mark in MARKS:
            with self.subTest(text):
                self.assertEqual(segment(text)[0].mark, mark)

    def test_a_mark_for_the_entire_text_is_not_the_paragraphs_own(self):  # B-7
        blocks = segment(f"{OPENING}1. (C) Entire text.\n\n2. Red.\n\n3. (U) Green.")
        self.assertEqual([block.mark for block in blocks], ["C", "", "U"])
        self.assertEqual((outline(blocks).entire, outline(blocks).entire_from), ("C", "par1"))
        self.assertEqual(read("1. The entire text of this cable is SBU.").entire, "SBU")
        self.assertEqual(read("1. (C) Red.").entire, "")

    def test_the_highest_mark(self):  # B-7
        self.assertEqual(
            read("1. (U) Red.\n\n2. (C) Green.\n\n3. (SBU) Blue.\n\n4. Grey.").highest, "C"
        )
        self.assertEqual(read("1. Red.").highest, "")
        order = ["", "U", "SBU", "SBU//NF", "C", "C//NF", "S", "S//REL GBR", "TS"]
        self.assertEqual(sorted(order, key=mark_rank), order)
        self.assertEqual(mark_rank("U//FOUO"), mark_rank("LOU"))

    def assert_section(self, section, text, ids):
        self.assertEqual(section.text if section else None, text)
        self.assertEqual(section.ids if section else (), tuple(ids.split()))


PIECES = st.sampled_from(
    [
        "SUMMARY",
        "End Summary.",
        "COMMENT:",
        "-------",
        "\n",
        "\n\n",
        *("1. ", "2. (C) ", "- ", "HALE", " red. "),
    ]
    + ["Buoys at Sea", "   ", "\t", "ENTIRE TEXT", "12", "(", "é", "BEGIN TEXT", "#", "\x00"]
)


class AnyTextTests(TestCase):
    @settings(max_examples=examples(300), deadline=None)
    @given(st.one_of(st.lists(PIECES).map("".join), st.text(max_size=200)))
    def test_any_text_has_an_outline(self, text):
        blocks = segment(text)
        before = list(blocks)
        found = outline(blocks)
        self.assertEqual(list(blocks), before)
        self.assertLessEqual({*found.roles, *found.headings}, set(blocks.ids))
        for section in found.sections:
            self.assertTrue(section.text)
            self.assertLessEqual(set(section.ids), set(blocks.ids))
        self.assertLessEqual(sum(section.kind == "summary" for section in found.sections), 1)

    @slow("not measuring how time grows with length")
    def test_an_outline_takes_linear_time(self):
        pieces = [
            "COMMENT: Red.\n\n",
            "Comment\n\n",
            "---- ",
            "-------\nA\n",
            "(End\n",
            "A. ",
            "- x\n",
            "1 (C) SUMMARY\n\n",
        ]
        for piece in [
            *pieces,
            "END SUMMARY. ",
            "Note: a\n\n- b\n\n",
            "A b\n\n",
            "12   13\n",
            "SUMMARY - ",
            "e. SUM",
        ]:
            with self.subTest(piece):
                check_growth(self, lambda text: outline(segment(text)), piece, 2_000 * len(piece))
