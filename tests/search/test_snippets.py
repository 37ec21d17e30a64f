"""Excerpts of search results, in the forms that cables print."""

from cables.search.query import parse_question
from cables.search.snippets import excerpts, find_words

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
            '"three of them"': ["three"],
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

    def test_a_question_without_words_needs_no_query(self):
        with self.assertNumQueries(0):
            self.assertEqual(excerpts([self.cable], parse_question("")), {})
