"""The callback of django-axes, which limits failed logins at the desk.

django-axes stores failed attempts in the database, for all web processes, by user name and IP
address (client_addresses.py), for fifteen minutes. Successful logins are not stored.
"""

from django.conf import settings
from django.shortcuts import render


def locked_out(request, response, credentials):
    """Return the page after too many failed logins (429), which says how long to wait."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    context = {"minutes": minutes, "title": "Too many attempts"}
    page = render(request, "admin/locked.html", context, status=429)
    page["Retry-After"] = str(minutes * 60)
    page["Cache-Control"] = "no-store"
    return page
