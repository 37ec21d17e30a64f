"""Previous and next within the list or the results that a reader came from."""

from urllib.parse import quote

from lxml import html

from cables.models import Cable
from tests.builders import make_cable, withhold
from tests.views.pages import text_of
from tests.views.test_list_facets import LISTS, ListsTestCase


class StepTests(ListsTestCase):
    def links(self, address):
        """Return the addresses of the cables of a list or of results, in order."""
        tree = self.tree(address)
        return tree.xpath("//td[@class='subject']/a/@href | //ol[@class='results']/li/h2/a/@href")

    def steps(self, address):
        """Return the addresses behind a cable's steps: previous, the list, next; and its words."""
        (found,) = self.tree(address).xpath("//nav[contains(@class, 'steps')]")
        named = {link.get("rel", "list"): link for link in found.iter("a")}
        links = {name: link.get("href") for name, link in named.items()}
        return links, text_of(named["list"])

    def test_steps_lead_through_each_list_in_its_order(self):
        for address in (
            *LISTS,
            "/tag/EFIS/?sort=created&origin=embassy-lima",
            "/tag/EFIS/?q=zebra",
            "/search/?q=zebra+or+walrus&classification=secret",
            "/search/?tag=ETRD&sort=-reference",
        ):
            links = self.links(address)
            with self.subTest(address):
                self.assertGreater(len(links), 1)
                for at in (1, 2, len(links)):
                    steps, words = self.steps(links[at - 1])
                    self.assertRegex(words, rf"\b{at} of {len(links)}\b")
                    self.assertEqual(steps.get("prev"), links[at - 2] if at > 1 else None)
                    self.assertEqual(steps.get("next"), links[at] if at < len(links) else None)

    def test_the_way_back_leads_to_the_place_in_the_list(self):
        for number in range(60):
            make_cable(f"08OSLO9{number:05}", origin="Embassy Oslo", body="1. Okapi.")
        for address, page, at, words in (
            ("/origin/embassy-oslo/?sort=reference", 2, 3, "53 of 60 in Embassy Oslo"),
            ("/search/?q=okapi&sort=reference", 3, 5, "Result 45 of 60"),
        ):
            link = self.links(f"{address}&page={page}")[at - 1]
            steps, said = self.steps(link)
            with self.subTest(address):
                self.assertEqual(said, words)
                path, _, fragment = steps["list"].partition("#")
                self.assertEqual(path, f"{address}&page={page}")
                marked = self.tree(link).xpath("//p[contains(@class, 'found')]/a[last()]/@href")
                self.assertEqual(marked, [path] if "q=" in address else [])
                self.assertEqual(
                    html.fromstring(self.client.get(path).content).get_element_by_id(fragment).tag,
                    "tr" if "origin" in address else "li",
                )

    def test_a_list_that_changed_is_followed_from_where_the_cable_is_now(self):
        link = self.links("/tag/EFIS/?sort=reference")[4]
        withhold(Cable.objects.filter(tags__contains=["EFIS"]).order_by("reference")[0])
        steps, words = self.steps(link)
        self.assertEqual(words, "4 of 8 in EFIS, Fisheries")
        self.assertIn("at=3", steps["prev"])

    def test_what_is_no_place_in_a_list_is_ignored(self):
        cable = "/cable/06X900005/"
        for place in (
            "in=/tag/EFIS/",
            "in=/tag/EFIS/&at=x",
            "in=/tag/NONE/&at=1",
            "in=/tag/EAGR/&at=1",  # It has not this tag.
            *("in=/nowhere/&at=1", "in=/origin/map/&at=1"),
            "in=https://elsewhere.example/tag/EFIS/&at=1",
            *("in=//elsewhere.example/tag/EFIS/&at=1", "in=/collection/none/&at=1"),
            *("in=/caption/NONE/&at=1", "in=/volume/none/&at=1", "in=/volume/none/ch1/&at=1"),
            "in=/volume/none/%2500/&at=1",  # PostgreSQL refuses NUL.
            "in=/tag/EFIS%2500/&at=1",
            "in=tag/EFIS/&at=1",  # The link back would lead elsewhere.
            "in=/tag/EFIS.atom&at=1",
            "in=/tag/EFIS.csv&at=1",
            "in=/cable/06X900005/%3Fin=/tag/EFIS/&at=1",
            f"in=/tag/EFIS/{quote('?' + 'x&' * 1_400)}&at=1",  # Too many parameters.
            f"in=/tag/EFIS/{quote('?' + 'q=zebra&' * 600)}&at=1",
        ):
            with self.subTest(place):
                response = self.client.get(f"{cable}?{place}")
                self.assertEqual(response.status_code, 200)
                self.assertNotIn("In the list", response.content.decode())
                self.assertNotIn("elsewhere.example", response.content.decode())
        self.assertContains(self.client.get(f"{cable}?in=/tag/EFIS/&at=1"), "In the list")

    def test_what_a_filter_of_the_list_cannot_read_is_not_repeated(self):
        place = quote("/tag/EFIS/?origin=PLANTED&x=PLANTED&sort=PLANTED")
        response = self.client.get(f"/cable/06X900005/?in={place}&at=1")
        self.assertContains(response, "In the list")
        self.assertNotContains(response, "PLANTED")
