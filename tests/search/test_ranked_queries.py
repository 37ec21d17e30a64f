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
    "a short text": ("salt", {"body": f"Salt. {FILLER}"}, {"body": f"Salt. {FILLER * 50}"}),
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


class SomeWordsTests(TestCase):
    """All words are required; cables that have some of them stand in a list of their own."""

    @classmethod
    def setUpTestData(cls):
        make_cable("06BERLIN900001", body="Salt, wheat, iron, zinc, tin. Port.")
        make_cable("06BERLIN900002", body="Salt, wheat, iron.")
        make_cable("06BERLIN900003", body="Salt, tin copper.")

    def find(self, query):
        question = parse_question(query)
        references = dict(Cable.objects.values_list("pk", "reference"))
        found = published_cables()
        return tuple(
            [int(references[key][-1]) for key in each.keys(None, 0, 10)]
            for each in (found.matching(question), found.partly_matching(question))
        )

    def test_words_in_another_form_count_as_much_among_cables_with_some(self):
        make_cable("06BERLIN900004", body=f"Tolls. {FILLER}")
        make_cable("06BERLIN900005", body=f"They walked to pay a toll. {FILLER}")
        self.assertEqual(self.find("walking tolls gold"), ([], [5, 4]))

    def test_which_cables_have_all_and_which_some(self):
        for query, whole, some in (
            ("salt wheat iron zinc tin", [1], {2, 3}),
            ("what of the salt, wheat, iron, zinc and tin", [1], {2, 3}),
            ("salt gold", [], {1, 2, 3}),
            ("copper gold", [], {3}),
            ("gold lead", [], set()),
            ("zinc", [1], set()),
            # What has a sign is required of both, and what is excluded stays so.
            ('salt copper "tin port"', [], {1}),
            ('salt copper "port tin"', [], set()),
            ("salt copper subject:gold", [], set()),
            ("salt copper -zinc", [3], {2}),
            ("wheat copper silv*", [], set()),
            ("wheat gold zinc or tin", [], {1}),
            ('"salt" "gold"', [], set()),
            ("salt gold before:2000", [], set()),
        ):
            with self.subTest(query):
                found = self.find(query)
                self.assertEqual((sorted(found[0]), set(found[1])), (whole, some))

    def test_the_rarer_and_the_more_words_the_higher(self):
        self.assertEqual(self.find("wheat zinc copper")[1][0], 1)

    def test_other_spellings_of_a_name_count_as_one_word(self):
        make_cable("06BERLIN900004", body="Viet-Nam, rice.")
        self.assertEqual(self.find("vietnam gold"), ([], [4]))
        self.assertEqual(self.find("viet nam"), ([4], []))

    def test_no_total_facet_or_file_has_them(self):
        for query, total in ({"q": "salt wheat iron zinc copper"}, 0), ({"q": "copper tin"}, 1):
            with self.subTest(query):
                found = self.client.get("/search.json", query).json()
                self.assertEqual((found["total"], len(found["results"])), (total, total))
                self.assertEqual(sum(found["years"].values()), total)
                some = [row["reference"] for row in found["with_some_words"]]
                self.assertEqual(len(some), 3 if not total else 1)
                self.assertFalse({row["reference"] for row in found["results"]} & {*some})
                rows = b"".join(self.client.get("/search.csv", query).streaming_content)
                self.assertEqual(rows.decode().strip().count("\n"), total)
                self.assertNotContains(self.client.get("/search.atom", query), some[0])

    def test_the_page_shows_them_under_a_heading_of_their_own(self):
        page = self.client.get("/search/", {"q": "salt wheat iron zinc copper"})
        for words in ("Nothing found", "Less strict searches", "With some of these words"):
            self.assertContains(page, words)
        self.assertContains(page, "Check the quotation")
        self.assertContains(page, "without copper")
        self.assertContains(page, "/cable/06BERLIN900001/?q=salt")
        narrowed = {"q": "salt gold", "created_after": "2015"}
        self.assertNotContains(self.client.get("/search/", narrowed), "With some of these words")


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
                self.assertEqual(self.ask(f'"grain was {form}"'), order[:1])

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
