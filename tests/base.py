"""Test classes that may use both database aliases, which are one connection during tests."""

from django import test
from django.core.cache import cache

__all__ = ["LiveServerTestCase", "OneConnection", "TestCase", "TransactionTestCase"]


class OneConnection:
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
