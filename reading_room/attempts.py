"""Passwords that are guessed at the desk: counted for a quarter of an hour, then forgotten.

django-axes keeps failed attempts in the database, for all web processes together, by the name that
was tried and the address that tried it. Nothing is kept of a login that succeeds.
"""

from django.conf import settings
from django.shortcuts import render


def sender(request):
    """Return the address that sent a request, as the proxy next to us says.

    Of X-Forwarded-For only the last address is the proxy's word; the others are the sender's own.
    """
    passed_on = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-1].strip()
    return (settings.HTTPS and passed_on) or request.META.get("REMOTE_ADDR") or None


def locked_out(request, response, credentials):
    """Return the page for who tried too often: it says how long to wait."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    context = {"minutes": minutes, "title": "Too many attempts"}
    page = render(request, "admin/locked.html", context, status=429)
    page["Retry-After"] = str(minutes * 60)
    page["Cache-Control"] = "no-store"
    return page
