"""Loads at the desk: a file is compared, looked at, applied, cancelled, resumed."""

from datetime import timedelta

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models.functions import Now
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.http import require_POST
from procrastinate.contrib.django import admin as job_admin
from procrastinate.contrib.django.models import ProcrastinateWorker

from ..curation.cable_decisions import StaleError
from ..loader import LoadReport, file_digest, size_of, storable
from ..loader.uploads import discard, is_upload
from ..models import Change, Collection, Load, LoadRow
from ..operations.tasks import (
    KILLED_AFTER,
    apply_load,
    compare_load,
    decide_on_load,
    is_begun,
    load_before,
)
from .cable_decision_forms import DECISIONS, check, stamp_of
from .decision_base import is_valid_about
from .desk import DeskAdmin, DeskPaginator, Unchangeable
from .embargo_forms import EMBARGOES
from .intake import IntakeForm, offered
from .load_previews import KINDS, counted, look
from .optimistic_lock import digest

State = Load.State
MOST_AT_ONCE = 2_000  # Cables that are decided on while a curator waits.
SHOWN = 25  # Records on a page of a preview.
REFRESH = "5"  # Seconds.
# Step -> the states that it leads on from, and the line in the log.
OF_WHOLE_LOADS = ("withhold", "publish")
STEPS = {
    "apply": (Load.TO_APPLY, "applied"),
    "compare": (Load.TO_APPLY, "compared"),
    "cancel": (Load.AT_WORK, "cancelled"),
    "discard": (Load.TO_APPLY, "discarded"),
}


@admin.register(Load)
class LoadAdmin(Unchangeable, DeskAdmin):
    """Runs of the loader, the latest first; and the way in for a file."""

    change_form_template = "admin/cables/load/page.html"
    sortable_by = []
    list_display = ["started", "name_of_file", "collection", "by", "state", "outcome"]
    list_select_related = ["collection", "by"]
    list_filter = ["state"]
    ordering = ["-pk"]
    fields = [
        *("name_of_file", "collection", "by", "state", "started", "finished", "outcome"),
        *("released", "everything", "due", "embargo_reason", "sha256"),
    ]

    def has_load_permission(self, request):
        return request.user.has_perm("cables.load_files")

    def has_add_permission(self, request):
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

    def get_urls(self):
        view, key = self.admin_site.admin_view, "<int:key>"
        step = view(require_POST(self.step))
        return [
            path(f"{key}/preview/<str:kind>/", view(self.preview), name="cables_load_preview"),
            path(f"{key}/cables/<str:name>/", view(self.decide), name="cables_load_decide"),
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
        given = (request.POST, request.FILES) if request.method == "POST" else ()
        too_large = getattr(request, "upload_is_too_large", False)
        form = IntakeForm(*given, too_large=too_large, may_embargo=may_embargo)
        if form.is_bound and form.is_valid():
            load = self.take_in(request, form)
            return redirect("admin:cables_load_change", load.pk)
        context = self.context(request, "Load a file", form=form, offered=offered())
        return TemplateResponse(request, "admin/cables/load/add.html", context)

    @transaction.atomic
    def take_in(self, request, form):
        """Store a load, and let it be compared."""
        given = form.cleaned_data
        slug = given["collection"]
        home, _ = Collection.objects.get_or_create(slug=slug, defaults={"name": slug})
        load = Load.objects.create(
            collection=home,
            file=storable(str(form.path)),
            sha256=file_digest(form.path),
            size=size_of(form.path),
            state=State.COMPARING,
            by=request.user,
            released=given["released"],
            everything=given["everything"],
            due=given.get("due"),
            embargoed=given.get("embargoed") or [],
            embargo_reason=given.get("reason", ""),
        )
        compare_load.defer(load=load.pk)
        until = f"Under embargo until {load.due:%Y-%m-%d %H:%M} UTC: " if load.due else ""
        self.write_down(request, "compared", load, until + load.embargo_reason)
        return load

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        """The page of a load: how far it is, what was found, and what can be done next."""
        cables = obj.cables()[: DeskPaginator.MOST].count()
        context |= {
            "cables": cables,
            "most": DeskPaginator.MOST,
            "kinds": counted(obj),
            "has_previews": obj.previews.exists(),
            "aside": LoadReport(**obj.counts).specimens_note,
            "at_work": obj.state in Load.AT_WORK,
            "before": load_before(obj),
            "may_load": self.has_load_permission(request) and obj.by_id is not None,
            "may_cancel": self.has_load_permission(request),
            "was_begun": obj.finished is not None,
            "is_upload": is_upload(obj),
            "steps": [step for step in STEPS if may_follow(step, obj)],
            "stamp": stamp_of_load(obj),
            "no_worker": obj.state in Load.AT_WORK and obj.by_id and not a_worker_runs(),
            "embargoed": obj.rows.filter(outcome__in=LoadRow.EMBARGOED).count(),
            "embargoes": EMBARGOES.values(),
            "may_release": request.user.has_perm("cables.release_cable"),
            "may_withhold": request.user.has_perm("cables.withhold_cable") and cables,
            "not_applied": obj.rows.exists(),
            "decisions": [DECISIONS[name] for name in OF_WHOLE_LOADS],
        }
        response = super().render_change_form(request, context, *args, obj=obj, **kwargs)
        if context["at_work"]:
            response["Refresh"] = REFRESH
        return response

    def step(self, request, key, step):
        """Apply, compare again or cancel a load, as its page asks."""
        if not self.has_load_permission(request):
            raise PermissionDenied
        with transaction.atomic():
            load = get_object_or_404(Load.objects.select_for_update(of=["self"]), pk=key)
            is_as_seen = request.POST.get("stamp") == stamp_of_load(load)
            asked = is_as_seen and may_follow(step, load)
            done = asked and getattr(self, f"_{step}")(load)
            if done:
                self.write_down(request, STEPS[step][1], load)
        if not done:
            now = Load.objects.get(pk=key).get_state_display()
            self.message_user(request, f"Somebody was faster: {now.lower()}.", messages.WARNING)
        return redirect("admin:cables_load_change", key)

    def _apply(self, load):
        fresh = {} if load.finished else {"counts": {}}
        return self._lead_on(load, State.WAITING, apply_load, **fresh)

    def _compare(self, load):
        return load.finished is None and self._lead_on(load, State.COMPARING, compare_load)

    def _lead_on(self, load, state, job, **values):
        """Let the worker go on with a load. Two who ask at once ask for one job."""
        asked = Load.objects.filter(pk=load.pk, state__in=Load.TO_APPLY, by__isnull=False)
        if not asked.update(state=state, cancel=False, problem="", done=0, last="", **values):
            return False
        job.defer(load=load.pk)
        return True

    def _cancel(self, load):
        asked = Load.objects.filter(pk=load.pk)
        not_begun = [State.WAITING] if is_begun(load) else [State.WAITING, State.COMPARING]
        waiting = asked.filter(state__in=not_begun)
        problem = "It was cancelled before it began."
        if waiting.update(state=State.CANCELLED, problem=problem):
            return True
        return bool(asked.filter(state__in=Load.AT_WORK).update(cancel=True))

    def _discard(self, load):
        return load.by_id is not None and discard(load)

    def preview(self, request, key, kind):
        """The first records of one kind, with what each would change."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if kind not in KINDS:
            raise Http404
        load = get_object_or_404(Load, pk=key)
        rows = load.previews.filter(outcome=kind).order_by("pk")
        page = Paginator(rows, SHOWN).get_page(request.GET.get("p"))
        context = self.context(
            request,
            KINDS[kind],
            load=load,
            kind=kind,
            kinds=counted(load),
            page=page,
            count=next((many for each, _, many in counted(load) if each == kind), 0),
            rows=look(load, list(page), request.user),
            what_changed="What it would change",
            old_name="As it is",
            new_name="As it would be",
        )
        return TemplateResponse(request, "admin/cables/load/preview.html", context)

    def decide(self, request, key, name):
        """Withhold all cables of a load from readers, or give them back, with one reason."""
        if name not in OF_WHOLE_LOADS:
            raise Http404
        if not request.user.has_perm("cables.withhold_cable"):
            raise PermissionDenied
        load, decision = get_object_or_404(Load, pk=key), DECISIONS[name]
        cables = decision.choose(load.cables())
        count = cables.count()
        asked = {"stamp": stamp_of(cables)} if request.method != "POST" else {}
        form = decision.form(request.POST or None, initial=asked)
        redacted = cables.filter(redactions__isnull=False)
        if request.method == "POST" and is_valid_about(form, redacted.primary_keys()):
            try:
                said = self.carry_out(request.user, load, decision, cables, form.cleaned_data)
            except StaleError as error:
                form.look_again(stamp_of(cables), error)
            else:
                self.message_user(request, said, messages.SUCCESS)
                return redirect("admin:cables_load_change", key)
        shown = cables.order_by("reference").only("reference", "subject")
        context = self.context(
            request,
            decision.title,
            load=load,
            decision=decision,
            form=form,
            cables=shown[:500],
            count=count,
        )
        return TemplateResponse(request, "admin/cables/load/decide.html", context)

    def carry_out(self, user, load, decision, cables, given):
        """Do what was decided, or let the worker do it where it takes long; say which."""
        if (count := cables.count()) <= MOST_AT_ONCE:
            return decision.report(decision.carry_out(cables, user, **given))
        check(cables, given["stamp"])
        decide_on_load.defer(load=load.pk, action=decision.name, reason=given["reason"], by=user.pk)
        return f"{count:,} cables: the worker does it, 500 at a time. The log tells how far it is."

    def context(self, request, title, **more):
        return {**self.admin_site.each_context(request), "title": title, "opts": self.opts, **more}

    def write_down(self, request, action, obj, reason=""):
        """Add a line to the log, with the number of the load and the name of its file."""
        what = f"load {obj.pk}, {obj.name}"[:250]
        Change.objects.create(by=request.user, action=action, what=what, reason=reason)


def may_follow(step, load) -> bool:
    """Return whether a step leads on from where a load is; what nobody could see is not applied."""
    return load.state in STEPS[step][0] and (step != "apply" or load.was_compared)


def stamp_of_load(load) -> str:
    """Return what another comparison of a load makes another; one at work moves by itself."""
    if load.state in Load.AT_WORK:
        return "at work"
    return digest([load.state, load.finished, sorted(load.counts.items())])


def a_worker_runs():
    """Return whether a worker has given a sign of life, by the database's clock."""
    late = Now() - timedelta(seconds=2 * KILLED_AFTER)
    return ProcrastinateWorker.objects.filter(last_heartbeat__gt=late).exists()


# Jobs are the worker's; what a person can do about one stands on the page of its load.
admin.site.unregister(job_admin.models.ProcrastinateJob)
