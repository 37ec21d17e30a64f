"""Decisions on many cables at the desk: what a curator sees, and what readers get."""

from datetime import timedelta
from unittest import mock

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cables.loader import release_due
from cables.models import (
    BulkDecision,
    Cable,
    Change,
    Correction,
    Note,
    ScheduledPublication,
    Tag,
    Word,
)
from tests.admin.test_decisions import ONE, TWO, DecisionTestCase
from tests.builders import make_curator, withhold
from tests.opened import form_of, send
from tests.source_files import csv_record

LIST = "/admin/cables/cable/"
THREE = "09ROME900003"
DECISIONS = "/admin/cables/bulkdecision/"
RIGHTS = ("withhold_cable", "correct_cable", "add_note", "view_cable", "view_bulkdecision")


class BulkTestCase(DecisionTestCase):
    """Three loaded cables, and a curator who may make every decision on many."""

    rights = (*RIGHTS, "redact_cable", "see_sealed")

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.load(csv_record(THREE))

    def choose(self, kind, *references):
        """Tick cables in the list and choose a decision; return the page that it leads to."""
        cables = Cable.objects.filter(reference__in=references or (ONE, TWO, THREE))
        keys = list(cables.values_list("pk", flat=True))
        values = {"action": kind, "_selected_action": keys}
        return self.client.post(LIST, values, follow=True)

    def look(self, kind, *references, **values):
        page = self.choose(kind, *references)
        self.address = page.redirect_chain[-1][0]
        return self.client.post(self.address, form_of(page) | values | {"step": "look"})

    def decide(self, kind, *references, **values):
        """Choose cables, look and decide; return the page of the decision."""
        page = self.look(kind, *references, **values)
        sent = form_of(page) | values | {"step": "apply"}
        answer = self.client.post(self.address, sent, follow=True)
        self.decision = BulkDecision.objects.latest("pk")
        return answer

    def undo(self, reason="It was wrong.", **values):
        address = f"{DECISIONS}{self.decision.pk}/undo/"
        answer = send(self.client, address, {"reason": reason} | values, follow=True)
        self.decision.refresh_from_db()
        return answer

    def outcomes(self):
        rows = self.decision.rows.order_by("cable__reference")
        return dict(rows.values_list("cable__reference", "outcome"))

    def facts(self):
        """Return what is published of each cable, but its versions."""
        names = ("reference", "subject", "classification", "tags", "cites", "origin", "created")
        return list(
            Cable.objects.order_by("pk").values(*names, "withheld_reason", "facts", "keywords")
        )


# Kind, what is typed, what the preview says it would be, a condition of cables that have it.
KINDS = [
    ("withhold", {}, "Withheld, with this reason", {"withheld_reason": "A slip."}),
    (
        "embargo",
        {"due": "2099-01-01T12:00"},
        "Withheld, under embargo until the time below",
        {"scheduled_publication__due__year": 2099},
    ),
    (
        "correct",
        {"field": "subject", "value": "BUOYS"},
        "BUOYS",
        {"subject": "BUOYS", "corrections__reason": "A slip."},
    ),
    (
        "correct",
        {"field": "created", "value": "2009-02-04 08:00"},
        "2009-02-04 08:00",
        {"created__date": "2009-02-04"},
    ),
    ("tag", {"tag": "efis"}, "PREL, PGOV, IT, EFIS", {"taggings__tag": "EFIS"}),
    ("untag", {"tag": "PGOV"}, "PREL, IT", {"tags": ["PREL", "IT"]}),
    ("annotate", {}, "0 notes and this one", {"notes__text": "A slip."}),
]


class KindsTests(BulkTestCase):
    def test_nobody_erases_a_cable_while_it_is_chosen_or_looked_at(self):
        """Its row of the decision would refer to none."""
        page = self.choose("withhold")
        with CaptureQueriesContext(connection) as asked:
            self.choose("withhold")
            self.client.post(page.redirect_chain[-1][0], form_of(page) | {"step": "look"})
        locked = [each["sql"] for each in asked if "FOR NO KEY UPDATE" in each["sql"]]
        self.assertGreaterEqual(sum('FROM "cables_cable"' in sql for sql in locked), 2)

    def test_each_kind_is_previewed_carried_out_logged_and_undone(self):
        for kind, values, then, condition in KINDS:
            with self.subTest(kind, **values):
                before, last = self.facts(), Change.objects.latest("pk").pk
                page = self.look(kind, reason="A slip.", **values)
                self.assertContains(page, "It applies to 3 of them.")
                samples = page.content.decode().partition("<caption>")[2]
                self.assertEqual(samples.count(f"<td>{then}"), 3)
                self.assertEqual(self.facts(), before)
                self.assertFalse(Change.objects.filter(pk__gt=last).exists())
                answer = self.decide(kind, reason="A slip.", **values)
                self.assertContains(answer, "3 cables are")
                self.assertEqual(Cable.objects.filter(**condition).distinct().count(), 3)
                log = Change.objects.filter(pk__gt=last, by=self.curator)
                self.assertEqual(
                    set(log.exclude(cable=None).values_list("reference", flat=True)),
                    {ONE, TWO, THREE},
                )
                self.assertIn("on 3 cables", log.get(action="decided").what)
                self.check()
                self.assertContains(self.undo(), "It is undone for 3 cables.")
                self.assertEqual(self.decision.state, "undone")
                self.assertEqual(self.facts(), before)
                whole = Change.objects.get(pk__gt=last, action="undone")
                self.assertEqual((whole.reason, whole.by), ("It was wrong.", self.curator))
                self.check()

    def test_publishing_is_undone_with_the_reasons_and_times_of_before(self):
        due = timezone.now() + timedelta(days=9)
        for reference, reason in ((ONE, "A witness."), (TWO, "A ship.")):
            withhold(Cable.objects.get(reference=reference), reason)
        ScheduledPublication.objects.create(cable=self.cable, due=due)
        groups = [
            each for each, _ in self.choose("publish").context["form"].fields["groups"].choices
        ]
        page = self.look("publish", groups=groups, reason="It has sunk.")
        self.assertContains(page, "It applies to 2 of them.")
        self.assertContains(page, "It is not withheld.")
        self.decide("publish", groups=groups, reason="It has sunk.")
        self.assertFalse(Cable.objects.exclude(withheld_reason="").exists())
        self.assertFalse(ScheduledPublication.objects.exists())
        self.undo()
        reasons = Cable.objects.order_by("reference").values_list("withheld_reason", flat=True)
        self.assertEqual(list(reasons), ["A witness.", "A ship.", ""])
        self.assertEqual(ScheduledPublication.objects.get().due, due)

    def test_a_correction_of_many_is_that_of_each(self):
        """It leaves the rows that correcting one cable after the other leaves."""
        columns = ("subject", "facts", "keywords", "version", "digest", "paragraph_ids", "cites")
        self.correct("subject", "BUOYS", "Misread.")
        self.decide("correct", TWO, field="subject", value="BUOYS", reason="Misread.")
        one, two = Cable.objects.filter(reference__in=[ONE, TWO]).order_by("reference")
        for cable in (one, two):
            for notice in cable.facts["corrected"]:
                notice.pop("at")
        for name in columns:
            with self.subTest(name):
                values = [str(getattr(each, name)) for each in (one, two)]
                same = [value.replace(TWO, ONE).replace("900002", "900001") for value in values]
                if name not in ("digest", "paragraph_ids", "facts"):
                    self.assertEqual(*same)
        self.assertEqual(one.facts["corrected"], two.facts["corrected"])
        texts = [each.versions.values_list("reason", "subject").get() for each in (one, two)]
        self.assertEqual(*texts)
        self.assertEqual(Word.objects.get(word="buoys").cables, 2)
        page = self.client.get(f"/cable/{TWO}/")
        self.assertContains(page, "the source has “HARBOR FEES”")

    def test_later_loads_keep_a_tag_that_was_added(self):
        self.decide("tag", ONE, tag="EFIS", reason="It is about fish.")
        self.load(csv_record(ONE, text="Fees fell."))
        self.cable.refresh_from_db()
        self.assertIn("Fees fell.", self.cable.body)
        self.assertEqual(self.cable.tags, ["PREL", "PGOV", "IT", "EFIS"])

    def test_a_redacted_tag_survives_that_another_is_added(self):
        self.redact(words="PGOV")
        self.decide("tag", ONE, tag="EFIS", reason="It is about fish.")
        self.cable.refresh_from_db()
        self.assertNotIn("PGOV", self.cable.tags)
        self.assertIn("PGOV", self.cable.corrections.get().value)
        self.assertContains(self.client.get(f"/cable/{ONE}/"), "EFIS")
        self.check()

    def test_reading_again_derives_what_newer_rules_find(self):
        Cable.objects.filter(reference=TWO).update(tags=["WRONG"], subject="A WRONG SUBJECT")
        page = self.look("reread", reason="Newer rules.")
        self.assertContains(page, "WRONG")
        self.assertContains(page, "As today&#x27;s rules read it", 2)
        self.assertContains(self.decide("reread", reason="Newer rules."), "1 cable is read again")
        self.assertEqual(Cable.objects.get(reference=TWO).tags, ["PREL", "PGOV", "IT"])
        self.assertEqual(self.outcomes(), {ONE: "refused", TWO: "done", THREE: "refused"})
        page = self.client.get(f"{DECISIONS}{self.decision.pk}/change/")
        self.assertNotContains(page, "/undo/")
        self.assertContains(page, "Today&#x27;s rules find the same in it.")


class TimeTests(BulkTestCase):
    def test_cables_are_published_again_when_their_time_has_come(self):
        self.decide("embargo", ONE, TWO, due="2099-01-01T12:00", reason="As agreed.")
        page = self.client.get(f"{LIST}{self.cable.pk}/change/")
        self.assertContains(
            page, "Withheld, under embargo until 2099-01-01 12:00 UTC. Readers are told: As agreed."
        )
        self.assertContains(self.client.get(f"/cable/{ONE}/"), "As agreed.", status_code=410)
        self.assertEqual(release_due(), 0)
        past = timezone.now() - timedelta(minutes=1)
        ScheduledPublication.objects.filter(cable=self.cable).update(due=past)
        self.assertEqual(release_due(), 1)
        self.assertEqual(self.client.get(f"/cable/{ONE}/").status_code, 200)
        self.assertEqual(self.client.get(f"/cable/{TWO}/").status_code, 410)
        entry = self.cable.changes.first()
        self.assertEqual((entry.action, entry.by), ("published", None))
        self.assertContains(self.undo(), "1 could not be")
        self.assertEqual(self.outcomes(), {ONE: "kept", TWO: "undone"})
        self.check()

    def test_a_withheld_cable_gets_a_time_and_keeps_its_reason(self):
        withhold(self.cable, "A witness.")
        self.decide("embargo", ONE, TWO, due="2099-01-01T12:00", reason="As agreed.")
        reasons = Cable.objects.order_by("reference").values_list("withheld_reason", flat=True)
        self.assertEqual(list(reasons), ["A witness.", "As agreed.", ""])
        page = self.client.get(f"/admin/cables/cable/embargo/?cable={ONE}")
        self.assertNotContains(page, "as readers will see it")
        page = self.decide("embargo", ONE, due="2098-01-01T12:00", reason="Sooner.")
        self.assertContains(page, "1 cable is under embargo until 2098-01-01 12:00 UTC.")
        self.assertEqual(ScheduledPublication.objects.get(cable=self.cable).due.year, 2098)
        self.undo()
        self.assertEqual(ScheduledPublication.objects.get(cable=self.cable).due.year, 2099)

    def test_a_time_that_has_passed_is_refused(self):
        page = self.look("embargo", due="2001-01-01T12:00", reason="As agreed.")
        self.assertContains(page, "This time has passed.")

    def test_publishing_a_cable_forgets_its_time(self):
        self.decide("embargo", ONE, due="2099-01-01T12:00", reason="As agreed.")
        page = self.choose("publish", ONE)
        groups = [each for each, _ in page.context["form"].fields["groups"].choices]
        self.decide("publish", ONE, groups=groups, reason="It has sunk.")
        withhold(self.cable, "For good.")
        ScheduledPublication.objects.update(due=timezone.now() - timedelta(days=1))
        release_due()
        self.assertEqual(Cable.objects.get(reference=ONE).withheld_reason, "For good.")


class FrozenTests(BulkTestCase):
    """What was previewed is what is decided."""

    def test_cables_that_come_after_the_choice_are_not_decided_on(self):
        page = self.choose("withhold")
        self.load(csv_record("09ROME900004"))
        sent = form_of(page) | {"reason": "A ship.", "step": "apply"}
        self.client.post(page.redirect_chain[-1][0], sent)
        self.assertEqual(Cable.objects.filter(withheld_reason="").get().reference, "09ROME900004")

    def test_a_change_after_the_preview_is_shown_before_anything_is_decided(self):
        page = self.look("tag", tag="EFIS", reason="Fish.")
        self.correct("classification", "SECRET", "A slip.")
        sent = form_of(page) | {"step": "apply"}
        answer = self.client.post(self.address, sent)
        self.assertContains(
            answer, "Somebody changed 1 of these cables meanwhile. Look at it again"
        )
        self.assertContains(answer, "Fish.")
        self.assertFalse(Correction.objects.filter(field="tags").exists())
        self.client.post(self.address, form_of(answer) | {"step": "apply"})
        self.assertEqual(Correction.objects.filter(field="tags").count(), 3)

    def test_what_is_typed_anew_is_previewed_first(self):
        page = self.look("tag", tag="EFIS", reason="Fish.")
        answer = self.client.post(self.address, form_of(page) | {"tag": "ECON", "step": "apply"})
        self.assertContains(answer, "This is what it would do now.")
        self.assertContains(answer, "PREL, PGOV, IT, ECON")
        self.assertFalse(Correction.objects.exists())

    def test_a_decision_is_carried_out_once(self):
        page = self.look("annotate", reason="A note.")
        sent = form_of(page) | {"step": "apply"}
        for _ in range(2):
            self.client.post(self.address, sent)
        self.assertEqual(Note.objects.count(), 3)

    def test_at_most_5000_cables_are_chosen(self):
        with mock.patch("cables.decisions.batches.MOST", 2):
            self.assertContains(self.choose("withhold"), "Choose at least one cable and at most 2")
        self.assertFalse(BulkDecision.objects.exists())

    def test_another_curator_does_not_decide_on_a_choice(self):
        page = self.choose("withhold")
        other = make_curator("otto", *RIGHTS)
        self.client.force_login(other)
        address = page.redirect_chain[-1][0]
        self.assertEqual(self.client.get(address).status_code, 404)
        self.assertNotContains(self.client.get(DECISIONS), "Withhold from readers</td>")

    def test_redacted_words_are_refused_in_a_reason(self):
        self.redact()
        page = self.look("withhold", reason="Quinto Rossi asked.")
        self.assertContains(page, "repeats words that are redacted")

    def test_a_merged_tag_is_refused(self):
        Tag.objects.create(code="PRELXX", kind="subject", merged_into=["PREL"])
        self.assertContains(self.look("tag", tag="PRELXX", reason="x"), "was merged into PREL")
