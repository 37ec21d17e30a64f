"""The kinds of decisions on many cables: to which cables each applies, what it does, its undoing.

Each function works on a batch of cables in a transaction that has locked them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q

from ..models import (
    BulkDecision,
    Cable,
    Change,
    Correction,
    Note,
    ScheduledPublication,
    State,
    edit_tokens,
    withhold_all,
)
from ..models.planner_statistics import renew_list_statistics
from ..models.querysets import CableQuerySet
from ..publication.document_frequencies import WordCount
from ..publication.origins_and_tags import Places
from ..publication.public_text import phrases_in
from ..publication.publish_withheld import publish_all
from ..telegram.redact_phrases import scrub
from .bulk_corrections import CorrectionBatch
from .matter_decisions import leave_matters, matter_tokens, take_back_matters
from .reread_texts import reread_cables

Kind = BulkDecision.Kind
WITHHELD = ~Q(withheld_reason="")
IS_WITHHELD = "It is withheld."
CHANGED_SINCE = "It was corrected again since."
Why = dict[int, str]  # Primary key of a cable -> why nothing was done with it.
NotApplicable = list[tuple[Q, str]]  # Conditions of cables, each with why it is not applicable.


@dataclass(slots=True)
class BatchResult:
    """What became of a batch: for each changed cable what undoing it takes, for others why not."""

    undo: dict[int, dict[str, Any]] = field(default_factory=dict)
    refused: Why = field(default_factory=dict)


def _locked_tokens(decision: BulkDecision, keys: Iterable[int]) -> dict[int, str]:
    return edit_tokens(keys, lock=True)


@dataclass(frozen=True, slots=True)
class BulkKind:
    """A kind of decision on many cables. `undo` is None if there is nothing to go back to."""

    right: str
    excluded: Callable[[BulkDecision], NotApplicable]
    apply: Callable[[BulkDecision, list[int]], BatchResult]
    undo: Callable[[BulkDecision, dict[int, dict[str, Any]]], Why] | None
    at_once: int = 500  # Cables on which a request decides; for more, the worker does it.
    # Tokens of what is decided on, {primary key of a cable: token}; locks the cables if need be.
    tokens: Callable[[BulkDecision, Iterable[int]], dict[int, str]] = _locked_tokens


def _cables(keys: Iterable[int]) -> CableQuerySet:
    return Cable.objects.filter(pk__in=list(keys))


def _published(keys: Iterable[int]) -> set[int]:
    return set(_cables(keys).filter(withheld_reason="").primary_keys())


def _undo_reason(decision: BulkDecision) -> tuple[str, User]:
    """Return why a decision is undone, and by whom."""
    return decision.undo_reason, decision.undone_by or decision.by


# Withhold, publish, and withhold until a time.


def _withhold(decision: BulkDecision, keys: list[int]) -> BatchResult:
    withhold_all(_cables(keys), decision.reason, decision.by)
    return BatchResult({key: {} for key in keys})


def _undo_withholding(decision: BulkDecision, rows: Mapping[int, dict]) -> Why:
    reason, by = _undo_reason(decision)
    reasons = dict(_cables(rows).values_list("pk", "withheld_reason"))
    timed, redacted = set(_scheduled(rows)), phrases_in(rows)
    kept: Why = {}
    for key in rows:
        if not reasons.get(key):
            kept[key] = "It was published meanwhile."
        elif reasons[key] not in (decision.reason, scrub(decision.reason, redacted.get(key, ()))):
            kept[key] = "It was withheld again since, for another reason."
        elif key in timed:
            kept[key] = "A time was set until which it is withheld."
    publish_all(_cables(rows.keys() - kept.keys()), reason, by)
    return kept


def _publish(decision: BulkDecision, keys: list[int]) -> BatchResult:
    reasons, times = dict(_cables(keys).values_list("pk", "withheld_reason")), _scheduled(keys)
    publish_all(_cables(keys), decision.reason, decision.by)
    return BatchResult(
        {key: {"withheld": reasons[key], "until": _iso(times.get(key))} for key in keys}
    )


def _undo_publication(decision: BulkDecision, rows: Mapping[int, dict]) -> Why:
    _, by = _undo_reason(decision)
    published = _published(rows)
    kept = dict.fromkeys(rows.keys() - published, "It was withheld meanwhile.")
    by_reason: dict[str, list[int]] = {}
    redacted = phrases_in(published)  # Perhaps since the reason was written, which readers see.
    for key in published:
        reason = scrub(rows[key]["withheld"], redacted.get(key, ()))
        by_reason.setdefault(reason, []).append(key)
    for reason, keys in by_reason.items():
        withhold_all(_cables(keys), reason, by)
    _schedule({key: _time(rows[key]["until"]) for key in published})
    return kept


def _embargo(decision: BulkDecision, keys: list[int]) -> BatchResult:
    published, times = _published(keys), _scheduled(keys)
    withhold_all(_cables(published), decision.reason, decision.by)
    due = _time(decision.parameters["due"])
    _schedule(dict.fromkeys(keys, due))
    _log_times(keys, f"withheld until {due:%Y-%m-%d %H:%M} UTC", decision.reason, decision.by)
    undo = {
        key: {"was_withheld": key not in published, "until": _iso(times.get(key))} for key in keys
    }
    return BatchResult(undo)


def _undo_embargo(decision: BulkDecision, rows: Mapping[int, dict]) -> Why:
    reason, by = _undo_reason(decision)
    withheld, times = rows.keys() - _published(rows), _scheduled(rows)
    due, kept = _time(decision.parameters["due"]), Why()
    for key in rows:
        if key not in withheld:
            kept[key] = "It was published meanwhile."
        elif times.get(key) != due:
            kept[key] = "Another time was set since."
    undone = rows.keys() - kept.keys()
    again = [key for key in undone if not rows[key]["was_withheld"]]
    publish_all(_cables(again), reason, by)
    still = [key for key in undone if rows[key]["was_withheld"]]
    _schedule({key: _time(rows[key]["until"]) for key in still})
    _log_times(still, "withheld until the time before", reason, by)
    return kept


def _scheduled(keys: Iterable[int]) -> dict[int, datetime]:
    """Return {primary key: when it is published} of withheld cables with a time."""
    rows = ScheduledPublication.objects.filter(cable__in=list(keys))
    return dict(rows.values_list("cable", "due"))


def _schedule(times: Mapping[int, datetime | None]):
    """Set when withheld cables are published again; None: when a curator does it."""
    ScheduledPublication.objects.filter(cable__in=list(times)).delete()
    ScheduledPublication.objects.bulk_create(
        ScheduledPublication(cable_id=key, due=due) for key, due in times.items() if due
    )


def _log_times(keys: Iterable[int], what: str, reason: str, by: User):
    change = {"action": "embargoed", "what": what, "reason": reason, "by": by}
    Change.objects.bulk_create(Change(cable_id=key, **change) for key in keys)


def _iso(time: datetime | None) -> str | None:
    return time.isoformat() if time else None


def _time(text: str | None) -> Any:
    return datetime.fromisoformat(text) if text else None


# Corrections and tags.


def _correct(decision: BulkDecision, keys: list[int]) -> BatchResult:
    value = decision.parameters["value"]
    return _set_fact(decision, CorrectionBatch(keys, fact_of(decision)), lambda key: value)


def _retag(decision: BulkDecision, keys: list[int]) -> BatchResult:
    batch, tag = CorrectionBatch(keys, Correction.Field.TAGS), decision.parameters["tag"]

    def tags(key: int) -> list[str]:
        others = [each for each in batch.tags(key) if each != tag]
        return [*others, tag] if decision.kind == Kind.TAG else others

    return _set_fact(decision, batch, tags)


def _set_fact(
    decision: BulkDecision, batch: CorrectionBatch, value: Callable[[int], Any]
) -> BatchResult:
    before, reason, by = batch.stored(), decision.reason, decision.by
    wanted = {key: value(key) for key in batch.cables}
    refused = batch.carry_out(
        {key: {"value": each, "reason": reason, "by": by.pk} for key, each in wanted.items()},
        *("corrected", reason, by),
    )
    undo = {
        key: {"set": each, "before": before.get(key)}
        for key, each in wanted.items()
        if key not in refused
    }
    return BatchResult(undo, refused)


def _undo_correction(decision: BulkDecision, rows: Mapping[int, dict]) -> Why:
    reason, by = _undo_reason(decision)
    batch = CorrectionBatch(rows, fact_of(decision))
    kept = dict.fromkeys(rows.keys() - batch.cables.keys(), "It is withheld now.")
    stored = batch.stored()
    for key in batch.cables:
        present = stored.get(key)
        if not present or (present["value"], present["reason"]) != (
            rows[key]["set"],
            decision.reason,
        ):
            kept[key] = CHANGED_SINCE
    wanted = {key: rows[key]["before"] for key in batch.cables if key not in kept}
    return kept | batch.carry_out(wanted, "restored", reason, by)


def fact_of(decision: BulkDecision) -> str:
    """Return the name of the fact (Correction.Field) that a decision corrects."""
    return decision.parameters.get("field", Correction.Field.TAGS.value)


# Notes.


def _annotate(decision: BulkDecision, keys: list[int]) -> BatchResult:
    text = decision.parameters["text"]
    notes = Note.objects.bulk_create(Note(cable_id=key, text=text) for key in keys)
    _log_notes(keys, "note added above the text", "", decision.by)
    return BatchResult({note.cable_id: {"note": note.pk} for note in notes})


def _undo_note(decision: BulkDecision, rows: Mapping[int, dict]) -> Why:
    reason, by = _undo_reason(decision)
    published = _published(rows)
    kept = dict.fromkeys(rows.keys() - published, "It is withheld now.")
    notes = Note.objects.filter(pk__in=[rows[key]["note"] for key in published])
    unchanged = notes.filter(text=decision.parameters["text"], paragraph="")
    same = {note.cable_id: note.pk for note in unchanged.select_for_update()}
    kept |= dict.fromkeys(published - same.keys(), "Its note was changed, redacted or deleted.")
    Note.objects.filter(pk__in=same.values()).delete()
    _log_notes(same, "note deleted above the text", reason, by)
    return kept


def _log_notes(keys: Iterable[int], what: str, reason: str, by: User):
    change = {"action": "noted", "what": what, "reason": reason, "by": by}
    Change.objects.bulk_create(Change(cable_id=key, **change) for key in keys)
    State.advance()


# Reading again.


def _reread(decision: BulkDecision, keys: list[int]) -> BatchResult:
    words = WordCount()
    changed = reread_cables(keys, Places(), words)
    if changed:
        words.merge()
        change = {"action": "read again", "reason": decision.reason, "by": decision.by}
        Change.objects.bulk_create(Change(cable_id=key, **change) for key in changed)
        State.advance()
        renew_list_statistics()
    same = dict.fromkeys(set(keys) - set(changed), "Today's rules find the same in it.")
    return BatchResult({key: {} for key in changed}, same)


# Leaving matters of the work lists.


def _leave(decision: BulkDecision, keys: list[int]) -> BatchResult:
    left = leave_matters(decision, keys)
    gone = dict.fromkeys(set(keys) - left, "Somebody repaired or left it meanwhile.")
    return BatchResult({key: {} for key in left}, gone)


def _take_back(decision: BulkDecision, rows: Mapping[int, dict]) -> Why:
    kept = rows.keys() - take_back_matters(decision, rows)
    return dict.fromkeys(kept, "Somebody took it back meanwhile.")


# To which cables each kind does not apply, and why.


def _says_so(decision: BulkDecision) -> NotApplicable:
    name, value = fact_of(decision), decision.parameters["value"]
    if name == Correction.Field.CREATED:
        created, precision = value
        same = Q(created=datetime.fromisoformat(created), created_precision=precision)
    else:
        same = Q(**{"origin__name" if name == Correction.Field.ORIGIN else name: value})
    return [(WITHHELD, IS_WITHHELD), (same, "It says so already.")]


def _has_tag(decision: BulkDecision) -> Q:
    return Q(tags__contains=[decision.parameters["tag"]])


_PUBLISHED_ONLY: NotApplicable = [(WITHHELD, IS_WITHHELD)]
BULK_KINDS: dict[str, BulkKind] = {
    Kind.WITHHOLD: BulkKind(
        *("withhold_cable", lambda decision: [(WITHHELD, "It is withheld already.")]),
        *(_withhold, _undo_withholding),
    ),
    Kind.PUBLISH: BulkKind(
        *("withhold_cable", lambda decision: [(~WITHHELD, "It is not withheld.")]),
        *(_publish, _undo_publication),
    ),
    Kind.EMBARGO: BulkKind("withhold_cable", lambda decision: [], _embargo, _undo_embargo),
    Kind.CORRECT: BulkKind("correct_cable", _says_so, _correct, _undo_correction),
    Kind.TAG: BulkKind(
        "correct_cable",
        lambda decision: [*_PUBLISHED_ONLY, (_has_tag(decision), "It has this tag.")],
        *(_retag, _undo_correction),
    ),
    Kind.UNTAG: BulkKind(
        "correct_cable",
        lambda decision: [*_PUBLISHED_ONLY, (~_has_tag(decision), "It does not have this tag.")],
        *(_retag, _undo_correction),
    ),
    Kind.ANNOTATE: BulkKind("add_note", lambda decision: _PUBLISHED_ONLY, _annotate, _undo_note),
    Kind.REREAD: BulkKind("correct_cable", lambda decision: _PUBLISHED_ONLY, _reread, None),
    Kind.LEAVE: BulkKind("add_left", lambda decision: [], _leave, _take_back, tokens=matter_tokens),
}
