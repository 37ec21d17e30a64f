"""Tests that take long run with CABLES_SLOW_TESTS=1 alone: whole rooms, killed programs, walks.

Without it a sample is tried, the same one each time, of tables of cases, of random examples and, in
a run of whole packages, of the tests with a database or a server.
"""

import os
import re
from collections import Counter
from collections.abc import Iterable
from unittest import TestCase, skipUnless

from tests.base import Sampled

SLOW = bool(os.environ.get("CABLES_SLOW_TESTS"))
EVERY = 8  # One in so many tests of a class that is Sampled runs in a run of whole packages,
ALWAYS = re.compile("leak|secret|sealed|withheld|redacted")  # beside those of what is kept secret.


def slow(what: str):
    """Skip a test or a class of tests, and say what did not happen, unless slow tests run."""
    return skipUnless(SLOW, f"CABLES_SLOW_TESTS is not set: {what}")


def some(cases: Iterable, every: int) -> list:
    """Return each `every`-th case, from the first one on; all of them if slow tests run."""
    return list(cases)[:: 1 if SLOW else every]


def examples(number: int) -> int:
    """Return how many random examples a test draws: a fifth unless slow tests run."""
    return number if SLOW else -(-number // 5)


def sampled(tests: Iterable[TestCase], label: str) -> tuple[list[TestCase], int]:
    """Return the tests of a label that run, and how many do not: none of a module's."""
    tests, seen, chosen = list(tests), Counter(), []
    if SLOW or label.count(".") > 1:
        return tests, 0
    for test in tests:
        if is_one_of_many(test):
            seen[type(test)] += 1
        if not is_one_of_many(test) or seen[type(test)] % EVERY == 1:
            chosen.append(test)
    return chosen, len(tests) - len(chosen)


def is_one_of_many(test):
    """Tell whether a sample of the tests of its class may leave a test out."""
    is_slow = hasattr(getattr(test, test._testMethodName), "__unittest_skip__")
    guards = ALWAYS.search(test.id().lower())
    return isinstance(test, Sampled) and not (is_slow or guards)
