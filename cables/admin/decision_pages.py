"""The pages of decisions: one view for all kinds, and the lists of what was decided."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from ..decisions.carry_out import decide_or_propose, page_of
from ..decisions.kinds import DecisionKind, GoneError
from ..decisions.sealed_words import as_shown
from ..models import Cable
from .base import DeskAdmin, Unchangeable

# These forms carry text that readers may not see: error reports and caches must not keep it.
PRIVATE = [sensitive_post_parameters(), sensitive_variables(), never_cache]


def private_form(view):
    """Decorate a method view: keep what is posted to it out of caches and error reports."""
    for decorator in PRIVATE:
        view = method_decorator(decorator)(view)
    return view


def needs(*permissions: str):
    """Decorate a method view: allow it to users with one of these permissions of the app."""

    def decorate(view):
        @wraps(view)
        def allowed(self, request, *args, **kwargs):
            if not any(request.user.has_perm(f"cables.{each}") for each in permissions):
                raise PermissionDenied
            return view(self, request, *args, **kwargs)

        return allowed

    return decorate


class DecisionPages(DeskAdmin):
    """Mixin: the pages of the kinds of decisions that belong to the rows of an admin class."""

    decisions: tuple[type[DecisionKind], ...] = ()

    def get_urls(self) -> list[URLPattern]:
        return [
            path(route, self.admin_site.admin_view(self.view_of(kind, name)), name=f"cables_{name}")
            for kind in self.decisions
            for name, route in kind.pages.items()
        ] + super().get_urls()

    def view_of(self, kind: type[DecisionKind], page: str) -> Callable[..., HttpResponse]:
        """Return the view of a page of a kind of decision."""

        def view(request: HttpRequest, **keys: Any) -> HttpResponse:
            data = request.POST if request.method == "POST" else None
            try:
                decision = kind(page, request.user, keys, request.GET, data)
            except GoneError as error:
                messages.warning(request, str(error))
                return redirect(error.page)
            return decide_posted(request, decision) or self.show_decision(request, decision)

        for decorator in PRIVATE:
            view = decorator(view)
        return view

    def show_decision(self, request: HttpRequest, decision: DecisionKind) -> TemplateResponse:
        """Render the page of a decision that is not made yet."""
        context = {"form": decision.form, "decision": decision, **decision.context()}
        shown = decision.template, decision.title, decision.cable
        return render_decision(self, request, *shown, **context)


def decide_posted(request: HttpRequest, decision: DecisionKind) -> HttpResponse | None:
    """Carry out, propose or preview what was submitted; None if its page is to be shown."""
    if request.method != "POST":
        return None
    if not decision.is_decided():
        return decision.preview(request)
    made = decide_or_propose(decision)
    if made is None:
        return None
    messages.success(request, made.message)
    if made.proposal and decision.leads_to_proposal:
        return redirect(page_of(made.proposal))
    return redirect(decision.next_page())


class DecidedAdmin(Unchangeable, DecisionPages):
    """Decisions that were made, newest first. One of the app's `rights` suffices to see them.

    With `undo_right` a user can undo them, at the URL name `undo_name`.
    """

    rights: tuple[str, ...] = ()
    undo_right = ""
    undo_name = ""
    undo_label = "Undo"
    change_form_template = "admin/cables/record.html"
    ordering = ["-pk"]
    sortable_by = ()

    def has_view_permission(self, request, obj=None):
        return any(request.user.has_perm(f"cables.{right}") for right in self.rights)

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def page_context(self, request, row):
        if not request.user.has_perm(f"cables.{self.undo_right}"):
            return {}
        address = reverse(f"admin:{self.undo_name}", args=[row.pk])
        return {"undo_address": address, "undo_label": self.undo_label}


def render_decision(
    admin: DeskAdmin,
    request: HttpRequest,
    template: str,
    title: str,
    cable: Cable | None = None,
    **context: Any,
) -> TemplateResponse:
    """Render the page of a decision, with its cable and the last changes of that."""
    shared = admin.admin_site.each_context(request) | {"title": title, "opts": admin.opts}
    if cable:
        latest = cable.changes.select_related("by", "approved_by")[:3]
        shared |= {
            "cable": cable,
            "cable_page": reverse("admin:cables_cable_change", args=[cable.pk]),
            "latest": as_shown(request.user, latest),
        }
    return TemplateResponse(request, template, shared | context)
