"""The head of every page: what search engines and other sites read of it."""

from lxml import html

from cables.models import Article
from tests.base import TestCase
from tests.builders import RELEASED, forget_counts, make_cable, make_cables, withhold

SITE = "http://testserver"
ADDRESSES = [
    *("/", "/search/", "/search/?q=harbor", "/glossary/", "/holdings/", "/quote/"),
    *("/about/", "/about/privacy/", "/articles/", "/articles/fees/", "/collection/"),
    *("/released/", "/created/", "/origin/", "/origin/map/", "/tag/", "/classification/"),
    *("/created/2006/03/", "/tag/EFIS/", "/tag/EFIS/?page=2", "/origin/embassy-berlin/"),
    *("/cable/06BERLIN900001/", "/cable/06BERLIN900001/par1/", "/cable/06BERLIN900001/v1/"),
    *("/cable/06BERLIN900001/history/", "/cable/06BERLIN900001/cite/", "/cite/"),
]
NAMES = ("og:type", "og:site_name", "og:title", "og:description", "og:url")


class HeadTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable(tags=["EFIS"], subject='HARBOR <FEES> & "DUES"')
        make_cables((f"07BERLIN9{number:05}" for number in range(60)), tags=["EFIS"])
        Article.objects.create(slug="fees", title="Fees", summary="A harbor.", published=RELEASED)
        forget_counts()

    def head(self, address, status=200):
        response = self.client.get(address)
        self.assertEqual(response.status_code, status, address)
        return html.fromstring(response.content).find("head")

    def test_every_page_has_one_description_one_canonical_address_and_open_graph(self):
        for address in ADDRESSES:
            with self.subTest(address):
                head = self.head(address)
                (description,) = head.xpath("meta[@name='description']/@content")
                self.assertGreater(len(description), 8)
                self.assertNotIn("<", description.replace("<Fees>", ""))
                (canonical,) = head.xpath("link[@rel='canonical']/@href")
                self.assertTrue(canonical.startswith(f"{SITE}/"), canonical)
                for name in NAMES:
                    (value,) = head.xpath(f"meta[@property='{name}']/@content")
                    self.assertTrue(value.strip(), name)

    def test_each_page_of_a_list_is_its_own_and_orders_and_filters_are_not(self):
        for address, canonical in (
            ("/tag/EFIS/?page=2", "/tag/EFIS/?page=2"),
            ("/tag/EFIS/?page=1", "/tag/EFIS/"),
            ("/tag/EFIS/?sort=created", "/tag/EFIS/"),
            ("/tag/EFIS/?origin=embassy-berlin", "/tag/EFIS/"),
            ("/cable/06BERLIN900001/v1/", "/cable/06BERLIN900001/"),
        ):
            with self.subTest(address):
                (found,) = self.head(address).xpath("link[@rel='canonical']/@href")
                self.assertEqual(found, f"{SITE}{canonical}")

    def test_the_title_for_other_sites_is_that_of_the_page(self):
        for address in ("/glossary/", "/tag/EFIS/", "/articles/fees/"):
            with self.subTest(address):
                head = self.head(address)
                title = head.findtext("title").removesuffix(" - Cable Reading Room")
                self.assertEqual(head.xpath("meta[@property='og:title']/@content"), [title])

    def test_a_page_that_does_not_exist_has_no_canonical_address(self):
        self.assertEqual(self.head("/nothing/", 404).xpath("link[@rel='canonical']"), [])

    def test_a_withheld_cable_is_not_offered_to_other_sites(self):
        withhold(make_cable("06ROME900009"), "It names a witness.")
        head = self.head("/cable/06ROME900009/", 410)
        self.assertEqual(head.xpath("meta[starts-with(@property, 'og:')]"), [])
