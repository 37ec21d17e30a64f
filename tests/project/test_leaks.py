"""No page in any format gives away what a withheld cable says.

A word is planted in everything that the cable says and that is kept about it; then every route
of the site is asked for it. A route with parameters that is missing from ROUTES (routes.py) fails
the test.
"""

from django.db import connection
from django.test import override_settings
from django.urls import resolve

from cables.models import State
from tests.base import TestCase
from tests.builders import make_cable, withhold
from tests.planted import WORD, make_planted_cable, tells
from tests.project.routes import AUTHORITY, CABLE, DESK, PLACES, ROUTES, TAG_PAGE, routes, telling

# Behind a login: what a visitor without one is answered.
DESK_ADDRESSES = [
    *("/admin/", "/admin/cables/cable/", "/admin/cables/cable/{}/change/"),
    *("/admin/cables/cable/{}/history/", "/admin/cables/cable/withhold/?cable=06BERLIN900001"),
    *("/admin/cables/cable/publish/?cable=06BERLIN900001", "/admin/cables/article/"),
    *("/admin/cables/cable/cables.csv", "/admin/cables/savedsearch/"),
    *("/admin/cables/redactionsearch/", "/admin/cables/requestcase/"),
    *("/admin/cables/proposal/", "/admin/cables/cable/erase/?cable=06BERLIN900001"),
    *("/admin/cables/bulkdecision/", "/admin/cables/cable/embargo/?cable=06BERLIN900001"),
    *("/admin/cables/change/", "/admin/cables/loadrow/", "/admin/cables/copy/"),
    "/admin/autocomplete/?app_label=cables&model_name=articlecable&field_name=cable&term=06",
]


@override_settings(**AUTHORITY)
class NothingLeaksTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cable = make_planted_cable()
        other = {"captions": ["SIPDIS"], "marks": ["SBU"], "cites": ["06BERLIN900001"]}
        make_cable("06ROME900002", origin="Embassy Rome", tags=["EFIS"], **other)
        connection.check_constraints()  # As the end of a transaction: records are dated.

    def telling(self):
        """Return the routes that give the word away, in their pages or in their headers."""
        connection.check_constraints()
        return telling(self.client)

    def test_every_route_is_asked(self):
        missing = {route for route in routes() if not route.startswith(DESK)} - set(ROUTES)
        self.assertEqual(missing, set(), "Add its addresses to ROUTES.")

    def test_each_address_belongs_to_its_route(self):
        for route, addresses in ROUTES.items():
            for address in addresses:
                with self.subTest(address):
                    self.assertEqual(resolve(address.partition("?")[0]).route, route)

    def test_the_word_is_found_until_it_is_withheld(self):
        """By every page that shows more than numbers; then not in what was cached before either."""
        silent = {"about/", "about/<slug:slug>/", "articles/"}
        silent |= {"released/", "created/", "classification/"}
        silent |= {route for route in ROUTES if route.startswith("glossary/")}
        silent |= {"released.json", "created.json", "classification.json", "articles.atom"}
        silent |= {"openapi.json", "developers/", "robots.txt", "sitemap.xml", "holdings/"}
        silent |= {"sitemap-<month_file:month>-<int:part>.xml"}  # References alone.
        silent |= {route for route in ROUTES if route.startswith("datasets/")}  # None is made.
        silent |= {"collection/", "collection.json", "caption/", "mark/", "opensearch.xml"}
        silent |= {f"collection/<slug:slug>.datacite.{form}" for form in ("json", "xml")}
        silent |= {"quote/", "quote.json", "about/requests/form/", "about/requests/figures/"}
        silent |= {"annotations/", "llms.txt", "mcp"}
        silent |= {route for route in ROUTES if route.startswith(".well-known/")}
        silent |= {
            route for route in ROUTES if "<year:" in route or route.startswith("released/<m")
        }
        silent |= {route for route in ROUTES if route.startswith("cable/") and route.endswith(">")}
        silent |= {route for route in ROUTES if route.endswith(".html")} - {TAG_PAGE}
        silent |= {
            f"cable/<reference:reference>/{end}"
            for end in ("references", "similar", "history", "copies")
        }
        silent |= {route for route in ROUTES if "timemap" in route}
        silent |= {f"{route}/{end}" for route in PLACES for end in ("cite", "embed")}
        self.assertLessEqual(set(ROUTES) - silent, self.telling())
        withhold(self.cable, "A witness is named in it.")
        self.assertEqual(self.telling(), set())

    def test_counts_of_a_state_with_the_same_number_in_another_history_are_not_shown(self):
        """A replica that became the primary reaches the numbers of what was lost at other times."""
        addresses = ("/tag/", "/origin/", f"/suggest.json?q={WORD[:4]}", "/sitemap-lists-1.xml")
        State.advance()
        for is_withheld in (False, True):
            if is_withheld:
                number = State.objects.get().number
                withhold(self.cable, "A witness is named in it.")
                connection.check_constraints()
                State.objects.update(number=number)
            for address in addresses:
                with self.subTest(address, is_withheld=is_withheld):
                    self.assertEqual(tells(self.client.get(address)), not is_withheld)

    def test_a_search_for_its_words_finds_what_one_for_no_word_finds(self):
        withhold(self.cable, "A witness is named in it.")
        for address in ("/search/?q=", "/search.json?q=", "/search.csv?q=", "/search/?q=x+"):
            with self.subTest(address):
                asked, other = (
                    self.client.get(address + word).getvalue().decode().replace(word, "")
                    for word in (WORD, "XYLOPHAGOUS")
                )
                self.assertEqual(asked, other)

    def test_a_quotation_of_its_other_words_is_not_completed(self):
        for withheld in (False, True):
            if withheld:
                withhold(self.cable, "A witness is named in it.")
            for address in ("/quote/", "/quote.json"):
                for reference in ("", "06BERLIN900001", "06BONN900001"):
                    with self.subTest(address, reference=reference, withheld=withheld):
                        quotation = "1. (U) It rose. It on a line."
                        asked = {"quotation": quotation, "reference": reference}
                        response = self.client.post(address, asked)
                        self.assertEqual(tells(response), not withheld)

    def test_its_own_addresses_say_why(self):
        withhold(self.cable, "A witness is named in it.")
        for route, addresses in ROUTES.items():
            for address in addresses:
                if address.startswith(CABLE) and route.endswith(
                    ("/", "txt", ".bib", ".ris", "json", ".md")
                ):
                    with self.subTest(address):
                        response = self.client.get(address)
                        self.assertContains(response, "06BERLIN900001", status_code=410)
                        self.assertContains(response, "A witness is named in it.", status_code=410)

    def test_the_desk_asks_who_is_there(self):
        for address in DESK_ADDRESSES:
            with self.subTest(address):
                response = self.client.get(address.format(self.cable.pk))
                self.assertEqual(response.status_code, 302)
                self.assertNotIn(WORD, str(response.headers).upper())
