"""Filters and orders of lists in the query string."""

from datetime import date, timedelta
from urllib.parse import urlencode

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from cables.models import Cable, Tag
from cables.models.querysets import ORDERS
from cables.search.filter_registry import FILTERS, FORM
from cables.search.filters import CableFilter
from cables.search.query import OF_FILTERS
from cables.search.query_parts import ALL_FIELDS
from tests.base import TestCase
from tests.builders import CREATED, make_cable, make_cables
from tests.paths import PROJECT
from tests.slow import examples
from tests.views.test_browse import LISTS, references

DOCS = PROJECT / "docs" / "browsing.md"
LIST = "/tag/EFIS/"
ORIGINS = {"embassy-berlin": "Embassy Berlin", "embassy-lima": "Embassy Lima"}
CLASSES = {"unclassified": "UNCLASSIFIED", "secret": "SECRET", "not-marked": ""}
TAGS = ("EFIS", "EAGR", "UNGA/C-6")


def page_of(response):
    """Return the tree of a page without its navigation."""
    tree = html.fromstring(response.content)
    for rail in tree.iter("nav"):
        if rail.get("class") == "rail":
            rail.drop_tree()
            break
    return tree


def texts(tree, path):
    return [" ".join(found.text_content().split()) for found in tree.xpath(path)]


class FilterTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        Tag.objects.create(code="EAGR", kind="subject", label="Agriculture")
        make_cable("06BERLIN900001", tags=["EFIS", "EAGR"], released=date(2011, 8, 25))
        make_cable("06BERLIN900002", tags=["EFIS"], classification="SECRET")
        make_cable(
            "07LIMA900003",
            origin="Embassy Lima",
            tags=["EFIS", "UNGA/C-6", "FISHER, ANN"],
            classification="SECRET",
            created=CREATED + timedelta(days=365),
        )
        make_cable("07LIMA900004", origin="Embassy Lima", tags=["EAGR"], classification="")

    def test_each_filter_keeps_the_matching_cables(self):
        berlin_1, berlin_2, lima = "06BERLIN900001", "06BERLIN900002", "07LIMA900003"
        for query, left in (
            ("origin=embassy-lima", [lima]),
            ("without=classification:secret", [berlin_1]),
            ("without=origin:embassy-lima&without=cites:yes", [berlin_2, berlin_1]),
            ("origin=embassy-lima&origin=embassy-berlin", [berlin_2, lima, berlin_1]),
            ("tag=EAGR", [berlin_1]),
            ("tag=eagr", [berlin_1]),
            ("tag=UNGA%2FC-6", [lima]),
            ("tag=EAGR&tag=UNGA%2FC-6", [lima, berlin_1]),
            ("classification=secret", [berlin_2, lima]),
            ("classification=SECRET&origin=Embassy+Berlin", [berlin_2]),
            ("classification=secret&classification=unclassified", [berlin_2, lima, berlin_1]),
            ("created_after=2006-03-15", [lima]),
            ("created_after=2006-03-14&created_before=2006-03-14", [berlin_2, berlin_1]),
            ("created_before=2006-03-13", []),
            ("released_after=2011-08-26", [berlin_2, lima]),
            ("released_before=2011-08-25", [berlin_1]),
            ("origin=embassy-berlin&classification=secret&created_before=2006-12-31", [berlin_2]),
        ):
            with self.subTest(query):
                response = self.client.get(f"{LIST}?{query}")
                self.assertEqual(references(response), left)
                self.assertContains(response, f"<b>{len(left)} of 3 cables</b>", html=True)

    def test_every_list_can_be_narrowed(self):
        for address in LISTS:
            with self.subTest(address):
                response = self.client.get(f"{address}?classification=secret&tag=UNGA/C-6")
                self.assertLess(len(references(response)), 2)
                self.assertContains(response, "Classification: SECRET")

    def test_an_invalid_value_is_ignored_with_a_note(self):
        for query, sentence in (
            (
                "origin=atlantis",
                "Origin is left out: nothing published here is from such an origin.",
            ),
            (
                "origin=embassy-lima&origin=x",
                "Origin is left out: nothing published here is from such an origin",
            ),
            ("tag=NOSUCH", "Tag is left out: nothing published here has such a tag."),
            ("tag=FISHER, ANN", "Tag is left out: nothing published here has such a tag."),
            ("tag=%00", "Tag is left out: nothing published here has such a tag."),
            ("classification=harmless", "Classification is left out: nothing published here has"),
            ("created_after=soon", "Created from is left out: a day is written as 2006-03-14."),
            ("created_after=03/14/2006", "Created from is left out: a day is written as"),
            ("released_before=2011-02-30", "Released to is left out: a day is written as"),
            *(
                (
                    "created_after=2007-01-01&created_before=2006-01-01",
                    f"Created {side} is left out: the last day is before the first.",
                )
                for side in ("from", "to")
            ),
            ("sort=subject", "Order is left out: a list is sorted by created, released"),
            ("sort=%00", "Order is left out: a list is sorted by"),
        ):
            with self.subTest(query):
                response = self.client.get(f"{LIST}?{query}")
                self.assertContains(response, sentence)
                self.assertContains(response, "<b>3 cables</b>", html=True)
                (fields,) = page_of(response).xpath("//summary[starts-with(., 'Dates,')]/..")
                self.assertIn("open", fields.attrib)

    def test_an_invalid_value_does_not_affect_other_filters(self):
        response = self.client.get(f"{LIST}?origin=atlantis&classification=secret&created_after=x")
        self.assertEqual(references(response), ["06BERLIN900002", "07LIMA900003"])
        self.assertEqual(len(texts(page_of(response), "//p[@class='notice']")), 2)

    def test_invalid_values_are_not_repeated_on_the_page(self):
        query = urlencode(dict.fromkeys(["origin", "tag", "created_after", "sort", "x"], "PLANTED"))
        self.assertNotContains(self.client.get(f"{LIST}?{query}"), "PLANTED")

    def test_the_first_and_the_last_possible_day_are_valid(self):
        for query in ("created_before=9999-12-31", "created_after=0001-01-01"):
            with self.subTest(query):
                response = self.client.get(f"{LIST}?{query}")
                self.assertContains(response, "<b>3 of 3 cables</b>", html=True)

    def test_more_than_ten_values_are_refused(self):
        for number in range(11):
            make_cable(f"06BERLIN9001{number:02}", origin=f"Embassy {number}", tags=[f"K{number}"])
        for name, values in (
            ("Tag", [f"K{number}" for number in range(11)]),
            ("Origin", [f"embassy-{number}" for number in range(11)]),
        ):
            with self.subTest(name):
                response = self.client.get(LIST, {name.lower(): values})
                self.assertContains(
                    response, f"{name} is left out: a list is narrowed by at most 10"
                )
                response = self.client.get(LIST, {name.lower(): values[:10]})
                self.assertEqual(len(response.context["asked"].chips), 10)

    def test_each_chip_removes_only_its_filter(self):
        query = "origin=embassy-lima&tag=EAGR&created_after=2006-03-14&sort=-created"
        tree = page_of(self.client.get(f"{LIST}?{query}"))
        chips = texts(tree, "//ul[@class='chips']/li")
        links = tree.xpath("//ul[@class='chips']//a")
        self.assertEqual(
            [chip.removesuffix("×") for chip in chips],
            ["Origin: Embassy Lima", "Tag: EAGR, Agriculture", "Created from: 2006-03-14"],
        )
        self.assertEqual(
            [(link.get("aria-label"), link.get("href")) for link in links],
            [
                (
                    "Remove filter: origin Embassy Lima",
                    f"{LIST}?tag=EAGR&created_after=2006-03-14&sort=-created",
                ),
                (
                    "Remove filter: tag EAGR, Agriculture",
                    f"{LIST}?origin=embassy-lima&created_after=2006-03-14&sort=-created",
                ),
                (
                    "Remove filter: created from 2006-03-14",
                    f"{LIST}?origin=embassy-lima&tag=EAGR&sort=-created",
                ),
            ],
        )
        self.assertIn(f"{LIST}?sort=-created", tree.xpath("//a[.='Remove all filters']/@href"))

    def test_an_empty_result_says_so(self):
        response = self.client.get(f"{LIST}?created_after=2020-01-01")
        self.assertContains(response, "Nothing here matches all filters.")
        self.assertContains(response, "<b>0 of 3 cables</b>", html=True)
        self.assertEqual(self.client.get(f"{LIST}?tag=EAGR&page=2").status_code, 404)

    def test_the_form_adds_to_the_filters(self):
        query = "origin=embassy-lima&created_after=2006-03-14&sort=reference"
        tree = page_of(self.client.get(f"{LIST}?{query}"))
        form = next(form for form in tree.forms if form.getparent().tag == "aside")
        form.fields["classification"] = "secret"
        sent = self.client.get(f"{form.action}?{urlencode(form.form_values())}", follow=True)
        self.assertEqual(
            sent.redirect_chain,
            [
                (
                    f"{LIST}?sort=reference&origin=embassy-lima&classification=secret"
                    "&created_after=2006-03-14",
                    302,
                )
            ],
        )
        self.assertEqual(references(sent), ["07LIMA900003"])

    def test_an_empty_form_leads_to_the_whole_list(self):
        self.assertRedirects(self.client.get(f"{LIST}?origin=&tag=+&created_after="), LIST)

    def test_a_list_does_not_offer_its_own_filter(self):
        for address, missing in (
            ("/origin/embassy-berlin/", "origin"),
            ("/classification/secret/", "classification"),
            ("/released/2012/03/05/", "released_after"),
        ):
            with self.subTest(address):
                self.assertNotContains(self.client.get(address), f'name="{missing}"')

    def test_filtered_lists_are_not_indexed_by_search_engines(self):
        robots = '<meta name="robots" content="noindex, nofollow">'
        self.assertContains(self.client.get(f"{LIST}?tag=EAGR"), robots)
        self.assertContains(self.client.get(f"{LIST}?sort=created"), robots)
        self.assertNotContains(self.client.get(f"{LIST}?page=1"), robots)

    def test_queries(self):
        query = "origin=embassy-berlin&tag=EFIS&created_after=2006-01-01"
        for address in LISTS:
            self.client.get(f"{address}?{query}")  # Fills the cache of tag meanings.
            with self.subTest(address), self.assertNumQueries(4):
                # The state number, the count, the keys of one page, its rows.
                self.client.get(f"{address}?{query}")


class RegistryTests(TestCase):
    def test_the_form_offers_every_filter_with_a_control(self):
        controls = {name for name, row in FILTERS.items() if getattr(row, "control", None)}
        self.assertEqual(set(FORM), controls)

    def test_questions_name_every_filter_or_have_a_field_for_it(self):
        fields = {*ALL_FIELDS.split("|"), "without", "created_after", "created_before"}
        self.assertEqual({*OF_FILTERS}, FILTERS.keys() - fields | {"class"})

    def test_every_parameter_is_in_the_docs(self):
        docs = DOCS.read_text()
        for name in [*CableFilter.base_filters, "page"]:
            with self.subTest(name):
                self.assertIn(f"`{name}`", docs)


class OrderTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        for number in range(4):
            make_cables(
                (f"0{6 + number % 2}BERLIN9{number:02}{serial:03}" for serial in range(40)),
                tags=["EFIS"],
                created=CREATED + timedelta(minutes=number % 3),
                released=date(2012, 3, 5 - number % 2),
            )
        make_cable("06ROME900001", origin="Embassy Rome", tags=["EFIS"], released=date(2013, 1, 1))

    def test_each_order_is_total_and_no_page_repeats_or_skips(self):
        for order, columns in ORDERS.items():
            expected = [cable.reference for cable in Cable.objects.order_by(*columns)]
            for query in ({}, {"origin": list(ORIGINS)[0]}):
                wanted = [name for name in expected if not query or "ROME" not in name]
                with self.subTest(order, query=query):
                    pages = [
                        references(self.client.get(LIST, {"sort": order, "page": n} | query))
                        for n in range(1, 5)
                    ]
                    self.assertEqual([len(page) for page in pages[:3]], [50, 50, 50])
                    self.assertEqual(sum(pages, []), wanted)

    def test_orders_are_the_reverse_of_each_other(self):
        names = [cable.reference for cable in Cable.objects.listed("-released")]
        for order in ("created", "released", "reference"):
            with self.subTest(order):
                down = [cable.reference for cable in Cable.objects.listed(f"-{order}")]
                up = [cable.reference for cable in Cable.objects.listed(order)]
                self.assertEqual(up, down[::-1])
        self.assertEqual(names, [cable.reference for cable in Cable.objects.listed()])

    def test_the_order_is_shown_and_can_be_chosen_in_one_place(self):
        orders = ["?sort=-created", "?sort=created", "?sort=reference"]
        for query, sorted_by, links in (
            ("", ("Released", "descending"), orders),
            (
                "?sort=created&tag=EFIS",
                ("Created", "ascending"),
                ["?tag=EFIS&sort=-created", "?tag=EFIS", "?tag=EFIS&sort=reference"],
            ),
            ("?sort=-reference", ("Reference ID", "descending"), [*orders[:2], "", orders[2]]),
        ):
            with self.subTest(query):
                tree = page_of(self.client.get(f"{LIST}{query}"))
                heads = tree.xpath("//th[@aria-sort]")
                self.assertEqual(
                    [(head.text_content(), head.get("aria-sort")) for head in heads], [sorted_by]
                )
                self.assertEqual(tree.xpath("//table[contains(@class, 'list')]/thead//a"), [])
                self.assertEqual(
                    tree.xpath("//details[@class='sort']//a/@href"),
                    [f"{LIST}{link}" for link in links],
                )

    def test_pages_keep_filters_and_order(self):
        tree = page_of(self.client.get(f"{LIST}?origin=embassy-berlin&sort=created&page=2&x=1"))
        links = set(tree.xpath("//nav[@class='pager']//a/@href"))
        kept = f"{LIST}?origin=embassy-berlin&sort=created&page="
        self.assertEqual(links, {f"{kept}{number}" for number in range(1, 5)})

    def test_queries(self):
        for order in ORDERS:
            self.client.get(LIST)
            with self.subTest(order), self.assertNumQueries(4):
                self.client.get(LIST, {"sort": order, "page": 2})


SPLIT = ["/origin/embassy-lima/", "/tag/EFIS/", "/classification/secret/"]
ASKED = st.fixed_dictionaries(
    {
        "origin": st.sets(st.sampled_from(list(ORIGINS))),
        "tag": st.sets(st.sampled_from(TAGS)),
        "classification": st.sets(st.sampled_from(list(CLASSES))),
    }
)
EARLY, LATE = (st.dates(date(2006, 3, first), date(2006, 3, first + 4)) for first in (11, 15))
DAYS = st.fixed_dictionaries(
    {},
    optional={
        "created_after": EARLY,
        "created_before": LATE,
        "released_after": EARLY,
        "released_before": LATE,
    },
)


class CountTests(TestCase):
    """The count of a filtered list is the number of cables that match every filter."""

    @classmethod
    def setUpTestData(cls):
        for number in range(48):
            make_cable(
                f"06BERLIN9{number:05}",
                origin=list(ORIGINS.values())[number % 2],
                classification=list(CLASSES.values())[number // 2 % 3],
                tags=[tag for place, tag in enumerate(TAGS) if (number + 1) >> place & 1],
                created=CREATED + timedelta(days=number % 5, hours=number),
                released=date(2006, 3, 12) + timedelta(days=number % 7),
            )

    def setUp(self):
        slugs = {value: slug for slug, value in CLASSES.items()}
        self.cables = list(Cable.objects.select_related("origin"))
        for cable in self.cables:
            cable.own = {
                "origin": {cable.origin.slug},
                "tag": set(cable.tags),
                "classification": {slugs[cable.classification]},
            }

    def fit(self, address, asked, days):
        """Return the references of the cables that match a list and its filters."""
        kind, value = address.strip("/").split("/")
        return {
            cable.reference
            for cable in self.cables
            if value in cable.own[kind]
            and all(not values or values & cable.own[name] for name, values in asked.items())
            and days.get("created_after", date.min) <= cable.created.date()
            and days.get("created_before", date.max) >= cable.created.date()
            and days.get("released_after", date.min) <= cable.released
            and days.get("released_before", date.max) >= cable.released
        }

    def test_the_count_is_the_number_of_rows(self):
        @settings(deadline=None, max_examples=examples(80))
        @given(st.sampled_from(SPLIT), ASKED, DAYS)
        def check(address, asked, days):
            wanted = self.fit(address, asked, days)
            response = self.client.get(address, asked | days)
            self.assertEqual(set(references(response)), wanted)
            self.assertEqual(response.context["page"].paginator.count, len(wanted))

        check()
