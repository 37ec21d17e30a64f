"""Errors of files: problem details (RFC 9457) where an address ends in .json, else a sentence.

Programs keep what they are sent: an error of a file is never a page. Any site may read addresses
that end in .json: they are public and use no cookies.
"""

from http import HTTPStatus

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render

TYPE = "application/problem+json"
TEXT = "text/plain; charset=utf-8"
NOWHERE = "Nothing is at this address. What there is: /openapi.json."
# The ends of addresses of files that are no data of the API.
FILES = (".atom", ".bib", ".csv", ".md", ".ris", ".txt", ".xml", ".zip")


def is_data(request) -> bool:
    return request.path.endswith(".json")


def is_page(request) -> bool:
    """Tell whether people read what is at an address: it is no file and no data."""
    return not is_data(request) and not request.path.endswith(FILES)


def problem(status: int, detail: str = "") -> JsonResponse:
    """Return a problem response; `detail` is a sentence."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    return JsonResponse(
        body | ({"detail": detail} if detail else {}),
        status=status,
        content_type=TYPE,
        json_dumps_params={"ensure_ascii": False},
    )


def refuse(request, status: int, detail: str, template: str, context: dict):
    """Return an error: a rendered page, or a sentence at addresses of files."""
    if is_page(request):
        return render(request, template, context, status=status)
    return refuse_file(request, status, detail)


def refuse_file(request, status: int, detail: str) -> HttpResponse:
    """Return an error without a page: a problem at addresses of data, else a line of text."""
    if is_data(request):
        return problem(status, detail)
    return HttpResponse(f"{detail}\n", status=status, content_type=TEXT)


class DataMiddleware:
    """Turn errors at addresses of files from pages into sentences; add CORS headers to data."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.mirror = None  # Templates ask for it, and are slow to find that there is none.
        response = self.get_response(request)
        if is_page(request):
            return response
        expected = TYPE if is_data(request) else TEXT
        if response.status_code >= 400 and response["Content-Type"] != expected:
            response = without_page(request, response)
        if is_data(request) and request.method in ("GET", "HEAD"):
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Expose-Headers"] = "ETag, Link, Retry-After"
        return response

    def process_exception(self, request, exception):
        """Keep the message of an Http404 as the detail of the problem, or as the text."""
        if not is_page(request) and isinstance(exception, Http404):
            return refuse_file(request, 404, str(exception))
        return None


def without_page(request, response):
    """Return an error response without its page, but with its headers; it keeps a plain text."""
    detail = ""
    if response["Content-Type"].startswith("text/plain"):
        detail = response.content.decode().strip()
    elif response.status_code == 404:
        detail = NOWHERE
    elif not is_data(request):
        detail = HTTPStatus(response.status_code).phrase
    rewritten = refuse_file(request, response.status_code, detail)
    for name in ("Allow", "Retry-After", "Cache-Control", "Referrer-Policy", "X-Robots-Tag"):
        if name in response:
            rewritten[name] = response[name]
    return rewritten
