"""Suggestions while one types: what is found, from which letters, and nothing that is withheld."""

from dataclasses import replace
from datetime import UTC, datetime
from unittest.mock import patch

from lxml import html

from cables.loader import load
from cables.models import Country, Origin, Tag
from cables.search.index_selection import Selection, published_cables
from cables.search_index.reader import IndexNotReady
from tests.base import TestCase
from tests.builders import forget_counts, make_cable, withhold
from tests.paths import DATA

# What is typed -> the address that is suggested among others.
SUGGESTED = {
    "emb": "/origin/embassy-saigon/",
    "embassy sai": "/origin/embassy-saigon/",
    "SAIG": "/place/saigon/",
    "ho chi m": "/place/saigon/",
    "viet": "/country/vietnam/",
    "Viet-N": "/country/vietnam/",
    "fish": "/tag/EFIS/",
    "efi": "/tag/EFIS/",
    "niac": "/glossary/NIACT/",
    "eyes on": "/glossary/EYES-ONLY/",
    "night": "/glossary/NIACT/",
    "63sai": "/cable/63SAIGON900001/",
    "63 Saigon 9000": "/cable/63SAIGON900001/",
    "gene": "/search/?q=generals",
    "coup gene": "/search/?q=coup+generals",
}
NOTHING = ("", "s", " ", "zzzz", "63", "%", "\x00", "secretl", "63quet", "quetz", "(", "a" * 5_000)


class SuggestionsTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        vietnam = Country.objects.create(iso2="VN", name="Vietnam", slug="vietnam")
        Tag.objects.create(code="EFIS", kind="subject", label="Fisheries")
        made = {"created": datetime(1963, 10, 25, tzinfo=UTC), "tags": ["EFIS"]}
        body = "1. Generals plan a coup."
        make_cable("63SAIGON900001", origin="Embassy Saigon", subject="A COUP", body=body, **made)
        Origin.objects.filter(name="Embassy Saigon").update(
            kind="Embassy", city="Saigon", country=vietnam
        )
        hidden = make_cable(
            *("63QUETZAL900001",),
            **made | {"origin": "Embassy Quetzal", "tags": ["SECRETLYTAG"]},
            body="1. Secretly.",
        )
        withhold(hidden)
        forget_counts()

    def suggested(self, typed):
        """Return {address: label} of all suggestions for a text."""
        groups = self.client.get("/suggest.json", {"q": typed}).json()["groups"]
        return {each["address"]: each["label"] for group in groups for each in group["suggestions"]}

    def test_lists_cables_terms_and_words_are_suggested(self):
        for typed, address in SUGGESTED.items():
            with self.subTest(typed):
                self.assertIn(address, self.suggested(typed))

    def test_nothing_is_suggested_for_what_nothing_begins_with_or_what_is_withheld(self):
        for typed in NOTHING:
            with self.subTest(typed):
                self.assertEqual(self.suggested(typed), {})

    def test_an_index_that_is_behind_suggests_no_words_of_what_it_must_leave_out(self):
        cable = make_cable("63SAIGON900002", origin="Embassy Saigon", body="1. Quetzals nest.")
        self.assertIn("/search/?q=quetzals", self.suggested("quetz"))
        snapshot = replace(published_cables().snapshot, left_out=(cable.pk,), counts_of_all={})
        with patch("cables.search.suggestions.published_cables", lambda: Selection(snapshot)):
            self.assertEqual(self.suggested("quetz "), {})
            self.assertEqual(self.suggested("quetz"), {})

    def test_a_suggestion_says_what_it_is(self):
        groups = self.client.get("/suggest.json?q=saigon").json()["groups"]
        self.assertEqual([group["heading"] for group in groups], ["Origins", "Places"])
        place = groups[1]["suggestions"][0]
        expected = {"label": "Saigon", "detail": "Vietnam, 1 cable", "address": "/place/saigon/"}
        self.assertEqual(place, expected)

    def test_a_cable_is_suggested_with_its_title(self):
        made = {"origin": "Embassy Saigon", "created": datetime(1963, 10, 25, tzinfo=UTC)}
        make_cable("63SAIGON900003", subject="", body="1. It is quiet.", **made)
        groups = self.client.get("/suggest.json?q=63saigon9").json()["groups"]
        self.assertEqual(
            [each["detail"] for each in groups[0]["suggestions"]],
            ["A Coup", "Telegram 900003, Embassy Saigon to Department of State, 25 October 1963"],
        )

    def test_a_volume_is_suggested_by_a_word_of_its_title(self):
        load(DATA / "frus1955-57v99.xml", everything=True, collection="frus")
        forget_counts()
        self.assertIn("/volume/frus1955-57v99/", self.suggested("volume xcix"))

    def test_they_are_a_page_too(self):
        tree = html.fromstring(self.client.get("/suggest/?q=saigon").content)
        self.assertIn("/place/saigon/", tree.xpath("//main//a/@href"))
        self.assertIn("/search/?q=saigon", tree.xpath("//main//a/@href"))

    def test_nothing_is_suggested_while_the_index_is_being_built(self):
        with patch("cables.views.list_pages.search_hints.suggestions", side_effect=IndexNotReady):
            self.assertEqual(self.suggested("saigon"), {})
            response = self.client.get("/suggest.json?q=saigon")
        self.assertEqual(response["Cache-Control"], "private, no-store")

    def test_every_search_box_asks_for_them(self):
        tree = html.fromstring(self.client.get("/").content)
        boxes = tree.xpath("//input[@type='search']")
        self.assertEqual({box.get("data-suggest") for box in boxes}, {"/suggest.json"})
