"""A load in several processes stores what a load in one stores, also if one of them is killed."""

import gzip
import os
import re
import signal
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import psutil
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.utils import timezone

from cables.loader import LoadCancelled, LoadError, Progress, apply, load, load_progress, read_ahead
from cables.loader.store import Store
from cables.models import Cable, Load, LoadRow, Origin
from cables.sources import parser_processes
from tests.admin.test_loads import LoadsTestCase
from tests.base import TestCase, TransactionTestCase
from tests.builders import make_cable, withhold
from tests.paths import DATA
from tests.slow import slow
from tests.source_files import csv_file, csv_record, page_file, text_file
from tests.working import work

BATCH = 10
# So that a small file is many tasks and many batches.
SMALL_TASKS = {"TASK_BYTES": 2_000, "TASK_RECORDS": 4}


def in_small_tasks(test):
    """Cut the files of a test into small tasks, and start parsers for them."""
    test.enterContext(mock.patch.multiple(parser_processes, **SMALL_TASKS))
    test.enterContext(mock.patch.object(parser_processes, "TASKS_WITHOUT_PARSERS", 2))
    test.enterContext(mock.patch.object(read_ahead, "BATCH_RECORDS", BATCH))
    folder = test.enterContext(tempfile.TemporaryDirectory())
    test.folder = Path(folder)


def parsers():
    """Return the processes that parse records for this one."""
    children = psutil.Process().children()
    return [each for each in children if "run_parser" in " ".join(each.cmdline())]


def records(count, text="Fees rose."):
    return [csv_record(f"09ROME{900_100 + n}", text=f"{text} {n} times.") for n in range(count)]


def mixed_folder(folder):
    """Write files of all formats: with duplicates, changed copies, damage, and unreadable ones."""
    rows = records(40)
    rows[5] = csv_record("09ROME900105", created="soon")
    rows[9] = csv_record("09ROME900109", text="One \0 character.")
    rows[13] = rows[13].replace('","', '","a stray " quote","', 1)
    rows[17] = rows[17].rstrip().rstrip('"') + "\n"  # Its last quote is missing.
    rows[21:21] = [rows[20], csv_record("09ROME900120", text="Fees fell.")]  # The cable again.
    rows.append(csv_record("09ROME900002", text="A new text of a withheld cable."))
    csv_file(folder, *rows)
    (folder / "more.csv.gz").write_bytes(gzip.compress("".join(records(30, "Tolls")).encode()))
    (folder / "cut.csv.gz").write_bytes((folder / "more.csv.gz").read_bytes()[:300])
    for name in ("frus1955-57v99.xml", "nara.txt"):
        (folder / name).write_bytes((DATA / name).read_bytes())
    volume = (DATA / "frus1955-57v99.xml").read_bytes()
    (folder / "frus1955-57v98.xml").write_bytes(volume[: len(volume) * 2 // 3])
    for n in range(6):
        page_file(folder, f"09ROME90010{n}", articles=[f"https://news.example/{n}"])
        text_file(folder, f"09ROME90020{n}")
    (folder / "09ROME900008.html").write_bytes(b"")
    page_file(folder, "09ROME900999")


def tables(start):
    """Return {table: rows} of the archive, without primary keys and times of the load.

    A row is referred to by its number in its table, so the order of storing is compared too.
    """
    tables = [each for each in apps.get_app_config("cables").get_models() if each._meta.managed]
    keys = {each: list(all_rows(each).values_list("pk", flat=True)) for each in tables}
    numbers = {each: {key: n for n, key in enumerate(keys[each])} for each in tables}

    def comparable(field, value):
        if isinstance(value, datetime) and value >= start:
            return "now"
        if isinstance(value, str):  # What the log calls a load has its key.
            return re.sub(r"^load \d+, ", "", value)
        if isinstance(value, dict) and "origin_id" in value:  # What is sealed of a cable.
            return value | {"origin_id": numbers[Origin][value["origin_id"]]}
        other = field.related_model if field.is_relation else None
        return numbers[other].get(value, value) if other in numbers else value

    contents = {}
    for each in tables:
        fields = [field for field in each._meta.concrete_fields if not is_key(field)]
        names = [field.attname for field in fields]
        contents[each.__name__] = [
            [comparable(*pair) for pair in zip(fields, values, strict=True)]
            for values in all_rows(each).values_list(*names)
        ]
    cables = numbers[Cable]
    for row in [*contents["ChangedCable"], *contents["HarvestRecord"]]:  # By the key alone.
        row[1] = cables.get(row[1], row[1])
    return contents | {"ChangedCable": sorted(contents["ChangedCable"])}


def all_rows(model):
    return model._base_manager.order_by("pk")


def is_key(field):
    return isinstance(field, models.AutoField | models.BigAutoField) or field.generated


class SameRowsTests(TransactionTestCase):
    def setUp(self):
        in_small_tasks(self)
        mixed_folder(self.folder)

    def load(self, jobs):
        """Load the folder into an empty archive with one withheld cable."""
        start = timezone.now()
        call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
        withhold(make_cable("09ROME900002", created=datetime(2009, 2, 3, tzinfo=UTC)))
        lines = []
        real = parser_processes.ParserProcess
        with mock.patch.object(parser_processes, "ParserProcess", side_effect=real) as started:
            report = load(self.folder, jobs=jobs, on_reject=lines.append, everything=False)
        self.assertEqual(started.call_count, jobs - 1)
        self.assertEqual(parsers(), [])
        return report, lines, tables(start)

    def test_any_number_of_processes_stores_the_same_rows(self):
        report, lines, rows = self.load(1)
        for jobs in (2, 4):
            with self.subTest(jobs=jobs):
                again, other_lines, other_rows = self.load(jobs)
                self.assertEqual(again, report)
                self.assertEqual(other_lines, lines)
                self.assertEqual(other_rows.keys(), rows.keys())
                for table in rows:
                    self.assertEqual(other_rows[table], rows[table], table)
        self.assertEqual(report.held, 2)  # One is another text in its file.
        self.assertGreater(report.changed, 0)
        self.assertGreater(report.others, 0)
        for place in ("cables.csv:66", "cables.csv:222", "cut.csv.gz:79", "09ROME900008.html:1"):
            with self.subTest(place):
                found = [line for line in lines if line.startswith(f"{self.folder}/{place}: ")]
                self.assertEqual(len(found), 1, lines)


class DeskTests(LoadsTestCase):
    @slow("not loaded by several processes")
    def test_a_load_of_the_desk_has_a_parser_for_each_core(self):
        in_small_tasks(self)
        real = parser_processes.ParserProcess
        for cores in (1, 3):
            with (
                self.subTest(cores=cores),
                mock.patch("os.cpu_count", return_value=cores),
                mock.patch.object(parser_processes, "ParserProcess", side_effect=real) as started,
            ):
                self.load(*records(40))
                self.do(Load.objects.latest("pk"), "apply")
                work()
                self.assertEqual(started.call_count, 2 * cores)  # The preview's too.
        self.assertEqual(Cable.objects.count(), 40)
        self.assertEqual(parsers(), [])


class StoppedTests(TestCase):
    def setUp(self):
        in_small_tasks(self)
        self.file = csv_file(self.folder, *records(20 * BATCH))

    def after_the_first_batch(self, do):
        """Call a function once a batch is stored."""
        add, done = Store.add, []

        def add_and_do(store, batch):
            add(store, batch)
            if not done:
                done.append(do())

        self.enterContext(mock.patch.object(Store, "add", add_and_do))

    def send(self, number):
        running = parsers()
        self.assertEqual(len(running), 2)
        for each in running:
            os.kill(each.pid, number)

    @slow("no program killed")
    def test_a_load_whose_parser_was_killed_is_completed_by_running_it_again(self):
        with self.subTest("the load ends, with whole batches stored"):
            self.after_the_first_batch(lambda: self.send(signal.SIGKILL))
            with self.assertRaisesMessage(LoadError, "was killed by signal 9"):
                load(self.file, jobs=3)
            stored = Cable.objects.count()
            self.assertIn(stored, range(BATCH, 20 * BATCH, BATCH))
            self.assertEqual(Load.objects.get().state, "stopped")
            self.assertEqual(parsers(), [])
        report = load(self.file, jobs=3)
        self.assertEqual((report.created, report.unchanged), (20 * BATCH - stored, stored))
        self.assertFalse(LoadRow.objects.exists())

    @slow("no program killed")
    def test_a_load_is_cancelled_while_a_parser_does_not_answer(self):
        def hang():
            self.send(signal.SIGSTOP)
            Load.objects.update(cancel=True)

        self.after_the_first_batch(hang)
        run = load_progress.begin(self.file, "cables")
        with self.assertRaisesMessage(LoadCancelled, "It was cancelled."):
            apply(run, self.file, Progress(run), jobs=3)
        self.assertEqual(Cable.objects.count() % BATCH, 0)
        self.assertEqual(parsers(), [])

    def test_an_error_while_storing_leaves_no_process(self):
        def fail():
            raise RuntimeError("the disk is full")

        self.after_the_first_batch(fail)
        with self.assertRaisesMessage(RuntimeError, "the disk is full"):
            load(self.file, jobs=3)
        self.assertEqual(parsers(), [])

    def test_a_preview_uses_the_processes_too(self):
        report = load(self.file, jobs=3, dry_run=True)
        self.assertEqual((report.rows, report.created), (20 * BATCH, 20 * BATCH))
        self.assertFalse(Cable.objects.exists())
