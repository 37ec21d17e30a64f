"""The statements of the queries that pages make most often, and the order by reference."""

from django.db import connections, transaction

from cables.models import Cable, Marking
from cables.models.querysets import AROUND, BY_REFERENCE, reference_order
from cables.search.index_selection import published_cables
from tests.base import TestCase
from tests.builders import make_cable

LONGEST_KEPT = 4_096  # Bytes: psycopg parses a longer statement again each time.


class StatementTests(TestCase):
    def test_what_is_around_a_cable_is_one_statement_that_psycopg_parses_once(self):
        self.assertLessEqual(len(AROUND.encode()), LONGEST_KEPT)

    def test_cables_that_cite_it_are_read_from_an_index(self):
        rows = Cable.objects.around(make_cable(), [], "07BERLIN900001", 1, 1)
        with connections["reader"].cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
            cursor.execute(f"EXPLAIN {AROUND}", rows.params)
            self.assertNotIn("Seq Scan on cables_cable", str(cursor.fetchall()))


SORTED = (
    *("11PARIS7", "25ROME900001", "25ROME900001-2", "66ROME900001", "75LISBON12", "99STATE900001"),
    *("00STATE900001", "09ROME900001", "09ROME900002", "10BERLIN900001"),
    *("FRUS1861-D12", "FRUS1955-57V99-D1", "P750066-0259"),
)
SHUFFLED = SORTED[1::2] + SORTED[::2]


class OrderByReferenceTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        for reference in SHUFFLED:
            make_cable(reference, captions=["NODIS"])

    def test_references_sort_by_year_in_four_digits(self):
        self.assertEqual(sorted(SHUFFLED, key=reference_order), [*SORTED])

    def test_lists_are_in_this_order_and_in_its_reverse(self):
        for rows in (Cable.objects.published(), Marking.objects.published_under("NODIS")):
            for order, wanted in (("reference", SORTED), ("-reference", SORTED[::-1])):
                with self.subTest(rows.model.__name__, order=order):
                    listed = rows.listed(order).values_list("reference", flat=True)
                    self.assertEqual([*listed], [*wanted])
                    self.assertEqual([*listed.reverse()], [*wanted[::-1]])

    def test_portions_neither_repeat_nor_skip_a_cable(self):
        for rows in (Cable.objects.published(), Marking.objects.published_under("NODIS")):
            for order, wanted in (("reference", SORTED), ("-reference", SORTED[::-1])):
                with self.subTest(rows.model.__name__, order=order):
                    key, found = (), []
                    while portion := rows.portion(order, key, 2):
                        found += [reference for reference, _ in portion]
                        key = portion[-1][:1]
                    self.assertEqual(found, [*wanted])

    def test_the_search_index_has_the_same_order(self):
        everything = published_cables()
        for order, wanted in (("reference", SORTED), ("-reference", SORTED[::-1])):
            keys = everything.keys(order, 0, len(SORTED))
            cables = Cable.objects.in_bulk(keys)
            with self.subTest(order):
                self.assertEqual([cables[key].reference for key in keys], [*wanted])
                for place, reference in enumerate(wanted, 1):
                    behind = len(everything.behind(order, [reference]))
                    self.assertEqual(behind, len(wanted) - place)
        self.assertEqual(sorted(name for name, _ in everything.references()), sorted(SORTED))

    def test_pages_show_this_order(self):
        for address in (
            "/caption/NODIS.json",
            "/released/2012/03/05.json",
            "/search.json?q=harbor",
        ):
            with self.subTest(address):
                sign = "&" if "?" in address else "?"
                answer = self.client.get(f"{address}{sign}sort=reference").json()
                rows = answer.get("cables") or answer["results"]
                self.assertEqual([each["reference"] for each in rows], [*SORTED])

    def test_the_list_of_all_cables_is_read_from_an_index(self):
        cables = Cable.objects.published().using("default")
        with transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
            for order in ("reference", "-reference"):
                plan = cables.listed(order).values_list("reference", flat=True)[:50].explain()
                with self.subTest(order):
                    self.assertIn("cable_by_reference", plan)
                    self.assertNotIn("Sort", plan)
            plan = Cable.objects.order_by(BY_REFERENCE, "-pk")[:50].explain()
            self.assertIn("cable_by_reference", plan)  # The list at the desk.
