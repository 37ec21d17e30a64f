"""Loads at the desk: take in, compare, preview, apply, cancel, resume, discard; their order."""

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from procrastinate.contrib.django import admin as job_admin

from ...decisions.forms import digest
from ...loader import LoadReport, file_digest, size_of, storable
from ...loader.upload_cleanup import discard, is_upload
from ...models import Change, Collection, Load, LoadRow
from ...operations.load_queue import (
    MOST_PRIORITY,
    WAITING,
    OrderChangedError,
    defer_load,
    file_queue,
    move_load,
    waiting_loads,
)
from ...operations.tasks import (
    KILLED_AFTER,
    apply_load,
    compare_load,
    is_begun,
    is_worker_running,
    load_before,
)
from ..base import DeskAdmin, DeskPaginator, Unchangeable
from ..cable.decide_on_cables import DecideOnLoad, offered_on
from ..decision_pages import DecisionPages
from .column_mappings import ColumnMappingPages, mapping_in_words, may_choose_columns
from .intake import IntakeForm, offered_sources
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
from .unapplied_load_rows import EMBARGOES

# Step -> the states in which it is possible, and its action in the log.
STEPS = {
    "apply": (Load.TO_APPLY, "applied"),
    "compare": (Load.TO_APPLY, "compared"),
    "cancel": (Load.AT_WORK, "cancelled"),
    "discard": (Load.TO_DISCARD, "discarded"),
}


def is_possible(step: str, load: Load) -> bool:
    """Return whether the state of a load allows a step. Only compared loads can be applied."""
    return load.state in STEPS[step][0] and (step != "apply" or load.was_compared)


def stamp_of_queue(queue: list[Load]) -> str:
    """Return an optimistic-lock token of the order of waiting loads."""
    return digest([(load.pk, load.state, load.priority) for load in queue])


CHANGED = "The order changed meanwhile. Nothing was moved: look, then move it again."
PLACES = {"first": "moved to the front", "last": "moved to the end"}


class LoadQueuePages(DeskAdmin):
    """Base of the admin of loads: the queue."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("queue/", wrap(require_safe(self.queue)), name="cables_load_queue"),
            path("<int:key>/move/", wrap(require_POST(self.move)), name="cables_load_move"),
            *super().get_urls(),
        ]

    def queue(self, request):
        """The page of the queue: the running load, and those that wait, the next one first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        waiting = waiting_loads()
        running = Load.objects.filter(state=Load.State.RUNNING).select_related("collection", "by")
        context = {
            **self.admin_site.each_context(request),
            **{"title": "Order of waiting loads", "opts": self.opts},
            **{"running": running, "stamp": stamp_of_queue(waiting)},
            "waiting": [(load, is_begun(load)) for load in waiting],
            **{"may_move": request.user.has_perm("cables.load_files"), "most": MOST_PRIORITY},
        }
        return TemplateResponse(request, "admin/cables/load/queue.html", context)

    def move(self, request, key):
        """Move a waiting load to the front, to the end, or to a priority."""
        if not request.user.has_perm("cables.load_files"):
            raise PermissionDenied
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
            what = f"load {load.pk}, {load.name}"[:250]
            reason = f"Its priority is {load.priority} now: {done}."
            Change.objects.create(by=request.user, action="moved", what=what, reason=reason)
            messages.success(request, f"Load {load.pk}, {load.name}: {done}.")
        return redirect("admin:cables_load_queue")


State = Load.State
SHOWN = 25  # Records on a page of a preview.
HELP_TEXTS = {"released": "Of records whose source gives no date; empty: readers are told none."}


@admin.register(Load)
class LoadAdmin(Unchangeable, DecisionPages, ColumnMappingPages, LoadQueuePages):
    """Loads, newest first. Adding one means to upload or choose a file."""

    decisions = (DecideOnLoad,)
    change_form_template = "admin/cables/load/page.html"
    sortable_by = ()
    list_display = ["started", "name_of_file", "collection", "by", "state", "outcome"]
    list_select_related = ["collection", "by"]
    list_filter = ["state"]
    linked_lookups = ["state__in", "by__isnull"]
    ordering = ["-pk"]
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

    @admin.display(description="File", ordering="file")
    def name_of_file(self, load):
        return load.name if load.by_id else load.file

    @admin.display(description="Rows")
    def outcome(self, load):
        return str(LoadReport(**load.counts)) if load.counts else "–"

    def shown_rows(self, request, rows):
        """Return loads, which are not to be saved, with the counts that this user may know."""
        for load in rows:
            if load.counts:
                load.counts = counts_for(request.user, load).counts()
        return rows

    @admin.display(description="How its tables are read")
    def columns_chosen(self, load):
        return mapping_in_words(load) if load.mapping else "By their own format"

    def get_urls(self):
        view, key = self.admin_site.admin_view, "<int:key>"
        step = view(require_POST(self.step))
        return [
            path(f"{key}/preview/<str:kind>/", view(self.preview), name="cables_load_preview"),
            *(
                path(f"{key}/{name}/", step, {"step": name}, name=f"cables_load_{name}")
                for name in STEPS
            ),
            *super().get_urls(),
        ]

    def add_view(self, request, form_url="", extra_context=None):
        """The page "Load a file"."""
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
        context = self.context(request, "Load a file", form=form, offered=offered_sources())
        return TemplateResponse(request, "admin/cables/load/add.html", context)

    @transaction.atomic
    def create_load(self, request, form: IntakeForm) -> Load:
        """Store a load, and defer its comparison to the worker."""
        data, file = form.cleaned_data, form.path
        slug = data["collection"]
        collection, _ = Collection.objects.get_or_create(slug=slug, defaults={"name": slug})
        load = Load.objects.create(
            collection=collection,
            file=storable(str(file)),
            sha256=file_digest(file),
            size=size_of(file),
            state=State.MAPPING if form.needs_mapping else State.COMPARING,
            queue=file_queue(),
            by=request.user,
            released=data["released"],
            everything=not data["cables_only"],
            due=data.get("due"),
            embargoed=data.get("embargoed") or [],
            embargo_reason=data.get("reason", ""),
        )
        if not form.needs_mapping:
            defer_load(compare_load, load)
        until = f"Under embargo until {load.due:%Y-%m-%d %H:%M} UTC: " if load.due else ""
        action = "uploaded" if form.needs_mapping else "compared"
        self.write_down(request, action, load, until + load.embargo_reason)
        return load

    def page_context(self, request, row):
        cables = row.cables()[: DeskPaginator.MOST].count()
        return {
            "cables": cables,
            "most": DeskPaginator.MOST,
            "kinds": count_kinds(row, request.user),
            "has_previews": row.previews.exists(),
            "notes": LoadReport(**row.counts).notes,
            "at_work": row.state in Load.AT_WORK,
            "before": load_before(row),
            "is_waiting": row.state in WAITING,
            "may_choose_columns": may_choose_columns(row),
            "may_load": self.has_load_permission(request) and row.by_id is not None,
            "may_cancel": self.has_load_permission(request),
            "was_begun": row.finished is not None,
            "is_upload": is_upload(row),
            "steps": [step for step in STEPS if is_possible(step, row)],
            "stamp": stamp_of_load(row),
            "no_worker": row.state in Load.AT_WORK and row.by_id and not is_worker_running(),
            "is_left": is_left(row),
            "embargoed": row.rows.filter(outcome__in=LoadRow.EMBARGOED).count(),
            "embargoes": EMBARGOES.values(),
            "may_release": request.user.has_perm("cables.release_cable"),
            "may_withhold": request.user.has_perm("cables.withhold_cable") and cables,
            "not_applied": rows_for(request.user, row.rows.all()).exists(),
            "decisions": offered_on("load", request.user),
        }

    def step(self, request, key, step):
        """Carry out a step (see STEPS) that the page of a load offers."""
        if not self.has_load_permission(request):
            raise PermissionDenied
        with transaction.atomic():
            load = get_object_or_404(Load.objects.select_for_update(of=["self"]), pk=key)
            is_unchanged = request.POST.get("stamp") == stamp_of_load(load)
            may_step = is_unchanged and is_possible(step, load)
            done = may_step and getattr(self, f"_{step}")(load)
            if done:
                self.write_down(request, STEPS[step][1], load)
        if not done:
            now = Load.objects.get(pk=key).get_state_display()
            self.message_user(request, f"Somebody was faster: {now.lower()}.", messages.WARNING)
        return redirect("admin:cables_load_change", key)

    def _apply(self, load):
        if load.finished:
            return self._defer(load, State.WAITING, apply_load)
        return self._defer(load, State.WAITING, apply_load, counts={})

    def _compare(self, load):
        return load.finished is None and self._defer(load, State.COMPARING, compare_load)

    def _defer(self, load, state, job, **values):
        """Defer a job of a load to the worker; return False if another request did so before."""
        rows = Load.objects.filter(pk=load.pk, state__in=Load.TO_APPLY, by__isnull=False)
        if not rows.update(state=state, cancel=False, problem="", done=0, last="", **values):
            return False
        defer_load(job, load)
        return True

    def _cancel(self, load):
        rows = Load.objects.filter(pk=load.pk)
        not_begun = [State.WAITING] if is_begun(load) else [State.WAITING, State.COMPARING]
        waiting = rows.filter(state__in=not_begun)
        problem = "It was cancelled before it began."
        if waiting.update(state=State.CANCELLED, problem=problem):
            return True
        return bool(rows.filter(state__in=Load.AT_WORK).update(cancel=True))

    def _discard(self, load):
        return load.by_id is not None and discard(load)

    def preview(self, request, key, kind):
        """A page of the preview: the kept records of one kind, with their changes."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if kind not in KINDS:
            raise Http404
        load = get_object_or_404(Load, pk=key)
        kinds = count_kinds(load, request.user)
        rows = previews_for(request.user, load, kind)
        page = Paginator(rows, SHOWN).get_page(request.GET.get("p"))
        context = self.context(
            request,
            KINDS[kind],
            load=load,
            kind=kind,
            kinds=kinds,
            page=page,
            count=next((count for each, _, count in kinds if each == kind), 0),
            records=preview_records(load, list(page), request.user),
            **CHANGE_LABELS,
        )
        return TemplateResponse(request, "admin/cables/load/preview.html", context)

    def context(self, request, title: str, **more: Any) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "title": title, "opts": self.opts, **more}

    def write_down(self, request, action, obj, reason=""):
        """Add an entry to the log, with the number of the load and the name of its file."""
        what = f"load {obj.pk}, {obj.name}"[:250]
        Change.objects.create(by=request.user, action=action, what=what, reason=reason)


def is_left(load: Load) -> bool:
    """Return whether no worker has taken a load that waits for none: none reads its file."""
    late = timezone.now() - timedelta(seconds=2 * KILLED_AFTER)
    is_late = load.state in WAITING and load.queued is not None and load.queued < late
    return is_late and not is_begun(load) and load_before(load) is None


# Curators control a job from the page of its load.
admin.site.unregister(job_admin.models.ProcrastinateJob)
