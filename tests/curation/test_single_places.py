"""A word is hidden at single places by a longer phrase; a form belongs to its own name."""

import unittest

from cables.names.archive_matches import FormInCable, OwnNames, longer_phrases
from cables.names.redaction_near_misses import ATTACHED, OTHERWISE, PART
from cables.telegram.redact_phrases import find_phrases

MISS = ("par1", "We met Miss ", "Grew", " at noon.")
MISS_TOO = ("par2", "said MISS\n", "Grew", ", who left.")
INCIDENT = ("par3", "the inci-\ndent ", "grew", " out of\nit")


def offered(*places):
    return [[(each.words, each.hidden) for each in phrases] for phrases in longer_phrases(places)]


class LongerPhraseTests(unittest.TestCase):
    def test_a_phrase_is_offered_at_the_first_place_that_it_hides(self):
        one, other, incident = offered(MISS, MISS_TOO, INCIDENT)
        self.assertEqual(one, [("Miss Grew", (0, 1)), ("Grew at", (0,)), ("Miss Grew at", (0,))])
        self.assertEqual(other, [("Grew who", (1,)), ("MISS Grew who", (1,))])
        self.assertIn(("grew out", (2,)), incident)

    def test_every_phrase_hides_the_places_that_it_names_and_no_other(self):
        places = [MISS, MISS_TOO, INCIDENT]
        for phrase in (each for phrases in longer_phrases(places) for each in phrases):
            for number, (_, before, words, behind) in enumerate(places):
                with self.subTest(phrase.words, place=number):
                    found = bool(find_phrases(before + words + behind, [phrase.words]))
                    self.assertEqual(found, number in phrase.hidden)

    def test_a_title_before_all_places_can_be_hidden_with_them(self):
        for places in ([], [MISS], [MISS, MISS]):
            with self.subTest(places):
                phrases = offered(*places)
                self.assertEqual(len(phrases), len(places))
                for number, each in enumerate(phrases):
                    hidden = tuple(range(len(places)))
                    of_first = [
                        (words, hidden) for words in ("Miss Grew", "Grew at", "Miss Grew at")
                    ]
                    self.assertEqual(each, [] if number else of_first)

    def test_nothing_is_offered_where_no_word_stands_beside_it(self):
        self.assertEqual(offered(("par1", "", "Grew", ""), MISS)[0], [])

    def test_its_key_has_no_word_of_the_text(self):
        keys = [each.key for each in longer_phrases([MISS, INCIDENT])[0]]
        self.assertEqual(keys, ["0-before", "0-behind", "0-both"])


class OwnNameTests(unittest.TestCase):
    def test_a_form_that_is_a_part_of_another_name_is_attributed_to_that(self):
        names = OwnNames(["Ilse Black", "Annelise Holm-Petersson", "Lucian Ball", "Lucía Ortez"])
        for form, name, kind, own, own_kind in (
            ("Annelise", "Ilse Black", ATTACHED, "Annelise Holm-Petersson", PART),
            ("Lucía", "Lucian Ball", ATTACHED, "Lucía Ortez", PART),
            ("Holm, Annelise", "Ilse Black", ATTACHED, "Annelise Holm-Petersson", OTHERWISE),
            ("Black", "Ilse Black", PART, "Ilse Black", PART),
            ("Blacks", "Ilse Black", "plural or singular", "Ilse Black", "plural or singular"),
            ("Lucian Ball", "Lucian Ball", "", "Lucian Ball", ""),
            ("+1 555", "telephone", "telephone", "telephone", "telephone"),
        ):
            with self.subTest(form):
                found = names.attributed(FormInCable(form, name, kind, False))
                self.assertEqual((found.phrase, found.kind), (own, own_kind))
