"""Parsers: processes that parse records for the one that stores them."""

import contextlib
import operator
import tempfile
import time
from functools import partial
from pathlib import Path
from unittest import TestCase

from cables.sources import LIMITS, Reject, csv_dump, reader_for
from cables.sources.parsed_cable import RawRecord, parsed
from cables.sources.parser_processes import (
    PORTION_RECORDS,
    PORTION_SIZE,
    TASKS_WITHOUT_PARSERS,
    FileReader,
    ParserEndedError,
    ParserPool,
    ParserProcess,
    RawRecords,
    WholeFiles,
    cut_into_tasks,
    portions,
)
from cables.sources.prepared import Prepared, Rejected
from tests.base import FolderTestCase
from tests.source_files import csv_file, csv_record, page_file
from tests.waiting import PATIENCE

FILE = Path("cables.csv")


def ignore(size):
    """Take no notice of the bytes that were read."""


def rejecting(*positions):
    """Return a task whose records are rejects at these lines."""
    return RawRecords(FILE, [Reject(position, "No.", "") for position in positions])


def raising(error, *arguments):
    return RawRecord(7, 0, partial(error, *arguments))


class PoolTests(TestCase):
    def read(self, *tasks, size=2):
        with ParserPool(size) as pool:
            return list(pool.read(iter(tasks), ignore))

    def test_records_come_in_the_order_of_their_tasks(self):
        tasks = [rejecting(*range(n, n + 7)) for n in range(0, 140, 7)]
        records = self.read(*tasks, size=3)
        self.assertEqual([each.reject.position for each in records], list(range(140)))

    def test_an_error_in_a_parser_is_one_reject_with_file_and_line(self):
        bad = RawRecords(FILE, [raising(int, "soon"), Reject(8, "No.", "")])
        records = self.read(*[bad] * TASKS_WITHOUT_PARSERS)
        self.assertEqual(len(records), 2 * TASKS_WITHOUT_PARSERS)
        self.assertEqual((records[0].source, records[0].reject.position), (FILE, 7))
        self.assertIn("'soon'", records[0].reject.reason)
        self.assertEqual(records[1].reject.position, 8)

    def test_a_bug_in_a_parser_is_in_the_log_of_the_load(self):
        bug = RawRecords(FILE, [raising(operator.getitem, {}, "origin")])
        with self.assertLogs("cables", "ERROR") as logged:
            records = self.read(*[bug] * TASKS_WITHOUT_PARSERS)
        self.assertIn("KeyError", records[0].reject.reason)
        self.assertEqual(len(logged.records), TASKS_WITHOUT_PARSERS)
        self.assertIn("KeyError: 'origin'", logged.output[0])

    def test_few_tasks_start_no_process(self):
        with ParserPool(2) as pool:
            tasks = iter([rejecting(1)] * (TASKS_WITHOUT_PARSERS - 1))
            self.assertEqual(len(list(pool.read(tasks, ignore))), TASKS_WITHOUT_PARSERS - 1)
            self.assertEqual(pool.parsers, [])

    def test_a_module_in_the_present_folder_is_not_run(self):
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            Path("csv.py").write_text("raise SystemExit('run')")
            self.assertEqual(len(self.read(*[rejecting(1)] * TASKS_WITHOUT_PARSERS)), 4)

    def test_bytes_that_parsers_read_are_counted(self):
        with tempfile.TemporaryDirectory() as folder:
            files = [page_file(Path(folder), f"09ROME90000{n}") for n in range(4)]
            how = FileReader(reader_for, LIMITS, everything=False)
            read = []
            with ParserPool(2) as pool:
                tasks = (WholeFiles([file], how) for file in files)
                records = list(pool.read(tasks, read.append))
            self.assertEqual(sum(read), sum(file.stat().st_size for file in files))
        self.assertEqual([type(each) for each in records], [Prepared] * 4)


class MemoryTests(TestCase):
    def test_parsers_do_not_run_far_ahead_of_the_one_that_stores(self):
        taken = 0

        def tasks():
            nonlocal taken
            for n in range(60):
                taken += 1
                yield rejecting(n)

        with ParserPool(3) as pool:
            for used, _ in enumerate(pool.read(tasks(), ignore)):
                self.assertLessEqual(taken - used, 3 + TASKS_WITHOUT_PARSERS)
        self.assertEqual((used, taken), (59, 60))

    def test_an_endless_file_is_sent_in_portions(self):
        for text, most in (("", PORTION_RECORDS), ("x" * 400_000, PORTION_SIZE // 400_000 + 1)):
            read = []

            def endless(path, advance, limits, text=text, read=read):
                while True:
                    read.append(1)
                    yield Reject(1, "No.", text)

            endless.read = endless
            how = FileReader(lambda path, reader=endless: reader, LIMITS, everything=False)
            task = WholeFiles([Path(__file__)], how)
            with self.subTest(characters=len(text)):
                portion = next(portions(task))
                self.assertEqual((len(portion.records), portion.is_last), (most, False))
                self.assertEqual(len(read), most)


class EndTests(TestCase):
    def busy_parser(self):
        parser = ParserProcess()
        self.addCleanup(parser.close)
        parser.give(RawRecords(FILE, [RawRecord(1, 0, partial(time.sleep, 600))]))
        return parser

    def test_a_busy_parser_ends_when_the_load_is_killed(self):
        parser = self.busy_parser()
        parser.connection.close()  # As the system does for a process that ends.
        self.assertEqual(parser.process.wait(timeout=PATIENCE), 1)

    def test_a_parser_that_is_killed_is_named(self):
        parser = self.busy_parser()
        parser.process.kill()
        with self.assertRaisesRegex(ParserEndedError, "killed by signal 9.*Load the same again"):
            parser.receive(ignore)

    def test_no_parser_starts_when_the_load_has_ended(self):
        with ParserPool(1) as pool:
            records = pool.read(iter([rejecting(1)] * TASKS_WITHOUT_PARSERS), ignore)
        with self.assertRaisesRegex(Exception, "The load has ended."):
            next(records)
        self.assertEqual(pool.parsers, [])


class TaskTests(FolderTestCase):
    def setUp(self):
        self.how = FileReader(reader_for, LIMITS, everything=False)

    def cut(self, *files):
        return list(cut_into_tasks(list(files), self.how, ignore))

    def test_a_large_dump_is_cut_into_records_and_small_files_are_put_together(self):
        rows = [csv_record(f"09ROME900{n:03}", text="Fees rose. " * 900) for n in range(250)]
        small = [page_file(self.folder, f"09ROME90030{n}") for n in range(3)]
        large = csv_file(self.folder, *rows)
        first, *middle, last = self.cut(small[0], large, *small[1:])
        self.assertEqual((first.files, last.files), (small[:1], small[1:]))
        self.assertEqual({each.file for each in middle}, {large})
        self.assertEqual(sum(len(each.records) for each in middle), 250)
        for each in middle:
            self.assertLessEqual(sum(record.size for record in each.records), 1_100_000)
        records = [record for each in middle for record in each.read(ignore)]
        self.assertEqual([each.record for each in records], list(parsed(csv_dump.read(large))))

    def test_many_small_files_are_several_tasks(self):
        files = [page_file(self.folder, f"09ROME900{n:03}") for n in range(250)]
        tasks = self.cut(*files)
        self.assertEqual([len(each.files) for each in tasks], [100, 100, 50])

    def test_an_error_in_the_middle_of_a_large_file_is_a_reject_at_its_last_line(self):
        class Broken:
            @staticmethod
            def split(path, advance, limits):
                yield RawRecord(1, 0, partial(Reject, 1, "No.", ""))
                yield RawRecord(14, 0, partial(Reject, 14, "No.", ""))
                raise ValueError("The disk is broken.")

            read = split

        large = self.folder / "cables.csv"
        large.write_bytes(b"a" * 1_100_000)
        how = FileReader(lambda path: Broken, LIMITS, everything=False)
        tasks = list(cut_into_tasks([large], how, ignore))
        records = [record for task in tasks for record in task.read(ignore)]
        self.assertEqual([each.reject.position for each in records], [1, 14, 14])
        self.assertEqual(records[2], Rejected(large, Reject(14, "The disk is broken.", "")))

    def test_a_file_that_is_gone_is_left_to_whoever_takes_the_task(self):
        (task,) = self.cut(self.folder / "gone.csv")
        (record,) = task.read(ignore)
        self.assertEqual(record.reject.position, 1)
        self.assertIn("no such file", record.reject.reason)
