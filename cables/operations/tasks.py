"""The background tasks of the worker: compare and apply loads of the desk, release embargoes.

Those of decisions on many cables are in decisions/batches.py. Tasks are queued in
PostgreSQL (Procrastinate), in the transaction that defers them. A task whose worker was killed is
run again; all tasks are safe to repeat.

Loads are taken by priority, then as they were queued. The priority of a load is also that of its
task, by which Procrastinate chooses: so any number of workers keep the order. The rows of loads are
locked while the order changes. A file of a load lies on one machine: its tasks are in a queue that
only workers with the same UPLOADS_DIR take from.
"""

import logging
import re
import socket
from collections.abc import Callable
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.db import Error, OperationalError, connection, transaction
from django.db.models.functions import Now
from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker
from procrastinate.exceptions import JobAborted
from procrastinate.jobs import DEFAULT_QUEUE

from reading_room.environment import kept_secret

from ..loader import (
    LoadBusy,
    LoadCancelled,
    LoadError,
    Progress,
    apply,
    check_readable,
    compare,
    one_load,
    stop_killed,
)
from ..loader import release_due as release
from ..loader.upload_cleanup import forget_file, leads_out
from ..loader.upload_cleanup import tidy_uploads as tidy
from ..models import FormUse, Load, RequestCase, RequestFigure
from ..sources import SourceError, mapping_of
from .atomic_write import remove_abandoned_folders
from .load_mail import LoadEvent, mail_later

State = Load.State
MOST_PRIORITY = 100  # That a person can type, and its negative.
PRIORITY = re.compile(r"-?\d{1,3}")
TASK_NAMES = ["cables.jobs.compare_load", "cables.jobs.apply_load"]  # Tasks of loads.
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
    settings.UPLOADS_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    return kept_secret(
        settings.UPLOADS_DIR / "queue", lambda: f"{socket.gethostname()}-{token_hex(4)}"
    )


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


KILLED_AFTER = 15  # Seconds without a heartbeat after which a worker counts as killed.
WORKER = {
    # A load, a preview, a decision, a release, a data set, a retry of stalled tasks.
    "concurrency": 6,
    "delete_jobs": "successful",
    "update_heartbeat_interval": 3,
    "stalled_worker_timeout": KILLED_AFTER,
    "fetch_job_polling_interval": 2,
    "listen_notify": False,  # Any role may NOTIFY: the readers' could abort tasks.
    "shutdown_graceful_timeout": 2,  # Seconds; then a load stops after its batch, to go on later.
}
LATER = RetryStrategy(wait=3, retry_exceptions=[LoadBusy, JobAborted, OperationalError])
log = logging.getLogger(__name__)
# Names of tasks are stored in the queue: they stay when code moves.


@app.task(name="cables.jobs.compare_load", lock="compare", retry=LATER, pass_context=True)
def compare_load(context: JobContext, load: int):
    """Compare a load with the archive, for its preview."""
    run = _load(load, State.COMPARING)
    if run is None:
        return
    run.previews.all().delete()
    run.counts = {}
    with _failures_stored(run):
        report = compare(run, path_of(run), Progress(run, stop=stop_check(context)))
        rows = Load.objects.filter(pk=run.pk, state=State.COMPARING)
        if rows.update(state=State.COMPARED, counts=report.counts()):
            mail_later(run, LoadEvent.COMPARED)
        return
    # It failed: the preview of a part of the file would mislead.
    run.previews.all().delete()
    Load.objects.filter(pk=run.pk).update(counts={})


@app.task(name="cables.jobs.apply_load", lock="load", retry=LATER, pass_context=True)
def apply_load(context: JobContext, load: int):
    """Store the records of a load, or those that an interrupted run did not store."""
    run = _load(load, State.WAITING, State.RUNNING, State.STOPPED)
    if run is None:
        return
    with one_load():
        stop_killed()
        waiting = Load.objects.filter(pk=run.pk, state__in=[State.WAITING, State.STOPPED])
        if not waiting.update(state=State.RUNNING):
            return
        with _failures_stored(run):
            apply(run, path_of(run), Progress(run, stop=stop_check(context)))
            forget_file(run)
            mail_later(run, LoadEvent.FINISHED)


def is_worker_running() -> bool:
    """Return whether a worker has sent a heartbeat lately, by the database's clock."""
    late = Now() - timedelta(seconds=2 * KILLED_AFTER)
    return ProcrastinateWorker.objects.filter(last_heartbeat__gt=late).exists()


@app.task(name="cables.jobs.tidy_uploads")
def tidy_uploads(timestamp: int):
    """Remove uploaded files of this machine that nobody needs, and originals half exported."""
    tidy()
    remove_abandoned_folders(settings.UPLOADS_DIR)


def queues_of_worker() -> list[str]:
    """Return the queues that a worker of this machine takes from, and have its files tidied."""
    queue = file_queue()
    if (tidy_uploads.name, queue) not in app.periodic_registry.periodic_tasks:
        lock = f"tidy_uploads {queue}"
        each_hour = app.periodic(
            cron="17 * * * *", periodic_id=queue, queue=queue, queueing_lock=lock
        )
        each_hour(tidy_uploads)
    return [DEFAULT_QUEUE, queue]


@app.periodic(cron="23 * * * *")
@app.task(name="cables.jobs.tend_requests", queueing_lock="tend_requests")
def tend_requests(timestamp: int):
    """Delete the personal data of old cases, and count those of past years for readers."""
    RequestCase.objects.expired().clear_personal_data()
    FormUse.forget_old()
    RequestFigure.renew()


# The last column of a cron expression is seconds.
@app.periodic(cron="* * * * * */10")
@app.task(name="cables.jobs.release_due", queueing_lock="release_due")
def release_due(timestamp: int):
    """Publish the cables whose embargo, or time of being withheld, has ended."""
    release()


@app.periodic(cron="* * * * * */5")
@app.task(name="cables.jobs.take_up", queueing_lock="take_up", pass_context=True)
async def take_up(context: JobContext, timestamp: int):
    """Queue the tasks of killed workers again."""
    jobs = context.app.job_manager
    for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=KILLED_AFTER):
        if job.id != context.job.id:
            await jobs.retry_job(job)


def is_begun(run: Load) -> bool:
    return _at_work(_task_of(run)).filter(args__load=run.pk).exists()


def load_before(run: Load) -> tuple[Load, datetime] | None:
    """Return (the load that a load waits for, when that began); None if it waits for none."""
    if run.state not in (State.COMPARING, State.WAITING) or is_begun(run):
        return None
    if job := _at_work(_task_of(run)).first():
        begun = job.procrastinateevent_set.filter(type="started").latest("at")
        other = Load.objects.filter(pk=job.args["load"]).first()
        return (other, begun.at) if other else None
    running = Load.objects.filter(state=State.RUNNING).exclude(pk=run.pk)
    other = running.first() if run.state == State.WAITING else None  # A load by the command.
    return (other, other.started) if other else None


def _task_of(run: Load):
    return compare_load if run.state == State.COMPARING else apply_load


def _at_work(task):
    return ProcrastinateJob.objects.filter(task_name=task.name, status="doing")


def path_of(run: Load) -> Path:
    """Return the file or folder of a load of the desk, checked again. Raises SourceError.

    Others may have changed the folder of sources since the load was queued.
    """
    path = checked_path(run)
    check_readable(path, mapping_of(run.mapping) if run.mapping else None)
    return path


def checked_path(run: Load) -> Path:
    """Return the file of a load if it is still where loads may be. Raises SourceError."""
    path = Path(run.file)
    if not path.exists():
        if run.queue not in (DEFAULT_QUEUE, file_queue()):
            raise SourceError(f"{path.name}: the file is on another machine: {run.machine}")
        raise SourceError(f"{path.name}: the file is gone; put it back, or load it anew")
    if leads_out(path, filter(None, (settings.UPLOADS_DIR, settings.SOURCES_DIR))):
        raise SourceError(f"{path.name}: it leads out of the folder of sources")
    return path


def _load(key: int, *states: str) -> Load | None:
    """Return a load if it is in one of these states, else None: it was cancelled, or is done."""
    return Load.objects.select_related("collection").filter(pk=key, state__in=states).first()


def stop_check(context: JobContext) -> Callable:
    """Return a function that raises JobAborted once the task is to stop."""

    def stop():
        if context.should_abort():
            raise JobAborted

    return stop


@contextmanager
def stored_failures(what: str, store: Callable[[str], object], *, is_secret: bool = False):
    """Store the name of an error that is not to be retried; the log has more unless `is_secret`."""
    try:
        yield
    except (JobAborted, OperationalError):
        raise
    except Exception as error:
        log.error("%s failed: %s", what, type(error).__name__, exc_info=not is_secret)
        if isinstance(error, Error):
            connection.close()  # A new connection may work, as after a restart of PostgreSQL.
        store(f"The room failed: {type(error).__name__}.")


@contextmanager
def _failures_stored(run: Load):
    """Store why a load failed, and what to do, in its row; only errors to retry are raised."""
    try:
        yield
    except (LoadBusy, JobAborted):
        raise
    except LoadCancelled as error:
        _end(run, State.CANCELLED, str(error))
    except Exception as error:
        log.exception("Load %s failed", run.pk)
        if isinstance(error, Error):
            connection.close()  # A new connection may work, as after a restart of PostgreSQL.
        _end(run, State.FAILED, sentence(error).replace(run.file, run.name))
        mail_later(run, LoadEvent.FAILED)


def _end(run: Load, state: str, problem: str):
    Load.objects.filter(pk=run.pk).update(state=state, problem=problem, cancel=False)


def sentence(error: Exception) -> str:
    """Return why a load failed and what to do, without paths of the computer."""
    if isinstance(error, Error):
        why = str(error).strip().splitlines()[0]
        return f"The database failed: {why}. Whole batches are stored. Put it right, then resume."
    if isinstance(error, OSError):
        return f"The file cannot be read: {error.strerror}. Put it right, then resume."
    if isinstance(error, SourceError | LoadError):
        return str(error)
    return f"The room failed: {type(error).__name__}. The worker's log says more; report it."
