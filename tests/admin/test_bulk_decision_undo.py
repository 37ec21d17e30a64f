"""Decisions on many cables: undone, carried out by the worker, and seen by others."""

from unittest import mock

from lxml import html

from cables.curation.erasures import erase
from cables.curation.redactions_and_corrections import redact_cable
from cables.decisions.batch_kinds import BatchKind
from cables.decisions.small_kinds import Annotate
from cables.models import BulkDecision, Cable, Note
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from tests.admin.test_bulk_decisions import DECISIONS, LIST, RIGHTS, THREE, BulkTestCase
from tests.admin.test_decisions import ONE, TWO
from tests.builders import forget_counts, make_curator, withhold
from tests.opened import send
from tests.working import work


class UndoTests(BulkTestCase):
    def test_cables_that_somebody_changed_since_are_named_and_stay(self):
        self.decide("correct", field="subject", value="BUOYS", reason="Misread.")
        self.correct("subject", "LIGHTS", "It is about lights.")
        withhold(Cable.objects.get(reference=TWO), "A ship.")
        page = self.client.get(f"{DECISIONS}{self.decision.pk}/undo/")
        self.assertContains(page, "Of the 3 cables that it changed, it is undone for 2.")
        self.assertContains(page, "Not for 1 cable: It is withheld now.")
        self.assertContains(page, "corrected again since, that correction stays.")
        answer = self.undo()
        self.assertContains(answer, "It is undone for 2 cables. 1 could not be")
        for shown in ("It is withheld now.", TWO):
            self.assertContains(answer, shown)
        self.assertEqual(self.outcomes(), {ONE: "undone", TWO: "kept", THREE: "undone"})
        self.assertEqual(Cable.objects.get(reference=ONE).subject, "LIGHTS")
        self.post(f"/admin/cables/correction/{self.cable.corrections.get().pk}/undo/", reason="x")
        self.assertEqual(Cable.objects.get(reference=ONE).subject, "HARBOR FEES")

    def test_decisions_are_undone_one_after_the_other(self):
        before = self.facts()
        self.decide("tag", tag="EFIS", reason="Fish.")
        first = self.decision
        self.decide("tag", tag="ECON", reason="Money.")
        second, self.decision = self.decision, first
        self.undo()
        self.assertEqual(Cable.objects.get(reference=ONE).tags[-2:], ["EFIS", "ECON"])
        self.decision = second
        self.assertContains(self.undo(), "It is undone for 3 cables.")
        self.assertEqual(self.facts(), before)

    def test_an_earlier_correction_comes_back(self):
        self.correct("subject", "LIGHTS", "It is about lights.")
        self.decide("correct", ONE, field="subject", value="BUOYS", reason="Misread.")
        self.undo()
        correction = self.cable.corrections.get()
        self.assertEqual((correction.value, correction.reason), ("LIGHTS", "It is about lights."))
        self.assertEqual(Cable.objects.get(reference=ONE).subject, "LIGHTS")

    def test_a_note_that_was_edited_stays(self):
        self.decide("annotate", reason="A bad scan.")
        Note.objects.filter(cable=self.cable).update(text="A very bad scan.")
        self.undo()
        self.assertEqual(Note.objects.get().text, "A very bad scan.")

    def test_an_undo_without_a_valid_stamp_is_refused(self):
        self.decide("withhold", reason="A ship.")
        answer = self.undo(stamp="x")
        self.assertContains(answer, "send it once more")
        self.assertEqual(Cable.objects.exclude(withheld_reason="").count(), 3)

    def test_a_single_decision_has_an_undo_too(self):
        send(self.client, f"{LIST}withhold/?cable={ONE}", {"reason": "A ship."})
        self.decision = BulkDecision.objects.get()
        self.undo()
        self.assertEqual(self.client.get(f"/cable/{ONE}/").status_code, 200)


class WorkerTests(BulkTestCase):
    """More cables than a request decides on."""

    def setUp(self):
        super().setUp()
        self.enterContext(mock.patch.object(BatchKind, "at_once", 1))
        self.enterContext(mock.patch("cables.decisions.batches.BATCH", 2))

    def test_the_worker_carries_it_out_and_undoes_it(self):
        answer = self.decide("withhold", reason="A ship.")
        self.assertContains(answer, "3 cables: the worker does it")
        self.assertContains(answer, "No worker runs.")
        self.assertEqual(answer["Refresh"], "5")
        self.assertFalse(Cable.objects.exclude(withheld_reason="").exists())
        self.assertEqual(work(), ["bulk_decide"])
        self.assertEqual(Cable.objects.exclude(withheld_reason="").count(), 3)
        page = self.client.get(f"{DECISIONS}{self.decision.pk}/change/")
        self.assertContains(page, "Changed</a>: 3 cables")
        self.assertContains(self.undo(), "the worker undoes it")
        self.assertEqual(work(), ["bulk_undo"])
        self.assertFalse(Cable.objects.exclude(withheld_reason="").exists())

    def test_a_cable_that_changes_while_it_waits_is_left_and_named(self):
        self.decide("tag", tag="EFIS", reason="Fish.")
        self.correct("classification", "SECRET", "A slip.")
        work()
        self.assertEqual(self.outcomes(), {ONE: "stale", TWO: "done", THREE: "done"})
        page = self.client.get(f"{DECISIONS}{self.decision.pk}/change/")
        self.assertContains(page, "Somebody changed it after the preview.")
        query = f"{LIST}?decision={self.decision.pk}-stale"
        rows = self.client.get(query).context["cl"].result_list
        self.assertEqual([row.reference for row in rows], [ONE])

    def test_a_cable_that_changes_while_it_waits_is_withheld_too(self):
        """It would stay published; but what others withheld meanwhile keeps their reason."""
        self.decide("withhold", reason="Of the harbor.")
        self.correct("classification", "SECRET", "A slip.")
        cable = Cable.objects.get(reference=ONE)
        redact_cable(cable, Strike(EVERYWHERE, ("harbor",)), "A slip.", self.curator)
        withhold(Cable.objects.get(reference=TWO), "Another.")
        work()
        reasons = Cable.objects.order_by("reference").values_list("withheld_reason", flat=True)
        told = ["Of the [redacted].", "Another.", "Of the harbor."]
        self.assertEqual(list(reasons), told)
        self.assertEqual(self.outcomes(), {ONE: "done", TWO: "refused", THREE: "done"})

    def test_it_is_cancelled_after_its_batch_resumed_and_undone(self):
        self.decide("withhold", reason="A ship.")
        address = f"{DECISIONS}{self.decision.pk}/"
        for stamp, faster in (("x", True), ("queued", False)):
            answer = self.client.post(f"{address}cancel/", {"stamp": stamp}, follow=True)
            self.assertEqual("Somebody was faster" in answer.content.decode(), faster)
        work()
        self.assertEqual(BulkDecision.objects.get().state, "cancelled")
        self.assertFalse(Cable.objects.exclude(withheld_reason="").exists())
        self.client.post(f"{address}resume/", {"stamp": "cancelled"})
        work()
        self.assertEqual(BulkDecision.objects.get().state, "done")
        self.assertEqual(Cable.objects.exclude(withheld_reason="").count(), 3)

    def test_an_interrupted_decision_goes_on_where_it_stopped(self):
        self.decide("annotate", reason="A bad scan.")
        apply = Annotate.apply

        def fail_later(kind, keys):
            if Note.objects.exists():
                raise KeyboardInterrupt
            return apply(kind, keys)

        broken = mock.patch.object(Annotate, "apply", fail_later)
        with broken, self.assertRaises(KeyboardInterrupt):
            work()
        self.assertEqual((Note.objects.count(), BulkDecision.objects.get().state), (2, "running"))
        work()
        self.assertEqual((Note.objects.count(), BulkDecision.objects.get().state), (3, "done"))

    def test_a_failure_is_stored_and_what_was_done_stays(self):
        self.decide("annotate", reason="A bad scan.")
        broken = mock.patch.object(Annotate, "apply", side_effect=RuntimeError)
        with broken, self.assertLogs("cables"):
            work()
        page = self.client.get(f"{DECISIONS}{self.decision.pk}/change/")
        self.assertContains(page, "The room failed: RuntimeError")
        self.assertContains(page, "Resume")


class WhoSeesTests(BulkTestCase):
    def test_redacted_and_withheld_words_are_not_shown_in_older_decisions(self):
        self.decide("correct", ONE, TWO, field="subject", value="ROSSI AND BUOYS", reason="Rossi.")
        address = f"{DECISIONS}{self.decision.pk}/change/"
        other = make_curator("otto", "view_bulkdecision")
        self.client.force_login(other)
        self.assertContains(self.client.get(address), "ROSSI AND BUOYS")
        self.client.force_login(self.curator)
        self.redact(words="Rossi")
        forget_counts()
        for person, sees in ((self.curator, True), (other, False)):
            self.client.force_login(person)
            page = self.client.get(address).content.decode()
            self.assertEqual("ROSSI" in page.upper(), sees)
            self.assertIn("BUOYS", page)
        withhold(Cable.objects.get(reference=TWO), "A ship.")
        self.assertNotContains(self.client.get(address), "BUOYS")

    def test_what_was_written_is_sealed_with_each_cable_in_every_entry_also_when_it_is_erased(self):
        """One entry without a word, beside another with it, would tell which word is redacted."""
        self.decide("annotate", reason="A note.")
        self.undo("Rossi was wrong.")
        self.redact(words="Rossi")
        two = Cable.objects.get(reference=TWO).pk
        pages = (f"bulkdecision/{self.decision.pk}/change/", f"cable/{two}/change/")
        pages = (*pages, "change/", "change/log.csv")
        rights = ("view_bulkdecision", "view_change", "view_cable")
        people = make_curator("rita", *rights, "see_sealed"), make_curator("otto", *rights)
        for seal in (forget_counts, lambda: erase(ONE, "A witness.")):
            seal()
            for person, sees in zip(people, (True, False), strict=True):
                self.client.force_login(person)
                for page in pages:
                    with self.subTest(page, by=person.username):
                        text = self.client.get(f"/admin/cables/{page}").getvalue().decode()
                        self.assertEqual("Rossi was wrong." in text, sees)

    def test_why_a_withholding_was_undone_is_not_shown_while_a_cable_of_it_is_withheld(self):
        self.decide("withhold", reason="A ship.")
        self.undo(reason="Rossi agrees.")
        address = f"{DECISIONS}{self.decision.pk}/change/"
        other = make_curator("otto", "view_bulkdecision")
        self.client.force_login(other)
        self.assertContains(self.client.get(address), "Rossi agrees.")
        withhold(Cable.objects.get(reference=TWO), "A ship.")
        page = self.client.get(address)
        self.assertNotContains(page, "Rossi")
        self.assertContains(page, "A ship.")

    def test_withheld_words_are_not_in_a_preview(self):
        withhold(self.cable, "A ship.")
        for kind, values in (
            ("tag", {"tag": "EFIS"}),
            ("correct", {"field": "subject", "value": "BUOYS"}),
            *((kind, {}) for kind in ("publish", "reread", "annotate")),
            ("embargo", {"due": "2099-01-01T12:00"}),
        ):
            with self.subTest(kind):
                page = self.look(kind, ONE, reason="x", **values)
                self.assertNotContains(page, "HARBOR")
                self.assertNotContains(page, "PREL")

    def test_each_kind_needs_its_right(self):
        self.decide("withhold", reason="A ship.")
        for kind, right in ((kind.name, kind.right) for kind in BatchKind.all()):
            person = make_curator(f"{kind}-{right}", *(set(RIGHTS) - {right}))
            self.client.force_login(person)
            mine = BulkDecision.objects.create(kind=kind, by=person)
            with self.subTest(kind):
                page = html.fromstring(self.client.get(LIST).content)
                self.assertNotIn(kind, page.xpath("//select[@name='action']/option/@value"))
                self.choose(kind)
                self.assertEqual(BulkDecision.objects.filter(by=person).count(), 1)
                for step in ("decide", "undo", "cancel", "resume"):
                    answer = self.client.post(f"{DECISIONS}{mine.pk}/{step}/", {"reason": "x"})
                    self.assertEqual(answer.status_code, 403)
