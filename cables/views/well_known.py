"""What programs look for at fixed addresses: llms.txt, the API catalog, whom to tell of holes."""

from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..api.signposting import TypedLinks
from ..articles.guidance import offered_pages
from ..search.list_counts import ListCounts

CATALOG = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'
OPENAPI = "application/vnd.oai.openapi+json;version=3.1"
EXPIRES = timedelta(days=180)  # RFC 9116 recommends less than a year.


@require_safe
def llms(request):
    """What the archive is, how it is cited and where to read, for language models (llmstxt.org)."""
    here, tallies = request.build_absolute_uri, ListCounts.current()
    context = {
        "here": here("/").rstrip("/"),
        "cables": sum(tallies.by_year.values()),
        "pages": [(title, here(address)) for title, address in offered_pages(tallies.pages)],
        "mcp": here(reverse("mcp")) if settings.MCP else "",
    }
    return render(request, "llms.txt", context, content_type="text/markdown; charset=utf-8")


@require_safe
def api_catalog(request):
    """The APIs of the archive and their descriptions (RFC 9727), as a linkset (RFC 9264)."""
    here = request.build_absolute_uri
    guide = [{"href": here(reverse("developers")), "type": "text/html"}]
    described = [{"href": here(reverse("openapi")), "type": OPENAPI}]
    harvested = here(reverse("oai"))
    identity = [{"href": f"{harvested}?verb=Identify", "type": "text/xml"}]
    linkset = [
        {"anchor": here("/"), "service-desc": described, "service-doc": guide},
        {"anchor": harvested, "service-desc": identity, "service-doc": guide},
    ]
    if settings.MCP:
        linkset.append({"anchor": here(reverse("mcp")), "service-doc": guide})
    items = [{"href": each["anchor"]} for each in linkset]
    own = {"anchor": here(reverse("api_catalog")), "item": items}
    response = JsonResponse({"linkset": [own, *linkset]}, content_type=CATALOG)
    response["Access-Control-Allow-Origin"] = "*"
    links = TypedLinks(f"{request.scheme}://{request.get_host()}")
    return links.add("api-catalog", reverse("api_catalog")).put(response)


@require_safe
def security(request):
    """Whom to tell of a hole in the security of this site (RFC 9116), if a setting says so."""
    if not settings.SECURITY_CONTACT:
        raise Http404("This archive names no contact for matters of security.")
    day = datetime.combine(datetime.now(UTC), time.min, UTC) + EXPIRES
    lines = [
        *(f"Contact: {each}" for each in settings.SECURITY_CONTACT),
        f"Expires: {day:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
    ]
    if request.is_secure():  # A canonical address must begin with https:// (section 2.5.2).
        lines.append(f"Canonical: {request.build_absolute_uri(reverse('security_txt'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
