"""The times that questions name."""

import csv
from pathlib import Path
from unittest import TestCase

from cables.search.question_times import find_time

# What is typed, how it is understood, first and last day.
TIMES = Path(__file__).with_name("question_times.csv")
NO_TIMES = ("", "1963rd", "31 june 1963", "may", "196", "19633", "1965s", "12 1963", "1963-99-99")
NO_TIMES += ("10-11-1956", "october to november", "nov 12", "24", "october to 3", "late 2 may 1963")
NO_TIMES += ("week of 1956", "week of october 1956", "q5 1956", "first quarter", "early 2 may 1963")
NO_TIMES += ("first week of 1956", "summer", "fall of saigon", "second half of 2 may 1963")


class TimesOfQuestionsTests(TestCase):
    def test_times_in_plain_words_are_days(self):
        with TIMES.open(encoding="utf-8", newline="") as file:
            for text, *expected in [*csv.reader(file)][1:]:
                with self.subTest(text):
                    length, span = find_time(text + " coup")
                    days = [day.isoformat() if day else "" for day in (span.first, span.last)]
                    self.assertEqual([text[:length], span.words, *days], [text, *expected])

    def test_other_words_are_no_times(self):
        for text in NO_TIMES:
            with self.subTest(text):
                self.assertIsNone(find_time(text))
