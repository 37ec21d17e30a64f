"""Static files are collected when one has changed, by one process at a time."""

import os
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest import mock

from django.test import SimpleTestCase, override_settings

from cables.operations.static_files import collect_changed_files
from tests.waiting import PATIENCE

MODULE = "cables.operations.static_files"


class StaticFilesTests(SimpleTestCase):
    def setUp(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()), "static")
        self.manifest = folder / "staticfiles.json"
        self.enterContext(override_settings(STATIC_ROOT=str(folder)))
        self.collect = self.enterContext(mock.patch(f"{MODULE}.call_command"))

    def made(self):
        self.manifest.parent.mkdir()
        self.manifest.touch()

    def test_static_files_are_collected_the_first_time(self):
        collect_changed_files()
        self.collect.assert_called_once_with("collectstatic", interactive=False, verbosity=0)

    def test_static_files_are_not_collected_twice(self):
        self.made()
        collect_changed_files()
        self.collect.assert_not_called()

    def test_static_files_are_collected_after_a_change(self):
        self.made()
        os.utime(self.manifest, (0, 0))
        collect_changed_files()
        self.collect.assert_called_once()

    def test_with_debug_django_serves_static_files(self):
        with override_settings(DEBUG=True):
            collect_changed_files()
        self.collect.assert_not_called()

    def test_two_rooms_that_start_at_once_collect_one_after_the_other(self):
        begun, finish = threading.Event(), threading.Event()

        def collect(*_, **__):
            begun.set()
            self.assertTrue(finish.wait(PATIENCE))
            self.manifest.touch()

        self.collect.side_effect = collect
        with ThreadPoolExecutor(2) as rooms:
            first = rooms.submit(collect_changed_files)
            self.assertTrue(begun.wait(PATIENCE))
            second = rooms.submit(collect_changed_files)
            with self.assertRaises(TimeoutError):
                second.result(0.3)
            finish.set()
            first.result(PATIENCE)
            second.result(PATIENCE)
        self.collect.assert_called_once()
