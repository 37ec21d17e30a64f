"""What the preview of a decision on many cables shows: counts, and samples before and after."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from ..curation.bulk_decision_kinds import fact_of
from ..curation.bulk_decisions import Outcome
from ..curation.reread_texts import reread_differences
from ..models import BulkDecision, Cable, Correction
from ..publication.public_text import phrases_in
from ..telegram.redact_phrases import scrub

SAMPLES = 20
NAMED = 20  # References after each reason why a decision is not applicable.
Kind = BulkDecision.Kind
# Columns of a cable that samples show by their values; of others only the name.
SHOWN = ("subject", "classification", "tags", "cites", "captions", "marks")


@dataclass(frozen=True, slots=True)
class Sample:
    """A cable that a decision would change: what it is now, and what it would be."""

    cable: Cable
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class NamedRows:
    """Cables of a decision with one outcome and the reason for it, the first by reference."""

    why: str
    count: int
    cables: list[Cable]


def samples(decision: BulkDecision) -> list[Sample]:
    """Return the first SAMPLES cables that a decision would change, as it would change them.

    Words that are redacted in a cable are shown to nobody here.
    """
    rows = decision.rows.filter(outcome=Outcome.WAITING).order_by("pk")
    keys = list(rows.values_list("cable", flat=True)[:SAMPLES])
    cables = Cable.objects.filter(pk__in=keys).select_related("origin", "scheduled_publication")
    by_key = {cable.pk: cable for cable in cables}
    phrases = phrases_in(keys)
    change = CHANGES[Kind(decision.kind)]
    found = []
    for key in keys:
        before, after = change(decision, by_key[key])
        redacted = phrases.get(key, ())
        found.append(Sample(by_key[key], scrub(before, redacted), scrub(after, redacted)))
    return found


def named_rows(decision: BulkDecision, *outcomes: str, most: int = NAMED) -> list[NamedRows]:
    """Return the cables with these outcomes, by the reason for it, most first; `most` are named."""
    rows = decision.rows.filter(outcome__in=outcomes).order_by()
    counts = rows.values_list("why").annotate(cables=Count("pk")).order_by("-cables", "why")
    return [NamedRows(why, count, _first(rows.filter(why=why), most)) for why, count in counts]


def _first(rows, most: int) -> list[Cable]:
    cables = Cable.objects.only("reference", "subject")
    keys = list(rows.order_by("pk").values_list("cable", flat=True)[:most])
    found = cables.in_bulk(keys)
    return [found[key] for key in keys]


# Functions of a decision and a cable, which return (what it is now, what it would be).


def _state(cable: Cable) -> str:
    if not cable.withheld_reason:
        return "Published"
    timed = getattr(cable, "scheduled_publication", None)
    until = f" until {timed.due:%Y-%m-%d %H:%M} UTC" if timed else ""
    return f"Withheld{until}: {cable.withheld_reason}"


def _withheld(decision: BulkDecision, cable: Cable) -> tuple[str, str]:
    return _state(cable), "Withheld, with this reason"


def _published(decision: BulkDecision, cable: Cable) -> tuple[str, str]:
    return _state(cable), "Published"


def _timed(decision: BulkDecision, cable: Cable) -> tuple[str, str]:
    return _state(cable), "Withheld until the time below"


def _noted(decision: BulkDecision, cable: Cable) -> tuple[str, str]:
    count = cable.notes.count()
    notes = "1 note" if count == 1 else f"{count} notes"
    return notes, f"{notes} and this one"


def _corrected(decision: BulkDecision, cable: Cable) -> tuple[str, str]:
    name, value = fact_of(decision), decision.parameters["value"]
    if name == Correction.Field.CREATED:
        now = f"{cable.created:%Y-%m-%d %H:%M} ({cable.created_precision})"
        return now, f"{value[0][:16].replace('T', ' ')} ({value[1]})"
    present = cable.origin.name if name == Correction.Field.ORIGIN else getattr(cable, name)
    return _text(present), _text(value)


def _retagged(decision: BulkDecision, cable: Cable) -> tuple[str, str]:
    tag = decision.parameters["tag"]
    others = [each for each in cable.tags if each != tag]
    tags = [*others, tag] if decision.kind == Kind.TAG else others
    return _text(cable.tags), _text(tags)


def _read_again(decision: BulkDecision, cable: Cable) -> tuple[str, str]:
    differences = reread_differences(cable)
    names = {name: name.replace("_", " ") for name in differences}
    before = (
        f"{names[name]}: {_text(old) if name in SHOWN else '…'}"
        for name, (old, _) in differences.items()
    )
    after = (
        f"{names[name]}: {_text(new) if name in SHOWN else 'as read today'}"
        for name, (_, new) in differences.items()
    )
    return "; ".join(before) or "As today's rules read it", "; ".join(after) or "The same"


def _text(value: str | Iterable[Any]) -> str:
    text = value if isinstance(value, str) else ", ".join(map(str, value))
    return text or "–"


CHANGES: dict[Kind, Callable[[BulkDecision, Cable], tuple[str, str]]] = {
    Kind.WITHHOLD: _withheld,
    Kind.PUBLISH: _published,
    Kind.EMBARGO: _timed,
    Kind.CORRECT: _corrected,
    Kind.TAG: _retagged,
    Kind.UNTAG: _retagged,
    Kind.ANNOTATE: _noted,
    Kind.REREAD: _read_again,
}
