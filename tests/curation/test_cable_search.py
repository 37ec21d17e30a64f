"""Find cables at the desk: words, filters, pasted references, for users who see more or less."""

from datetime import UTC, datetime
from unittest import mock

from django.contrib.auth.models import Permission, User
from django.db import connection
from django.http import QueryDict

from cables.curation.cable_search import CableSearch, SearchError, find_cables, keep_pasted
from cables.curation.sealed_text_search import sealed_rows, words_query
from cables.models import (
    BulkDecision,
    BulkDecisionCable,
    Cable,
    Collection,
    Copy,
    Correction,
    FormerReference,
    Load,
    LoadRow,
    Matter,
    Origin,
    Redaction,
)
from cables.models.sql_expressions import SEALED_WORDS, InArray, tsquery
from cables.search.query import parse_question
from cables.search_index.reader import IndexNotReady
from tests.base import TestCase
from tests.builders import make_cable, make_cables, withhold

ONE, TWO, THREE, HIDDEN = "06BERLIN900001", "07ROME900002", "08PARIS900003", "09ROME900004"
# Question -> tsquery of the sealed texts.
QUERIES = [
    ("harbor fees", "('harbor') & ('fees')"),
    ("harbor or port", "('harbor' | 'port')"),
    ('"fishing rights" -grain', "('fishing' <-> 'rights') & !('grain')"),
    ("salm* subject:port", "('salm':*) & ('port':A)"),
    ("to:atlantis", "('atlantis':C)"),
    ("tag:EFIS", ""),
    ("1376", "(('1376' | '01376' | '001376' | '0001376' | '00001376'))"),
]


class SearchTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.one = make_cable(
            ONE,
            subject="HARBOR FEES",
            body="1. Ships paid the fees.",
            tags=["EFIS"],
            collections=["cables"],
            captions=["NODIS"],
        )
        cls.two = make_cable(
            TWO,
            origin="Embassy Rome",
            subject="LENSES",
            body="1. The lens was ground.",
            classification="SECRET",
            created=datetime(2007, 5, 6, 7, 8, tzinfo=UTC),
        )
        cls.three = make_cable(THREE, origin="Embassy Paris", subject="HARBOR LIGHTS")
        cls.hidden = make_cable(
            HIDDEN,
            origin="Embassy Atlantis",
            subject="A SECRET HARBOR",
            tags=["EFIS", "UNGA/C-6"],
            body="1. The quetzal paid the fees.",
            created=datetime(2009, 5, 6, tzinfo=UTC),
        )
        withhold(cls.hidden)
        Origin.objects.filter(name="Embassy Rome").update(also_named=["Legation in Italy"])
        cls.auditor = cls.person("auditor", "see_sealed")
        cls.curator = cls.person("curator", "withhold_cable")
        cls.guest = cls.person("guest")

    @classmethod
    def person(cls, name, *rights):
        user = User.objects.create_user(name, is_staff=True)
        views = Permission.objects.filter(codename__startswith="view_")
        user.user_permissions.add(*views, *Permission.objects.filter(codename__in=rights))
        return user

    def run_of_loader(self):
        collection, _ = Collection.objects.get_or_create(slug="cables")
        return Load.objects.create(collection=collection, file="cables.csv")

    def found(self, query, user=None):
        return [str(cable) for cable in find_cables(QueryDict(query), user or self.auditor)]


class FilterTests(SearchTestCase):
    def test_each_filter_finds_its_cables(self):
        Redaction.objects.create(cable=self.two, reason="x", by=self.auditor)
        Correction.objects.create(
            cable=self.three, field="subject", value="x", reason="x", by=self.auditor
        )
        run = self.run_of_loader()
        Copy.objects.create(
            cable=self.one, load=run, collection=run.collection, published_reference=ONE, facts={}
        )
        Matter.objects.create(cable=self.two, kind="M-10", reference=TWO)
        rows = {"load": run, "position": 1, "source": "cables.csv", "reason": "x"}
        LoadRow.objects.create(reference=THREE, outcome="held", digest="1", **rows)
        LoadRow.objects.create(reference="06BONN900009", outcome="withdrawn", digest="2", **rows)
        FormerReference.objects.create(cable=self.one, reference="06BONN900009", kind="renamed")
        for query, references in (
            ("", [ONE, TWO, THREE, HIDDEN]),
            ("state=published", [ONE, TWO, THREE]),
            *(("state=withheld", [HIDDEN]), ("withheld=1", [HIDDEN]), ("state=embargo", [ONE])),
            *(("redacted=yes", [TWO]), ("corrected=any", [THREE]), ("corrected=tags", [])),
            *(("held=yes", [THREE]), (f"load={run.pk}", [ONE]), ("load=999999", [])),
            *(("collection=cables", [ONE]), ("warning=M-10", [TWO])),
            ("origin=rome", [TWO]),
            ("origin=Legation in Italy", [TWO]),
            ("origin=Embassy Rome; embassy-paris", [TWO, THREE]),
            ("origin=embassy-rome&origin=paris", [TWO, THREE]),
            *(("tag=EFIS", [ONE, HIDDEN]), ("tag=unga/c-6", [HIDDEN]), ("tag=PREL", [])),
            *(("tag=PREL,EFIS", [ONE, HIDDEN]), ("tag=PREL&tag=EFIS", [ONE, HIDDEN])),
            *(("classification=secret", [TWO]), ("caption=NODIS", [ONE])),
            ("q=harbor&state=published", [ONE, THREE]),
            ("q=06BERLIN&tag=EFIS", [ONE]),
            ("o=1&p=1&state=withheld", [HIDDEN]),
        ):
            with self.subTest(query):
                self.assertEqual(self.found(query), references)

    def test_cables_are_found_by_days_and_by_entries_of_the_log(self):
        self.two.changes.create(action="redacted", by=self.auditor)
        today = datetime.now(UTC).date().isoformat()
        for query, references in (
            ("created_after=2007-05-06", [TWO, HIDDEN]),
            ("created_after=2006-01-01&created_before=2007-05-06", [ONE, TWO, THREE]),
            ("released_after=2013-01-01", []),
            ("action=withheld", [HIDDEN]),
            (f"changed_by={self.auditor.pk}", [TWO]),
            (f"changed_by={self.auditor.pk}&action=withheld", []),
            (f"changed_after={today}&changed_before={today}", [TWO, HIDDEN]),
            ("changed_before=2001-01-01", []),
        ):
            with self.subTest(query):
                self.assertEqual(self.found(query), references)

    def test_cables_of_a_decision_are_found_by_what_became_of_them(self):
        decision = BulkDecision.objects.create(kind="note", by=self.auditor)
        other = BulkDecision.objects.create(kind="note", by=self.auditor)
        for cable, of, outcome in (
            (self.one, decision, "done"),
            (self.hidden, decision, "done"),
            (self.two, decision, "kept"),
            (self.three, other, "done"),
        ):
            BulkDecisionCable.objects.create(decision=of, cable=cable, outcome=outcome)
        for query, references in (
            (f"decision={decision.pk}-done", [ONE, HIDDEN]),
            (f"decision={decision.pk}-done&state=published", [ONE]),
            (f"decision={decision.pk}-kept", [TWO]),
            (f"decision={decision.pk}-refused", []),
            (f"decision={other.pk}-done", [THREE]),
            ("decision=999999999999999999-done", []),
        ):
            with self.subTest(query):
                self.assertEqual(self.found(query), references)

    def test_what_cannot_be_applied_finds_nothing_and_says_so(self):
        for query, sentence in (
            ("state=lost", "State: Select a valid choice"),
            ("origin=Nowhere", "No origin is named Nowhere."),
            (
                "origin=embassy",
                "mean: Embassy Atlantis; Embassy Berlin; Embassy Paris; Embassy Rome?",
            ),
            ("origin=legation", "Did you mean: Embassy Rome?"),
            ("created_after=soon", "Created from: Enter a valid date"),
            ("decision=12", "Decision on many: Enter a valid value"),
            ("load=x", "Load: Select a valid choice"),
            ("load=99999999999999999999", "Select a valid choice"),
            ("caption=LOST", "Caption is left out"),
            ("colour=red", "There is no filter 'colour'"),
            ("state=published&state=withheld", "State: choose one"),
            ("pasted=999999", "not here"),
            (f"words={'x' * 3000}", "at most 2000 characters"),
            ("q=%00", "Null characters"),
            ("words=fees before:soon", "before:soon is left out: write 2007"),
            ("words=fees -after:2007", "-after:2007 is left out: days"),
            ("words=the", "the is left out: nearly every cable"),
        ):
            with self.subTest(query):
                search = CableSearch(QueryDict(query), self.auditor)
                self.assertEqual(list(search.cables), [])
                self.assertIn(sentence, " ".join(search.problems))
                with self.assertRaisesMessage(SearchError, sentence):
                    find_cables(QueryDict(query), self.auditor)

    def test_a_search_says_what_else_it_looked_for(self):
        for words, note in (("peking fees", "Also looked for: beijing"), ('"peking" fees', "")):
            search = CableSearch(QueryDict(f"words={words}"), self.auditor)
            self.assertEqual(list(search.cables), [])
            self.assertEqual(any(each.startswith("Also") for each in search.notes), bool(note))
            self.assertIn(note, " ".join(search.notes))

    def test_filters_by_what_a_user_may_not_see_are_none_of_theirs(self):
        stranger = User.objects.create_user("stranger", is_staff=True)
        for name in (
            "held=yes",
            "load=1",
            "decision=1-done",
            "redaction=1",
            "changed_by=1",
            "changed_after=2020-01-01",
        ):
            with self.subTest(name), self.assertRaisesMessage(SearchError, "There is no filter"):
                find_cables(QueryDict(name), stranger)

    def test_each_half_of_the_archive_is_read_by_its_own_index(self):
        make_cables(f"08LIMA9{number:05}" for number in range(300))
        cables = find_cables(QueryDict("classification=secret"), self.auditor)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE cables_cable")
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        plan = cables.order_by().explain()
        self.assertIn("BitmapOr", plan)
        self.assertRegex(plan, "cable_by_classification")
        self.assertIn("cable_withheld", plan)

    def test_many_keys_are_compared_as_few(self):
        keys = [self.one.pk, self.three.pk]
        for few in (5_000, 1):
            with self.subTest(few), mock.patch.object(InArray, "FEW", few):
                found = Cable.objects.with_keys(keys).order_by("reference")
                self.assertEqual(list(found), [self.one, self.three])
                self.assertEqual(Cable.objects.filter(pk__in=found.values("pk")).count(), 2)
        self.assertEqual(list(Cable.objects.with_keys([])), [])


class WordsTests(SearchTestCase):
    def test_public_texts_are_searched_as_readers_search_them(self):
        for query, references in (
            *(("words=fees", [ONE, THREE]), ("words=fee harbor", [ONE, THREE])),
            *(('words="ships paid"', [ONE]), ("words=fees -paid", [THREE])),
            *(("words=subject:harbor", [ONE, THREE]), ("words=lens*", [TWO])),
            *(("words=fees or lens", [ONE, TWO, THREE]), ("words=xylophagous", [])),
            ("words=ships harbor xylophagous", []),  # Readers get those with most of the words.
            *(("words=fees&caption=NODIS", [ONE]), ("words=fees&tag=EFIS", [ONE])),
            *(("words=tag:EFIS", [ONE]), ("words=harbor after:2007", [])),
            ("words=-", []),
        ):
            with self.subTest(query):
                self.assertEqual(sorted(self.found(query, self.guest)), references)

    def test_withheld_texts_are_found_by_those_who_see_them(self):
        for words in (
            *("quetzal", "quetz*", "subject:secret", '"quetzal paid"', "fees quetzal -ships"),
            *("quetzals origin:atlantis", "quetzal tag:EFIS after:2009", "to:secstate quetzal"),
        ):
            for user, references in (
                (self.auditor, [HIDDEN]),
                (self.curator, [HIDDEN]),
                (self.guest, []),
            ):
                with self.subTest(words, user=str(user)):
                    self.assertEqual(self.found(f"words={words}", user), references)
        for words in (
            "subject:quetzal",
            "quetzal -fees",
            "quetzal tag:PREL",
            "quetzal before:2008",
        ):
            with self.subTest(words):
                self.assertEqual(self.found(f"words={words}"), [])

    def test_originals_of_redactions_are_found_by_those_who_see_them(self):
        self.one.sealed.create(place="source", values={"header": "", "body": "1. Rossi paid."})
        self.one.sealed.create(place="redaction 1", values={"words": ["Rossi"]})
        for user, references in ((self.auditor, [ONE]), (self.curator, []), (self.guest, [])):
            with self.subTest(str(user)):
                self.assertEqual(self.found("words=rossi", user), references)
                self.assertEqual(
                    sorted(self.found("words=rossi or ground", user)), [*references, TWO]
                )

    def test_what_is_excluded_is_in_no_sealed_text_of_a_cable(self):
        self.hidden.sealed.create(place="note 1", values={"text": "A harbor in the north."})
        for words, references in (
            ("-quetzal", [ONE, TWO, THREE]),
            ("harbor -quetzal", [ONE, THREE]),
            ("-ground", [ONE, THREE, HIDDEN]),
            ("-tag:EFIS -origin:rome", [THREE]),
            ("-tag:PREL -from:paris", [ONE, TWO, HIDDEN]),
        ):
            with self.subTest(words):
                self.assertEqual(sorted(self.found(f"words={words}")), references)

    def test_tags_of_withheld_cables_are_found_by_those_who_see_them(self):
        for user, references in ((self.curator, [ONE, HIDDEN]), (self.guest, [ONE])):
            with self.subTest(str(user)):
                self.assertEqual(self.found("tag=EFIS", user), references)
        self.assertEqual(self.found("words=tag:EFIS", self.guest), [ONE])
        self.assertEqual(sorted(self.found("words=tag:EFIS")), [ONE, HIDDEN])

    def test_the_best_match_comes_first(self):
        make_cable("05OSLO900005", subject="SHIPS", body="1. Ships, ships. Ships in the harbor.")
        self.assertEqual(self.found("words=ships")[0], "05OSLO900005")
        self.assertEqual(self.found("words=complained or ground")[-1:], [THREE])

    def test_without_an_index_a_search_for_words_says_so(self):
        target = "cables.curation.cable_search.published_cables"
        with mock.patch(target, side_effect=IndexNotReady):
            with self.assertRaisesMessage(SearchError, "is being built"):
                find_cables(QueryDict("words=fees"), self.auditor)
            self.assertEqual(self.found("state=withheld"), [HIDDEN])

    def test_a_search_that_takes_too_long_says_so(self):
        def slow(*args):
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(3)")

        with (
            mock.patch("cables.curation.cable_search.sealed_matches", slow),
            mock.patch("cables.curation.cable_search.SECONDS", 1),
            self.assertRaisesMessage(SearchError, "was stopped after"),
        ):
            find_cables(QueryDict("words=fees"), self.auditor)
        self.assertEqual(self.found("state=withheld"), [HIDDEN])

    def test_words_become_a_query_of_postgresql(self):
        for words, query in QUERIES:
            with self.subTest(words):
                self.assertEqual(words_query(parse_question(words)), query)

    def test_sealed_texts_are_searched_by_their_index(self):
        rows = "SELECT indexdef FROM pg_indexes WHERE indexname = 'sealed_words'"
        with connection.cursor() as cursor:
            cursor.execute(rows)
            self.assertIn("cables_english", cursor.fetchone()[0])
            cursor.execute("SET LOCAL enable_seqscan = off")
        rows = sealed_rows(2).alias(words=SEALED_WORDS).filter(words=tsquery("'quetzal'"))
        self.assertIn("sealed_words", rows.explain())


class PastedTests(SearchTestCase):
    def test_a_pasted_list_finds_its_cables_and_names_the_others(self):
        FormerReference.objects.create(cable=self.two, reference="06BONN900009", kind="renamed")
        run = self.run_of_loader()
        LoadRow.objects.create(
            load=run, position=1, reference="07OSLO900008", outcome="withdrawn", reason="x"
        )
        text = f"06 Berlin 0900001; 06BONN900009\n{HIDDEN} 07OSLO900007, 07OSLO900008, 07 eggs"
        pasted = keep_pasted(self.guest, text)
        query = QueryDict(f"pasted={pasted.pk}")
        search = CableSearch(query, self.guest)
        self.assertEqual([str(cable) for cable in search.cables], [ONE, TWO, HIDDEN])
        self.assertEqual(search.not_here, {"07OSLO900007": "", "07OSLO900008": "under embargo"})
        self.assertEqual(search.pasted.unread, ("07 eggs",))
        self.assertEqual(self.found(f"pasted={pasted.pk}&state=withheld", self.guest), [HIDDEN])
        with self.assertRaisesMessage(SearchError, "not here"):
            find_cables(query, self.auditor)

    def test_more_than_a_decision_may_have_are_refused(self):
        pasted = keep_pasted(self.guest, "06BERLIN1 06BERLIN2 06BERLIN3")
        with (
            mock.patch("cables.curation.cable_search.MOST_REFERENCES", 2),
            self.assertRaisesMessage(SearchError, "Paste at most 2 references"),
        ):
            find_cables(QueryDict(f"pasted={pasted.pk}"), self.guest)
