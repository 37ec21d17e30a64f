"""The arrays of facts select and count the same as the database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from unittest.mock import patch

from cables.models import Cable, State
from cables.search import fact_columns
from cables.search.fact_columns import HELD, Columns, columns_of
from cables.search.query import parse_question
from tests.base import TestCase
from tests.builders import CREATED, make_cable, withhold

EVERYTHING = parse_question("")


def found(selection):
    return {*selection.keys("reference").tolist()}


class ColumnsTests(TestCase):
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
                partial=number % 4 == 0,
                cites=["06LIMA900001"] if number % 5 == 0 else [],
            )
        withhold(Cable.objects.get(reference="06BERLIN900003"), "It names a witness.")

    def test_selects_what_a_queryset_selects(self):
        day, cables = CREATED.date() - timedelta(days=14_600), Cable.objects.published()
        everything = Columns().all()
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
        everything = Columns().all()
        self.assertEqual(len(everything), 23)
        for counts in (
            everything.by_origin,
            everything.by_class,
            everything.by_month,
        ):
            self.assertEqual(sum(counts.values()), 23)
        self.assertEqual(everything.by_tag, {"EFIS": 7, "EAGR": 8})
        first = min(cable.created for cable in Cable.objects.published())
        self.assertEqual(min(everything.by_month), first.date().replace(day=1))

    def test_a_cable_that_came_later_is_not_among_them(self):
        held = Columns()
        make_cable("07BERLIN900001", body="1. Zebra.")
        self.assertEqual(len(held.all().saying(parse_question("zebra"))), 0)
        self.assertEqual(len(Columns().all().saying(parse_question("zebra"))), 1)

    def test_matches_of_another_snapshot_are_not_used(self):
        """Places of one reading mean other cables in the next."""
        fees = parse_question("fees")
        self.assertEqual(len(Columns().all().saying(fees)), 23)
        make_cable("05BERLIN900001", subject="ZEBRA", body="1. Zebra.")
        self.assertEqual(len(Columns().all().saying(fees)), 23)

    def test_columns_are_read_once_for_a_state(self):
        HELD.clear()
        with patch.object(fact_columns, "Columns") as reading, ThreadPoolExecutor(4) as readers:
            reads = list(readers.map(columns_of, [7] * 20))
        HELD.clear()
        self.assertEqual(reading.call_count, 1)
        self.assertEqual(len({id(each) for each in reads}), 1)

    def test_a_newer_state_replaces_the_one_before(self):
        state = State.objects.get().number
        columns_of(state)
        columns_of(state + 1)
        self.assertEqual(list(HELD), [state + 1])

    def test_the_state_of_a_lagging_replica_is_kept_beside_the_newest(self):
        HELD.clear()
        self.addCleanup(HELD.clear)
        newest = columns_of(8)
        before = columns_of(7)
        self.assertIs(columns_of(8), newest)
        self.assertIs(columns_of(7), before)
        self.assertNotEqual(newest.token, before.token)
        columns_of(9)
        self.assertEqual(list(HELD), [9])


class EmptyTests(TestCase):
    def test_an_empty_archive_has_no_facts(self):
        nothing = Columns().all().tagged(["EFIS"]).matching(parse_question("harbor"))
        self.assertEqual(len(nothing), 0)
        self.assertEqual(nothing.keys("-released").tolist(), [])
        self.assertEqual((nothing.by_tag, nothing.by_month), ({}, {}))
        self.assertEqual(len(Columns().all().matching(EVERYTHING)), 0)
