"""Decisions that wait for a second person: the queue, the pages, and checks of APPROVALS."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import Group
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse

from ..decisions.approvals import kinds_approved_by, seen_by, waiting_for
from ..decisions.carry_out import (
    effects_of,
    kind_of,
    may_see_effects,
    texts_for,
    without_redacted_words,
)
from ..decisions.proposal_steps import PROPOSAL_STEPS, stamp_of_proposal, take_step
from ..models import Cable, Proposal, ProposalComment
from .base import DeskAdmin, Unchangeable
from .decision_pages import private_form, render_decision

# Rights with which decisions are made that may need approval.
DECIDING = (
    *("withhold_cable", "redact_cable", "see_sealed", "release_cable", "correct_cable"),
    *("merge_places", "load_files", "change_requestcase", "add_note", "erase_cable"),
)
# Choice of the queue -> its label. The first is what it shows at first.
LISTS = {
    "open": "Open",
    "waiting": "Waiting for me",
    "mine": "Mine",
    "all": "All",
}


class QueueFilter(admin.SimpleListFilter):
    """Open proposals, and other choices of LISTS."""

    title = "which"
    parameter_name = "which"

    def lookups(self, request, model_admin):
        return list(LISTS.items())

    def chosen(self) -> str:
        value = self.value() or ""
        return value if value in LISTS else next(iter(LISTS))

    def choices(self, changelist):
        """Leave out Django's "All", which is the last choice here."""
        for name, label in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: name})
            yield {"selected": self.chosen() == name, "query_string": query, "display": label}

    def queryset(self, request, queryset):
        if self.chosen() == "waiting":
            return queryset.filter(pk__in=waiting_for(request.user).values("pk"))
        if self.chosen() == "mine":
            return queryset.filter(by=request.user)
        return queryset.filter(state__in=Proposal.OPEN) if self.chosen() == "open" else queryset


class DecisionKindFilter(admin.SimpleListFilter):
    """Proposals of one kind of decision."""

    title = parameter_name = "kind"

    def lookups(self, request, model_admin):
        return Proposal.Kind.choices

    def queryset(self, request, queryset):
        return queryset.filter(kinds__contains=[self.value()]) if self.value() else queryset


@admin.register(Proposal)
class ProposalAdmin(Unchangeable, DeskAdmin):
    """Proposals, newest first. Each is seen by its proposer and by those who may judge it."""

    change_form_template = "admin/cables/proposal/page.html"
    list_display = ["at", "title", "kind", "by", "state", "decided_by"]
    list_display_links = ["title"]
    list_select_related = ["by", "decided_by"]
    list_filter = [QueueFilter, DecisionKindFilter, "state"]
    ordering = ["-pk"]
    sortable_by = ()
    fields = ["kind", "why", "by", "at", "state"]
    later = ["answer", "decided_by", "decided"]  # What is known when somebody decided.
    actions = None

    def has_view_permission(self, request, obj=None):
        user = request.user
        decides = any(user.has_perm(f"cables.{right}") for right in DECIDING)
        return decides or bool(kinds_approved_by(user))

    def has_module_permission(self, request):
        """List it on the first page only where decisions need approval, or did."""
        is_used = bool(settings.APPROVALS) or Proposal.objects.exists()
        return is_used and self.has_view_permission(request)

    def get_queryset(self, request):
        return super().get_queryset(request).filter(pk__in=seen_by(request.user).values("pk"))

    def get_object(self, request, object_id, from_field=None):
        proposal = super().get_object(request, object_id, from_field)
        if proposal:
            proposal.texts = texts_for(request.user, proposal)
            answer = [proposal.answer]
            [proposal.answer] = without_redacted_words(request.user, proposal, answer)
        return proposal

    def get_fields(self, request, obj=None):
        is_waiting = obj and obj.state == Proposal.State.WAITING
        return self.fields if is_waiting else [*self.fields, *self.later]

    @admin.display(description="Kind")
    def kind(self, proposal):
        return proposal.kinds_in_words

    @admin.display(description="Reason")
    def why(self, proposal):
        return proposal.texts[1] or "–"

    def get_urls(self):
        step = self.admin_site.admin_view(self.step)
        return [
            path(f"<int:pk>/{name}/", step, {"name": name}, name=f"cables_proposal_{name}")
            for name in PROPOSAL_STEPS
        ] + super().get_urls()

    @private_form
    def change_view(self, request, object_id, form_url="", extra_context=None):
        return super().change_view(request, object_id, form_url, extra_context)

    def page_context(self, request, row):
        steps = [
            (step.title, reverse(f"admin:cables_proposal_{name}", args=[row.pk]))
            for name, step in PROPOSAL_STEPS.items()
            if step.is_offered(row, request.user)
        ]
        decision_page = page_of_decision(request.user, row)
        return {"steps": steps, "decision_page": decision_page, **self.shown(request.user, row)}

    def shown(self, user, proposal: Proposal) -> dict[str, Any]:
        """Return what a user sees of a proposal: what was typed, its cables, what it changes."""
        fields, reason = texts_for(user, proposal)
        may_see = may_see_effects(user, proposal)
        references = proposal.named
        is_open = proposal.state in Proposal.OPEN
        return {
            "proposal": proposal,
            "typed": fields,
            "reason": reason,
            "cables": Cable.objects.filter(reference__in=references).only("reference", "subject"),
            "may_see": may_see,
            "is_open": is_open,
            "difference": effects_of(proposal) if may_see and is_open else None,
            "what_changed": "What readers would see changed",
            "old_name": "As it is",
            "new_name": "As it would be",
            "comments": self.comments(user, proposal),
        }

    def comments(self, user, proposal: Proposal) -> list[ProposalComment]:
        """Return the comments on a proposal as a user may see them."""
        comments = list(proposal.comments.select_related("by"))
        texts = without_redacted_words(user, proposal, [each.text for each in comments])
        for each, text in zip(comments, texts, strict=True):
            each.text = text
        return comments

    @private_form
    def step(self, request, pk, name):
        """The page of something that is done with a proposal."""
        proposal = get_object_or_404(Proposal.objects.select_related("by", "cable"), pk=pk)
        step = PROPOSAL_STEPS[name]
        is_seen = seen_by(request.user).filter(pk=pk).exists()
        if not (is_seen and step.offered(proposal, request.user)):
            raise PermissionDenied
        page = reverse("admin:cables_proposal_change", args=[pk])
        if proposal.state not in step.states:
            messages.warning(request, "Somebody decided on this proposal meanwhile.")
            return redirect(page)
        form = step.form(request.POST or None, initial={"stamp": stamp_of_proposal(proposal)})
        if request.method == "POST" and form.is_valid():
            message = form.attempt(
                lambda data: take_step(proposal, step, data, request.user),
                lambda: self.present_stamp(pk),
            )
            if message:
                self.report(request, pk, name, message)
                is_here = Proposal.objects.filter(pk=pk).exists()
                return redirect(page if is_here else "admin:cables_proposal_changelist")
        context: dict[str, Any] = {"form": form, "step": step, "page": page}
        context |= self.shown(request.user, proposal) if name in ("approve", "again") else {}
        title = f"{step.title}: {proposal.title}"
        template = "admin/cables/proposal/decide.html"
        return render_decision(self, request, template, title, **context)

    def present_stamp(self, pk) -> str:
        present = Proposal.objects.filter(pk=pk).first()
        return stamp_of_proposal(present) if present else ""

    def report(self, request, pk, name, message):
        """Show what became of a step; a proposal that could not be approved is a warning."""
        stale = Proposal.objects.filter(pk=pk, state=Proposal.State.STALE).exists()
        level = messages.WARNING if name == "approve" and stale else messages.SUCCESS
        self.message_user(request, message, level)


def page_of_decision(user, proposal: Proposal) -> str:
    """Return the address of the page where a proposal was made, "" if a user cannot open it."""
    try:
        _, kind, keys = kind_of(proposal)
    except Http404:
        return ""
    return kind.page_of_proposal(user, proposal, keys)


@register()
def check_permissions(app_configs: Any, **options: Any) -> Sequence[CheckMessage]:
    """Check that all permissions that the rules name exist."""
    known = set()
    for model in apps.get_models():
        opts = model._meta
        codenames = [get_permission_codename(each, opts) for each in opts.default_permissions]
        codenames += [codename for codename, _ in opts.permissions]
        known |= {f"{opts.app_label}.{codename}" for codename in codenames}
    missing = _named(lambda name: "." in name and name not in known)
    hint = "Write the name of a permission, such as cables.redact_cable, or of a group."
    return [
        Error(f"APPROVALS, {kind}: there is no permission {name}.", hint=hint, id="cables.E001")
        for kind, name in missing
    ] + [
        Error(f"APPROVALS: {kind!r} is no kind of decision.", id="cables.E002")
        for kind in settings.APPROVALS
        if kind not in Proposal.Kind.values
    ]


@register(Tags.database)
def check_groups(
    app_configs: Any, databases: Iterable[str] | None = None, **options: Any
) -> Sequence[CheckMessage]:
    """Check that all groups that the rules name exist."""
    if not settings.APPROVALS or "default" not in (databases or ()):
        return []
    try:
        known = set(Group.objects.values_list("name", flat=True))
    except DatabaseError:  # Before the first migration.
        return []
    missing = _named(lambda name: "." not in name and name not in known)
    hint = "Create it at the desk, under Groups, or write the name of another."
    return [
        Warning(f"APPROVALS, {kind}: there is no group {name}.", hint=hint, id="cables.W004")
        for kind, name in missing
    ]


def _named(is_wrong: Callable[[str], bool]) -> list[tuple[str, str]]:
    """Return (kind, name) of the names in the rules that are wrong."""
    return [
        (kind, name)
        for kind, rule in settings.APPROVALS.items()
        for name in (*rule.approvers, *rule.proposers)
        if is_wrong(name)
    ]
