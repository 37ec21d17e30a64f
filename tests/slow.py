"""Tests that take long run with CABLES_SLOW_TESTS=1 alone: whole rooms, killed programs, walks.

Tables of cases and random examples are tried by a sample without it: the same one each time.
"""

import os
from collections.abc import Iterable
from unittest import skipUnless

SLOW = bool(os.environ.get("CABLES_SLOW_TESTS"))


def slow(what: str):
    """Skip a test or a class of tests, and say what did not happen, unless slow tests run."""
    return skipUnless(SLOW, f"CABLES_SLOW_TESTS is not set: {what}")


def some(cases: Iterable, every: int) -> list:
    """Return each `every`-th case, from the first one on; all of them if slow tests run."""
    return list(cases)[:: 1 if SLOW else every]


def examples(number: int) -> int:
    """Return how many random examples a test draws: a fifth unless slow tests run."""
    return number if SLOW else -(-number // 5)
