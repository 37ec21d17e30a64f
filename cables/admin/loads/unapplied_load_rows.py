"""Rows of loads that were not applied: rejected, held or under embargo; decisions on them."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from ...curation.cable_search import is_key
from ...curation.redactions_and_corrections import StaleError
from ...decisions.decision_subjects import Approval, DecisionSubject, about_many
from ...decisions.forms import ReasonForm, digest, lock
from ...decisions.kinds import NamedDecision, list_of
from ...decisions.sealed_words import (
    EMBARGOED,
    WITHHELD_WITH_IT,
    sealed_embargoes,
    without_sealed_words,
)
from ...decisions.withhold import TimeForm
from ...loader import release
from ...loader.locks import one_batch
from ...models import Change, Load, LoadRow
from ...models.change_log import current_decision
from ...models.former_references import HeldAs
from ...telegram.references import reference_or_empty, spellings_of
from ...telegram.shorten_text import count_of
from ..decision_pages import Recorded
from ..desk_pages import column
from . import held_record_forms
from .embargo_calendar import EmbargoCalendar
from .load_previews import DELETED, may_apply, may_see_all, rows_for, without_quotes
from .repairs import REPAIRED, RepairRow, page_of_load

Outcome = LoadRow.Outcome


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


class DecideOnRows(NamedDecision):
    """A decision on selected rows of loads, or on all of a load: of cables under embargo."""

    pages = {"loadrow_embargo": "embargo/<str:name>/"}
    template, heading = "load/embargo.html", "{0.label}"
    label: ClassVar[str]
    done: str  # What the cables are afterwards: "released".
    form_class = ReasonForm
    approvals: ClassVar[tuple[str, ...]] = ()
    outcomes: ClassVar[tuple[str, ...]] = LoadRow.EMBARGOED  # Of the rows that it applies to.
    rights: ClassVar[tuple[str, ...]] = ("release_cable",)  # All of them are needed.
    noun: ClassVar[str] = "cable"
    readers_see_reason = False

    @classmethod
    def is_for(cls, user: Any) -> bool:
        return all(user.has_perm(f"cables.{right}") for right in cls.rights)

    def is_allowed(self) -> bool:
        return self.is_for(self.user)

    def find(self) -> None:
        named = rows_in_query(self.query).filter(outcome__in=self.outcomes)
        self.rows = named.exclude(raw="")

    def stamp(self) -> str:
        """Return an optimistic-lock token; it changes with every decision on one of the rows."""
        rows = self.rows.order_by("pk").values_list("pk", "load", "outcome", "due", "reason")
        return digest(list(rows))

    def subject(self) -> DecisionSubject:
        return about_many(self.title, self.approvals, self.rows)

    def about(self) -> set[int]:
        """Return the cables that are here under the references of the records."""
        return {key for _, key in self.rows.values_list("pk", HeldAs("reference")) if key}

    @transaction.atomic
    def carry_out(self, data: dict[str, Any]) -> str:
        """Apply the decision to all rows or to none."""
        one_batch()  # Before the rows, as loads do.
        lock(self.rows)
        if data["stamp"] != self.stamp():
            raise StaleError("Somebody decided on one of these cables meanwhile.")
        count = self.change(data)
        return f"{count_of(count, self.noun)} {'is' if count == 1 else 'are'} {self.done}."

    def change(self, data: dict[str, Any]) -> int:
        raise NotImplementedError

    def context(self) -> dict[str, Any]:
        rows = self.rows.defer("raw").order_by("reference")[:500]
        return {"rows": rows, "count": self.rows.count()}

    def next_page(self) -> str:
        """Return the address of the load whose cables were decided on, or of the list."""
        if load := self.query.get("load"):
            return reverse("admin:cables_load_change", args=[load])
        return list_of(LoadRow)

    @classmethod
    def may_judge_effects(cls, user, proposal, keys) -> bool:
        may_view = user.has_perm("cables.view_loadrow")
        return may_view and super().may_judge_effects(user, proposal, keys)


class Release(DecideOnRows):
    name, label, button, done = "release", "Release now", "Release now", "released"
    action = "Release the selected cables now"
    explanation = "Readers then see these cables, released today."
    approvals = (Approval.PUBLISH,)

    def change(self, data: dict[str, Any]) -> int:
        total = 0
        rows = LoadRow.objects.filter(pk__in=list(self.rows.values_list("pk", flat=True)))
        while done := release(rows, reason=data["reason"], by=self.user):
            total += done
        return total


class SetTime(DecideOnRows):
    """Set when the embargo of rows ends, of withdrawn ones too."""

    name, label, button = "move", "Set another time", "Set the time"
    action = "Set when embargoes end"
    explanation = "Until then readers get the same page as for a reference that is not here."
    form_class, approvals = TimeForm, (Approval.PUBLISH, Approval.WITHHOLD)

    def change(self, data: dict[str, Any]) -> int:
        until = f"{data['due']:%Y-%m-%d %H:%M} UTC"
        self.done, reason = f"under embargo until {until}", f"Until {until}. {data['reason']}"
        values: dict[str, Any] = {"outcome": Outcome.WAITING, "due": data["due"]}
        return _change(self.rows, "embargoed", reason, self.user, **values)


class WithdrawRows(DecideOnRows):
    """Remove the end of the embargo of rows: they wait until a curator decides again."""

    name, label = "withdraw", "Keep under embargo without end"
    button, done = "Keep without end", "under embargo without end"
    action = "Keep the selected cables under embargo without end"
    explanation = "They are not released until a curator sets a time again or releases them."
    approvals, outcomes = (Approval.WITHHOLD,), (Outcome.WAITING,)

    def change(self, data: dict[str, Any]) -> int:
        values: dict[str, Any] = {"outcome": Outcome.WITHDRAWN, "due": None}
        return _change(self.rows, "withdrawn", data["reason"], self.user, **values)


class DeleteTexts(DecideOnRows):
    """Delete the records of rows, and what their reasons quote; a later load stores none anew."""

    name, label, button, done = (
        "purge",
        "Delete the texts of rows",
        "Delete the texts",
        "without text",
    )
    action = "Delete the texts of the selected rows"
    explanation = (
        "The records are deleted here, for everybody; the rows stay, with your reason. The files "
        "that they came from still have them. A held record can then only be left."
    )
    outcomes = (Outcome.REJECTED, Outcome.HELD, Outcome.LEFT)
    rights, noun = ("redact_cable", "see_sealed"), "row"

    def change(self, data: dict[str, Any]) -> int:
        reason = data["reason"]
        return _change(self.rows, "deleted", reason, self.user, raw="", told=f"{DELETED} {reason}")


EMBARGOES = (Release, SetTime, WithdrawRows)


def rows_in_query(query: QueryDict) -> QuerySet[LoadRow]:
    """Return the rows that a query string names, by their keys or by their load, or Http404."""
    keys = {name: query.getlist(name) for name in ("row", "load")}
    if not all(is_key(key) for each in keys.values() for key in each):
        raise Http404
    return LoadRow.objects.filter(Q(pk__in=keys["row"]) | Q(load__in=keys["load"]))


MOST_SHOWN = 20_000  # Characters of a record that its page shows.


class LeftFilter(admin.SimpleListFilter):
    """Rejected rows that still have to be repaired."""

    title = "what is left to do"
    parameter_name = "left"

    def lookups(self, request, model_admin):
        return [("1", "Rejected, and no cable of that reference is here")]

    def queryset(self, request, queryset):
        to_repair = Q(outcome=LoadRow.Outcome.REJECTED, cable_here=None) & ~REPAIRED
        return queryset.filter(to_repair) if self.value() else queryset


@admin.register(LoadRow)
class LoadRowAdmin(Recorded, EmbargoCalendar):
    """Records that were not applied, with the reason."""

    decisions = (
        DecideOnRows,
        held_record_forms.ApplyHeld,
        held_record_forms.PublishHeld,
        held_record_forms.LeaveHeld,
        held_record_forms.TakeBackLeft,
        RepairRow,
    )
    list_display = ["place", "reference", "outcome", "due", "reason", "here", "repaired"]
    list_select_related = ["load", "repaired_by"]
    list_filter = ["outcome", LeftFilter]
    linked_lookups = ["load__id__exact", "due__gte", "due__lt"]
    search_fields = ["reference"]
    search_help_text = "A reference, in any spelling"
    fields = [
        *("reference", "outcome", "due", "reason", "source", "position", "load", "here"),
        *("repaired", "record"),
    ]
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
        embargoes = [row for row in rows if row.outcome in LoadRow.DECIDED]
        sealed = sealed_embargoes(request.user, {row.load_id for row in embargoes})
        for row in embargoes:
            if row.reason and row.reason == sealed.get(row.load_id):
                row.reason = WITHHELD_WITH_IT
        without_sealed_words(request.user, embargoes, cables_of=lambda row: [row.cable_here])
        return rows

    def page_context(self, request, row):
        held = row.outcome == LoadRow.Outcome.HELD
        is_open = held and row.raw and may_apply(request.user, row)
        may_publish = is_open and held_record_forms.may_publish(request.user, row)
        record = held_record_forms.held_record(row) if held else None
        has_cable = record and held_record_forms.cable_of(row, record)
        waiting_load = row.repaired_by and row.repaired_by.state != Load.State.DISCARDED
        may_purge = row.outcome in DeleteTexts.outcomes and DeleteTexts.is_for(request.user)
        return {
            "may_purge": may_purge and row.raw,
            "may_take_back": row.outcome == Outcome.LEFT
            and held_record_forms.may_decide(request.user),
            "may_decide": held and held_record_forms.may_decide(request.user),
            "may_apply": is_open and (has_cable or not record),
            "has_cable": has_cable,
            "may_repair": row.outcome == Outcome.REJECTED
            and row.raw
            and not waiting_load
            and RepairRow.is_open_to(request.user, {"key": row.pk}),
            **(held_record_forms.offer_of(row) if may_publish else {}),
        }

    def get_actions(self, request):
        """Offer the decisions on several rows that this user may make."""
        offered = {
            name: (ask, name, kind.action)
            for name, kind in DecideOnRows.named.items()
            if kind.is_for(request.user)
        }
        return super().get_actions(request) | offered

    place = column("Row", lambda row: row.place)

    @admin.display(description="Cable of that reference")
    def here(self, row):
        """A link to the cable, if it was loaded from elsewhere after all."""
        if row.cable_here is None:
            return "not here"
        address = reverse("admin:cables_cable_change", args=[row.cable_here])
        return format_html('<a href="{}">is here</a>', address)

    @admin.display(description="Repaired by")
    def repaired(self, row):
        """The load that repairs a rejected row, or brought the record of its reference."""
        if not (load := row.repaired_by):
            return "–"
        words = (page_of_load(load), load.pk, load.name, load.get_state_display().lower())
        return format_html('<a href="{}">load {}, {}</a>: {}', *words)

    def view_on_site(self, row):
        return reverse("cable", args=[row.reference]) if row.cable_here else None

    record = column(
        "As it came in",
        lambda row: format_html('<pre class="wire" tabindex="0">{}</pre>', row.raw[:MOST_SHOWN]),
    )


def ask(site: LoadRowAdmin, request, rows):
    """Redirect to the page of the chosen decision on these rows, at most a page of the list."""
    query = urlencode([("row", row) for row in rows.values_list("pk", flat=True)[:100]])
    name = request.POST["action"]
    return redirect(f"{reverse('admin:cables_loadrow_embargo', args=[name])}?{query}")


def spellings(text: str) -> list[str]:
    """Return the spellings of a reference that was typed into a search box; [] if it is none."""
    reference = reference_or_empty(text)
    return spellings_of(reference) if reference else []
