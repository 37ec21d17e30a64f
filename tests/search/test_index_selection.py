"""The search index selects, counts and orders as the database does."""

from datetime import date, timedelta
from unittest.mock import patch

from cables.models import Cable
from cables.models.querysets import ORDERS
from cables.search import index_selection
from cables.search.index_selection import COUNTED, published_cables
from cables.search.query import parse_question
from tests.base import TestCase
from tests.builders import CREATED, RELEASED, make_cable, make_cables, withhold

EVERYTHING = parse_question("")


def found(selection):
    return {*selection.keys("reference", 0, 100)}


class SelectionTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        for number in range(24):
            make_cable(
                f"06BERLIN9{number:05}",
                origin=("Embassy Lima", "Embassy Berlin")[number % 2],
                classification=("SECRET", "", "CONFIDENTIAL//NOFORN")[number % 3],
                created=CREATED + timedelta(days=40 * number - 15_000, hours=number),
                released=date(2012, 1, 1 + number % 5),
                tags=[("EFIS", "EAGR", "ROE, JANE")[number % 3]],
                body=("1. Fees rose.", "1. Dues fell.", "1. Fees fell.")[number % 3],
                partial=number % 4 == 0,
                cites=["06LIMA900001"] if number % 5 == 0 else [],
            )
        withhold(Cable.objects.get(reference="06BERLIN900003"), "It names a witness.")

    def test_selects_what_a_queryset_selects(self):
        day, cables = CREATED.date() - timedelta(days=14_600), Cable.objects.published()
        everything = published_cables()
        for name, given in (
            ("classified", ["SECRET", ""]),
            ("tagged", [["EFIS"]]),
            ("tagged", [["EFIS", "NONE"]]),
            ("partial", []),
            ("with_references", []),
            ("collected", [["letters"]]),
            ("created_after", [day]),
            ("created_before", [day]),
            ("sent_before", [day]),
            ("released_after", [date(2012, 1, 3)]),
            ("released_before", [date(2012, 1, 3)]),
        ):
            with self.subTest(name, given=given):
                wanted = getattr(cables, name)(*given)
                selected = getattr(everything, name)(*given)
                self.assertEqual(found(selected), {cable.pk for cable in wanted})

    def test_counts_each_published_cable_once(self):
        everything = published_cables()
        self.assertEqual(len(everything), 23)
        for counts in (everything.by_origin, everything.by_class, everything.by_month):
            self.assertEqual(sum(counts.values()), 23)
        self.assertEqual(everything.by_tag, {"EFIS": 7, "EAGR": 8})
        first = min(cable.created for cable in Cable.objects.published())
        self.assertEqual(min(everything.by_month), first.date().replace(day=1))

    def test_counts_many_cables_by_those_that_do_not_match(self):
        for name, given in (
            ("classified", ["SECRET", ""]),
            ("released_after", [date(2012, 1, 2)]),
            ("matching", [parse_question("rose or dues")]),
            ("matching", [parse_question("fell -dues")]),
        ):
            counts = []
            for share in (0, 1):  # Counted so whatever their number, and never.
                with patch.object(index_selection, "MANY", share):
                    selected = getattr(published_cables(), name)(*given)
                    selected.count_all(COUNTED)
                    counts.append((len(selected), selected.counts))
            with self.subTest(name, given=given):
                self.assertEqual(*counts)
                self.assertLess(0, counts[0][0])
                self.assertLess(counts[0][0], 23)

    def test_counts_many_cables_without_one_that_was_withheld_since(self):
        everything = published_cables()
        everything.count_all()
        withhold(Cable.objects.get(reference="06BERLIN900005"), "It names a witness.")
        with patch.object(index_selection, "MANY", 0):
            tagged = published_cables().tagged(["ROE"])
            most = published_cables().released_after(date(2012, 1, 1))
            self.assertEqual(sum(most.by_origin.values()), 22)
            self.assertEqual(len(tagged), 0)

    def test_each_order_is_that_of_lists_and_goes_on_behind_any_cable(self):
        make_cables(
            (f"FRUS1964-68v01d{number}" for number in range(12)), created=CREATED, released=RELEASED
        )
        everything = published_cables()
        for order, columns in ORDERS.items():
            listed = list(Cable.objects.published().listed(order))
            names = [column.lstrip("-") for column in columns]
            with self.subTest(order):
                keys = [cable.pk for cable in listed]
                self.assertEqual(everything.keys(order, 0, 100), keys)
                self.assertEqual(everything.keys(order, 5, 9), keys[5:9])
                for place, cable in enumerate(listed, 1):
                    key = [getattr(cable, name) for name in names]
                    self.assertEqual(everything.behind(order, key).keys(order, 0, 99), keys[place:])


class EmptyTests(TestCase):
    def test_an_empty_archive_has_no_facts(self):
        nothing = published_cables().tagged(["EFIS"]).matching(parse_question("harbor"))
        self.assertEqual(len(nothing), 0)
        self.assertEqual(nothing.keys("-released", 0, 10), [])
        self.assertEqual((nothing.by_tag, nothing.by_month), ({}, {}))
        self.assertEqual(len(published_cables().matching(EVERYTHING)), 0)
