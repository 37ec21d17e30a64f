"""The times that questions name."""

from unittest import TestCase

from cables.search.named_lists import find_time

# What is typed -> how it is understood, first and last day.
TIMES = {
    "1963": ("in 1963", "1963-01-01", "1963-12-31"),
    "early 1963": ("in 1963", "1963-01-01", "1963-12-31"),
    "1961-1963": ("from 1961 to 1963", "1961-01-01", "1963-12-31"),
    "1961-63": ("from 1961 to 1963", "1961-01-01", "1963-12-31"),
    "between 1961 and 1963": ("from 1961 to 1963", "1961-01-01", "1963-12-31"),
    "from 1961 to 1963": ("from 1961 to 1963", "1961-01-01", "1963-12-31"),
    "october 1963": ("in October 1963", "1963-10-01", "1963-10-31"),
    "sept 1963": ("in September 1963", "1963-09-01", "1963-09-30"),
    "1963-02": ("in February 1963", "1963-02-01", "1963-02-28"),
    "may of 1963": ("in May 1963", "1963-05-01", "1963-05-31"),
    "1963-11-02": ("on 2 November 1963", "1963-11-02", "1963-11-02"),
    "2 november 1963": ("on 2 November 1963", "1963-11-02", "1963-11-02"),
    "november 2nd 1963": ("on 2 November 1963", "1963-11-02", "1963-11-02"),
    "1963 october": ("in October 1963", "1963-10-01", "1963-10-31"),
    "1963 2 november": ("on 2 November 1963", "1963-11-02", "1963-11-02"),
    "1963 november 2nd": ("on 2 November 1963", "1963-11-02", "1963-11-02"),
    "1964 1963": ("from 1963 to 1964", "1963-01-01", "1964-12-31"),
    "1963 1963": ("in 1963", "1963-01-01", "1963-12-31"),
    "the 1960s": ("in the 1960s", "1960-01-01", "1969-12-31"),
    "before 1963": ("before 1963", None, "1962-12-31"),
    "until october 1963": ("until October 1963", None, "1963-10-31"),
    "after 1963": ("after 1963", "1964-01-01", None),
    "since october 1963": ("since October 1963", "1963-10-01", None),
}
NO_TIMES = ("", "1963rd", "31 june 1963", "may", "196", "19633", "1965s", "12 1963", "1963-99-99")


class TimesOfQuestionsTests(TestCase):
    def test_times_in_plain_words_are_days(self):
        for text, expected in TIMES.items():
            with self.subTest(text):
                length, span = find_time(text + " coup")
                days = [day and day.isoformat() for day in (span.first, span.last)]
                self.assertEqual((text, span.words, *days), (text[:length], *expected))

    def test_other_words_are_no_times(self):
        for text in NO_TIMES:
            with self.subTest(text):
                self.assertIsNone(find_time(text))
