"""The home page: chart of years, latest releases, lookup."""

from datetime import date

from lxml import html

from tests.base import TestCase
from tests.builders import CREATED, make_cable, make_cables, withhold


class ChartTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable("66BERLIN900001", created=CREATED.replace(year=1966))
        make_cables((f"01BERLIN9{n:05}" for n in range(99)), created=CREATED.replace(year=2001))
        make_cable("03BERLIN900001", created=CREATED.replace(year=2003))

    def setUp(self):
        self.tree = html.fromstring(self.client.get("/").content)

    def test_each_year_is_a_bar_with_a_link(self):
        bars = self.tree.xpath("//figure//svg//a")
        self.assertEqual(
            [(bar.get("href"), bar.get("aria-label"), bar.find("title").text) for bar in bars],
            [
                ("/created/2001/", "2001: 99 cables", "2001: 99 cables"),
                ("/created/2003/", "2003: 1 cable", "2003: 1 cable"),
            ],
        )
        for bar in bars:
            self.assertEqual(self.client.get(bar.get("href")).status_code, 200)

    def test_years_with_few_early_cables_are_listed_beside_the_chart(self):
        caption = " ".join(self.tree.find(".//figcaption").text_content().split())
        self.assertEqual(caption, "Cables per year of creation Earlier cables: 1 in 1966.")
        self.assertEqual(self.tree.xpath("//figcaption//a/@href"), ["/created/1966/"])

    def test_the_axes_are_labelled_and_a_table_has_the_numbers(self):
        axes = self.tree.xpath("//figure//svg/g[@aria-hidden='true']//text")
        texts = [text.text for text in axes]
        self.assertEqual(texts, ["2001", "2002", "2003", "20", "40"])
        rows = self.tree.xpath("//figure//table/tbody/tr")
        self.assertEqual(
            [[cell.text_content() for cell in row] for row in rows], [["2001", "99"], ["2003", "1"]]
        )

    def test_a_long_chart_has_links_of_decades(self):
        make_cables(
            (f"6{n % 10}BERLIN8{n:05}" for n in range(99)), created=CREATED.replace(year=1960)
        )
        tree = html.fromstring(self.client.get("/").content)
        bars = tree.xpath("//figure//svg//a")
        self.assertEqual(
            [(bar.get("href"), bar.get("aria-label")) for bar in bars],
            [("/created/#1960s", "1960s: 100 cables"), ("/created/#2000s", "2000s: 100 cables")],
        )
        self.assertIn("/created/1966/", tree.xpath("//figure//table//a/@href"))


class LatestTests(TestCase):
    def test_it_links_to_the_last_day_of_release(self):
        make_cable("06BERLIN900001", released=date(2012, 3, 5))
        make_cable("06BERLIN900002", released=date(2012, 4, 6))
        response = self.client.get("/")
        self.assertContains(response, '<a href="/released/2012/04/06/">All of 6 April 2012</a>')
        shown = [cable.reference for cable in response.context["latest"]]
        self.assertEqual(shown, ["06BERLIN900002", "06BERLIN900001"])

    def test_an_empty_archive_has_no_chart(self):
        response = self.client.get("/")
        self.assertContains(response, "Nothing is published here yet.")
        self.assertNotContains(response, "<figure")


class LookupTests(TestCase):
    def test_the_name_of_an_origin_or_a_tag_leads_to_its_list(self):
        make_cable(tags=["SCUL", "PREL"])
        withhold(make_cable("06ROME900001", origin="Embassy Rome", tags=["QUIET"]), "Of a witness.")
        for words, lists in (
            ("berlin", [("Embassy Berlin", "/origin/embassy-berlin/")]),
            (" Embassy  Berlin ", [("Embassy Berlin", "/origin/embassy-berlin/")]),
            ("scul", [("tag SCUL", "/tag/SCUL/")]),
            ("lighthouse", []),
            ("Rome", []),
            ("QUIET", []),
            ("   ", []),
        ):
            with self.subTest(words):
                response = self.client.get("/", {"ref": words})
                self.assertEqual(list(response.context["lists"]), lists)
                for _, address in lists:
                    self.assertContains(response, f'<a href="{address}">')

    def test_a_misspelt_station_is_looked_up_too(self):
        response = self.client.get("/", {"ref": "06 Berlni 900001"})
        self.assertRedirects(response, "/cable/06BERLNI900001/", target_status_code=404)
