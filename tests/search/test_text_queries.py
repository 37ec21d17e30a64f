"""Of cables that match, the most relevant comes first."""

from cables.loader import count_words
from cables.models import Cable
from cables.search.index_selection import published_cables
from cables.search.query import parse_question
from tests.base import TestCase
from tests.builders import make_cable

FILLER = "The port of the town has a quay and a crane."


class RankedTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        for number, (subject, body) in enumerate(
            [
                ("QUAYS", f"Fees were discussed. {FILLER}"),
                ("QUAYS", f"The fees, those fees, and other fees. {FILLER}"),
                ("FEES", f"Fees were discussed. {FILLER}"),
                ("QUAYS", f"The grain was fishing. {FILLER}"),
                ("QUAYS", f"The grain was fished. {FILLER}"),
                ("QUAYS", f"Fees were discussed. {FILLER * 50}"),
                ("QUAYS", "Nothing of it."),
            ],
            1,
        ):
            make_cable(f"06BERLIN90000{number}", subject=subject, body=body)
        count_words()

    def ask(self, text, start=0, limit=10):
        keys = published_cables().matching(parse_question(text)).keys(None, start, start + limit)
        references = dict(Cable.objects.values_list("pk", "reference"))
        return [int(references[key][-1]) for key in keys]

    def test_frequent_words_subjects_and_short_texts_rank_higher(self):
        order = self.ask("fees")
        self.assertEqual(order[-2:], [1, 6])
        self.assertCountEqual(order, [1, 2, 3, 6])

    def test_exact_forms_rank_before_other_forms(self):
        for form, order in {"fishing": [4, 5], "fished": [5, 4]}.items():
            with self.subTest(form):
                self.assertEqual(self.ask(f"grain {form}"), order)
                self.assertEqual(self.ask(f'"grain was {form}"'), order)

    def test_a_rare_word_weighs_more(self):
        self.assertEqual(self.ask("fished or port")[0], 5)

    def test_pages_do_not_overlap(self):
        whole = self.ask("fees or grain")
        paged = [self.ask("fees or grain", start, 2) for start in range(0, 8, 2)]
        self.assertEqual(sum(paged, []), whole)

    def test_a_question_without_words_is_answered_newest_first(self):
        self.assertEqual(len(self.ask("fe* or por*")), 6)

    def test_any_word_is_safe(self):
        make_cable("06BERLIN900009", body="U.S.S.R. c++ a%b x@y.org 1'2 (old)")
        for text in ("u.s.s.r", "c++", "a%b", "x@y.org", "1'2", "(old)", "[old", "\\m", "the"):
            with self.subTest(text):
                self.assertIsInstance(self.ask(text), list)
