"""Tests that take long run with CABLES_SLOW_TESTS=1 alone: whole rooms, killed programs, walks."""

import os
from unittest import skipUnless

SLOW = bool(os.environ.get("CABLES_SLOW_TESTS"))


def slow(what: str):
    """Skip a test or a class of tests, and say what did not happen, unless slow tests run."""
    return skipUnless(SLOW, f"CABLES_SLOW_TESTS is not set: {what}")
