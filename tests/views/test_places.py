"""Pages of origins and countries, and the map of origins."""

from django.core.cache import cache

from cables.models import Country, Origin
from cables.publication.origins_and_tags import free_slug, make_origin
from tests.builders import CREATED, forget_counts, make_cable, make_cables, withhold
from tests.views.pages import PageTestCase, text_of
from tests.views.test_browse import references


def sent_from(origin, references, **fields):
    """Store cables of an origin of which the table knows what it knows."""
    if not Origin.objects.filter(name=origin).exists():
        make_origin(origin)
    return make_cables(references, origin=origin, **fields)


class PlacesTestCase(PageTestCase):
    def setUp(self):
        super().setUp()
        sent_from("Embassy Ankara", ["06ANKARA900001", "06ANKARA900002"])
        sent_from("Consulate Adana", ["06ADANA900001"], created=CREATED.replace(year=2009))
        sent_from("Embassy Kyiv", ["06KYIV900001"])

    def lead(self, address):
        return text_of(self.main(address).find_class("lead")[0])


class OriginTests(PlacesTestCase):
    def test_an_origin_shows_its_kind_and_place(self):
        for origin, said in (
            ("embassy-ankara", "Ankara, Turkey Embassy"),
            ("consulate-adana", "Adana, Turkey Consulate"),
        ):
            with self.subTest(origin):
                self.assertEqual(self.lead(f"/origin/{origin}/"), said)
                link = self.main(f"/origin/{origin}/").find_class("lead")[0].find("a")
                self.assertEqual(link.get("href"), "/country/turkey/")
        facts = self.facts("/origin/embassy-ankara/")
        self.assertEqual(facts["Position"], "39.93° N, 32.86° E, on the map")
        self.assertEqual(facts["Also in Turkey"], "Consulate Adana 1")
        self.assertRegex(facts["In references"], r"^ANKARA; misspelt ANAKRA, ")

    def test_other_names_of_a_place_are_shown(self):
        """I-10."""
        facts = self.facts("/origin/embassy-kyiv/")
        self.assertEqual(facts["Also named"], "Embassy Kiev")
        self.assertTrue(facts["In references"].startswith("KYIV, KIEV"))
        self.assertNotIn("Also in Ukraine", facts)

    def test_two_origins_of_one_place_link_to_each_other(self):
        """I-10: whichever was loaded first."""
        sent_from("Embassy Kiev", ["05KIEV900001"])
        sent_from("Consulate Madras", ["91MADRAS900001"])
        sent_from("Consulate Chennai", ["06CHENNAI900001"])
        for slug, other in (
            ("embassy-kyiv", "Embassy Kiev 1"),
            ("embassy-kiev", "Embassy Kyiv 1"),
            ("consulate-madras", "Consulate Chennai 1"),
            ("consulate-chennai", "Consulate Madras 1"),
        ):
            with self.subTest(slug):
                facts = self.facts(f"/origin/{slug}/")
                self.assertEqual(facts["The same place"], other)
                self.assertNotIn("Also named", facts)

    def test_an_unknown_origin_has_no_location(self):
        sent_from("Ambassador Nowhere", ["70NOWHERE900001"])
        said = "Location not recorded Other office"
        self.assertEqual(self.lead("/origin/ambassador-nowhere/"), said)
        exchanges = {"Exchanges": "With whom it exchanged cables"}
        self.assertEqual(self.facts("/origin/ambassador-nowhere/"), exchanges)
        self.assertNotContains(self.client.get("/country/"), "Nowhere")
        self.assertContains(self.client.get("/origin/map/list/"), "Ambassador Nowhere")

    def test_an_origin_without_a_fixed_place(self):
        sent_from("US Delegation, Secretary", ["06PARTO900001"])
        said = "(travelling), United States Other office"
        self.assertEqual(self.lead("/origin/us-delegation-secretary/"), said)
        self.assertNotIn("Position", self.facts("/origin/us-delegation-secretary/"))

    def test_each_bar_filters_the_list_by_year(self):
        make_cable("09ANKARA900009", origin="Embassy Ankara", created=CREATED.replace(year=2009))
        chart = self.main("/origin/embassy-ankara/").find_class("chart")[0]
        bars = {bar.get("aria-label"): bar.get("href") for bar in chart.find("svg").iter("a")}
        self.assertEqual(list(bars), ["2006: 2 cables", "2009: 1 cable"])
        response = self.client.get(bars["2009: 1 cable"])
        self.assertEqual(references(response), ["09ANKARA900009"])

    def test_later_pages_have_only_the_list(self):
        make_cables((f"07ANKARA9{n:05}" for n in range(60)), origin="Embassy Ankara")
        self.assertEqual(self.facts("/origin/embassy-ankara/?page=2"), {})
        self.assertEqual(self.lead("/origin/embassy-ankara/?page=2"), "Ankara, Turkey Embassy")

    def test_withheld_cables_are_not_counted(self):
        withhold(sent_from("Embassy Kiev", ["05KIEV900001"])[0], "A witness is named in it.")
        withhold(sent_from("Consulate Istanbul", ["06ISTANBUL900001"])[0], "A witness.")
        withhold(sent_from("Embassy Lima", ["06LIMA900001"])[0], "A witness.")
        self.assertNotIn("The same place", self.facts("/origin/embassy-kyiv/"))
        self.assertEqual(
            self.facts("/origin/embassy-ankara/")["Also in Turkey"], "Consulate Adana 1"
        )
        for address in ("/country/", "/country/turkey/", "/origin/map/", "/origin/map/list/"):
            with self.subTest(address):
                for name in ("Istanbul", "Lima", "Peru"):
                    self.assertNotContains(self.client.get(address), name)
        self.assertEqual(self.client.get("/country/peru/").status_code, 404)


class CountryTests(PlacesTestCase):
    def test_the_list_of_a_country_has_all_its_origins(self):
        response = self.client.get("/country/turkey/")
        expected = ["06ANKARA900001", "06ANKARA900002", "06ADANA900001"]
        self.assertEqual(references(response), expected)
        self.assertContains(response, "<b>3 cables</b>", html=True)
        facts = self.facts("/country/turkey/")
        self.assertEqual(facts["Origins"], "Embassy Ankara 2 Consulate Adana 1")

    def test_the_list_of_a_country_has_filters_orders_and_a_feed(self):
        for query, expected in (
            ("?origin=consulate-adana", ["06ADANA900001"]),
            ("?created_before=2008-01-01&sort=-reference", ["06ANKARA900002", "06ANKARA900001"]),
            ("?created_after=2020-01-01", []),
        ):
            with self.subTest(query):
                self.assertEqual(references(self.client.get(f"/country/turkey/{query}")), expected)
        feed = self.client.get("/country/turkey.atom")
        self.assertContains(feed, "<title>06", 3)
        self.assertContains(feed, "<title>Cable Reading Room: Turkey</title>")

    def test_its_form_offers_the_origins_of_the_country(self):
        boxes = self.main("/country/turkey/").findall(".//aside//input[@name='origin']")
        names = [box.get("value") for box in boxes]
        self.assertEqual(names, ["embassy-ankara", "consulate-adana"])

    def test_the_index_has_counts_and_links(self):
        make_cable(origin="Ambassador London")
        tree = self.main("/country/")
        rows = {
            row.find("p/a").get("href"): int(row.find("data").get("value"))
            for row in tree.findall(".//div[@class='index by-country']//li")
        }
        self.assertEqual(rows, {"/country/turkey/": 3, "/country/ukraine/": 1})
        self.assertIn("2 countries", tree.text_content())
        self.assertIn("4 cables", tree.text_content())
        self.assertIn("1 cable has no country recorded", tree.text_content())
        self.assertIn("2 origins", tree.text_content())
        for address in ("/country/", "/origin/"):
            with self.subTest(address):
                response = self.client.get(address)
                self.assertContains(response, 'href="/origin/map/"')
        self.assertContains(self.client.get("/origin/"), 'href="/country/"')

    def test_an_unknown_country_is_not_found(self):
        Country.objects.create(iso2="AQ", name="Antarctica", slug="antarctica")
        for slug in ("antarctica", "atlantis"):
            with self.subTest(slug):
                self.assertEqual(self.client.get(f"/country/{slug}/").status_code, 404)
                self.assertEqual(self.client.get(f"/country/{slug}.atom").status_code, 404)

    def test_the_number_of_queries_is_fixed(self):
        """As many as any list needs, whatever number of origins it has."""
        self.client.get("/country/turkey/")
        with self.assertNumQueries(4):  # One is the test index's.
            self.client.get("/country/turkey/")
        cache.clear()
        with self.assertNumQueries(8):
            self.client.get("/country/turkey/")


class MapTests(PlacesTestCase):
    def test_each_origin_is_a_link_on_one_map(self):
        tree = self.main("/origin/map/")
        links = [link for link in tree.iter("a") if link.find("circle") is not None]
        said = {link.get("href"): link.find("title").text for link in links}
        self.assertEqual(len(links), 3)
        self.assertEqual(said["/origin/embassy-ankara/"], "Embassy Ankara: 2")
        self.assertEqual(said["/origin/consulate-adana/"], "Consulate Adana: 1")

    def test_years_and_words_limit_the_map_and_its_list(self):
        make_cable(
            "15ANKARA900009",
            origin="Embassy Ankara",
            created=CREATED.replace(year=2015),
            body="1. A lighthouse.",
        )
        for query, shown in (
            (
                "?since=2015",
                {"Embassy Ankara": ("1", "/origin/embassy-ankara/?created_after=2015-01-01")},
            ),
            ("?until=2008&since=2007", {}),
            (
                "?q=lighthouse",
                {"Embassy Ankara": ("1", "/search/?q=lighthouse&origin=embassy-ankara")},
            ),
            ("?q=lighthouse&until=2008", {}),
            ("?since=x", None),
            ("", None),
        ):
            with self.subTest(query):
                tree = self.main(f"/origin/map/list/{query}")
                rows = {
                    row[0].text_content(): (row[4].text_content(), row[0].find("a").get("href"))
                    for row in tree.findall(".//table[@class='cards places']/tbody/tr")
                }
                found, expected = (len(rows), 3) if shown is None else (rows, shown)
                self.assertEqual(found, expected)
                links = [
                    link.get("href")
                    for link in self.main(f"/origin/map/{query}").iter("a")
                    if link.find("circle") is not None
                ]
                self.assertEqual(sorted(links), sorted(address for _, address in rows.values()))
        for address in (
            "/search/?q=lighthouse&origin=embassy-ankara",
            "/origin/embassy-ankara/?created_after=2015-01-01",
        ):
            self.assertContains(self.client.get(address), "15ANKARA900009")

    def test_what_is_no_year_is_said(self):
        response = self.client.get("/origin/map/?since=PLANTED&until=2006")
        self.assertContains(
            response, "From the year is left out: a year is written in four digits."
        )
        self.assertNotContains(response, "PLANTED")  # Nobody puts words into a page.
        self.assertRedirects(
            self.client.get("/origin/map/?q=&since=2006"), "/origin/map/?since=2006"
        )

    def test_the_form_keeps_what_was_asked(self):
        tree = self.main("/origin/map/?q=harbor&since=2005&until=2006")
        values = {
            field.get("name"): field.get("value") for field in tree.xpath("//main//form//input")
        }
        self.assertEqual(values, {"q": "harbor", "since": "2005", "until": "2006"})
        self.assertIn(
            "/origin/map/list/?q=harbor&since=2005&until=2006", tree.xpath("//main//a/@href")
        )

    def test_a_table_has_the_same_origins(self):
        sent_from("US Delegation FEST TWO", ["06FESTTWO900001"])
        rows = [
            [" ".join(cell.text_content().split()) for cell in row]
            for row in self.main("/origin/map/list/").findall(".//tbody/tr")
        ]
        self.assertIn(["Embassy Ankara", "Ankara", "Turkey", "39.93° N, 32.86° E", "2"], rows)
        travelling = ["US Delegation FEST TWO", "(travelling)", "United States"]
        self.assertIn([*travelling, "not on the map", "1"], rows)

    def test_an_origin_links_to_its_point(self):
        page = self.client.get("/origin/embassy-kyiv/")
        self.assertContains(page, "/origin/map/#at-embassy-kyiv")
        self.assertNotContains(page, "<td>Embassy Kyiv</td>")  # As each of its rows is from there.
        self.assertContains(self.client.get("/origin/map/"), 'id="at-embassy-kyiv"', 1)

    def test_no_origin_has_the_address_of_the_map(self):
        self.assertEqual(free_slug("Map"), "map-2")

    def test_an_empty_archive_has_a_map(self):
        Origin.objects.update(latitude=None, longitude=None)
        forget_counts()
        self.assertEqual(self.client.get("/origin/map/").status_code, 200)

    def test_the_number_of_queries_is_fixed(self):
        with self.assertNumQueries(6):
            self.client.get("/origin/map/")
        with self.assertNumQueries(1):
            self.client.get("/origin/map/")
