"""What a process of the web server does before its first reader comes."""

from unittest.mock import Mock, patch

from django.db import OperationalError

from cables.search.list_counts import ListCounts
from cables.search_index import reader
from reading_room.gunicorn import post_worker_init

from ..base import TestCase
from ..builders import forget_counts, make_cable


class WorkerTests(TestCase):
    def setUp(self):
        forget_counts()
        self.enterContext(patch("reading_room.gunicorn.connections"))  # That of the test stays.

    def test_has_counted_the_lists_and_opened_the_index(self):
        make_cable(tags=["PREL"])
        with patch.object(reader.open_index_of_process, "snapshot") as snapshot:
            post_worker_init(Mock())
        snapshot.assert_called_once()
        tallies = ListCounts()
        with self.assertNumQueries(0):
            self.assertEqual(tallies.total, 1)

    def test_starts_without_postgresql_and_without_an_index(self):
        for name, error in (
            ("cables.search.list_counts.ListCounts", OperationalError("no server")),
            ("cables.search_index.reader.snapshot_of", reader.IndexNotReady()),
        ):
            worker = Mock()
            with self.subTest(name), patch(name, side_effect=error):
                post_worker_init(worker)
                self.assertIn("opened later", worker.log.warning.call_args[0][0])
