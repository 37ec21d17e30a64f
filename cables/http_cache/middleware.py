"""Page cache middleware: ETag, 304 and stored responses, per edition of the archive.

Bodies are compressed with brotli or gzip.
"""

import gzip
import logging
import re
import time
from contextlib import suppress
from dataclasses import replace

import brotli
from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import DisallowedHost, MiddlewareNotUsed
from django.db import Error, connections
from django.http import HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, parse_etags

from ..models.querysets import READER
from .edition import answering_from, index_version, latest_edition, made_by

CODINGS = ("br", "gzip")  # In order of preference.
COMPRESSIBLE = re.compile(r"text/|image/svg|application/(\S+\+)?(json|xml|javascript|link-format)")
ACCEPTED = re.compile(r"\s*([\w*-]+)\s*(?:;\s*q\s*=\s*([\d.]+)\s*)?(?:,|$)")
# Higher levels save a few per cent and take many times as long.
BROTLI_QUALITY, GZIP_LEVEL = 4, 5


def best_coding(accepted: str) -> str:
    """Return the coding for an Accept-Encoding header: "br", "gzip", or "" for none.

    >>> best_coding("gzip, deflate, br;q=0")
    'gzip'
    """
    qualities = {name.lower(): quality or "1" for name, quality in ACCEPTED.findall(accepted)}
    # A quality of 0, 0.0, 0.00 … refuses.
    return next((each for each in CODINGS if qualities.get(each, "0").strip("0.")), "")


def encode(body: bytes, coding: str) -> bytes:
    """Return the body compressed with one of CODINGS."""
    if coding == "br":
        return brotli.compress(body, mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY)
    return gzip.compress(body, GZIP_LEVEL, mtime=0)


# The admin, the monitoring addresses, the public log and its proofs set their own Cache-Control.
UNCACHED = re.compile(r"/(admin|healthz|readyz|metrics|log)(/|$)|/cable/.*/proof(/|\.json)$")
# Without a query string only these depend on how the search index ranks (see edition.py).
RANKED = re.compile(r"/(similar/|elsewhere/|elsewhere\.json)$")
PRIVATE = "private, no-store"
# Request headers by which responses differ. Accept-Datetime asks for an earlier version.
VARY = ("Accept-Datetime", "Accept-Encoding")
FEWEST, MOST = 500, 1_000_000  # Bytes: the smallest body compressed, the largest body stored.
KEPT_SECONDS = 24 * 60 * 60  # The key of a page changes every day.
EXPIRED = "@1"  # X-Accel-Expires in 1970: nginx stores the page and revalidates it each time.
NOT_STORED = "0"
# Seconds after a page expired in which nginx may serve it while it revalidates it. Browsers and
# other caches do not: must-revalidate forbids it.
WHILE_REVALIDATING = 1
PAUSE = 10  # Seconds without requests to a cache that failed, so that no other page waits.
log = logging.getLogger(__name__)


class PageCacheMiddleware:
    """Middleware that answers public pages from the cache while their edition is the latest.

    A browser that has the page in this edition gets 304, at the cost of one database query.
    Responses to requests with a session, and errors, are made anew and marked uncacheable.
    """

    def __init__(self, get_response):
        if settings.DEBUG:  # Templates change without a restart.
            raise MiddlewareNotUsed
        made_by()  # At start-up: later, the files on disk may be those of the next release.
        self.get_response = get_response

    def __call__(self, request):
        if request.method not in ("GET", "HEAD") or UNCACHED.match(request.path_info):
            return self.get_response(request)
        if VARY[0] in request.headers:
            return with_cache_headers(self.get_response(request))
        edition = None
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            with suppress(Error, DisallowedHost):  # The view reports the error.
                address, edition = address_key(request), latest_edition()
                if request.META.get("QUERY_STRING") or RANKED.search(request.path_info):
                    edition = replace(edition, index=index_version())
        if edition is None:
            return private(self.get_response(request))
        with answering_from(edition):
            return self.answer(request, edition, address)

    def answer(self, request, edition, address):
        """Answer 304, or from the cache, or with a new response, which is then stored."""
        name = edition.name(address)
        tag = f'W/"{edition.number}-{name}"'
        if tag in parse_etags(request.headers.get("If-None-Match", "")):
            return with_cache_headers(HttpResponseNotModified(), edition, tag)
        coding = best_coding(request.headers.get("Accept-Encoding", ""))
        key, store = f"{name}.{coding or 'plain'}", PageStore(request)
        if stored := store.get(key):
            return stored
        read_from = connections[READER].connection
        response = self.get_response(request)
        # Reconnected: another replica may be behind.
        is_other = connections[READER].connection is not read_from
        if is_other or (edition.index and edition.index != index_version()):
            return compressed(with_cache_headers(response), coding)
        response = compressed(with_cache_headers(response, edition, tag), coding)
        if request.method == "GET" and response.get("ETag") == tag:
            store.put(key, response)
        return response


def address_key(request):
    """Return every part of the URL that a view sees, as a string for cache keys.

    The URL alone is ambiguous: it does not show where SCRIPT_NAME ends. Raises DisallowedHost.
    """
    meta = request.META
    parts = (meta.get("SCRIPT_NAME", ""), request.path_info, meta.get("QUERY_STRING", ""))
    return repr((request.scheme, request.get_host(), *parts))


class PageStore:
    """The cache of pages. A failing cache counts as empty and is left alone for PAUSE seconds;
    reading and writing fail separately, as a full cache can still be read.

    Addresses with a query string have a smaller cache of their own, in the memory of the
    process: there are endlessly many, and they must not displace other pages.
    """

    failed: dict[tuple[str, str], float] = {}  # {(cache, method): time of the last failure}.

    def __init__(self, request):
        self.name = "questions" if request.META.get("QUERY_STRING") else "pages"

    def get(self, key):
        """Return the stored response, or None."""
        page = self._call("get", key)
        if page is None:
            return None
        headers, body = page
        response = HttpResponse(body, headers=headers)
        response["Cache-Status"] = "reading-room; hit"
        return response

    def put(self, key, response):
        if response.streaming or len(response.content) > MOST:
            return
        page = dict(response.items()), response.content
        self._call("set", key, page, KEPT_SECONDS)

    def _call(self, method, *args):
        """Call a method of the cache. Returns None if it fails or failed a moment ago."""
        call = self.name, method
        if time.monotonic() - self.failed.get(call, -PAUSE) < PAUSE:
            return None
        try:
            return getattr(caches[self.name], method)(*args)
        except Exception as error:  # Each cache backend has its own errors.
            self.failed[call] = time.monotonic()
            log.warning("The page cache fails (%s), for %s seconds: %s", method, PAUSE, error)
            return None


def private(response):
    """Mark a response uncacheable, unless it has a Cache-Control header."""
    response.setdefault("Cache-Control", PRIVATE)
    return response


def with_cache_headers(response, edition=None, tag=None):
    """Add the caching headers to a response; with an edition also ETag and Last-Modified."""
    patch_vary_headers(response, VARY)
    varied = {name.strip().lower() for name in response["Vary"].split(",")}
    personal = response.cookies or varied - {name.lower() for name in VARY}
    if response.status_code >= 400 or personal or "Cache-Control" in response:
        return private(response)
    is_page = bool(tag) and response.status_code in (200, 304)
    if is_page:
        response["ETag"] = tag
        if edition.moved:
            response["Last-Modified"] = http_date(edition.moved.timestamp())
    tell_proxies(response, is_page and not response.streaming)
    return response


def tell_proxies(response, is_stored):
    """Say for how long caches may serve a public response: browsers, a CDN, and nginx.

    nginx heeds X-Accel-Expires, and removes it. `is_stored` is whether it may store the response.
    """
    directives = ["public", "max-age=0", "must-revalidate"]
    if settings.CDN_SECONDS:
        directives.append(f"s-maxage={settings.CDN_SECONDS}")
    if is_stored and settings.PROXY_SECONDS:
        directives.append(f"stale-while-revalidate={WHILE_REVALIDATING}")
    # Before Cache-Control: older versions of nginx heed the first of the two.
    response["X-Accel-Expires"] = (settings.PROXY_SECONDS or EXPIRED) if is_stored else NOT_STORED
    response["Cache-Control"] = ", ".join(directives)


def compressed(response, coding):
    """Compress a public response, without secrets that its length tells, if shorter."""
    whole = not response.streaming and "Content-Encoding" not in response
    smaller = whole and COMPRESSIBLE.match(response.get("Content-Type", ""))
    if coding and smaller and len(response.content) >= FEWEST:
        response.content = encode(response.content, coding)
        response["Content-Encoding"] = coding
        response["Content-Length"] = str(len(response.content))
    return response
