"""What the room reads of a request: its encoding, the address of its sender, its uploads."""

import re
from collections.abc import Callable
from ipaddress import IPv6Address, IPv6Network
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest

# Of forms with files; as RFC 2046 limits it.
BOUNDARY = re.compile(r';\s*(boundary=(?:"[^"]{1,70}"|[^\s;"]{1,70}))\s*(?:;|$)', re.IGNORECASE)


class RequestEncoding:
    """A WSGI application that hides the charset of requests from another one: all is UTF-8.

    Django decodes query strings and forms by the `charset` in the header Content-Type, with any
    codec that Python has. So one header would make another page at the same address, which caches
    keep for all readers; and some codecs fail before any middleware runs.
    """

    def __init__(self, application: Callable[..., Any]):
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        if ";" in environ.get("CONTENT_TYPE", ""):
            environ["CONTENT_TYPE"] = media_type(environ["CONTENT_TYPE"])
        return self.application(environ, start_response)


def media_type(content_type: str) -> str:
    """Return a media type without its parameters, except the boundary.

    >>> media_type("text/plain; charset=cp037")
    'text/plain'
    """
    boundary = BOUNDARY.search(content_type)
    kind = content_type.partition(";")[0].strip()
    return f"{kind}; {boundary[1]}" if boundary else kind


NETWORK = 64  # Bits of an IPv6 address that a household or a server has; the rest it can choose.


def client_network(request: HttpRequest) -> str | None:
    """Return the client's IPv4 address, or the first address of its IPv6 network.

    Behind a proxy (HTTPS=1) it is as the proxy reports it: only the last address in X-Forwarded-For
    comes from the proxy; a client can invent the others.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-1].strip()
    address = (settings.HTTPS and forwarded) or request.META.get("REMOTE_ADDR") or None
    return address and network_of(address)


def network_of(address: str) -> str:
    """Return the first address of the network of an IPv6 address; others are returned as they are.

    >>> network_of("2001:db8::7:1")
    '2001:db8::'
    """
    try:
        known = IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    mapped = known.ipv4_mapped
    return str(mapped or IPv6Network((known, NETWORK), strict=False).network_address)


class LimitedUpload(TemporaryFileUploadHandler):
    """Store uploads in temporary files of at most UPLOAD_MEGABYTES.

    If a file is larger, the request gets `upload_is_too_large` and the file is not in its FILES.
    The received bytes are counted; the declared length may be wrong.
    """

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        # The file has no name from now on: a process that is killed leaves nothing of it.
        Path(self.file.temporary_file_path()).unlink()

    def receive_data_chunk(self, raw_data, start):
        if start + len(raw_data) > settings.UPLOAD_MEGABYTES * 1_000_000:
            self.file.close()  # Deletes it.
            self.request.upload_is_too_large = True
            raise SkipFile
        return super().receive_data_chunk(raw_data, start)
