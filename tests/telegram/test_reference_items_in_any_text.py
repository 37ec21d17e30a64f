"""Any text as a preamble: what holds of the references found, and the time it takes (R-6)."""

import re
import string
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from cables.telegram.reference_items import find_listed_references
from cables.telegram.references import canonical_reference
from tests.growth import check_growth
from tests.slow import slow

OWN = "09CAIRO900100"

# What lists are made of, for texts that look like one.
PIECES = st.sampled_from(
    [
        *("REF: ", "REF", "A. ", "(B) ", "C) ", "(C)", "STATE", "ROME", "PORT AU PRINCE"),
        *("SANTIAG0", " "),
    ]
    + [
        *("900123", "05 ", "2005", "(08)", "-08", "/", ", ", "; ", " AND "),
        "\n",
        "\n\n",
        ". ",
        "#",
        "'08",
    ]
    + [
        *("(NOTAL)", "(TITLE 2009)", '"A B"', "email", "301601Z", "9 FAM 41.31", "MAY", "(", ")"),
        *("¶", "0"),
    ]
    + [
        *("SUBJECT: ", "CAIRO 00900100  001.3 OF 012", "Classified By: ", "SUMMARY", "²", "٣", "É"),
        "\x00",
    ]
)
TEXTS = st.one_of(
    st.text(max_size=300),
    st.lists(PIECES, max_size=40).map("".join),
    st.lists(PIECES, max_size=40).map(lambda pieces: "REF: " + "".join(pieces)),
)
OWNS = st.sampled_from([OWN, "55ROME900001", "FRUS1861-D12", "", "99STATE1"])


class PropertyTests(TestCase):
    @given(TEXTS, OWNS)
    def test_any_text_gives_canonical_references(self, text, own):
        """R-6: references are canonical, unlike the cable's own, each once, in order."""
        items = find_listed_references(text, own)
        references = [item.reference for item in items if item.reference]
        self.assertEqual(len(references), len(set(references)))
        self.assertNotIn(own, references)
        for item in items:
            self.assertEqual(item.kind == "cable", item.reference != "")
            self.assertEqual(item.text, " ".join(item.text.split()))
            if item.reference:
                self.assertEqual(canonical_reference(item.reference, any_year=True), item.reference)

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(
                    ["ROME", "PHNOM PENH", "STATE", "PORT-AU-PRINCE", "ST. PETERSBURG"]
                ),
                st.integers(900_000, 999_999),
                st.sampled_from(["", "05 ", "1999 ", "'08 ", "10-"]),
                st.sampled_from(["", " (NOTAL)", " (HARBOR FEES)", " AND PREVIOUS"]),
            ),
            min_size=1,
            max_size=20,
            unique_by=lambda item: item[1],
        ),
        st.sampled_from(["{}. ", "{}) ", "({}) ", "[{}] ", "{}: "]),
        st.sampled_from(["\n", " ", "; ", "\n \n     ", ",\n"]),
    )
    def test_each_item_of_a_tidy_list_is_read_in_order(self, printed, bullet, between):
        """R-6: every item of a tidy list is found, in order, under its bullet."""
        lines = [
            bullet.format(letter) + year + station + f" {serial}" + rest
            for letter, (station, serial, year, rest) in zip(
                string.ascii_uppercase, printed, strict=False
            )
        ]
        items = find_listed_references("REF: " + between.join(lines) + "\n\nText", OWN)
        found = [(item.bullet, re.search(r"\d+$", item.reference)[0]) for item in items]
        expected = [
            (letter, str(item[1]))
            for letter, item in zip(string.ascii_uppercase, printed, strict=False)
        ]
        self.assertEqual(found, expected)


SIZE = 100_000


class LinearTests(TestCase):
    @slow("not measuring how time grows with length")
    def test_sixteen_times_the_text_takes_at_most_forty_times_as_long(self):
        for unit in (
            *(" ", "\n", "A", "0", "(", ")", ".", ",", "-", "¶", '"', "\u00e9", "\t", "/", "'"),
            *(
                "REF: ",
                "REF:\n",
                *("REF ", "ref ", "REF A ", "A. ", "(A) "),
                "A)\n",
                "(a(",
                "(a)",
                "1. ",
            ),
            *(
                *("STATE 1 ", "STATE ", "05 ", "STATE 900001, ", "AND "),
                "\n\n",
                "\n \n",
                "B. \n\n",
                "R",
                "P-",
            ),
        ):
            for start in ("", "REF: "):
                with self.subTest(unit=unit, start=start):
                    check_growth(
                        self,
                        lambda text, start=start: find_listed_references(start + text, OWN),
                        unit,
                        SIZE * len(unit),
                    )
