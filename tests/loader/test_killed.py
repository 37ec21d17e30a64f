"""A killed load leaves whole batches; after running it again the archive is complete."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest import mock

import psutil
from django.db import connection

from cables.loader import LoadError, load, one_load
from cables.models import Cable, Load, Tagging
from tests.base import TransactionTestCase
from tests.operations.test_backups import address
from tests.operations.test_tasks import no_load_runs
from tests.paths import PROJECT
from tests.slow import slow
from tests.source_files import csv_file, csv_record
from tests.waiting import PATIENCE, wait_until

RECORDS = 3_000
MANAGE = PROJECT / "manage.py"


def indexes():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'cables_%' ORDER BY indexname"
        )
        return cursor.fetchall()


def rows():
    return list(Cable.objects.order_by("reference").values_list("reference", "digest", "facts"))


class KilledLoadTests(TransactionTestCase):
    def setUp(self):
        records = (csv_record(f"09ROME{900_000 + n}", text="x " * 200) for n in range(RECORDS))
        self.file = csv_file(Path(self.enterContext(tempfile.TemporaryDirectory())), *records)

    def start(self):
        """Start the command in a separate process, on the tests' database."""
        url = address(connection.settings_dict["NAME"])
        return subprocess.Popen(
            [sys.executable, MANAGE, "load_cables", "--jobs=2", self.file],
            env=os.environ | {"DATABASE_URL": url, "READER_DATABASE_URL": url},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    @slow("no program killed")
    def test_a_killed_load_is_completed_by_running_it_again(self):
        expected = indexes()
        process = self.start()
        wait_until(Cable.objects.exists)
        parsers = psutil.Process(process.pid).children()
        self.assertEqual(len(parsers), 1)
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.assertEqual(psutil.wait_procs(parsers, timeout=PATIENCE)[1], [])
        stored = Cable.objects.count()
        self.assertGreater(stored, 0)
        self.assertEqual(stored % 500, 0)
        self.assertEqual(Tagging.objects.count(), 3 * stored)
        wait_until(no_load_runs)  # The server may need a moment to notice the kill.
        report = load(self.file)
        self.assertEqual((report.created, report.unchanged), (RECORDS - stored, stored))
        self.assertEqual(indexes(), expected)
        states = list(Load.objects.order_by("pk").values_list("state", flat=True))
        self.assertEqual(states, ["stopped", "finished"])
        again = rows()
        Cable.objects.all().delete()
        with connection.cursor() as cursor:  # An index created now would need the removed texts.
            cursor.execute("VACUUM cables_cable")
        load(self.file)
        self.assertEqual(rows(), again)

    def test_a_load_that_fails_keeps_the_indexes(self):
        expected = indexes()
        with (
            mock.patch("cables.loader.Store.add", side_effect=RuntimeError("the disk is full")),
            self.assertRaisesMessage(RuntimeError, "the disk is full"),
        ):
            load(self.file)
        self.assertEqual(indexes(), expected)
        self.assertEqual(Load.objects.get().state, "stopped")

    def test_a_second_load_at_the_same_time_is_refused(self):
        process = self.start()
        try:
            wait_until(Load.objects.exists)
            with self.assertRaisesMessage(LoadError, "Another load is running."):
                load(self.file)
        finally:
            process.wait()
        self.assertEqual(Cable.objects.count(), RECORDS)
        with one_load():
            pass
