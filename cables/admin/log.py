"""The log of changes: search, export, what readers see of it, what can be undone and where.

An entry and what its decision made have the number of the decision. The page that undoes it asks
again.
"""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.http import Http404, StreamingHttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from ..api.serializers import Echo, safe_cell
from ..curation.person_rulings import ACTIONS as RULINGS
from ..curation.sealed_text_search import Sight, sight_of
from ..decisions.batch_kinds import BatchKind
from ..decisions.sealed_words import QUOTING, as_shown, sealed_from
from ..models import (
    BulkDecision,
    BulkDecisionCable,
    Cable,
    Change,
    ChangeKind,
    Correction,
    FormerReference,
    Left,
    Merge,
    PersonRuling,
    Redaction,
    RedactionMatch,
    RedactionSearch,
    RuleSwitch,
    TextVersion,
    VolumeWithholding,
)
from ..models.change_log import ACTION_LABELS, DecidedRow
from ..publication.redact_in_place import place_label
from .base import DeskAdmin, FixedRows
from .decision_pages import Recorded
from .desk_pages import column
from .loads.unapplied_load_rows import spellings
from .log_links import HistoryFilter, pages_about
from .text_versions import address_of
from .work_lists.issues import switch_address, title_of, without_hidden_names

Addresses = Iterator[tuple[Change, str]]
UNDONE_WHILE = (RedactionSearch.State.REDACTED, RedactionSearch.State.STOPPED)


def add_undo_links(user: User, changes: Iterable[Change]) -> list[Change]:
    """Set `undo` of log entries: the address that undoes it; "" if there is none for this user.

    Call it before words are removed from the reasons. One query for each kind of decision.
    """
    changes = list(changes)
    for change in changes:
        change.undo = ""
    for action, right, find in _finders():
        decided = [each for each in changes if each.action == action]
        if decided and action in ("corrected", "named"):
            unseen = _not_correctable(user, decided)
            decided = [each for each in decided if each.cable_id not in unseen]
        if decided and user.has_perm(f"cables.{right}"):
            for change, address in find(decided):
                change.undo = address
    return changes


def _not_correctable(user: User, changes: list[Change]) -> set[int]:
    """Return the cables of some entries that a user may not correct (`may_see_text`)."""
    if sight_of(user) != Sight.PUBLIC:
        return set()
    cables = Cable.objects.filter(pk__in={each.cable_id for each in changes if each.cable_id})
    return set(cables.exclude(withheld_reason="").values_list("pk", flat=True))


def may_undo(user: User) -> bool:
    return any(user.has_perm(f"cables.{right}") for _, right, _ in _finders())


@dataclass(frozen=True, slots=True)
class MadeRows:
    """Finds the rows of a model that decisions made, and the page that undoes each.

    `words` is what the entry says of a row: its fields `what` and `reason`, None if any.
    """

    model: type[DecidedRow]
    page: str
    words: Callable[[Any], tuple[str | None, str | None]] = lambda row: (None, None)

    def __call__(self, changes: list[Change]) -> Addresses:
        decisions = [change.decision_id for change in changes if change.decision_id]
        rows = self.model._default_manager.filter(decision__in=decisions).order_by("pk")
        made: dict[tuple[int | None, int | None], list[Any]] = {}
        for row in rows if decisions else ():
            made.setdefault((row.decision_id, getattr(row, "cable_id", None)), []).append(row)
        for change in changes:
            for row in made.get((change.decision_id, change.cable_id), ()):
                what, reason = self.words(row)
                if what in (None, change.what) and reason in (None, change.reason):
                    yield change, self.address(row)

    def address(self, row: Any) -> str:
        if isinstance(row, RuleSwitch):  # Undoing it is switching it again.
            return switch_address(row.collection, row.rule, "off" if row.is_on else "on")
        return reverse(f"admin:cables_{self.page}", args=[row.pk])


def _withheld(changes: list[Change]) -> Addresses:
    """Only the last entry that withheld a cable, as long as it is withheld."""
    keys = {change.cable_id for change in changes if change.cable_id}
    if not keys:
        return
    withheld = Cable.objects.filter(pk__in=keys).exclude(withheld_reason="")
    last = withheld.annotate(last=Max("changes__pk", filter=Q(changes__action="withheld")))
    references = dict(last.values_list("last", "reference"))
    for change in changes:
        if reference := references.get(change.pk):
            query = urlencode({"cable": reference})
            yield change, f"{reverse('admin:cables_cable_publish')}?{query}"


def _archive_redactions(changes: list[Change]) -> Addresses:
    redacted = RedactionMatch.objects.filter(search=OuterRef("pk"), redaction__isnull=False)
    decisions = {change.decision_id for change in changes}
    rows = RedactionSearch.objects.filter(decision__in=decisions, state__in=UNDONE_WHILE)
    keys = dict(rows.filter(Exists(redacted)).values_list("decision", "pk"))
    for change in changes:
        if key := keys.get(change.decision_id or 0):
            yield change, reverse("admin:cables_redactionsearch_undo", args=[key])


def _on_many(right: str) -> Callable[[list[Change]], Addresses]:
    """Return what finds decisions on many cables of the kinds that need this right."""

    def find(changes: list[Change]) -> Addresses:
        kinds = [each.name for each in BatchKind.all() if each.right == right and each.has_undo]
        done = BulkDecisionCable.objects.filter(decision=OuterRef("pk"), outcome="done")
        rows = BulkDecision.objects.filter(Exists(done), kind__in=kinds)
        ended = rows.filter(state__in=BulkDecision.ENDED)
        decisions = [change.decision_id for change in changes if change.decision_id]
        keys = set(ended.filter(pk__in=decisions).values_list("pk", flat=True))
        for change in changes:
            if change.decision_id in keys:
                yield change, reverse("admin:cables_bulkdecision_undo", args=[change.decision_id])

    return find


def _left(changes: list[Change]) -> Addresses:
    """The list of what was left, with those of the entry; a decision can have left 250,000."""
    ticked = Left.objects.filter(decision=None, reason__in={each.reason for each in changes})
    labels: dict[tuple[Any, ...], str] = {}
    for row in ticked.filter(by__in={each.by_id for each in changes if each.by_id}):
        title = title_of(row.kind)
        labels[row.by_id, row.reason, title, row.key] = row.label
        labels[row.by_id, row.reason, f"{title}: {row.label}"[:250], ""] = row.label
    for change in changes:
        entry = change.by_id, change.reason, change.what
        if label := labels.get((*entry, change.reference)) or labels.get((*entry, "")):
            yield change, f"{reverse('admin:cables_left_changelist')}?{urlencode({'q': label})}"


def _words_of_redaction(row: Redaction) -> tuple[None, str]:
    return None, f"{place_label(row.place)}: {row.reason}"


def _words_of_part(row: VolumeWithholding) -> tuple[str, None]:
    return f"volume {row}"[:250], None


def _deleted_texts(changes: list[Change]) -> Addresses:
    """The last version of a text that was deleted, by what the log calls it."""
    labels = [change.what for change in changes]
    rows = TextVersion.objects.filter(is_deleted=True, label__in=labels).order_by("pk")
    kept = {row.label: row for row in rows.defer("values")}
    for change in changes:
        if version := kept.get(change.what):
            yield change, address_of(version)


_switches = MadeRows(RuleSwitch, "left_switch")
# Action of the log, the right that undoes it, and what finds the addresses.
FINDERS: tuple[tuple[str, str, Callable[[list[Change]], Addresses]], ...] = (
    ("withheld", "withhold_cable", _withheld),
    (
        *("withheld", "withhold_cable"),
        MadeRows(VolumeWithholding, "volumewithholding_publish", _words_of_part),
    ),
    ("redacted", "redact_cable", MadeRows(Redaction, "redaction_lift", _words_of_redaction)),
    ("decided", "redact_cable", _archive_redactions),
    ("corrected", "correct_cable", MadeRows(Correction, "correction_undo")),
    ("named", "correct_cable", MadeRows(FormerReference, "correction_forget")),
    ("merged", "merge_places", MadeRows(Merge, "merge_undo")),
    *(
        (action, "merge_places", MadeRows(PersonRuling, "personruling_undo"))
        for action in RULINGS.values()
    ),
    ("left", "delete_left", _left),
    ("deleted", "change_article", _deleted_texts),
    ("switched off", "switch_rule", _switches),
    ("switched on", "switch_rule", _switches),
)


def _finders() -> Iterator[tuple[str, str, Callable[[list[Change]], Addresses]]]:
    """Yield action of the log, the right that undoes it, and what finds the addresses."""
    yield from FINDERS
    for right in sorted({each.right for each in BatchKind.all()}):
        yield "decided", right, _on_many(right)


COLUMNS = ("at", "by", "action", "reference", "what", "reason", "approved_by")
FILES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}
# Each action that the log has, by one probe of the index for each.
ACTIONS = """
WITH RECURSIVE known AS (
    SELECT min(action) AS action FROM cables_change
    UNION ALL
    SELECT (SELECT min(action) FROM cables_change WHERE action > known.action)
    FROM known WHERE known.action IS NOT NULL
) SELECT action FROM known WHERE action IS NOT NULL
"""
# Parameters of a list that shows each entry: what they find may be one of many of a decision.
SHOW_EACH = {"of", "q", "decision__id__exact", "at__lt"}
BATCH = 2_000  # Rows of an export that are read together.


class ActionFilter(admin.SimpleListFilter):
    """Filter by one of the actions that the log has."""

    title = parameter_name = "action"

    def lookups(self, request, model_admin):
        with connection.cursor() as cursor:
            cursor.execute(ACTIONS)
            return [(action, ACTION_LABELS.get(action, action)) for (action,) in cursor]

    def queryset(self, request, queryset):
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(Change)
class ChangeAdmin(Recorded):
    """Who changed what, when and why. The list can be exported as it is filtered.

    Entries that one decision made with one action are one line of the list, which opens.
    """

    change_list_template = "admin/cables/change/list.html"
    list_display = ["at", "who", "did", "subject", "reason"]
    list_display_links = ["at"]
    list_select_related = ["by", "approved_by"]
    list_filter = [HistoryFilter, ActionFilter, ("by", admin.RelatedFieldListFilter), "at"]
    search_fields = ["reference", "what", "by__username"]
    search_help_text = "A reference in any spelling, words of what was changed or why, or a name"
    quoting = QUOTING
    linked_lookups = ("decision__id__exact",)
    fields = ["at", "by", "approved_by", "did", "subject", "reason"]

    did = column("Action", lambda change: change.action_label)

    def get_list_display(self, request):
        """Add the links that undo, for those who may undo anything."""
        return [*self.list_display, "undo"] if may_undo(request.user) else self.list_display

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related("by", "approved_by")
        rows = without_hidden_names(request.user, rows)
        if self.is_folded(request):
            decided = without_hidden_names(
                request.user, Change.objects.exclude(decision=None).order_by()
            )
            last = decided.values("decision", "action").annotate(last=Max("pk")).values("last")
            # Not NOT EXISTS of a later one: that is asked of each entry of a decision on very many.
            rows = rows.filter(Q(decision=None) | Q(pk__in=last))
        return rows

    def is_folded(self, request) -> bool:
        """Return whether a request is for the list with one line for each decision."""
        is_list = request.resolver_match.url_name == "cables_change_changelist"
        return is_list and SHOW_EACH.isdisjoint(request.GET)

    def get_search_results(self, request, queryset, search_term):
        if search_term:
            users = User.objects.filter(username__iexact=search_term)
            hidden = Exists(sealed_from(request.user).filter(cable=OuterRef("cable")))
            words = Q(what__icontains=search_term) & ~hidden
            # Reasons of decisions on many, and of records, may quote what only some may see.
            is_here = Exists(Cable.objects.filter(pk=OuterRef("cable")))
            reasons = Q(is_here, ~hidden, reason__icontains=search_term)
            if sight_of(request.user) != Sight.SEALED:
                same = Change.objects.filter(decision=OuterRef("decision"))
                reasons &= Q(~Exists(same.exclude(cable=OuterRef("cable"))))
            matches = words | reasons | Q(reference__in=spellings(search_term))
            keys = list(users.values_list("pk", flat=True))
            queryset = queryset.filter(matches | Q(by__in=keys) | Q(approved_by__in=keys))
        return queryset, False

    def shown_rows(self, request, rows):
        rows = as_shown(request.user, add_undo_links(request.user, rows))
        pages = pages_about(request.user, rows)
        for row in rows:
            row.page = pages.get(row.pk, "")
        if self.is_folded(request):
            decisions = {row.decision_id for row in rows if row.decision_id}
            entries = Change.objects.filter(decision__in=decisions).order_by()
            entries = without_hidden_names(request.user, entries)
            pairs = entries.values_list("decision", "action").annotate(entries=Count("pk"))
            counts = {(decision, action): count for decision, action, count in pairs}
            for row in rows:
                row.others = counts.get((row.decision_id, row.action), 1) - 1
        return rows

    def page_context(self, request, row):
        return {"undo_address": row.undo, "undo_label": "Undo"}

    who = column("By", lambda change: who_decided(change))
    undo = column("Undo", lambda change: link_to_undo(change))
    subject = column("What", lambda change: subject_and_others(change))

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
        json_lines = (json.dumps(each, ensure_ascii=False) + "\n" for each in changes)
        lines = csv_lines(changes) if form == "csv" else json_lines
        response = StreamingHttpResponse(lines, content_type=FILES[form])
        response["Content-Disposition"] = f'attachment; filename="changes.{form}"'
        return response


def who_decided(change: Change) -> str:
    """Return who decided, and who approved it: "anna, approved by ben"."""
    name = str(change.by) if change.by else "–"
    return f"{name}, approved by {change.approved_by}" if change.approved_by else name


def subject_and_others(change: Change) -> str:
    """Return what was changed, with links to its page and other entries of the decision, if any."""
    subject = change.subject
    if page := getattr(change, "page", ""):
        subject = format_html('<a href="{}">{}</a>', page, subject)
    if not (others := getattr(change, "others", 0)):
        return subject
    query = urlencode({"decision__id__exact": change.decision_id, "action": change.action})
    return format_html('{} <a href="?{}">and {} more</a>', subject, query, f"{others:,}")


def link_to_undo(change: Change) -> str:
    """Return the link that undoes a decision, "" if nobody can, or not this user."""
    if not change.undo:
        return ""
    words = '<a href="{}" class="undo">Undo<span class="visually-hidden"> {}</span></a>'
    return format_html(words, change.undo, change)


def in_batches(user, changes: QuerySet[Change]) -> Iterator[dict[str, str]]:
    """Yield the columns of log entries as this user may see them, read in batches."""
    rows = changes.iterator(BATCH)
    while batch := list(islice(rows, BATCH)):
        yield from map(columns_of, as_shown(user, batch))


def columns_of(change: Change) -> dict[str, str]:
    """Return {column: value} of a log entry; the time is in UTC."""
    name = change.by.get_username() if change.by else ""
    values = (change.at.isoformat(), name, change.action, change.reference, change.what)
    approver = change.approved_by.get_username() if change.approved_by else ""
    return dict(zip(COLUMNS, (*values, change.reason, approver), strict=True))


def csv_lines(changes: Iterable[dict[str, str]]) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield writer.writerow(COLUMNS)
    for change in changes:
        yield writer.writerow([safe_cell(value) for value in change.values()])


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
