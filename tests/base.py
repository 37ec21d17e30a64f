"""Test classes that may use both database aliases, which are one connection during tests."""

from django import test

__all__ = ["LiveServerTestCase", "TestCase", "TransactionTestCase"]


class TestCase(test.TestCase):
    """A test in a transaction that is rolled back; the alias `reader` sees its rows."""

    databases = "__all__"


class TransactionTestCase(test.TransactionTestCase):
    """A test whose rows are committed, and removed after it."""

    databases = "__all__"


class LiveServerTestCase(test.LiveServerTestCase):
    """A test with a server for a browser, at self.live_server_url."""

    databases = "__all__"
