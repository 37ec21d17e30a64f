"""Counts of facets: each is the number of results behind its link."""

from datetime import date, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from cables.models import Cable, Collection, Country, Origin
from cables.models.querysets import ORDERS
from cables.search import run_search
from cables.search.filters import ListQuery
from cables.search.list_counts import ListCounts
from tests.base import TestCase
from tests.builders import CREATED, make_cable, make_cables, withhold
from tests.slow import examples

WORDS = ("harbor", "salmon", "fees", "grain", "tolls")
ORIGINS = ("Embassy Lima", "Embassy Berlin", "Consulate Hamburg", "Mission Geneva")
COUNTRIES = {"Peru": ORIGINS[:1], "Germany": ORIGINS[1:3]}
CLASSES = ("", "SECRET", "UNCLASSIFIED")
TAGS = ("EFIS", "EAGR", "UNGA/C-6", "FISHER, ANN")

QUESTIONS = st.lists(
    st.one_of(
        st.sampled_from(WORDS),
        st.sampled_from(
            [
                *(
                    '"harbor fees"',
                    "-grain",
                    "or",
                    "sal*",
                    "subject:tolls",
                    "tag:EFIS",
                    "origin:lima",
                ),
                *("before:2007", "after:2006-06", "to:washdc", "the", '"', "?"),
            ]
        ),
    ),
    max_size=4,
).map(" ".join)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "origin": st.lists(
            st.sampled_from(["embassy-lima", "embassy-berlin", "mission-geneva", "x"]), max_size=2
        ),
        "country": st.lists(st.sampled_from(["peru", "germany"]), max_size=2),
        "tag": st.lists(st.sampled_from(["EFIS", "eagr", "UNGA/C-6"]), max_size=2),
        "classification": st.lists(st.sampled_from(["secret", "not-marked"]), max_size=2),
        "collection": st.sampled_from(["cables", "letters", "x"]),
        "partial": st.just("yes"),
        "cites": st.just("yes"),
        "mark": st.just("SBU"),
        "created_after": st.dates(date(2005, 1, 1), date(2008, 1, 1)),
        "created_before": st.dates(date(2006, 1, 1), date(2009, 1, 1)),
        "released_after": st.dates(date(2012, 1, 1), date(2012, 2, 1)),
        "sort": st.sampled_from(["relevance", "created", "-created", "-released", "x"]),
    },
)


def answer(query="", **filters):
    """Return the answer to a question with filters, with an empty cache."""
    cache.clear()
    return answer_to({"q": query} | filters)


def answer_to(parameters):
    asked = ListQuery.from_address(f"/search/?{urlencode(parameters, doseq=True)}")
    return run_search.answer(asked, ListCounts.current())


def follow(address):
    """Return the answer at the address of a link."""
    parameters = {}
    for name, value in parse_qsl(urlsplit(address).query):
        parameters.setdefault(name, []).append(value)
    return answer_to(parameters)


def make_archive():
    """Store sixty cables with different words, origins, tags and dates."""
    Collection.objects.create(slug="letters", name="Letters")
    for number in range(60):
        words = [word for place, word in enumerate(WORDS) if number + 1 >> place & 1]
        make_cable(
            f"06BERLIN9{number:05}",
            origin=ORIGINS[number % 4],
            subject=" ".join(words[:2]).upper(),
            body=f"1. (SBU) {' '.join(words)}.",
            classification=CLASSES[number % 3],
            tags=[tag for place, tag in enumerate(TAGS) if number * 7 >> place & 1],
            marks=["SBU"] if number % 5 else [],
            cites=["06LIMA900001"] if number % 2 else [],
            partial=number % 7 == 0,
            collections=["letters"] if number % 9 == 0 else ["cables"],
            created=CREATED + timedelta(days=number * 17),
            released=date(2012, 1, 1 + number % 20),
        )
    for name, origins in COUNTRIES.items():
        country = Country.objects.create(name=name, slug=name.lower(), iso2=name[:2].upper())
        Origin.objects.filter(name__in=origins).update(country=country)


class CountTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_archive()
        for number in (3, 13, 31):
            withhold(Cable.objects.get(reference=f"06BERLIN9{number:05}"), "It names a witness.")

    def test_each_count_is_the_number_of_results_of_its_link(self):
        @settings(deadline=None, max_examples=examples(60))
        @given(QUESTIONS, FILTERS)
        def check(query, filters):
            given = answer(query, **filters)
            self.assertEqual(given.total, len(given.found[:]))
            self.assertEqual(given.total, len(set(given.found[:])))
            for facet, values in given.facets.items():
                for value, _, cables in values:
                    linked = follow(given.address(facet, value))
                    self.assertEqual(linked.total, cables, (facet, value))
                    self.assertEqual(len(linked.found[:]), cables)

        check()

    def test_each_facet_has_all_its_values(self):
        given = answer("harbor")
        cables = Cable.objects.published().filter(body__contains="harbor")
        self.assertEqual(given.total, cables.count())
        for facet in ("origin", "classification", "year"):
            with self.subTest(facet):
                self.assertEqual(sum(n for _, _, n in given.facets[facet]), given.total)
        self.assertEqual(sum(given.months.values()), given.total)
        self.assertEqual([code for code, _, _ in given.facets["country"]], ["germany", "peru"])
        self.assertNotIn("FISHER, ANN", {code for code, _, _ in given.facets["tag"]})

    def test_choosing_a_value_does_not_change_its_own_facet(self):
        for name, value, facet in (
            ("origin", "embassy-lima", "origin"),
            ("country", "germany", "country"),
            ("tag", "EFIS", "tag"),
            ("classification", "secret", "classification"),
            ("created_after", "2007-01-01", "year"),
        ):
            with self.subTest(name):
                chosen = answer("harbor", **{name: value})
                free = answer("harbor")
                self.assertLess(chosen.total, free.total)
                self.assertEqual(chosen.facets[facet], free.facets[facet])
                others = run_search.FACETS.keys() - {facet}
                self.assertTrue(any(chosen.facets[f] != free.facets[f] for f in others))

    def test_each_filter_keeps_the_matching_cables(self):
        cables = Cable.objects.published()
        for filters, wanted in (
            ({"partial": "yes"}, cables.filter(partial=True)),
            ({"cites": "yes"}, cables.exclude(cites=[])),
            ({"collection": "letters"}, cables.filter(collections=["letters"])),
            ({"mark": "(sbu)"}, cables.filter(marks=["SBU"])),
            ({"country": "peru"}, cables.filter(origin__name="Embassy Lima")),
            ({"country": "peru", "origin": "embassy-berlin"}, cables.none()),
        ):
            with self.subTest(filters):
                self.assertEqual(set(answer(**filters).found[:]), {cable.pk for cable in wanted})
                for address in ("/classification/secret/", "/tag/EFIS/", "/mark/SBU/"):
                    page = self.client.get(address, filters)
                    everything = {row.pk for row in self.client.get(address).context["page"]}
                    shown = {row.pk for row in page.context["page"]}
                    self.assertEqual(shown, everything & {cable.pk for cable in wanted})


class CheapTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_archive()

    def test_a_search_asks_postgresql_for_no_more_than_the_state(self):
        answer("harbor fees")  # The lists are counted, and their counts kept.
        for parameters in (
            {"q": "harbor fees"},
            {"q": "tolls -grain", "sort": "-created", "partial": "yes"},
            {"origin": "embassy-lima", "tag": "EFIS"},
        ):
            with self.subTest(parameters), CaptureQueriesContext(connection) as captured:
                answer_to(parameters).keys  # noqa: B018
            asked = [query["sql"] for query in captured if "hashtextextended" not in query["sql"]]
            self.assertEqual([sql for sql in asked if "cables_state" not in sql], [])

    def test_a_change_is_seen_at_once(self):
        before = answer("harbor")
        gone = Cable.objects.get(pk=before.keys[0])
        withhold(gone, "It names a witness.")
        after = answer_to({"q": "harbor"})
        self.assertEqual(after.total, before.total - 1)
        self.assertNotIn(gone.pk, after.keys)


class OrderTests(TestCase):
    """Of many results, each comes exactly once, from whichever index they are read."""

    @classmethod
    def setUpTestData(cls):
        for number in range(4):
            make_cables(
                (f"06BERLIN9{number}{serial:04}" for serial in range(60)),
                subject=("HARBOR", "SALMON")[number % 2],
                body="1. Harbor and salmon.",
                created=CREATED + timedelta(days=number),
                released=date(2012, 1, 1 + number % 3),
            )

    def test_every_order_is_that_of_lists(self):
        for order in ORDERS:
            with self.subTest(order):
                found = answer("harbor", sort=order).found
                keys = list(Cable.objects.listed(order).primary_keys())
                self.assertEqual(found[:], keys)
                self.assertEqual(found[90:130], keys[90:130])
                self.assertEqual(found[239:], keys[239:])

    def test_pages_have_the_results_in_order(self):
        self.assertEqual(len(answer("harbor", page="12").keys), 20)
        self.assertEqual(answer("harbor", page="13").keys, [])
        self.assertEqual(answer("harbor", page="9" * 400).keys, answer("harbor").keys)
