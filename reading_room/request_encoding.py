"""Read every query string and form as UTF-8, whatever the header Content-Type of a request says.

Django decodes both by the `charset` in that header, with any codec that Python has. So one header
would make another page at the same address, which caches keep for all readers; and some codecs
fail before any middleware runs.
"""

import re
from collections.abc import Callable
from typing import Any

# Of forms with files; as RFC 2046 limits it.
BOUNDARY = re.compile(r';\s*(boundary=(?:"[^"]{1,70}"|[^\s;"]{1,70}))\s*(?:;|$)', re.IGNORECASE)


class RequestEncoding:
    """A WSGI application that hides the charset of requests from another one."""

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
