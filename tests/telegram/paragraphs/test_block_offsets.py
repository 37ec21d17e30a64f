"""The texts of blocks by their offsets are those of a body that is cut anew, or there are none."""

from functools import cache
from unittest import TestCase
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from cables.loader.specimen_collections import FOLDER
from cables.sources import ParsedCable, reader_for
from cables.sources.parsed_cable import parsed
from cables.telegram.paragraphs import (
    block_offsets,
    cut_blocks,
    find_offsets,
    segment,
    slice_blocks,
)
from tests.real_data import real_bodies
from tests.slow import examples

# (what, body, whether its blocks are found)
CASES = [
    ("plain lines", "1. Red.\n\n2. Green\nand blue.\n", True),
    ("blanks behind lines", "1. Red. \n \n2. Green \t\nand blue.  \n", True),
    ("no-break spaces", "1.\xa0Red.\xa0\n\n2. Green\xa0and blue.", True),
    ("a page break inside a paragraph", "1. Red\nPAGE 02 OF 03\nand blue.\n\n2. Green.", True),
    ("the same words again", "1. Red.\n\nRed.\n\nRed.\n\n2. Red.\nRed.", True),
    ("a number inside a long line", "1. (U) Red. " + "x" * 250 + "  2. (U) Green.", True),
    ("signs that align a table", "1. Red.\n\n2. Green.\u2007\u2007\t7\nBlue.\t8", False),
    ("no blocks", " \n", False),
]
INSERTED = [
    *("", " ", "\xa0", "\t", "7. Seven.", "PAGE 02 OF 03", "LISBON 900412 002 OF 003", "NNNN"),
    *("¶1. One.", "A\u2007\u2007\tB", "UNCLAS SECTION 02 OF 03", "  2.  (SBU) Two. ", "x " * 120),
]


@cache
def specimen_bodies():
    files = [path for path in sorted(FOLDER.rglob("*.*")) if path.suffix not in (".md", "")]
    records = [each for path in files for each in parsed(reader_for(path).read(path))]
    return [each.body for each in records if isinstance(each, ParsedCable) and each.body]


@st.composite
def bodies(draw):
    """Return a strategy: a specimen with lines that were put in, left out, joined or padded."""
    rows = draw(st.sampled_from(specimen_bodies())).split("\n")
    for _ in range(draw(st.integers(0, 6))):
        at, how = draw(st.integers(0, len(rows) - 1)), draw(st.sampled_from("ilpj"))
        if how == "i":
            rows.insert(at, draw(st.sampled_from(INSERTED)))
        elif how == "l" and len(rows) > 1:
            del rows[at]
        elif how == "p":
            rows[at] += draw(st.sampled_from([" ", "  ", "\xa0", "\t ", "\\"]))
        elif how == "j":
            rows[at : at + 2] = [" ".join(rows[at : at + 2])]
    return "\n".join(rows)


def sliced(body):
    return slice_blocks(body, find_offsets(body, segment(body)))


class BlockOffsetsTests(TestCase):
    def test_blocks_are_found_where_lines_stand_as_they_are(self):
        for what, body, found in CASES:
            with self.subTest(what):
                self.assertEqual(sliced(body), cut_blocks(body) if found else [])

    def test_specimens_have_offsets(self):
        found = [body for body in specimen_bodies() if sliced(body)]
        self.assertGreater(len(specimen_bodies()), 20)
        self.assertGreater(len(found), 0.95 * len(specimen_bodies()))

    @settings(max_examples=examples(500), deadline=None)
    @given(bodies())
    def test_slices_are_the_blocks_of_any_body(self, body):
        self.assertIn(sliced(body), (cut_blocks(body), []))

    @settings(max_examples=examples(300), deadline=None)
    @given(bodies(), bodies())
    def test_offsets_of_one_body_give_nothing_of_another(self, one, other):
        if one != other:
            self.assertEqual(slice_blocks(other, find_offsets(one, segment(one))), [])

    def test_offsets_of_other_rules_give_nothing(self):
        body = "1. Red.\n\n2. Green."
        offsets = find_offsets(body, segment(body))
        with patch.object(block_offsets, "SEGMENTER", 99):
            self.assertEqual(slice_blocks(body, offsets), [])

    def test_real_cables_are_cut_as_before(self):
        for reference, body in real_bodies(self):
            with self.subTest(reference):
                self.assertIn(sliced(body), (cut_blocks(body), []))
