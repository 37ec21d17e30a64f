"""What went wrong, for programs: RFC 9457. Data are at the addresses that end in .json.

Any site may read them: they are public, and no cookie goes with them.
"""

from http import HTTPStatus

from django.http import Http404, JsonResponse
from django.shortcuts import render

TYPE = "application/problem+json"
NOWHERE = "Nothing is at this address. What there is: /openapi.json."


def is_data(request) -> bool:
    return request.path.endswith(".json")


def problem(status: int, detail: str = "") -> JsonResponse:
    """Return what went wrong, with a sentence on it."""
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    return JsonResponse(
        told | ({"detail": detail} if detail else {}),
        status=status,
        content_type=TYPE,
        json_dumps_params={"ensure_ascii": False},
    )


def refuse(request, status: int, detail: str, template: str, context: dict):
    """Return why there is no answer: as a page, or to a program in a sentence."""
    if is_data(request):
        return problem(status, detail)
    return render(request, template, context, status=status)


class DataMiddleware:
    """Makes whatever is an error a problem, at addresses of data, and lets other sites read it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if not is_data(request):
            return response
        if response.status_code >= 400 and response["Content-Type"] != TYPE:
            response = retold(response)
        if request.method in ("GET", "HEAD"):
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Expose-Headers"] = "ETag, Link, Retry-After"
        return response

    def process_exception(self, request, exception):
        """Keep the sentence of a view that found nothing."""
        if is_data(request) and isinstance(exception, Http404):
            return problem(404, str(exception))
        return None


def retold(response):
    """Return an error as a problem, with its headers; what is plain text is the sentence."""
    detail = ""
    if response["Content-Type"].startswith("text/plain"):
        detail = response.content.decode().strip()
    elif response.status_code == 404:
        detail = NOWHERE
    told = problem(response.status_code, detail)
    for name in ("Allow", "Retry-After", "Cache-Control", "Referrer-Policy", "X-Robots-Tag"):
        if name in response:
            told[name] = response[name]
    return told
