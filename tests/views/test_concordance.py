"""A concordance: each place of the words of a search, once, in the order asked for."""

import csv
import re
from datetime import UTC, datetime
from unittest.mock import patch

from django.conf import settings
from django.test import override_settings

from cables.models import Cable
from cables.search.concordance import AROUND, lines_of
from cables.search.query import parse_question
from cables.views.list_pages import concordance_page
from reading_room.settings import page_cache
from tests.base import TestCase
from tests.builders import forget_counts, make_cable, withhold

BODIES = (
    "1. The harbor raised its fees, and the old\nharbor closed.\n\n2. Nothing.",
    "1. Fees of a harbor. HARBORS pay.\n\n2. A harbored grudge; “harbor”!",
    f"1. {'Word ' * 60}harbor{' word' * 60}.",
)


class ConcordanceTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        for number, body in enumerate(BODIES):
            made = {"created": datetime(2001 + number, 3, 5, tzinfo=UTC), "body": body}
            origin = ("Embassy Lima", "Embassy Berlin", "Embassy Athens")[number]
            make_cable(f"0{number + 1}BERLIN900001", subject="Fees", origin=origin, **made)
        forget_counts()

    def lines(self, query):
        response = self.client.get(f"/concordance.csv?{query}")
        return list(csv.DictReader(response.getvalue().decode().splitlines()))

    def test_every_place_has_a_line_and_no_other_has(self):
        for words, pattern in (
            ("harbor", r"\bharbor(s|ed)?\b"),
            ('"old harbor"', r"\bold\s+harbor\b"),
            ("harbor fees", r"\b(harbor(s|ed)?|fees)\b"),
        ):
            with self.subTest(words):
                found = Cable.objects.filter(pk__in=self.found(words))
                texts = [f"{each.subject}\n{each.body}" for each in found]
                expected = sum(len(re.findall(pattern, text, re.I)) for text in texts)
                self.assertEqual(len(self.lines(f"q={words}")), expected)

    def found(self, words):
        answer = self.client.get("/search.json", {"q": words}).json()
        references = [each["reference"] for each in answer["results"]]
        return Cable.objects.filter(reference__in=references).values_list("pk")

    def test_a_line_has_what_stands_beside_the_words_as_they_stand(self):
        row = next(each for each in self.lines("q=harbor") if "old" in each["left"][-5:])
        self.assertEqual(row["left"], "The harbor raised its fees, and the old ")
        self.assertEqual((row["words"], row["right"]), ("harbor", " closed."))
        self.assertTrue(row["address"].endswith("/cable/01BERLIN900001/#par1"))

    def test_long_texts_are_cut_at_words(self):
        [line] = lines_of(
            Cable.objects.filter(reference="03BERLIN900001"), parse_question("harbor")
        )
        self.assertRegex(line.left, "^… (Word )+$")
        self.assertRegex(line.right, "^( word)+ …$")
        self.assertLessEqual(len(line.left), AROUND + 2)

    def test_lines_are_sorted_by_what_is_asked_for(self):
        shown = re.compile('class="follows">([^<]*)</span>')
        for by, key in (
            ("right", lambda row: re.findall(r"\w+", row["right"].casefold())),
            ("left", lambda row: re.findall(r"\w+", row["left"].casefold())[::-1]),
            ("origin", lambda row: (row["origin"], row["sent"])),
        ):
            with self.subTest(by):
                page = self.client.get(f"/concordance/?q=harbor&by={by}").content.decode()
                expected = [each["right"] for each in sorted(self.lines("q=harbor"), key=key)]
                self.assertEqual(shown.findall(page), expected)
        for order, first in (("created", "01BERLIN"), ("-created", "03BERLIN")):
            with self.subTest(order):
                page = self.client.get(f"/concordance/?q=harbor&sort={order}").content.decode()
                self.assertIn(first, re.search(r'class="meta"><a href="([^"]*)', page)[1])

    def test_texts_are_read_once_for_all_orders_of_a_state(self):
        kept = {"questions": page_cache("tests: lines", 1)}
        self.enterContext(override_settings(CACHES=settings.CACHES | kept))
        with patch(f"{concordance_page.__name__}.lines_of", wraps=lines_of) as read:
            for by in ("left", "right", "origin"):
                self.client.get(f"/concordance/?q=harbor&by={by}")
            self.assertEqual(read.call_count, 1)
            withhold(Cable.objects.get(reference="01BERLIN900001"))
            page = self.client.get("/concordance/?q=harbor&by=left")
            self.assertEqual(read.call_count, 2)
        self.assertNotContains(page, "01BERLIN900001")

    def test_pages_have_all_lines_once(self):
        for number in range(30):
            make_cable(f"05BERLIN9001{number:02}", body=f"1. A harbor, the {number}th.")
        forget_counts()
        places = re.compile(r", the (\d+)th\.</span>")
        pages = [self.client.get(f"/concordance/?q=harbor&page={n}") for n in (1, 2)]
        seen = [int(each) for page in pages for each in places.findall(page.content.decode())]
        self.assertEqual(sorted(seen), list(range(30)))
        for page, told in zip(pages, ((1, 20), (21, 33)), strict=True):
            shown = page.content.decode().count("<mark>")
            self.assertContains(page, f"{shown} places in cables {told[0]} to {told[1]}</span>")

    def test_what_cannot_be_shown_says_so(self):
        for query, words in (
            ("", "Every place where the words stand"),
            ("q=zebra", "Nothing was found"),
            ("q=harbor&origin=nowhere", "is left out"),
        ):
            with self.subTest(query):
                self.assertContains(self.client.get(f"/concordance/?{query}"), words)
        self.assertEqual(self.client.get("/concordance.csv?q=harbor&tag=NO").status_code, 400)

    def test_a_page_of_results_leads_there_and_back(self):
        page = self.client.get("/search/?q=harbor&origin=embassy-lima")
        address = "/concordance/?q=harbor&amp;origin=embassy-lima"
        self.assertContains(page, f'href="{address}"')
        self.assertContains(page, 'href="/words/?q=harbor&amp;origin=embassy-lima"')
        back = self.client.get("/concordance/?q=harbor&origin=embassy-lima")
        self.assertContains(back, 'href="/search/?q=harbor&amp;origin=embassy-lima"')
