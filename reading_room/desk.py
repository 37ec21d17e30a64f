"""The desk's own site, and what its pages may load beyond what readers' pages may.

It stands outside of cables.admin: Django makes it while that package is being imported.
"""

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib.admin import AdminSite
from django.urls import URLResolver

# Django's admin runs scripts of its own, which ask the server for suggestions.
with_scripts = csp_update(
    {"script-src": [SELF], "connect-src": [SELF], "img-src": [SELF, "data:"]},
)


class Desk(AdminSite):
    """Where curators work."""

    site_header = "Desk of the Cable Reading Room"
    site_title = "Cable Reading Room"
    index_title = "Desk"

    def index(self, request, extra_context=None):
        """The first page: what needs a person, for those who may see it, and all lists."""
        from cables.admin.matters import MOST, work_list  # It registers itself with this site.

        sees = request.user.has_perm("cables.view_left")
        work = {"work": work_list() if sees else None, "most": MOST}
        return super().index(request, (extra_context or {}) | work)

    def get_urls(self):
        patterns = super().get_urls()
        let_scripts_run(patterns)
        return patterns


def let_scripts_run(patterns):
    """Put the desk's policy on every view of these patterns."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            let_scripts_run(pattern.url_patterns)
        else:
            pattern.callback = with_scripts(pattern.callback)
