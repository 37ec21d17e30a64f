"""Which entries of the log can be undone, and the page of the desk that undoes each.

The log names no rows, as it outlives them: a decision is found by its cable, its curator and the
reason that the log has of it. The page that undoes it asks again.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db.models import Exists, Max, Model, OuterRef, Q
from django.urls import reverse

from ..curation.bulk_decision_kinds import BULK_KINDS
from ..curation.matter_decisions import switch_in_words
from ..models import (
    BulkDecision,
    BulkDecisionCable,
    Cable,
    Change,
    Correction,
    FormerReference,
    Left,
    Merge,
    Redaction,
    RedactionMatch,
    RedactionSearch,
    RuleSwitch,
    VolumeWithholding,
)
from ..publication.redact_in_place import place_label
from .issues import switch_address, title_of

Addresses = Iterator[tuple[Change, str]]
Keyed = dict[tuple[object, ...], Any]  # What the log has of a decision -> its row.
# Between a decision and its entry in the log, which end the same transaction.
LONGEST = timedelta(minutes=5)
UNDONE_WHILE = (RedactionSearch.State.REDACTED, RedactionSearch.State.STOPPED)


def add_undo_links(user: User, changes: Iterable[Change]) -> list[Change]:
    """Set `undo` of log entries: the address that undoes it; "" if there is none for this user.

    Call it before words are removed from the reasons. One query for each kind of decision.
    """
    changes = list(changes)
    for change in changes:
        change.undo = ""
    for action, right, find in FINDERS:
        decided = [each for each in changes if each.action == action]
        if decided and user.has_perm(f"cables.{right}"):
            for change, address in find(decided):
                change.undo = address
    return changes


def may_undo(user: User) -> bool:
    """Return whether a user may undo any kind of decision."""
    return any(user.has_perm(f"cables.{right}") for _, right, _ in FINDERS)


def _withheld(changes: list[Change]) -> Addresses:
    """Only the last entry that withheld a cable, as long as it is withheld."""
    keys = {change.cable_id for change in changes if change.cable_id}
    if not keys:
        return
    withheld = Cable.objects.filter(pk__in=keys).exclude(withheld_reason="")
    last = withheld.annotate(last=Max("changes__pk", filter=Q(changes__action="withheld")))
    references = dict(last.values_list("last", "reference"))
    for change in changes:
        if reference := references.get(change.pk):
            yield (
                change,
                f"{reverse('admin:cables_cable_publish')}?{urlencode({'cable': reference})}",
            )


def _volume_parts(changes: list[Change]) -> Addresses:
    about = [change for change in changes if change.what.startswith("volume ")]
    rows = VolumeWithholding.objects.filter(by__in=_curators(about)) if about else ()
    keyed: Keyed = {(row.by_id, f"volume {row}"[:250], row.reason): row for row in rows}
    for change in about:
        if row := keyed.get((change.by_id, change.what, change.reason)):
            yield change, _page("volumewithholding_publish", row)


def _redacted(changes: list[Change]) -> Addresses:
    rows = Redaction.objects.filter(cable__in=_cables(changes))
    by_entry: Keyed = {}
    for row in rows.order_by("at"):
        reason = f"{place_label(row.place)}: {row.reason}"
        by_entry.setdefault((row.cable_id, row.by_id, reason), []).append(row)
    for change in changes:
        alike = by_entry.get((change.cable_id, change.by_id, change.reason), [])
        own = [row for row in alike if row.at <= change.at <= row.at + LONGEST]
        if own:
            yield change, _page("redaction_lift", own[-1])


def _corrected(changes: list[Change]) -> Addresses:
    rows = Correction.objects.filter(cable__in=_cables(changes))
    keyed: Keyed = {
        (row.cable_id, row.by_id, f"{row.get_field_display()}: {row.reason}"): row for row in rows
    }
    for change in changes:
        if row := keyed.get((change.cable_id, change.by_id, change.reason)):
            yield change, _page("correction_undo", row)


def _named(changes: list[Change]) -> Addresses:
    rows = FormerReference.objects.filter(cable__in=_cables(changes), kind="renamed")
    keyed: Keyed = {(row.cable_id, row.reference): row for row in rows}
    for change in changes:
        if row := keyed.get((change.cable_id, change.reason.partition(":")[0])):
            yield change, _page("correction_forget", row)


def _merged(changes: list[Change]) -> Addresses:
    rows = Merge.objects.filter(by__in=_curators(changes)).defer("cables")
    keyed: Keyed = {(row.by_id, str(row)[:250], row.reason): row for row in rows}
    for change in changes:
        if row := keyed.get((change.by_id, change.what, change.reason)):
            yield change, _page("merge_undo", row)


def _archive_redactions(changes: list[Change]) -> Addresses:
    keys = {change.what.rpartition(" ")[2] for change in changes}
    rows = RedactionSearch.objects.filter(pk__in=filter(str.isdecimal, keys)).only("pk")
    redacted = RedactionMatch.objects.filter(search=OuterRef("pk"), redaction__isnull=False)
    lifted = rows.filter(Exists(redacted), state__in=UNDONE_WHILE)
    keyed = {str(row): row for row in lifted}
    for change in changes:
        if row := keyed.get(change.what):
            yield change, _page("redactionsearch_undo", row)


def _on_many(right: str, changes: list[Change]) -> Addresses:
    """Decisions on many cables of the kinds that need this right."""
    numbers = {change.what.split(" ")[1] for change in changes if change.what[:9] == "decision "}
    kinds = [kind for kind, each in BULK_KINDS.items() if each.right == right and each.undo]
    done = BulkDecisionCable.objects.filter(decision=OuterRef("pk"), outcome="done")
    rows = BulkDecision.objects.filter(
        Exists(done),
        pk__in=[number for number in numbers if number.isdecimal()],
        kind__in=kinds,
        state__in=BulkDecision.ENDED,
    )
    keyed = {f"decision {row.pk} on": row for row in rows}
    for change in changes:
        if row := keyed.get(" ".join(change.what.split(" ")[:3])):
            yield change, _page("bulkdecision_undo", row)


def _switched(changes: list[Change]) -> Addresses:
    """Only the last switch of a rule for a collection; undoing it is switching it again."""
    rows = RuleSwitch.objects.filter(by__in=_curators(changes)).select_related("collection")
    keyed: Keyed = {(row.by_id, row.reason, _switch_as_logged(row)): row for row in rows}
    for change in changes:
        row = keyed.get((change.by_id, change.reason, (change.action, change.what)))
        if row:
            yield change, switch_address(row.collection, row.rule, "off" if row.is_on else "on")


def _switch_as_logged(row: RuleSwitch) -> tuple[str, str]:
    what = switch_in_words(row.rule, title_of(row.rule), row.collection)
    return f"switched {'on' if row.is_on else 'off'}", what


def _left(changes: list[Change]) -> Addresses:
    ticked = Left.objects.filter(decision=None)  # A decision can have left 250,000.
    rows = ticked.filter(by__in=_curators(changes), reason__in={c.reason for c in changes})
    labels: Keyed = {}
    for row in rows:
        title = title_of(row.kind)
        labels[row.by_id, row.reason, title, row.key] = row.label
        labels[row.by_id, row.reason, f"{title}: {row.label}"[:250], ""] = row.label
    for change in changes:
        entry = change.by_id, change.reason, change.what
        if label := labels.get((*entry, change.reference)) or labels.get((*entry, "")):
            yield change, f"{reverse('admin:cables_left_changelist')}?{urlencode({'q': label})}"


# Action of the log, the right that undoes it, and what finds the addresses.
FINDERS: tuple[tuple[str, str, Callable[[list[Change]], Addresses]], ...] = (
    ("withheld", "withhold_cable", _withheld),
    ("withheld", "withhold_cable", _volume_parts),
    ("redacted", "redact_cable", _redacted),
    ("decided", "redact_cable", _archive_redactions),
    ("corrected", "correct_cable", _corrected),
    ("named", "correct_cable", _named),
    ("merged", "merge_places", _merged),
    ("left", "delete_left", _left),
    *(
        ("decided", right, partial(_on_many, right))
        for right in sorted({each.right for each in BULK_KINDS.values()})
    ),
    ("switched off", "switch_rule", _switched),
    ("switched on", "switch_rule", _switched),
)


def _cables(changes: Iterable[Change]) -> set[int]:
    return {change.cable_id for change in changes if change.cable_id}


def _curators(changes: Iterable[Change]) -> set[int]:
    return {change.by_id for change in changes if change.by_id}


def _page(name: str, row: Model) -> str:
    return reverse(f"admin:cables_{name}", args=[row.pk])
