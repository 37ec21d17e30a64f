"""Words over time: numbers that are those of searches, and what a reader sees of them."""

import csv
from datetime import UTC, datetime

from lxml import etree

from cables.models import Cable
from tests.base import TestCase
from tests.builders import forget_counts, make_cable, withhold

YEARS = {2001: "The harbor fees rose.", 2002: "The harbor is closed.", 2004: "Fees again."}


class WordsOverTimeTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        for year, body in YEARS.items():
            for number, origin in enumerate(("Embassy Lima", "Embassy Berlin")):
                made = {
                    "created": datetime(year, 3 + number, 5, tzinfo=UTC),
                    "origin": origin,
                    "subject": "Ships",
                }
                make_cable(f"{year % 100:02}BERLIN90000{number}", body=f"1. {body}", **made)
        forget_counts()

    def rows(self, query):
        response = self.client.get(f"/words.csv?{query}")
        return list(csv.DictReader(response.getvalue().decode().splitlines()))

    def test_each_number_is_that_of_the_search_it_leads_to(self):
        queries = (
            "q=harbor&q=fees",
            "q=harbor+fees&origin=embassy-lima",
            "q=from:lima+fees&by=month",
            "q=harbor+after+March+2001",
            "q=harbor&created_after=2002-01-01",
        )
        for query in queries:
            answer = self.client.get(f"/words.json?{query}").json()
            for question in answer["questions"]:
                found = [each for each in question["counts"] if each["search"]]
                with self.subTest(query, question=question["question"]):
                    self.assertTrue(found)
                    self.assertEqual(sum(each["cables"] for each in found), question["total"])
                    for each in found:
                        page = self.client.get(each["search"].replace("/search/", "/search.json"))
                        self.assertEqual(page.json()["total"], each["cables"])

    def test_a_question_that_is_read_says_how(self):
        page = self.client.get("/words/?q=harbor+after+March+2001&q=fees")
        self.assertContains(page, "harbor after March 2001: read as harbor after March 2001.")
        self.assertNotContains(page, "fees: read as")

    def test_counts_and_shares_are_of_the_filters(self):
        rows = self.rows("q=harbor&origin=embassy-lima")
        counted = {(row["from"][:4], row["cables"], row["of all cables"]) for row in rows}
        self.assertEqual(counted, {("2001", "1", "1"), ("2002", "1", "1"), ("2004", "0", "1")})

    def test_per_million_words_counts_the_words_of_all_texts(self):
        for query, number in (("q=harbor", 2), ("q=harbor&origin=embassy-lima", 1)):
            rows = {row["from"][:4]: row for row in self.rows(query)}
            for year, body in YEARS.items():
                with self.subTest(query, year=year):
                    words = number * len(f"Ships 1. {body}".split())
                    row = rows[str(year)]
                    self.assertEqual(row["words of all cables"], str(words))
                    per_million = int(row["cables"]) * 1_000_000 / words
                    self.assertAlmostEqual(float(row["per million words"]), per_million, places=5)
        page = self.client.get("/words/?q=harbor&show=words")
        self.assertContains(page, "166,666.7")
        self.assertContains(page, "<b>Cables per million words</b>", html=True)

    def test_words_of_what_is_withheld_are_not_counted(self):
        withhold(Cable.objects.get(reference="01BERLIN900000"))
        words = [row["words of all cables"] for row in self.rows("q=harbor")]
        self.assertEqual(words, ["6", "12", "8"])

    def test_the_page_shows_lines_gaps_and_every_number(self):
        page = self.client.get("/words/?q=harbor&q=fees&q=harbor")
        self.assertContains(page, 'class="dot"', count=4)  # 2003 has no cable at all.
        self.assertContains(page, '<td class="num"><a href=', count=6)
        self.assertContains(page, 'name="robots" content="noindex')
        for left in ("show=cables", "by=month"):
            self.assertEqual(self.client.get(f"/words/?q=harbor&{left}").status_code, 200)

    def test_a_share_of_very_few_is_not_drawn(self):
        """One cable of one year would be the peak of the chart."""
        for number in range(100):
            make_cable(f"05BERLIN9001{number:02}", created=datetime(2005, 1, 1, tzinfo=UTC))
        forget_counts()
        told = "A year with fewer than 3 cables is not drawn"
        for show, drawn in (("", False), ("words", False), ("cables", True)):
            with self.subTest(show):
                page = self.client.get(f"/words/?q=harbor&show={show}").content.decode()
                self.assertEqual(page.count("2001: 2 of 2"), int(drawn))
                self.assertEqual(told in page, not drawn)
                self.assertLess(page.index("not how often"), page.index("<table"))

    def test_the_picture_is_whole_xml_without_styles(self):
        picture = self.client.get('/words.svg?q=harbor&q=<b>"%26&show=cables')
        self.assertEqual(picture["Content-Type"], "image/svg+xml")
        root = etree.fromstring(picture.content)
        names = {each.tag.rpartition("}")[2] for each in root.iter()}
        drawn = {"svg", "title", "rect", "text", "g", "line", "path", "circle"}
        self.assertLessEqual(names, drawn)

    def test_a_file_is_refused_where_a_page_says_what_it_leaves_out(self):
        for form in ("csv", "json", "svg"):
            with self.subTest(form):
                response = self.client.get(f"/words.{form}?q=harbor&origin=nowhere")
                self.assertEqual(response.status_code, 400)
        self.assertContains(self.client.get("/words/?q=harbor&origin=nowhere"), "is left out")

    def test_at_most_six_questions_and_ten_years_of_months(self):
        many = "&".join(f"q=harbor+{'fees ' * number}" for number in range(8))
        self.assertEqual(len(self.client.get(f"/words.json?{many}").json()["questions"]), 6)
        make_cable("80BERLIN900001", created=datetime(1980, 1, 1, tzinfo=UTC), body="1. Harbor.")
        forget_counts()
        page = self.client.get("/words/?q=harbor&by=month")
        self.assertContains(page, "choose at most 10 years")

    def test_of_what_no_month_is_known_is_told_where_months_are_counted(self):
        created = datetime(2006, 1, 1, tzinfo=UTC)
        make_cable("06LIMA900001", created=created, created_precision="year", body="1. Harbor.")
        forget_counts()
        note = "Of 1 of all these only the year is known"
        self.assertContains(self.client.get("/words/?q=harbor&created_after=2006&by=month"), note)
        self.assertNotContains(self.client.get("/words/?q=harbor&created_after=2006"), note)

    def test_what_is_withheld_is_neither_counted_nor_part_of_a_share(self):
        withhold(Cable.objects.get(reference="01BERLIN900000"), "A witness is named in it.")
        rows = self.rows("q=harbor")
        self.assertEqual([row["cables"] for row in rows], ["1", "2", "0"])
        self.assertEqual([row["of all cables"] for row in rows], ["1", "2", "2"])

    def test_without_a_question_it_says_what_to_do(self):
        self.assertContains(self.client.get("/words/"), "each becomes a line")

    def test_a_filter_is_removed_without_losing_the_words(self):
        page = self.client.get("/words/?q=harbor&q=fees&origin=embassy-lima&show=cables")
        self.assertContains(page, 'href="/words/?q=harbor&amp;q=fees&amp;show=cables"')
