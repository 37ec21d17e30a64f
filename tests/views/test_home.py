"""The home page: chart of years, latest releases, lookup, and the cable that it quotes."""

from datetime import UTC, date, datetime
from unittest.mock import patch

from django.core.cache import cache
from lxml import html

from cables.models import Cable, Collection, Highlight
from cables.views import home
from tests.base import TestCase
from tests.builders import CREATED, forget_counts, make_cable, make_cables, withhold


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
        self.assertEqual(self.tree.xpath("//figcaption//a/@href"), ["/created/", "/created/1966/"])

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
        for words in ("24 hours 48", "1969 coup after March 1969", "62 in October 1962"):
            with self.subTest(words):
                page = self.client.get("/search/", {"q": words})
                self.assertNotContains(page, "This archive does not hold")


SUMMARY = "1. (U) SUMMARY: The ferry is a clock. END SUMMARY.\n\n2. (U) It rings at noon.\n\n"
BODY = SUMMARY + "3. (U) " + "The town counts its hours by the boat. " * 40


class WorthReadingTests(TestCase):
    def shown(self, day=1, address="/"):
        """Return the (title, words, line below) that a page shows on a day, or None."""
        forget_counts()
        cache.clear()
        with patch.object(home, "datetime") as clock:
            clock.now.return_value = datetime(2026, 5, day, tzinfo=UTC)
            tree = html.fromstring(self.client.get(address).content)
        doors = tree.xpath("//article[contains(@class, 'first')]")
        if not doors:
            return None
        parts = ("h2", "blockquote", "p[last()]")
        return tuple(" ".join(doors[0].xpath(part)[0].text_content().split()) for part in parts)

    def test_a_cable_with_a_summary_is_shown(self):
        make_cable("06BERLIN900001", body="1. No such thing.")
        make_cable("06BERLIN900002", subject="THE CLOCK OF BERLIN", body=BODY)
        title, words, below = self.shown()
        self.assertEqual((title, words), ("The Clock of Berlin", "The ferry is a clock."))
        self.assertEqual(below, "Embassy Berlin, 14 March 2006, summary; 1 minute to read")

    def test_the_items_of_a_list_are_kept_apart(self):
        listed = "SUMMARY: Two things:\n- The ferry is\n  a clock.\n- It rings. END SUMMARY.\n\n"
        make_cable("06BERLIN900002", body=f"{listed}1. (U) {'The town counts its hours. ' * 40}")
        lines = "<p>Two things:</p><p>- The ferry is a clock.</p><p>- It rings.</p>"
        self.assertContains(self.client.get("/"), f"<blockquote>{lines}</blockquote>")

    def test_it_is_another_on_another_day_and_the_same_all_day(self):
        for number in range(1, 31):
            make_cable(f"06BERLIN9{number:05}", subject=f"CLOCK {number}", body=BODY)
        shown = [self.shown(day)[0] for day in range(1, 9)]
        self.assertGreater(len(set(shown)), 3)
        self.assertEqual([self.shown(day)[0] for day in range(1, 9)], shown)

    def test_withheld_and_redacted_cables_are_not_shown(self):
        withhold(make_cable("06BERLIN900001", body=BODY))
        make_cable("06BERLIN900002", body=BODY, facts={"redacted": [["", "A reason."]]})
        self.assertIsNone(self.shown())
        for cable in Cable.objects.all():
            Highlight.objects.create(cable=cable)
        self.assertIsNone(self.shown())

    def test_chosen_cables_come_first_and_take_turns(self):
        make_cables(["06BERLIN900001", "06BERLIN900002"], subject="A CLOCK", body=BODY)
        for name, paragraph in (("ROME", "par2"), ("OSLO", "")):
            cable = make_cable(f"06{name}900003", subject=f"{name} FOG", body="1. Fog.\n\n2. Rain.")
            Highlight.objects.create(cable=cable, paragraph=paragraph)
        shown = {self.shown(day) for day in range(1, 20)}
        line = "Embassy Berlin, 14 March 2006{}; 1 minute to read"
        self.assertEqual(
            shown,
            {
                ("Rome Fog", "Rain.", line.format(", paragraph 2")),
                ("Oslo Fog", "Fog.", line.format("")),
            },
        )

    def test_without_a_summary_a_first_paragraph_is_shown_that_says_enough(self):
        make_cable(body="1. In summary court, nothing.")
        self.assertIsNone(self.shown())
        make_cable("06BERLIN900002", body=f"1. {'The town counts its hours by the boat. ' * 40}")
        self.assertIsNone(self.shown())
        words = "The town counts its hours by the boat, and nobody there has owned a clock since"
        make_cable("06BERLIN900003", body=f"1. {words} the war. {words} the fire.\n\n2. Rain.")
        self.assertEqual(self.shown()[1], f"{words} the war. {words} the fire.")
        self.assertContains(self.client.get("/"), "By place")

    def test_each_of_several_collections_has_a_face_of_its_own(self):
        for slug in ("boats", "bells"):
            Collection.objects.create(slug=slug, name=slug.title())
            make_cable(
                f"06{slug.upper()}900001",
                subject=f"{slug.upper()} IN FOG",
                body=BODY,
                collections=[slug],
            )
        forget_counts()
        home = html.fromstring(self.client.get("/").content)
        held = home.xpath("//ul[@class='held']//a/@href")
        self.assertEqual(sorted(held), ["/collection/bells/", "/collection/boats/"])
        self.assertEqual(self.shown(1, "/collection/bells/")[0], "Bells in Fog")
        self.assertEqual(self.shown(1, "/collection/boats/")[0], "Boats in Fog")
        face = html.fromstring(self.client.get("/collection/bells/").content)
        form = face.xpath("//form[@aria-label='Search this collection']")[0]
        self.assertEqual(
            form.xpath("input[@type='hidden']/@value | .//input[@name='collection']/@value"),
            ["bells"],
        )
        self.assertIn("/origin/?collection=bells", face.xpath("//main//a/@href"))
