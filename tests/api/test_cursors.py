"""Cursors: round trips, and what is refused."""

from base64 import urlsafe_b64encode
from datetime import UTC, date, datetime
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from cables.api.cursors import LONGEST, read_cursor, write_cursor
from cables.models.querysets import ORDERS

REFERENCES = st.from_regex(r"[0-9]{2}[A-Z-]{1,40}[0-9]{1,20}", fullmatch=True)
VALUES = {
    "released": st.dates(),
    "created": st.datetimes(timezones=st.just(UTC)),
    "reference": REFERENCES,
}
KEY = (date(2012, 3, 5), datetime(2006, 3, 14, tzinfo=UTC), "06BERLIN900001")


def packed(text):
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


BY_RELEVANCE = ("sent", "reference")


class CursorTests(TestCase):
    @given(st.sets(st.integers(1, 2**31 - 1), max_size=100), st.just("") | REFERENCES)
    def test_a_cursor_by_relevance_has_what_was_sent(self, keys, reference):
        cursor = write_cursor("relevance", (tuple(keys), reference))
        self.assertLessEqual(len(cursor), LONGEST)
        wanted = (tuple(sorted(keys)), reference)
        self.assertEqual(read_cursor(cursor, "relevance", BY_RELEVANCE), wanted)

    def test_a_cursor_that_names_no_primary_keys_is_refused(self):
        for sent in (
            "1",
            '"12"',
            "[0]",
            "[-1]",
            "[1e999]",
            '["x"]',
            "[null]",
            "null",
            f"[{2**63}]",
        ):
            cursor = packed(f'["relevance",{sent},""]')
            with self.subTest(sent), self.assertRaises(ValueError):
                read_cursor(cursor, "relevance", BY_RELEVANCE)

    @given(st.sampled_from(sorted(ORDERS)), st.data())
    def test_a_cursor_can_be_read_back(self, order, data):
        key = tuple(data.draw(VALUES[column.lstrip("-")]) for column in ORDERS[order])
        cursor = write_cursor(order, key)
        self.assertRegex(cursor, r"^[\w-]+$")
        self.assertEqual(read_cursor(cursor, order, ORDERS[order]), key)

    @given(st.text(max_size=500))
    def test_any_text_raises_nothing_but_valueerror(self, text):
        for cursor in (text, packed(text), packed(f'["reference",{text}]')):
            try:
                read_cursor(cursor, "reference", ORDERS["reference"])
            except ValueError as error:
                self.assertIn("Begin without", str(error))

    def test_malformed_cursors_are_refused(self):
        day, moment = "2012-03-05", "2006-03-14T00:00:00+00:00"
        for cursor in (
            "",
            "x",
            "é",
            packed("[]"),
            packed("{}"),
            packed("[" * 200),
            packed(f'["released","{day}","{moment}","06BERLIN900001"]'),  # Of another order.
            packed(f'["-released","{day}","{moment}"]'),
            packed(f'["-released","{day}","{moment}","06BERLIN900001",1]'),
            packed(f'["-released",1,"{moment}","06BERLIN900001"]'),
            packed(f'["-released","2012-13-05","{moment}","06BERLIN900001"]'),
            packed(f'["-released","{day}","2006-03-14T00:00:00","06BERLIN900001"]'),
            packed(f'["-released","{day}","2006-03-14T00:00:00+23:59","06BERLIN900001"]'),
            packed(f'["-released","{day}","{moment}","06BERLIN\\u0000"]'),
            write_cursor("-released", (*KEY[:2], "X" * 1_500)),
        ):
            with self.subTest(cursor), self.assertRaises(ValueError):
                read_cursor(cursor, "-released", ORDERS["-released"])
