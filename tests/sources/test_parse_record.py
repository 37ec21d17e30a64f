"""A record of any source becomes a cable."""

from datetime import UTC, date, datetime
from unittest import TestCase

from cables.sources.parse_record import (
    PARTIAL,
    Record,
    clean_text,
    most_precise_time,
    parse_printed_date,
    parse_printed_time,
    parse_record,
    without_notice,
)

CREATED = datetime(2009, 2, 3, 14, 5, tzinfo=UTC)
HOUR = CREATED.replace(minute=0)
DAY = HOUR.replace(hour=0)


def record(**changed):
    parts = {
        "format": "csv",
        "reference": "09ROME900001",
        "created": CREATED,
        "classification": "UNCLASSIFIED",
        "origin": "Embassy Rome",
        "header": "",
        "body": "UNCLAS ROME 900001\n\n1. Fees rose.",
    }
    return Record(**parts | changed)


class RecordTests(TestCase):
    def test_a_cable_keeps_its_canonical_and_published_reference(self):
        """I-7, I-8: the cable keeps both."""
        cable = parse_record(record(reference=" 09EFTOROME900001"))
        self.assertEqual(cable.reference, "09ROME900001")
        self.assertEqual(cable.published_reference, "09EFTOROME900001")

    def test_differences_between_text_and_source_are_warnings(self):
        for rule, changed in (
            ("I-5", {"reference": "05ROME900001"}),
            ("L-3", {"classification": "SECRET"}),
            ("H-9", {"body": "UNCLAS ROME 900002\n\n1. Fees rose."}),
            ("M-10", {"header": "R 131405Z FEB 09"}),
            ("R-8", {"cites": ("garbage",)}),
            ("C-2", {"replaced": 1}),
        ):
            with self.subTest(rule):
                self.assertEqual(
                    [found for found, _ in parse_record(record(**changed)).warnings], [rule]
                )

    def test_text_and_source_that_agree_give_no_warning(self):
        for changed in (
            {},
            {"reference": "08ROME900001"},  # Sent around New Year.
            {"reference": "FRUS1861-D12"},
            {"classification": "UNCLASSIFIED//FOR OFFICIAL USE ONLY"},
            {"classification": ""},
            {"classification": "SECRET", "edition": {"original_classification": "Unclassified"}},
        ):
            with self.subTest(changed):
                self.assertEqual(parse_record(record(**changed)).warnings, ())

    def test_line_ends_and_backslashes_are_cleaned(self):
        for rule, text, clean in (
            ("M-5", "a\r\nb\rc\nd", "a\nb\nc\nd"),
            ("M-14", "a \\\nb \\", "a\nb"),
            ("M-15", "XXXXX “ \\ ´", "XXXXX “ \\ ´"),
        ):
            with self.subTest(rule):
                self.assertEqual(clean_text(text, "body"), clean)
        with self.assertRaisesRegex(ValueError, "NUL character at position 3 of the header"):
            clean_text("ab\0", "header")

    def test_the_notice_of_an_extract_is_removed(self):
        """M-11."""
        self.assertEqual(without_notice(PARTIAL), ("", True))
        self.assertEqual(without_notice(f"{PARTIAL}\nR 031405Z"), ("R 031405Z", True))
        self.assertEqual(without_notice("R 031405Z"), ("R 031405Z", False))


class TimeTests(TestCase):
    def test_printed_times_have_a_precision(self):
        """M-9: the hour of a twelve-hour clock stands where the minute should."""
        for text, hour, minute, precision in (
            ("2009-02-03 14:05", 14, 5, "minute"),
            ("2009-02-03 14:02", 14, 0, "hour"),
            ("2009-02-03 09:09", 9, 0, "hour"),
            ("2009-02-03 00:12", 0, 0, "hour"),
            ("2009-02-03 12:12", 12, 0, "hour"),
            ("2009-02-03 00:00", 0, 0, "minute"),
            ("2009-02-03T14:05:59", 14, 5, "minute"),
            (" 2009-02-03 ", 0, 0, "day"),
        ):
            with self.subTest(text):
                instant = datetime(2009, 2, 3, hour, minute, tzinfo=UTC)
                self.assertEqual(parse_printed_time(text), (instant, precision))
        for text in ("", "soon", "2009-02-30 14:05", "2009-02-03 24:05", "3.2.2009"):
            with self.subTest(text), self.assertRaisesRegex(ValueError, "Not a date"):
                parse_printed_time(text)

    def test_printed_dates_are_read(self):
        self.assertEqual(parse_printed_date("2011-07-11 00:00"), date(2011, 7, 11))
        self.assertIsNone(parse_printed_date(" "))

    def test_the_date_time_group_gives_the_minute_if_it_agrees(self):
        """M-9, M-10, X-5."""
        for created, precision, sent, settled in (
            (CREATED, "minute", CREATED.replace(minute=9), (CREATED, "minute")),
            (HOUR, "hour", CREATED, (CREATED, "minute")),
            (HOUR, "hour", CREATED.replace(hour=15), (HOUR, "hour")),
            (HOUR, "hour", None, (HOUR, "hour")),
            (DAY, "day", CREATED, (CREATED, "minute")),
            (DAY, "day", CREATED.replace(day=2), (CREATED.replace(day=2), "minute")),
            (DAY, "day", CREATED.replace(day=5), (DAY, "day")),
            (DAY, "day", None, (DAY, "day")),
        ):
            with self.subTest(precision, sent=sent):
                found = record(created=created, created_precision=precision)
                self.assertEqual(most_precise_time(found, sent), settled)
