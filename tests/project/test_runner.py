"""What the test runner promises to the other tests."""

import io
import subprocess
import sys
import threading
import unittest
from unittest import mock

from django.contrib.auth.models import Permission, User
from django.db import connections

from cables.models import Change
from tests.base import LiveServerTestCase, TestCase, TransactionTestCase
from tests.runner import Begun, summary


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


class Unready(Sample):
    @classmethod
    def setUpClass(cls):
        raise ValueError


class Result(Begun, unittest.TextTestResult):
    pass


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
