"""The statements of the queries that pages make most often."""

from unittest import TestCase

from cables.models.querysets import AROUND

LONGEST_KEPT = 4_096  # Bytes: psycopg parses a longer statement again each time.


class StatementTests(TestCase):
    def test_what_is_around_a_cable_is_one_statement_that_psycopg_parses_once(self):
        self.assertLessEqual(len(AROUND.encode()), LONGEST_KEPT)
