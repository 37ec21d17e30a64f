"""Loads of files that are too large or endless are refused, bounded, or cancelled at once."""

import gzip
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from unittest import TestCase, mock

from django.core.management import CommandError, call_command
from django.test import override_settings

from cables.loader import LoadCancelled, LoadReport, compare, load, load_progress, read_ahead
from cables.loader.read_ahead import BATCH_CHARACTERS, Rejected, batches, prefetched, read_all
from cables.models import Cable, Load, LoadRow
from cables.operations.tasks import compare_load
from cables.sources import Reject
from tests.admin.test_loads import LoadsTestCase, steps
from tests.loader.test_load import LoadTestCase
from tests.source_files import csv_file, csv_record, page_file
from tests.waiting import PATIENCE
from tests.working import Going, work

SMALL = {"LOAD_MEGABYTES": 2, "LOAD_RECORD_MEGABYTES": 0.1, "LOAD_RATIO": 50}
BOMB = gzip.compress(csv_record().encode() + b"a" * 30_000_000)
WORDS = "unpacks to more than 50 times its size, as no file of cables does"


@override_settings(**SMALL)
class RefusedTests(LoadTestCase):
    def test_the_command_refuses_a_file_over_the_limit_and_stores_nothing(self):
        path = self.folder / "bomb.csv.gz"
        path.write_bytes(BOMB)
        for options in ({}, {"dry_run": True}):
            with self.subTest(options), self.assertRaisesMessage(CommandError, WORDS):
                call_command("load_cables", str(path), **options)
        self.assertFalse(Cable.objects.exists())

    def test_a_file_over_the_limit_in_a_folder_is_one_reject(self):
        (self.folder / "bomb.csv.gz").write_bytes(BOMB)
        page_file(self.folder, "09ROME900002")
        lines = []
        self.assertEqual(
            load(self.folder, on_reject=lines.append), LoadReport(rows=2, created=1, rejected=1)
        )
        self.assertIn(f"{self.folder}/bomb.csv.gz:1: ", lines[0])
        self.assertIn(WORDS, lines[0])


@override_settings(**SMALL)
class DeskTests(LoadsTestCase):
    def test_the_page_of_a_refused_load_says_why(self):
        self.send("bomb.csv.gz", BOMB)
        with self.assertLogs("cables.operations.tasks", "ERROR"):
            work()
        page = self.client.get(f"{steps(Load.objects.get())}change/")
        self.assertContains(page, f"bomb.csv.gz: it {WORDS}")
        self.assertNotContains(page, str(self.folder))

    def test_a_comparison_that_is_cancelled_says_that_nothing_is_stored(self):
        self.send(data=csv_record())
        run = Load.objects.get()
        Load.objects.update(cancel=True)
        compare_load(Going(), load=run.pk)
        page = self.client.get(f"{steps(run)}change/")
        self.assertContains(page, "It was cancelled. Nothing of it is stored.")


class RejectTests(LoadTestCase):
    def test_the_beginning_of_a_long_reject_is_kept_and_its_reason_says_so(self):
        rows = [csv_record(f"09ROME90000{n}", created="soon", body="a" * 5_000) for n in (1, 2)]
        with mock.patch.multiple(read_ahead, LONGEST_RAW=1_000):
            load(csv_file(self.folder, csv_record(), *rows))
        for row in LoadRow.objects.all():
            self.assertEqual(len(row.raw), 1_000)
            self.assertRegex(row.reason, r"only the first 1,000 of its 5,\d+ characters are kept")
        self.assertEqual(LoadRow.objects.count(), 2)

    def test_long_rejects_with_the_same_beginning_are_two_rows(self):
        rows = [csv_record(created="soon", body="a" * 200_000 + end) for end in ("b", "c")]
        load(csv_file(self.folder, csv_record(), *rows))
        self.assertEqual(LoadRow.objects.count(), 2)

    def test_texts_of_rejects_are_kept_up_to_a_total(self):
        rows = [csv_record(f"09ROME90000{n}", created="soon", body="a" * 500) for n in range(6)]
        with mock.patch.multiple(read_ahead, LONGEST_RAW=1_000, MOST_RAW=3_000):
            report = load(csv_file(self.folder, csv_record("09ROME900009"), *rows))
        self.assertEqual(report.rejected, 6)
        kept = LoadRow.objects.exclude(raw="")
        self.assertEqual((LoadRow.objects.count(), kept.count()), (6, 4))
        self.assertIn("its text is not kept here", LoadRow.objects.filter(raw="")[0].reason)

    def test_texts_of_rejects_count_for_the_size_of_a_batch(self):
        reject = Rejected(Path("a.csv"), Reject(1, "No.", "a" * 90_000))
        sizes = [sum(each.size for each in batch) for batch in batches([reject] * 300)]
        self.assertEqual(sum(sizes), 300 * 90_000)
        self.assertLessEqual(max(sizes), BATCH_CHARACTERS)


class Endless:
    """A reader in an endless record; `ended` says that the load left it."""

    def __init__(self):
        self.begun, self.ended = threading.Event(), threading.Event()

    def read(self, path, advance, limits):
        try:
            while True:
                advance(1)
                self.begun.set()
                time.sleep(0.001)
        finally:
            self.ended.set()
        yield


class CancelTests(LoadTestCase):
    def test_a_load_is_cancelled_inside_a_record(self):
        path = csv_file(self.folder, csv_record())
        run = load_progress.begin(path, "cables")
        Load.objects.update(cancel=True)
        reader = Endless()
        with (
            mock.patch("cables.loader.reader_for", lambda path: reader),
            self.assertRaisesMessage(LoadCancelled, "It was cancelled."),
        ):
            compare(run, path, load_progress.Progress(run))
        self.assertTrue(reader.ended.wait(PATIENCE), "It reads on.")


class WaitingTests(TestCase):
    def test_cancellation_is_checked_while_waiting_for_the_reader(self):
        """The reader returns nothing; only the check ends the wait."""
        left, looks = threading.Event(), []

        def records():
            left.wait(PATIENCE)
            yield [1]

        def look():
            looks.append(1)
            if len(looks) == 3:
                raise LoadCancelled

        self.addCleanup(left.set)
        with self.assertRaises(LoadCancelled):
            list(prefetched(records(), look))
        self.assertEqual(len(looks), 3)

    def test_cancellation_inside_a_reader_ends_the_load(self):
        def cancelled(path, advance, limits):
            raise LoadCancelled
            yield

        with self.assertRaises(LoadCancelled):
            reader = SimpleNamespace(read=cancelled)
            list(read_all([Path(__file__)], lambda path: reader, lambda size: None))
