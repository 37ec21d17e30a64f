"""The order in which the worker takes the loads of the desk: by priority, then as they were queued.

The priority of a load is also that of its task, by which Procrastinate chooses: so any number of
workers keep the order. The rows of loads are locked while the order changes.

A file of a load lies on one machine: its tasks are in a queue that only workers with the same
UPLOADS_DIR take from.
"""

import os
import re
import socket
from collections.abc import Callable
from contextlib import suppress
from secrets import token_hex
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from ..models import Load

State = Load.State
MOST_PRIORITY = 100  # That a person can type, and its negative.
PRIORITY = re.compile(r"-?\d{1,3}")
# Tasks of loads by name: those of the module of tasks, which imports this one.
TASK_NAMES = ["cables.jobs.compare_load", "cables.jobs.apply_load"]
WAITING = (State.COMPARING, State.WAITING)
REPRIORITIZE = """
    UPDATE procrastinate_jobs SET priority = %s
    WHERE task_name = ANY(%s) AND args->>'load' = %s AND status IN ('todo', 'doing')
"""


class OrderChangedError(Exception):
    """The order is not the one that was shown, or the load does not wait any more."""


def file_queue() -> str:
    """Return the queue of the tasks that read files of this machine, as "name of the host-token".

    The folder of uploads keeps it: containers and machines that share the folder share the queue.
    """
    path = settings.UPLOADS_DIR / "queue"
    if not path.exists():
        settings.UPLOADS_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=settings.UPLOADS_DIR) as draft:
            draft.write(f"{socket.gethostname()}-{token_hex(4)}")
            draft.flush()
            os.fsync(draft.fileno())
            with suppress(FileExistsError):  # Another process was faster.
                os.link(draft.name, path)
    return path.read_text()


def defer_load(task: Any, run: Load):
    """Queue a task of a load where its file is, with the priority of that load."""
    Load.objects.filter(pk=run.pk).update(queued=timezone.now())
    task.configure(priority=run.priority, queue=run.queue).defer(load=run.pk)


def waiting_loads() -> list[Load]:
    """Return the loads that wait, or have just been begun to be compared, the next one first."""
    queue = Load.objects.queue().filter(state__in=WAITING)
    return list(queue.select_related("collection", "by"))


@transaction.atomic
def move_load(key: int, place: str, is_as_shown: Callable[[list[Load]], bool]) -> Load:
    """Move a waiting load: `place` is "first", "last", or a priority as text.

    `is_as_shown` is called with the locked queue. Raises OrderChangedError if it returns false, or
    if the load does not wait; ValueError for another place.
    """
    waiting = Load.objects.filter(state__in=WAITING, by__isnull=False).order_by("pk")
    list(waiting.select_for_update().values_list("pk"))
    queue = waiting_loads()  # Read anew: others may have moved loads while this one waited.
    run = next((load for load in queue if load.pk == key), None)
    if run is None or not is_as_shown(queue):
        raise OrderChangedError
    others = [load.priority for load in queue if load is not run]
    run.priority = _priority_at(place, others, run.priority)
    run.save(update_fields=["priority"])
    with connection.cursor() as cursor:
        cursor.execute(REPRIORITIZE, [run.priority, TASK_NAMES, str(run.pk)])
    return run


def _priority_at(place: str, others: list[int], own: int) -> int:
    if place == "first":
        return max([own, *(priority + 1 for priority in others)])
    if place == "last":
        return min([own, *(priority - 1 for priority in others)])
    if not PRIORITY.fullmatch(place) or abs(int(place)) > MOST_PRIORITY:
        raise ValueError(f"A priority is a number from -{MOST_PRIORITY} to {MOST_PRIORITY}.")
    return int(place)
