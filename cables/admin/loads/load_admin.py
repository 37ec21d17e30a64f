"""Loads at the desk: take in, compare, preview, apply, cancel, resume, discard; their order."""

from datetime import timedelta
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from procrastinate.contrib.django import admin as job_admin

from ...api.serializers import csv_response
from ...decisions.forms import digest
from ...decisions.kinds import RowButton
from ...decisions.sealed_words import WITHHELD_WITH_IT, sealed_embargoes
from ...loader import LoadReport
from ...loader.specimen_collections import count_replaced
from ...loader.upload_cleanup import (
    KEPT_DAYS,
    can_take_up,
    discard,
    forget_file,
    is_upload,
    take_up,
)
from ...models import Collection, Load, LoadRow
from ...operations.tasks import (
    KILLED_AFTER,
    MOST_PRIORITY,
    WAITING,
    OrderChangedError,
    apply_load,
    compare_load,
    defer_load,
    is_begun,
    is_worker_running,
    load_before,
    move_load,
    waiting_loads,
)
from ..base import DeskPaginator
from ..cable.decide_on_cables import DecideOnLoad, offered_on
from ..decision_pages import Recorded
from ..desk_pages import column, desk_page
from .column_mappings import ColumnMappingPages, mapping_in_words, may_choose_columns
from .intake import IntakeForm, create_load, log_load, offered_sources
from .load_previews import (
    CHANGE_LABELS,
    KINDS,
    count_kinds,
    counts_for,
    may_see_all,
    preview_records,
    previews_for,
    rows_for,
    stamp_of_load,
)
from .repairs import failed_rows, may_read_rejected, text_of_rows
from .unapplied_load_rows import EMBARGOES


def stamp_of_queue(queue: list[Load]) -> str:
    """Return an optimistic-lock token of the order of waiting loads."""
    return digest([(load.pk, load.state, load.priority) for load in queue])


CHANGED = "The order changed meanwhile. Nothing was moved: look, then move it again."
PLACES = {"first": "moved to the front", "last": "moved to the end"}


State = Load.State
SHOWN = 25  # Records on a page of a preview.
HELP_TEXTS = {"released": "Of records whose source gives no date; empty: readers are told none."}


class OnLoad(RowButton):
    model, rights = Load, ("load_files",)
    action: ClassVar[str]  # In the log.

    def stamp(self) -> str:
        return stamp_of_load(self.row)

    def take(self) -> str | None:
        if not self.done(self.row):
            return None
        log_load(self.row, self.action, self.user)
        return ""

    def done(self, load: Load) -> Any:
        raise NotImplementedError

    def defer(self, load: Load, state: str, job: Any, **values: Any) -> bool:
        """Defer a job of a load to the worker; return False if another request did so before."""
        rows = Load.objects.filter(pk=load.pk, state__in=Load.TO_APPLY, by__isnull=False)
        if not rows.update(state=state, cancel=False, problem="", done=0, last="", **values):
            return False
        defer_load(job, load)
        return True


class ApplyLoad(OnLoad):
    """Apply a load that was compared, or go on with it."""

    pages = {"load_apply": "<int:key>/apply/"}
    states, action = Load.TO_APPLY, "applied"

    @classmethod
    def is_possible(cls, row: Load) -> bool:
        return super().is_possible(row) and row.was_compared

    def done(self, load: Load) -> bool:
        counts: dict[str, Any] = {} if load.finished else {"counts": {}}
        return self.defer(load, State.WAITING, apply_load, **counts)


class CompareLoad(OnLoad):
    """Compare a load again that was not begun."""

    pages = {"load_compare": "<int:key>/compare/"}
    states, action = Load.TO_APPLY, "compared"

    def done(self, load: Load) -> bool:
        return load.finished is None and self.defer(load, State.COMPARING, compare_load)


class CancelLoad(OnLoad):
    """Let a load stop after its batch, or before it began."""

    pages = {"load_cancel": "<int:key>/cancel/"}
    states, action = Load.AT_WORK, "cancelled"

    def done(self, load: Load) -> bool:
        rows = Load.objects.filter(pk=load.pk)
        not_begun = [State.WAITING] if is_begun(load) else [State.WAITING, State.COMPARING]
        values = {"state": State.CANCELLED, "problem": "It was cancelled before it began."}
        if rows.filter(state__in=not_begun).update(**values):
            return True
        return bool(rows.filter(state__in=Load.AT_WORK).update(cancel=True))


class DiscardLoad(OnLoad):
    """Discard a load of the desk."""

    pages = {"load_discard": "<int:key>/discard/"}
    states, action = Load.TO_DISCARD, "discarded"
    is_button, button = False, "Discard the load"
    heading = "Discard {0.row.name}"

    @property
    def explanation(self) -> str:
        begun = "What it stored stays; what it did not store yet is not loaded. "
        kept = (
            f"Its file is kept for {KEPT_DAYS} days: until then the load can be taken up again."
            if is_upload(self.row)
            else "Its file stays in the folder of sources, from which it can be loaded again."
        )
        return (begun if self.row.finished else "Nothing of it was loaded. ") + kept

    def done(self, load: Load) -> bool:
        return load.by_id is not None and discard(load)


class TakeUpLoad(OnLoad):
    """Take up a discarded load again."""

    pages = {"load_take_up": "<int:key>/take_up/"}
    states, action = (State.DISCARDED,), "taken up"

    @classmethod
    def is_possible(cls, row: Load) -> bool:
        return super().is_possible(row) and can_take_up(row)

    def done(self, load: Load) -> bool:
        return take_up(load)


class DeleteFileOfLoad(TakeUpLoad):
    """Delete the uploaded file of a discarded load, which cannot be undone."""

    pages = {"load_forget": "<int:key>/forget/"}
    action, is_button, button = "file deleted", False, "Delete the file"
    heading = "Delete the file of {0.row.name}"
    explanation = "The load cannot be taken up again, and nobody can get the file back."

    def done(self, load: Load) -> bool:
        forget_file(load)
        return True


STEPS = {
    **{"apply": ApplyLoad, "compare": CompareLoad, "cancel": CancelLoad, "discard": DiscardLoad},
    **{"take_up": TakeUpLoad, "forget": DeleteFileOfLoad},
}


@admin.register(Load)
class LoadAdmin(Recorded, ColumnMappingPages):
    """Loads, newest first. Adding one means to upload or choose a file."""

    decisions = (DecideOnLoad, *STEPS.values())
    change_form_template = "admin/cables/load/page.html"
    list_display = ["started", "name_of_file", "collection", "by", "state", "outcome"]
    list_select_related = ["collection", "by"]
    list_filter = ["state"]
    linked_lookups = ["state__in", "by__isnull"]
    fields = [
        *("name_of_file", "collection", "by", "state", "started", "finished", "outcome"),
        *("released", "everything", "due", "embargo_reason", "columns_chosen", "sha256"),
    ]

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Say what an empty day means; the help of the column is of an earlier version."""
        return super().get_form(request, obj, change, help_texts=HELP_TEXTS, **kwargs)

    def get_fields(self, request, obj=None):
        """Leave out the digest of the file for those who could test guesses of its words by it."""
        hidden = () if may_see_all(request.user) else ("sha256",)
        return [name for name in self.fields if name not in hidden]

    def has_load_permission(self, request):
        return request.user.has_perm("cables.load_files")

    def has_add_permission(self, request, obj=None):
        return self.has_load_permission(request)

    def has_view_permission(self, request, obj=None):
        allowed = super().has_view_permission(request, obj)
        return allowed or self.has_load_permission(request)

    name_of_file = column("File", lambda load: load.name if load.by_id else load.file, "file")
    outcome = column("Rows", lambda load: str(LoadReport(**load.counts)) if load.counts else "–")

    def shown_rows(self, request, rows):
        """Return loads, which are not to be saved, with what this user may know of them."""
        sealed = sealed_embargoes(request.user, [load.pk for load in rows])
        for load in rows:
            if load.pk in sealed:
                load.embargo_reason = WITHHELD_WITH_IT
            if load.counts:
                load.counts = counts_for(request.user, load).counts()
        return rows

    columns_chosen = column(
        "How its tables are read",
        lambda load: mapping_in_words(load) if load.mapping else "By their own format",
    )

    @desk_page("queue/", "load_queue", method="GET")
    def queue(self, request):
        """The page of the queue: the running load, and those that wait, the next one first."""
        waiting = waiting_loads()
        running = Load.objects.filter(state=Load.State.RUNNING).select_related("collection", "by")
        context = {
            **{"running": running, "stamp": stamp_of_queue(waiting)},
            "waiting": [(load, is_begun(load)) for load in waiting],
            **{"may_move": request.user.has_perm("cables.load_files"), "most": MOST_PRIORITY},
        }
        title = "Order of waiting loads"
        return self.render_page(request, "load/queue.html", title, **context)

    @desk_page("<int:key>/move/", "load_move", "load_files", method="POST")
    def move(self, request, key):
        """Move a waiting load to the front, to the end, or to a priority."""
        get_object_or_404(Load, pk=key)
        place, stamp = request.POST.get("place", ""), request.POST.get("stamp", "")
        try:
            load = move_load(key, place, lambda queue: stamp_of_queue(queue) == stamp)
        except OrderChangedError:
            messages.warning(request, CHANGED)
        except ValueError as error:
            messages.error(request, str(error))
        else:
            done = PLACES.get(place, "given another priority")
            reason = f"Its priority is {load.priority} now: {done}."
            log_load(load, "moved", request.user, reason)
            messages.success(request, f"Load {load.pk}, {load.name}: {done}.")
        return redirect("admin:cables_load_queue")

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_load_permission(request):
            raise PermissionDenied
        may_embargo = request.user.has_perm("cables.release_cable")
        data = (request.POST, request.FILES) if request.method == "POST" else ()
        too_large = getattr(request, "upload_is_too_large", False)
        form = IntakeForm(*data, too_large=too_large, may_embargo=may_embargo)
        if form.is_bound and form.is_valid():
            load = self.create_load(request, form)
            page = "columns" if form.needs_mapping else "change"
            return redirect(f"admin:cables_load_{page}", load.pk)
        context = {"form": form, "offered": offered_sources()}
        return self.render_page(request, "load/add.html", "Load a file", **context)

    @transaction.atomic
    def create_load(self, request, form: IntakeForm) -> Load:
        data, slug = form.cleaned_data, form.cleaned_data["collection"]
        collection, _ = Collection.objects.get_or_create(slug=slug, defaults={"name": slug})
        load = create_load(
            *(form.path, collection, request.user),
            needs_mapping=form.needs_mapping,
            released=data["released"],
            everything=not data["cables_only"],
            due=data.get("due"),
            embargoed=data.get("embargoed") or [],
            embargo_reason=data.get("reason", ""),
        )
        until = f"Under embargo until {load.due:%Y-%m-%d %H:%M} UTC: " if load.due else ""
        action = "uploaded" if form.needs_mapping else "compared"
        self.write_down(request, action, load, until + load.embargo_reason)
        return load

    def page_context(self, request, row):
        cables = row.cables()[: DeskPaginator.MOST].count()
        return {
            "title": f"Load: {row.label} ({row.get_state_display()})",
            "cables": cables,
            "most": DeskPaginator.MOST,
            "kinds": count_kinds(row, request.user),
            "has_previews": row.previews.exists(),
            "notes": LoadReport(**row.counts).notes,
            "specimens": count_replaced(row) if row.state == Load.State.COMPARED else 0,
            "at_work": row.state in Load.AT_WORK,
            "before": load_before(row),
            "is_waiting": row.state in WAITING,
            "may_choose_columns": may_choose_columns(row),
            "may_load": self.has_load_permission(request) and row.by_id is not None,
            "may_cancel": self.has_load_permission(request),
            "was_begun": row.finished is not None,
            "is_upload": is_upload(row),
            "steps": [name for name, step in STEPS.items() if step.is_possible(row)],
            "stamp": stamp_of_load(row),
            "no_worker": row.state in Load.AT_WORK and row.by_id and not is_worker_running(),
            "is_left": is_left(row),
            "failed": may_read_rejected(request.user, row) and failed_rows(row).count(),
            "embargoed": row.rows.filter(outcome__in=LoadRow.EMBARGOED).count(),
            "embargoes": EMBARGOES,
            "may_release": request.user.has_perm("cables.release_cable"),
            "may_withhold": request.user.has_perm("cables.withhold_cable") and cables,
            "not_applied": rows_for(request.user, row.rows.all()).exists(),
            "decisions": offered_on("load", request.user),
        }

    @desk_page("<int:key>/preview/<str:kind>/", "load_preview")
    def preview(self, request, key, kind):
        """A page of the preview: the kept records of one kind, with their changes."""
        if kind not in KINDS:
            raise Http404
        load = get_object_or_404(Load, pk=key)
        kinds = count_kinds(load, request.user)
        rows = previews_for(request.user, load, kind)
        page = Paginator(rows, SHOWN).get_page(request.GET.get("p"))
        records = preview_records(load, list(page), request.user)
        context = {
            **{"load": load, "kind": kind, "kinds": kinds, "page": page},
            "count": next((count for each, _, count in kinds if each == kind), 0),
            "records": [each for each in records if not each.is_same],
            "same": [each for each in records if each.is_same],
        } | CHANGE_LABELS
        return self.render_page(request, "load/preview.html", KINDS[kind], **context)

    @desk_page("<int:key>/failed.<str:form>", "load_failed", method="GET")
    def failed(self, request, key, form):
        """Return the rejected rows of a load: to be edited and loaded (rows), or why (csv)."""
        load = get_object_or_404(Load, pk=key)
        if not may_read_rejected(request.user, load):
            raise PermissionDenied
        rows = failed_rows(load)
        if form == "csv":
            columns = ("place", "reference", "reason", "row")
            found = ((row.place, row.reference, row.reason, row.raw) for row in rows)
            return csv_response(columns, found, f"failed-{key}")
        try:
            text = "".join(text_of_rows(load, rows))
        except (ValueError, OSError):
            raise Http404("Its file is gone.") from None
        response = HttpResponse(text, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="rows-{key}.csv"'
        return response

    def write_down(self, request, action, obj, reason=""):
        """Add an entry to the log, with the number of the load and the name of its file."""
        log_load(obj, action, request.user, reason)


def is_left(load: Load) -> bool:
    """Return whether no worker has taken a load that waits for none: none reads its file."""
    late = timezone.now() - timedelta(seconds=2 * KILLED_AFTER)
    is_late = load.state in WAITING and load.queued is not None and load.queued < late
    return is_late and not is_begun(load) and load_before(load) is None


# Curators control a job from the page of its load.
admin.site.unregister(job_admin.models.ProcrastinateJob)
