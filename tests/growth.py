"""How time grows with length: the ratio of two measurements of one run, never seconds."""

import gc
from collections.abc import Callable
from time import process_time

MOST = 40  # Where 16 times the text is read: a straight line takes 16 times as long, a square 256.
SHORTEST = 0.02  # Seconds; a ratio of shorter times says nothing.
TRIES = 5  # Other processes share the memory and the cores' caches: one calm try is enough.


def check_growth(test, work: Callable[[str], object], piece: str, size: int):
    """Fail a test if 16 times the text takes more than 40 times as long.

    A piece is repeated up to an eighth of `size` characters, and up to twice `size`. Both texts are
    measured in turn, a few times where that is too long, and of each the shortest time counts.
    """
    times = size // len(piece)
    short, long = piece * (times // 8), piece * (times * 2)
    once, more = [], []
    for _ in range(TRIES):
        once.append(processor_time(work, short))
        more.append(processor_time(work, long))
        if min(more) < max(MOST * min(once), SHORTEST):
            return
    test.fail(f"16 times {piece!r} takes {min(more) / min(once):.1f} times as long.")


def processor_time(work: Callable[[str], object], text: str) -> float:
    """Return the seconds of one run, without collecting garbage."""
    gc.collect()
    gc.disable()
    try:
        start = process_time()
        work(text)
        return process_time() - start
    finally:
        gc.enable()
