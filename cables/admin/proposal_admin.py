"""Decisions that wait for a second person: the queue, the pages, and checks of APPROVALS."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import Group, User
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError
from django.http import Http404
from django.urls import reverse

from ..decisions.approvals import is_one_of, kinds_approved_by, seen_by, waiting_for
from ..decisions.batch_kinds import BatchKind
from ..decisions.carry_out import kind_of, texts_for, without_redacted_words
from ..decisions.proposal_steps import PROPOSAL_STEPS, shown
from ..models import Proposal
from .decision_pages import Recorded, WhichFilter
from .desk_pages import column

# Rights with which decisions are made that may need approval.
DECIDING = (
    *("withhold_cable", "redact_cable", "see_sealed", "release_cable", "correct_cable"),
    *("merge_places", "load_files", "change_requestcase", "add_note", "erase_cable"),
)


# Kind of decision -> rights of which one is needed to see what most of them are about.
SEES: dict[str, tuple[str, ...]] = {
    Proposal.Kind.PUBLISH: ("see_sealed",),
    Proposal.Kind.REDACT: ("see_sealed", "redact_cable"),
    Proposal.Kind.LIFT: ("see_sealed",),
    Proposal.Kind.CASE: ("view_requestcase",),
}
NOBODY_SEES = "no active account of the desk could approve such decisions."
SEES_HINT = "Give the role that the rule names to somebody{}, or name others. It can wait: nobody "
SEES_HINT += "can propose what nobody could approve."


class QueueFilter(WhichFilter):
    lists = {"open": "Open", "waiting": "Waiting for me", "mine": "Mine", "all": "All"}

    def queryset(self, request, queryset):
        if self.chosen() == "waiting":
            return queryset.filter(pk__in=waiting_for(request.user).values("pk"))
        if self.chosen() == "mine":
            return queryset.filter(by=request.user)
        return queryset.filter(state__in=Proposal.OPEN) if self.chosen() == "open" else queryset


class DecisionKindFilter(admin.SimpleListFilter):
    title = parameter_name = "kind"

    def lookups(self, request, model_admin):
        return Proposal.Kind.choices

    def queryset(self, request, queryset):
        return queryset.filter(kinds__contains=[self.value()]) if self.value() else queryset


@admin.register(Proposal)
class ProposalAdmin(Recorded):
    """Proposals, newest first. Each is seen by its proposer and by those who may judge it."""

    decisions = PROPOSAL_STEPS
    change_form_template = "admin/cables/proposal/page.html"
    list_display = ["at", "title", "kind", "by", "state", "decided_by"]
    list_display_links = ["title"]
    list_select_related = ["by", "decided_by"]
    list_filter = [QueueFilter, DecisionKindFilter, "state"]
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

    kind = column("Kind", lambda proposal: proposal.kinds_in_words)
    why = column("Reason", lambda proposal: proposal.texts[1] or "–")

    def page_context(self, request, row):
        user = request.user
        steps = [
            (kind.label, reverse(f"admin:cables_{page}", args=[row.pk]))
            for kind in PROPOSAL_STEPS
            for page in kind.pages
            if row.state in kind.states and kind.is_for(row, user)
        ]
        if address := page_of_decision(user, row):
            steps.append(("Open the page of the decision", address))
        return {"tools": steps, **shown(user, row)}


def page_of_decision(user, proposal: Proposal) -> str:
    """Return the address of the page where a proposal was made, "" if a user cannot open it."""
    try:
        page, kind, keys = kind_of(proposal)
    except Http404:
        return ""
    action = BatchKind.registry.get(keys.get("name", page.partition("_")[2]))
    if action and not user.has_perm(f"cables.{action.right}"):
        return ""
    return kind.page_of_proposal(user, proposal, keys)


@register()
def check_permissions(app_configs: Any, **options: Any) -> Sequence[CheckMessage]:
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
    ] + [
        Warning(
            f"APPROVALS, {kind}: {NOBODY_SEES}", hint=SEES_HINT.format(rights), id="cables.W005"
        )
        for kind, rights in _without_judge()
    ]


def _without_judge() -> Iterator[tuple[str, str]]:
    """Yield (kind, rights) of the rules that name no active account with one of these rights."""
    users = list(User.objects.filter(is_active=True, is_staff=True))
    for kind, rule in settings.APPROVALS.items():
        rights = [f"cables.{right}" for right in SEES.get(kind, ())]
        named = [user for user in users if is_one_of(user, rule.approvers)]
        if not any(is_one_of(user, rights) or not rights for user in named):
            yield kind, f", with {' or '.join(rights)}" if rights else ""


def _named(is_wrong: Callable[[str], bool]) -> list[tuple[str, str]]:
    """Return (kind, name) of the names in the rules that are wrong."""
    return [
        (kind, name)
        for kind, rule in settings.APPROVALS.items()
        for name in (*rule.approvers, *rule.proposers)
        if is_wrong(name)
    ]
