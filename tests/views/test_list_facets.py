"""Lists answer like searches: words within them, facets with several values, years, CSV."""

import csv
from dataclasses import replace
from io import StringIO
from unittest.mock import patch

from django.core.cache import cache

from cables.models import Collection, Country, Origin, Tag
from cables.search.index_selection import Selection, published_cables
from cables.search_index.reader import IndexNotReady
from tests.builders import CREATED, forget_counts, make_cable, withhold
from tests.slow import some
from tests.views.pages import PageTestCase, text_of

ROWS = "//table[contains(@class, 'list')]/tbody//th"
LISTS = (
    *("/tag/EFIS/", "/origin/embassy-lima/", "/country/atlantis/", "/created/2006/03/"),
    *("/released/2012/03/05/", "/classification/secret/", "/volume/frus2004v1/"),
    *("/volume/frus2004v1/ch1/", "/collection/port/", "/caption/SIPDIS/", "/mark/SBU/"),
)


class ListsTestCase(PageTestCase):
    @classmethod
    def setUpTestData(cls):
        Tag.objects.create(code="EFIS", kind="subject", label="Fisheries")
        Collection.objects.create(name="Cables of the port", slug="port")
        country = Country.objects.create(iso2="XA", name="Atlantis", slug="atlantis")
        for name in ("Embassy Lima", "Consulate Ica"):
            Origin.objects.filter(pk=make_cable(f"05X{len(name)}", origin=name).origin_id).update(
                country=country
            )
        number = 900_000
        for year in (1994, 2006, 2007):
            for origin, classification, tags in (
                ("Embassy Berlin", "SECRET", ["EFIS"]),
                ("Embassy Lima", "UNCLASSIFIED", ["EFIS", "EAGR"]),
                ("Consulate Ica", "CONFIDENTIAL", ["EAGR", "ETRD"]),
                ("Embassy Lima", "SECRET", ["EFIS", "ETRD"]),
            ):
                number += 1
                make_cable(
                    f"{year % 100:02}X{number}",
                    origin=origin,
                    classification=classification,
                    tags=tags,
                    created=CREATED.replace(year=year),
                    captions=["SIPDIS", *(["NODIS"] if number % 2 else [])],
                    marks=["SBU", "C"],
                    collections=["port"],
                    labels=["volume:frus2004v1", "volume:frus2004v1/ch1"],
                    subject=f"FEES {number}",
                    body="1. Zebra." if number % 3 else "1. Walrus.",
                )
        forget_counts()


class FacetTests(ListsTestCase):
    def test_a_count_is_the_number_of_cables_of_its_link(self):
        for address in (
            *LISTS,
            "/tag/EFIS/?q=zebra",
            "/tag/EFIS/?classification=secret&classification=unclassified",
            "/collection/port/?tag=EFIS&tag=ETRD&origin=embassy-lima",
            "/country/atlantis/?created_after=2006-01-01&created_before=2006-12-31&q=zebra",
        ):
            tree = self.tree(address)
            links = tree.xpath("//aside//a[data]")
            self.assertTrue(links, address)
            for link in some(links, 3):
                with self.subTest(address, link=text_of(link)):
                    said = int(link.find("data").get("value"))
                    self.assertEqual(self.total(link.get("href")), said)

    def test_a_list_does_not_offer_what_all_its_cables_have(self):
        for address, own in (
            ("/tag/EFIS/", "tag EFIS, Fisheries"),
            ("/origin/embassy-lima/", "origin Embassy Lima"),
            ("/caption/SIPDIS/", "caption SIPDIS"),
        ):
            with self.subTest(address):
                self.assertFalse(self.tree(address).xpath(f"//aside//*[@aria-label='{own}']"))

    def test_values_of_a_facet_are_alternatives_and_facets_are_not(self):
        both = self.total("/tag/EFIS/?origin=embassy-lima&origin=embassy-berlin")
        self.assertEqual(both, 9)
        self.assertEqual(self.total("/collection/port/?tag=EFIS"), 9)
        self.assertEqual(self.total("/collection/port/?tag=ETRD"), 6)
        self.assertEqual(self.total("/collection/port/?tag=EFIS&tag=ETRD"), 12)
        self.assertEqual(self.total("/search/?tag=EFIS&tag=ETRD&q=zebra"), 8)
        self.assertEqual(self.total("/search/?q=tag:EFIS+tag:ETRD"), 3)
        for name, values in (("caption", "SIPDIS NODIS"), ("mark", "SBU C"), ("volume", "")):
            one, _, other = values.partition(" ")
            query = f"{name}={one}&{name}={other}" if values else "volume=frus2004v1"
            with self.subTest(name):
                self.assertEqual(self.total(f"/tag/EFIS/?{query}"), 9)
        chapters = "volume=frus2004v1&volume=frus2004v1/ch1"
        self.assertEqual(self.total(f"/collection/port/?{chapters}"), 12)

    def test_ticked_boxes_are_sent_together_with_what_is_chosen_already(self):
        tree = self.tree("/tag/EFIS/?classification=secret&mark=C&sort=created&cites=yes")
        (form,) = (form for form in tree.forms if form.getparent().tag == "aside")
        sent = dict.fromkeys(form.form_values())
        self.assertIn(("classification", "secret"), sent)
        self.assertIn(("mark", "C"), sent)
        self.assertIn(("sort", "created"), sent)
        self.assertEqual([name for name, _ in form.form_values()].count("cites"), 1)
        tree = self.tree("/tag/EFIS/?classification=secret")
        (form,) = (form for form in tree.forms if form.getparent().tag == "aside")
        (box,) = form.xpath(".//input[@value='unclassified']")
        box.set("checked", "checked")
        response = self.client.get(form.action, form.form_values(), follow=True)
        self.assertContains(response, "<b>9 of 9 cables</b>", html=True)

    def test_a_withheld_cable_is_counted_no_more(self):
        cable = make_cable("06OSLO900001", origin="Embassy Oslo", tags=["EFIS", "KTOY"])
        self.assertIn("Embassy Oslo", text_of(self.tree("/tag/EFIS/").xpath("//aside")[0]))
        withhold(cable)
        shown = text_of(self.tree("/tag/EFIS/").xpath("//aside")[0])
        self.assertNotIn("Embassy Oslo", shown)
        self.assertNotIn("KTOY", shown)

    def test_cables_that_the_index_does_not_have_yet_are_counted(self):
        made = {"origin": "Embassy Lima", "tags": ["EFIS", "FISHER, ANN"], "marks": ["SBU"]}
        cable = make_cable("06OSLO900001", **made)

        def behind():
            snapshot = published_cables().snapshot
            return Selection(replace(snapshot, left_out=(cable.pk,), counts_of_all={}))

        complete = self.tree("/tag/EFIS/")
        cache.clear()
        with patch("cables.search.run_search.published_cables", behind):
            shown = self.tree("/tag/EFIS/")
        for path in ("//aside", "//figure"):
            with self.subTest(path):
                self.assertEqual(text_of(shown.xpath(path)[0]), text_of(complete.xpath(path)[0]))

    def test_without_an_index_a_list_is_narrowed_by_its_form(self):
        with (
            patch("cables.search.run_search.published_cables", side_effect=IndexNotReady),
            patch("cables.search.run_search.published_cables", side_effect=IndexNotReady),
        ):
            tree = self.tree("/tag/EFIS/?classification=secret")
            self.assertEqual(len(tree.xpath("//tbody/tr")), 6)
            self.assertFalse(tree.xpath("//aside[@class='facets']"))
            self.assertTrue(tree.xpath("//details[@class='narrow']//select[@name='origin']"))
            self.assertEqual(self.client.get("/tag/EFIS/?q=zebra").status_code, 503)


class WordTests(ListsTestCase):
    def test_words_are_looked_for_within_each_list(self):
        for address in LISTS:
            with self.subTest(address):
                whole = self.total(address)
                zebras = self.total(f"{address}?q=zebra")
                self.assertTrue(0 < zebras < whole)
                shown = self.tree(f"{address}?q=zebra")
                self.assertIn("Zebra", text_of(shown.xpath("//ol[@class='results']//mark")[0]))
                self.assertEqual(len(shown.xpath("//ol[@class='results']/li")), zebras)

    def test_words_that_no_cable_of_the_list_has_lead_to_all_cables(self):
        make_cable("06OSLO900001", body="1. Okapi.")
        tree = self.tree("/tag/EFIS/?q=okapi")
        self.assertEqual(
            tree.xpath("//main//a[text()='Search the whole archive']/@href")[0], "/search/?q=okapi"
        )
        named = text_of(self.tree("/tag/EFIS/?q=kind:x"))
        self.assertIn("kind: is looked for as a word here: choose the filter", named)

    def test_every_form_has_the_words_and_the_filters(self):
        address = "/tag/EFIS{}?q=zebra&classification=secret&sort=reference"
        found = [
            each.text for each in self.tree(address.format("/")).xpath("//ol[@class='results']//b")
        ]
        self.assertEqual(len(found), 4)
        rows = self.client.get(address.format(".csv")).getvalue().decode()
        self.assertEqual([row["reference"] for row in csv.DictReader(StringIO(rows))], found)
        feed = self.client.get(address.format(".atom")).content.decode()
        self.assertEqual(feed.count("<entry>"), 4)
        self.assertIn("Fisheries (EFIS), “zebra”, classification SECRET", feed)
        read, here = [], f"{address.format('.json')}&limit=3"
        while here:
            said = self.client.get(here).json()
            read += [cable["reference"] for cable in said["cables"]]
            here = said["next"]
        self.assertEqual(read, found)


class SpreadsheetTests(ListsTestCase):
    def test_each_list_is_a_spreadsheet_in_the_order_of_the_page(self):
        for address in LISTS:
            for query in ("", "?sort=reference&classification=secret"):
                tree = self.tree(f"{address}{query}")
                (link,) = tree.xpath("//a[@type='text/csv']/@href")
                with self.subTest(link):
                    rows = self.client.get(link).getvalue().decode()
                    self.assertEqual(
                        [row["reference"] for row in csv.DictReader(StringIO(rows))],
                        [row.text for row in tree.xpath(ROWS)],
                    )

    def test_the_json_link_of_a_narrowed_list_has_the_same_cables(self):
        for address in LISTS:
            with self.subTest(address):
                tree = self.tree(f"{address}?classification=secret")
                (link,) = tree.xpath("//p[@class='forms']/a[@type='application/json']/@href")
                read = [cable["reference"] for cable in self.client.get(link).json()["cables"]]
                shown = [row.text for row in tree.xpath(ROWS)]
                self.assertEqual(sorted(read), sorted(shown))

    def test_an_invalid_filter_gives_no_file(self):
        self.assertContains(
            self.client.get("/tag/EFIS.csv?tag=NONE"), "Tag is left out", status_code=400
        )


class YearTests(ListsTestCase):
    def test_the_bars_of_a_list_lead_to_its_years(self):
        bars = self.tree("/tag/EFIS/").xpath("//main//figure//svg//a")
        self.assertEqual(
            [bar.get("aria-label") for bar in bars],
            [f"{year}: 3 cables" for year in (1994, 2006, 2007)],
        )
        for bar in bars:
            self.assertEqual(self.total(bar.get("href")), 3)

    def test_years_stand_once_in_the_chart(self):
        tree = self.tree("/tag/EFIS/?origin=embassy-lima")
        self.assertNotIn("Year created", text_of(tree.find_class("facets")[0]))
        form = tree.get_element_by_id("main").xpath(".//form[@class='years']")[0]
        self.assertIn(("origin", "embassy-lima"), form.form_values())
        chosen = self.tree("/tag/EFIS/?origin=embassy-lima&created_after=2000-01-01")
        bars = [bar.get("aria-label") for bar in chosen.xpath("//main//figure//svg//a")]
        self.assertEqual(bars, ["March 2006: 2 cables", "March 2007: 2 cables"])
