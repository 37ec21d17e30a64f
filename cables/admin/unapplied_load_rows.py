"""Rows of loads that were not applied: rejected, held or under embargo."""

from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Q
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from ..decisions.sealed_words import without_sealed_words
from ..models import LoadRow
from ..models.former_references import HeldAs
from ..telegram.references import canonical_reference, spellings_of
from . import held_record_forms
from .base import DeskAdmin, Unchangeable
from .decision_pages import DecisionPages
from .embargo_calendar import EmbargoCalendar
from .embargo_forms import DELETE_TEXTS, EMBARGOES, DecideOnRows
from .load_record_access import may_apply, may_see_all, rows_for, without_quotes

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
        decided = [*LoadRow.EMBARGOED, LoadRow.Outcome.RELEASED]
        embargoes = [row for row in rows if row.outcome in decided]
        without_sealed_words(request.user, embargoes, cables_of=lambda row: [row.cable_here])
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
