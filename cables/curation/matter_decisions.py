"""Decide on matters of the work lists: leave all of a rule, switch rules, assign.

All matters of a rule are left by a decision on their cables (models.BulkDecision): the worker
leaves them in batches, and undoing takes them back. The log has one entry for it and one for its
undoing, not one for each cable: there can be as many as the archive has cables.
"""

from collections.abc import Iterable, Mapping

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import MD5
from django.utils import timezone

from ..models import (
    BulkDecision,
    Change,
    Collection,
    Left,
    Matter,
    MatterAssignment,
    RuleSwitch,
    current_decision,
)
from .redactions_and_corrections import StaleError

ASSIGNED_AT_ONCE = 5_000  # Matters that are assigned by one request.
STALE_MATTERS = "Somebody repaired, left or found some of them meanwhile."
STALE_SWITCH = "Somebody switched this rule meanwhile."
NO_MATTERS = "0.0"  # The stamp of none.
# The matters of a decision: how many, and a sum that changes with each of them.
SUMMED = """
SELECT count(*), coalesce(sum(hashtextextended(said, cable_id)), 0) FROM ({}) chosen
"""
CHOSEN = """
INSERT INTO cables_bulkdecisioncable (decision_id, cable_id, token, outcome, why)
SELECT %s, cable_id, md5(said), 'waiting', '' FROM ({}) chosen
"""


def stamp_of_matters(matters: QuerySet[Matter]) -> str:
    """Return "count.sum": it changes when a matter comes, goes, or says something else."""
    if matters.query.is_empty():
        return NO_MATTERS
    sql, values = _query(matters)
    with connection.cursor() as cursor:
        cursor.execute(SUMMED.format(sql), values)
        return "{}.{}".format(*cursor.fetchone())


@transaction.atomic
def choose_matters(
    matters: QuerySet[Matter], parameters: dict[str, str], reason: str, by: User, stamp: str
) -> BulkDecision:
    """Store a decision to leave open matters of one rule, and the cables of these matters.

    Raises StaleError if they are not those of the stamp, ValueError if there are none.
    """
    if stamp_of_matters(matters) != stamp:
        raise StaleError(STALE_MATTERS)
    if stamp == NO_MATTERS:
        raise ValueError("There is nothing to leave.")
    decision = BulkDecision.objects.create(
        kind="leave", parameters=parameters, reason=reason, by=by, previewed=timezone.now()
    )
    sql, values = _query(matters)
    with connection.cursor() as cursor:
        cursor.execute(CHOSEN.format(sql), [decision.pk, *values])
        if str(cursor.rowcount) != stamp.partition(".")[0]:
            raise StaleError(STALE_MATTERS)
    return decision


def _query(matters: QuerySet[Matter]) -> tuple[str, tuple]:
    return matters.order_by().values("cable_id", "said").query.sql_with_params()


def matter_tokens(decision: BulkDecision, keys: Iterable[int]) -> dict[int, str]:
    """Return {primary key of a cable: digest of its open matter}: what a decision was about."""
    rows = Matter.objects.open().filter(kind=decision.parameters["matter"], cable__in=list(keys))
    return dict(rows.annotate(token=MD5("said")).values_list("cable", "token"))


def leave_matters(decision: BulkDecision, keys: Iterable[int]) -> set[int]:
    """Leave the matters of these cables as they are; return the cables of those that were open."""
    kind = decision.parameters["matter"]
    matters = Matter.objects.open().filter(kind=kind, cable__in=list(keys))
    references = dict(matters.values_list("reference", "cable"))
    values = {"kind": kind, "reason": decision.reason, "by": decision.by, "decision": decision}
    rows = [Left(key=name, label=name, **values) for name in sorted(references)]
    Left.objects.bulk_create(rows, ignore_conflicts=True)
    left = Left.objects.filter(kind=kind, key__in=list(references), decision=decision)
    return {references[name] for name in left.values_list("key", flat=True)}


def take_back_matters(decision: BulkDecision, rows: Mapping[int, object]) -> set[int]:
    """Undo `leave_matters` for these cables; return those whose matters nobody took back since."""
    cables = decision.rows.filter(cable__in=list(rows)).values_list("cable__reference", "cable")
    references = dict(cables)
    left = Left.objects.filter(
        kind=decision.parameters["matter"], key__in=list(references), decision=decision
    )
    taken = {references[name] for name in left.values_list("key", flat=True)}
    left.delete()
    return taken


def switch_stamp(collection: Collection, rule: str) -> str:
    """Return an optimistic-lock token of what curators decided on a rule for a collection."""
    switch = RuleSwitch.objects.filter(collection=collection, rule=rule).first()
    return f"{switch.is_on}.{switch.at.isoformat()}" if switch else "default"


@transaction.atomic
def switch_rule(collection: Collection, rule: str, title: str, is_on: bool, data: Mapping, by):
    """Switch a rule on or off for a collection; triggers open and close its matters.

    `data` has the reason, and the stamp of the page. Raises StaleError if it was switched since.
    """
    # Not FOR UPDATE: a batch of a load refers to its collection when it commits, and would wait for
    # this, which waits for it at the matters (a deadlock).
    Collection.objects.select_for_update(no_key=True).get(pk=collection.pk)
    if data["stamp"] != switch_stamp(collection, rule):
        raise StaleError(STALE_SWITCH)
    RuleSwitch.objects.update_or_create(
        collection=collection,
        rule=rule,
        defaults={
            "is_on": is_on,
            "reason": data["reason"],
            "by": by,
            "decision_id": current_decision(),
        },
    )
    what = f"rule {rule}, {title}, for {collection}"[:250]
    action = f"switched {'on' if is_on else 'off'}"
    Change.objects.create(by=by, action=action, what=what, reason=data["reason"])


@transaction.atomic
def assign_matters(
    kind: str, title: str, keys: Iterable[str], to: User | None, by, shown: Mapping[str, int]
) -> list[str]:
    """Assign open matters to an account, or to nobody; return the keys of those that changed.

    `shown` has whom the page had for a key, by the primary key of the account (0: nobody). Matters
    that somebody else assigned since are left alone.
    """
    keys = list(keys)
    rows = MatterAssignment.objects.of(kind, keys).select_for_update()
    present = dict(rows.order_by("key").values_list("key", "to"))
    wanted = to.pk if to else 0
    has = {key: present.get(key, 0) for key in keys}
    changed = [key for key in keys if has[key] != wanted and shown.get(key, has[key]) == has[key]]
    if to is None:
        MatterAssignment.objects.of(kind, changed).delete()
    else:
        values = {"kind": kind, "to": to, "by": by, "at": timezone.now()}
        MatterAssignment.objects.bulk_create(
            [MatterAssignment(key=key, **values) for key in changed],
            update_conflicts=True,
            unique_fields=["kind", "key"],
            update_fields=["to", "by", "at"],
        )
    if changed:
        count = "1 matter" if len(changed) == 1 else f"{len(changed):,} matters"
        what = f"{count} to {to or 'nobody'}: {title}"[:250]
        Change.objects.create(by=by, action="assigned", what=what, reason="")
    return changed
