"""Decide on many cables: choose them, preview, carry out in batches, undo.

What was previewed is what is decided: the cables are stored when they are chosen, each with its
optimistic-lock token when the preview is made. Each batch is one transaction, which also stores
what became of its cables: a decision that is interrupted goes on where it stopped.
"""

import json
from collections.abc import Callable, Iterable

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Case, Q, QuerySet, TextField, Value, When
from django.utils import timezone

from ..curation.redactions_and_corrections import (
    StaleError,
    checked_text,
    is_for_review,
    knows_redacted,
)
from ..loader.store import copy_in
from ..models import (
    BulkDecision,
    BulkDecisionCable,
    Cable,
    Change,
    Redaction,
    approving,
    current_approver,
    edit_tokens,
    recording,
)
from ..models.querysets import BY_REFERENCE
from . import annotate, correct, leave, read_again, withhold  # noqa: F401 (They register kinds.)
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
    reasons = dict(Cable.objects.filter(pk__in=keys).values_list("pk", why))
    tokens = edit_tokens(keys)
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
    decision.reason = checked_text(decision.by, (), decision.reason)
    if "text" in decision.parameters:
        decision.parameters["text"] = checked_text(decision.by, (), decision.parameters["text"])
    decision.save(update_fields=["reason", "parameters"])
    log_whole(decision, "decided", decision.reason, decision.by)


def log_whole(decision: BulkDecision, action: str, reason: str, by: User):
    """Add an entry about a decision on several cables to the log; each cable has its own too.

    Matters that are left have no other entry.
    """
    cables, kind = decision.rows.count(), kind_of(decision)
    if cables > 1 or kind.is_logged_whole:
        what = f"decision {decision.pk} on {cables:,} cable{'' if cables == 1 else 's'}"
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
    _in_batches(decision, Outcome.WAITING, _apply_batch, State.DONE, "It was cancelled.", check)


def undo_batches(decision: BulkDecision, check: Check = lambda: None):
    """Undo what a decision did, a batch at a time, where nobody changed it since."""
    cancelled = "Its undoing was cancelled."
    _in_batches(decision, Outcome.DONE, _undo_batch, State.UNDONE, cancelled, check)


def _in_batches(
    decision: BulkDecision,
    outcome: str,
    step: Callable[[BulkDecision, QuerySet[BulkDecisionCable]], None],
    ended: str,
    cancelled: str,
    check: Check,
):
    """Take a step with a batch of the rows of an outcome, until none is left."""
    rows = decision.rows.filter(outcome=outcome)
    while rows.exists():
        check()
        if BulkDecision.objects.filter(pk=decision.pk, cancel=True).exists():
            end_decision(decision, State.CANCELLED, cancelled)
            return
        with approving(decision.approved_by_id), recording(decision.pk):
            step(decision, rows)
    end_decision(decision, ended)


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
    kept = kind.undo({key: row.undo or {} for key, row in rows.items()}) if rows else {}
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


def end_decision(decision: BulkDecision, state: str, problem: str = ""):
    """Store how a decision, or its undoing, ended."""
    decision.state, decision.problem, decision.finished = state, problem, timezone.now()
    BulkDecision.objects.filter(pk=decision.pk).update(
        state=state, problem=problem, cancel=False, finished=decision.finished
    )
