"""What the preview of a decision on cables shows: samples before and after, and names."""

from dataclasses import dataclass

from django.db.models import Count

from ..models import BulkDecision, BulkDecisionCable, Cable
from ..publication.public_text import phrases_in
from ..telegram.redact_phrases import scrub
from .batch_kinds import kind_of

Outcome = BulkDecisionCable.Outcome
SAMPLES = 20
NAMED = 20  # References after each reason why a decision is not applicable.


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
    kind = kind_of(decision)
    found = []
    for key in keys:
        before, after = kind.sample(by_key[key])
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
