"""The dates that sources print, in all their formats."""

from datetime import UTC, datetime
from unittest import TestCase

from cables.telegram import dates

NAMED_AFTER_EXAMPLES = {
    "140926Z MAR 06": (datetime(2006, 3, 14, 9, 26), "minute"),
    "2012/11/22": (datetime(2012, 11, 22), "day"),
    "11/22/12": (datetime(2012, 11, 22), "day"),
    "2007-11-07 01:27": (datetime(2007, 11, 7, 1, 27), "minute"),
    "11/07/2007 1:27": (datetime(2007, 11, 7, 1, 27), "minute"),
    "Wed Dec 12 00:00:00 +0100 2001": (datetime(2001, 12, 12), "day"),
    "17 Mar 1973": (datetime(1973, 3, 17), "day"),
    "17-Mar-1973 12:00:00 AM": (datetime(1973, 3, 17), "day"),
    "17/03/1973": (datetime(1973, 3, 17), "day"),
    "03/17/1973": (datetime(1973, 3, 17), "day"),
    "1973 March 17, 20:12 (Saturday)": (datetime(1973, 3, 17, 20, 12), "minute"),
    "1973-03-17": (datetime(1973, 3, 17), "day"),
    "1959-03-17T16:00:00-05:00": (datetime(1959, 3, 17, 21), "minute"),
    "March 17, 1959": (datetime(1959, 3, 17), "day"),
    "17th of March 1959": (datetime(1959, 3, 17), "day"),
    "171600Z March 1959": (datetime(1959, 3, 17), "day"),
    "March 1959": (datetime(1959, 3, 1), "month"),
    "2009/02/03, 14:05:00 UTC": (datetime(2009, 2, 3, 14, 5), "minute"),
    "2/3/2009 2:05 PM": (datetime(2009, 2, 3, 14, 5), "minute"),
    "3/2/2009 14:05:00": (datetime(2009, 2, 3, 14, 5), "minute"),
    "3 February 2009 14:05": (datetime(2009, 2, 3, 14, 5), "minute"),
    "February 3, 2009 14:05": (datetime(2009, 2, 3, 14, 5), "minute"),
    "20090203": (datetime(2009, 2, 3), "day"),
    "2007.11.7": (datetime(2007, 11, 7), "day"),
}


class FormatTests(TestCase):
    def test_each_format_is_named_after_a_date_that_it_reads(self):
        self.assertEqual(set(NAMED_AFTER_EXAMPLES), set(dates.FORMATS))
        for name, (instant, precision) in NAMED_AFTER_EXAMPLES.items():
            with self.subTest(name):
                found = dates.parse(name, name)
                self.assertEqual(found, (instant.replace(tzinfo=UTC), precision))

    def test_a_day_that_does_not_exist_is_no_date(self):
        for text, name in (
            ("30 Feb 1973", "17 Mar 1973"),
            ("17 Foo 1973", "17 Mar 1973"),
            ("31/04/1973", "17/03/1973"),
            ("2007-11-07 24:00", "2007-11-07 01:27"),
            ("000000Z JAN 06", "140926Z MAR 06"),
        ):
            with self.subTest(text):
                self.assertIsNone(dates.parse(text, name))

    def test_times_in_columns_of_tables(self):
        at = {"12:05 AM": 0, "12:05 PM": 12, "1:05 a.m.": 1, "11:05PM": 23, "14:05": 14}
        at |= {"14:05:59.123": 14, "14:05 +02:00": 12, "14:05 -0300": 17, "14:05Z": 14}
        for text, hour in at.items():
            with self.subTest(text):
                found = dates.parse(f"2/3/2009 {text}", "2/3/2009 2:05 PM")
                self.assertEqual(found, (datetime(2009, 2, 3, hour, 5, tzinfo=UTC), "minute"))
        for text in ("13:05 PM", "0:05 AM", "24:05", "9", "14:65"):
            with self.subTest(text):
                self.assertIsNone(dates.parse(f"2/3/2009 {text}", "2/3/2009 2:05 PM"))

    def test_the_first_format_that_gives_a_date_counts(self):
        found = dates.parse("03/17/1973", "17/03/1973", "11/22/12")
        self.assertEqual(found, (datetime(1973, 3, 17, tzinfo=UTC), "day"))
        self.assertIsNone(dates.parse("soon", *dates.FORMATS))


class WrittenTests(TestCase):
    def test_a_date_is_written_as_precisely_as_it_is_known(self):
        instant = datetime(1963, 10, 3, 9, 5, tzinfo=UTC)
        for precision, written in {
            "minute": ("1963-10-03 09:05", "1963-10-03T09:05Z", "3 October 1963"),
            "hour": ("1963-10-03 09h", "1963-10-03T09:00Z", "3 October 1963"),
            "day": ("1963-10-03", "1963-10-03", "3 October 1963"),
            "month": ("1963-10", "1963-10", "October 1963"),
            "year": ("1963", "1963", "1963"),
        }.items():
            for style, expected in zip(("list", "iso", "words"), written, strict=True):
                with self.subTest(precision, style=style):
                    self.assertEqual(dates.format_date(instant, precision, style), expected)


class YearTests(TestCase):
    def test_two_digits_are_of_1966_to_2065(self):
        """I-3."""
        for digits, year in (
            ("66", 1966),
            ("99", 1999),
            ("00", 2000),
            ("65", 2065),
            ("1959", 1959),
        ):
            with self.subTest(digits):
                self.assertEqual(dates.full_year(digits), year)


class MonthTests(TestCase):
    def test_months_in_full_and_abbreviated(self):
        for word in ("MARCH", "Mar", "sept", "MAY"):
            with self.subTest(word):
                self.assertTrue(dates.is_month(word))
        for word in ("MARS", "MA", "SEPTEMBRE"):
            with self.subTest(word):
                self.assertFalse(dates.is_month(word))
