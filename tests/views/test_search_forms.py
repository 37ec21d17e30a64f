"""Search results as a feed, JSON and CSV; the OpenSearch description."""

import csv
import json
from datetime import date
from io import StringIO
from unittest.mock import patch

from lxml import etree, html

from cables.api.serializers import COLUMNS, safe_cell
from tests.base import TestCase
from tests.builders import make_cable, make_cables

ATOM = {"a": "http://www.w3.org/2005/Atom"}
SEARCH = {"o": "http://a9.com/-/spec/opensearch/1.1/"}
BODY = "1. (U) The harbor <and port> raised its fees.\n\n2. (U) Ships complained & left."


class FormsTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        made = {"tags": ["EFIS", "FISHER, ANN", "EAGR"], "body": BODY}
        make_cable(subject='FEES, "NEW"', **made)
        make_cable("06LIMA900001", origin="Embassy Lima", subject="=CMD()", body=BODY)


class CsvTests(FormsTestCase):
    def rows(self, address):
        response = self.client.get(address)
        self.assertEqual(response["Content-Type"], "text/csv; charset=utf-8")
        self.assertIn("attachment", response["Content-Disposition"])
        return list(csv.DictReader(StringIO(response.getvalue().decode(), newline="")))

    def test_a_row_for_each_cable(self):
        rows = self.rows("/search.csv?q=fees&origin=embassy-berlin")
        self.assertEqual(list(rows[0]), list(COLUMNS))
        self.assertEqual(
            list(rows[0].values()),
            [
                *("06BERLIN900001", 'Fees, "New"', 'FEES, "NEW"', ""),
                *("2006-03-14T09:26Z", "2012-03-05"),
                *("UNCLASSIFIED", "Embassy Berlin", "EFIS; EAGR"),
                "http://testserver/cable/06BERLIN900001/",
            ],
        )

    def test_no_cell_is_a_formula(self):
        (row,) = self.rows("/search.csv?origin=embassy-lima")
        self.assertEqual(row["subject"], "'=CMD()")
        for sign in ("=", "+", "-", "@", "\t", "\r"):
            self.assertEqual(safe_cell(f"{sign}1"), f"'{sign}1")
        self.assertEqual(safe_cell("1=1"), "1=1")

    def test_csv_has_all_results_in_the_order_of_the_page(self):
        make_cables([f"07LIMA9{n:05}" for n in range(60)], body="1. Zebra.")
        rows = self.rows("/search.csv?q=zebra&sort=-reference")
        found = [row["reference"] for row in rows]
        self.assertEqual(found, [f"07LIMA9{n:05}" for n in reversed(range(60))])

    def test_rows_are_read_while_the_file_is_sent(self):
        with patch("cables.views.list_pages.paging.BATCH", 1):
            rows = self.rows("/search.csv?q=fees&sort=reference")
        self.assertEqual([row["reference"] for row in rows], ["06BERLIN900001", "06LIMA900001"])

    def test_an_invalid_filter_gives_no_file(self):
        for form in ("csv", "atom"):
            with self.subTest(form):
                response = self.client.get(f"/search.{form}?q=fees&tag=NONE")
                self.assertContains(
                    response, "Tag is left out: nothing published here", status_code=400
                )

    def test_csv_without_results_has_only_the_heading(self):
        self.assertEqual(self.rows("/search.csv?q=zebra"), [])


class JsonTests(FormsTestCase):
    def said(self, address):
        response = self.client.get(address)
        self.assertEqual(response["Content-Type"], "application/json")
        return json.loads(response.content)

    def test_json_has_what_the_page_shows(self):
        said = self.said("/search.json?q=harbor&origin=embassy-berlin&tag=NONE")
        self.assertEqual((said["question"], said["total"], said["page"]), ("harbor", 1, 1))
        self.assertEqual(len(said["notes"]), 1)
        (result,) = said["results"]
        self.assertEqual(result["tags"], ["EFIS", "EAGR"])
        cable = "http://testserver/cable/06BERLIN900001/"
        self.assertEqual(result["address"], cable)
        self.assertEqual(
            result["excerpts"],
            [{"address": f"{cable}#par1", "text": "(U) The harbor <and port> raised its fees."}],
        )
        self.assertEqual(said["years"], {"2006": 1})
        self.assertEqual(
            said["facets"]["origin"],
            [
                {"value": "embassy-berlin", "label": "Embassy Berlin", "cables": 1},
                {"value": "embassy-lima", "label": "Embassy Lima", "cables": 1},
            ],
        )

    def test_json_links_to_the_next_portion(self):
        make_cables([f"07LIMA9{n:05}" for n in range(45)], body="1. Zebra.")
        address, found = "/search.json?q=zebra", []
        while address:
            said = self.said(address)
            found += [result["reference"] for result in said["results"]]
            address = said["next"]
        self.assertEqual(len(set(found)), 45)


class FeedTests(FormsTestCase):
    def test_the_feed_has_the_latest_first(self):
        make_cable("07LIMA900001", body=BODY, released=date(2013, 1, 1))
        feed = etree.fromstring(self.client.get("/search.atom?q=fees&sort=created").content)
        ids = feed.xpath("a:entry/a:id/text()", namespaces=ATOM)
        self.assertEqual(len(ids), 3)
        self.assertIn("07LIMA900001", ids[0])
        self.assertEqual(
            feed.xpath("a:title/text()", namespaces=ATOM), ["Cable Reading Room: “fees”"]
        )
        here = "http://testserver/search.atom?q=fees"
        self.assertEqual(feed.xpath("a:id/text()", namespaces=ATOM), [here])

    def test_the_page_links_to_the_feed(self):
        tree = html.fromstring(self.client.get("/search/?q=fees&tag=EFIS&sort=created").content)
        (address,) = tree.xpath("//link[@rel='alternate']/@href")
        self.assertEqual(address, "/search.atom?q=fees&tag=EFIS")
        self.assertEqual(self.client.get(address).status_code, 200)

    def test_is_unchanged_until_the_archive_changes(self):
        first = self.client.get("/search.atom?q=fees")
        same = self.client.get("/search.atom?q=fees", headers={"If-None-Match": first["ETag"]})
        self.assertEqual(same.status_code, 304)


class OpenSearchTests(FormsTestCase):
    def test_pages_link_to_the_opensearch_description(self):
        tree = html.fromstring(self.client.get("/").content)
        (address,) = tree.xpath("//link[@rel='search']/@href")
        response = self.client.get(address)
        self.assertEqual(response["Content-Type"], "application/opensearchdescription+xml")
        told = etree.fromstring(response.content)
        templates = told.xpath("o:Url/@template", namespaces=SEARCH)
        self.assertEqual(
            templates[0], "http://testserver/search/?q={searchTerms}&page={startPage?}"
        )
        self.assertLessEqual(len(told.xpath("string(o:ShortName)", namespaces=SEARCH)), 16)
        for template in templates[:3]:
            filled = template.replace("{searchTerms}", "fees").replace("{startPage?}", "")
            response = self.client.get(filled.removeprefix("http://testserver"), follow=True)
            self.assertEqual(response.status_code, 200)

    def test_every_page_has_a_search_field(self):
        for address in ("/", "/search/", "/tag/", "/cable/06BERLIN900001/", "/nowhere/"):
            with self.subTest(address):
                tree = html.fromstring(self.client.get(address).content)
                where = "main" if address in ("/", "/search/") else "header"
                (box,) = tree.xpath(f"//{where}//form[@role='search'][@action='/search/']//input")
                self.assertEqual((box.get("name"), box.get("maxlength")), ("q", "2000"))
