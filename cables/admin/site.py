"""The desk itself, and what its pages may load."""

from functools import wraps

from django.contrib.admin import AdminSite
from django.urls import URLResolver

# Django's admin runs scripts of its own and asks the server for suggestions; readers' pages do
# neither, and get a stricter policy.
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)


class Desk(AdminSite):
    """Where curators work."""

    site_header = "Desk of the Cable Reading Room"
    site_title = "Cable Reading Room"
    index_title = "Desk"

    def get_urls(self):
        patterns = super().get_urls()
        set_policy(patterns)
        return patterns


def set_policy(patterns):
    """Make every view of these patterns say what its page may load."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            set_policy(pattern.url_patterns)
        else:
            pattern.callback = with_policy(pattern.callback)


def with_policy(view):
    @wraps(view)
    def answer(*args, **kwargs):
        response = view(*args, **kwargs)
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return answer
