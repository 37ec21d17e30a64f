"""Decide on many cables: choose them, preview, carry out at once or by the worker, undo.

What was previewed is what is decided: the cables are stored when they are chosen, each with its
optimistic-lock token when the preview is made. Each batch is one transaction, which also stores
what became of its cables: a decision that is interrupted goes on where it stopped. Tasks are safe
to repeat: each goes on with the cables that are left.
"""

import json
import re
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Case, Q, QuerySet, TextField, Value, When
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from ..curation.redactions_and_corrections import (
    StaleError,
    checked_text,
    is_for_review,
    knows_redacted,
)
from ..models import (
    BulkDecision,
    BulkDecisionCable,
    Cable,
    Change,
    Proposal,
    Redaction,
    approving,
    current_approver,
    edit_tokens,
    recording,
)
from ..models.copied_rows import copy_in
from ..models.querysets import BY_REFERENCE
from ..operations.tasks import LATER, stop_check, stored_failures
from ..telegram.shorten_text import count_of
from . import (
    correct,  # noqa: F401 (They register kinds.)
    withhold,  # noqa: F401 (They register kinds.)
)
from . import small_kinds as annotate  # noqa: F401 (They register kinds.)
from . import small_kinds as leave  # noqa: F401 (They register kinds.)
from . import small_kinds as read_again  # noqa: F401 (They register kinds.)
from .batch_kinds import kind_of

MOST = 5_000  # Cables of one decision.
BATCH = 500  # Cables of one transaction.
IS_REDACTED = "Parts of it are redacted: somebody who may see originals decides."
STALE = "Somebody changed {} of these cables meanwhile."
SAVE = """
UPDATE cables_bulkdecisioncable stored SET outcome = became.outcome, why = became.why,
    undo = became.undo::jsonb
FROM unnest(%s::bigint[], %s::varchar[], %s::text[], %s::text[]) AS became (id, outcome, why, undo)
WHERE stored.id = became.id
"""
Outcome, State = BulkDecisionCable.Outcome, BulkDecision.State
# State of a decision at work -> outcome of the rows that are left to it.
TO_DO: dict[str, str] = {State.RUNNING: Outcome.WAITING, State.UNDOING: Outcome.DONE}


@transaction.atomic
def choose_for_decision(
    kind: str, keys: Iterable[int], by: User, most: int | None = None
) -> BulkDecision:
    """Store on which cables (primary keys) a curator is about to decide.

    Raises ValueError if there are more than `most` (MOST), or none.
    """
    keys, most = list(dict.fromkeys(keys)), most or MOST
    if not 0 < len(keys) <= most:
        raise ValueError(f"Choose at least one cable and at most {most:,} at a time.")
    decision = BulkDecision.objects.create(kind=kind, by=by)
    edit_tokens(keys, lock=True)  # Nobody erases one of them meanwhile.
    cables = Cable.objects.filter(pk__in=keys).order_by(BY_REFERENCE)
    copy_in([BulkDecisionCable(decision=decision, cable_id=key) for key in cables.primary_keys()])
    return decision


@transaction.atomic
def preview_decision(decision: BulkDecision, parameters: dict, reason: str):
    """Store what is to be done with the chosen cables, and to which of them it is applicable.

    Nothing else changes. It takes the tokens of the cables as they are now.
    """
    locked = BulkDecision.objects.select_for_update().get(pk=decision.pk)
    if locked.state != State.PREVIEWED:
        raise ValueError("It was decided meanwhile.")
    decision.parameters, decision.reason = parameters, reason
    decision.previewed = timezone.now()
    decision.save()
    conditions = kind_of(decision).excluded()
    for_review = decision.kind == "withhold" and is_for_review(reason)
    if not for_review and not knows_redacted(decision.by):
        conditions = [(Q(pk__in=Redaction.objects.values("cable")), IS_REDACTED), *conditions]
    excluded = [When(condition, then=Value(why)) for condition, why in conditions]
    why = Case(*excluded, default=Value(""), output_field=TextField())
    keys = list(decision.rows.order_by("pk").values_list("cable", flat=True))
    tokens = edit_tokens(keys, lock=True)  # As in `choose_for_decision`.
    reasons = dict(Cable.objects.filter(pk__in=keys).values_list("pk", why))
    decision.rows.all().delete()
    copy_in(
        [
            BulkDecisionCable(
                decision=decision,
                cable_id=key,
                token=tokens[key],
                outcome=Outcome.SKIPPED if reasons[key] else Outcome.WAITING,
                why=reasons[key],
            )
            for key in keys
            if key in tokens and key in reasons
        ]
    )


def preview_stamp(decision: BulkDecision) -> str:
    """Return by what a form knows that it shows the last preview of a decision."""
    return decision.previewed.isoformat() if decision.previewed else ""


def check_unchanged(decision: BulkDecision):
    """Raise StaleError if one of the cables to be changed was changed since the preview."""
    waiting = decision.rows.filter(outcome=Outcome.WAITING)
    tokens = dict(waiting.values_list("cable", "token"))
    present = edit_tokens(tokens)
    changed = sum(present.get(key) != token for key, token in tokens.items())
    if changed:
        raise StaleError(STALE.format(f"{changed:,}" if changed < len(tokens) else "all"))


def begin_decision(decision: BulkDecision, state: str):
    """Log a decision, and mark it as begun. Call it in a transaction.

    Raises ValueError if another request began it, or if no cable is left to be changed.
    """
    waiting = decision.rows.filter(outcome=Outcome.WAITING).count()
    if not waiting:
        raise ValueError("None of these cables can be changed so.")
    rows = BulkDecision.objects.filter(pk=decision.pk, state=State.PREVIEWED)
    if not rows.update(state=state, approved_by=current_approver()):
        raise ValueError("It was decided meanwhile.")
    decision.state, decision.approved_by_id = state, current_approver()
    chosen = Cable.objects.filter(bulk_decisions__decision=decision)
    if kind_of(decision).tells_readers(chosen):
        decision.reason = checked_text(decision.by, (), decision.reason)
    if "text" in decision.parameters:
        decision.parameters["text"] = checked_text(decision.by, (), decision.parameters["text"])
    decision.save(update_fields=["reason", "parameters"])
    log_whole(decision, "decided", decision.reason, decision.by)


def log_whole(decision: BulkDecision, action: str, reason: str, by: User):
    """Add an entry about a decision on several cables to the log; each cable has its own too.

    Matters that are left have no other entry. That of a cable which is withheld again has the
    reason that readers see, not why it was undone.
    """
    cables, kind = decision.rows.count(), kind_of(decision)
    if cables > 1 or kind.is_logged_whole or action == "undone":
        what = f"decision {decision.pk} on {count_of(cables, 'cable')}"
        title = kind.title.lower() + (
            f" ({decision.parameters['title']})" if kind.is_logged_whole else ""
        )
        entry = {"action": action, "what": f"{what}: {title}", "reason": reason, "by": by}
        Change.objects.create(decision=decision, **entry)


Check = Callable[[], object]


def apply_batches(decision: BulkDecision, check: Check = lambda: None):
    """Change the cables that wait, a batch at a time, until none is left or it is cancelled.

    `check` is called before each batch, and may raise an exception to stop.
    """
    _in_batches(decision, State.RUNNING, _apply_batch, State.DONE, "It was cancelled.", check)


def undo_batches(decision: BulkDecision, check: Check = lambda: None):
    """Undo what a decision did, a batch at a time, where nobody changed it since."""
    cancelled = "Its undoing was cancelled."
    _in_batches(decision, State.UNDOING, _undo_batch, State.UNDONE, cancelled, check)


def _in_batches(
    decision: BulkDecision,
    during: str,
    step: Callable[[BulkDecision, QuerySet[BulkDecisionCable]], None],
    ended: str,
    cancelled: str,
    check: Check,
):
    """Take a step with a batch of the rows that are left, until none is.

    Once the decision is in another state than `during`, another worker ended it, and this one stops
    without a word: a worker that hung goes on although its task was taken up again.
    """
    rows = decision.rows.filter(outcome=TO_DO[during])
    while rows.exists():
        check()
        here = BulkDecision.objects.filter(pk=decision.pk, state=during).first()
        if here is None:
            return
        if here.cancel:
            end_decision(decision, State.CANCELLED, cancelled, during)
            return
        with approving(decision.approved_by_id), recording(decision.pk):
            step(decision, rows)
    end_decision(decision, ended, "", during)


@transaction.atomic
def _apply_batch(decision: BulkDecision, waiting: QuerySet[BulkDecisionCable]):
    """Change the cables of a batch that are as they were at the preview."""
    rows = _locked_batch(waiting)
    kind = kind_of(decision)
    tokens = kind.tokens(rows)
    for key, row in rows.items():
        if tokens.get(key) != row.token and not kind.includes_changed:
            row.outcome, row.why = Outcome.STALE, "Somebody changed it after the preview."
    keys = [key for key, row in rows.items() if row.outcome == Outcome.WAITING]
    result = kind.apply(keys) if keys else None
    for key in keys:
        if result and key in result.undo:
            rows[key].outcome, rows[key].undo = Outcome.DONE, result.undo[key]
        else:
            rows[key].outcome = Outcome.REFUSED
            rows[key].why = result.refused.get(key, "") if result else ""
    _save(rows.values())


@transaction.atomic
def _undo_batch(decision: BulkDecision, done: QuerySet[BulkDecisionCable]):
    rows = _locked_batch(done)
    kind = kind_of(decision)
    kind.tokens(rows)
    undo = {key: row.undo or {} for key, row in rows.items()}
    kept = kind.kept(undo)
    if undoable := {key: undo[key] for key in undo.keys() - kept.keys()}:
        kept |= kind.undo(undoable)
    for key, row in rows.items():
        row.outcome = Outcome.KEPT if key in kept else Outcome.UNDONE
        row.why = kept.get(key, "")
    _save(rows.values())


def _locked_batch(rows: QuerySet[BulkDecisionCable]) -> dict[int, BulkDecisionCable]:
    """Lock the next rows; return {primary key of the cable: row}.

    A second worker, which waits for these locks, gets none of the rows that are done then.
    """
    batch = rows.order_by("pk").select_for_update()[:BATCH]
    return {row.cable_id: row for row in batch}


def _save(rows: Iterable[BulkDecisionCable]):
    """Store what became of rows in one statement: bulk_update() takes as long as the decision."""
    values = [
        (row.pk, row.outcome, row.why, None if row.undo is None else json.dumps(row.undo))
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.execute(SAVE, [list(column) for column in zip(*values, strict=True)] or [[]] * 4)


def end_decision(decision: BulkDecision, state: str, problem: str, during: str):
    """Store how the work of a state (`during`) ended, unless it ended already."""
    now = timezone.now()
    rows = BulkDecision.objects.filter(pk=decision.pk, state=during)
    if rows.update(state=state, problem=problem, cancel=False, finished=now):
        decision.state, decision.problem, decision.finished = state, problem, now


FORGOTTEN = timedelta(days=1)  # After so long a choice of cables that nobody decided on goes.
# Names of tasks are stored in the queue: they stay when code moves. The lock is that of decisions
# on whole loads: one at a time.


@app.task(name="cables.jobs.bulk_decide", lock="decide", retry=LATER, pass_context=True)
def bulk_decide(context: JobContext, decision: int):
    """Change the cables of a decision that are still waiting."""
    row = _decision(decision, State.QUEUED, State.RUNNING)
    if row:
        BulkDecision.objects.filter(pk=row.pk, state=State.QUEUED).update(state=State.RUNNING)
        with _failures_stored(row, State.RUNNING):
            apply_batches(row, stop_check(context))


@app.task(name="cables.jobs.bulk_undo", lock="decide", retry=LATER, pass_context=True)
def bulk_undo(context: JobContext, decision: int):
    """Undo what a decision did and is not undone yet."""
    row = _decision(decision, State.UNDOING)
    if row:
        with _failures_stored(row, State.UNDOING):
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


def _failures_stored(decision: BulkDecision, during: str):
    """Return the context that stores why a decision failed; only errors to retry are raised."""
    advice = "What is done stays done: resume it, or undo it."
    return stored_failures(
        f"Decision {decision.pk}",
        lambda why: end_decision(decision, State.FAILED, f"{why} {advice}", during),
    )
