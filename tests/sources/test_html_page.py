"""Pages of the mirror: what is read, what is not a cable page (M-1 to M-15)."""

import re
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from cables.sources import Reject, html_page
from cables.sources.html_page import find_articles, parse_page, plain_text
from tests.paths import DATA
from tests.real_data import real_folder, real_pages
from tests.sources.pages import BODY, CELLS, HEADER, NAMES, page

SAMPLE = DATA / "page.html"
NOTICE = (
    "This record is a partial extract of the original cable. "
    "The full text of the original cable is not available."
)
MARKUP = [
    ("M-5 pilcrow", "<a id='par2' href='#par2'>¶</a>2. Text", "2. Text"),
    ("M-5 pilcrow of a saved page", "<a id='parB' href='X.html#parB'>¶</a>B. X", "B. X"),
    ("M-5 a pilcrow of the text stays", "¶2. Text", "¶2. Text"),
    ("M-5 tag link", "<a href='/tag/CS_0.html'>CS</a> <a href='#'>IT</a>", "CS IT"),
    ("M-5 stray markup", "a<br>b<br />c</td></tr></table>d", "abcd"),
    (
        "M-5 address in angle brackets",
        "mail <name@post.example> & <5%",
        "mail <name@post.example> & <5%",
    ),
    ("M-5 line break", "a&#x000A;b&#10;c", "a\nb\nc"),
    ("M-5 entities", "&#8217;&amp;&quot;&lt;b&gt;", '’&"<b>'),
    ("M-5 unescaped once", "&amp;quot; &amp;#8217;", "&quot; &#8217;"),
    ("M-5 no entity", "AT&T R&D &copyright &bogus;", "AT&T R&D &copyright &bogus;"),
    ("M-5 blanks stay", "a  b \t c", "a  b \t c"),
    (
        "M-15 damage stays",
        'XXXXXXXXXXXX “ please Estonia”s ´ "" Q',
        'XXXXXXXXXXXX “ please Estonia”s ´ "" Q',
    ),
]
ARTICLES = [
    ("http://http://press.example/a", "http://press.example/a"),
    ("https://http://press.example/b", "http://press.example/b"),
    ("http://press.example/c?x=1&amp;y=2", "http://press.example/c?x=1&y=2"),
    ("http://", None),
    ("http://localhost/d", None),
    ("ftp://press.example/e", None),
]
# (time on the page, date-time group, expected time, expected precision).
TIMES = [
    ("M-9", "2009-02-03 14:02", "R 031405Z FEB 09", (2009, 2, 3, 14, 5), "minute"),
    ("M-9 at midnight", "2009-02-03 00:12", "R 030047Z FEB 09", (2009, 2, 3, 0, 47), "minute"),
    ("M-9 at noon", "2009-02-03 12:12", "R 031207Z FEB 09", (2009, 2, 3, 12, 7), "minute"),
    ("M-9 no group", "2009-02-03 14:02", "FM AMEMBASSY ROME", (2009, 2, 3, 14, 0), "hour"),
    ("M-9 another hour", "2009-02-03 14:02", "R 031505Z FEB 09", (2009, 2, 3, 14, 0), "hour"),
    ("M-9 another day", "2009-02-03 14:02", "R 041405Z FEB 09", (2009, 2, 3, 14, 0), "hour"),
    ("M-9 not suspect", "2009-02-03 14:31", "R 031405Z FEB 09", (2009, 2, 3, 14, 31), "minute"),
]
NOT_PAGES = [
    ("M-4 no table", "<html><body><p>Not found</p></body></html>", "no table with its facts"),
    ("M-4 no box", page(boxes=()), "no box of text"),
    ("M-2 no class", page(names=NAMES[:3], cells=CELLS[:3]), "no column 'classification'"),
    ("M-2 a cell too few", page(cells=CELLS[:4]), "5 names for 4 cells"),
    ("cut in the table", page().split("</table>\n<code>")[0], "cut short"),
    ("cut in the header", page().split("FM AMEMBASSY")[0], "cut short"),
    ("cut between the boxes", page().split("</code>")[0], "cut short"),
    ("cut in the body", page().split("Fees rose")[0], "cut short"),
    ("L-2", page(classification="COSMIC"), "Unknown classification 'COSMIC'"),
    ("no reference", page(reference=""), "Not a reference"),
    ("no date", page(created="soon"), "Not a date: 'soon'"),
    ("NUL", page(boxes=(HEADER, "UNCLAS\0")), "NUL character at position 7 of the body"),
]


class SampleTests(TestCase):
    """tests/data/page.html, a made-up page in the form of the mirror."""

    @classmethod
    def setUpClass(cls):
        (cls.cable,) = html_page.read(SAMPLE)

    def test_facts_come_from_the_last_table(self):
        """M-1: the last table of the page, not one of the listings before it; M-2."""
        self.assertEqual(self.cable.reference, "09ROME900001")
        self.assertEqual(self.cable.format, "page")
        self.assertEqual(self.cable.created, datetime(2009, 2, 3, 14, 5, tzinfo=UTC))
        self.assertEqual(self.cable.released, date(2011, 3, 8))
        self.assertEqual(self.cable.classification, "UNCLASSIFIED")
        self.assertEqual(self.cable.origin, "Embassy Rome")
        self.assertEqual(self.cable.articles, ("http://press.example/harbor",))

    def test_header_and_body_come_from_the_boxes(self):
        """M-4, M-5."""
        self.assertTrue(self.cable.header.startswith("VZCZCXYZ0001\nRR RUEHWEB\n\nDE RUEHRO"))
        self.assertTrue(self.cable.body.startswith("UNCLAS SECTION 01 OF 02 ROME 900001 \n \nSIP"))
        self.assertNotIn("¶", self.cable.body)
        self.assertIn("\n1. (U) Fees for ships of Smith & Sons rose", self.cable.body)

    def test_subject_and_tags_come_from_the_telegram(self):
        """M-6: the subject is that of the body; M-7: the TAGS line has lost its commas."""
        self.assertEqual(self.cable.title, "HARBOR FEES IN")
        self.assertEqual(self.cable.subject, "HARBOR FEES IN CIVITAVECCHIA")
        self.assertEqual(self.cable.tags, ("EWWT", "PREL", "IT", "HUMAN RIGHTS"))
        self.assertEqual(self.cable.captions, ("SIPDIS",))
        self.assertEqual(self.cable.facts["sections"], 2)


class PageTests(TestCase):
    def test_markup_becomes_text(self):
        for rule, markup, text in MARKUP:
            with self.subTest(rule):
                self.assertEqual(plain_text(markup), text)

    @given(st.text(alphabet=st.characters(exclude_characters="<>&"), max_size=100))
    def test_text_without_markup_stays(self, text):
        self.assertEqual(plain_text(text), text)

    def test_printed_times_and_their_precision(self):
        """M-9, M-10."""
        for rule, printed, group, created, precision in TIMES:
            with self.subTest(rule):
                cable = parse_page(page(created=printed, boxes=(group, BODY)))
                self.assertEqual(cable.created, datetime(*created, tzinfo=UTC))
                self.assertEqual(cable.created_precision, precision)

    def test_markup_in_capitals_is_read(self):
        capitals = re.sub(
            r"</?[a-z]\w*", lambda tag: tag.group().upper(), page(articles=["http://a.b/"])
        )
        self.assertEqual(parse_page(capitals), parse_page(page(articles=["http://a.b/"])))

    def test_cells_are_found_by_the_names_above_them(self):
        """M-2."""
        cable = parse_page(page(names=NAMES[::-1], cells=CELLS[::-1]))
        self.assertEqual(cable.reference, "09ROME900001")
        self.assertEqual(cable.origin, "Embassy Rome")

    def test_pages_after_september_2011_have_no_released(self):
        """M-2, M-8."""
        cable = parse_page(page(names=NAMES[:2] + NAMES[3:], cells=CELLS[:2] + CELLS[3:]))
        self.assertIsNone(cable.released)
        self.assertEqual(cable.origin, "Embassy Rome")

    def test_one_box_is_the_body(self):
        """M-4."""
        cable = parse_page(page(boxes=(BODY,)))
        self.assertEqual(cable.header, "")
        self.assertEqual(cable.subject, "HARBOR FEES")

    def test_addresses_of_articles_are_listed_once(self):
        """M-3: each once, the doubled beginning repaired."""
        links = [link for link, _ in ARTICLES] * 2
        wanted = tuple(address for _, address in ARTICLES if address)
        self.assertEqual(parse_page(page(articles=links)).articles, wanted)
        self.assertEqual(find_articles("<td>no articles</td>"), ())

    def test_the_title_is_that_of_the_heading(self):
        """M-6."""
        for title, shown in (
            ("HARBOR FEES", "HARBOR FEES"),
            ("SMITH &amp; SONS", "SMITH & SONS"),
            ("HARBOR \\", "HARBOR"),
            ("HARBOR...", "HARBOR..."),
            ("HARBOR\nFEES", "HARBOR"),
            ("", ""),
        ):
            with self.subTest(title):
                self.assertEqual(parse_page(page(title=title)).title, shown)

    def test_a_partial_extract_is_marked(self):
        """M-11: the rest of the box is the header."""
        for header, rest in ((NOTICE, ""), (f"{NOTICE}\n031405Z Feb 09", "031405Z Feb 09")):
            with self.subTest(rest):
                cable = parse_page(page(boxes=(header, BODY)))
                self.assertTrue(cable.partial)
                self.assertEqual(cable.header, rest)
                self.assertEqual(cable.created_precision, "minute" if rest else "hour")
        self.assertFalse(parse_page(page(boxes=(f"See: {NOTICE}", BODY))).partial)

    def test_an_embedded_record_stays_and_gives_what_the_header_lacks(self):
        """M-13."""
        stray = f"174485\n2009-02-03 14:05:00\n09ROME900001\nEmbassy Rome\n\n{HEADER}\n"
        cable = parse_page(page(boxes=("", stray + BODY)))
        self.assertTrue(cable.body.startswith("174485\n"))
        self.assertEqual(cable.created.minute, 5)
        self.assertEqual(cable.subject, "HARBOR FEES")
        self.assertEqual([rule for rule, _ in cable.warnings], ["M-13"])

    def test_backslash_lines_are_stripped(self):
        """M-14."""
        damaged = BODY.replace("\n", " \\\n")
        cable = parse_page(page(boxes=(HEADER.replace("\n", "\\\n"), damaged)))
        self.assertEqual(cable.header, HEADER)
        self.assertNotIn("\\", cable.body)

    def test_other_line_ends_are_read(self):
        """M-5 (5)."""
        cable = parse_page(page(boxes=(HEADER, "UNCLAS ROME 900001&#13;&#10;&#13;1. Text")))
        self.assertEqual(cable.body, "UNCLAS ROME 900001\n\n1. Text")


class NotAPageTests(TestCase):
    def setUp(self):
        self.path = Path(self.enterContext(tempfile.TemporaryDirectory())) / "09ROME900001.html"

    def test_other_pages_are_rejected_with_the_reason(self):
        for rule, text, reason in NOT_PAGES:
            with self.subTest(rule):
                self.path.write_text(text, encoding="utf-8")
                (reject,) = html_page.read(self.path)
                self.assertIsInstance(reject, Reject)
                self.assertIn(reason, reject.reason)
                self.assertEqual(reject.reference, "09ROME900001")
                self.assertEqual((reject.position, reject.raw), (1, text))

    def test_damaged_characters_are_counted(self):
        """C-2."""
        self.path.write_bytes(page().encode().replace(b"Fees rose", b"F\xe9es rose"))
        sizes = []
        (cable,) = html_page.read(self.path, sizes.append)
        self.assertIn("F\ufffdes rose", cable.body)
        self.assertEqual(cable.warnings[0][0], "C-2")
        self.assertEqual(sum(sizes), self.path.stat().st_size)


class RealTests(TestCase):
    def test_reads_every_page(self):
        """The text of each page is that of its markup without pilcrows."""
        mirror = real_folder(self) / "mirror"
        read = {}
        for path in mirror.rglob("*.html"):
            (read[path.stem],) = html_page.read(path)
        self.assertEqual(len(read), 90)
        for reference, body, _ in real_pages(self):
            with self.subTest(reference):
                cable = read[reference]
                self.assertEqual(cable.reference, reference)
                if "\\\n" not in body:
                    self.assertEqual(cable.body, body)

    def test_facts_of_real_pages(self):
        """Facts only: how many have a header, a subject and tags, and when they were sent."""
        cables = [
            cable
            for path in sorted((real_folder(self) / "mirror").rglob("*.html"))
            for cable in html_page.read(path)
        ]
        self.assertEqual(sum(cable.partial for cable in cables), 20)
        self.assertEqual(sum(cable.created_precision == "minute" for cable in cables), 70)
        self.assertEqual(sum(bool(cable.subject) for cable in cables), 87)
        self.assertEqual(sum(bool(cable.tags) for cable in cables), 90)
