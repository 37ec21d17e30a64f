"""Which entries of the log can be undone, and the page of the desk that undoes each.

An entry and what its decision made have the number of the decision. The page that undoes it asks
again.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db.models import Exists, Max, OuterRef, Q
from django.urls import reverse

from ..decisions.batch_kinds import BatchKind
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
from ..models.change_log import DecidedRow
from ..publication.redact_in_place import place_label
from .issues import switch_address, title_of

Addresses = Iterator[tuple[Change, str]]
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


@dataclass(frozen=True, slots=True)
class MadeRows:
    """Finds the rows of a model that decisions made, and the page that undoes each.

    `words` is what the entry says of a row: its fields `what` and `reason`, None if any.
    """

    model: type[DecidedRow]
    page: str
    words: Callable[[Any], tuple[str | None, str | None]] = lambda row: (None, None)

    def __call__(self, changes: list[Change]) -> Addresses:
        decisions = [change.decision_id for change in changes if change.decision_id]
        rows = self.model._default_manager.filter(decision__in=decisions).order_by("pk")
        made: dict[tuple[int | None, int | None], list[Any]] = {}
        for row in rows if decisions else ():
            made.setdefault((row.decision_id, getattr(row, "cable_id", None)), []).append(row)
        for change in changes:
            for row in made.get((change.decision_id, change.cable_id), ()):
                what, reason = self.words(row)
                if what in (None, change.what) and reason in (None, change.reason):
                    yield change, self.address(row)

    def address(self, row: Any) -> str:
        if isinstance(row, RuleSwitch):  # Undoing it is switching it again.
            return switch_address(row.collection, row.rule, "off" if row.is_on else "on")
        return reverse(f"admin:cables_{self.page}", args=[row.pk])


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
            query = urlencode({"cable": reference})
            yield change, f"{reverse('admin:cables_cable_publish')}?{query}"


def _archive_redactions(changes: list[Change]) -> Addresses:
    redacted = RedactionMatch.objects.filter(search=OuterRef("pk"), redaction__isnull=False)
    decisions = {change.decision_id for change in changes}
    rows = RedactionSearch.objects.filter(decision__in=decisions, state__in=UNDONE_WHILE)
    keys = dict(rows.filter(Exists(redacted)).values_list("decision", "pk"))
    for change in changes:
        if key := keys.get(change.decision_id or 0):
            yield change, reverse("admin:cables_redactionsearch_undo", args=[key])


def _on_many(right: str) -> Callable[[list[Change]], Addresses]:
    """Return what finds decisions on many cables of the kinds that need this right."""

    def find(changes: list[Change]) -> Addresses:
        kinds = [each.name for each in BatchKind.all() if each.right == right and each.has_undo]
        done = BulkDecisionCable.objects.filter(decision=OuterRef("pk"), outcome="done")
        rows = BulkDecision.objects.filter(Exists(done), kind__in=kinds)
        ended = rows.filter(state__in=BulkDecision.ENDED)
        decisions = [change.decision_id for change in changes if change.decision_id]
        keys = set(ended.filter(pk__in=decisions).values_list("pk", flat=True))
        for change in changes:
            if change.decision_id in keys:
                yield change, reverse("admin:cables_bulkdecision_undo", args=[change.decision_id])

    return find


def _left(changes: list[Change]) -> Addresses:
    """The list of what was left, with those of the entry; a decision can have left 250,000."""
    ticked = Left.objects.filter(decision=None, reason__in={each.reason for each in changes})
    labels: dict[tuple[Any, ...], str] = {}
    for row in ticked.filter(by__in={each.by_id for each in changes if each.by_id}):
        title = title_of(row.kind)
        labels[row.by_id, row.reason, title, row.key] = row.label
        labels[row.by_id, row.reason, f"{title}: {row.label}"[:250], ""] = row.label
    for change in changes:
        entry = change.by_id, change.reason, change.what
        if label := labels.get((*entry, change.reference)) or labels.get((*entry, "")):
            yield change, f"{reverse('admin:cables_left_changelist')}?{urlencode({'q': label})}"


def _words_of_redaction(row: Redaction) -> tuple[None, str]:
    return None, f"{place_label(row.place)}: {row.reason}"


def _words_of_part(row: VolumeWithholding) -> tuple[str, None]:
    return f"volume {row}"[:250], None


_switches = MadeRows(RuleSwitch, "left_switch")
# Action of the log, the right that undoes it, and what finds the addresses.
FINDERS: tuple[tuple[str, str, Callable[[list[Change]], Addresses]], ...] = (
    ("withheld", "withhold_cable", _withheld),
    (
        *("withheld", "withhold_cable"),
        MadeRows(VolumeWithholding, "volumewithholding_publish", _words_of_part),
    ),
    ("redacted", "redact_cable", MadeRows(Redaction, "redaction_lift", _words_of_redaction)),
    ("decided", "redact_cable", _archive_redactions),
    ("corrected", "correct_cable", MadeRows(Correction, "correction_undo")),
    ("named", "correct_cable", MadeRows(FormerReference, "correction_forget")),
    ("merged", "merge_places", MadeRows(Merge, "merge_undo")),
    ("left", "delete_left", _left),
    ("switched off", "switch_rule", _switches),
    ("switched on", "switch_rule", _switches),
    *(
        ("decided", right, _on_many(right))
        for right in sorted({each.right for each in BatchKind.all()})
    ),
)
