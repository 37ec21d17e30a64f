"""The label of a list stands before the words of its item, however long the items are."""

from unittest import TestCase

from cables.telegram.paragraphs import align, segment
from tests.sources.test_frus_markup import DATELINE, HEAD, read_one

LONG = "The harbor fees are paid in advance by all who come. " * 5
ITEM = LONG.strip()
# (markup of a text, its blocks)
LISTS = (
    (
        f"<list><label>1.</label><item>{LONG}</item><label>2.</label><item>Boats.</item></list>",
        [f"1. {ITEM}", "2. Boats."],
    ),
    (
        f"<list><label>(<hi>a</hi>)</label><item><p>{LONG}</p><p>Boats.</p></item></list>",
        [f"(a) {ITEM}", "Boats."],
    ),
    (
        "<list><label>I.</label><item>Ships <list><label>1.</label><item>Boats</item></list>"
        f"</item><label>II.</label><item>{LONG}</item></list>",
        ["I. Ships", "1. Boats", f"II. {ITEM}"],
    ),
    (
        "<list><label>1.</label><item>Ships</item><label>2.</label><item>Boats</item></list>",
        ["1. Ships\n2. Boats"],
    ),
    (f"<list><item>{LONG}</item><label>9.</label></list><p>Fees.</p>", [ITEM, "9.", "Fees."]),
    ("<p>Fees.</p><closer><signed>Quay</signed>.</closer>", ["Fees.", "Quay."]),
)


class ListTests(TestCase):
    def test_a_label_stands_before_the_words_of_its_item(self):
        for markup, blocks in LISTS:
            with self.subTest(markup):
                self.assertEqual(read_one(f"{HEAD}{DATELINE}{markup}").body.split("\n\n"), blocks)

    def test_a_paragraph_keeps_its_address_when_its_label_joins_it(self):
        for label in ("1.", "(a)"):
            with self.subTest(label):
                old = segment(f"Fees.\n\n{label}\n\n{ITEM}\n\nBoats.")
                new = segment(f"Fees.\n\n{label} {ITEM}\n\nBoats.")
                aligned = align(old, new)
                self.assertEqual(aligned.ids, [old.ids[0], *old.ids[2:]])
                self.assertEqual([gone for gone, _ in aligned.retired], [old.ids[1]])
