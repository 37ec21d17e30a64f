"""The tools for assistants at /mcp: the Streamable HTTP transport of MCP, if a setting offers it.

Each POST is answered with JSON: there are no sessions, and no stream to keep open. How often
one sender may call is a token bucket for each, in the memory of a process.
"""

import threading
import time
from collections import OrderedDict
from math import ceil

from django.conf import settings
from django.http import Http404, HttpResponseNotAllowed, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from ..views.about_pages.request_pages import sender_of
from ..views.quote import MOST_BYTES, too_long, uncacheable

PER_SECOND = 2  # Messages in the long run,
AT_ONCE = 30  # and in a row; an assistant sends three before its first call.
MOST_SENDERS = 10_000  # Whose buckets are kept. One that is forgotten begins anew.


class CallLimits:
    """Counts the messages of senders. It is safe for threads."""

    def __init__(self, per_second: float = PER_SECOND, at_once: float = AT_ONCE):
        self.per_second, self.at_once = per_second, at_once
        self.lock = threading.Lock()
        # {sender: (messages that it may send at once, when that was so in seconds)}.
        self.buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, sender: str, now: float | None = None) -> float:
        """Count a message; return 0, or in how many seconds the sender may try again."""
        now = time.monotonic() if now is None else now
        with self.lock:
            left, since = self.buckets.pop(sender, (self.at_once, now))
            left = min(left + (now - since) * self.per_second, self.at_once)
            is_allowed = left >= 1
            self.buckets[sender] = left - is_allowed, now
            if len(self.buckets) > MOST_SENDERS:
                self.buckets.popitem(last=False)
        return 0.0 if is_allowed else (1 - left) / self.per_second

    def clear(self) -> None:
        with self.lock:
            self.buckets.clear()


LIMITS = CallLimits()


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
