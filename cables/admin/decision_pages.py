"""The pages of decisions: one view for all kinds, and the lists of what was decided."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from ..decisions.carry_out import before_deciding, decide_or_propose, page_of
from ..decisions.kinds import DecisionKind, GoneError
from .base import DeskAdmin, Unchangeable
from .desk_pages import PRIVATE


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
        def view(request: HttpRequest, **keys: Any) -> HttpResponse:
            data = request.POST if request.method == "POST" else None
            try:
                decision = kind(page, request.user, keys, request.GET, data)
            except GoneError as error:
                messages.warning(request, str(error))
                return redirect(error.page)
            if data is None and decision.is_button:
                return HttpResponseNotAllowed(["POST"])
            return decide_posted(request, decision) or self.show_decision(request, decision)

        for decorator in PRIVATE:
            view = decorator(view)
        return view

    def show_decision(self, request: HttpRequest, decision: DecisionKind) -> TemplateResponse:
        context = {"form": decision.form, "decision": decision, "cable": decision.cable}
        context |= before_deciding(decision)
        if "refused" in context:
            return self.render_page(request, "refused.html", decision.title, **context)
        context |= decision.context()
        return self.render_page(request, decision.template, decision.title, **context)


def decide_posted(request: HttpRequest, decision: DecisionKind) -> HttpResponse | None:
    """Carry out, propose or preview what was submitted; None if its page is to be shown."""
    if request.method != "POST":
        return None
    if not decision.is_decided():
        return decision.preview(request)
    made = decide_or_propose(decision)
    if made is None and decision.is_button:
        messages.warning(request, decision.problem())
        return redirect(decision.page_behind())
    if made is None:
        return None
    message, proposal = made
    if message:
        messages.add_message(request, decision.level, message)
    if proposal and decision.leads_to_proposal:
        return redirect(page_of(proposal))
    return redirect(decision.page_behind())


class WhichFilter(admin.SimpleListFilter):
    """One of some lists, {value: label} with "all" last; at first the first, or `default`."""

    title = parameter_name = "which"
    lists: Mapping[str, str]
    default = ""

    def lookups(self, request, model_admin):
        return list(self.lists.items())

    def chosen(self) -> str:
        value = self.value() or ""
        return value if value in self.lists else self.default or next(iter(self.lists))

    def choices(self, changelist):
        """Leave out Django's "All", which is the last choice here."""
        for name, label in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: name})
            yield {"selected": self.chosen() == name, "query_string": query, "display": label}


class Recorded(Unchangeable, DecisionPages):
    """Rows that record what happened, newest first. They are never changed.

    If it has `rights`, one of these rights of the app is needed, and suffices, to see them.
    """

    rights: tuple[str, ...] = ()
    change_form_template = "admin/cables/record.html"
    ordering: ClassVar[Any] = ["-pk"]
    sortable_by: ClassVar[Any] = ()

    def has_view_permission(self, request, obj=None):
        if not self.rights:
            return super().has_view_permission(request, obj)
        return any(request.user.has_perm(f"cables.{right}") for right in self.rights)

    def has_module_permission(self, request):
        return self.has_view_permission(request)


class DecidedAdmin(Recorded):
    """Decisions that were made. With `undo_right` one can undo them, at the page `undo_name`."""

    undo_right = ""
    undo_name = ""
    undo_label = "Undo"

    def page_context(self, request, row):
        if not request.user.has_perm(f"cables.{self.undo_right}"):
            return {}
        address = reverse(f"admin:{self.undo_name}", args=[row.pk])
        return {"undo_address": address, "undo_label": self.undo_label}
