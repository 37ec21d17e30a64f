"""Withhold all cables of a load and publish them again: a form and an operation for each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db import transaction
from django.db.models import Count, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import MD5, Cast, JSONArray

from ..curation.redactions_and_corrections import StaleError
from ..models import Cable, Change, withhold_all
from ..models.querysets import CableQuerySet
from ..publication.publish_withheld import publish_all
from .decision_base import PublicReasonForm, StampedForm
from .reason_fields import reason_field


class PublishForm(StampedForm):
    """The reason for publishing cables again."""

    reason = reason_field(required=False, help_text="Optional.")


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision on all cables of a load: the texts of its page, its form, and what it does."""

    name: str
    title: str
    button: str
    explanation: str
    done: str  # What the cables are afterwards: "withheld".
    form: type[StampedForm]
    applicable: Q  # Cables that the decision applies to.
    apply: Callable[[CableQuerySet, str, Any], int]  # (cables, reason, user) -> their number.

    def choose(self, cables: CableQuerySet) -> CableQuerySet:
        return cables.filter(self.applicable)

    @transaction.atomic
    def carry_out(self, cables: CableQuerySet, by, reason: str, stamp: str) -> str:
        """Apply the decision to all cables or to none; return the message for the curator.

        Raises StaleError if a cable changed since the page with this stamp was opened.
        """
        rows = cables.select_for_update(no_key=True, of=["self"])
        list(rows.order_by("reference").values_list("pk"))
        check_stamp(cables, stamp)
        return self.report(self.apply(cables, reason, by))

    def report(self, count: int) -> str:
        return f"1 cable is {self.done}." if count == 1 else f"{count} cables are {self.done}."


def stamp_of_cables(cables: CableQuerySet) -> str:
    """Return an optimistic-lock token of cables; it changes with every change of one of them.

    The database computes it, as these may be all cables of the archive.
    """
    last = Change.objects.filter(cable=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    rows = Cable.objects.filter(pk__in=cables.values("pk")).annotate(last=Subquery(last))
    state = Cast(JSONArray("pk", "version", "last", "withheld_reason"), TextField())
    states = StringAgg(state, Value(" "), ordering="pk")
    result = rows.order_by().aggregate(count=Count("pk"), digest=MD5(states))
    return f"{result['count']}.{result['digest']}"


def check_stamp(cables: CableQuerySet, stamp: str):
    """Raise StaleError if a cable changed since the page with this stamp was opened."""
    if stamp != stamp_of_cables(cables):
        raise StaleError("Somebody changed one of these cables meanwhile.")


DECISIONS = {
    decision.name: decision
    for decision in (
        Decision(
            "withhold",
            "Withhold from readers",
            "Withhold",
            "Their addresses then show only the reference and the reason, and no list has them.",
            "withheld",
            PublicReasonForm,
            Q(withheld_reason=""),
            withhold_all,
        ),
        Decision(
            "publish",
            "Publish again",
            "Publish again",
            "Readers then see them as before, in every list and at every address that they had.",
            "published again",
            PublishForm,
            ~Q(withheld_reason=""),
            publish_all,
        ),
    )
}
