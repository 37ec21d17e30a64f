"""The log tells what went wrong, and not what a reader asked; answers without the database."""

import json
import logging
import sys
import unittest
from types import SimpleNamespace
from unittest import mock

import psycopg
from django.db import DataError, OperationalError
from django.test import RequestFactory
from psycopg import errors

from reading_room import error_handler
from reading_room.logs import JsonLines, LineFormatter, ServerLogger
from tests.base import TestCase

WORDS = "what a reader typed"


def record(name="django.request"):
    try:
        try:
            raise ValueError(WORDS)
        except ValueError as error:
            raise RuntimeError(f"no {WORDS}") from error
    except RuntimeError:
        made = logging.LogRecord(
            name, logging.ERROR, __file__, 1, "%s: %s", ("Failed", f"/{WORDS}/"), sys.exc_info()
        )
    made.request = RequestFactory().get("/search/", {"q": WORDS})
    made.request.resolver_match = SimpleNamespace(route="search/")
    made.status_code = 500
    return made


class LinesTests(unittest.TestCase):
    def test_kinds_and_places_of_errors_without_words(self):
        for formatter in (LineFormatter("%(levelname)s %(message)s"), JsonLines()):
            with self.subTest(type(formatter).__name__):
                line = formatter.format(record())
                self.assertNotIn(WORDS, line)
                for told in ("Failed: /search/", "ValueError", "RuntimeError", "test_logs.py"):
                    self.assertIn(told, line)

    def test_an_address_without_a_view_is_not_told(self):
        made = record()
        made.request.resolver_match = None
        line = LineFormatter("%(message)s").format(made)
        self.assertIn("Failed: an address without a view", line)
        self.assertNotIn(WORDS, line)

    def test_an_answer_that_broke_off_does_not_name_its_address(self):
        made = record("waitress")
        made.msg, made.args = f"Exception while serving /{WORDS}/", ()
        line = LineFormatter("%(message)s").format(made)
        self.assertTrue(line.startswith("An answer broke off"))
        self.assertNotIn(WORDS, line)

    def test_a_task_that_failed_is_named_without_its_arguments(self):
        made = record("procrastinate.worker")
        job = {"task_name": "decide_on_load", "call_string": f"decide_on_load[5](reason='{WORDS}')"}
        made.job, made.exc_info = job, None
        made.msg, made.args = f"Job {job['call_string']} ended with status: Error", ()
        line = LineFormatter("%(message)s").format(made)
        self.assertEqual(line, "Job decide_on_load ended with status: Error")

    def test_commands_tell_all(self):
        self.assertIn(WORDS, LineFormatter("%(message)s").format(record("cables.loader")))

    def test_json_is_one_object_a_line(self):
        line = JsonLines().format(record())
        self.assertNotIn("\n", line)
        told = json.loads(line)
        self.assertEqual((told["level"], told["status"]), ("ERROR", 500))
        self.assertEqual(told["logger"], "django.request")


class ServerLoggerTests(unittest.TestCase):
    def setUp(self):
        config = SimpleNamespace(
            **dict.fromkeys(["logconfig", "logconfig_json", "logconfig_dict", "accesslog"]),
            **{"errorlog": "-", "loglevel": "warning", "capture_output": False, "syslog": False},
            **{"user": None, "group": None, "access_log_format": ""},
        )
        with mock.patch.dict("os.environ", LOG_FORMAT="json"):
            self.logger = ServerLogger(config)

    def said(self, method, *args):
        with self.assertLogs("gunicorn.error") as logs:
            getattr(self.logger, method)(*args)
        return self.logger.error_log.handlers, logs.output[0]

    def test_no_sender_and_no_address(self):
        with self.assertNoLogs("gunicorn.error"), mock.patch("reading_room.logs.counts") as counts:
            self.logger.warning("Invalid request from ip=203.0.113.9: q=secret")
        counts.add.assert_called_once_with("answers 400 (Bad Request)")
        _, line = self.said("exception", "Error handling request %s %s", "GET", "/?q=secret")
        self.assertNotIn("secret", line)

    def test_other_lines_are_left_alone(self):
        self.assertIn("Worker 7 left", self.said("warning", "Worker %s left", 7)[1])

    def test_its_lines_are_json_too(self):
        self.assertIsInstance(self.logger.error_log.handlers[0].formatter, JsonLines)


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
