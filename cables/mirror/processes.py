"""Parts are made in several processes, each with its own connection to the database.

They are started afresh, not forked, and end with the process that started them, however it ends.
Nothing here may import models: Django is set up in each process first.
"""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from multiprocessing import get_context, parent_process
from threading import Thread

AHEAD = 3  # Batches that wait for each process.
kept = {}  # The maker of this process.


def spread(batches: Iterable[list], processes: int, maker: tuple) -> Iterator[list]:
    """Yield what Maker(*maker).make returns for each batch, in the order in which they end.

    With one process that is this one. Raises BrokenProcessPool if a process is ended by force.
    """
    if processes == 1:
        from .pages import Maker

        yield from map(Maker(*maker).make, batches)
        return
    from django.conf import settings

    pool = ProcessPoolExecutor(
        processes, get_context("spawn"), begin, (settings.DATABASES, settings.STATIC_ROOT, maker)
    )
    try:
        yield from collect(pool, batches, processes * AHEAD)
    finally:
        pool.shutdown(cancel_futures=True)


def collect(pool, batches: Iterable[list], ahead: int) -> Iterator[list]:
    """Yield results as they come, with few batches handed out at a time."""
    waiting = set()
    for batch in batches:
        waiting.add(pool.submit(make, batch))
        if len(waiting) >= ahead:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            yield from (each.result() for each in done)
    while waiting:
        done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        yield from (each.result() for each in done)


def begin(databases: dict, static_root, maker: tuple):
    """Set a process up."""
    Thread(target=end_with_parent, daemon=True).start()
    import django
    from django.conf import settings

    settings.DATABASES.update(databases)  # A benchmark or a test has another database.
    settings.STATIC_ROOT = static_root
    django.setup()
    from .pages import Maker

    kept["maker"] = Maker(*maker)


def end_with_parent():
    parent_process().join()
    os._exit(1)


def make(batch: list):
    """Make a batch in the process that `begin` has set up."""
    return kept["maker"].make(batch)
