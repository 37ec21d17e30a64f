"""Decisions on cables under embargo: release now, set another time, withdraw."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ..curation.redactions_and_corrections import StaleError
from ..loader import release
from ..models import Change, LoadRow, Proposal
from .decision_base import ReasonForm, StampedForm
from .optimistic_lock import digest, lock

Outcome, Kind = LoadRow.Outcome, Proposal.Kind


class TimeForm(ReasonForm):
    """The new end of an embargo, and the reason."""

    due = forms.DateTimeField(
        label="Under embargo until (UTC)",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    field_order = ["due", "reason", "stamp"]

    def clean_due(self):
        if self.cleaned_data["due"] <= timezone.now():
            raise forms.ValidationError("This time has passed. Write a later one, or release them.")
        return self.cleaned_data["due"]


def release_now(rows: QuerySet, data: dict[str, Any], by) -> int:
    """Release rows in batches; return how many cables were released."""
    total = 0
    keys = list(rows.values_list("pk", flat=True))
    while done := release(LoadRow.objects.filter(pk__in=keys), reason=data["reason"], by=by):
        total += done
    return total


def set_time(rows: QuerySet, data: dict[str, Any], by) -> int:
    """Set when the embargo of rows ends, of withdrawn ones too."""
    reason = f"Until {data['due']:%Y-%m-%d %H:%M} UTC. {data['reason']}"
    return _change(rows, "embargoed", reason, by, outcome=Outcome.WAITING, due=data["due"])


def withdraw(rows: QuerySet, data: dict[str, Any], by) -> int:
    """Remove the end of the embargo of rows: they wait until a curator decides again."""
    return _change(rows, "withdrawn", data["reason"], by, outcome=Outcome.WITHDRAWN, due=None)


def _change(rows: QuerySet, action: str, reason: str, by, **values) -> int:
    locked = list(rows.select_for_update(no_key=True, of=["self"]).only("pk", "reference"))
    LoadRow.objects.filter(pk__in=[row.pk for row in locked]).update(reason=reason, **values)
    Change.objects.bulk_create(
        Change(what=f"embargoed {row.reference}", action=action, reason=reason, by=by)
        for row in locked
    )
    return len(locked)


@dataclass(frozen=True, slots=True)
class Embargo:
    """A decision on cables under embargo: the texts of its page, its form, and what it does."""

    name: str
    title: str
    button: str
    explanation: str
    done: str  # What the cables are afterwards: "released".
    form: type[StampedForm]
    apply: Callable[[QuerySet, dict[str, Any], object], int]
    kinds: tuple[str, ...]  # What it is as a decision that may need approval.
    outcomes: tuple[str, ...] = LoadRow.EMBARGOED  # Of the rows that it applies to.

    def choose(self, rows: QuerySet) -> QuerySet:
        return rows.filter(outcome__in=self.outcomes)

    @transaction.atomic
    def carry_out(self, rows: QuerySet, data: dict[str, Any], by) -> str:
        """Apply the decision to all rows or to none; return the message for the curator.

        Raises StaleError if a row changed since the page with the stamp in `data` was opened.
        """
        lock(rows)
        if data["stamp"] != stamp_of_embargoes(rows):
            raise StaleError("Somebody decided on one of these cables meanwhile.")
        return self.report(self.apply(rows, data, by))

    def report(self, count: int) -> str:
        return f"1 cable is {self.done}." if count == 1 else f"{count:,} cables are {self.done}."


def stamp_of_embargoes(rows: QuerySet) -> str:
    """Return an optimistic-lock token of rows; it changes with every decision on one of them."""
    return digest(list(rows.order_by("pk").values_list("pk", "load", "outcome", "due", "reason")))


EMBARGOES = {
    embargo.name: embargo
    for embargo in (
        Embargo(
            "release",
            "Release now",
            "Release now",
            "Readers then see these cables, released today.",
            "released",
            ReasonForm,
            release_now,
            (Kind.PUBLISH,),
        ),
        Embargo(
            "move",
            "Set another time",
            "Set the time",
            "Until then readers get the same page as for a reference that is not here.",
            "under embargo until then",
            TimeForm,
            set_time,
            (Kind.PUBLISH, Kind.WITHHOLD),
        ),
        Embargo(
            "withdraw",
            "Withdraw from release",
            "Withdraw",
            "They are not released until a curator sets a time again or releases them.",
            "withdrawn",
            ReasonForm,
            withdraw,
            (Kind.WITHHOLD,),
            (Outcome.WAITING,),
        ),
    )
}
