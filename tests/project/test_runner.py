"""What the test runner promises to the other tests."""

import io
import logging
import pickle
import subprocess
import sys
import threading
import unittest
from contextlib import suppress
from unittest import mock

from django.contrib.auth.models import Permission, User
from django.db import connections

from cables.models import Change
from tests.base import LiveServerTestCase, TestCase, TransactionTestCase
from tests.kept_output import WithOutput, kept_output, written
from tests.runner import Begun, WorkerRunner, summary
from tests.slow import sampled


def readers():
    return list(User.objects.using("reader").values_list("username", flat=True))


class OneConnectionTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        User.objects.create(username="curator")

    def test_the_reader_sees_rows_of_an_open_transaction(self):
        User.objects.create(username="clerk")
        self.assertCountEqual(readers(), ["curator", "clerk"])

    def test_rows_of_one_test_are_gone_in_the_next(self):
        self.assertEqual(readers(), ["curator"])

    def test_queries_of_both_aliases_are_counted_together(self):
        with self.assertNumQueries(2):
            readers()
            User.objects.count()


class CommittedRowsTests(TransactionTestCase):
    def test_another_thread_sees_them_through_the_reader(self):
        User.objects.create(username="curator")
        seen = []

        def look():
            seen.extend(readers())
            connections.close_all()

        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
        self.assertEqual(seen, ["curator"])

    def test_they_are_gone_in_the_next_test(self):
        self.assertEqual(readers(), [])

    def test_rows_that_every_database_has_are_there_in_each_test(self):
        self.assertTrue(Permission.objects.filter(codename="change_cable").exists())

    def test_the_change_log_is_emptied_too(self):
        for _ in range(2):
            self.assertFalse(Change.objects.exists())
            Change.objects.create(action="changed", what="tag EFIS")
            self._fixture_teardown()


class LiveServerTests(LiveServerTestCase):
    def test_rows_are_seen_through_the_reader(self):
        User.objects.create(username="curator")
        self.assertEqual(readers(), ["curator"])


class ProgramTests(unittest.TestCase):
    def test_programs_that_tests_start_keep_bytecode(self):
        asked = [sys.executable, "-c", "import sys; print(sys.dont_write_bytecode)"]
        self.assertEqual(subprocess.check_output(asked, text=True), "False\n")


class Sample(unittest.TestCase):
    """Its methods do not begin with test, so that no runner finds them."""

    def passes(self):
        pass

    def fails_twice(self):
        for word in ("one", "two"):
            with self.subTest(word):
                self.fail(word)

    def skips(self):
        self.skipTest("no browser")

    @unittest.expectedFailure
    def fails_as_expected(self):
        self.fail("as expected")

    def writes(self):
        print("by print")
        logging.getLogger("django.request").error("by a log")
        subprocess.run([sys.executable, "-c", "print('by a program')"], check=True)

    def writes_and_fails(self):
        self.writes()
        self.fail("It wrote.")


class Unready(Sample):
    @classmethod
    def setUpClass(cls):
        raise ValueError


class Result(WithOutput, Begun, unittest.TextTestResult):
    pass


class OutputTests(unittest.TestCase):
    """What a test writes is shown with its error, and nothing of one that passes."""

    def check(self, shown):
        for words in ("by print", "by a log", "by a program"):
            self.assertEqual(shown.count(words), 1, shown)

    def test_it_is_part_of_the_details_of_a_failed_test(self):
        stream = io.StringIO()
        runner = unittest.TextTestRunner(stream=stream, resultclass=Result)
        with kept_output():
            runner.run(unittest.TestSuite(map(Sample, ("writes", "writes_and_fails", "writes"))))
        self.check(stream.getvalue())

    def test_a_worker_sends_it_with_the_error(self):
        suite = unittest.TestSuite(map(Sample, ("writes", "writes_and_fails", "writes")))
        events = pickle.loads(pickle.dumps(WorkerRunner(buffer=True).run(suite).events))  # noqa: S301
        [error] = [event[2][1] for event in events if event[0] == "addFailure"]
        self.check("".join(error.__notes__))

    def test_it_is_shown_if_the_run_itself_breaks_off(self):
        with kept_output():
            with suppress(KeyboardInterrupt), kept_output():
                Sample("writes").writes()
                raise KeyboardInterrupt
            self.check(written())


class Pages(TestCase):
    def opens(self):
        pass

    shows = counts = links = ends = steps = shows_withheld_pages = opens


class SampledTests(unittest.TestCase):
    def run_by(self, label, slow=False, of=Pages):
        names = ("opens", "shows", "counts", "shows_withheld_pages", "links", "steps", "ends")
        with mock.patch("tests.slow.SLOW", slow), mock.patch("tests.slow.EVERY", 5):
            tests, left_out = sampled(map(of, names), label)
        self.assertEqual(len(tests) + left_out, len(names))
        return [test._testMethodName for test in tests]

    def test_a_run_of_packages_tries_a_part_and_all_of_what_is_kept_secret(self):
        for label in (".", "tests.search"):
            with self.subTest(label):
                tried = ["opens", "shows_withheld_pages", "ends"]
                self.assertEqual(self.run_by(label), tried)

    def test_all_are_tried_of_a_module_with_slow_tests_and_without_a_database(self):
        plain = type("Plain", (unittest.TestCase,), dict(vars(Pages)))
        for label, more in (
            ("tests.search.test_query", {}),
            ("tests.search.test_query.QueryTests", {}),
            (".", {"slow": True}),
            (".", {"of": plain}),
        ):
            with self.subTest(label, **more):
                self.assertEqual(len(self.run_by(label, **more)), 7)


class SummaryTests(unittest.TestCase):
    def lines(self, *tests):
        suite = unittest.TestSuite(tests)
        runner = unittest.TextTestRunner(stream=io.StringIO(), resultclass=Result)
        return summary(runner.run(suite))

    def test_counts_whole_tests(self):
        tests = [Sample(name) for name in ("passes", "fails_twice", "fails_as_expected")]
        self.assertEqual(self.lines(*tests), ["2 passed, 1 failed"])

    def test_a_class_that_cannot_be_set_up_is_a_failure(self):
        self.assertEqual(self.lines(Unready("passes")), ["0 passed, 1 failed"])

    def test_skips_are_said_with_their_reason(self):
        with mock.patch.dict("os.environ", {"CABLES_TEST_DATA": "/cables"}):
            lines = self.lines(Sample("passes"), Sample("skips"))
        self.assertEqual(lines, ["SKIPPED 1: no browser", "1 passed, 0 failed, 1 skipped"])

    def test_a_run_without_real_cables_says_so(self):
        with mock.patch.dict("os.environ", {"CABLES_TEST_DATA": ""}):
            lines = self.lines(Sample("skips"))
        self.assertIn("CABLES_TEST_DATA is not set", lines[1])
