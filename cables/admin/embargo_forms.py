"""Decisions on rows of loads: on cables under embargo, and to delete the texts of others."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, QueryDict
from django.urls import reverse

from ..curation.redactions_and_corrections import StaleError
from ..decisions.forms import ReasonForm, StampedForm
from ..decisions.kinds import Approval, DecisionKind, DecisionSubject, about_many, list_of
from ..decisions.optimistic_lock import digest, lock
from ..decisions.sealed_words import EMBARGOED
from ..decisions.withhold import TimeForm
from ..loader import release
from ..models import Change, LoadRow
from ..models.change_log import current_decision
from ..models.former_references import HeldAs
from .load_record_access import DELETED

Outcome = LoadRow.Outcome


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


def delete_texts(rows: QuerySet, data: dict[str, Any], by) -> int:
    """Delete the records of rows, and what their reasons quote; a later load stores none anew."""
    reason = data["reason"]
    return _change(rows, "deleted", reason, by, raw="", told=f"{DELETED} {reason}")


def _change(rows: QuerySet, action: str, reason: str, by, *, told: str = "", **values) -> int:
    """Change rows, with `told` or the reason as theirs, and log it; return how many there were."""
    rows = rows.annotate(held_as=HeldAs("reference"))  # The log hides reasons with their cables.
    locked = list(rows.select_for_update(no_key=True, of=["self"]).defer("raw"))
    LoadRow.objects.filter(pk__in=[row.pk for row in locked]).update(
        reason=told or reason, decision=current_decision(), **values
    )
    Change.objects.bulk_create(
        Change(
            cable_id=None if row.is_embargoed else row.held_as,
            what=EMBARGOED + row.reference if row.is_embargoed else f"text of load row {row.pk}",
            action=action,
            reason=reason,
            by=by,
        )
        for row in locked
    )
    return len(locked)


@dataclass(frozen=True, slots=True)
class RowDecision:
    """A decision on rows of loads: the texts of its page, its form, and what it does."""

    name: str
    title: str
    button: str
    explanation: str
    done: str  # What the cables are afterwards: "released".
    form: type[StampedForm]
    apply: Callable[[QuerySet, dict[str, Any], object], int]
    kinds: tuple[str, ...]  # What it is as a decision that may need approval.
    outcomes: tuple[str, ...] = LoadRow.EMBARGOED  # Of the rows that it applies to.
    rights: tuple[str, ...] = ("release_cable",)  # All of them are needed.
    noun: str = "cable"

    def may_take(self, user) -> bool:
        return all(user.has_perm(f"cables.{right}") for right in self.rights)

    def choose(self, rows: QuerySet) -> QuerySet:
        rows = rows.filter(outcome__in=self.outcomes)
        return rows.exclude(raw="")

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
        one = f"1 {self.noun} is {self.done}."
        return one if count == 1 else f"{count:,} {self.noun}s are {self.done}."


def stamp_of_embargoes(rows: QuerySet) -> str:
    """Return an optimistic-lock token of rows; it changes with every decision on one of them."""
    return digest(list(rows.order_by("pk").values_list("pk", "load", "outcome", "due", "reason")))


EMBARGOES = {
    embargo.name: embargo
    for embargo in (
        RowDecision(
            "release",
            "Release now",
            "Release now",
            "Readers then see these cables, released today.",
            "released",
            ReasonForm,
            release_now,
            (Approval.PUBLISH,),
        ),
        RowDecision(
            "move",
            "Set another time",
            "Set the time",
            "Until then readers get the same page as for a reference that is not here.",
            "under embargo until then",
            TimeForm,
            set_time,
            (Approval.PUBLISH, Approval.WITHHOLD),
        ),
        RowDecision(
            "withdraw",
            "Withdraw from release",
            "Withdraw",
            "They are not released until a curator sets a time again or releases them.",
            "withdrawn",
            ReasonForm,
            withdraw,
            (Approval.WITHHOLD,),
            (Outcome.WAITING,),
        ),
    )
}
DELETE_TEXTS = RowDecision(
    "purge",
    "Delete the texts of rows",
    "Delete the texts",
    "The records are deleted here, for everybody; the rows stay, with your reason. The files that "
    "they came from still have them. A held record can then only be left.",
    "without text",
    ReasonForm,
    delete_texts,
    (),
    (Outcome.REJECTED, Outcome.HELD, Outcome.LEFT),
    ("redact_cable", "see_sealed"),
    "row",
)
ROW_DECISIONS = EMBARGOES | {DELETE_TEXTS.name: DELETE_TEXTS}


class DecideOnRows(DecisionKind):
    """One of ROW_DECISIONS, on selected rows or all of a load."""

    pages = {"loadrow_embargo": "embargo/<str:name>/"}
    template = "admin/cables/load/embargo.html"

    def is_allowed(self) -> bool:
        if self.keys["name"] not in ROW_DECISIONS:
            raise Http404
        self.action = ROW_DECISIONS[self.keys["name"]]
        return self.action.may_take(self.user)

    def find(self) -> None:
        self.rows = self.action.choose(rows_in_query(self.query))

    def stamp(self) -> str:
        return stamp_of_embargoes(self.rows)

    def make_form(self, data: QueryDict | None) -> StampedForm:
        return self.action.form(data, initial={"stamp": self.stamp()})

    heading = "{0.action.title}"

    def subject(self) -> DecisionSubject:
        return about_many(self.title, self.action.kinds, self.rows)

    def carry_out(self, data: dict[str, Any]) -> str:
        return self.action.carry_out(self.rows, data, self.user)

    def context(self) -> dict[str, Any]:
        rows = self.rows.defer("raw").order_by("reference")[:500]
        return {"embargo": self.action, "rows": rows, "count": self.rows.count()}

    def next_page(self) -> str:
        """Return the address of the load whose cables were decided on, or of the list."""
        if load := self.query.get("load"):
            return reverse("admin:cables_load_change", args=[load])
        return list_of(LoadRow)

    @classmethod
    def may_judge_effects(cls, user, proposal, keys) -> bool:
        may_view = user.has_perm("cables.view_loadrow")
        return may_view and super().may_judge_effects(user, proposal, keys)


def rows_in_query(query: QueryDict) -> QuerySet[LoadRow]:
    """Return the rows that a query string names, by their keys or by their load, or Http404."""
    keys = {name: query.getlist(name) for name in ("row", "load")}
    if not all(key.isdecimal() and len(key) < 19 for each in keys.values() for key in each):
        raise Http404
    return LoadRow.objects.filter(Q(pk__in=keys["row"]) | Q(load__in=keys["load"]))
