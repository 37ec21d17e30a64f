"""Render parts in several processes, each with its own database connection.

Processes are spawned, not forked, and end with their parent, however that ends. Nothing here may
import models at the top: Django is set up in each process first.
"""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .page_files import Maker

AHEAD = 3  # Batches queued for each process.
makers: "list[Maker]" = []  # That of this process, once `set_up` has run in it.


def spread(batches: Iterable[list], processes: int, maker: tuple) -> Iterator[list]:
    """Yield the results of Maker(*maker).make for each batch, as they are completed.

    One process is this one. Raises BrokenProcessPool if a process is killed.
    """
    if processes == 1:
        from .page_files import Maker

        yield from map(Maker(*maker).make, batches)
        return
    from django.conf import settings

    pool = ProcessPoolExecutor(
        processes, get_context("spawn"), set_up, (settings.DATABASES, settings.STATIC_ROOT, maker)
    )
    try:
        yield from results(pool, batches, processes * AHEAD)
    finally:
        pool.shutdown(cancel_futures=True)


def results(pool, batches: Iterable[list], ahead: int) -> Iterator[list]:
    """Yield results as they are completed; at most `ahead` batches are queued."""
    waiting = set()
    for batch in batches:
        waiting.add(pool.submit(render_batch, batch))
        if len(waiting) >= ahead:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            yield from (each.result() for each in done)
    while waiting:
        done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        yield from (each.result() for each in done)


def set_up(databases: dict, static_root, maker: tuple):
    Thread(target=end_with_parent, daemon=True).start()
    import django
    from django.conf import settings

    settings.DATABASES.update(databases)  # A benchmark or a test has another database.
    settings.STATIC_ROOT = static_root
    django.setup()
    from .page_files import Maker

    makers.append(Maker(*maker))


def end_with_parent():
    if parent := parent_process():
        parent.join()
    os._exit(1)


def render_batch(batch: list):
    from ..operations.reader_role import newest

    with newest():
        return makers[0].make(batch)
