"""What a process of the web server does before its first reader comes."""

from unittest.mock import MagicMock, Mock, patch

from django.db import OperationalError
from django.template import Template, engines
from django.test import override_settings

from cables.search.list_counts import ListCounts
from cables.search_index import reader
from reading_room.gunicorn import post_worker_init, when_ready

from ..base import TestCase
from ..builders import forget_counts, make_cable


class WorkerTests(TestCase):
    def setUp(self):
        forget_counts()
        self.enterContext(patch("reading_room.gunicorn.connections"))  # That of the test stays.

    def test_has_counted_the_lists_and_read_the_templates_of_each_kind_of_page(self):
        make_cable(subject="HARBOR FEES", tags=["PREL"])
        engines["django"].engine.template_loaders[0].reset()
        worker = Mock()
        post_worker_init(worker)
        worker.log.warning.assert_not_called()
        with patch.object(Template, "compile_nodelist") as compiling:
            for address in ("/", "/cable/06BERLIN900001/", "/tag/PREL/", "/search/?q=harbor"):
                self.assertEqual(self.client.get(address).status_code, 200)
        compiling.assert_not_called()
        counts = ListCounts.current()
        with self.assertNumQueries(0):
            self.assertEqual(counts.total, 1)

    def test_pages_are_made_before_the_processes_part_if_no_thread_watches_servers(self):
        one, several = MagicMock(), {"reader": type("Several", (), {"fleet": None})()}
        for preload, servers, times in ((True, one, 1), (False, one, 0), (True, several, 0)):
            with (
                self.subTest(preload=preload, times=times),
                patch("reading_room.gunicorn.connections", servers),
                patch("reading_room.gunicorn.make_pages") as made,
                patch("reading_room.gunicorn.gc"),
                patch.object(reader, "open_index_of_process", reader.OpenIndex()),
            ):
                when_ready(Mock(cfg=Mock(preload_app=preload)))
                self.assertEqual(made.call_count, times)

    def test_asks_for_the_pages_of_any_host_that_is_allowed(self):
        for hosts in (["*"], [".example.org"], ["cables.example.org", "localhost"]):
            with self.subTest(hosts), override_settings(ALLOWED_HOSTS=hosts, HTTPS=True):
                worker = Mock()
                post_worker_init(worker)
                worker.log.warning.assert_not_called()

    def test_opens_the_index_and_searches_it(self):
        make_cable(subject="HARBOR FEES")
        with patch(
            "cables.views.list_pages.search_page.answer", side_effect=reader.IndexNotReady
        ) as asked:
            worker = Mock()
            post_worker_init(worker)
        self.assertEqual(asked.call_args.args[0].question.text, "HARBOR FEES")
        worker.log.warning.assert_not_called()

    def test_starts_without_postgresql(self):
        worker = Mock()
        with patch(
            "cables.views.home.ListCounts.current", side_effect=OperationalError("no server")
        ):
            post_worker_init(worker)
        self.assertIn("longer", worker.log.warning.call_args[0][0])
