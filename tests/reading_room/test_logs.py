"""The log tells what went wrong, and neither what a reader asked nor from where."""

import json
import logging
import sys
from types import SimpleNamespace
from unittest import TestCase, mock

from django.test import RequestFactory

from reading_room.logs import JsonLines, LineFormatter, ServerLogger

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


class LinesTests(TestCase):
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


class ServerLoggerTests(TestCase):
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
