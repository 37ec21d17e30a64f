from types import SimpleNamespace
from unittest import TestCase

from tests.benchmarks.load import Run, check

FIRST = "2,001 documents read: 1,998 created, 0 changed, 1 unchanged, 0 held, 2 rejected."
AGAIN = "2,001 documents read: 0 created, 0 changed, 1,999 unchanged, 0 held, 2 rejected."


def make_run(*lines):
    watch = SimpleNamespace(process=0, children={}, phases={})
    return Run(seconds=1.0, lines=list(lines), watch=watch)


class BenchmarkLoadTests(TestCase):
    def test_reads_the_last_sentence(self):
        run = make_run("cables.csv:7: not a date; nothing was created for it", FIRST)
        self.assertEqual(
            run.counts, {"created": 1998, "changed": 0, "unchanged": 1, "held": 0, "rejected": 2}
        )

    def test_passes_a_load_that_adds_up(self):
        check(2_001, make_run(FIRST), make_run(AGAIN))

    def test_fails_a_load_that_lost_a_record(self):
        with self.assertRaisesRegex(ValueError, "2,002 records went in"):
            check(2_002, make_run(FIRST), make_run(AGAIN))

    def test_fails_a_second_load_that_changes_something(self):
        with self.assertRaisesRegex(ValueError, "no change"):
            check(2_001, make_run(FIRST), make_run(FIRST))

    def test_fails_a_load_without_a_last_sentence(self):
        with self.assertRaisesRegex(ValueError, "counts {}"):
            check(2_001, make_run("Killed"), make_run(AGAIN))
