"""The page of results: what it says of each cable, and where its links lead."""

import csv

from datetime import date
from io import StringIO
from urllib.parse import quote

from django.core.cache import cache
from lxml import etree, html

from cables.models import Tag
from tests.base import TestCase
from tests.builders import CREATED, make_cable, make_cables, make_origin

BODY = """1. (U) The harbor raised its fees.

2. (C) Ships complained of the weather. Nothing else was said.

3. (U) Later the harbors of the north did so too."""
# What anyone may type or paste: each has an answer or a sentence.
HOSTILE = [
    *("a", "é", "x" * 5_000, "x " * 2_500, "\x00", "\x01\x02\x03", "\ud800", "\u202e\u200b"),
    *('"', '"harbor', 'harbor"" "fees', "'", "\\", "\\'", "%", "_", "*", "harbor*", "-", "--"),
    *("-harbor", "- harbor", "or", "or or", "harbor or", "or harbor", "&", "|", "!", "!harbor"),
    *("harbor & | fees", "(harbor", ")harbor(", "harbor <-> fees", "harbor:*", "harbor:A", ":A"),
    *("'; DROP TABLE cables_cable; --", "' OR 1=1", "$$", "{{ 7 }}", "<script>alert(1)</script>"),
    *("subject:", "subject:subject:", "ref:", "ref:1", "from:", "to:", "tag:", "tag:''", "origin:"),
    *("before:", "before:x", "before:0000", "before:99999", "after:2007-13", "after:2007-02-30"),
    *("before:2008 after:2009", "http://", "06BERLIN", "99ZZZ1", "\U0001f600", "ＡＢＣ", "İ", "ß"),
    *("&amp;", "a\tb\nc", "https://host/cable/?q=%00", "07 harbor 12", "( ) ( )", "a" * 300),
]


class SearchTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        Tag.objects.create(code="EFIS", kind="subject", label="Fisheries")
        cls.cable = make_cable(body=BODY, subject="HARBOR FEES", tags=["EFIS", "EWWT"])
        make_cable(
            "07LIMA900001",
            origin="Embassy Lima",
            body="1. The harbor is closed.",
            subject="LIMA: WEATHER",
            created=CREATED.replace(year=2007),
            classification="SECRET",
            tags=["EFIS"],
        )

    def setUp(self):
        cache.clear()

    def tree(self, address):
        response = self.client.get(address)
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.content)


def text_of(element):
    return " ".join(element.text_content().split())


class ResultTests(SearchTestCase):
    def test_each_excerpt_leads_to_its_paragraph(self):
        tree = self.tree("/search/?q=harbor+fees")
        (result,) = tree.find_class("results")[0]
        self.assertEqual(text_of(result.find("h2")), "HARBOR FEES")
        links = result.xpath(".//dt/a/@href")
        self.assertEqual(
            links,
            [
                "/cable/06BERLIN900001/?q=harbor+fees#par1",
                "/cable/06BERLIN900001/?q=harbor+fees#par3",
            ],
        )
        self.assertEqual(result.xpath(".//dd[1]//mark/text()")[:2], ["harbor", "fees"])
        self.assertEqual(result.xpath(".//h2//mark/text()"), ["HARBOR", "FEES"])
        self.assertEqual(tree.xpath("//header//input[@name='q']/@value"), ["harbor fees"])

    def test_says_how_many_and_what_they_are(self):
        tree = self.tree("/search/?q=harbor")
        self.assertEqual(text_of(tree.xpath("//p[@role='status']")[0]), "2 cables")
        facts = text_of(tree.find_class("results")[0][0].find_class("meta")[0])
        for fact in ("900001", "Embassy", "EFIS"):
            self.assertIn(fact, facts)

    def test_no_cable_needs_to_be_searched_for_its_words(self):
        self.assertEqual(len(self.tree("/search/?origin=embassy-lima").find_class("results")[0]), 1)

    def test_an_empty_search_says_how_to_ask(self):
        for address in ("/search/", "/search/?q=", "/search/?q=+&origin="):
            with self.subTest(address):
                response = self.client.get(address, follow=True)
                self.assertContains(response, "How to ask")
                self.assertEqual(response.request["QUERY_STRING"], "")


class HostileTests(SearchTestCase):
    def test_every_text_has_an_answer(self):
        for text in HOSTILE:
            asked = quote(text.encode("utf-8", "surrogatepass"))
            for address in ("/search/", "/search.json", "/search.csv", "/search.atom"):
                with self.subTest(text[:40], address=address):
                    response = self.client.get(f"{address}?q={asked}")
                    self.assertIn(response.status_code, (200, 302, 404))
            response = self.client.get(f"/cable/06BERLIN900001/?q={asked}")
            self.assertEqual(response.status_code, 200, text[:40])
            self.assertNotContains(response, "<script>")

    def test_so_have_all_parameters(self):
        for query in (
            "page=0",
            "page=x",
            "page=99",
            "sort=x",
            "tag=%00",
            "origin=x&created_after=x",
        ):
            for address in ("/search/", "/search.json", "/search.csv", "/search.atom"):
                with self.subTest(query, address=address):
                    response = self.client.get(f"{address}?q=harbor&{query}")
                    self.assertIn(response.status_code, (200, 404))
