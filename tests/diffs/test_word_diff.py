"""Word diff of two texts."""

from itertools import pairwise
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from cables import diffs
from cables.diffs import DiffPart, compare
from tests.growth import check_growth
from tests.slow import slow

TEXTS = st.lists(st.sampled_from(["fees", "Fees", "the", "harbor", "\n", "  ", "1."])).map(" ".join)

# Old text, new text, their parts as (kind, old, new).
CASES = [
    ("", "", []),
    ("Ships wait.", "Ships wait.", [("same", "Ships wait.", "Ships wait.")]),
    ("", "Ships wait.", [("added", "", "Ships wait.")]),
    ("Ships wait.", "", [("removed", "Ships wait.", "")]),
    (
        "It raised its fees.",
        "It may raise its fees.",
        [
            ("same", "It ", "It "),
            ("changed", "raised ", "may raise "),
            ("same", "its fees.", "its fees."),
        ],
    ),
    (
        "Ships\nwait  here.",
        "Ships wait\nhere.",
        [("same", "Ships\nwait  here.", "Ships wait\nhere.")],
    ),
    (
        "The port is open.",
        "The old port is open.",
        [
            ("same", "The ", "The "),
            ("added", "", "old "),
            ("same", "port is open.", "port is open."),
        ],
    ),
    (
        "All the ships of Lisbon waited for the pilot outside.",
        "Nobody knew where the captain had gone that evening.",
        [
            (
                "changed",
                "All the ships of Lisbon waited for the pilot outside.",
                "Nobody knew where the captain had gone that evening.",
            )
        ],
    ),
]


class CompareTests(TestCase):
    def test_finds_which_words_differ(self):
        for old, new, parts in CASES:
            with self.subTest(old, new=new):
                self.assertEqual(compare(old, new), [DiffPart(*part) for part in parts])

    def test_words_are_compared_by_the_key(self):
        self.assertEqual(
            [part.kind for part in compare("FEES rose", "fees Rose", str.casefold)], ["same"]
        )

    @given(TEXTS, TEXTS)
    def test_the_parts_have_every_character(self, old, new):
        parts = compare(old, new)
        self.assertEqual("".join(part.old for part in parts), old)
        self.assertEqual("".join(part.new for part in parts), new)

    @given(TEXTS, TEXTS)
    def test_equal_parts_are_equal(self, old, new):
        for part in compare(old, new):
            agree = part.old.split() == part.new.split()
            self.assertEqual(part.kind == "same", agree and bool(part.old and part.new))
            self.assertEqual(part.kind == "added", not part.old)
            self.assertEqual(part.kind == "removed", not part.new)

    @given(TEXTS, TEXTS)
    def test_equal_and_unequal_parts_alternate(self, old, new):
        kinds = [part.kind == "same" for part in compare(old, new)]
        self.assertTrue(all(one != other for one, other in pairwise(kinds)))

    def test_very_long_different_texts_are_one_change(self):
        old = "a " * (diffs.MOST_COMPARED + 1)
        kinds = [part.kind for part in compare(f"x {old}", "x b c")]
        self.assertEqual(kinds, ["same", "changed"])

    @slow("not measuring how time grows with length")
    def test_takes_linear_time_where_texts_agree(self):
        check_growth(
            self, lambda text: compare(f"{text} old {text}", f"{text} new {text}"), "a b ", 200_000
        )
