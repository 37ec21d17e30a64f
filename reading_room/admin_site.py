"""The admin site of the desk, its Content-Security-Policy, and the limit of failed logins.

It is not in cables.admin because Django creates the site while that package is being imported.
"""

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth import BACKEND_SESSION_KEY
from django.shortcuts import redirect, render
from django.urls import URLResolver, path, reverse

from . import passkeys
from .headers import let_use_passkeys
from .institution_accounts import InstitutionBackend, begin, come_back
from .second_factor import LoginForm, code, has_factor, is_enough, must_set_up, second_factor

# Pages of Django's admin of which no page of ours has a link: they answer by the key of any row,
# with its address or name, also of one that is hidden.
UNUSED = {"view_on_site", "autocomplete"}
BACKEND = f"{InstitutionBackend.__module__}.{InstitutionBackend.__qualname__}"
# Django's admin draws some of its pictures from the addresses of their data.
with_scripts = csp_update({"img-src": [SELF, "data:"]})


class Desk(AdminSite):
    """Where curators work."""

    site_header = "Desk of the Cable Reading Room"
    site_title = "Cable Reading Room"
    index_title = "Desk"
    login_form = LoginForm

    def has_permission(self, request):
        """Tell whether the user is staff and has given the second factor, if one is required."""
        return super().has_permission(request) and is_enough(request)

    def login(self, request, extra_context=None):
        """Show the login form, or redirect to what the user has yet to do for a second factor."""
        if super().has_permission(request) and must_set_up(request):
            return redirect("admin:second_factor")
        if self.waits_for_code(request):
            return redirect(f"{reverse('admin:code')}?{request.GET.urlencode()}")
        institution = settings.OIDC_ISSUER and (settings.OIDC_NAME or "the institution’s account")
        context = (extra_context or {}) | {"institution": institution}
        return let_use_passkeys(super().login(request, context))

    def waits_for_code(self, request):
        """Tell whether the institution's provider logged in an account that has codes here."""
        by_provider = request.session.get(BACKEND_SESSION_KEY) == BACKEND
        return by_provider and super().has_permission(request) and not is_enough(request)

    def code(self, request):
        """Show the page for the code of such an account."""
        if not self.waits_for_code(request):
            return redirect("admin:login")
        return code(request, self.each_context(request) | {"title": "Second factor"})

    def second_factor(self, request):
        """Show the page for a second factor, the only one until a required factor is set up."""
        may = super().has_permission(request)
        if not may or (has_factor(request.user) and not is_enough(request)):
            return redirect("admin:login")
        context = self.each_context(request) | {"title": "Second factor"}
        return second_factor(request, context)

    def index(self, request, extra_context=None):
        """Show the first page: what waits, today's decisions, holdings, and all lists by task."""
        from cables.admin.desk_home import home

        return super().index(request, (extra_context or {}) | home(request.user))

    def get_app_list(self, request, app_label=None):
        """Return the models that the user may see in groups by task, not by app."""
        from cables.admin.desk_home import group_models

        return group_models(super().get_app_list(request, app_label))

    def get_urls(self):
        patterns = [each for each in super().get_urls() if getattr(each, "name", "") not in UNUSED]
        patterns[:0] = [
            path("login/institution/", begin, name="institution"),
            path("login/institution/back/", come_back, name="institution_back"),
            path("login/code/", self.code, name="code"),
            path("second-factor/", self.second_factor, name="second_factor"),
            path("passkey/", passkeys.BeginRegistration.as_view(), name="passkey"),
            path("passkey/made/", passkeys.CompleteRegistration.as_view(), name="passkey_made"),
            path("login/passkey/", passkeys.BeginLogin.as_view(), name="login_passkey"),
            path("login/passkey/signed/", passkeys.CompleteLogin.as_view(), name="login_signed"),
        ]
        let_scripts_run(patterns)
        return patterns


def let_scripts_run(patterns):
    """Apply the desk's Content-Security-Policy to every view of these patterns."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            let_scripts_run(pattern.url_patterns)
        else:
            pattern.callback = with_scripts(pattern.callback)


def locked_out(request, response, credentials):
    """Return the page after too many failed logins (429), which says how long to wait.

    django-axes calls it. It stores failed attempts in the database, for all web processes, by user
    name and IP address (incoming_requests.py), for fifteen minutes. Successful logins are not
    stored.
    """
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    context = {"minutes": minutes, "title": "Too many attempts"}
    page = render(request, "admin/locked.html", context, status=429)
    page["Retry-After"] = str(minutes * 60)
    page["Cache-Control"] = "no-store"
    return page
