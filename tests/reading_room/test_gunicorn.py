"""What a process of the web server does before its first reader comes."""

from unittest.mock import Mock, patch

from django.db import OperationalError

from cables.search.fact_columns import columns_of
from cables.search.list_counts import ListCounts
from reading_room.gunicorn import post_worker_init

from ..base import TestCase
from ..builders import forget_counts, make_cable


class WorkerTests(TestCase):
    def setUp(self):
        forget_counts()
        self.enterContext(patch("reading_room.gunicorn.connections"))  # That of the test stays.

    def test_has_read_the_facts_of_all_cables(self):
        make_cable(tags=["PREL"])
        post_worker_init(Mock())
        tallies = ListCounts()
        with self.assertNumQueries(0):
            self.assertEqual(list(columns_of(tallies.state).tags.held), ["PREL"])
            self.assertEqual(tallies.total, 1)

    def test_starts_without_postgresql(self):
        worker = Mock()
        with patch(
            "cables.search.list_counts.ListCounts", side_effect=OperationalError("no server")
        ):
            post_worker_init(worker)
        self.assertIn("read later", worker.log.warning.call_args[0][0])
