"""Redacting over the archive: forty names in 120 places are found in all forms, and redacted."""

import json
from unittest import mock

from django.contrib.auth.models import User

from cables.curation import archive_redactions
from cables.curation.archive_redactions import (
    TASKS,
    decide,
    redact_accepted,
    run_search,
    start_search,
    try_again,
    undo,
)
from cables.curation.name_suggestions import SUGGESTIONS
from cables.curation.redactions_and_corrections import redact_cable
from cables.models import (
    Cable,
    Change,
    Collection,
    Note,
    Page,
    Picture,
    Redaction,
    RedactionMatch,
    RedactionSearch,
    Sealed,
    Word,
    unseal,
)
from cables.telegram.apply_redactions import Strike
from tests.admin.test_decisions import DecisionTestCase
from tests.articles.test_render import make_article
from tests.base import TestCase
from tests.builders import forget_counts, make_curator, withhold
from tests.curation.planted_names import NAMES, PLANTED, plant
from tests.source_files import csv_record

State = RedactionSearch.State


def go_on():
    """Do not stop."""


def search_for(curator, phrases, **values):
    """Search all texts for names; return the search."""
    values = {"phrases": phrases, "with_sealed": True} | values
    search = RedactionSearch(by=curator, **values)
    start_search(search)
    run_search(search, go_on)
    search.refresh_from_db()
    return search


def accept(rows):
    rows.update(decision=RedactionMatch.ACCEPTED)


def redact_all(search, curator, reason="A witness."):
    accept(search.matches)
    decide(search, reason, curator)
    redact_accepted(search, go_on)


def text_of(cable):
    """Return all that readers would see of a cable, its versions and its notes."""
    if cable.withheld_reason:
        unseal([cable.pk])
        cable.refresh_from_db()
    rows = [cable, *cable.versions.all()]
    texts = [f"{row.subject}\n{row.header}\n{row.body}\n{json.dumps(row.facts)}" for row in rows]
    return "\n".join([*texts, *cable.notes.values_list("text", flat=True)])


class PlantedNamesTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.curator = User.objects.create_user("anna", is_staff=True)
        plant(cls.curator)
        forget_counts()
        cls.search = search_for(cls.curator, NAMES)

    def test_every_name_is_found_at_every_place(self):
        for planted in PLANTED:
            with self.subTest(planted.kind, name=planted.name):
                found = self.search.matches.filter(cable__reference=planted.reference)
                kinds = set(found.values_list("phrase", "kind"))
                own = {kind for phrase, kind in kinds if phrase == planted.name}
                self.assertTrue(own)
                self.assertEqual("" in own, planted.is_exact)

    def test_no_other_cable_has_a_match(self):
        planted = {each.reference for each in PLANTED}
        found = set(self.search.matches.values_list("cable__reference", flat=True))
        self.assertEqual(found, planted)

    def test_one_decision_redacts_them_all_and_nothing_else_and_is_undone_as_one(self):
        planted = {each.reference: each for each in PLANTED}
        others = Cable.objects.exclude(reference__in=planted)
        before = {cable.pk: text_of(cable) for cable in others}
        old = {cable.pk: cable.body for cable in Cable.objects.filter(reference__in=planted)}
        accept(self.search.matches)
        decide(self.search, "A witness is named.", self.curator)
        redact_accepted(self.search, go_on)
        self.assertEqual(self.search.state, State.REDACTED)
        left = dict(self.search.matches.left().values_list("cable__reference", "problem"))
        self.assertEqual(left, {})
        self.assertEqual(Redaction.objects.count(), len(PLANTED))
        for cable in Cable.objects.filter(reference__in=planted):
            each = planted[cable.reference]
            with self.subTest(each.kind, name=each.name):
                text = text_of(cable)
                for word in (each.words, each.name.split()[1]):
                    self.assertNotIn(word.lower(), text.lower())
                self.assertIn("[redacted]", text.lower())
        self.assertEqual({cable.pk: text_of(cable) for cable in others}, before)
        undo(self.search, "It was a mistake.", self.curator)
        TASKS[self.search.task](self.search, go_on)
        self.assertFalse(Redaction.objects.exists())
        for cable in Cable.objects.filter(pk__in=old, withheld_reason=""):
            if old[cable.pk]:
                self.assertEqual(cable.body, old[cable.pk])


class SearchTests(TestCase):
    """What is searched, for whom, and what becomes of the words."""

    name = "Quinto Rossilante"

    @classmethod
    def setUpTestData(cls):

        cls.references = [f"09ROME{900001 + at}" for at in range(4)]
        texts = [
            f"{cls.name} raised the fees.",
            f"The fees of {cls.name} and Rossilantes.",
            "No name is here.",
            f"The envoy met {cls.name}.",
        ]
        records = zip(cls.references, texts, strict=True)
        DecisionTestCase.load(*(csv_record(each, text=text) for each, text in records))
        cls.curator = make_curator("anna", "redact_cable", "see_sealed")

    def setUp(self):
        forget_counts()

    def cable(self, at):
        return Cable.objects.get(reference=self.references[at])

    def forms(self, search):
        rows = search.matches.order_by("cable__reference", "kind")
        return [(row.cable.reference[-1], row.form, row.kind, row.is_sealed) for row in rows]

    def test_withheld_and_redacted_originals_are_searched_only_with_the_right(self):

        withhold(self.cable(0))
        redact_cable(self.cable(3), Strike("", (self.name,)), "A witness.", self.curator)
        shown = [("2", self.name, "", False), ("2", "Rossilantes", "plural or singular", False)]
        hidden = [("1", self.name, "", True), *shown, ("4", self.name, "", True)]
        for with_sealed, expected in ((False, shown), (True, hidden)):
            with self.subTest(with_sealed=with_sealed):
                search = search_for(self.curator, [self.name], with_sealed=with_sealed)
                self.assertEqual(self.forms(search), expected)
        other = User.objects.create_user("ben")
        for user, count in ((self.curator, 4), (other, 2)):
            self.assertEqual(search.matches.visible_to(user).count(), count)

    def test_only_the_chosen_cables_are_searched(self):
        search = search_for(self.curator, [self.name], cables=[self.cable(1).pk])
        self.assertEqual({row[0] for row in self.forms(search)}, {"2"})

    def test_a_search_that_was_stopped_goes_on_where_it_was(self):
        search = RedactionSearch(by=self.curator, phrases=[self.name])
        start_search(search)
        search.last = self.cable(1).pk
        search.save()
        run_search(search, go_on)
        self.assertEqual({row[0] for row in self.forms(search)}, {"4"})

    def test_a_changed_cable_is_left_and_can_be_tried_again(self):
        search = search_for(
            self.curator, [self.name], cables=[self.cable(at).pk for at in range(4)]
        )
        self.cable(0).changes.create(action="noted", reason="A note.")
        redact_all(search, self.curator)
        left = search.matches.left()
        self.assertEqual([row.cable.reference for row in left], [self.references[0]])
        self.assertIn(self.name, self.cable(0).body)
        self.assertEqual(left[0].form, self.name)
        self.assertEqual(search.phrases, [self.name])
        try_again(search, self.curator)
        redact_accepted(search, go_on)
        self.assertNotIn(self.name, self.cable(0).body)
        self.assertEqual(search.phrases, [])

    def test_what_was_left_gets_the_reason_for_readers_even_after_the_others_were_lifted(self):
        search = search_for(
            self.curator, [self.name], cables=[self.cable(at).pk for at in range(4)]
        )
        self.cable(0).changes.create(action="noted", reason="A note.")
        redact_all(search, self.curator)
        undo(search, "Eli Rossi asked for it.", self.curator)
        search.state = State.STOPPED
        try_again(search, self.curator)
        redact_accepted(search, go_on)
        self.assertEqual(set(Redaction.objects.values_list("reason", flat=True)), {"A witness."})

    def test_rejected_and_undecided_forms_stay(self):
        search = search_for(self.curator, [self.name])
        accept(search.matches.filter(cable=self.cable(1), kind=""))
        search.matches.filter(cable=self.cable(0)).update(decision=RedactionMatch.REJECTED)
        decide(search, "A witness.", self.curator)
        redact_accepted(search, go_on)
        self.assertIn("The fees of [redacted] and Rossilantes.", self.cable(1).body)
        self.assertEqual(Redaction.objects.count(), 1)

    def test_a_name_over_two_paragraphs_is_redacted_in_both_and_leaves_the_number(self):
        text = "1. (C) We met K. P. S.\n\n2. (C) Rossilante at noon.\n\n3. (C) He left."
        DecisionTestCase.load(csv_record("09ROME900009", text=text))
        cable = Cable.objects.get(reference="09ROME900009")
        search = search_for(self.curator, ["K. P. S. Rossilante"], cables=[cable.pk])
        ((form, kind),) = search.matches.values_list("form", "kind")
        self.assertEqual((form, kind), ("K. P. S. 2. (C) Rossilante", "over two paragraphs"))
        redact_all(search, self.curator)
        self.assertEqual(search.matches.left().count(), 0)
        cable.refresh_from_db()
        self.assertIn(
            "1. (C) We met [redacted]\n\n2. (C) [redacted] at noon.\n\n3. (C) He", cable.body
        )

    def test_the_words_are_deleted_and_never_in_the_log(self):
        search = search_for(self.curator, [self.name])
        accept(search.matches)
        for reason in ("Rossilantes is a witness.", f"{self.name} is one.", " "):
            with self.subTest(reason), self.assertRaises(ValueError):
                decide(search, reason, self.curator)
        decide(search, "A witness.", self.curator)
        killed = {"side_effect": KeyboardInterrupt}
        with mock.patch.object(archive_redactions, "forget_words", **killed):
            self.assertRaises(KeyboardInterrupt, redact_accepted, search, go_on)
        search.refresh_from_db()
        self.assertIn(search.state, RedactionSearch.AT_WORK)  # The worker does it again.
        redact_accepted(search, go_on)
        stored = json.dumps(
            [*search.matches.values("phrase", "form", "key", "places")] + [search.phrases]
        )
        logged = " ".join(f"{change.what} {change.reason}" for change in Change.objects.all())
        for text in (stored, logged):
            self.assertNotRegex(text, "(?i)rossilante")
        sealed = Sealed.objects.filter(place__startswith="redaction")
        self.assertEqual(sealed.count(), 3)

    def test_texts_that_are_no_cables_are_listed(self):
        make_article(title="Harbors", body=f"It names {self.name}.")
        Page.objects.create(slug="x", title=self.name, body="x")
        Picture.objects.create(description=self.name, data=b"x", digest="0", width=1, height=1)
        Collection.objects.update(provenance=f"Given by {self.name}.")
        search = search_for(self.curator, [self.name])
        found = search.matches.filter(cable=None, form=self.name).values_list("name", flat=True)
        kinds = {"Article Harbors", "Collection", "Guidance", "Picture"}
        self.assertEqual({kind for kind in kinds for name in found if name.startswith(kind)}, kinds)
        redact_all(search, self.curator)

    def test_reasons_of_former_paragraphs_and_other_sources_are_searched_and_redacted(self):
        cable = self.cable(2)
        cable.former_paragraphs.create(paragraph="par9", version=1, reason=f"It named {self.name}.")
        Note.objects.create(cable=cable, text=f"On {self.name}.")
        search = search_for(self.curator, [self.name], cables=[cable.pk])
        (match,) = search.matches.all()
        self.assertEqual({place[0] for place in match.places}, {"facts", "notes"})
        redact_all(search, self.curator)
        self.assertEqual(cable.former_paragraphs.get().reason, "It named [redacted].")

    def test_numbers_and_suggestions_are_matches_too(self):

        text = "Mr. Ostrakovin can be reached at +351 21 727 3300 or a.b@example.org."
        DecisionTestCase.load(csv_record("09ROME900009", text=text))
        forget_counts()
        search = search_for(self.curator, [], patterns=["telephone", "e-mail", "titled"])
        self.assertEqual(
            {
                (row.form, row.kind)
                for row in search.matches.filter(cable__reference="09ROME900009")
            },
            {
                ("+351 21 727 3300", "telephone"),
                ("a.b@example.org", "e-mail"),
                ("Ostrakovin", "titled"),
            },
        )

    def test_suggestions_come_after_the_name_and_never_instead_of_it(self):
        texts = [
            "Mr. Ostrakovin, Mr. Belfontane, Mr. Querlon met.",
            "Gov. Ostrakovin left.",
            "Mr. Zevrek.",
        ]
        DecisionTestCase.load(
            *(csv_record(f"09ROME{900019 + at}", text=text) for at, text in enumerate(texts))
        )
        forget_counts()
        titled = {"phrases": ["Ostrakovin"], "patterns": ["titled"]}
        with mock.patch.object(archive_redactions, "MOST_MATCHES", 3):
            search = search_for(self.curator, **titled)
        self.assertFalse(search.is_cut)
        self.assertEqual(search.matches.looked_for().count(), 2)
        suggested = search.matches.suggested()
        self.assertEqual(set(suggested.values_list("form", flat=True)), {"Belfontane", "Querlon"})
        Word.objects.update_or_create(word="belfontane", defaults={"cables": 7})
        with mock.patch.object(archive_redactions, "MOST_SUGGESTED", 1):
            search = search_for(self.curator, **titled)
        self.assertEqual(search.matches.suggested().get().form, "Querlon")
        self.assertEqual(set(SUGGESTIONS), set(RedactionMatch.SUGGESTED))
