"""JSON lists: portions that are consistent while the archive changes, errors, CORS."""

from datetime import date, timedelta
from itertools import count
from unittest.mock import patch

from cables.models import Cable
from cables.models.querysets import ORDERS
from tests.base import TestCase
from tests.builders import (
    CREATED,
    RELEASED,
    forget_counts,
    make_cable,
    make_cables,
    publish,
    withhold,
)

PROBLEM = "application/problem+json"


def make_archive():
    """Store cables that share days of release, moments of sending, and both."""
    for number in range(12):
        make_cable(
            f"06BERLIN9{number:05}",
            released=RELEASED + timedelta(days=number % 3),
            created=CREATED + timedelta(hours=number % 4),
            tags=["EFIS"],
            body="1. Zebra.",
        )


class PortionTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_archive()

    def walk(self, address, between=lambda: None, times=99):
        """Return the references of all portions, in order.

        Behind each of the first so many, something happens.
        """
        found = []
        while address:
            said = self.client.get(address).json()
            found += [row["reference"] for row in said.get("cables", said.get("results"))]
            address = said["next"]
            if times > 0:
                between()
            times -= 1
        return found

    def test_portions_together_are_the_list_in_each_order(self):
        for path, order in ((p, o) for p in ("/cable.json", "/tag/EFIS.json") for o in ORDERS):
            with self.subTest(path, order=order):
                listed = Cable.objects.order_by(*ORDERS[order]).values_list("reference", flat=True)
                for limit in (1, 5, 12):
                    found = self.walk(f"{path}?sort={order}&limit={limit}")
                    self.assertEqual(found, list(listed))

    def test_no_cable_is_skipped_or_repeated_when_others_are_added(self):
        """New ones stand before, among and behind those that a program was given."""
        before = {f"06BERLIN9{number:05}" for number in range(12)}
        added = count()

        def add():
            for days in (-9, 0, 9):
                number, later = next(added), timedelta(days=days)
                moved = {"released": RELEASED + later, "created": CREATED + later}
                make_cable(f"0{5 + number % 3}BERLIN8{number:05}", tags=["EFIS"], **moved)

        for order in ORDERS:
            for path in ("/cable.json", "/tag/EFIS.json"):
                with self.subTest(path, order=order):
                    found = self.walk(f"{path}?sort={order}&limit=5", add, times=4)
                    self.assertEqual(len(found), len(set(found)))
                    self.assertLessEqual(before, set(found))
                    Cable.objects.exclude(reference__in=before).delete()
                    forget_counts()

    def test_the_last_cable_of_a_portion_may_be_withheld_meanwhile(self):
        for order in ORDERS:
            with self.subTest(order):
                first = self.client.get(f"/cable.json?sort={order}&limit=4").json()
                last = Cable.objects.get(reference=first["cables"][-1]["reference"])
                withhold(last, "A witness is named in it.")
                found = [row["reference"] for row in first["cables"]] + self.walk(first["next"])
                self.assertEqual((len(found), len(set(found))), (12, 12))
                publish(last)
                forget_counts()

    def test_portions_of_a_search(self):
        make_cables([f"07LIMA9{number:05}" for number in range(40)], body="1. Zebra.")
        added = count()

        def add():
            fresh = f"08ROME9{next(added):05}"
            make_cable(fresh, body="1. Zebra.", released=date(2020, 1, 1))

        for order in (*ORDERS, "relevance"):
            with self.subTest(order):
                found = self.walk(f"/search.json?q=zebra&sort={order}", add)
                self.assertEqual(len(found), len(set(found)))
                self.assertEqual(len([each for each in found if each[:2] != "08"]), 52)
                Cable.objects.filter(reference__startswith="08").delete()
                forget_counts()

    def test_a_search_continues_after_a_cable_withheld_meanwhile(self):
        make_cables([f"07LIMA9{number:05}" for number in range(40)], body="1. Zebra.")
        for order in (*ORDERS, "relevance"):
            with self.subTest(order):
                first = self.client.get(f"/search.json?q=zebra&sort={order}").json()
                last = Cable.objects.get(reference=first["results"][-1]["reference"])
                withhold(last, "A witness is named in it.")
                forget_counts()
                found = [row["reference"] for row in first["results"]]
                found += self.walk(first["next"])
                self.assertEqual(len(found), len(set(found)))
                if order != "relevance":
                    self.assertEqual(len(found), 52)
                publish(last)
                forget_counts()

    def test_only_the_first_portion_has_the_total(self):
        for query, total in (("", 12), ("&created_after=2006-03-15", 0), ("&tag=EFIS", 12)):
            said = self.client.get(f"/cable.json?limit=5{query}").json()
            self.assertEqual(said["total"], total)
        first = self.client.get("/tag/EFIS.json?limit=5").json()
        self.assertNotIn("total", self.client.get(first["next"]).json())

    def test_the_number_of_queries_is_fixed(self):
        """State and glossary; then at most three parts of an index, and the rows."""
        address = self.client.get("/tag/EFIS.json?limit=5").json()["next"]
        self.client.get(address)
        for asked, most in (("/tag/EFIS.json?limit=5", 3), (address, 5)):
            with self.subTest(asked), self.assertNumQueries(most):
                self.client.get(asked)


class ListsTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable(tags=["UNGA/C-6", "FISHER, ANN"], captions=["SIPDIS"], marks=["C//NF"])

    def test_each_entry_links_to_its_page_and_data(self):
        for kind, value in {
            "released": "2012-03-05",
            "created": "2006-03",
            "origin": "embassy-berlin",
            "tag": "UNGA/C-6",
            "classification": "unclassified",
            "caption": "SIPDIS",
            "mark": "C//NF",
        }.items():
            with self.subTest(kind):
                (said,) = self.client.get(f"/{kind}.json").json()["lists"]
                self.assertEqual((said["value"], said["cables"]), (value, 1))
                self.assertEqual(self.client.get(said["address"]).status_code, 200)
                data = self.client.get(said["data"]).json()
                self.assertEqual(data["cables"][0]["reference"], "06BERLIN900001")
                self.assertContains(
                    self.client.get(said["address"]), 'type="application/json" title="'
                )

    def test_a_lower_case_code_redirects_to_the_same_form(self):
        self.assertRedirects(self.client.get("/tag/unga/c-6.json"), "/tag/UNGA/C-6.json", 301)
        self.assertRedirects(self.client.get("/caption/sipdis.json"), "/caption/SIPDIS.json", 301)


class ProblemTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cable = make_cable()

    def test_every_error_is_a_problem(self):
        withhold(self.cable, "A witness is named in it.")
        for address, status, sentence in (
            ("/nothing.json", 404, "Nothing is at this address"),
            ("/cable/nonsense.json", 404, "Nothing is at this address"),
            ("/cable/06BERLIN900777.json", 404, "does not hold 06BERLIN900777"),
            ("/cable/06BERLIN900001.json", 410, "A witness is named in it."),
            ("/cable/06BERLIN900001/par1.csl.json", 410, "A witness is named in it."),
            ("/tag/NONE.json", 404, "Nothing published here has this tag."),
            ("/cable.json?origin=atlantis", 400, "nothing published here is from such an origin"),
            ("/cable.json?limit=501", 400, "limit is 1 to 500."),
            ("/cable.json?limit=x", 400, "limit is 1 to 500."),
            ("/cable.json?cursor=x", 400, "The cursor"),
            ("/search.json?q=zebra&cursor=x", 400, "The cursor"),
            ("/search.json?q=zebra&page=9", 404, "no such page"),
            ("/cite.csl.json?c=06BERLIN900001", 404, "A witness is named in it."),
        ):
            with self.subTest(address):
                response = self.client.get(address)
                self.assertEqual(
                    (response.status_code, response["Content-Type"]), (status, PROBLEM)
                )
                told = response.json()
                self.assertEqual(told["status"], status)
                self.assertIn(sentence, told["detail"])

    def test_other_methods_are_refused(self):
        response = self.client.post("/cable.json")
        self.assertEqual((response.status_code, response["Content-Type"]), (405, PROBLEM))
        self.assertEqual(response["Allow"], "GET, HEAD")

    def test_an_internal_error_is_a_problem(self):
        self.client.raise_request_exception = False
        with (
            patch("cables.views.list_pages.data.ListCounts.current", side_effect=RuntimeError),
            self.assertLogs("django.request", "ERROR"),
        ):
            response = self.client.get("/tag.json")
        self.assertEqual((response.status_code, response["Content-Type"]), (500, PROBLEM))

    def test_pages_stay_pages(self):
        self.assertEqual(
            self.client.get("/cable/06BERLIN900777/")["Content-Type"], "text/html; charset=utf-8"
        )

    def test_any_site_may_read_data_and_no_cookie_goes_with_them(self):
        for address in ("/cable.json", "/cable/06BERLIN900001.json", "/nothing.json", "/tag.json"):
            with self.subTest(address):
                response = self.client.get(address, headers={"Origin": "https://example.org"})
                self.assertEqual(response["Access-Control-Allow-Origin"], "*")
                self.assertNotIn("Access-Control-Allow-Credentials", response)
                self.assertFalse(response.cookies)
        for address in ("/", "/cable/06BERLIN900001/", "/admin/"):
            with self.subTest(address):
                self.assertNotIn("Access-Control-Allow-Origin", self.client.get(address))
