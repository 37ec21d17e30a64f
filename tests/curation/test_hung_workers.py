"""A worker that hung goes on while another, which took up its task, has ended it already."""

from unittest import mock

from cables.curation.archive_redactions import decide, redact_archive, start_search, undo
from cables.decisions.batch_kinds import BatchKind
from cables.decisions.batches import apply_batches, cancel_decision, undo_batches, undo_decision
from cables.models import BulkDecision, Cable, Redaction, RedactionMatch, RedactionSearch
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


class Hung(Going):
    """The context of a job whose worker hangs once, while something happens elsewhere."""

    def __init__(self, *elsewhere):
        self.elsewhere = list(elsewhere)

    def should_abort(self):
        while self.elsewhere:
            self.elsewhere.pop(0)()
        return False


class RedactionsOverTheArchiveTests(BulkTestCase):
    def setUp(self):
        super().setUp()
        self.search = RedactionSearch(by=self.curator, phrases=["harbor"], with_sealed=True)
        start_search(self.search)

    def run_task(self, *elsewhere):
        redact_archive(Hung(*elsewhere), self.search.pk)
        self.search.refresh_from_db()

    def decide_to_redact(self):
        self.search.refresh_from_db()
        self.search.matches.update(decision=RedactionMatch.ACCEPTED)
        decide(self.search, "A witness.", self.curator)

    def decide_to_lift(self):
        undo(self.search, "A slip.", self.curator)

    def test_a_search_does_not_undo_the_decision_on_what_it_found(self):
        self.run_task(self.run_task, self.decide_to_redact)
        self.assertEqual(self.search.state, RedactionSearch.State.REDACTING)
        self.run_task()
        self.assertEqual(self.search.state, RedactionSearch.State.REDACTED)
        self.assertEqual((self.search.phrases, self.search.skipped), ([], {}))

    def test_a_redaction_does_not_undo_the_decision_to_lift_it(self):
        self.run_task()
        self.decide_to_redact()
        self.run_task(self.run_task, self.decide_to_lift)
        self.assertEqual(self.search.state, RedactionSearch.State.LIFTING)
        self.run_task()
        self.assertEqual(self.search.state, RedactionSearch.State.LIFTED)
        self.assertFalse(Redaction.objects.exists())
