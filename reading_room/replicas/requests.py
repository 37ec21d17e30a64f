"""What a request may expect of several copies: an answer if one breaks, and one's own writes."""

from contextlib import nullcontext
from importlib import import_module

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections

READER = "reader"
SAFE = {"GET", "HEAD"}


class ReplicasMiddleware:
    """Answers a safe request once more if its connection broke; has curators read the primary.

    It stands before all that asks the database: what they keep of a page would be older, too.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        reader = connections[READER]
        with reader.at_primary() if is_signed_in(request) else nullcontext():
            reader.broke = False
            response = self.get_response(request)
            if reader.broke and request.method in SAFE and not response.streaming:
                reader.close()
                response = self.get_response(request)
        return response


def is_signed_in(request) -> bool:
    """Tell whether the session named in a cookie exists; only the desk gives these.

    A cookie that was made up sends no reader to the primary. Where the primary cannot be asked,
    pages are read by everybody alike.
    """
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if not (key and connections[READER].hears_primary):
        return False
    try:
        return import_module(settings.SESSION_ENGINE).SessionStore().exists(key)
    except (DatabaseError, InterfaceError):
        return False
