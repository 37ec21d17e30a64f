"""Public pages under the name of their edition: nobody is sent one twice, and it is made once."""

import logging
import re
import time
from contextlib import suppress

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import DisallowedHost, MiddlewareNotUsed
from django.db import Error, connections
from django.http import HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, parse_etags

from .editions import answering_from, latest_edition, made_by
from .encodings import best_coding, encode, is_compressible
from .querysets import READER

# The desk, and what watches the room, say themselves who may keep their answers.
LEFT_ALONE = re.compile(r"/(admin|healthz|readyz|metrics)(/|$)")
PRIVATE = "private, no-store"
# Headers of a request by which answers differ. One with the first is for another time than now.
VARY = ("Accept-Datetime", "Accept-Encoding")
FEWEST, MOST = 500, 1_000_000  # Bytes of a body that is compressed at the least, kept at the most.
KEPT_SECONDS = 24 * 60 * 60  # A day has its own editions.
ALWAYS_ASKED = "@1"  # To nginx: good until 1970. It keeps the page, and asks before it shows it.
REST = 10  # Seconds for which a cache that failed is not asked: no second page waits for it.
log = logging.getLogger(__name__)


class Keeping:
    """Middleware that answers from what is kept, if the edition is still the latest.

    What a browser has of this edition it is not sent again, for one question to the database.
    Whoever has a session, and every error, is answered anew, and nobody on the way keeps it.
    """

    def __init__(self, get_response):
        if settings.DEBUG:  # Templates change without a restart.
            raise MiddlewareNotUsed
        made_by()  # Now: later the files may be those of the next release.
        self.get_response = get_response

    def __call__(self, request):
        if request.method not in ("GET", "HEAD") or LEFT_ALONE.match(request.path_info):
            return self.get_response(request)
        if VARY[0] in request.headers:
            return dated(self.get_response(request))
        edition = None
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            with suppress(Error, DisallowedHost):  # The views say what is wrong.
                address, edition = seen(request), latest_edition()
        if edition is None:
            return private(self.get_response(request))
        with answering_from(edition):
            return self.answer(request, edition, address)

    def answer(self, request, edition, address):
        """Answer with the edition of a page, in whichever way costs least."""
        name = edition.name(address)
        tag = f'W/"{edition.number}-{name}"'
        if tag in parse_etags(request.headers.get("If-None-Match", "")):
            return dated(HttpResponseNotModified(), edition, tag)
        coding = best_coding(request.headers.get("Accept-Encoding", ""))
        key, shelf = f"{name}.{coding or 'plain'}", Shelf(request)
        if kept := shelf.get(key):
            return kept
        read_from = connections[READER].connection
        response = self.get_response(request)
        if connections[READER].connection is not read_from:  # Another server may be behind.
            return dated(response)
        response = compressed(dated(response, edition, tag), coding)
        if request.method == "GET" and response.get("ETag") == tag:
            shelf.put(key, response)
        return response


def seen(request):
    """Return all of an address that the view of a page sees: two pages never share it.

    The whole address would not do: which part of its path is the script's name and which the view's
    is not written in it. Raises DisallowedHost.
    """
    meta = request.META
    parts = (meta.get("SCRIPT_NAME", ""), request.path_info, meta.get("QUERY_STRING", ""))
    return repr((request.scheme, request.get_host(), *parts))


class Shelf:
    """Where pages are kept. A cache that fails is as good as an empty one, and left to rest:
    one that is full takes nothing, and still gives.

    Addresses with a query string have a smaller shelf of their own, in the memory of the
    process: anyone can invent as many as he likes, and pushes out nothing else with them.
    """

    failed: dict[tuple[str, str], float] = {}  # When a cache did, by its name and what was asked.

    def __init__(self, request):
        self.name = "questions" if request.META.get("QUERY_STRING") else "pages"

    def get(self, key):
        """Return the response that is kept, or None."""
        kept = self._ask("get", key)
        if kept is None:
            return None
        headers, body = kept
        response = HttpResponse(body, headers=headers)
        response["Cache-Status"] = "reading-room; hit"
        return response

    def put(self, key, response):
        if response.streaming or len(response.content) > MOST:
            return
        page = dict(response.items()), response.content
        self._ask("set", key, page, KEPT_SECONDS)

    def _ask(self, method, *given):
        """Return what the cache answers; None if it fails, or did so a moment ago."""
        asked = self.name, method
        if time.monotonic() - self.failed.get(asked, -REST) < REST:
            return None
        try:
            return getattr(caches[self.name], method)(*given)
        except Exception as error:  # Each kind of cache has errors of its own.
            self.failed[asked] = time.monotonic()
            log.warning("The page cache fails (%s), for %s seconds: %s", method, REST, error)
            return None


def private(response):
    """Return a response that nobody may keep, unless it says itself who may."""
    response.setdefault("Cache-Control", PRIVATE)
    return response


def dated(response, edition=None, tag=None):
    """Return a response that says how long it is good for; a page also from which edition it is."""
    patch_vary_headers(response, VARY)
    varied = {name.strip().lower() for name in response["Vary"].split(",")}
    personal = response.cookies or varied - {name.lower() for name in VARY}
    if response.status_code >= 400 or personal or "Cache-Control" in response:
        return private(response)
    shared = f", s-maxage={settings.CDN_SECONDS}" if settings.CDN_SECONDS else ""
    response["Cache-Control"] = f"public, max-age=0, must-revalidate{shared}"
    if tag and response.status_code in (200, 304):
        response["ETag"] = tag
        if not response.streaming:
            response["X-Accel-Expires"] = ALWAYS_ASKED
        if edition.moved:
            response["Last-Modified"] = http_date(edition.moved.timestamp())
    return response


def compressed(response, coding):
    """Return a response in a coding, if that makes it smaller. No page of the desk comes here.

    There is no secret in a public page that its length could give away.
    """
    whole = not response.streaming and "Content-Encoding" not in response
    smaller = whole and is_compressible(response.get("Content-Type", ""))
    if coding and smaller and len(response.content) >= FEWEST:
        response.content = encode(response.content, coding)
        response["Content-Encoding"] = coding
        response["Content-Length"] = str(len(response.content))
    return response
