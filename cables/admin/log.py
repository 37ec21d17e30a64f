"""The log of changes at the desk: searched, taken away as a file, and shown to readers in part."""

import csv
import json
from itertools import islice

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, StreamingHttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from ..api.serializers import Echo, safe_cell
from ..models import Cable, Change, ChangeKind
from ..publication.public_text import phrases_in
from ..telegram.redaction import scrub
from .desk import DeskAdmin
from .load_rows import Recorded, spellings

COLUMNS = ("at", "by", "action", "reference", "what", "reason")
FILES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}
ACTIONS = [
    *("added", "changed", "deleted", "withheld", "published", "redacted", "lifted", "corrected"),
    *("restored", "named", "unnamed", "noted", "merged", "parted", "erased", "loaded", "left"),
    *("took back", "aligned", "read again", "released", "compared", "applied", "cancelled"),
    "discarded",
]
AT_ONCE = 2_000  # Rows of a file that are read together.


class ActionFilter(admin.SimpleListFilter):
    """What was done. The log is long, so it is not asked which actions it has."""

    title = parameter_name = "action"

    def lookups(self, request, model_admin):
        return [(action, action) for action in ACTIONS]

    def queryset(self, request, queryset):
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(Change)
class ChangeAdmin(Recorded):
    """Who changed what, when and why. What the list shows can be taken away as a file."""

    change_list_template = "admin/cables/change/list.html"
    list_display = ["at", "by", "action", "subject", "reason"]
    list_display_links = ["at"]
    list_select_related = ["by"]
    list_filter = [ActionFilter, ("by", admin.RelatedFieldListFilter), "at"]
    search_fields = ["reference", "what", "by__username"]
    search_help_text = "A reference in any spelling, words of what was changed, or a name"
    fields = ["at", "by", "action", "subject", "reason"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by")

    def get_search_results(self, request, queryset, search_term):
        if search_term:
            people = list(User.objects.filter(username__iexact=search_term).values_list("pk"))
            named = Q(what__icontains=search_term) | Q(by__in=[pk for (pk,) in people])
            queryset = queryset.filter(named | Q(reference__in=spellings(search_term)))
        return queryset, False

    def get_changelist_instance(self, request):
        listed = super().get_changelist_instance(request)
        listed.result_list = veiled(request.user, listed.result_list)
        return listed

    def get_object(self, request, object_id, from_field=None):
        found = super().get_object(request, object_id, from_field)
        return veiled(request.user, [found])[0] if found else None

    @admin.display(description="What")
    def subject(self, change):
        return change.subject

    def view_on_site(self, change):
        """Of a cable that is still here; the log keeps the reference of any."""
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
        """The rows of the list, filtered as it is, read while they are sent."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            listed = self.get_changelist_instance(request).queryset
            changes = in_order(request.user, listed.order_by("pk"))
        except IncorrectLookupParameters:
            raise Http404("The list of changes has no such filter.") from None
        lines = as_csv(changes) if form == "csv" else as_json_lines(changes)
        response = StreamingHttpResponse(lines, content_type=FILES[form])
        response["Content-Disposition"] = f'attachment; filename="changes.{form}"'
        return response


def veiled(person, changes) -> list:
    """Return lines of the log without words that were redacted since they were written.

    Who may see what is sealed gets them as they were written.
    """
    changes = list(changes)
    if person.has_perm("cables.see_sealed"):
        return changes
    phrases = phrases_in(change.cable_id for change in changes)
    for change in changes:
        if change.cable_id in phrases:
            change.what = scrub(change.what, phrases[change.cable_id])
            change.reason = scrub(change.reason, phrases[change.cable_id])
    return changes


def in_order(person, changes):
    """Yield lines of a file as this person may see them, read some at a time."""
    for some in batched(changes.iterator(AT_ONCE), AT_ONCE):
        yield from veiled(person, some)


def batched(rows, size):
    """Yield lists of so many rows. The one of itertools came with Python 3.12."""
    rows = iter(rows)
    while some := list(islice(rows, size)):
        yield some


def told(change) -> dict[str, str]:
    """Return a line of the log by column; the time is in UTC."""
    name = change.by.get_username() if change.by else ""
    values = (change.at.isoformat(), name, change.action, change.reference, change.what)
    return dict(zip(COLUMNS, (*values, change.reason), strict=True))


def as_csv(changes):
    writer = csv.writer(Echo())
    yield writer.writerow(COLUMNS)
    for change in changes:
        yield writer.writerow([safe_cell(value) for value in told(change).values()])


def as_json_lines(changes):
    for change in changes:
        yield json.dumps(told(change), ensure_ascii=False) + "\n"


@admin.register(ChangeKind)
class ChangeKindAdmin(DeskAdmin):
    """Which changes readers are told of at /changes/, and how much of each."""

    told = ["is_public", "with_reason", "with_name"]
    list_display = ["label", "is_public", "with_reason", "with_name"]
    list_editable = ["is_public", "with_reason", "with_name"]
    fields = ["label", "is_public", "with_reason", "with_name"]
    readonly_fields = ["label"]
    actions = None

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def view_on_site(self, kind):
        return reverse("changes") if kind.is_public else None
