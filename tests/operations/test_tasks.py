"""The worker in separate processes: killed during a load, two at once, beside a load."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import override_settings
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.contrib.django.utils import connector_params

from cables.decisions.batches import carry_out_decision, choose_for_decision, preview_decision
from cables.loader import LoadBusy, one_load, release_due
from cables.models import BulkDecision, Cable, Change, Collection, Load, LoadRow, Note
from cables.operations import tasks
from cables.operations.tasks import apply_load, defer_load, file_queue
from tests.admin.test_embargo_forms import ONE
from tests.base import TransactionTestCase
from tests.builders import make_cables
from tests.operations.test_backups import address
from tests.paths import PROJECT
from tests.slow import slow
from tests.source_files import csv_file, csv_record
from tests.waiting import PATIENCE, wait_until

RECORDS = 3_000


class WorkerTests(TransactionTestCase):
    def setUp(self):
        self.enterContext(override_settings(UPLOADS_DIR=self.folder))
        self.addCleanup(self.forget_jobs)
        self.user = User.objects.create_user("anna")

    @staticmethod
    def forget_jobs():
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")

    def start(self, *options, **environment):
        """Start a worker on the tests' database."""
        url = address(connection.settings_dict["NAME"])
        process = subprocess.Popen(
            [sys.executable, "manage.py", "work", *options],
            cwd=PROJECT,
            env=os.environ
            | {"DATABASE_URL": url, "READER_DATABASE_URL": url, "UPLOADS_DIR": str(self.folder)}
            | environment,
        )
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def waiting_load(self, records=RECORDS, **values):
        lines = (csv_record(f"09ROME{900_000 + n}", text="x " * 200) for n in range(records))
        path = csv_file(settings.UPLOADS_DIR, *lines)
        home, _ = Collection.objects.get_or_create(slug="cables", defaults={"name": "cables"})
        load = Load.objects.create(
            collection=home,
            file=str(path),
            by=self.user,
            state="waiting",
            size=path.stat().st_size,
            **values,
        )
        defer_load(apply_load, load)
        return load

    def test_what_a_killed_worker_left_is_taken_up_beside_a_task_that_waits(self):
        """Of each periodic task one waits at most: a killed one is not queued beside it."""
        for status in ("doing", "todo"):
            for name in ("release_due", "take_up"):
                ask = app.tasks[f"cables.jobs.{name}"].configure(queueing_lock=name)
                ask.defer(timestamp=0)
            ProcrastinateJob.objects.filter(status="todo").update(status=status)
        load = self.waiting_load(1)
        ProcrastinateJob.objects.filter(task_name=apply_load.name).update(status="doing")
        asyncio.run(self.take_up())
        left = ProcrastinateJob.objects.values_list("task_name", "status")
        names = ("release_due", "take_up", "apply_load")
        self.assertCountEqual(left, [(f"cables.jobs.{name}", "todo") for name in names])
        self.assertEqual(self.state(load), "waiting")

    async def take_up(self):
        with app.replace_connector(PsycopgConnector(kwargs=connector_params())) as other:
            async with other.open_async():
                context = SimpleNamespace(app=other, job=SimpleNamespace(id=0))
                await tasks.take_up.func(context, 0)

    def state(self, load):
        return Load.objects.get(pk=load.pk).state

    @slow("no program killed")
    def test_a_load_of_a_killed_worker_is_completed_by_another(self):
        load = self.waiting_load()
        first = self.start()
        wait_until(Cable.objects.exists)
        first.send_signal(signal.SIGKILL)
        first.wait()
        stored = Cable.objects.count()
        self.assertEqual(stored % 500, 0)
        self.assertLess(stored, RECORDS)
        counts = Load.objects.get(pk=load.pk).counts
        self.assertEqual(counts["created"], stored)
        self.start()
        wait_until(lambda: self.state(load) == "finished")
        self.assertEqual(Cable.objects.count(), RECORDS)
        load.refresh_from_db()
        self.assertEqual((load.counts["created"], load.counts["unchanged"]), (RECORDS, 0))

    def test_two_workers_run_a_task_once(self):
        loads = [self.waiting_load(600) for _ in range(2)]
        workers = [self.start() for _ in range(2)]
        wait_until(lambda: [self.state(load) for load in loads] == ["finished"] * 2)
        created = sorted(Load.objects.get(pk=load.pk).counts["created"] for load in loads)
        self.assertEqual(created, [0, 600])
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
            self.assertEqual(worker.wait(timeout=PATIENCE), 0)

    @slow("no program killed")
    def test_a_decision_of_a_killed_worker_is_completed_by_another(self):
        make_cables([f"09ROME{900_000 + n}" for n in range(RECORDS)])
        keys = Cable.objects.primary_keys()
        decision = choose_for_decision("annotate", keys, self.user)
        preview_decision(decision, {"text": "A bad scan."}, "")
        carry_out_decision(decision)
        first = self.start()
        wait_until(Note.objects.exists)
        first.send_signal(signal.SIGKILL)
        first.wait()
        noted = Note.objects.count()
        self.assertEqual(noted % 500, 0)
        self.assertLess(noted, RECORDS)
        self.start()
        wait_until(lambda: BulkDecision.objects.get().state == "done")
        self.assertEqual(Note.objects.count(), RECORDS)
        self.assertEqual(Note.objects.values("cable").distinct().count(), RECORDS)

    def test_a_forged_notification_aborts_no_task(self):
        load = self.waiting_load()
        self.start()
        wait_until(Cable.objects.exists)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_notify('procrastinate_any_queue_v1', json_build_object("
                "'type', 'abort_job_requested', 'job_id', id)::text) FROM procrastinate_jobs"
            )
        states = set()
        wait_until(lambda: states.add(self.state(load)) or "finished" in states)
        self.assertEqual(states - {"running"}, {"finished"})

    def test_a_worker_takes_only_loads_whose_file_is_on_its_machine(self):
        """Each machine has a folder of uploads of its own."""
        first, second = (self.folder / name for name in ("first", "second"))
        with override_settings(UPLOADS_DIR=first):
            load = self.waiting_load(1, queue=file_queue())
        for folder, state in ((second, "waiting"), (first, "finished")):
            self.start("--once", UPLOADS_DIR=str(folder)).wait(PATIENCE)
            self.assertEqual(self.state(load), state)

    def test_a_load_waits_for_one_in_another_process(self):
        load = self.waiting_load(10)
        with one_load():
            self.start()
            time.sleep(4)
            self.assertEqual(self.state(load), "waiting")
        wait_until(lambda: self.state(load) == "finished")

    def test_embargoes_end_even_beside_a_load(self):
        load = self.waiting_load(1)
        LoadRow.objects.all().delete()
        self.start()
        wait_until(lambda: self.state(load) == "finished")
        put_by = self.waiting_load(1, due="2099-01-01T00:00Z")
        Cable.objects.all().delete()
        wait_until(lambda: self.state(put_by) == "finished")
        wait_until(no_load_runs)  # It has still to tidy up after it is finished.
        with one_load(), connection.cursor() as cursor:
            cursor.execute("UPDATE cables_loadrow SET due = now()")
            wait_until(Cable.objects.exists)
        self.assertEqual(Change.objects.filter(action="released").count(), 1)
        self.assertEqual(release_due(), 0)
        self.assertNotEqual(Cable.objects.get().reference, ONE)


def no_load_runs():
    """Return whether a load could begin."""
    try:
        with one_load():
            return True
    except LoadBusy:
        return False
