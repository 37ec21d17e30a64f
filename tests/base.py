"""Test classes that may use both database aliases, which are one connection during tests."""

import unittest
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from django import test
from django.core.cache import cache

__all__ = [
    *("FolderTestCase", "LiveServerTestCase", "OneConnection", "Sampled"),
    *("TestCase", "TransactionTestCase"),
]


class WithFolder:
    """Part of a test class: `self.folder` is a folder of the test alone, gone with it."""

    @cached_property
    def folder(self):
        # A thread of the search index may still write a file while all are removed.
        return Path(self.enterContext(TemporaryDirectory(ignore_cleanup_errors=True)))

    def write(self, name, data):
        """Write bytes, or text, into a file of the folder and return its path."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path


class FolderTestCase(WithFolder, unittest.TestCase):
    """A test with files and without the database."""


class Sampled:
    """Part of a test class: a run of whole packages tries a part of its tests (tests/slow.py)."""


class OneConnection(Sampled, WithFolder):
    """Part of a test class: it may use both aliases, which are rolled back or emptied once."""

    databases = "__all__"

    @classmethod
    def setUpClass(cls):
        cache.clear()  # Pages and counts of another class can have the same state number.
        super().setUpClass()

    def setUp(self):
        cache.clear()  # The number of the state may be that of another test, rolled back.
        super().setUp()

    @classmethod
    def _databases_names(cls, include_mirrors=True):
        return ["default"]  # Django would empty the same tables for `reader` once more.


class TestCase(OneConnection, test.TestCase):
    """A test in a transaction that is rolled back; the alias `reader` sees its rows."""


class TransactionTestCase(OneConnection, test.TransactionTestCase):
    """A test whose rows are committed, and removed after it."""


class LiveServerTestCase(OneConnection, test.LiveServerTestCase):
    """A test with a server for a browser, at self.live_server_url."""
