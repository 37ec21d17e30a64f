"""Narrowing texts down: a matcher misses nothing that a search of one text finds."""

from itertools import product
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from cables.curation.archive_texts import PartedText
from cables.names.archive_matcher import NameMatcher
from cables.names.archive_matches import find_forms
from cables.names.near_miss_rules import REFERENCE
from cables.names.redaction_near_misses import (
    ALIKE,
    ATTACHED,
    INITIALS,
    MISSPELT,
    OTHERWISE,
    PART,
    PIECES,
    PLURAL,
    find_near,
    lookalike_spellings,
)
from cables.telegram.redact_phrases import find_phrases, letters_only

NAMES = ["Meridian", "John Q. Public", "O'Brellan", "Quinto Rossi", "Al-Fahim", "Ras", "Øvre Åsen"]
LETTERS = st.sampled_from("aeiouAEIOUrnmdlstRNMDLST1058 .-,\n'|!\u0415\u0456\u00e9\u00ad&;")
WORDS = sorted({word for name in NAMES for word in name.replace("-", " ").split()})


@st.composite
def altered(draw):
    """Draw a name in a form as texts may have it: broken, misspelt, extended, in part."""
    letters = list(draw(st.sampled_from(NAMES + WORDS)))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(letters)))
        cut = draw(st.integers(0, 1))
        letters[at : at + cut] = [draw(LETTERS)] if draw(st.booleans()) else []
    name = "".join(letters)
    forms = [name, name.upper(), " ".join(name), "-\n".join(name), f"{name}s", f"3{name}", name[:1]]
    return draw(st.sampled_from(forms))


TEXTS = st.lists(altered() | st.sampled_from(["the", "PAGE 02", "SECRET", "J.", "q"]), max_size=8)
SEPARATORS = st.sampled_from([" ", "\n", ", ", "\n\n", "-\nSECRET\n", "/"])


def near_in(text, name):
    """Return near misses in a text, but for references of telegrams."""
    near = (each.form.split() for each in find_near(text, [name]))
    return [each for each in near if not all(map(REFERENCE.fullmatch, map(letters_only, each)))]


class CompletenessTests(TestCase):
    @given(TEXTS, SEPARATORS)
    def test_every_name_that_stands_in_a_text_in_some_form_is_a_candidate(self, words, separator):
        text = separator.join(words)
        expected = {name for name in NAMES if find_phrases(text, [name]) or near_in(text, name)}
        self.assertLessEqual(expected, set(NameMatcher(NAMES).candidates([text])))

    def test_a_matcher_gives_the_same_for_a_text_that_it_has_met(self):
        matcher = NameMatcher(NAMES)
        for _ in range(2):
            self.assertEqual(matcher.candidates(["The MERIDIANS met J. PUBLIC"]), NAMES[:2])
            self.assertEqual(matcher.candidates(["Nothing of it"]), [])

    def test_spellings_that_look_alike_are_candidates(self):
        for spelling in lookalike_spellings("meridian"):
            with self.subTest(spelling):
                self.assertEqual(NameMatcher(NAMES).candidates([f"A {spelling}."]), ["Meridian"])


def forms(text, *names, counts=None):
    parts = [("par1", text)] if isinstance(text, str) else text
    found = find_forms([PartedText("", parts)], NameMatcher(names, counts), {})
    return {form.form: form.kind for form in found}


class FormsTests(TestCase):
    def test_the_forms_of_a_name_are_found_by_kind(self):
        for text, name, form, kind in (
            ("It was MERI-\nDIAN.", "Meridian", "Meridian", ""),
            ("It was M E R I D I A N.", "Meridian", "Meridian", ""),
            ("It was MERI DIAN.", "Meridian", "MERI DIAN", PIECES),
            ("The MERIDIANS.", "Meridian", "MERIDIANS", PLURAL),
            ("The MER1DIAN.", "Meridian", "MER1DIAN", ALIKE),
            ("The MERIDAIN.", "Meridian", "MERIDAIN", MISSPELT),
            ("The 12MERIDIAN.", "Meridian", "12MERIDIAN", ATTACHED),
            ("J. Q. PUBLIC left.", "John Q. Public", "J. Q. PUBLIC", INITIALS),
            ("PUBLIC, JOHN left.", "John Q. Public", "PUBLIC, JOHN", OTHERWISE),
            ("Mr. Public left.", "John Q. Public", "Public", PART),
        ):
            with self.subTest(text):
                self.assertEqual(forms(text, name), {form: kind})

    def test_a_name_across_two_paragraphs_is_one_place(self):
        parts = [("par1", "It was MERI-"), ("par2", "DIAN.")]
        (form,) = find_forms([PartedText("", parts)], NameMatcher(["Meridian"]), {})
        self.assertEqual((form.count, form.places[0][0]), (1, "par1 and par2"))

    def test_common_words_count_only_beside_the_name(self):
        counts = dict.fromkeys(["john", "public", "johns", "brown", "browns"], 201)
        for text, name, found in (
            ("John left.", "John Q. Public", {}),
            ("The public and John left.", "John Q. Public", {}),
            ("John Public and Public.", "John Q. Public", {"John Public", "Public"}),
            ("John Public and the public.", "John Q. Public", {"John Public"}),
            ("J. Public left.", "John Q. Public", {"J. Public"}),
            ("John P. left.", "John Q. Public", {"John P"}),
            ("Publik left.", "John Q. Public", {"Publik"}),
            ("The browns left.", "Brown", {}),
            ("Brown browns left.", "Brown", {"Brown", "browns"}),
        ):
            with self.subTest(text):
                self.assertEqual(set(forms(text, name, counts=counts)), set(found))

    def test_what_is_passed_over_is_counted(self):
        matcher = NameMatcher(["John Q. Public"], {"john": 201})
        for text in ("John left.", "john and John.", "Public John.", "The publics left."):
            find_forms([PartedText("", [("par1", text)])], matcher, {})
        self.assertEqual(matcher.skipped, {"john": 2})

    def test_all_pairs_of_names_are_told_apart(self):
        for one, other in product(NAMES[:4], repeat=2):
            with self.subTest(one, beside=other):
                found = forms(f"Here {one} met {other}.", *NAMES)
                self.assertEqual({form for form, kind in found.items() if not kind}, {one, other})
