"""Sitemaps and robots.txt."""

from datetime import UTC, date, datetime
from unittest.mock import patch
from urllib.robotparser import RobotFileParser

from django.test import override_settings
from lxml import etree

from cables.models import Article
from cables.search.timeouts import TooSlow
from tests.base import TestCase
from tests.builders import make_cable, make_cables, withhold

MAP = {"m": "http://www.sitemaps.org/schemas/sitemap/0.9"}
SITE = "http://testserver"
CHANGED = datetime(2013, 1, 2, 3, 4, 5, tzinfo=UTC)


class SitemapTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable("06BERLIN900001", tags=["UNGA/C-6", "A&B"], captions=["SIPDIS"])
        make_cable("06BERLIN900002", changed_at=CHANGED)
        make_cable("07BERLIN900001", created=datetime(2007, 1, 1, tzinfo=UTC))
        cls.hidden = make_cable("08BERLIN900001", created=datetime(2008, 1, 1, tzinfo=UTC))
        withhold(cls.hidden)
        Article.objects.create(slug="harbors", title="Harbors", published=date(2013, 5, 6))
        Article.objects.create(slug="draft", title="Draft")

    def read(self, address):
        """Return {address: when it changed} of a file."""
        response = self.client.get(address)
        self.assertEqual(response["Content-Type"], "application/xml")
        tree = etree.fromstring(response.content)
        return {
            entry.findtext("m:loc", namespaces=MAP): entry.findtext("m:lastmod", namespaces=MAP)
            for entry in tree
        }

    def test_the_index_names_a_file_for_each_month_with_its_latest_change(self):
        self.assertEqual(
            self.read("/sitemap.xml"),
            {
                f"{SITE}/sitemap-lists-1.xml": None,
                f"{SITE}/sitemap-2006-03-1.xml": "2013-01-02T03:04:05Z",
                f"{SITE}/sitemap-2007-01-1.xml": "2006-03-14T09:26:00Z",
            },
        )

    def test_each_file_has_the_cables_of_its_month(self):
        self.assertEqual(
            self.read("/sitemap-2006-03-1.xml"),
            {
                f"{SITE}/cable/06BERLIN900001/": "2006-03-14T09:26:00Z",
                f"{SITE}/cable/06BERLIN900002/": "2013-01-02T03:04:05Z",
            },
        )

    def test_every_page_of_the_file_of_lists_answers(self):
        pages = self.read("/sitemap-lists-1.xml")
        for address in (
            *("/", "/tag/UNGA/C-6/", "/tag/A&B/", "/caption/SIPDIS/", "/articles/harbors/"),
            *("/about/faq/", "/developers/", "/released/2012/03/05/", "/origin/embassy-berlin/"),
        ):
            self.assertIn(f"{SITE}{address}", pages)
        self.assertEqual(pages[f"{SITE}/articles/harbors/"], "2013-05-06")
        self.assertFalse([address for address in pages if "draft" in address or "2008" in address])
        for address in pages:
            with self.subTest(address):
                self.assertEqual(self.client.get(address.removeprefix(SITE)).status_code, 200)

    def test_a_month_with_too_many_cables_has_several_files(self):
        make_cables([f"06LIMA9{number:05}" for number in range(5)])
        with patch("cables.views.well_known.MOST", 3):
            names = [address for address in self.read("/sitemap.xml") if "2006-03" in address]
            self.assertEqual(len(names), 3)
            parts = [self.read(address.removeprefix(SITE)) for address in names]
            self.assertEqual([len(part) for part in parts], [3, 3, 1])
            self.assertEqual(len({address for part in parts for address in part}), 7)

    def test_unknown_files_are_not_found(self):
        for address in (
            "/sitemap-2006-03-0.xml",
            "/sitemap-2006-03-2.xml",
            "/sitemap-2006-13-1.xml",
            "/sitemap-2008-01-1.xml",  # All of it is withheld.
            "/sitemap-lists-0.xml",
            "/sitemap-lists-2.xml",
        ):
            with self.subTest(address):
                self.assertEqual(self.client.get(address).status_code, 404)

    def test_the_index_has_no_times_if_they_take_too_long(self):
        with patch("cables.views.well_known.statement_timeout", side_effect=TooSlow):
            self.assertEqual(set(self.read("/sitemap.xml").values()), {None})
        self.assertIn("2013-01-02T03:04:05Z", self.read("/sitemap.xml").values())

    def test_robots_txt_names_the_sitemap(self):
        response = self.client.get("/robots.txt")
        self.assertEqual(response["Content-Type"], "text/plain; charset=utf-8")
        text = response.content.decode()
        self.assertIn(f"Sitemap: {SITE}/sitemap.xml", text)
        self.assertIn("Disallow: /*?", text)  # Which the parser below does not know.
        robots = RobotFileParser()
        robots.parse(text.splitlines())
        for address, allowed in {
            "/": True,
            "/cable/06BERLIN900001/": True,
            "/tag/EFIS/": True,
            "/admin/": False,
            "/search/": True,
            "/search.json": False,
            "/cite/?c=06BERLIN900001": False,
        }.items():
            with self.subTest(address):
                self.assertEqual(robots.can_fetch("*", f"{SITE}{address}"), allowed)

    def test_robots_txt_refuses_the_crawlers_that_a_setting_names(self):
        for refused, of_any in (["GPTBot", "CCBot"], True), (["*"], False):
            with self.subTest(refused), override_settings(REFUSED_CRAWLERS=refused):
                robots = RobotFileParser()
                robots.parse(self.client.get("/robots.txt").content.decode().splitlines())
                self.assertFalse(robots.can_fetch("CCBot", f"{SITE}/"))
                self.assertEqual(robots.can_fetch("Other", f"{SITE}/"), of_any)
