"""The test runner: a process a core, one connection for both aliases, a last line of counts."""

import gc
import os
import pickle
import sys
import tempfile
import traceback
import unittest
from collections import Counter
from contextlib import nullcontext, suppress

import hypothesis
from django.conf import settings
from django.core.management.commands import flush
from django.db import connections
from django.db.models.signals import post_migrate
from django.test.runner import (
    DiscoverRunner,
    ParallelTestSuite,
    RemoteTestResult,
    RemoteTestRunner,
    get_max_test_processes,
)
from django.test.utils import iter_test_cases

from cables.admin.cable import redaction_near_miss_queries, redaction_near_miss_search
from cables.curation import cable_search
from cables.quotations import find
from cables.search_index import reader
from tests.kept_output import WithOutput, kept_output
from tests.memory_index import MemoryIndex
from tests.slow import examples, sampled

TEST_DATA = "CABLES_TEST_DATA"
if not os.environ.get("CABLES_RANDOM_TESTS"):
    # The same examples each time, and no time limit: a test fails only after a change.
    ci = hypothesis.settings.get_profile("ci")
    hypothesis.settings.register_profile("some", ci, max_examples=examples(ci.max_examples))
    hypothesis.settings.load_profile("some")
QUICK_HASHER = "django.contrib.auth.hashers.MD5PasswordHasher"
# The time that a reader or curator is kept waiting: a search that stops then is no failed test.
WAITS = (
    (find, "SECONDS"),
    (find, "LONGEST_QUESTION"),
    (redaction_near_miss_search, "SECONDS"),
    (redaction_near_miss_search, "MOST_MILLISECONDS"),
    (redaction_near_miss_queries, "MOST_MILLISECONDS"),
    (cable_search, "SECONDS"),
)
MADE_BY_MIGRATE = {"django_content_type", "auth_permission"}


class Begun:
    """Part of a result: the tests that began, as those of a class whose set-up fails do not.

    It prints the name of a failed test at once: the details come at the end, which a run that is
    killed does not reach.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.begun = set()

    def startTest(self, test):
        super().startTest(test)
        self.begun.add(test)

    def addError(self, test, err):
        super().addError(test, err)
        self.stream.writeln(f" {test.id()}")

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err:
            self.stream.writeln(f" {subtest.id()}")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.stream.writeln(f" {test.id()}")


class PicklableResult(RemoteTestResult):
    """The result of a worker. An error that cannot be pickled reaches the parent as its text."""

    def addError(self, test, err):
        super().addError(test, picklable(err))

    def addFailure(self, test, err):
        super().addFailure(test, picklable(err))

    def addSubTest(self, test, subtest, err):
        if err is None:
            super().addSubTest(test, subtest, err)
        elif (sent := as_sent(subtest)) is None:
            self.addError(test, (RuntimeError, RuntimeError(f"{subtest}\n{text_of(err)}"), None))
        else:
            super().addSubTest(test, sent, picklable(err))


def as_sent(value):
    """Return a value as another process gets it, None if it cannot be pickled.

    Of a test that still runs, Django leaves out the attributes that cannot.
    """
    with suppress(Exception):
        return pickle.loads(pickle.dumps(value))  # noqa: S301 (what was pickled a moment ago)
    return None


def picklable(err):
    """Return (class, exception, traceback) as it is if it can be pickled, else with its text."""
    return err if as_sent(err) else (RuntimeError, RuntimeError(text_of(err)), None)


def text_of(err):
    return "".join(traceback.format_exception(*err))


class WorkerResult(WithOutput, PicklableResult):
    pass


class WorkerRunner(RemoteTestRunner):
    resultclass = WorkerResult

    def run(self, test):
        buffer, self.buffer = self.buffer, False  # unittest would keep what Python writes alone.
        with kept_output() if buffer else nullcontext():
            return super().run(test)


class Suite(ParallelTestSuite):
    """Tests in several processes, each with a copy of the test database."""

    runner_class = WorkerRunner

    def run(self, result):
        # `reader` is the connection of `default`, which must be led to the copy only once.
        self.used_aliases = {"default"}
        return super().run(result)


class Runner(DiscoverRunner):
    """Django's runner, for a project that reads through the alias `reader`.

    It starts a process a core, unless --parallel says otherwise. It shows what a failed test wrote;
    what all wrote, at once, with -v 2 or --pdb. Its last line is "N passed, N failed", with
    ", N skipped" where tests were skipped.
    """

    parallel_test_suite = Suite
    result = stream = None
    left_out = 0
    bytecode = None  # A temporary folder, removed when the runner is.

    def __init__(self, *args, parallel=0, **kwargs):
        super().__init__(*args, parallel=parallel or get_max_test_processes(), **kwargs)
        self.buffer = self.verbosity < 2 and not self.pdb

    def get_resultclass(self):
        base = super().get_resultclass() or unittest.TextTestResult
        return type("Result", (WithOutput, Begun, base), {})

    def get_test_runner_kwargs(self):
        return super().get_test_runner_kwargs() | {"buffer": False, "stream": self.stream}

    def load_tests_for_label(self, label, discover_kwargs):
        tests = iter_test_cases(super().load_tests_for_label(label, discover_kwargs))
        chosen, left_out = sampled(tests, label)
        self.left_out += left_out
        return self.test_suite(chosen)

    def setup_test_environment(self, **kwargs):
        super().setup_test_environment(**kwargs)
        gc.freeze()  # What is loaded now stays; looking for garbage takes a twentieth of a run.
        gc.set_threshold(20_000, 20, 20)
        settings.PASSWORD_HASHERS = [QUICK_HASHER]
        reader.open_index_of_process = MemoryIndex()
        for module, name in WAITS:
            setattr(module, name, 10 * getattr(module, name))
        if sys.dont_write_bytecode:
            self.bytecode = keep_bytecode()

    def setup_databases(self, **kwargs):
        if settings.EMBEDDED_POSTGRES:
            settings.EMBEDDED_POSTGRES.start()
        share_connection()
        post_migrate.connect(let_logs_be_emptied)  # Before the database is copied.
        try:
            made = super().setup_databases(**kwargs)
        finally:
            post_migrate.disconnect(let_logs_be_emptied)
        empty_tables_quickly()
        return made

    def run_suite(self, suite, **kwargs):
        keep = kept_output() if self.buffer else nullcontext()
        with os.fdopen(os.dup(2), "w") as self.stream, keep:  # Dots still go to the terminal.
            self.result = super().run_suite(suite, **kwargs)
        return self.result

    def run_tests(self, test_labels, **kwargs):
        failures = super().run_tests(test_labels, **kwargs)
        if self.left_out:
            print(f"LEFT OUT {self.left_out}: run by CABLES_SLOW_TESTS=1, or by naming a module")
        for line in summary(self.result):
            print(line, flush=True)
        return failures


def keep_bytecode():
    """Let the programs that tests start keep bytecode, in a temporary folder that is returned.

    PYTHONDONTWRITEBYTECODE may only mean that nothing is to be written beside the modules. Without
    bytecode each of a hundred programs compiles all of them, which takes longer than what it does.
    """
    folder = tempfile.TemporaryDirectory(prefix="bytecode-", ignore_cleanup_errors=True)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = folder.name
    return folder


def share_connection():
    """Make `reader` the connection of `default` in every thread.

    Django's TEST MIRROR opens a second connection, which does not see what a TestCase stores in
    the transaction of the first. What the role `reader` may read has tests of its own.
    """
    create = connections.create_connection

    def create_or_share(alias):
        return connections["default"] if alias == "reader" else create(alias)

    connections.create_connection = create_or_share
    connections["reader"] = connections["default"]


def let_logs_be_emptied(**_):
    """Let Django empty all tables behind a test that commits. That the log refuses is tested."""
    with connections["default"].cursor() as cursor:
        cursor.execute("ALTER TABLE cables_change DISABLE TRIGGER log_is_not_emptied")


def empty_tables_quickly():
    """Let a superuser empty the tables behind a test that commits with DELETE, not TRUNCATE.

    TRUNCATE creates the files of two hundred relations again, which takes longer. In the role
    `replica` no trigger runs: neither the change log's, nor those that check foreign keys.
    The rows of MADE_BY_MIGRATE stay, as Django would only store them again.
    """
    with connections["default"].cursor() as cursor:
        cursor.execute("SHOW is_superuser")
        if cursor.fetchone() != ("on",):
            return

    def sql_flush(self, style, tables, **_):
        emptied = sorted(set(tables) - MADE_BY_MIGRATE)
        deletions = [f"DELETE FROM {self.quote_name(table)}" for table in emptied]
        return ["; ".join(["SET LOCAL session_replication_role = replica", *deletions])]

    flush.emit_post_migrate_signal = lambda *_: None  # What it would store stays.
    # Of the class: beside Playwright's event loop a test has a connection of its own.
    type(connections["default"].ops).sql_flush = sql_flush


def summary(result):
    """Return the lines that end a run: why tests were skipped, and how many passed and failed.

    A test counts once, however many of its subtests failed; a class that cannot be set up counts
    as one failed test.
    """
    failed = {whole_test(test) for test, _ in result.failures + result.errors}
    failed |= set(result.unexpectedSuccesses)
    skipped = {whole_test(test): reason for test, reason in result.skipped}
    counts = f"{len(result.begun - failed - set(skipped))} passed, {len(failed)} failed"
    if not skipped:
        return [counts]
    lines = [f"SKIPPED {count}: {reason}" for reason, count in Counter(skipped.values()).items()]
    if not os.environ.get(TEST_DATA):
        lines.append(f"{TEST_DATA} is not set: no test has read real cables.")
    return [*lines, f"{counts}, {len(skipped)} skipped"]


def whole_test(test):
    """Return the test that a subtest belongs to; another test itself."""
    return getattr(test, "test_case", test)
