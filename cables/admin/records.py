"""What happened: loads, and the rows that they could not apply."""

from django.contrib import admin
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.html import format_html

from ..loader import LoadReport
from ..models import Cable, Load, LoadRow
from ..references import canonical_reference
from .desk import DeskAdmin, Unchangeable

MOST_SHOWN = 20_000  # Characters of a record.


class Recorded(Unchangeable, DeskAdmin):
    """Rows that tell what happened. They are never changed, so they have no history."""

    change_form_template = "admin/cables/record.html"
    sortable_by = []


@admin.register(Load)
class LoadAdmin(Recorded):
    """Runs of the loader, the latest first."""

    list_display = ["started", "file", "collection", "state", "outcome"]
    list_select_related = ["collection"]
    list_filter = ["state"]
    ordering = ["-pk"]
    fields = [
        *("file", "collection", "state", "started", "finished"),
        *("outcome", "not_applied", "sha256"),
    ]

    @admin.display(description="What became of its rows")
    def outcome(self, load):
        return str(LoadReport(**load.counts)) if load.counts else "–"

    @admin.display(description="Rows not applied")
    def not_applied(self, load):
        address = reverse("admin:cables_loadrow_changelist")
        return format_html(
            '<a href="{}?load__id__exact={}">Those that are kept from this load</a>',
            address,
            load.pk,
        )


class LeftFilter(admin.SimpleListFilter):
    """What is still to be repaired."""

    title = "what is left to do"
    parameter_name = "left"

    def lookups(self, request, model_admin):
        return [("1", "Rejected, and no cable of that reference is here")]

    def queryset(self, request, queryset):
        left = Q(outcome=LoadRow.Outcome.REJECTED, cable_here=None)
        return queryset.filter(left) if self.value() else queryset


@admin.register(LoadRow)
class LoadRowAdmin(Recorded):
    """Records that were not applied, with the reason: to be repaired and loaded again."""

    list_display = ["place", "reference", "outcome", "reason", "here"]
    list_filter = ["outcome", LeftFilter]
    search_fields = ["reference"]
    search_help_text = "A reference, in any spelling"
    ordering = ["-pk"]
    fields = ["reference", "outcome", "reason", "source", "position", "load", "here", "record"]

    def get_queryset(self, request):
        cables = Cable.objects.filter(reference=OuterRef("reference")).values("pk")
        rows = super().get_queryset(request).defer("raw")
        return rows.annotate(cable_here=Subquery(cables))

    def get_search_results(self, request, queryset, search_term):
        if search_term:
            queryset = queryset.filter(reference__in=[search_term, *spellings(search_term)])
        return queryset, False

    def get_fields(self, request, obj=None):
        """Not the record of a cable of which readers may not see all."""
        shown = super().get_fields(request, obj)
        if obj is None or request.user.has_perm("cables.see_sealed"):
            return shown
        cable = Cable.objects.known_as(obj.reference)
        hidden = cable and (cable.withheld_reason or cable.redactions.exists())
        return [name for name in shown if name != "record"] if hidden else shown

    @admin.display(description="Row")
    def place(self, row):
        return f"{row.source}:{row.position}"

    @admin.display(description="Cable of that reference")
    def here(self, row):
        """Where a curator sees that what was rejected came in after all."""
        if row.cable_here is None:
            return "not here"
        address = reverse("admin:cables_cable_change", args=[row.cable_here])
        return format_html('<a href="{}">is here</a>', address)

    def view_on_site(self, row):
        return reverse("cable", args=[row.reference]) if row.cable_here else None

    @admin.display(description="As it came in")
    def record(self, row):
        return format_html('<pre class="wire" tabindex="0">{}</pre>', row.raw[:MOST_SHOWN])


def spellings(text):
    """Return what a search may mean: the canonical reference, or nothing."""
    try:
        return [canonical_reference(text, any_year=True)]
    except ValueError:
        return []
