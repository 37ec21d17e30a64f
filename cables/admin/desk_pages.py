"""Pages of the desk beside those of Django's admin: their addresses, rights and frame."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from ..decisions.kinds import case_named, for_this
from ..decisions.sealed_words import as_shown
from ..models import RequestCase

# These forms carry text that readers may not see: error reports and caches must not keep it.
PRIVATE = [sensitive_post_parameters(), sensitive_variables(), never_cache]
METHODS = {"GET": [require_safe], "POST": [require_POST], "": []}


def private_form(view: Any) -> Any:
    """Decorate a method view: keep what is posted to it out of caches and error reports."""
    for decorator in PRIVATE:
        view = method_decorator(decorator)(view)
    return view


def desk_page(route: str, name: str, *rights: str, method: str = "") -> Callable[[Any], Any]:
    """Decorate a method view: it is the page `name` at a route below the list of the admin class.

    It needs one of some rights of the app, or without `rights` that to see the list. These and the
    name may have fields of the model: "{0.model_name}_preview". `method` is "GET", "POST" or "".
    """

    def decorate(view: Any) -> Any:
        @wraps(view)
        def allowed(self: Any, request: HttpRequest, *args: Any, **keys: Any) -> Any:
            needed = [f"cables.{right.format(self.opts)}" for right in rights]
            has_right = any(map(request.user.has_perm, needed))
            if not (has_right if rights else self.has_view_permission(request)):
                raise PermissionDenied
            return view(self, request, *args, **keys)

        page: Any = allowed
        for decorator in METHODS[method]:
            page = method_decorator(decorator)(page)
        page.desk_page = route, name
        return page

    return decorate


def case_of_page(request: HttpRequest) -> RequestCase | None:
    """Return the case for which a page was opened, or the list that led to it."""
    listed = QueryDict(request.GET.get("_changelist_filters", ""))
    return case_named(request.user, request.GET if "case" in request.GET else listed)


def page_for_case(request: HttpRequest, address: str) -> str:
    """Return an address of the desk, with the case for which this page was opened, if for one."""
    case = case_of_page(request)
    return for_this(case, address) if case else address


def column(label: str, value: Callable[[Any], Any], ordering: Any = None) -> Any:
    """Return a column of a list, or a line of a page: a value of each row under a label."""

    @admin.display(description=label, ordering=ordering)
    def shown(self: Any, row: Any) -> Any:
        return value(row)

    return shown


class DeskPages(admin.ModelAdmin):
    """Base of admin classes: the addresses of their pages, and how they are rendered."""

    def get_urls(self) -> list[URLPattern]:
        views = {
            name: view.desk_page
            for each in type(self).__mro__
            for name, view in vars(each).items()
            if hasattr(view, "desk_page")
        }
        wrap = self.admin_site.admin_view
        return [
            path(route, wrap(getattr(self, view)), name=f"cables_{name.format(self.opts)}")
            for view, (route, name) in views.items()
        ] + super().get_urls()

    def view_on_site(self, row: Any) -> str | None:
        """Return the address of a row's page for readers, None if it has none."""
        return row.get_absolute_url() if hasattr(row, "get_absolute_url") else None

    def render_page(
        self, request: HttpRequest, template: str, title: str, **context: Any
    ) -> TemplateResponse:
        """Render a page; one with a `cable` has links to that, and its last changes."""
        shared = self.admin_site.each_context(request) | {"title": title, "opts": self.opts}
        shared["for_case"] = case_named(request.user, request.GET)
        if cable := context.get("cable"):
            latest = cable.changes.select_related("by", "approved_by")[:3]
            page = reverse("admin:cables_cable_change", args=[cable.pk])
            shared["cable_page"] = page_for_case(request, page)
            shared["latest"] = as_shown(request.user, latest)
        return TemplateResponse(request, f"admin/cables/{template}", shared | context)
