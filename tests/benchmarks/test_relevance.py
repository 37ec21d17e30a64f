"""The sets of queries by which the order of results is measured, and their scores."""

import json
from unittest import TestCase

from cables.search_index.schema import COLUMNS
from tests.benchmarks import query_sets
from tests.benchmarks.rankers import BODY, SUBJECT, Fts5, rows_without_headings
from tests.benchmarks.relevance import ndcg, reciprocal_rank

NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
TEXTS = [
    (
        key,
        f"HARBOR FEES {first} {second}",
        f"SUBJECT: HARBOR FEES\n{first} {second}\n\n1. The port of the town: {first} ports.\n"
        f"2. A {second} fee for harbors, and {first}teen {second}ty quays.",
    )
    for key, (first, second) in enumerate(
        ((first, second) for first in NUMBERS for second in NUMBERS), start=1
    )
]

QUESTIONS = {"first": 30, "further": 62}


class DrawnTests(TestCase):
    def draw(self, seed):
        common = query_sets.COMMON
        query_sets.COMMON = 5
        try:
            return {
                make.__name__: make(TEXTS, 20, seed)
                for make in (query_sets.random_words, query_sets.headings, query_sets.common_words)
            }
        finally:
            query_sets.COMMON = common

    def test_sets_are_the_same_for_a_seed_and_others_for_another(self):
        first, again, other = self.draw(1), self.draw(1), self.draw(2)
        for name, queries in first.items():
            with self.subTest(name):
                self.assertEqual(len(queries), 20)
                self.assertEqual(queries, again[name])
                self.assertNotEqual(queries, other[name])

    def test_the_telegram_that_is_meant_has_the_words(self):
        texts = {key: f"{subject} {body}".lower() for key, subject, body in TEXTS}
        for name in ("random_words", "common_words"):
            for query in self.draw(1)[name]:
                with self.subTest(query):
                    (key,) = query.wanted
                    words = set(query_sets.words_in(texts[key]))
                    self.assertLessEqual(set(query.text.split()), words)

    def test_words_of_a_heading_are_those_that_the_text_has_in_some_form(self):
        for query in self.draw(1)["headings"]:
            (key,) = query.wanted
            with self.subTest(query):
                first, second = TEXTS[key - 1][1].lower().split()[2:]
                words = dict.fromkeys(["harbor", "fees", first, second])
                self.assertEqual(query.text.split(), list(words))

    def test_a_heading_is_removed_from_the_text_too(self):
        text = (1, "HARBOR FEES, 1949", "SUBJECT: Harbor\n  fees 1949\n\n1. Harbor and fees.")
        key, subject, body = query_sets.without_heading(text)
        self.assertEqual((key, subject), (1, ""))
        self.assertEqual(query_sets.words_in(body), ["subject", "1", "harbor", "and", "fees"])

    def test_only_the_rows_that_are_meant_lose_their_heading(self):
        rows = []
        for key, subject, body in TEXTS[:2]:
            cells = dict.fromkeys(COLUMNS, "") | {"pk": key, "subject": subject, "body": body}
            rows.append(tuple(cells.values()))
        first, second = rows_without_headings(rows, [2])
        self.assertEqual(first, rows[0])
        self.assertEqual(second[SUBJECT], "")
        self.assertNotIn("HARBOR FEES", second[BODY])

    def test_words_side_by_side_have_only_very_common_ones_between(self):
        pairs = query_sets.neighbours("The port of the town. A quay, and a quay")
        self.assertEqual(pairs, {("port", "town")})

    def test_judged_questions_have_references_and_marks_alone(self):
        judged = json.loads(query_sets.JUDGED.read_text(encoding="utf-8"))
        self.assertEqual({name: len(each) for name, each in judged.items()}, QUESTIONS)
        self.assertFalse(set(judged["first"]) & set(judged["further"]))
        for question, marks in (judged["first"] | judged["further"]).items():
            with self.subTest(question):
                self.assertTrue(any(marks.values()))
                self.assertLessEqual(set(marks.values()), {0, 1, 2})
                self.assertTrue(all(name.isalnum() and len(name) < 60 for name in marks))

    def test_questions_find_the_telegrams_that_are_here(self):
        for name, count in QUESTIONS.items():
            queries = query_sets.questions({"99NOWHERE900001": 5}, name)
            self.assertEqual(len(queries), count)
            self.assertTrue(all(not query.wanted for query in queries))


class ScoreTests(TestCase):
    def test_a_known_telegram_scores_by_its_position(self):
        for answers, score in (([7, 8], 1), ([8, 7], 1 / 2), ([8], 0), ([], 0)):
            self.assertEqual(reciprocal_rank(answers, {7: 1}), score)

    def test_marks_score_more_at_the_top(self):
        marks = {1: 2, 2: 1, 3: 0}
        self.assertEqual(ndcg([1, 2], marks), 1)
        self.assertEqual(ndcg([3, 4], marks), 0)
        self.assertEqual(ndcg([1, 2], {}), 0)
        self.assertGreater(ndcg([1, 2], marks), ndcg([2, 1], marks))
        self.assertGreater(ndcg([2, 1], marks), ndcg([3, 2, 1], marks))

    def test_the_other_engine_finds_all_words_or_any(self):
        texts = [(1, "HARBOR", "fees"), (2, "QUAY", "harbor"), (3, "", "salt")]
        self.assertEqual(Fts5(texts, "unicode61").answers("the harbor fees", 10), [1])
        either = Fts5(texts, "unicode61", " OR ")
        self.assertCountEqual(either.answers("the harbor fees", 10), [1, 2])
        self.assertEqual(either.count("harbor"), 2)
