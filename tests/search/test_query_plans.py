"""How PostgreSQL finds what has the words: by their index, whatever a word's share of the cables.

The shape of a plan is asserted, not a time: left to itself, the planner reads the whole table
for a word that many cables have.
"""

from datetime import timedelta
from unittest.mock import patch

from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from cables.search import run_search
from cables.search.fact_columns import BY_WORDS
from cables.search.list_counts import ListCounts
from cables.search.query import parse_question
from tests.base import TestCase
from tests.builders import CREATED, make_cables

FILLING = " ".join(f"filling{number}" for number in range(200))
RARE, COMMON = "salmon", "harbor"
WHOLE_TABLE = "Seq Scan on cables_cable"
WORDS = "cable_search_vector"


class PlanTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        for number in range(30):
            make_cables(
                (f"06BERLIN9{number:02}{serial:03}" for serial in range(100)),
                origin=("Embassy Lima", "Embassy Berlin")[number % 2],
                subject="HARBOR" if number % 3 else "TOLLS",
                body=f"1. {'harbor' if number % 10 else ''} w{number} {FILLING}",
                created=CREATED + timedelta(days=number),
                tags=["EFIS"] if number % 2 else ["EAGR"],
                cites=["06LIMA900001"] if number % 3 else [],
                partial=number == 7,
            )
        make_cables(["07LIMA900001"], body=f"1. salmon {FILLING}", header="FM X\nTO LIMA")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def plans(self, query="", many=2_000, **filters):
        """Return the plans of all that is asked of cables for an answer and its first page."""
        request = RequestFactory().get("/search/", {"q": query} | filters)
        cache.clear()
        tallies = ListCounts()
        self.assertTrue(tallies.total)  # The lists are counted, and that is kept.
        self.assertTrue(run_search.answer(request, parse_question(""), tallies).facets["tag"])
        with (
            patch.object(run_search, "RANK_ALL", many),
            CaptureQueriesContext(connection) as captured,
        ):
            answer = run_search.answer(request, parse_question(query), tallies)
            keys = answer.keys
        self.assertLessEqual(len(keys), answer.total)
        return [
            "\n".join(self.explain(asked["sql"], captured.captured_queries[:place]))
            for place, asked in enumerate(captured.captured_queries)
            if "cables_cable" in asked["sql"]
        ]

    def explain(self, sql, before):
        """Return the lines of a plan, under the settings that were made before it."""
        with connection.cursor() as cursor:
            for setting in BY_WORDS:
                cursor.execute(f"RESET {setting}")
            for asked in before:
                if "set_config" in asked["sql"] and "enable" in asked["sql"]:
                    cursor.execute(asked["sql"])
            cursor.execute(f"EXPLAIN {sql}")
            return [line for (line,) in cursor]

    def test_words_are_found_by_their_index(self):
        for query in (RARE, COMMON, f"{COMMON} -{RARE}", '"w1 filling0"', "w1 or w2", "harb*"):
            for filters in ({}, {"origin": "embassy-lima"}, {"sort": "-created"}):
                with self.subTest(query, filters=filters):
                    plan = self.plans(query, **filters)[0]
                    self.assertIn(WORDS, plan)
                    self.assertNotIn(WHOLE_TABLE, plan)
                    self.assertNotIn("cable_by_", plan)

    def test_filters_and_orders_ask_postgresql_nothing_more(self):
        for order in ("created", "-created", "released", "-released", "reference"):
            for filters in ({}, {"tag": "EFIS"}, {"partial": "yes", "origin": "embassy-berlin"}):
                with self.subTest(order, filters=filters):
                    self.assertEqual(len(self.plans(RARE, sort=order, **filters)), 1)

    def test_few_are_ranked_by_their_keys(self):
        found, ranked = self.plans(RARE)
        self.assertIn("cables_cable_pkey", ranked)
        self.assertNotIn(WHOLE_TABLE, ranked)
        self.assertNotIn("cable_by_", ranked)

    def test_subjects_have_an_index_of_their_own(self):
        found, subjects = self.plans("tolls", many=100)
        self.assertIn("cable_subject_words", subjects)
        self.assertNotIn(WHOLE_TABLE, subjects)

    def test_so_have_recipients(self):
        found = self.plans("to:lima")[0]
        self.assertIn("cable_recipients", found)
        self.assertNotIn(WHOLE_TABLE, found)
