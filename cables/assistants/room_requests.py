"""Ask a view of this room for data, as a reader's program does, without a network."""

import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404
from django.urls import Resolver404, resolve, reverse

MOST_REDIRECTS = 4
FORM = "application/x-www-form-urlencoded"


class ToolRefused(Exception):
    """A tool cannot answer; the message is for the assistant, and says what to do."""


def make_request(
    site: str,
    path: str = "/",
    query: Mapping[str, Any] | None = None,
    form: Mapping[str, str] | None = None,
) -> WSGIRequest:
    """Return a reader's request to an address of the site "https://archive.example".

    With a form it is a POST.
    """
    parts, body = urlsplit(site), urlencode(form or {}).encode()
    port = parts.port or (443 if parts.scheme == "https" else 80)
    environ = {
        "REQUEST_METHOD": "GET" if form is None else "POST",
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": urlencode(query or {}, doseq=True),
        "SERVER_NAME": parts.hostname or "",
        "SERVER_PORT": str(port),
        "HTTP_HOST": parts.netloc,
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": FORM,
    }
    return WSGIRequest(environ)


def ask(
    site: str,
    path: str,
    query: Mapping[str, Any] | None = None,
    form: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the JSON values that an address answers with; redirects are followed.

    Raises ToolRefused with the sentence of the problem if there are none.
    """
    for _ in range(MOST_REDIRECTS):
        response = respond(make_request(site, path, query, form))
        if response.status_code not in (301, 302):
            break
        place = urlsplit(response["Location"])
        path, query = place.path, parse_qs(place.query)
        if not path.endswith(".json"):  # A search for a reference leads to its page.
            path, query = f"{path.rstrip('/')}.json", None
    values: dict[str, Any] = json.loads(response.content)
    if response.status_code >= 400:
        raise ToolRefused(values.get("detail") or values["title"])
    return values


def respond(request: WSGIRequest):
    """Return the response of the view of a request. Raises ToolRefused if there is none."""
    try:
        found = request.resolver_match = resolve(request.path_info)
        return found.func(request, *found.args, **found.kwargs)
    except Resolver404:
        raise ToolRefused("There is no such cable or paragraph.") from None
    except Http404 as error:
        raise ToolRefused(str(error)) from None


def address_of(site: str, name: str, **place: Any) -> str:
    """Return the whole address of a route."""
    return site + reverse(name, kwargs=place)
