"""Links that refine a search lead to as many results as they show."""

from unittest.mock import patch

from cables.models import Country, Origin, Tag
from cables.search.filter_registry import FACETS, Facet
from cables.telegram.dates import NO_DAY
from tests.builders import CREATED, forget_counts, make_cable, make_origin
from tests.views.pages import PageTestCase, text_of


class RefiningTests(PageTestCase):
    @classmethod
    def setUpTestData(cls):
        Tag.objects.create(code="EFIS", kind="subject", label="Fisheries")
        country = Country.objects.create(iso2="XA", name="Atlantis", slug="atlantis")
        for name in ("Embassy Lima", "Consulate Ica"):
            Origin.objects.filter(pk=make_origin(name).pk).update(country=country)
        number = 900_000
        for year in (2004, 2006, 2007):
            for origin, classification, tags in (
                ("Embassy Berlin", "SECRET", ["EFIS"]),
                ("Embassy Lima", "UNCLASSIFIED", ["EFIS", "EAGR"]),
                ("Consulate Ica", "UNCLASSIFIED", ["EAGR"]),
                ("Embassy Lima", "SECRET", []),
            ):
                number += 1
                made = {"classification": classification, "tags": tags, "origin": origin}
                made["created"] = CREATED.replace(year=year, month=1 + number % 12)
                make_cable(f"{year % 100:02}X{number}", **made)
        forget_counts()

    def test_a_count_is_the_number_of_results_of_its_link(self):
        for query in (
            *("q=harbor", "q=harbor&origin=embassy-lima", "q=harbor&tag=EFIS", "tag=EFIS&tag=EAGR"),
            "q=fees&origin=embassy-lima&origin=embassy-berlin&classification=secret",
            "q=harbor&created_after=2006-01-01&created_before=2006-12-31&country=atlantis",
        ):
            tree = self.tree(f"/search/?{query}")
            links = tree.xpath("//aside//a[data]")
            self.assertTrue(links)
            for link in links:
                with self.subTest(query, link=text_of(link)):
                    said = int(link.find("data").get("value"))
                    self.assertEqual(self.total(link.get("href")), said)

    def test_a_facet_in_the_registry_is_counted_shown_and_chosen(self):
        """No other module has to know of it."""
        facet = Facet("caption", lambda selection, counts: {"SIPDIS": 1, "NODIS": len(selection)})
        for number in (1, 2):
            make_cable(f"09ROME90000{number}", captions=["SIPDIS", "NODIS"][:number])
        forget_counts()
        with patch.dict(FACETS, {"caption": facet}):
            data = self.client.get("/search.json?q=harbor").json()["facets"]["caption"]
            shown = text_of(self.tree("/search/?q=harbor").xpath("//aside")[0])
            chosen = self.tree("/search/?q=harbor&caption=NODIS")
        self.assertEqual([(each["value"], each["cables"]) for each in data][1], ("SIPDIS", 1))
        self.assertIn("Caption NODIS", shown)
        self.assertTrue(chosen.xpath("//aside//a[@aria-label='Remove filter: caption NODIS']"))

    def test_the_count_of_a_bar_is_the_number_of_results_of_its_link(self):
        for query, bars in (
            ("q=harbor", ["2004: 4 cables", "2006: 4 cables", "2007: 4 cables"]),
            ("q=harbor&created_before=2004-12-31&origin=embassy-berlin", []),
            (
                "q=harbor&created_before=2004-12-31",
                [f"{month} 2004: 1 cable" for month in ("February", "March", "April", "May")],
            ),
        ):
            links = self.tree(f"/search/?{query}").xpath("//figure//svg//a")
            with self.subTest(query):
                self.assertEqual([link.get("aria-label") for link in links], bars)
            for link in links:
                said = int(link.get("aria-label").split()[-2])
                self.assertEqual(self.total(link.get("href")), said)

    def test_a_chosen_value_can_be_removed(self):
        tree = self.tree("/search/?q=harbor&tag=EFIS&origin=embassy-lima")
        for link, without in (
            ("tag EFIS, Fisheries", "/search/?q=harbor&origin=embassy-lima"),
            ("origin Embassy Lima", "/search/?q=harbor&tag=EFIS"),
        ):
            found = tree.xpath(f"//a[@aria-label='Remove filter: {link}']/@href")
            with self.subTest(link):
                self.assertEqual(set(found), {without})
                self.assertEqual(len(found), 2)  # Above the results, and beside them.

    def test_a_facet_that_does_not_help_to_choose_is_left_out(self):
        for number, year in enumerate((1991, 1992, 1993), 1):
            make_cable(
                f"{year % 100}OSLO90000{number}",
                origin="Embassy Oslo",
                created=CREATED.replace(year=year),
                captions=["SIPDIS"] if number == 1 else [],
                tags=["KTOY"],
                classification="SECRET" if number == 1 else "UNCLASSIFIED",
            )
        forget_counts()
        tree = self.tree("/origin/embassy-oslo/")
        facets = [text_of(each) for each in tree.xpath("//aside/form/details/summary")]
        # Of each year there is one cable, of captions one value, and all have the same tag.
        self.assertEqual(facets, ["Classification", "Dates, marks and more"])

    def orders(self, address):
        """Return the present order of a list, and {order: address} of the others."""
        (drawer,) = self.tree(address).xpath("//details[@class='sort']")
        (now,) = drawer.xpath("summary/b")
        return text_of(now), {text_of(a): a.get("href") for a in drawer.xpath("ul/li/a")}

    def test_an_order_that_changes_nothing_is_not_offered(self):
        make_cable("06OSLO900001", origin="Embassy Oslo", released=NO_DAY)
        make_cable("07OSLO900001", labels=["volume:frus2004v1"], tags=["KTOY"])
        forget_counts()
        for address, orders in (
            ("/tag/EFIS/", "Latest release: Newest Oldest Reference ID"),
            ("/origin/embassy-oslo/", "Oldest: Newest Reference ID"),
            ("/volume/frus2004v1/", "As printed: Newest Oldest Reference ID"),
            ("/volume/frus2004v1/?sort=created", "Oldest: As printed Newest Reference ID"),
            ("/tag/EFIS/?q=harbor", "Relevance: Newest Oldest Latest release Reference ID"),
        ):
            with self.subTest(address):
                now, others = self.orders(address)
                self.assertEqual(f"{now}: {' '.join(others)}", orders)

    def test_words_in_a_list_can_be_removed_and_keep_its_filters(self):
        tree = self.tree("/tag/EFIS/?q=harbor&origin=embassy-lima")
        (link,) = tree.xpath("//a[@aria-label='Remove the words']/@href")
        self.assertEqual(link, "/tag/EFIS/?origin=embassy-lima")
        (form,) = tree.xpath("//form[contains(@class, 'within')]")
        self.assertIn(("origin", "embassy-lima"), form.form_values())

    def test_results_can_be_sorted_otherwise(self):
        address = "/search/?q=harbor&sort=created"
        others = {
            "Relevance": "/search/?q=harbor",
            "Newest": "/search/?q=harbor&sort=-created",
            "Latest release": "/search/?q=harbor&sort=-released",
        }
        self.assertEqual(self.orders(address), ("Oldest", others))
        first = self.tree(address).xpath("//ol/li[1]//b")[0].text
        self.assertTrue(first.startswith("04"))

    def test_an_empty_result_offers_relaxed_searches(self):
        filters = "tag=EFIS&origin=consulate-ica"
        for query, said in (
            ("q=harbor+zebra&tag=EFIS", {"without zebra": 6, "with any of the words": 6}),
            ('q="fees+harbor"', {"without the quotation marks": 12}),
            (
                f"q=harbor&{filters}",
                {
                    "without origin Consulate Ica": 6,
                    "without tag EFIS, Fisheries": 3,
                    "without any filter": 12,
                },
            ),
            ("q=harbor+2005+Consulate+Ica", {"without 2005": 3, "without any filter": 12}),
            ("q=zebra", {}),
        ):
            tree = self.tree(f"/search/?{query}")
            items = tree.xpath("//ul[@class='less']/li")
            with self.subTest(query):
                counts = {text_of(item.find("a")): item.find("span").text for item in items}
                self.assertEqual(counts, {key: f"{n} cables" for key, n in said.items()})
            for item in items:
                cables = int(item.find("span").text.split()[0])
                self.assertEqual(self.total(item.find("a").get("href")), cables)
