"""The tools for assistants at /mcp: the Streamable HTTP transport of MCP, if a setting offers it.

Each POST is answered with JSON: there are no sessions, and no stream to keep open.
"""

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseForbidden, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt

from ..views.quote import MOST_BYTES, too_long, uncacheable

FOREIGN = "Requests of pages of other sites are refused: connect without a browser.\n"
PLAIN = "text/plain; charset=utf-8"


@csrf_exempt  # The tools only read public data, and assistants have no session.
def mcp_endpoint(request):
    """Answer one message of an assistant."""
    if not settings.MCP:
        raise Http404("This archive offers no tools for assistants.")
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    site = f"{request.scheme}://{request.get_host()}"
    if request.headers.get("Origin", site) != site:
        return HttpResponseForbidden(FOREIGN, content_type=PLAIN)
    if not (request.META.get("CONTENT_LENGTH") or "0").isdecimal() or too_long(request):
        return HttpResponse(f"At most {MOST_BYTES} bytes.\n", content_type=PLAIN, status=413)
    from .mcp_server import exchange  # The package `mcp`, which is optional.

    return uncacheable(exchange(site, request))
