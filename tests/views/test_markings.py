"""Lists by caption and by portion mark, and lists that are narrowed by them."""

from lxml import html

from cables.models import Marking
from tests.base import TestCase
from tests.builders import make_cable, make_cables, publish, withhold


class MarkingTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable("06BERLIN900001", captions=["SIPDIS", "NOFORN"], marks=["C", "C//NF"])
        make_cable("06BERLIN900002", captions=["SIPDIS"], marks=["C"], tags=["EFIS"])
        make_cable("06BERLIN900003", captions=["SIPDIS"], marks=["U", "SBU"], tags=["EFIS"])
        cls.withheld = make_cable("06BERLIN900004", captions=["NODIS", "SIPDIS"], marks=["TS"])
        withhold(cls.withheld, "A witness is named in it.")

    def listed(self, address):
        tree = html.fromstring(self.client.get(address).content)
        return [
            cell.text_content().strip()[-1]
            for cell in tree.xpath("//table[contains(@class, 'list')]/tbody//th")
        ]

    def test_captions_and_marks_have_lists(self):
        lists = {
            "/caption/SIPDIS/": "123",
            "/caption/NOFORN/": "1",
            "/mark/C/": "12",
            "/mark/C-NF/": "1",
            "/mark/SBU/": "3",
            "/caption/SIPDIS/?mark=C": "12",
            "/caption/SIPDIS/?mark=(C)&caption=NOFORN": "1",
            "/caption/SIPDIS/?mark=c//nf": "1",
            "/caption/SIPDIS/?tag=EFIS": "23",
            "/caption/SIPDIS/?tag=EFIS&origin=embassy-berlin&classification=unclassified": "23",
            "/mark/C/?caption=SIPDIS&tag=EFIS": "2",
            "/tag/EFIS/?caption=SIPDIS": "23",
            "/tag/EFIS/?mark=SBU": "3",
            "/origin/embassy-berlin/?caption=NOFORN&mark=C": "1",
            "/classification/unclassified/?mark=C&mark=C//NF": "12",
            "/created/2006/03/?mark=SBU&sort=created": "3",
        }
        for address, expected in lists.items():
            with self.subTest(address):
                self.assertEqual(self.listed(address), list(expected))

    def test_a_list_says_what_its_cables_have(self):
        page = self.client.get("/mark/C-NF/")
        self.assertContains(page, "<h1>Cables with paragraphs marked (C//NF)</h1>")
        self.assertContains(page, "Confidential, not for foreign nationals.")
        self.assertContains(page, "<b>1 cable</b>")

    def test_a_filter_is_shown_as_it_is_printed(self):
        page = self.client.get("/caption/SIPDIS/?mark=C")
        self.assertContains(page, "Remove filter: portion mark (C)")

    def test_other_spellings_lead_to_the_one_address(self):
        for spelling, address in {
            "/mark/(C)/": "/mark/C/",
            "/caption/sipdis/": "/caption/SIPDIS/",
        }.items():
            self.assertRedirects(self.client.get(spelling), address, 301)
        self.assertRedirects(self.client.get("/caption/"), "/glossary/#caption", 301)

    def test_what_no_published_cable_has_is_no_list(self):
        for address in (
            *("/caption/NODIS/", "/mark/TS/", "/caption/C/", "/mark/SIPDIS/", "/mark/x.atom"),
        ):
            with self.subTest(address):
                self.assertEqual(self.client.get(address).status_code, 404)
        self.assertContains(
            self.client.get("/tag/EFIS/?caption=NODIS"), "nothing published here has such"
        )

    def test_each_list_is_a_feed(self):
        self.assertContains(self.client.get("/caption/NOFORN.atom"), "/cable/06BERLIN900001/")
        self.assertContains(self.client.get("/mark/C-NF.atom"), "/cable/06BERLIN900001/")

    def test_the_glossary_counts_and_leads_to_them(self):
        page = self.client.get("/glossary/")
        self.assertContains(page, 'href="/caption/SIPDIS/" aria-label="3 cables with SIPDIS">')
        self.assertContains(page, 'href="/mark/C/" aria-label="2 cables with (C)">')
        self.assertNotContains(page, "/caption/NODIS/")

    def test_publishing_and_withholding_change_the_lists(self):
        self.assertFalse(Marking.objects.filter(code="NODIS").exists())
        publish(self.withheld)
        self.assertEqual(self.listed("/caption/NODIS/"), ["4"])

    def test_the_number_of_queries_is_fixed(self):
        make_cables([f"06BERLIN9001{number:02}" for number in range(60)], captions=["SIPDIS"])
        for address, queries in (("/caption/SIPDIS/", 4), ("/caption/SIPDIS/?mark=C", 4)):
            self.client.get(address)
            with self.subTest(address), self.assertNumQueries(queries):
                self.client.get(address)
