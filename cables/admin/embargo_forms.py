"""What is decided on cables under embargo: released by hand, another time, withdrawn."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ..curation.cable_decisions import StaleError
from ..loader import release
from ..models import Change, LoadRow
from .decision_base import ReasonForm
from .optimistic_lock import digest, lock

Outcome = LoadRow.Outcome


class TimeForm(ReasonForm):
    """Until when, and why."""

    due = forms.DateTimeField(
        label="Under embargo until (UTC)",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    field_order = ["due", "reason", "stamp"]

    def clean_due(self):
        if self.cleaned_data["due"] <= timezone.now():
            raise forms.ValidationError("This time has passed. Write a later one, or release them.")
        return self.cleaned_data["due"]


def publish(rows: QuerySet, given: dict, by) -> int:
    """Release rows now, all or none."""
    total = 0
    keys = list(rows.values_list("pk", flat=True))
    while done := release(LoadRow.objects.filter(pk__in=keys), reason=given["reason"], by=by):
        total += done
    return total


def move(rows: QuerySet, given: dict, by) -> int:
    """Let rows wait until another time; those that were withdrawn wait again."""
    said = f"Until {given['due']:%Y-%m-%d %H:%M} UTC. {given['reason']}"
    return _change(rows, "embargoed", said, by, outcome=Outcome.WAITING, due=given["due"])


def withdraw(rows: QuerySet, given: dict, by) -> int:
    """Let rows wait until a curator decides anew."""
    return _change(rows, "withdrawn", given["reason"], by, outcome=Outcome.WITHDRAWN, due=None)


def _change(rows: QuerySet, action: str, reason: str, by, **values) -> int:
    locked = list(rows.select_for_update(of=["self"]).only("pk", "reference"))
    LoadRow.objects.filter(pk__in=[row.pk for row in locked]).update(reason=reason, **values)
    Change.objects.bulk_create(
        Change(what=f"embargoed {row.reference}", action=action, reason=reason, by=by)
        for row in locked
    )
    return len(locked)


@dataclass(frozen=True, slots=True)
class Embargo:
    """A decision on cables under embargo, in the words of its page."""

    name: str
    title: str
    button: str
    explanation: str
    done: str
    form: type[forms.Form]
    apply: Callable[[QuerySet, dict, object], int]
    outcomes: tuple[str, ...] = LoadRow.EMBARGOED

    def choose(self, rows: QuerySet) -> QuerySet:
        return rows.filter(outcome__in=self.outcomes)

    @transaction.atomic
    def carry_out(self, rows: QuerySet, given: dict, by) -> int:
        """Apply it to all of the rows or to none; return how many they were.

        Raises StaleError if one of them changed since the page with that stamp was opened.
        """
        lock(rows)
        if given["stamp"] != stamp_of(rows):
            raise StaleError("Somebody decided on one of these cables meanwhile.")
        return self.apply(rows, given, by)

    def report(self, count: int) -> str:
        return f"1 cable is {self.done}." if count == 1 else f"{count:,} cables are {self.done}."


def stamp_of(rows: QuerySet) -> str:
    """Return what a decision on any of these rows makes another: forms carry it."""
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
            publish,
        ),
        Embargo(
            "move",
            "Set another time",
            "Set the time",
            "Until then readers are told what they are told of a reference that is not here.",
            "under embargo until then",
            TimeForm,
            move,
        ),
        Embargo(
            "withdraw",
            "Withdraw from release",
            "Withdraw",
            "No time releases them any more; a curator may set one again, or release them.",
            "withdrawn",
            ReasonForm,
            withdraw,
            (Outcome.WAITING,),
        ),
    )
}
