"""The passages, notes and quotations of an author's text."""

import re
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from cables.text_check.document_files import as_text
from cables.text_check.passages import TextPassage, passages_of_text
from cables.text_check.quoted_words import read_passages

ARTICLE = """\
The post wrote that “the keeper asked for a new lens,”[1] and then "nobody had paid for it
at all".²

    The lens arrived in June, but the keeper
    would not sign for it.

Notes

1. Embassy Lisbon, 06LISBON900412.
2. Ibid.
3) It is here: 06LISBON900413.
"""
# TextPassage -> the quotations in it.
QUOTED = (
    ("He said “one two three four five” there.", ["one two three four five"]),
    ("He said “one two three four five.”", ["one two three four five"]),
    ("He said “one two three four five?”", ["one two three four five?"]),
    ('He said "one two three four five," and', ["one two three four five"]),
    ("It is «one two three four five».", ["one two three four five"]),
    ("Es ist „one two three four five“.", ["one two three four five"]),
    ("It is ‘one two keeper’s three four five’.", ["one two keeper’s three four five"]),
    ("The “domino theory” of the keeper’s house", []),
    ("He said “one two ‘three four’ five six” there", ["one two ‘three four’ five six"]),
    ("“One two three four five", ["One two three four five"]),
    ("“One “two three” four five” is said.", ["One “two three” four five"]),
    ("“One two “three four five six” is said.", ["One two “three four five six"]),
    ("Er schrieb „one two “three four” five six“.", ["one two “three four” five six"]),
    ("It’s the keeper’s own house and they’re in it’s yard", []),
    ('A 6" pipe and a 7" pipe lie here in the yard', []),
)
# Text -> for its first quotation, the references that it may cite, the likeliest first.
TIED = (
    ("“One two three four five” (06LISBON900412).", ["06LISBON900412"]),
    (
        "In 06LISBON900412 it says “one two three four five.” See 06ROME900001.",
        ["06LISBON900412", "06ROME900001"],
    ),
    (
        "“One two three four five.”[1] See 06ROME900001.\n\n[1] 06LISBON900412.",
        ["06LISBON900412", "06ROME900001"],
    ),
    ("“One two 06ROME900001 four five six” (06LISBON900412).", ["06LISBON900412"]),
    (
        "As 06LISBON900412 says:\n\n> One two three four five\n\nSee 06ROME900001.",
        ["06LISBON900412", "06ROME900001"],
    ),
    ("“One two three four five” is all.", []),
)


class PassageTests(TestCase):
    def test_paragraphs_notes_and_marks_are_read(self):
        body, apart, heading, *notes = passages_of_text(ARTICLE)
        self.assertTrue(body.text.endswith("for it at all”.".replace("”", '"')))
        self.assertEqual([mark.label for mark in body.marks], ["1", "2"])
        self.assertTrue(body.text[: body.marks[0].at].endswith("new lens,”"))
        self.assertTrue(apart.is_quotation)
        self.assertEqual(
            apart.text, "The lens arrived in June, but the keeper would not sign for it."
        )
        self.assertEqual((heading.text, heading.label), ("Notes", ""))
        self.assertEqual([each.label for each in notes], ["1", "2", "3"])
        self.assertEqual(notes[2].text, "It is here: 06LISBON900413.")

    def test_passages_written_as_text_are_read_again(self):
        passages = passages_of_text(ARTICLE)
        self.assertEqual(passages_of_text(as_text(passages)), passages)

    def test_a_number_without_a_note_stays(self):
        for text in ("In [1963] it was.", "The year 1963. It was.", "It rose to 5."):
            self.assertEqual(passages_of_text(text), [TextPassage(text)])

    def test_quotations_are_found(self):
        for text, expected in QUOTED:
            with self.subTest(text):
                read = read_passages([TextPassage(text)])[0]
                self.assertEqual([each.words for each in read.quotations], expected)

    def test_a_quotation_is_tied_to_what_it_cites(self):
        for text, expected in TIED:
            with self.subTest(text):
                read = next(r for r in read_passages(passages_of_text(text)) if r.quotations)
                tied = dict.fromkeys(each.citation.reference for each in read.cited[0])
                self.assertEqual(list(tied), expected)

    @given(st.text(alphabet='ab .“”"[1]^:>\n²', max_size=80))
    def test_no_word_is_lost(self, text):
        passages = passages_of_text(text)
        read = "".join(each.text for each in passages)
        self.assertEqual(re.sub("[^ab]", "", read), re.sub("[^ab]", "", text))
        read_passages(passages)
