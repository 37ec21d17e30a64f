"""Which words of a document its volume sets apart: italics, and parts of enclosures (F-29)."""

from unittest import TestCase

from cables.telegram.editors_additions import with_enclosures
from cables.telegram.paragraphs import outline, segment
from tests.sources.test_frus_markup import DATELINE, HEAD, read_one

ENCLOSED = "<p>Fees.</p><frus:attachment>{}<p>Piers rose.</p></frus:attachment>"


def styles(text):
    """Return [(words, style)] of a document."""
    cable = read_one(f"{HEAD}{DATELINE}{text}")
    return [(words, style) for _, words, style in cable.edition.get("styles", [])]


class StyleTests(TestCase):
    def test_words_in_italics_are_told(self):
        for markup, words in (
            ("<p>The <hi rend='italic'>Aleut</hi> sailed.</p>", ["Aleut"]),
            ("<p>On <hi rend='italic'>May<lb/>17.<note>Few.</note></hi> it did.</p>", ["May 17."]),
            ("<p><emph>Not</emph> here.</p>", ["Not"]),
            ("<p>See <hi rend='smallcaps'>nato</hi>.</p>", []),
            ("<p>One<hi rend='italic'>, </hi>two.</p>", []),
        ):
            with self.subTest(markup):
                self.assertEqual(styles(markup), [(each, "italic") for each in words])
        above = HEAD.replace("Telegram", "<hi rend='italic'>Telegram</hi>")
        self.assertNotIn("styles", read_one(f"{above}{DATELINE}<p>Fees.</p>").edition)

    def test_the_title_of_a_section_is_told(self):
        for title, style in (
            *(("Recommendations:", "section"), ("II. The Problem", "section")),
            *(("“The General Assembly,", "italic"), ("Mr. President:", "italic")),
        ):
            with self.subTest(title):
                markup = f"<p>Ships.</p><p rend='sectiontitleital'>{title}</p><p>Fees.</p>"
                self.assertEqual(styles(markup), [(title, style)])
                cable = read_one(f"{HEAD}{markup}<p rend='sectiontitleital'>Dues</p><p>Few.</p>")
                blocks = segment(cable.body)
                found = with_enclosures(outline(blocks), blocks, cable.edition)
                told = ([title] if style == "section" else []) + ["Dues"]
                self.assertEqual(list(found.headings.values()), told)
                self.assertEqual(found.enclosed, ())

    def test_an_enclosure_has_its_heading_dateline_and_signature(self):
        for markup, parts in (
            (
                "<note type='source' rend='inline'>[Inclosure 2 in No. 14.]</note>"
                "<head>Mr. Quay to Mr. Rell.<note>Few.</note></head>"
                "<dateline>Lisbon,<lb/>July 6, 1894.</dateline>",
                {
                    "[Inclosure 2 in No. 14.]": "heading",
                    "Mr. Quay to Mr. Rell.": "heading",
                    "Lisbon, July 6, 1894.": "dateline",
                },
            ),
            (
                "<note>[Enclosure A.]</note><head>The Bey to Mr. Rell.</head>",
                {"[Enclosure A.]": "heading", "The Bey to Mr. Rell.": "heading"},
            ),
            ("<opener><seg>[Attachment]</seg></opener>", {"[Attachment]": "heading"}),
            ("<p>[Deposition of Maro Rell.]</p>", {"[Deposition of Maro Rell.]": "heading"}),
            ("<p>Subscribed and sworn to before me, this 8th day of May, 1872.</p>", {}),
            ("<pb n='3'/>", {"": "start"}),
            ("<closer><signed>Rell</signed></closer>", {"Rell": "signature"}),
        ):
            with self.subTest(markup):
                self.assertEqual(dict(styles(ENCLOSED.format(markup))), parts)

    def test_an_enclosure_without_markup_is_known_by_its_heading(self):
        for heading, style in (
            *(("Tab A", "heading"), ("ANNEX 15", "heading"), ("[Enclosure]", "heading")),
            *(("[Enclosure 1 is not printed.]", ""), ("[Enclosure 2 in No. 4.]", "heading")),
            *(("Enclosure No. 1.", "heading"), ("<hi rend='strong'>Maro Rell</hi>", "")),
            *(("Tab A is a draft.", ""), ("Attachments as stated", ""), ("[Translation.]", "")),
        ):
            with self.subTest(heading):
                found = styles(f"<p>Fees.</p><p>{heading}</p><p>Oslo, August 4, 1949.</p>")
                self.assertEqual([each for _, each in found], [style, "dateline"] if style else [])
        below = "<p>Fees.</p><postscript><p>(Inclosure: Complaint of Rell.)</p></postscript>"
        self.assertEqual(styles(below), [])
        below = styles("<p>Tab A</p><p><hi rend='strong'>Talking Points</hi></p><p>Fees.</p>")
        self.assertEqual(below, [("Tab A", "heading"), ("Talking Points", "heading")])
