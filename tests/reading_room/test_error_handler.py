"""What readers and programs get while the database does not answer."""

from unittest import mock

import psycopg
from django.db import DataError, OperationalError
from django.test import RequestFactory
from psycopg import errors

from reading_room import error_handler
from tests.base import TestCase

GONE = [
    psycopg.OperationalError("connection refused"),
    psycopg.InterfaceError("the connection is closed"),
    errors.AdminShutdown(),
    errors.CannotConnectNow(),
    errors.TooManyConnections(),
    errors.DiskFull(),
    errors.DeadlockDetected(),
    errors.QueryCanceled(),
    errors.ReadOnlySqlTransaction(),
]
OURS = [errors.UndefinedTable(), errors.InvalidTextRepresentation(), ValueError("No.")]


def broken(error):
    """Make the home page's view fail as Django does where the driver raised an error."""

    def fail(*args, **kwargs):
        raise OperationalError("It says where the server is.") from error

    return mock.patch("cables.views.home.ListCounts.current", side_effect=fail)


class OutageTests(TestCase):
    def setUp(self):
        self.client.raise_request_exception = False
        error_handler.last_warning = float("-inf")

    def test_readers_get_503_with_a_page_that_needs_no_database(self):
        for error in GONE:
            with self.subTest(type(error).__name__), broken(error):
                response = self.client.get("/?q=secret")
                self.assertContains(response, "closed for a moment", status_code=503)
                self.assertEqual(response["Retry-After"], "10")
                self.assertEqual(response["Cache-Control"], "no-store")
                self.assertIn("default-src 'none'", response["Content-Security-Policy"])

    def test_the_503_page_makes_no_query(self):
        for address in ("/", "/search.json"):
            with self.subTest(address), self.assertNumQueries(0):
                response = error_handler.unavailable(RequestFactory().get(address), GONE[0])
                self.assertEqual(response.status_code, 503)

    def test_programs_get_a_problem(self):
        with mock.patch("cables.views.quote.answer") as answer:
            for cause, status in ((GONE[0], 503), (OURS[0], 500)):
                with self.subTest(status):
                    error = OperationalError("It says where the server is.")
                    error.__cause__ = cause
                    answer.side_effect = error
                    error_handler.last_warning = float("-inf")
                    with self.assertLogs("django" if status == 500 else error_handler.log):
                        response = self.client.post("/quote.json")
                    self.assertEqual(response.status_code, status)
                    self.assertEqual(response["Content-Type"], "application/problem+json")
                    self.assertEqual(response.json()["status"], status)
                    self.assertNotIn("where the server", response.content.decode())

    def test_an_error_of_the_room_is_not_an_outage(self):
        for error in OURS:
            with self.subTest(type(error).__name__):
                self.assertFalse(error_handler.is_outage(error))
        with broken(OURS[0]), self.assertLogs("django.request", "ERROR"):
            response = self.client.get("/")
        self.assertContains(response, "The error is ours", status_code=500)

    def test_an_error_caused_by_the_outage_counts_as_one(self):
        try:
            try:
                raise errors.AdminShutdown
            except psycopg.Error:
                raise DataError("later") from None
        except DataError as error:
            self.assertTrue(error_handler.is_outage(error))

    def test_an_outage_is_logged_once_in_ten_seconds(self):
        with self.assertLogs(error_handler.log, "WARNING") as logs, broken(errors.QueryCanceled()):
            for _ in range(3):
                self.client.get("/?q=secret")
        self.assertEqual(len(logs.output), 1)
        self.assertIn("QueryCanceled", logs.output[0])
        self.assertNotIn("secret", logs.output[0])
