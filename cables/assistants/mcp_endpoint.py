"""The tools for assistants at /mcp: the Streamable HTTP transport of MCP, if a setting offers it.

Each POST is answered with JSON: there are no sessions, and no stream to keep open.
"""

from math import ceil

from django.conf import settings
from django.http import Http404, HttpResponseNotAllowed, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from ..views.about_pages.request_pages import sender_of
from ..views.quote import MOST_BYTES, too_long, uncacheable
from .call_limits import LIMITS

FOREIGN = "Requests of pages of other sites are refused: connect without a browser."
FOR_ASSISTANTS = "Connect an assistant to this address, by the Model Context Protocol.\n"
PLAIN = "text/plain; charset=utf-8"
REFUSED = -32000  # The first code of JSON-RPC that a server may give a meaning of its own.


@csrf_exempt  # The tools only read public data, and assistants have no session.
def mcp_endpoint(request):
    """Answer one message of an assistant."""
    if not settings.MCP:
        raise Http404("This archive offers no tools for assistants.")
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"], FOR_ASSISTANTS, content_type=PLAIN)
    site = f"{request.scheme}://{request.get_host()}"
    if request.headers.get("Origin", site) != site:
        return refuse(403, FOREIGN)
    if not (request.META.get("CONTENT_LENGTH") or "0").isdecimal() or too_long(request):
        return refuse(413, f"A message has at most {MOST_BYTES} bytes.")
    if not request.body:
        return refuse(400, "A message of JSON-RPC is expected, and nothing was sent.")
    if seconds := ceil(LIMITS.wait(sender_of(request))):
        response = refuse(429, f"Too many messages: try again in {seconds} s.")
        response["Retry-After"] = seconds
        return response
    from .mcp_server import exchange  # The package `mcp`, which is optional.

    return uncacheable(exchange(site, request))


def refuse(status: int, sentence: str) -> JsonResponse:
    """Return an error of JSON-RPC about a message that was not read, so that it has no id."""
    error = {"code": REFUSED, "message": sentence}
    values = {"jsonrpc": "2.0", "id": None, "error": error}
    return uncacheable(JsonResponse(values, status=status))
