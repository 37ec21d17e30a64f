"""How PostgreSQL finds an answer: by the index of words, whatever a word's share of the cables.

The shape of a plan is asserted, not a time: left to itself, the planner reads the whole table
for a word that many cables have, and walks the index of dates for one that few have.
"""

from datetime import timedelta
from unittest.mock import patch

from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from cables import facets
from cables.asking import parse_question
from cables.tallies import Tallies
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

    def plans(self, query="", **filters):
        """Return the plans of all that is asked of cables for an answer and its first page."""
        request = RequestFactory().get("/search/", {"q": query} | filters)
        cache.clear()
        tallies = Tallies()
        self.assertTrue(tallies.total)  # The lists are counted, and that is kept.
        with CaptureQueriesContext(connection) as captured:
            answer = facets.answer(request, parse_question(query), tallies)
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
            for setting in facets.BY_WORDS:
                cursor.execute("SELECT set_config(%s, 'on', true)", [setting])
            for asked in before:
                if "set_config" in asked["sql"] and "enable" in asked["sql"]:
                    cursor.execute(asked["sql"])
            cursor.execute(f"EXPLAIN {sql}")
            return [line for (line,) in cursor]

    def test_words_are_found_by_their_index_and_counted_at_once(self):
        for query in (RARE, COMMON, f"{COMMON} -{RARE}", '"w1 filling0"', "w1 or w2", "harb*"):
            for filters in ({}, {"origin": "embassy-lima"}, {"tag": "EFIS"}, {"cites": "yes"}):
                with self.subTest(query, filters=filters):
                    counting = self.plans(query, **filters)[0]
                    self.assertNotIn(WHOLE_TABLE, counting)
                    self.assertNotIn("cable_by_created", counting)

    def test_a_rare_word_is_never_looked_for_along_an_order(self):
        for order in ("relevance", "created", "-created", "released", "-released", "reference"):
            with self.subTest(order):
                plans = self.plans(RARE, sort=order)
                self.assertEqual(len(plans), 2)
                self.assertIn(WORDS, plans[0])
                self.assertIn("cables_cable_pkey", plans[1])
                for plan in plans:
                    self.assertNotIn(WHOLE_TABLE, plan)
                    self.assertNotIn("cable_by_", plan)

    def test_the_order_of_a_common_word_is_walked_until_there_are_enough(self):
        with patch.multiple(facets, STRETCH=100, RANK_ALL=100):
            for order, index in (
                ("created", "cable_by_created"),
                ("released", "cable_by_released"),
            ):
                for sign in ("", "-"):
                    with self.subTest(f"{sign}{order}"):
                        counting, ordering = self.plans(COMMON, sort=f"{sign}{order}")
                        self.assertIn(WORDS, counting)
                        self.assertIn(index, ordering)
                        self.assertNotIn(WORDS, ordering)
                        self.assertNotIn(WHOLE_TABLE, ordering)

    def test_subjects_have_an_index_of_their_own(self):
        with patch.multiple(facets, STRETCH=100, RANK_ALL=100):
            _, subjects = self.plans("tolls")
        self.assertIn("cable_subject_words", subjects)
        self.assertNotIn(WHOLE_TABLE, subjects)

    def test_so_have_recipients(self):
        counting = self.plans("to:lima")[0]
        self.assertIn("cable_recipients", counting)
        self.assertNotIn(WHOLE_TABLE, counting)

    def test_few_cables_of_a_flag_are_found_by_its_index(self):
        self.assertIn("cable_partial", self.plans(partial="yes")[0])
