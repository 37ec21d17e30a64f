"""Words of published texts are counted; for a misspelt word the intended one is suggested."""

import re
from datetime import timedelta
from types import SimpleNamespace
from unittest import TestCase as PureTestCase
from unittest import mock

from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cables.curation.erasures import erase
from cables.curation.redactions_and_corrections import correct_cable, lift_redaction, redact_cable
from cables.loader import count_words, finish_killed_load, load
from cables.models import Cable, Word
from cables.publication.document_frequencies import LoadCount
from cables.search.suggestions import suggest
from cables.telegram.apply_redactions import Strike
from cables.telegram.distinct_words import words_of
from tests.base import TestCase
from tests.builders import make_cable, make_curator, publish, withhold
from tests.refusing import REFUSED, refuse_records
from tests.source_files import csv_file, csv_record


def ask(*words):
    return SimpleNamespace(text=" ".join(words), words=tuple(word.lower() for word in words))


# Statements that lock the state, or rows of words.
LOCKING = re.compile(
    r'(cables_state)"? .*FOR NO KEY|^UPDATE "(cables_state)'
    r'|(?:INTO|^UPDATE|^DELETE FROM) "?(cables_word)\b'
)


def counts():
    return dict(Word.objects.values_list("word", "cables"))


class WordsOfTests(PureTestCase):
    def test_words_are_runs_of_letters_and_digits_without_case_and_accents(self):
        cases = {
            "The harbor's fees, 2006!": {"the", "harbor", "s", "fees", "2006"},
            "São Tomé\u2019s caf\u00e9": {"sao", "tome", "s", "cafe"},
            "ДОМ_one-two": {"дом", "one", "two"},
            "": set(),
        }
        for text, words in cases.items():
            with self.subTest(text):
                self.assertEqual(words_of(text), words)

    def test_names_of_persons_are_left_out(self):
        words = words_of("TAGS: PREL, SMITH, JOHN\nThe port.", ["PREL", "SMITH, JOHN"])
        self.assertEqual(words, {"tags", "prel", "the", "port"})


class CountTests(TestCase):
    def load(self, *texts, subject="HARBOR FEES"):
        records = [
            csv_record(f"09ROME90000{number}", text=text, subject=subject)
            for number, text in enumerate(texts, 1)
        ]
        load(csv_file(self.folder, *records))

    def test_a_load_counts_the_cables_of_each_word(self):
        self.load("Fees rose and fees fell.", "The quay is closed.")
        words = counts()
        for word, cables in {"fees": 2, "rose": 1, "quay": 1, "": 2, "900001": None}.items():
            with self.subTest(word):
                self.assertEqual(words.get(word), cables)

    def test_loading_again_changes_nothing(self):
        self.load("Fees rose.", "The quay is closed.")
        before = counts()
        self.load("Fees rose.", "The quay is closed.")
        self.assertEqual(counts(), before)

    def test_the_words_of_a_replaced_text_are_subtracted(self):
        self.load("The pomegranate rose.", "The quay.")
        self.load("The orange rose.", "The quay.")
        words = counts()
        self.assertNotIn("pomegranate", words)
        self.assertEqual((words["orange"], words["rose"], words[""]), (1, 1, 2))

    def test_counting_again_gives_the_counts_of_loads_and_decisions(self):
        self.load("The pomegranate rose.", "The quay.", "A third.")
        self.load("The orange rose.")
        withhold(Cable.objects.get(reference="09ROME900002"), "A witness.")
        before = counts()
        Word.objects.all().delete()
        Word.objects.create(word="quay", cables=1)
        call_command("count_words", verbosity=0)
        self.assertEqual(counts(), before)

    def test_records_that_postgresql_refuses_are_not_counted(self):
        refuse_records()
        self.load("The quay.", REFUSED, "The orange.")
        self.assertEqual(Cable.objects.count(), 2)
        before = counts()
        count_words()
        self.assertEqual(counts(), before)
        self.assertEqual(before[""], 2)

    def test_withholding_subtracts_the_words_and_publishing_adds_them(self):
        self.load("The pomegranate.", "The quay.")
        before = counts()
        cable = Cable.objects.get(reference="09ROME900001")
        withhold(cable, "A witness.")
        self.assertNotIn("pomegranate", counts())
        self.assertEqual(counts()[""], 1)
        publish(cable)
        self.assertEqual(counts(), before)

    def test_after_a_killed_load_all_words_are_counted(self):
        self.load("The pomegranate.", "The quay.")
        before = counts()
        Word.objects.filter(word__in=["", "quay"]).delete()  # As after a killed load.
        self.load("The pomegranate.", "The quay.")
        self.assertEqual(counts(), before)
        Word.objects.filter(word__in=["", "quay"]).delete()
        messages = []
        finish_killed_load(messages.append)
        self.assertEqual(counts(), before)
        finish_killed_load(messages.append)
        self.assertEqual(len(messages), 1)

    def test_a_cable_withheld_during_a_load_is_not_counted(self):
        """Also by a machine whose clock is late."""
        self.load("The quay.", "The pomegranate.")
        early, end = timezone.now() - timedelta(minutes=1), LoadCount.end

        def withheld_first(words):
            with mock.patch("django.utils.timezone.now", return_value=early):
                withhold(Cable.objects.get(body__contains="pomegranate"), "A witness.")
            end(words)

        with mock.patch.object(LoadCount, "end", withheld_first):
            self.load("The quay.", "The pomegranate.", "The orange.")
        self.assertEqual((counts()[""], counts()["orange"]), (2, 1))
        self.assertNotIn("pomegranate", counts())

    def test_words_are_counted_behind_the_lock_of_the_state(self):
        """Else a load and a decision, or two decisions, can wait for each other for ever."""
        self.load("The pomegranate.", "The quay.")
        cable, by = Cable.objects.get(reference="09ROME900001"), make_curator("anna")
        behind, alone = ["cables_state", "cables_word"], ["cables_state"]
        steps = {
            "redacted": (lambda: redact_cable(cable, Strike("par1"), "Privacy.", by), behind),
            "withheld": (lambda: withhold(cable), behind),
            "lifted": (lambda: lift_redaction(cable.redactions.get(), "No.", by), alone),
            "published": (lambda: publish(cable), behind),
            "corrected": (lambda: correct_cable(cable, "subject", "QUAYS", "Typo.", by), behind),
            "loaded": (lambda: self.load("The orange.", "The quay."), behind),
            "counted": (count_words, behind),
            "erased": (lambda: erase("09ROME900001", "A court ordered it."), behind),
        }
        for name, (step, expected) in steps.items():
            cable = Cable.objects.select_related("origin").get(pk=cable.pk)
            with self.subTest(name), CaptureQueriesContext(connection) as queries:
                step()
                found = [LOCKING.search(query["sql"].strip()) for query in queries]
                tables = [each[1] or each[2] or each[3] for each in found if each]
                self.assertEqual(list(dict.fromkeys(tables)), expected)


class SuggestTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable("06BERLIN900001", body="The governments agreed on fisheries.", keywords="Chile")
        make_cable("06BERLIN900002", body="The government of the harbour. Governor. Quay.")
        cls.secret = make_cable("06BERLIN900003", body="The pomegranate.", tags=["LIME, JOHN"])
        count_words()

    def test_a_misspelt_word_is_replaced_by_a_similar_one(self):
        cases = {
            "goverment": "government",
            "Goverment fisheries": "government fisheries",
            "fihseries": "fisheries",
            "qauy": "quay",
            "government": "",
            "governing": "",  # The search finds another form.
            "chile": "",  # The search finds it in the keywords.
            "xyzzyx": "",
            "pomegranite": "pomegranate",
            "": "",
        }
        for query, suggestion in cases.items():
            with self.subTest(query):
                self.assertEqual(suggest(ask(*query.split())), suggestion)

    def test_a_misprint_in_cables_is_replaced_by_a_word_in_a_hundred_times_as_many(self):
        make_cable("06BERLIN900004", body="The quai.")
        count_words()
        self.assertEqual(suggest(ask("quai")), "")
        Word.objects.filter(word="quay").update(cables=200)
        self.assertEqual(suggest(ask("quai")), "quay")

    def test_the_rest_of_a_query_stays(self):
        question = SimpleNamespace(text='"gov" Goverment* (goverment)', words=("goverment",))
        self.assertEqual(suggest(question), '"gov" Goverment* (government)')

    def test_no_word_of_a_withheld_cable_is_suggested(self):
        withhold(self.secret, "A witness.")
        self.assertEqual(suggest(ask("pomegranite")), "")

    def test_no_word_of_a_withheld_cable_is_suggested_even_if_a_count_is_wrong(self):
        withhold(self.secret, "A witness.")
        Word.objects.create(word="pomegranate", cables=1)
        self.assertEqual(suggest(ask("pomegranite")), "")
