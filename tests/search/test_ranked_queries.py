"""Of cables that match, the most relevant comes first."""

from django.db import transaction

from cables.loader import count_words
from cables.models import Cable
from cables.search.index_selection import published_cables
from cables.search.query import parse_question
from tests.base import TestCase
from tests.builders import make_cable

FILLER = "The port of the town has a quay and a crane."


# What ranks a cable higher -> (query, the higher cable, the lower one).
RULES = {
    "the form that was typed": (
        "grain fishing",
        {"body": f"The grain was fishing. {FILLER}"},
        {"body": f"The grain was fished. {FILLER}"},
    ),
    "the form that was typed, of a phrase": (
        '"grain was fished"',
        {"body": f"The grain was fished. {FILLER}"},
        {"body": f"The grain was fishing. {FILLER}"},
    ),
    "a word in the subject": (
        "salt",
        {"subject": "SALT", "body": f"Iron and tin. {FILLER}"},
        {"subject": "IRON", "body": f"Salt and tin. {FILLER}"},
    ),
    "a word that is repeated": (
        "salt",
        {"body": f"Salt, more salt, and other salt. {FILLER}"},
        {"body": f"Salt, more iron, and other zinc. {FILLER}"},
    ),
    "a short text": (
        "salt",
        {"body": f"Salt. {FILLER}"},
        {"body": f"Salt. {FILLER * 50}"},
    ),
    "words side by side": (
        "salt wheat",
        {"body": f"Salt wheat. Iron came by ship. {FILLER}"},
        {"body": f"Salt came by ship. Iron wheat. {FILLER}"},
    ),
    "words near each other": (
        "salt wheat",
        {"body": f"Salt and some wheat. Iron came. {FILLER}"},
        {"body": f"Salt and some iron. It came. Wheat. {FILLER}"},
    ),
    "words in the other order": (
        "salt wheat",
        {"body": f"Wheat salt. Iron came by ship. {FILLER}"},
        {"body": f"Wheat came by ship. Iron salt. {FILLER}"},
    ),
    "a name and a word near each other, in another spelling": (
        "vietnam wheat",
        {"body": f"Viet-Nam wheat. Iron came by ship. {FILLER}"},
        {"body": f"Viet-Nam came by ship. Iron wheat. {FILLER}"},
    ),
    "the spelling that was typed": (
        "vietnam",
        {"body": f"Vietnam has wheat. {FILLER}"},
        {"body": f"Viet-Nam has wheat. {FILLER}"},
    ),
    "a spelling of two words, where it was typed": (
        "viet nam",
        {"body": f"Viet-Nam has wheat. {FILLER}"},
        {"body": f"Vietnam has wheat. {FILLER}"},
    ),
    "a rare word, of words that are alternatives": (
        "tin or port",
        {"body": f"Tin. {FILLER}"},
        {"body": f"Port. {FILLER}"},
    ),
    "more of the words, where no cable has all": (
        "salt wheat iron zinc tin copper",
        {"body": f"Salt, wheat, iron, zinc, tin. {FILLER}"},
        {"body": f"Salt, wheat, iron, zinc. {FILLER}"},
    ),
}


class RulesTests(TestCase):
    def test_what_ranks_a_cable_higher(self):
        for rule, (query, higher, lower) in RULES.items():
            with self.subTest(rule), transaction.atomic():
                # Equal cables would stand in the order in which they were stored.
                last = make_cable("06BERLIN900001", **{"subject": "QUAYS", **lower})
                first = make_cable("06BERLIN900002", **{"subject": "QUAYS", **higher})
                found = published_cables().matching(parse_question(query))
                self.assertEqual(found.keys(None, 0, 10), [first.pk, last.pk])
                transaction.set_rollback(True)


class FewestWordsTests(TestCase):
    """Three or more words are all required where a cable has all, else half of them."""

    @classmethod
    def setUpTestData(cls):
        make_cable("06BERLIN900001", body="Salt, wheat, iron, zinc, tin. Port.")
        make_cable("06BERLIN900002", body="Salt, wheat, iron.")
        make_cable("06BERLIN900003", body="Salt, tin copper.")

    def find(self, query):
        found = published_cables().matching(parse_question(query))
        references = dict(Cable.objects.values_list("pk", "reference"))
        numbers = sorted(int(references[key][-1]) for key in found.keys(None, 0, 10))
        return numbers, found.least

    def test_which_cables_are_found(self):
        for query, wanted, least in (
            ("salt wheat iron zinc tin", [1], 0),
            ("what of the salt, wheat, iron, zinc and tin", [1], 0),
            ("salt gold", [], 0),
            ("salt wheat copper", [1, 2, 3], 2),
            ("salt wheat iron zinc copper", [1, 2], 3),
            ("salt wheat iron zinc tin gold", [1, 2], 3),
            ("salt wheat iron zinc copper silver gold", [1], 4),
            ("salt wheat iron silver gold lead nickel", [], 4),
            # Phrases, fields, alternatives, beginnings and excluded words are no preferences.
            ('salt wheat iron zinc copper "tin port"', [1], 3),
            ('salt wheat iron zinc copper "port tin"', [], 3),
            ("salt wheat iron zinc copper subject:gold", [], 3),
            ("salt wheat iron zinc copper -tin", [2], 3),
            ("salt wheat iron zinc copper silv*", [], 3),
            ("salt wheat iron zinc or copper silver or gold", [], 2),
            ('"salt" "wheat" "iron" "zinc" "copper"', [], 0),
        ):
            with self.subTest(query):
                self.assertEqual(self.find(query), (wanted, least))

    def test_other_spellings_of_a_name_count_as_one_word(self):
        make_cable("06BERLIN900004", body="Viet-Nam, rice, tea, silk.")
        self.assertEqual(self.find("vietnam rice tea silk gold"), ([4], 3))
        self.assertEqual(self.find("vietnam rice gold silver lead"), ([], 3))
        self.assertEqual(self.find("viet nam gold"), ([], 0))

    def test_total_counts_and_page_are_of_the_same_cables(self):
        query = {"q": "salt wheat iron zinc copper"}
        found = self.client.get("/search.json", query).json()
        sentence = "No cable has all 5 words, so those with at least 3 are found."
        self.assertEqual((found["total"], found["notes"]), (2, [sentence]))
        self.assertEqual(sum(found["years"].values()), 2)
        page = self.client.get("/search/", query)
        self.assertContains(page, sentence)
        self.assertContains(page, "2 cables")
        self.assertContains(page, "Check the quotation")
        self.assertContains(page, "without copper")
        narrowed = self.client.get("/search.json", query | {"created_after": "2030-01-01"}).json()
        self.assertEqual((narrowed["total"], narrowed["notes"]), (0, [sentence]))

    def test_nothing_is_said_where_a_cable_has_all_words(self):
        page = self.client.get("/search/", {"q": "salt wheat iron zinc tin"})
        self.assertNotContains(page, "are found.")
        self.assertNotContains(page, "Check the quotation")


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
