"""Errors at addresses that end in .json, as problem details (RFC 9457), and their CORS headers.

Any site may read these addresses: they are public and use no cookies.
"""

from http import HTTPStatus

from django.http import Http404, JsonResponse
from django.shortcuts import render

TYPE = "application/problem+json"
NOWHERE = "Nothing is at this address. What there is: /openapi.json."


def is_data(request) -> bool:
    return request.path.endswith(".json")


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
    """Return an error: a rendered page, or a problem at addresses of data."""
    if is_data(request):
        return problem(status, detail)
    return render(request, template, context, status=status)


class DataMiddleware:
    """Turn every error at addresses of data into a problem, and add CORS headers."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if not is_data(request):
            return response
        if response.status_code >= 400 and response["Content-Type"] != TYPE:
            response = as_problem(response)
        if request.method in ("GET", "HEAD"):
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Expose-Headers"] = "ETag, Link, Retry-After"
        return response

    def process_exception(self, request, exception):
        """Keep the message of an Http404 as the detail of the problem."""
        if is_data(request) and isinstance(exception, Http404):
            return problem(404, str(exception))
        return None


def as_problem(response):
    """Return an error response as a problem with its headers; plain text becomes the detail."""
    detail = ""
    if response["Content-Type"].startswith("text/plain"):
        detail = response.content.decode().strip()
    elif response.status_code == 404:
        detail = NOWHERE
    rewritten = problem(response.status_code, detail)
    for name in ("Allow", "Retry-After", "Cache-Control", "Referrer-Policy", "X-Robots-Tag"):
        if name in response:
            rewritten[name] = response[name]
    return rewritten
