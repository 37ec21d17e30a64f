"""The log of changes: search, export as CSV or JSON Lines, and what readers see of it."""

import csv
import json
from collections.abc import Iterable, Iterator
from itertools import islice

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, StreamingHttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from ..api.serializers import Echo, safe_cell
from ..decisions.sealed_words import QUOTING, as_shown, sealed_from
from ..models import Cable, Change, ChangeKind
from .base import DeskAdmin, FixedRows
from .unapplied_load_rows import Recorded, spellings
from .undo_links import add_undo_links, may_undo

COLUMNS = ("at", "by", "action", "reference", "what", "reason", "approved_by")
FILES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}
ACTIONS = [
    *("added", "changed", "deleted", "withheld", "published", "redacted", "lifted", "corrected"),
    *("restored", "named", "unnamed", "noted", "merged", "parted", "erased", "loaded", "left"),
    *("took back", "aligned", "read again", "released", "compared", "applied", "cancelled"),
    *("uploaded", "moved"),
    *("discarded", "closed", "reopened", "commented", "letter written", "letter sent", "cleared"),
    *("received", "exported", "proposed", "approved", "refused", "withdrawn", "proposed again"),
]
BATCH = 2_000  # Rows of an export that are read together.


class ActionFilter(admin.SimpleListFilter):
    """Filter by action. The choices are fixed, as to query those of a long log is slow."""

    title = parameter_name = "action"

    def lookups(self, request, model_admin):
        return [(action, action) for action in ACTIONS]

    def queryset(self, request, queryset):
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(Change)
class ChangeAdmin(Recorded):
    """Who changed what, when and why. The list can be exported as it is filtered."""

    change_list_template = "admin/cables/change/list.html"
    list_display = ["at", "who", "action", "subject", "reason"]
    list_display_links = ["at"]
    list_select_related = ["by", "approved_by"]
    list_filter = [ActionFilter, ("by", admin.RelatedFieldListFilter), "at"]
    search_fields = ["reference", "what", "by__username"]
    search_help_text = "A reference in any spelling, words of what was changed, or a name"
    quoting = QUOTING
    fields = ["at", "by", "approved_by", "action", "subject", "reason"]
    change_form_template = "admin/cables/record.html"

    def get_list_display(self, request):
        """Add the links that undo, for those who may undo anything."""
        return [*self.list_display, "undo"] if may_undo(request.user) else self.list_display

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by", "approved_by")

    def get_search_results(self, request, queryset, search_term):
        if search_term:
            users = User.objects.filter(username__iexact=search_term)
            hidden = Exists(sealed_from(request.user).filter(cable=OuterRef("cable")))
            words = Q(what__icontains=search_term) & ~hidden
            matches = words | Q(reference__in=spellings(search_term))
            keys = list(users.values_list("pk", flat=True))
            queryset = queryset.filter(matches | Q(by__in=keys) | Q(approved_by__in=keys))
        return queryset, False

    def shown_rows(self, request, rows):
        return as_shown(request.user, add_undo_links(request.user, rows))

    def page_context(self, request, row):
        return {"undo_address": row.undo, "undo_label": "Undo"}

    @admin.display(description="By")
    def who(self, change):
        return who_decided(change)

    @admin.display(description="Undo")
    def undo(self, change):
        return link_to_undo(change)

    @admin.display(description="What")
    def subject(self, change):
        return change.subject

    def view_on_site(self, change):
        """Return the address of the change's cable, None if it was erased."""
        cable = Cable.objects.filter(pk=change.cable_id).first() if change.cable_id else None
        return cable.get_absolute_url() if cable else None

    def get_urls(self):
        export = self.admin_site.admin_view(require_safe(self.export))
        files = [
            path(f"log.{form}", export, {"form": form}, name=f"cables_change_{form}")
            for form in FILES
        ]
        return files + super().get_urls()

    def export(self, request, form):
        """Stream the rows of the list, with its filters, as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            rows = self.get_changelist_instance(request).queryset
            changes = in_batches(request.user, rows.order_by("pk"))
        except IncorrectLookupParameters:
            raise Http404("The list of changes has no such filter.") from None
        lines = csv_lines(changes) if form == "csv" else json_lines(changes)
        response = StreamingHttpResponse(lines, content_type=FILES[form])
        response["Content-Disposition"] = f'attachment; filename="changes.{form}"'
        return response


def who_decided(change: Change) -> str:
    """Return who decided, and who approved it: "anna, approved by ben"."""
    name = str(change.by) if change.by else "–"
    return f"{name}, approved by {change.approved_by}" if change.approved_by else name


def link_to_undo(change: Change) -> str:
    """Return the link that undoes a decision, "" if nobody can, or not this user."""
    if not change.undo:
        return ""
    words = '<a href="{}" class="undo">Undo<span class="visually-hidden"> {}</span></a>'
    return format_html(words, change.undo, change)


def in_batches(user, changes: QuerySet[Change]) -> Iterator[Change]:
    """Yield log entries as this user may see them, read in batches."""
    rows = changes.iterator(BATCH)
    while batch := list(islice(rows, BATCH)):
        yield from as_shown(user, batch)


def columns_of(change: Change) -> dict[str, str]:
    """Return {column: value} of a log entry; the time is in UTC."""
    name = change.by.get_username() if change.by else ""
    values = (change.at.isoformat(), name, change.action, change.reference, change.what)
    approver = change.approved_by.get_username() if change.approved_by else ""
    return dict(zip(COLUMNS, (*values, change.reason, approver), strict=True))


def csv_lines(changes: Iterable[Change]) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield writer.writerow(COLUMNS)
    for change in changes:
        yield writer.writerow([safe_cell(value) for value in columns_of(change).values()])


def json_lines(changes: Iterable[Change]) -> Iterator[str]:
    for change in changes:
        yield json.dumps(columns_of(change), ensure_ascii=False) + "\n"


@admin.register(ChangeKind)
class ChangeKindAdmin(FixedRows, DeskAdmin):
    """Which changes readers see at /changes/, and which details."""

    logged_values = ["is_public", "with_reason", "with_name"]
    list_display = ["label", "is_public", "with_reason", "with_name"]
    list_editable = ["is_public", "with_reason", "with_name"]
    fields = ["label", "is_public", "with_reason", "with_name"]
    readonly_fields = ["label"]
    actions = None

    def view_on_site(self, kind):
        return reverse("changes") if kind.is_public else None
