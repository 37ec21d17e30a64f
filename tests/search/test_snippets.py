"""Excerpts of search results, in the forms that cables print."""

from copy import copy

from cables.search.query import parse_question
from cables.search.snippets import beginning_as, excerpts, find_words, stems_of
from cables.telegram.distinct_words import RUN
from cables.telegram.paragraphs import SEGMENTER

from ..base import TestCase
from ..builders import make_cable

BODY = """1. The dying king's policies were "harboured" in Élysée-Palace/Paris (fees: USD3.5).

2. U.S. envoys\N{EM DASH}three of them\N{EM DASH}said a fee of 001376 was paid; O'Brien did not.
"""


class ExcerptsTests(TestCase):
    """It ..."""

    @classmethod
    def setUpTestData(cls):
        cls.cable = make_cable("09ROME900101", subject="Harbor fees", body=BODY)

    def test_each_word_is_found_in_every_printed_form(self):
        for asked, forms in {
            "die": ["dying"],
            "policy king": ["king", "policies"],
            "FEES": ["fee", "fees"],
            "elysee": ["Élysée"],
            "Élysée": ["Élysée"],
            "palace paris": ["Palace", "Paris"],
            "env* thr*": ["envoys", "three"],
            '"three of them"': ["three of them"],
            "1376": ["001376"],
            "harbors": ["Harbor"],
            "obrien or brien": ["Brien"],
            "nothing": [],
        }.items():
            with self.subTest(asked=asked):
                found = find_words([self.cable], parse_question(asked))
                text = f"{self.cable.subject}\n{self.cable.body}"
                words = {match.group() for match in found.finditer(text)}
                self.assertEqual(sorted(words), sorted(forms))

    def test_matching_paragraphs_are_shown_with_marked_words(self):
        hits = excerpts([self.cable], parse_question("harbor fees"))[self.cable.pk]
        self.assertEqual(hits.subject, "<mark>Harbor</mark> <mark>fees</mark>")
        self.assertEqual([id for id, _ in hits.excerpts], ["par1", "par2"])
        self.assertIn("a <mark>fee</mark> of", hits.excerpts[1][1])
        for paragraph, excerpt in hits.excerpts:
            self.assertNotRegex(excerpt, r"^\d", f"The number of {paragraph} stands beside it.")

    def test_words_of_a_phrase_are_not_found_alone(self):
        body = "1. It may or may not be.\n\n2. In May, Minh left Saigon City; ships may sail.\n\n"
        cable = make_cable(
            "09ROME900102", body=f"{body}3. Ho Chi Minh\nCity; a fee rose, fees rise."
        )
        for asked, forms in {
            '"it may or may not be"': ["It may or may not be"],
            "saigon": ["Ho Chi Minh\nCity", "Saigon"],
            '"fee rose"': ["fee rose"],
            '"fees rose"': [],
            '"fees"': ["fees"],
            "fees": ["fee", "fees"],
            '"fee rose" or fees': ["fee rose", "fees"],
            '"not in this text"': [],
        }.items():
            with self.subTest(asked=asked):
                found = find_words([cable], parse_question(asked))
                words = {match.group() for match in found.finditer(cable.body)}
                self.assertEqual(sorted(words), sorted(forms))

    def test_a_word_has_the_first_letter_of_its_stem(self):
        text = f"{BODY} Ships skies ÉTÉ, œuvre x_die _dies 9dying —fée K\u212aelvin Ωmega y2k"
        for word, stem in zip(RUN.findall(text), stems_of(RUN.findall(text)), strict=True):
            with self.subTest(word, stem=stem):
                found = beginning_as([stem]).findall(text)
                self.assertIn(word, found)
                self.assertLessEqual({*found}, {*RUN.findall(text)})

    def test_paragraphs_are_those_of_the_page_whatever_rules_cut_them(self):
        cable, renamed = copy(self.cable), ["par1-2", "par7"]
        for cable.segmenter, cable.paragraph_ids in (
            (SEGMENTER, self.cable.paragraph_ids),
            (SEGMENTER, renamed),
            (SEGMENTER - 1, renamed),
        ):
            with self.subTest(cable.segmenter, ids=cable.paragraph_ids):
                pinned = [(block.id, block.text) for block in cable.blocks()]
                self.assertEqual(cable.block_texts(), pinned)

    def test_a_question_without_words_needs_no_query(self):
        with self.assertNumQueries(0):
            self.assertEqual(excerpts([self.cable], parse_question("")), {})
