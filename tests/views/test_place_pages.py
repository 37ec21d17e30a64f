"""Pages of places: all posts of a city together; former names of cities and countries."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.cache import cache

from cables.loader import load
from cables.models import Cable, Origin
from cables.publication.origins_and_tags import make_origin
from tests.base import TestCase
from tests.builders import CREATED, make_cables, withhold
from tests.views.pages import PageTestCase
from tests.views.test_browse import references

POSTS = [
    ("Legation Saigon", "51SAIGON900001", 1951),
    ("Embassy Saigon", "66SAIGON900001", 1966),
    ("Embassy Saigon", "67SAIGON900001", 1967),
    ("Embassy Saigon", "67SAIGON900002", 1967),
    ("Consulate Ho Chi Minh City", "06HOCHIMINHCITY900001", 2006),
    ("Embassy Hanoi", "06HANOI900001", 2006),
    ("Embassy Moscow", "61MOSCOW900001", 1961),
    ("Embassy Moscow", "06MOSCOW900001", 2006),
    ("Embassy Kyiv", "06KYIV900001", 2006),
]


def sent(origin, reference, year):
    """Store a cable of an origin of which the tables know what they know."""
    if not Origin.objects.filter(name=origin).exists():
        make_origin(origin)
    return make_cables([reference], origin=origin, created=CREATED.replace(year=year))[0]


class PlacePageTests(PageTestCase):
    def setUp(self):
        super().setUp()
        self.cables = {reference: sent(origin, reference, y) for origin, reference, y in POSTS}

    def test_a_place_shows_all_its_posts_with_their_years(self):
        response = self.client.get("/place/saigon/")
        numbers = [reference for name, reference, _ in POSTS[:5]]
        self.assertCountEqual(references(response), numbers)
        posts = self.main("/place/saigon/").findall(".//section[@class='posts']//li[a]")
        shown = [
            (each.find("a").get("href"), each.find("span").text, each.find("data").get("value"))
            for each in posts
        ]
        self.assertEqual(
            shown,
            [
                ("/origin/legation-saigon/", "1951", "1"),
                ("/origin/embassy-saigon/", "1966 to 1967", "3"),
                ("/origin/consulate-ho-chi-minh-city/", "2006", "1"),
            ],
        )
        bands = posts[1].findall(".//rect")
        self.assertEqual([band.find("title").text for band in bands], ["1966 to 1967: 3 cables"])

    def test_a_place_knows_its_names_and_what_its_country_was_called(self):
        facts = self.facts("/place/saigon/")
        self.assertEqual(facts["Also named"], "Ho Chi Minh City, since 1976")
        self.assertEqual(facts["Country"], "Vietnam")
        self.assertEqual(
            facts["In its time"], "French Indochina, 1887 to 1954 South Vietnam, 1955 to 1976"
        )
        self.assertTrue(facts["Near"].startswith("Hanoi"))

    def test_another_name_of_a_place_leads_to_its_page(self):
        for form in ("/", ".atom", ".json"):
            with self.subTest(form):
                response = self.client.get(f"/place/ho-chi-minh-city{form}")
                self.assertRedirects(response, f"/place/saigon{form}", 301)
        for slug in ("lima", "atlantis"):
            with self.subTest(slug):
                self.assertEqual(self.client.get(f"/place/{slug}/").status_code, 404)

    def test_the_list_of_a_place_has_filters_a_feed_and_data(self):
        response = self.client.get("/place/saigon/?origin=legation-saigon")
        self.assertEqual(references(response), ["51SAIGON900001"])
        self.assertContains(self.client.get("/place/saigon.atom"), "<title>", 6)
        self.assertEqual(self.client.get("/place/saigon.json").json()["total"], 5)
        boxes = self.main("/place/saigon/").findall(".//aside//input[@name='origin']")
        self.assertEqual(len(boxes), 3)

    def test_withheld_cables_give_no_place(self):
        for reference in ("06HANOI900001", "51SAIGON900001"):
            withhold(self.cables[reference])
        self.assertEqual(self.client.get("/place/hanoi/").status_code, 404)
        self.assertNotContains(self.client.get("/place/saigon/"), "Legation")
        self.assertNotIn("Hanoi", self.facts("/place/saigon/")["Near"])

    def test_an_origin_leads_to_its_place_and_names_the_country_of_its_time(self):
        facts = self.facts("/origin/embassy-saigon/")
        self.assertEqual(
            (facts["Place"], facts["Country at the time"][:13]), ("Saigon", "South Vietnam")
        )
        self.assertNotIn("Country at the time", self.facts("/origin/consulate-ho-chi-minh-city/"))
        moscow = self.facts("/origin/embassy-moscow/")["Country at the time"]
        self.assertEqual(moscow, "Soviet Union, 1922 to 1991; with Ukraine")

    def test_an_origin_in_a_divided_city_names_its_part_of_it(self):
        west, east = "West Berlin, 1949 to 1990", "German Democratic Republic, 1949 to 1990"
        for year in (1962, 1980):
            sent("Mission Berlin", f"{year % 100}BERLIN900001", year)
        sent("Embassy Berlin", "80BERLIN900002", 1980)
        for address, label, names in (
            ("/origin/mission-berlin/", "Country at the time", west),
            ("/origin/embassy-berlin/", "Country at the time", east),
            ("/place/berlin/", "In its time", f"{west} {east}"),
        ):
            with self.subTest(address):
                self.assertTrue(self.facts(address)[label].endswith(names))

    def test_a_country_knows_its_former_names_and_its_neighbors_in_time(self):
        facts = self.facts("/country/russia/")
        self.assertEqual(
            facts["Former names"],
            "Russian Empire, until 1917; with Ukraine Soviet Union, 1922 to 1991; with Ukraine",
        )
        self.assertEqual(facts["Places"], "Moscow")
        former = self.facts("/country/vietnam/")["Former names"]
        self.assertIn("North Vietnam (Hanoi, Haiphong), 1955 to 1976", former)
        self.assertNotIn("Former names", self.facts("/place/moscow/"))

    def test_a_former_name_of_a_country_leads_to_its_page(self):
        self.assertRedirects(self.client.get("/country/soviet-union/"), "/country/russia/", 301)
        self.assertRedirects(self.client.get("/country/south-vietnam/"), "/country/vietnam/", 301)
        self.assertEqual(self.client.get("/country/zaire/").status_code, 404)

    def test_the_index_of_places_has_counts_and_links(self):
        make_cables(["70NOWHERE900001"], origin="Ambassador Nowhere")
        tree = self.main("/place/")
        rows = {
            row.find("p/a").get("href"): int(row.find("data").get("value"))
            for row in tree.findall(".//div[@class='index by-place']//li")
        }
        self.assertEqual(
            rows, {"/place/hanoi/": 1, "/place/kyiv/": 1, "/place/moscow/": 2, "/place/saigon/": 5}
        )
        self.assertIn("1 cable has no place recorded", tree.text_content())
        for address in ("/origin/", "/country/"):
            with self.subTest(address):
                self.assertContains(self.client.get(address), 'href="/place/"')

    def test_a_search_is_narrowed_by_place(self):
        moscow = ["06MOSCOW900001", "61MOSCOW900001"]
        for address, expected in (
            ("/country/russia/?place=moscow&place=kyiv", moscow),
            ("/country/russia/?place=kyiv", []),
            ("/released/2012/03/05/?place=moscow&place=kyiv", [*moscow, "06KYIV900001"]),
        ):
            with self.subTest(address):
                self.assertCountEqual(references(self.client.get(address)), expected)
        self.assertContains(
            self.client.get("/search/?place=atlantis"), "nothing published here is from"
        )

    def test_programs_are_given_the_places(self):
        rows = {row["value"]: row for row in self.client.get("/place.json").json()["lists"]}
        self.assertEqual(rows["saigon"]["label"], "Saigon")
        self.assertEqual((rows["saigon"]["cables"], rows["saigon"]["country"]), (5, "vietnam"))

    def test_places_are_in_the_sitemap(self):
        self.assertContains(self.client.get("/sitemap-lists-1.xml"), "/place/saigon/")

    def test_two_cities_of_one_name_have_two_pages(self):
        for name, reference, country in (
            ("Office, Hartlepool", "61HARTLEPOOL900001", "Embassy Moscow"),
            ("Office, Moscow", "61IDAHO900001", "Embassy Hanoi"),
        ):
            other = Origin.objects.get(name=country).country
            cable = sent(name, reference, 1961)
            Origin.objects.filter(pk=cable.origin_id).update(country=other)
        cache.clear()
        self.assertEqual(references(self.client.get("/place/moscow-vietnam/")), ["61IDAHO900001"])
        self.assertEqual(len(references(self.client.get("/place/moscow/"))), 2)


class MadeOriginTests(TestCase):
    def test_the_title_that_a_dump_prints_is_kept(self):
        row = '"1","3/14/1956 16:00","56LIMA900001","Ambassador Lima","SECRET","","","1. Fees."\n'
        with TemporaryDirectory() as folder:
            path = Path(folder) / "dump.csv"
            path.write_text(row, encoding="utf-8")
            for outcome in ("created", "unchanged"):
                with self.subTest(outcome):
                    self.assertEqual(getattr(load(path), outcome), 1)
        cable = Cable.objects.get()
        self.assertEqual(cable.origin.name, "Embassy Lima")
        self.assertEqual(cable.facts["printed_origin"], "Ambassador Lima")
        self.assertContains(self.client.get(cable.get_absolute_url()), "printed as Ambassador Lima")

    def test_a_new_origin_has_the_place_that_its_name_tells(self):
        for name, kind, city, country, iso2 in (
            ("Embassy Saigon", "Embassy", "Saigon", "Vietnam", "VN"),
            ("Legation St. Petersburg", "Legation", "St. Petersburg", "Russia", "RU"),
            ("Consulate Irkutsk", "Consulate", "Irkutsk", "Russia", "RU"),
            ("National Security Council", "Other", "Washington", "United States", "US"),
            ("Vienna, office not printed", "Other", "Vienna", "Austria", "AT"),
        ):
            with self.subTest(name):
                made = make_origin(name)
                found = (made.kind, made.city, made.country.name, made.country.iso2)
                self.assertEqual(found, (kind, city, country, iso2))
                self.assertIsNotNone(made.latitude)
        self.assertIsNone(make_origin("Office not printed").country)
