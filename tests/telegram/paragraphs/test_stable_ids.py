"""A text changes, and every paragraph keeps the id that it was published with (P-5)."""

import re
from pathlib import Path
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

import cables
from cables.telegram.paragraphs import PARAGRAPH_ID, align, pin, segment
from tests.growth import check_growth
from tests.slow import slow

OLD = """\
1. The red buoy is lit every night of the year.

2. The green buoy rings a bell in the fog.

A note on bells.

3. The blue buoy has been asleep since spring.
"""


# A regular expression for paragraph ids, as code writes one.
GRAMMAR = re.compile(r"[\"']\^?par(?:\\d|\[0-9|\(\?)")
HAS_IT = Path("telegram/paragraphs/stable_ids.py")


class GrammarTests(TestCase):
    def test_an_id_is_a_number_or_a_range_a_count_and_a_block(self):
        for identity in ("par2", "par4to14", "par2-2", "par2.1", "par0.12", "par4to14-2.3"):
            with self.subTest(identity):
                self.assertRegex(identity, rf"\A(?:{PARAGRAPH_ID})\Z")
        for text in ("par", "parB", "par2.", "par2to", "par-2", "par2.1.1", "par٢"):
            with self.subTest(text):
                self.assertNotRegex(text, rf"\A(?:{PARAGRAPH_ID})\Z")

    def test_the_grammar_is_written_in_one_file(self):
        app = Path(cables.__file__).parent
        files = [file for file in app.rglob("*.py") if "migrations" not in file.parts]
        having = [file.relative_to(app) for file in files if GRAMMAR.search(file.read_text())]
        self.assertEqual(having, [HAS_IT])


class AlignTests(TestCase):
    def aligned(self, new, used=()):
        alignment = align(segment(OLD), segment(new), used)
        return alignment.ids, [gone for gone, _ in alignment.retired]

    def test_the_same_text_keeps_all_ids(self):
        self.assertEqual(self.aligned(OLD), (["par1", "par2", "par2.1", "par3"], []))

    def test_a_paragraph_printed_under_another_number_keeps_its_id(self):
        new = OLD.replace("3. The blue", "4. The blue").replace("2. The green", "3. The green")
        self.assertEqual(self.aligned(new), (["par1", "par2", "par2.1", "par3"], []))

    def test_a_paragraph_with_a_few_changed_words_keeps_its_id(self):
        new = OLD.replace("asleep since spring", "asleep since autumn")
        self.assertEqual(self.aligned(new), (["par1", "par2", "par2.1", "par3"], []))

    def test_it_keeps_its_id_if_its_number_changed_before(self):
        old = pin(segment(OLD), ["par1", "par7", "par7.1", "par8"], segment(OLD).fingerprints)
        alignment = align(old, segment(OLD.replace("rings a bell", "sounds a bell")))
        self.assertEqual(alignment.ids, ["par1", "par7", "par7.1", "par8"])

    def test_another_paragraph_with_the_same_number_gets_a_new_id(self):
        new = OLD.replace("The red buoy is lit every night of the year", "Cats like fish")
        self.assertEqual(self.aligned(new), (["par1-2", "par2", "par2.1", "par3"], ["par1"]))

    def test_an_id_once_retired_is_never_given_again(self):
        new = OLD + "\n4. A fourth buoy.\n\nA line below.\n"
        ids, retired = self.aligned(new, used=["par4", "par4-2", "par4.1"])
        self.assertEqual(ids[-2:], ["par4-3", "par4.2"])
        self.assertEqual(retired, [])

    def test_the_id_of_a_removed_paragraph_is_retired_behind_its_neighbour(self):
        new = OLD.replace("A note on bells.\n\n", "")
        alignment = align(segment(OLD), segment(new))
        self.assertEqual(alignment.ids, ["par1", "par2", "par3"])
        self.assertEqual(alignment.retired, [("par2.1", "par2")])

    def test_a_paragraph_keeps_its_id_when_one_is_inserted(self):
        new = OLD.replace("2. The green", "A word first.\n\n2. The green")
        ids, retired = self.aligned(new)
        self.assertEqual(ids, ["par1", "par1.1", "par2", "par2.1", "par3"])
        self.assertEqual(retired, [])

    @given(st.lists(st.sampled_from(OLD.split("\n\n") + ["5. New one.", "-----"])))
    def test_ids_are_unique_and_none_is_lost(self, paragraphs):
        old, new = segment(OLD), segment("\n\n".join(paragraphs))
        alignment = align(old, new)
        self.assertEqual(len(alignment.ids), len(new))
        self.assertEqual(len(set(alignment.ids)), len(new))
        retired = {gone for gone, _ in alignment.retired}
        self.assertEqual(retired, set(old.ids) - set(alignment.ids))

    @slow("not measuring how time grows with length")
    def test_repeated_paragraphs_take_linear_time(self):
        def work(text):
            align(segment(f"{OLD}\n\n{text}"), segment(f"{text}\n\n{OLD}"))

        check_growth(self, work, "Word.\n\n", 20_000)


class PinTests(TestCase):
    def test_published_ids_are_kept(self):
        blocks = segment(OLD)
        pinned = pin(blocks, ["par1", "par7", "par7.1", "par3"], blocks.fingerprints)
        self.assertEqual(pinned.ids, ["par1", "par7", "par7.1", "par3"])

    def test_blocks_that_are_cut_differently_keep_the_ids_of_their_words(self):
        blocks = segment(OLD)
        old_ids = ["par1", "par2", "par3"]  # An earlier segmenter had no block for the note.
        prints = [blocks[i].fingerprint for i in (0, 1, 3)]
        self.assertEqual(pin(blocks, old_ids, prints).ids, ["par1", "par2", "par2.1", "par3"])
