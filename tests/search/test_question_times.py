"""The times that questions name."""

from unittest import TestCase

from cables.search.question_times import find_time

# What is typed -> how it is understood, first and last day.
TIMES = {
    "1963": ("in 1963", "1963-01-01", "1963-12-31"),
    "early 1957": ("in early 1957 (1 January 1957 to 30 April 1957)", "1957-01-01", "1957-04-30"),
    "mid-1958": ("in mid 1958 (1 May 1958 to 31 August 1958)", "1958-05-01", "1958-08-31"),
    "late in 1968": (
        *("in late 1968 (1 September 1968 to 31 December 1968)", "1968-09-01", "1968-12-31"),
    ),
    "late october 1956": (
        *("in late October 1956 (21 October 1956 to 31 October 1956)", "1956-10-21", "1956-10-31"),
    ),
    "the end of february 1956": (
        *("in late February 1956 (21 February 1956 to 29 February 1956)", "1956-02-21"),
        "1956-02-29",
    ),
    "early 1960s": ("in early 1960s (1960 to 1963)", "1960-01-01", "1963-12-31"),
    "late 1960s": ("in late 1960s (1967 to 1969)", "1967-01-01", "1969-12-31"),
    "october to november 1956": (*("from October to November 1956", "1956-10-01", "1956-11-30"),),
    "from october to november 1956": (
        *("from October to November 1956", "1956-10-01", "1956-11-30"),
    ),
    "between october and november 1956": (
        *("from October to November 1956", "1956-10-01", "1956-11-30"),
    ),
    "october and november 1956": (*("from October to November 1956", "1956-10-01", "1956-11-30"),),
    "oct-nov 1956": ("from October to November 1956", "1956-10-01", "1956-11-30"),
    "oct - nov 1956": ("from October to November 1956", "1956-10-01", "1956-11-30"),
    "october 1956 to march 1957": ("from October 1956 to March 1957", "1956-10-01", "1957-03-31"),
    "november to february 1957": (
        *("from November 1956 to February 1957", "1956-11-01", "1957-02-28"),
    ),
    "24 october to 4 november 1956": (
        *("from 24 October to 4 November 1956", "1956-10-24", "1956-11-04"),
    ),
    "october 24 to november 4 1956": (
        *("from 24 October to 4 November 1956", "1956-10-24", "1956-11-04"),
    ),
    "24 to 28 october 1956": (*("from 24 October to 28 October 1956", "1956-10-24", "1956-10-28"),),
    "24-28 october 1956": ("from 24 October to 28 October 1956", "1956-10-24", "1956-10-28"),
    "october 24-28 1956": ("from 24 October to 28 October 1956", "1956-10-24", "1956-10-28"),
    "1956-10-24-1956-11-04": (*("from 24 October to 4 November 1956", "1956-10-24", "1956-11-04"),),
    "early 1956 to 1957": ("from early 1956 to 1957", "1956-01-01", "1957-12-31"),
    "1956 to mid 1957": ("from 1956 to mid 1957", "1956-01-01", "1957-08-31"),
    "10-24-1956": ("on 24 October 1956", "1956-10-24", "1956-10-24"),
    "24-10-1956": ("on 24 October 1956", "1956-10-24", "1956-10-24"),
    "nov 68": ("in November 1968", "1968-11-01", "1968-11-30"),
    "2 nov 68": ("on 2 November 1968", "1968-11-02", "1968-11-02"),
    "the 19th century": ("in the 19th century", "1800-01-01", "1899-12-31"),
    "since late october 1963": (
        *("since late October 1963 (21 October 1963 to 31 October 1963)", "1963-10-21", None),
    ),
    "1905-07": ("from 1905 to 1907", "1905-01-01", "1907-12-31"),
    "1963-12": ("in December 1963", "1963-12-01", "1963-12-31"),
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
NO_TIMES += ("10-11-1956", "october to november", "nov 12", "24", "october to 3", "late 2 may 1963")


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
