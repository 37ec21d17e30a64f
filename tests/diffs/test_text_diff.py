"""Diff of two texts of a cable."""

from unittest import TestCase

from cables.diffs import ComparedText, find_changes
from cables.telegram.paragraphs import align, pin, segment
from tests.growth import check_growth
from tests.slow import slow

OLD = """\
1. The red buoy is lit every night of the year.

2. The green buoy rings a bell in the fog.

A note on bells.

3. The blue buoy has been asleep since spring.
"""


def text(body, old=OLD, **facts):
    """Return a text whose paragraphs have the ids that they would have after the old one."""
    blocks = segment(body)
    ids = align(segment(old), blocks).ids
    return ComparedText(facts, "FM EMBASSY", pin(blocks, ids, blocks.fingerprints))


def changes_of(body, **facts):
    """Return (paragraph, kind of change) for a text that replaces OLD."""
    changes = find_changes(text(OLD), text(body, **facts))
    return [(change.name, change.kind) for change in changes.paragraphs]


class ChangeTests(TestCase):
    def test_equal_texts_have_no_changes(self):
        self.assertTrue(find_changes(text(OLD), text(OLD)).is_none)

    def test_each_kind_of_edit_is_recognized(self):
        red, green, note, blue = OLD.strip().split("\n\n")
        put = "\n\n".join
        cases = {
            "changed": (OLD.replace("since spring", "since May"), [("par3", "changed")]),
            "added": (put([red, "New.", green, note, blue]), [("par1.1", "added")]),
            "removed": (put([red, green, blue]), [("par2.1", "removed")]),
            "first removed": (put([green, note, blue]), [("par1", "removed")]),
            "moved": (put([red, blue, green, note]), [("par3", "moved")]),
            "split": (
                OLD.replace(" in the fog.", ".\n\nIt does so in the fog."),
                [("par2", "changed"), ("par2.2", "added")],
            ),
            "merged": (
                OLD.replace("fog.\n\nA note", "fog. A note"),
                [("par2", "changed"), ("par2.1", "removed")],
            ),
            "renumbered": (OLD.replace("3. The blue", "4. The blue"), [("par3", "changed")]),
            "rewritten": (
                OLD.replace("The red buoy is lit every night of the year", "Cats like fish"),
                [("par1", "removed"), ("par1-2", "added")],
            ),
            "all gone": ("", [(name, "removed") for name in ("par1", "par2", "par2.1", "par3")]),
        }
        for name, (body, expected) in cases.items():
            with self.subTest(name):
                self.assertEqual(changes_of(body), expected)

    def test_a_changed_paragraph_has_its_word_diff(self):
        changes = find_changes(text(OLD), text(OLD.replace("since spring", "since last May")))
        (change,) = changes.paragraphs
        differing = [(part.old, part.new) for part in change.parts if part.kind != "same"]
        self.assertEqual(differing, [("spring.", "last May.")])

    def test_a_moved_paragraph_has_both_positions(self):
        red, green, note, blue = OLD.strip().split("\n\n")
        changes = find_changes(text(OLD), text("\n\n".join([blue, red, green, note])))
        self.assertEqual([each.places for each in changes.paragraphs], [("par2.1", "")])

    def test_other_line_breaks_are_not_a_change_of_words(self):
        changes = find_changes(text(OLD), text(OLD.replace("lit every", "lit\nevery")))
        self.assertEqual((changes.paragraphs, changes.rewrapped), ([], ["par1"]))
        self.assertFalse(changes.is_none)

    def test_changes_of_facts_and_of_lines_around_paragraphs(self):
        old = text("TAGS: EFIS\nSUBJECT: BUOYS\n\n1. One.", Subject="BUOYS", Origin="Embassy Rome")
        new = text("TAGS: EFIS\nSUBJECT: BELLS\n\n1. One.", Subject="BELLS", Origin="Embassy Rome")
        changes = find_changes(old, new)
        self.assertEqual(
            [(each.name, each.kind) for each in changes.facts], [("Subject", "changed")]
        )
        self.assertEqual(
            [each.name for each in changes.pieces], ["Lines before the first paragraph"]
        )

    def test_changes_are_counted_by_kind(self):
        changes = find_changes(
            text(OLD), text(OLD.replace("A note on bells.", "4. One.\n\n5. Two."))
        )
        self.assertEqual(changes.counts, {"added": 2, "removed": 1})

    @slow("not measuring how time grows with length")
    def test_takes_linear_time_for_many_paragraphs(self):
        def work(body):
            find_changes(text(body, body), text(body.replace("7", "8"), body))

        check_growth(self, work, "Word 7.\n\nWord 9.\n\n", 40_000)
