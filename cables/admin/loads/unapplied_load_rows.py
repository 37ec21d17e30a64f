"""Rows of loads that were not applied: rejected, held or under embargo; decisions on them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from ...curation.redactions_and_corrections import StaleError
from ...decisions.forms import ReasonForm, StampedForm, digest, lock
from ...decisions.kinds import Approval, DecisionKind, DecisionSubject, about_many, list_of
from ...decisions.sealed_words import EMBARGOED, without_sealed_words
from ...decisions.withhold import TimeForm
from ...loader import release
from ...models import Change, LoadRow
from ...models.held_references import HeldAs
from ...telegram.references import canonical_reference, spellings_of
from ..base import DeskAdmin, Unchangeable
from ..decision_pages import DecisionPages
from . import held_record_forms
from .embargo_calendar import EmbargoCalendar
from .load_previews import DELETED, may_apply, may_see_all, rows_for, without_quotes

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
        reason=told or reason, **values
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
    def may_see_effects(cls, user, proposal, keys) -> bool:
        may_view = user.has_perm("cables.view_loadrow")
        return may_view and super().may_see_effects(user, proposal, keys)


def rows_in_query(query: QueryDict) -> QuerySet[LoadRow]:
    """Return the rows that a query string names, by their keys or by their load, or Http404."""
    keys = {name: query.getlist(name) for name in ("row", "load")}
    if not all(key.isdecimal() and len(key) < 19 for each in keys.values() for key in each):
        raise Http404
    return LoadRow.objects.filter(Q(pk__in=keys["row"]) | Q(load__in=keys["load"]))


MOST_SHOWN = 20_000  # Characters of a record that its page shows.


class Recorded(Unchangeable, DeskAdmin):
    """Rows that record events. They are never changed, so they have no history."""

    change_form_template = "admin/cables/record.html"
    sortable_by = ()


class LeftFilter(admin.SimpleListFilter):
    """Rejected rows that still have to be repaired."""

    title = "what is left to do"
    parameter_name = "left"

    def lookups(self, request, model_admin):
        return [("1", "Rejected, and no cable of that reference is here")]

    def queryset(self, request, queryset):
        to_repair = Q(outcome=LoadRow.Outcome.REJECTED, cable_here=None)
        return queryset.filter(to_repair) if self.value() else queryset


@admin.register(LoadRow)
class LoadRowAdmin(Recorded, DecisionPages, EmbargoCalendar):
    """Records that were not applied, with the reason."""

    decisions = (
        DecideOnRows,
        held_record_forms.ApplyHeld,
        held_record_forms.PublishHeld,
        held_record_forms.LeaveHeld,
    )
    list_display = ["place", "reference", "outcome", "due", "reason", "here"]
    list_filter = ["outcome", LeftFilter]
    linked_lookups = ["load__id__exact", "due__gte", "due__lt"]
    search_fields = ["reference"]
    search_help_text = "A reference, in any spelling"
    ordering = ["-pk"]
    fields = [
        *("reference", "outcome", "due", "reason", "source", "position", "load", "here", "record")
    ]
    actions = ["release", "move", "withdraw", "purge"]
    change_form_template = "admin/cables/load/row.html"

    def get_queryset(self, request):
        rows = rows_for(request.user, super().get_queryset(request)).defer("raw")
        return rows.annotate(cable_here=HeldAs("reference"))

    def get_search_results(self, request, queryset, search_term):
        if search_term:
            queryset = queryset.filter(reference__in=[search_term, *spellings(search_term)])
        return queryset, False

    def get_fields(self, request, obj=None):
        """Leave out the record, which may have any text, for who may not see sealed text."""
        fields = super().get_fields(request, obj)
        if obj is None or may_see_all(request.user):
            return fields
        return [name for name in fields if name != "record"]

    def shown_rows(self, request, rows):
        """Return rows, which are not to be saved, with the reasons that this user may know."""
        rows = list(rows)
        for row in rows if not may_see_all(request.user) else ():
            row.reason = without_quotes(row.reason)
        released = [row for row in rows if row.outcome == LoadRow.Outcome.RELEASED]
        without_sealed_words(request.user, released, cables_of=lambda row: [row.cable_here])
        return rows

    def page_context(self, request, row):
        held = row.outcome == LoadRow.Outcome.HELD
        is_open = held and row.raw and may_apply(request.user, row)
        may_publish = is_open and held_record_forms.may_publish(request.user, row)
        may_purge = row.outcome in DELETE_TEXTS.outcomes and DELETE_TEXTS.may_take(request.user)
        return {
            "may_purge": may_purge and row.raw,
            "may_decide": held and held_record_forms.may_decide(request.user),
            "may_apply": is_open,
            **(held_record_forms.offer_of(row) if may_publish else {}),
        }

    def has_release_permission(self, request):
        return EMBARGOES["release"].may_take(request.user)

    def has_purge_permission(self, request):
        return DELETE_TEXTS.may_take(request.user)

    @admin.action(description="Release the selected cables now", permissions=["release"])
    def release(self, request, rows):
        return self.ask(rows, "release")

    @admin.action(description="Set when embargoes end", permissions=["release"])
    def move(self, request, rows):
        return self.ask(rows, "move")

    @admin.action(description="Withdraw the selected cables from release", permissions=["release"])
    def withdraw(self, request, rows):
        return self.ask(rows, "withdraw")

    @admin.action(description="Delete the texts of the selected rows", permissions=["purge"])
    def purge(self, request, rows):
        return self.ask(rows, DELETE_TEXTS.name)

    def ask(self, rows, name):
        """Redirect to the page of a decision on these rows, at most a page of the list."""
        query = urlencode([("row", row) for row in rows.values_list("pk", flat=True)[:100]])
        return redirect(f"{reverse('admin:cables_loadrow_embargo', args=[name])}?{query}")

    @admin.display(description="Row")
    def place(self, row):
        return row.place

    @admin.display(description="Cable of that reference")
    def here(self, row):
        """A link to the cable, if it was loaded from elsewhere after all."""
        if row.cable_here is None:
            return "not here"
        address = reverse("admin:cables_cable_change", args=[row.cable_here])
        return format_html('<a href="{}">is here</a>', address)

    def view_on_site(self, row):
        return reverse("cable", args=[row.reference]) if row.cable_here else None

    @admin.display(description="As it came in")
    def record(self, row):
        return format_html('<pre class="wire" tabindex="0">{}</pre>', row.raw[:MOST_SHOWN])


def spellings(text: str) -> list[str]:
    """Return the spellings of a reference that was typed into a search box; [] if it is none."""
    try:
        return spellings_of(canonical_reference(text, any_year=True))
    except ValueError:
        return []
