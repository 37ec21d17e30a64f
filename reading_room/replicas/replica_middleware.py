"""Middleware for replicas: repeat a request if its connection broke; read one's own writes."""

from contextlib import nullcontext
from importlib import import_module

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections

READER = "reader"
SAFE = {"GET", "HEAD"}


class ReplicasMiddleware:
    """Answer a safe request again if its connection broke; let curators read from the primary.

    It must come before all middleware that queries the database, whose data it repeats too.
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
    """Tell whether the session in the request's cookie exists; only the desk creates sessions.

    An invented cookie does not send a reader to the primary. While the primary does not answer,
    nobody counts as signed in.
    """
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if not (key and connections[READER].hears_primary):
        return False
    try:
        return import_module(settings.SESSION_ENGINE).SessionStore().exists(key)
    except (DatabaseError, InterfaceError):
        return False
