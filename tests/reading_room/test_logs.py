"""The log tells what went wrong, and neither what a reader asked nor from where."""

import json
import logging
import sys
import threading
from contextlib import contextmanager
from io import StringIO
from types import SimpleNamespace
from unittest import mock
from unittest.mock import patch

from django.test import Client, RequestFactory

from cables.search_index.reader import IndexNotReady
from reading_room import logs
from reading_room.gunicorn import ServerLogger
from reading_room.logs import Counts, JsonLines, LineFormatter
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
        with (
            self.assertNoLogs("gunicorn.error"),
            mock.patch("reading_room.gunicorn.counts") as counts,
        ):
            self.logger.warning("Invalid request from ip=203.0.113.9: q=secret")
        counts.add.assert_called_once_with("answers 400 (Bad Request)")
        _, line = self.said("exception", "Error handling request %s %s", "GET", "/?q=secret")
        self.assertNotIn("secret", line)

    def test_other_lines_are_left_alone(self):
        self.assertIn("Worker 7 left", self.said("warning", "Worker %s left", 7)[1])

    def test_its_lines_are_json_too(self):
        self.assertIsInstance(self.logger.error_log.handlers[0].formatter, JsonLines)


EVIL = "words-of-a-stranger"
FIELDS = {f"{EVIL}{number}": "" for number in range(1_001)}
FORM = "application/x-www-form-urlencoded"
UPLOADS = {f"{EVIL}{number}": StringIO("x") for number in range(21)}


class CountsTestCase(TestCase):
    def setUp(self):
        self.counts = Counts()
        self.enterContext(patch.object(logs, "counts", self.counts))
        self.enterContext(patch("reading_room.logs.threading.Timer"))

    @contextmanager
    def logged(self):
        """Yield a text to which messages are written as the room writes its log."""
        text = StringIO()
        handler = logging.StreamHandler(text)
        handler.setFormatter(logs.LineFormatter("%(name)s %(message)s"))
        handler.addFilter(logs.Seldom())
        # The timer of the process may sum up what earlier tests did.
        this_thread = threading.get_ident()
        handler.addFilter(lambda record: record.thread == this_thread)
        with patch.object(logging.getLogger(), "handlers", [handler]):
            yield text

    def summary(self):
        """Return the logged summary."""
        with self.assertLogs(logs.log, "INFO") as logged:
            self.counts.log_summary()
        return logged.records[0].getMessage()


class VisitorTests(CountsTestCase):
    def test_each_kind_is_counted_and_not_written(self):
        strict = Client(enforce_csrf_checks=True)
        for kind, ask in (
            (
                "requests with a Host that is not ours",
                lambda: self.client.get("/", headers={"Host": f"{EVIL}.example"}),
            ),
            ("forms without their token", lambda: strict.post("/admin/login/", {EVIL: EVIL})),
            ("answers 404 (Not Found)", lambda: self.client.get(f"/{EVIL}/?{EVIL}")),
            ("answers 405 (Method Not Allowed)", lambda: self.client.delete(f"/?{EVIL}")),
            (
                "requests refused (TooManyFieldsSent)",
                lambda: self.client.post("/admin/login/", FIELDS),
            ),
            (
                "requests refused (TooManyFilesSent)",
                lambda: self.client.post("/admin/login/", UPLOADS),
            ),
            (
                "requests refused (RequestDataTooBig)",
                lambda: self.client.post(
                    "/admin/login/", f"{EVIL}=" + "x" * 3_000_000, content_type=FORM
                ),
            ),
            ("answers 503 (Service Unavailable)", self.search_without_an_index),
            (
                "logins that failed",
                lambda: self.client.post("/admin/login/", {"username": EVIL, "password": EVIL}),
            ),
        ):
            with self.subTest(kind), self.logged() as text:
                for _ in "ab":
                    response = ask()
                    self.assertTrue(response.status_code >= 400 or kind.startswith("logins"))
                self.assertEqual(text.getvalue(), "")
                self.assertEqual(self.summary(), f"In the last minute: 2 {kind}.")

    def search_without_an_index(self):
        with patch("cables.views.list_pages.search_page.answer", side_effect=IndexNotReady):
            return self.client.get(f"/search/?q={EVIL}")

    def test_an_error_of_the_room_is_logged_once_a_minute_with_its_place(self):
        self.client.raise_request_exception = False
        broken = patch(
            "cables.views.list_pages.search_page.answer",
            side_effect=[ValueError(EVIL) for _ in range(6)],
        )
        with self.logged() as text, broken:
            for number in range(5):
                response = self.client.get(f"/search/?q={EVIL}{number}")
                self.assertEqual(response.status_code, 500)
        self.assertEqual(text.getvalue().count("ValueError"), 1)
        self.assertIn("Internal Server Error: /search/", text.getvalue())
        self.assertNotIn(EVIL, text.getvalue())
        self.assertIn("4 errors that are not told again", self.summary())
        with self.logged() as text, broken:
            self.client.get("/search/?q=again")
        self.assertIn("ValueError", text.getvalue())

    def test_messages_of_waitress_about_readers_are_counted(self):
        waitress = logging.getLogger("waitress")
        with self.logged() as text:
            waitress.warning("Client disconnected while serving %s", EVIL)
            waitress.getChild("queue").warning("Task queue depth is %d", 7)
            self.assertEqual(text.getvalue(), "")
            waitress.warning("Canceling 3 pending task(s)")
            self.assertIn("Canceling", text.getvalue())
        summary = self.summary()
        self.assertIn(f"1 {logs.LEFT}", summary)
        self.assertIn("1 requests that waited for a free thread", summary)


class LineTests(CountsTestCase):
    def test_the_most_frequent_kind_comes_first(self):
        for kind, number in (("a few", 2), ("many", 1_204)):
            for _ in range(number):
                self.counts.add(kind)
        self.assertEqual(self.summary(), "In the last minute: 1,204 many, 2 a few.")

    def test_at_most_fifty_places_are_logged_in_a_minute(self):
        new = [self.counts.is_new(f"line {number}") for number in range(logs.MOST_PLACES + 5)]
        self.assertEqual(sum(new), logs.MOST_PLACES)

    def test_a_minute_without_counts_logs_nothing(self):
        with self.assertNoLogs(logs.log):
            self.counts.log_summary()

    def test_the_timer_starts_with_the_first_count(self):
        for _ in range(2):
            self.counts.add("any")
        timer = logs.threading.Timer
        timer.assert_called_once_with(logs.SECONDS, self.counts.log_summary)
        self.summary()
        self.counts.add("any")
        self.assertEqual(logs.threading.Timer.call_count, 2)

    def test_all_errors_of_commands_are_logged(self):
        seldom = logs.Seldom()
        for _ in "twice":
            self.assertTrue(seldom.filter(record("cables.loader")))
        self.assertIn(WORDS, str(record("cables.loader").exc_info[1].__cause__))
