"""What a reader sees: the addresses of cables, home, and what is not there."""

from datetime import date

from django.test import SimpleTestCase
from django.urls import reverse
from lxml import html

from cables.models import FormerReference
from tests.base import TestCase
from tests.builders import make_cable, make_version, withhold
from tests.views.test_cable_page import PAGE


class AddressTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cable = make_cable()
        FormerReference.objects.create(reference="06BONN900001", cable=cable, kind="renamed")
        make_version(cable)

    def test_other_spellings_redirect_to_the_one_address_in_one_step(self):
        for address, leads_to in (
            ("/cable/06BERLIN900001", PAGE),
            ("/cable/06berlin900001/", PAGE),
            ("/cable/06 Berlin 00900001", PAGE),
            ("/cable/06%20BERLIN%20900001/par2", f"{PAGE}par2/"),
            ("/cable/2006BERLIN900001/par2/", f"{PAGE}par2/"),
            ("/cable/06berlin900001.txt", "/cable/06BERLIN900001.txt"),
            ("/cable/06BONN900001/", PAGE),
            ("/cable/06bonn900001/v1", f"{PAGE}v1/"),
            ("/cable/06BONN900001/par1/?q=a%20b", f"{PAGE}par1/?q=a%20b"),
        ):
            with self.subTest(address):
                response = self.client.get(address)
                self.assertRedirects(response, leads_to, 301)

    def test_unknown_cables_and_invalid_references(self):
        for address in (
            "/cable/nonsense/",
            "/cable/06BERLIN/",
            "/cable/900001/",
            f"/cable/06BERLIN{'9' * 300}/",
            "/cable/06BERLIN900001/v3/",
            "/cable/06BERLIN900001/v0/",
            f"/cable/06BERLIN900001/v{'9' * 30}/",
            "/cable/%00/",
            "/nothing/",
        ):
            with self.subTest(address):
                response = self.client.get(address)
                self.assertContains(response, "Nothing at this address", 2, status_code=404)

    def test_error_pages_say_what_is_missing(self):
        for address, sentence in (
            ("/cable/06BERLIN900009/", "This archive does not hold 06BERLIN900009"),
            (f"{PAGE}par9/", "This cable has no paragraph 9"),
            (f"{PAGE}parQ/", f'<a href="{PAGE}">Read the whole text</a>'),
            (f"{PAGE}par9.txt", "Paragraph 9 is not in 06BERLIN900001."),
            (f"{PAGE}v3/", "06BERLIN900001 has no version 3."),
        ):
            with self.subTest(address):
                self.assertContains(self.client.get(address), sentence, status_code=404)

    def test_what_is_not_there_is_never_called_a_cable_where_a_memorandum_is(self):
        facts = {"edition": {"kind": "memorandum", "volume": "frus2004v1", "document": "d1"}}
        make_cable("06ROME900001", facts=facts)
        withhold(make_cable("06ROME900002"))
        for address, status in (
            *(
                (f"/{path}/", 404)
                for path in ("nothing", "tag/NONE", "origin/none", "created/1901")
            ),
            *((f"/{path}/", 404) for path in ("volume/frus1", "country/none", "place/none")),
            *(("/cable/06ROME900009/", 404), ("/cable/06ROME900001/par9/", 404)),
            *(("/cable/06ROME900001/v3/", 404), ("/cable/06ROME900002/", 410)),
            ("/search/?q=zebra", 200),
        ):
            with self.subTest(address):
                response = self.client.get(address)
                (main,) = html.fromstring(response.content).xpath("//main")
                for code in main.xpath(".//code | .//*[h2]"):
                    code.drop_tree()
                self.assertEqual(response.status_code, status)
                self.assertNotRegex(main.text_content(), r"(?i)\bcables?\b")

    def test_only_get_and_head_are_answered(self):
        for address in (PAGE, "/", "/origin/embassy-berlin/", "/released/"):
            with self.subTest(address):
                self.assertEqual(self.client.head(address).status_code, 200)
                self.assertEqual(self.client.post(address).status_code, 405)


class HomeTests(TestCase):
    def test_home_shows_counts(self):
        make_cable(tags=["EFIS", "EAGR"])
        response = self.client.get("/")
        self.assertContains(response, "1 diplomatic cable, 2006,", 3)  # Also in the head, twice.
        self.assertContains(response, "2 tags: subjects, countries,")
        self.assertContains(response, '<a href="/cable/06BERLIN900001/">')

    def test_home_finds_a_reference_in_any_text(self):
        make_cable()
        for text in (
            "06berlin900001",
            " see 06 Berlin 900001, para 2",
            "https://example.org/cable/2006/03/06BERLIN900001.html#par2",
        ):
            with self.subTest(text):
                self.assertRedirects(self.client.get("/", {"ref": text}), PAGE)

    def test_home_says_if_there_is_no_reference(self):
        response = self.client.get("/", {"ref": "<b>harbor</b> fees"})
        self.assertContains(response, "There is no reference in “&lt;b&gt;harbor&lt;/b&gt; fees”")

    def test_the_number_of_queries_is_fixed(self):
        make_cable()
        self.client.get("/")
        with self.assertNumQueries(3):  # The latest keys and rows, and the number of the state.
            self.client.get("/")


class ListAddressTests(SimpleTestCase):
    def test_a_list_has_one_address_in_all_its_forms(self):
        month = date(2006, 3, 1)
        for name, args in (
            ("released_day", [month]),
            ("created_month", [month]),
            ("origin", ["embassy-lisbon"]),
            ("country", ["portugal"]),
            ("tag", ["EFIS"]),
            ("classification", ["secret"]),
            ("caption", ["sipdis"]),
            ("mark", ["u"]),
        ):
            with self.subTest(name):
                address = reverse(name, args=args).rstrip("/")
                self.assertEqual(reverse(f"{name}_feed", args=args), f"{address}.atom")
                self.assertEqual(reverse(f"{name}_data", args=args), f"{address}.json")
