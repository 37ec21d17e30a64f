"""What happened: loads, the rows that they could not apply, and the log of changes."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from ..loader import LoadReport
from ..models import Change, Load, LoadRow
from ..references import canonical_reference
from .desk import DeskAdmin, Unchangeable

MOST_SHOWN = 20_000  # Characters of a record.


@admin.register(Load)
class LoadAdmin(Unchangeable, DeskAdmin):
    """Runs of the loader, the latest first."""

    list_display = ["started", "file", "collection", "state", "outcome"]
    list_select_related = ["collection"]
    list_filter = ["state"]
    ordering = ["-pk"]
    sortable_by = []
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


@admin.register(LoadRow)
class LoadRowAdmin(Unchangeable, DeskAdmin):
    """Records that were not applied, with the reason: to be repaired and loaded again."""

    list_display = ["place", "reference", "outcome", "reason"]
    list_filter = ["outcome"]
    search_fields = ["reference"]
    search_help_text = "A reference, in any spelling"
    ordering = ["-pk"]
    sortable_by = []
    fields = ["reference", "outcome", "reason", "source", "position", "load", "record"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("raw")

    def get_search_results(self, request, queryset, search_term):
        if search_term:
            queryset = queryset.filter(reference__in=[search_term, *spellings(search_term)])
        return queryset, False

    @admin.display(description="Row")
    def place(self, row):
        return f"{row.source}:{row.position}"

    @admin.display(description="As it came in")
    def record(self, row):
        return format_html("<pre>{}</pre>", row.raw[:MOST_SHOWN])


@admin.register(Change)
class ChangeAdmin(Unchangeable, DeskAdmin):
    """Who changed what, when and why."""

    list_display = ["at", "by", "action", "subject", "reason"]
    list_display_links = ["at"]
    list_select_related = ["by", "cable"]
    search_fields = ["cable__reference"]
    search_help_text = "The reference of a cable, in any spelling"
    sortable_by = []
    fields = ["at", "by", "action", "subject", "reason"]

    def get_queryset(self, request):
        known = ["at", "by__username", "action", "what", "reason", "cable__reference"]
        return super().get_queryset(request).select_related("by", "cable").only(*known)

    def get_search_results(self, request, queryset, search_term):
        if search_term:
            queryset = queryset.filter(cable__reference__in=spellings(search_term))
        return queryset, False

    @admin.display(description="What")
    def subject(self, change):
        return change.cable or change.what


def spellings(text):
    """Return what a search may mean: the canonical reference, or nothing."""
    try:
        return [canonical_reference(text, any_year=True)]
    except ValueError:
        return []
