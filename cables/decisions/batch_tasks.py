"""Carry out decisions on many cables: few at once, more by the worker, which can be killed.

Tasks are safe to repeat: each goes on with the cables that are left.
"""

import logging
import re
from contextlib import contextmanager
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import Error, OperationalError, connection, transaction
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted

from ..curation.redactions_and_corrections import StaleError
from ..models import BulkDecision, Proposal, current_approver
from ..operations.tasks import LATER, stop_check
from .batch_kinds import kind_of
from .batches import (
    STALE,
    Outcome,
    State,
    apply_batches,
    begin_decision,
    check_unchanged,
    end_decision,
    log_whole,
    undo_batches,
)

FORGOTTEN = timedelta(days=1)  # After so long a choice of cables that nobody decided on goes.
log = logging.getLogger(__name__)
# Names of tasks are stored in the queue: they stay when code moves. The lock is that of decisions
# on whole loads: one at a time.


@app.task(name="cables.jobs.bulk_decide", lock="decide", retry=LATER, pass_context=True)
def bulk_decide(context: JobContext, decision: int):
    """Change the cables of a decision that are still waiting."""
    row = _decision(decision, State.QUEUED, State.RUNNING)
    if row:
        BulkDecision.objects.filter(pk=row.pk, state=State.QUEUED).update(state=State.RUNNING)
        with _failures_stored(row):
            apply_batches(row, stop_check(context))


@app.task(name="cables.jobs.bulk_undo", lock="decide", retry=LATER, pass_context=True)
def bulk_undo(context: JobContext, decision: int):
    """Undo what a decision did and is not undone yet."""
    row = _decision(decision, State.UNDOING)
    if row:
        with _failures_stored(row):
            undo_batches(row, stop_check(context))


@app.periodic(cron="27 * * * *")
@app.task(name="cables.jobs.forget_choices", queueing_lock="forget_choices")
def forget_choices(timestamp: int):
    """Delete choices of cables on which nobody decided or proposed a decision."""
    before = timezone.now() - FORGOTTEN
    rows = BulkDecision.objects.filter(state=State.PREVIEWED, created__lt=before)
    rows.exclude(pk__in=proposed_decisions()).delete()


@transaction.atomic
def carry_out_decision(decision: BulkDecision) -> None:
    """Carry out a previewed decision now if it is on few cables, else leave it to the worker.

    Raises StaleError if one of its cables was changed since the preview, and ValueError if it
    cannot be carried out; then nothing is changed.
    """
    check_unchanged(decision)
    start_decision(decision)


@transaction.atomic
def start_decision(decision: BulkDecision) -> None:
    """Carry out a decision whose cables were checked in this transaction, or queue it."""
    is_small = is_at_once(decision, Outcome.WAITING)
    begin_decision(decision, State.RUNNING if is_small else State.QUEUED)
    if is_small:
        apply_batches(decision)
        if decision.rows.filter(outcome=Outcome.STALE).exists():
            raise StaleError(STALE.format("some"))
    else:
        bulk_decide.defer(decision=decision.pk)


@transaction.atomic
def undo_decision(decision: BulkDecision, reason: str, by: User) -> None:
    """Undo a decision, as `carry_out_decision` carries it out. Raises ValueError if it cannot."""
    if not kind_of(decision).has_undo:
        raise ValueError("A decision of this kind has no undo.")
    is_small = is_at_once(decision, Outcome.DONE)
    rows = BulkDecision.objects.filter(pk=decision.pk, state__in=BulkDecision.ENDED)
    values = {"undo_reason": reason, "undone_by": by, "state": State.UNDOING, "problem": ""}
    values["approved_by"] = current_approver()
    if not decision.rows.filter(outcome=Outcome.DONE).exists() or not rows.update(**values):
        raise ValueError("Nothing of it is left to be undone.")
    decision.refresh_from_db()
    log_whole(decision, "undone", reason, by)
    if is_small:
        undo_batches(decision)
    else:
        bulk_undo.defer(decision=decision.pk)


@transaction.atomic
def resume_decision(decision: BulkDecision) -> bool:
    """Let the worker go on with a decision that stopped; return whether it could."""
    rows = BulkDecision.objects.filter(pk=decision.pk, state__in=BulkDecision.ENDED)
    is_left = decision.rows.filter(outcome=Outcome.WAITING).exists()
    if not is_left or not rows.update(state=State.QUEUED, problem="", finished=None):
        return False
    bulk_decide.defer(decision=decision.pk)
    return True


def cancel_decision(decision: BulkDecision) -> bool:
    """Let a decision, or its undoing, stop after its batch; return whether it was at work."""
    rows = BulkDecision.objects.filter(pk=decision.pk)
    return bool(rows.filter(state__in=BulkDecision.AT_WORK).update(cancel=True))


def is_at_once(decision: BulkDecision, outcome: str) -> bool:
    """Return whether so few cables with this outcome are left that a request changes them."""
    return decision.rows.filter(outcome=outcome).count() <= kind_of(decision).at_once


def _decision(key: int, *states: str) -> BulkDecision | None:
    """Return a decision if it is in one of these states, else None: it is done."""
    rows = BulkDecision.objects.select_related("by", "undone_by")
    return rows.filter(pk=key, state__in=states).first()


def proposed_decisions() -> list[int]:
    """Return the primary keys of decisions that wait for approval, or to be proposed again."""
    addresses = Proposal.objects.filter(state__in=Proposal.OPEN).values_list("address", flat=True)
    found = (re.search(r"/bulkdecision/(\d+)/decide/", address) for address in addresses)
    return [int(match[1]) for match in found if match]


@contextmanager
def _failures_stored(decision: BulkDecision):
    """Store why a decision failed; only errors to retry are raised."""
    try:
        yield
    except (JobAborted, OperationalError):
        raise
    except Exception as error:
        log.exception("Decision %s failed", decision.pk)
        if isinstance(error, Error):
            connection.close()  # A new connection may work, as after a restart of PostgreSQL.
        what = f"{type(error).__name__}. What is done stays done: resume it, or undo it."
        end_decision(decision, State.FAILED, f"The room failed: {what}")
