"""The head of a page of every route: title, description, canonical address, Open Graph."""

import re

from django.core.cache import cache
from lxml import html

from tests.base import TestCase
from tests.builders import make_cable
from tests.planted import make_planted_cable
from tests.project.routes import ROUTES

SITE = "http://testserver/"
NAMES = ("og:type", "og:site_name", "og:title", "og:description", "og:url")
# Files, and small pages in frames of other sites.
FILES = re.compile(r"\.(atom|csv|zip|json|txt|xml|bib|ris|md|png)\b|/embed/?$")


def html_addresses():
    """Yield an address or several of each route but for those of files."""
    for addresses in ROUTES.values():
        yield from (each for each in addresses if not FILES.search(each))


class EveryHeadTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_planted_cable()
        other = {"captions": ["SIPDIS"], "marks": ["SBU"], "cites": ["06BERLIN900001"]}
        make_cable("06ROME900002", origin="Embassy Rome", tags=["EFIS"], **other)
        cache.clear()
        found = {each: cls.client_class().get(each) for each in html_addresses()}
        cls.answers = [
            (address, answer.status_code, answer.content)
            for address, answer in found.items()
            if answer.content and answer.headers.get("Content-Type", "").startswith("text/html")
        ]

    def pages(self, *statuses):
        """Return (address, its head) of the pages that are answered with a status."""
        return [
            (address, html.fromstring(content).find("head"))
            for address, status, content in self.answers
            if status in statuses
        ]

    def test_every_page_tells_other_sites_what_it_is(self):
        for address, head in self.pages(200):
            with self.subTest(address):
                (description,) = head.xpath("meta[@name='description']/@content")
                self.assertTrue(20 < len(description) <= 300, description)
                self.assertNotIn("<", description)
                (canonical,) = head.xpath("link[@rel='canonical']/@href")
                self.assertTrue(canonical.startswith(SITE), canonical)
                for name in NAMES:
                    (value,) = head.xpath(f"meta[@property='{name}']/@content")
                    self.assertTrue(value.strip(), name)
                self.assertNotIn(head.findtext("title").split(" - ")[0].strip(), ("", "None"))

    def test_a_page_that_is_not_there_is_not_offered_as_one(self):
        for address, head in self.pages(404, 410):
            with self.subTest(address):
                self.assertEqual(head.xpath("link[@rel='canonical']"), [])
                self.assertEqual(head.xpath("meta[starts-with(@property, 'og:')]"), [])
                (description,) = head.xpath("meta[@name='description']/@content")
                self.assertTrue(description)
