"""A worker that hung goes on while another, which took up its task, has ended it already."""

from unittest import mock

from cables.curation import archive_redactions
from cables.curation.archive_redactions import TASKS, decide, redact_archive, start_search
from cables.decisions.batch_kinds import BatchKind
from cables.decisions.batches import apply_batches, cancel_decision, undo_batches, undo_decision
from cables.models import BulkDecision, Cable, RedactionMatch, RedactionSearch
from tests.admin.test_bulk_decisions import BulkTestCase
from tests.working import Going, work

State = BulkDecision.State


class DecisionsOnManyTests(BulkTestCase):
    """`elsewhere` happens in another process while the worker that hung asks whether to stop."""

    def setUp(self):
        super().setUp()
        self.enterContext(mock.patch.object(BatchKind, "at_once", 1))
        self.enterContext(mock.patch("cables.decisions.batches.BATCH", 1))
        self.decide("withhold", reason="A ship.")

    def other(self):
        return BulkDecision.objects.get(pk=self.decision.pk)

    def begin(self):
        BulkDecision.objects.filter(pk=self.decision.pk).update(state=State.RUNNING)
        return self.other()

    def test_it_does_not_end_an_undoing_that_was_asked_for_meanwhile(self):
        def elsewhere():
            if self.other().state == State.RUNNING:
                apply_batches(self.other())
                undo_decision(self.other(), "A slip.", self.curator)

        apply_batches(self.begin(), elsewhere)
        self.assertEqual(self.other().state, State.UNDOING)
        work()
        self.assertEqual(self.other().state, State.UNDONE)
        self.assertFalse(Cable.objects.exclude(withheld_reason="").exists())

    def test_it_goes_on_with_nothing_that_was_cancelled(self):
        def elsewhere():
            cancel_decision(self.other())
            apply_batches(self.other())

        apply_batches(self.begin(), elsewhere)
        self.assertEqual(self.other().state, State.CANCELLED)
        self.assertFalse(Cable.objects.exclude(withheld_reason="").exists())

    def test_it_stores_no_failure_of_what_another_did(self):
        apply_batches(self.begin())
        undo_decision(self.other(), "A slip.", self.curator)
        hung = self.other()

        def elsewhere():
            undo_batches(self.other())

        undo_batches(hung, elsewhere)
        self.assertEqual(self.other().state, State.UNDONE)


class RedactionsOverTheArchiveTests(BulkTestCase):
    def setUp(self):
        super().setUp()
        self.search = RedactionSearch(by=self.curator, phrases=["harbor"], with_sealed=True)
        start_search(self.search)

    def other(self):
        return RedactionSearch.objects.get(pk=self.search.pk)

    def run_elsewhere(self):
        redact_archive(Going(), self.search.pk)

    def decide_elsewhere(self):
        """End the search, accept what it found, and decide."""
        self.run_elsewhere()
        self.other().matches.update(decision=RedactionMatch.ACCEPTED)
        decide(self.other(), "A witness.", self.curator)

    def test_a_search_does_not_undo_the_decision_on_what_it_found(self):
        hung = self.other()

        def elsewhere():
            if self.other().state in (hung.state, RedactionSearch.State.SEARCHING):
                self.decide_elsewhere()

        with self.assertRaises(archive_redactions.EndedElsewhere):
            TASKS[hung.task](hung, elsewhere)
        self.assertEqual(self.other().state, RedactionSearch.State.REDACTING)
        self.run_elsewhere()
        self.assertEqual(self.other().state, RedactionSearch.State.REDACTED)
        self.assertEqual((self.other().phrases, self.other().skipped), ([], {}))

    def test_a_task_that_ended_is_not_begun_again(self):
        self.decide_elsewhere()
        hung = self.other()
        self.run_elsewhere()
        with self.assertRaises(archive_redactions.EndedElsewhere):
            TASKS[hung.task](hung, lambda: None)
        self.assertEqual(self.other().state, RedactionSearch.State.REDACTED)
