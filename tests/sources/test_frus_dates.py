"""When a document of a volume was written, and with which precision."""

from unittest import TestCase

from cables.sources.frus.datelines import between, parse_machine, parse_printed
from tests.sources.test_frus_markup import read_one

FROM_LISBON = "<head>1. Telegram From the Embassy in Portugal to the Department of State</head>"


def known(found):
    """Return (date as ISO writes it, precision) of what was found, or None."""
    return found and (f"{found[0]:%Y-%m-%d %H:%M}", found[1])


class DateTests(TestCase):
    def test_printed_datelines_are_read(self):
        for text, date, precision in (
            ("Berlin, July 17, 1861.", "1861-07-17 00:00", "day"),
            ("May 23, 1967, 0955Z.", "1967-05-23 09:55", "minute"),
            ("July 9, 1960,11 p.m.", "1960-07-09 23:00", "minute"),
            ("July 9, 1960, 12:05 a.m.", "1960-07-09 00:05", "minute"),
            ("3d of March, 1899, noon", "1899-03-03 12:00", "minute"),
            ("3d March 1899, midnight", "1899-03-03 00:00", "minute"),
            ("LISBON, JULY 9, 1960, 11 P.M.", "1960-07-09 23:00", "minute"),
            ("091549Z July 1960", "1960-07-09 15:49", "minute"),
            ("July 9, 1960—7 p. m.", "1960-07-09 19:00", "minute"),
            ("July 9, 1960, 2:30–3:15 p.m.", "1960-07-09 14:30", "minute"),
            ("July 9, 1960, 11:30–12:15 p.m.", "1960-07-09 11:30", "minute"),
            ("July 9, 1960, 11:30 a.m.–12:15 p.m.", "1960-07-09 11:30", "minute"),
            ("July 9, 1960, 2 to 3 p.m.", "1960-07-09 14:00", "minute"),
            ("January 1950", "1950-01-01 00:00", "month"),
        ):
            with self.subTest(text):
                self.assertEqual(known(parse_printed(text)), (date, precision))
        for text in ("undated", "July 39, 1960"):
            with self.subTest(text):
                self.assertIsNone(parse_printed(text))

    def test_attributes_are_read(self):
        for text, date, precision in (
            ("1949", "1949-01-01 00:00", "year"),
            ("1949-02-03T16:05:00", "1949-02-03 16:05", "minute"),
            ("1949-02-03T16:05:00-05:00", "1949-02-03 21:05", "minute"),
            ("1949-02-03T00:00:00", "1949-02-03 00:00", "day"),
            ("1949-02-03T00:00:00-05:00", "1949-02-03 00:00", "day"),
        ):
            with self.subTest(text):
                self.assertEqual(known(parse_machine(text)), (date, precision))

    def test_two_instants_give_the_precision_they_share(self):
        for earliest, latest, date, precision in (
            ("1949-02-07T00:00:00-05:00", "1949-02-07T23:59:59-05:00", "1949-02-07 00:00", "day"),
            ("1949-02-07T20:10:00-05:00", "1949-02-07T20:10:59-05:00", "1949-02-07 20:10")
            + ("minute",),
            ("1949-02-01", "1949-02-28", "1949-02-01 00:00", "month"),
            ("1949-01-01T00:00:00", "1949-12-31T23:59:59", "1949-01-01 00:00", "year"),
            ("1949-12-01", "1951-02-01", "1949-12-01 00:00", "year"),
            ("1949-02-07", "", "1949-02-07 00:00", "day"),
        ):
            with self.subTest(earliest=earliest, latest=latest):
                self.assertEqual(known(between(earliest, latest)), (date, precision))

    def test_the_date_of_a_document_is_found(self):
        day = '<date when="1949-01-03">January 3, 1949</date>'
        late = "[Received January 4—4:07 p.m.]"
        span = 'frus:doc-dateTime-min="1949-05-01T00:00:00-05:00"'
        span += ' frus:doc-dateTime-max="1949-05-01T23:59:59-05:00"'
        old = "<frus:attachment><dateline><date when='1820-01-01'/></dateline></frus:attachment>"
        for name, text, attributes, date, precision in (
            ("sent, not received", f"<dateline>{day}<lb/>{late}</dateline>", "")
            + ("1949-01-03 00:00", "day"),
            ("received alone", f"<dateline>Undated. [Received {day}, 4 p.m.]</dateline>", "")
            + ("1949-01-03 00:00", "day"),
            ("in an attribute", "<dateline>Undated.</dateline>", span, "1949-05-01 00:00", "day"),
            ("below a number", f"<p>No. 12.]</p><dateline>{day}, noon</dateline>", "")
            + ("1949-01-03 12:00", "minute"),
            ("at the end", f"<p>Text.</p><closer><dateline>{day}</dateline></closer>", "")
            + ("1949-01-03 00:00", "day"),
            ("of an enclosure alone", old, "", "1949-01-01 00:00", "year"),
        ):
            with self.subTest(name):
                cable = read_one(FROM_LISBON + text, attributes=attributes)
                self.assertEqual(known((cable.created, cable.created_precision)), (date, precision))

    def test_the_place_before_the_date_is_read_in_any_markup(self):
        for dateline in (
            "<placeName>Lisbon</placeName>, <date>undated</date>",
            "Lisbon, January 3, 1949.",
            "Legation of the United States, Lisbon, undated.",
            'Lisbon, <date when="1949-01-03">January 3, 1949</date>',
        ):
            with self.subTest(dateline):
                cable = read_one(f"{FROM_LISBON}<dateline>{dateline}</dateline><p>412. Fees.</p>")
                self.assertEqual(cable.edition["place"], "Lisbon")
