"""TAGS lines, the kinds of tags, and file numbers."""

from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from cables.glossary.entries import find_terms
from cables.telegram.paragraphs import segment
from cables.telegram.preamble import find_tag_lines, preamble_of
from cables.telegram.tags import (
    find_file_numbers,
    phrases,
    printed_tags,
    split_tags,
    tag_kind,
    tag_kinds,
    typos,
)

LISTS = [
    ("T-1", "TAGS: PREL, PGOV, IT", "PREL|PGOV|IT"),
    ("T-1 any case", "tags: prel, pgov", "PREL|PGOV"),
    ("H-13", "TAGS PREL, PGOV, IT", "PREL|PGOV|IT"),
    ("H-13", "TAG: PREL", "PREL"),
    ("H-13", "Tags: PREL", "PREL"),
    ("H-13", "TAGS; PREL, IT", "PREL|IT"),
    ("H-13", "TAGS, PREL, IT", "PREL|IT"),
    ("H-13", "TAS: PREL", "PREL"),
    ("H-13", "TABS: PREL", "PREL"),
    ("H-13", "TGS: PREL", "PREL"),
    ("H-13", "TAGES: PREL", "PREL"),
    ("H-13", "AGS: PREL", "PREL"),
    ("H-13", "TAGS:PREL,IT", "PREL|IT"),
    ("H-13 twice", "TAGS: TAGS: PREL, IT", "PREL|IT"),
    ("H-13 two lists", "TAGS: PREL\n\nSUBJECT: A\n\nTAGS: ECON", "PREL"),
    ("H-13 in a line", "E.O. 12958: DECL: 11/22/2012 TAGS: PREL, IT", "PREL|IT"),
    ("H-13 in a line", "E.o. 12958: decl: 01/07/2014 Tags: prel, tu \nSubject: X", "PREL|TU"),
    ("H-13 in a line", "E.o. 12958: decl: 01/07/2014 Tags: prel, tu Subject: x", "PREL|TU"),
    ("H-13 in a line", "DECL: 08/22/2017 AGS: PGOV, PREL, AR", "PGOV|PREL|AR"),
    ("H-13 in a line", "DECL: 08/22/2017 ags: pgov, ar", "PGOV|AR"),
    ("H-13 no colon", "tags PREL ECON FR", "PREL|ECON|FR"),
    ("H-13 words in a line", "The price tags: red, green", ""),
    ("H-13 a word", "tags prel on each crate", ""),
    ("H-13 a word", "TAGS ARE ATTACHED TO EACH CRATE", ""),
    ("H-13 none", "SUBJECT: HARBOR FEES\n\nNo list here", ""),
    ("T-1 no label", "E.O. 12958: N/A\nPREL, PGOV, IT\nSUBJECT: FEES", "PREL|PGOV|IT"),
    ("T-1 no list either", "E.O. 12958: N/A\nSTATE PASS USTR\nSUBJECT: FEES", ""),
    ("T-1 blank line", "TAGS: PREL, VT\n\n(SBU) The pope", "PREL|VT"),
    ("T-1 blank after comma", "TAGS: PREL, VT,\n \nECON", "PREL|VT"),
    ("T-1 subject", "TAGS: PREL, IT\nSUBJECT: ECON", "PREL|IT"),
    ("T-1 subject in the line", "TAGS: PREL, IT SUBJECT: ECON REF: ROME 1", "PREL|IT"),
    (
        "T-1 subject in a further line",
        "TAGS: PREL MNUC\nECON, RS, UK SUBJECT: HARBOR FEES  REF: ROME 1",
        "PREL|MNUC|ECON|RS|UK",
    ),
    ("T-1 subject at its end", "TAGS: PREL MNUC\nECON, RS SUBJECT:\nFEES", "PREL|MNUC|ECON|RS"),
    ("T-1 subject without colon", "TAGS: PREL IT SUBJECT ECON", "PREL|IT"),
    ("T-1 ref", "TAGS: PREL, IT\nREF: ROME 900001", "PREL|IT"),
    ("T-1 order behind", "TAGS: PREL, IT\nE.O. 12958: N/A", "PREL|IT"),
    ("T-1 order behind a comma", "TAGS: PREL, IT,\nE.O. 12958: N/A", "PREL|IT"),
    ("T-1 comma", "TAGS: PREL, PGOV,\nZANU-PF, IT\nSTATE PASS", "PREL|PGOV|ZANU-PF|IT"),
    ("T-1 known tags", "TAGS: PREL, RS\nNATO, UK, CN", "PREL|RS|NATO|UK|CN"),
    ("T-1 known tags", "TAGS: PGOV BL\nBL, IS", "PGOV|BL|IS"),
    ("T-1 one known tag", "TAGS: EFIN, SP\nEINV", "EFIN|SP|EINV"),
    ("T-1 comma lost by the mirror", "TAGS: PREL\nUSUN, UNHRC, EUN", "PREL|USUN|UNHRC|EUN"),
    ("T-1 a phrase", "TAGS: OTRA, COUNTRY\nCLEARANCE", "OTRA|COUNTRY CLEARANCE"),
    ("T-1 text", "TAGS: something\nhere", "SOMETHING"),
    ("T-1 passing line", "TAGS: PREL, IT\nUK FOR LABOR ATTACHE", "PREL|IT"),
    ("T-1 portion mark", "TAGS: PREL,\n(SBU) PGOV", "PREL"),
    ("T-1 list below", "TAGS:\nPREL, IT\n\nText", "PREL|IT"),
    ("T-1 glued subject", "TAGS: PREL, ITSUBJECT: FEES", "PREL|IT"),
    (
        "T-2 blank inside",
        "TAGS: PREL, HUMAN RIGHTS, GOI EXTERNAL",
        "PREL|HUMAN RIGHTS|GOI EXTERNAL",
    ),
    ("T-2 commas", "TAGS: PREL, FREE PRESS", "PREL|FREE PRESS"),
    ("T-2 known words", "TAGS: PREL PGOV, IT", "PREL|PGOV|IT"),
    ("T-2 mirror", "TAGS: PREL PGOV ADANA IT", "PREL|PGOV|ADANA|IT"),
    ("T-2 mirror phrase", "TAGS: PHUM HUMAN RIGHTS IT", "PHUM|HUMAN RIGHTS|IT"),
    (
        "T-2 longest phrase",
        "TAGS: ISRAELI PALESTINIAN AFFAIRS IS",
        "ISRAELI PALESTINIAN AFFAIRS|IS",
    ),
    ("T-2 phrase", "TAGS: PTER COUNTER TERRORISM IT", "PTER|COUNTERTERRORISM|IT"),
    ("T-2 person", "TAGS: OVIP (BLOGGS, JANE), PREL", "OVIP|BLOGGS, JANE|PREL"),
    (
        "T-2 persons",
        "TAGS: OVIP (BLOGGS, JANE; ROE, RAY B.), PREL",
        "OVIP|BLOGGS, JANE|ROE, RAY B.|PREL",
    ),
    ("T-2 mirror person", "TAGS: OVIP BLOGGS JANE PREL", "OVIP|BLOGGS, JANE|PREL"),
    (
        "T-2 mirror persons",
        "TAGS: OVIP BLOGGS JANE ROE RAY B PREL",
        "OVIP|BLOGGS, JANE|ROE, RAY B|PREL",
    ),
    ("T-2 no OVIP no person", "TAGS: PREL BLOGGS JANE", "PREL|BLOGGS|JANE"),
    (
        "T-2 known surnames",
        "TAGS: CU PM NOVO JANE REMON RAY B. CONSULAR AFFAIRS",
        "CU|PM|NOVO, JANE|REMON, RAY B|CONSULAR AFFAIRS",
    ),
    ("T-2 a known surname and no name", "TAGS: PREL NOVO ECON", "PREL|NOVO|ECON"),
    ("T-2 a known surname, commas", "TAGS: PREL, NOVO, JANE, IT", "PREL|NOVO, JANE|IT"),
    ("T-2 a known surname, one piece", "TAGS: PREL, NOVO JANE B., IT", "PREL|NOVO, JANE B|IT"),
    ("T-2 an initial, commas", "TAGS: OVIP, BLOGGS, JANE B., IT", "OVIP|BLOGGS, JANE B|IT"),
    (
        "T-2 an initial in parentheses",
        "Tags: ovip (bloggs, jane b.), prel",
        "OVIP|BLOGGS, JANE B.|PREL",
    ),
    ("T-2 parentheses", "TAGS: PREL (PGOV), (U) IT", "PREL|PGOV|IT"),
    ("T-2 strokes stay", "TAGS: UNGA/C-6 ZANU-PF BA'ATH", "UNGA/C-6|ZANU-PF|BA'ATH"),
    ("T-3 case", "TAGS: Prel, pGov", "PREL|PGOV"),
    ("T-3 punctuation", "TAGS: PREL., *PGOV*; IT.", "PREL|PGOV|IT"),
    ("T-3 repeats", "TAGS: PREL, IT, PREL", "PREL|IT"),
    ("T-3 captions", "TAGS: PREL, SIPDIS, IT", "PREL|IT"),
    ("T-3 glued", "TAGS: PHUMBA MASSMNUC", "PHUM|BA|MASS|MNUC"),
    ("T-3 glued", "TAGS: AMEDCASCKFLO", "AMED|CASC|KFLO"),
    ("T-3 glued", "TAGS: ETRDEINVECINPGOVCS", "ETRD|EINV|ECIN|PGOV|CS"),
    (
        "T-3 glued",
        "TAGS: KFRDKIRFCVISCMGTKOCIASECPHUMSMIGEG",
        "KFRD|KIRF|CVIS|CMGT|KOCI|ASEC|PHUM|SMIG|EG",
    ),
    ("T-3 glued before", "TAGS: PHUM IT ITPHUM", "PHUM|IT"),
    ("T-3 glued to a phrase", "TAGS: PM LABOR HUMAN RIGHTSPOLMIL", "PM|LABOR|HUMAN RIGHTS|POL|MIL"),
    ("T-3 glued to a phrase", "TAGS: PM, HUMAN RIGHTSPHUM, IT", "PM|HUMAN RIGHTS|PHUM|IT"),
    ("T-3 glued to a phrase", "TAGS: PREL PHUMHUMAN RIGHTS IT", "PREL|PHUM|HUMAN RIGHTS|IT"),
    ("T-3 not glued to a phrase", "TAGS: PREL HUMAN RIGHTSQZQ", "PREL|HUMAN|RIGHTSQZQ"),
    ("T-3 words are not glued", "TAGS: KUWAIT UNESCO PARTIES", "KUWAIT|UNESCO|PARTIES"),
    ("T-3 misprints", "TAGS: MOPPS POGOV RU SYR UNDESCO", "MOPS|PGOV|RU|RS|SY|UNESCO"),
    (
        "T-3 page break",
        "TAGS: PREL, IT      SECRET       PAGE 02   ROME  03067  211833Z",
        "PREL|IT",
    ),
    ("T-3 nothing", "TAGS: N/A", ""),
]
KINDS = [
    ("PREL", "subject"),
    ("prel", "subject"),
    ("NASA", "organization"),
    ("BA'ATH", "organization"),
    ("ba'ath", "organization"),
    ("IT", "geo"),
    ("QQ", "geo"),
    ("AL", "geo"),
    ("KPAO", "program"),
    ("KXYZ", "program"),
    ("BLOGGS, JANE", "person"),
    ("ADANA", "unknown"),
]


def tags_of(text):
    return split_tags(find_tag_lines(preamble_of(segment(text))))


class TagTests(TestCase):
    def test_the_tags_of_each_list_are_read(self):
        for rule, text, tags in LISTS:
            with self.subTest(rule, text=text):
                self.assertEqual("|".join(tags_of(text)), tags)

    def test_tags_can_be_read_as_printed(self):
        """T-3: without repair of misprints and glued tags."""
        printed = split_tags(["MOPPS PHUMBA RU"], canonicalize=False)
        self.assertEqual(printed, ["MOPPS", "PHUMBA", "RU"])

    def test_each_tag_has_a_kind(self):
        """T-4."""
        for tag, kind in KINDS:
            with self.subTest(tag):
                self.assertEqual(tag_kind(tag), kind)
        self.assertEqual(tag_kind("ADANA", default="place"), "place")

    def test_an_old_code_is_shown_and_the_present_one_found(self):
        """T-3."""
        for text, shown in (
            ("TAGS: PREL, RU, IT", "PREL|RU|IT"),
            ("TAGS: PREL, RS, IT", "PREL|RS|IT"),
            ("TAGS: RU", "RU"),
            ("", ""),
        ):
            with self.subTest(text):
                tags = tags_of(text)
                self.assertEqual("|".join(printed_tags(tags)), shown)
                self.assertEqual("RS" in tags, bool(text))

    @given(st.text(alphabet="PRELOVIT ,;().:\n'HUMAN RGTS", max_size=80))
    def test_tags_of_any_text_are_clean(self, text):
        for tag in split_tags(text.split("\n")):
            self.assertEqual(tag, tag.upper())
            self.assertTrue(tag.strip(" ,;()"))


class TableTests(TestCase):
    def test_corrections_lead_to_tags_that_need_none(self):
        """What a misprint or a phrase leads to is no misprint itself."""
        for tag in [*phrases().values(), *typos().values()]:
            for part in tag.split("|"):
                with self.subTest(part):
                    self.assertNotIn(part, typos())
        self.assertEqual(set(tag_kinds().values()), {"subject", "organization", "geo", "program"})


class FileNumberTests(TestCase):
    def test_file_numbers_are_found_with_their_places(self):
        for text, found in (
            ("Central Files, POL 15 S VIET. Secret.", ["POL 15 S VIET"]),
            ("(Ibid., POL 32-4 VIET)", ["POL 32-4 VIET"]),
            ("Files, POL 1 S VIET-US.", ["POL 1 S VIET-US"]),
            ("Files, DEF 12–1 NATO; POL 7 US/RELL", ["DEF 12–1 NATO", "POL 7 US/RELL"]),
            ("Lot 54, POL 15, General", ["POL 15"]),
            ("Lot 54, POL 7 Visits", ["POL 7"]),
            ("AID (US) 6 IRAN", ["AID (US) 6 IRAN"]),
            ("Files, POL 15-1 was used", ["POL 15-1"]),
            ("AID 15 projects", []),
            ("POL 15,000 tons", []),
            ("POL 150", []),
            ("12 POL and GVN", []),
        ):
            with self.subTest(text):
                spans = find_file_numbers(text)
                self.assertEqual([text[start:end] for start, end in spans], found)

    def test_the_glossary_explains_nothing_in_a_file_number(self):
        for text, printed in (
            ("See DEF 4 NATO.", []),
            ("See DEF 4 NATO. Then NATO met.", ["NATO"]),
            ("See NATO 4.", ["NATO"]),
        ):
            with self.subTest(text):
                found = find_terms([text]).get(0, [])
                self.assertEqual([text[each.start : each.end] for each in found], printed)
