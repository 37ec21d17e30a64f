"""How time grows with length: the ratio of two measurements of one run, never seconds."""

import gc
import os
from collections.abc import Callable
from time import process_time

SHORTEST = 0.02  # Seconds; a ratio of shorter times says nothing.
LONG_ENOUGH = 0.5  # Seconds, in all.


def check_growth(test, work: Callable[[str], object], piece: str, size: int):
    """Fail a test if twice the text takes more than three times as long.

    `size` is the number of characters of the shorter text, which repeats a piece. Each is
    measured a few times, and the shortest time counts: others may use the machine too.
    """
    once = fastest(work, piece * (size // len(piece)))
    twice = fastest(work, piece * (2 * size // len(piece)))
    test.assertLess(twice, max(3 * once, SHORTEST))


def fastest(work: Callable[[str], object], text: str) -> float:
    """Return the shortest processor time of some runs, in seconds, without collecting garbage."""
    times = []
    gc.collect()
    gc.disable()
    try:
        while len(times) < 2 or (len(times) < 4 and sum(times) < LONG_ENOUGH):
            start = process_time()
            work(text)
            times.append(process_time() - start)
            if times[-1] < SHORTEST / 4:
                break
    finally:
        gc.enable()
    return min(times)


def skip_unless_slow(test):
    """Skip a test that takes long, and say so, unless CABLES_SLOW_TESTS is set."""
    if "CABLES_SLOW_TESTS" not in os.environ:
        test.skipTest("CABLES_SLOW_TESTS is not set: not measuring how time grows with length")
