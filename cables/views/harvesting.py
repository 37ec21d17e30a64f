"""OAI-PMH 2.0 at /oai: programs harvest the records of all cables, and later what changed."""

import re
from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.http.request import split_domain_port
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ..api.oai_pmh.harvest_answers import Repository, answer
from .cable_pages.metadata import name_authority

FORM = "application/x-www-form-urlencoded"  # What the protocol allows; no file can be in it.
EMAIL = re.compile(r"(?:mailto:)?([^\s@?]+@(?:[^\s@?.]+\.)+[^\s@?.]+)(?:\?.*)?")
# An answer bears the time up to which it is complete: a replica may lag behind, and the last
# changes take a moment to commit. Who continues from that time misses none of them.
COMMITTING = timedelta(seconds=55)


@csrf_exempt  # The view only reads public data, and harvesters have no session.
@require_http_methods(["GET", "HEAD", "POST"])
def oai(request):
    """Answer a request of OAI-PMH; it has its arguments in the address or in a form."""
    given = request.GET
    if request.method == "POST":
        given = request.POST if request.content_type == FORM else QueryDict()
    complete = timezone.now() - timedelta(seconds=settings.REPLICA_LAG) - COMMITTING
    body = answer(repository_of(request), dict(given.lists()), complete)
    response = HttpResponse(body, content_type="text/xml; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    patch_cache_control(response, no_store=True)
    return response


def repository_of(request) -> Repository:
    """Return what the site is for harvesters."""
    host, _ = split_domain_port(request.get_host())
    return Repository(
        address=request.build_absolute_uri(reverse("oai")),
        namespace=settings.OAI_NAMESPACE or host,
        email=admin_email(host),
        authority=name_authority(),
        here=request.build_absolute_uri,
    )


def admin_email(host: str) -> str:
    """Return the address that harvesters may write to: where others may, or the webmaster's."""
    for given in (settings.OAI_EMAIL, settings.SUPPORT_URL, settings.REQUEST_ADDRESS):
        if match := EMAIL.fullmatch(given):
            return match[1]
    return f"webmaster@{host if '.' in host else f'{host}.invalid'}"
