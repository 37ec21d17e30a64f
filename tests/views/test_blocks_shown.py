"""HTML of the blocks of a cable: summary, lists, tables, toned-down parts."""

import re
from html import unescape

from lxml import html

from cables.telegram.paragraphs import outline, segment
from cables.templatetags.block_html import frame, quote
from cables.templatetags.cable_text import lines
from tests.base import TestCase
from tests.builders import make_cable

PAGE = "/cable/06BERLIN900001/"
TELEGRAM = """\
UNCLAS BERLIN 900001

E.O. 12958: N/A
TAGS: EFIS
SUBJECT: HARBOR FEES AND THE EU

1. (SBU) SUMMARY: Fees <rose> & fell:

-- in spring,
-- in autumn.

END SUMMARY.

--------------
The Ships' Side
--------------

2. (U) Ships complained, and the harbor answered at length that
fees had to rise, since the sea does, and nobody could say more.

Berth     Fee       Paid
One       100       yes

3. (U) The masters want:
- lamps,
  red ones,
- tea.

4. (U) Comment: So do we. End comment.
HALE

MINIMIZE CONSIDERED.
"""
BLOCKS = (
    (
        "a list",
        '<p class="wire"><span class="items" role="list"><span role="listitem">-- in spring,</span>'
        '<span role="listitem">-- in autumn.</span></span></p>',
    ),
    (
        "a heading between rules",
        '<p class="wire" role="heading" aria-level="3">'
        '<span class="rule" aria-hidden="true">--------------</span>\n'
        "The Ships&#x27; Side\n"
        '<span class="rule" aria-hidden="true">--------------</span></p>',
    ),
    (
        "a table",
        '<p class="wire" tabindex="0" role="group" aria-label="Table">Berth     Fee       Paid\n'
        "One       100       yes</p>",
    ),
    (
        "a list that a paragraph leads in",
        '<p class="wire"><span class="sent" aria-hidden="true">3. (U) </span>The masters want:'
        '<span class="items" role="list">'
        '<span role="listitem">- lamps,\n  red ones,</span>'
        '<span role="listitem">- tea.</span></span></p>',
    ),
    (
        "end mark and signature",
        '<p class="wire"><span class="sent" aria-hidden="true">4. (U) </span>Comment: So do we. '
        '<span class="quiet">End comment.</span>\n'
        '<span class="quiet signed">HALE</span></p>',
    ),
    ("a note of administration", '<div class="para admin" id="par4.1">'),
)


class BlocksTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable(body=TELEGRAM, subject="HARBOR FEES AND THE EU")

    def setUp(self):
        self.response = self.client.get(PAGE)

    def test_blocks(self):  # B-8 to B-12
        for name, markup in BLOCKS:
            with self.subTest(name):
                self.assertContains(self.response, markup)

    def test_the_summary_is_quoted_with_where_it_stands(self):  # B-8
        self.assertContains(
            self.response,
            '<details class="gist"><summary>Summary</summary>'
            "<blockquote><p>Fees &lt;rose&gt; &amp; fell:</p><p>-- in spring,</p>"
            "<p>-- in autumn.</p></blockquote>"
            '<p class="source">Quoted from <a href="#par1" aria-label="paragraph 1">¶&nbsp;1</a>, '
            '<a href="#par1.1" aria-label="paragraph 1, block 1">¶&nbsp;1.1</a></p></details>',
            html=True,
        )
        self.assertContains(
            self.response, "Harbor Fees and the EU. Fees &lt;rose&gt; &amp; fell: -- in spring,"
        )

    def test_a_summary_that_is_most_of_a_text_is_not_repeated(self):
        make_cable("06BERLIN900002", body="1. SUMMARY: Fees rose, and ships complained.\n\n2. So.")
        self.assertNotContains(self.client.get("/cable/06BERLIN900002/"), 'class="gist"')

    def test_a_title_is_set_in_title_case_to_read_and_as_printed_beside_the_text_as_sent(self):
        self.assertContains(
            self.response,
            '<span class="printed">HARBOR FEES AND THE EU</span>'
            '<span class="cased">Harbor Fees and the EU</span>',
        )
        edition = {"text_marks": ["translation"]}
        make_cable("06BERLIN900002", subject="Harbor Fees", facts={"edition": edition})
        page = self.client.get("/cable/06BERLIN900002/")
        self.assertNotContains(page, 'class="cased"')
        self.assertContains(page, "06BERLIN900002</span> Harbor Fees [Translation]</h1>")

    def test_numbers_and_marks_stand_in_the_margin_and_stay_in_the_text(self):
        for id, margin, start in (
            ("par2", "2", '<span class="sent" aria-hidden="true">2. (U) </span>Ships complained'),
            ("par2.1", "¶", "Berth     Fee"),
            ("par1.3", "¶", '<span class="rule"'),
        ):
            with self.subTest(id):
                block = html.fromstring(self.response.content).get_element_by_id(id)
                self.assertEqual(block.find_class("pilcrow")[0].text, margin)
                self.assertContains(self.response, start)

    def test_an_unnumbered_paragraph_has_a_pilcrow(self):
        make_cable("06BERLIN900002", body="Ships complained.\n\n1. (U) Fees rose.")
        page = html.fromstring(self.client.get("/cable/06BERLIN900002/").content)
        shown = [each.text for each in page.find_class("pilcrow")]
        self.assertEqual(shown, ["¶", "1"])

    def test_a_word_that_is_broken_behind_a_hyphen_is_joined(self):
        make_cable("06BERLIN900002", body="1. (U) The master-\nbuilder came -\nlate.")
        self.assertContains(
            self.client.get("/cable/06BERLIN900002/"),
            'The master-<span class="sent">\n</span>builder came -\nlate.',
        )

    def test_the_short_lines_of_an_address_are_not_joined(self):
        make_cable("06BERLIN900002", body="1. (U) Fees.\n\nHarbor Office\nPorto Sereno\n\n2. So.")
        self.assertContains(self.client.get("/cable/06BERLIN900002/"), 'class="para short-lines"')

    def test_the_highest_mark_is_told(self):  # B-7
        self.assertContains(self.response, '<p class="soft">Paragraphs marked up to (SBU)</p>')
        make_cable("06BERLIN900002", body="1. (C) Entire text.\n\n2. Fees rose.")
        self.assertContains(
            self.client.get("/cable/06BERLIN900002/"), '<p class="soft">Entire text marked (C)</p>'
        )

    def test_a_paragraph_alone_stands_as_in_its_cable(self):
        response = self.client.get(f"{PAGE}par1.1/")
        self.assertContains(response, BLOCKS[0][1])
        self.assertContains(self.client.get(f"{PAGE}par2.1/"), "<span>under The Ships")


class QuoteTests(TestCase):
    def test_a_long_summary_is_cut_behind_a_sentence(self):
        paragraphs = quote("Fees rose. " * 200)
        self.assertEqual(len(paragraphs), 1)
        self.assertLess(len(paragraphs[0]), 1_510)
        self.assertTrue(paragraphs[0].endswith("Fees rose. …"))

    def test_a_summary_without_sentences(self):
        self.assertEqual(quote("fees " * 1_000)[0][-11:], " fees fees…")


class CharacterTests(TestCase):
    def test_no_character_of_a_text_is_lost(self):
        """Items of a list have no line breaks between them."""
        blocks = segment(TELEGRAM)
        for block in blocks:
            with self.subTest(block.id):
                opens, closes, added = frame(block, outline(blocks))
                markup = f"{opens}{lines(block, (), added)}{closes}"
                markup = re.sub(r'(?<!>)(?=<span class="items)|</span>(?=<span role)', "\n", markup)
                self.assertEqual(unescape(re.sub(r"<[^>]*>", "", markup)), block.text)
