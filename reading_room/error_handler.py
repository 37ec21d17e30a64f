"""The handler of server errors: 503 with Retry-After while PostgreSQL does not answer, else 500.

Django calls `server_error_response` for every error in a view, a template or a middleware. Its
page must not use the database.
"""

import logging
import sys
import time

import psycopg
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import server_error

from cables.api.problems import is_page, refuse_file

RETRY_AFTER = 10  # Seconds.
WARNING_PAUSE = 10  # Seconds between two log lines: all requests fail during an outage.
# PostgreSQL's classes of temporary errors: connection, rollback, resources, intervention, system.
TEMPORARY = ("08", "40", "53", "55", "57", "58")
READ_ONLY = "25006"  # The primary became a replica: the next connection finds the new one.

log = logging.getLogger("reading_room.outage")
last_warning = float("-inf")  # By time.monotonic().


def server_error_response(request: HttpRequest) -> HttpResponse:
    """Answer a request that ended in an error: 503 if the database was the cause, else 500."""
    error = sys.exc_info()[1]
    if error and is_outage(error):
        return unavailable(request, error)
    if not is_page(request):
        return refuse_file(request, 500, "The answer could not be made. The fault is ours.")
    return server_error(request)


def is_outage(error: BaseException) -> bool:
    """Tell whether an error, or one of its causes, is a temporary error of the database."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, psycopg.Error):
            if cause.sqlstate:
                return cause.sqlstate.startswith(TEMPORARY) or cause.sqlstate == READ_ONLY
            return isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError)
        cause = cause.__cause__ or cause.__context__
    return False


def unavailable(request: HttpRequest, error: BaseException) -> HttpResponse:
    """Return the response (503) while the database does not answer."""
    global last_warning
    if time.monotonic() - last_warning > WARNING_PAUSE:
        last_warning = time.monotonic()
        kind = type(error.__cause__ or error).__name__  # The driver's class distinguishes timeouts.
        log.warning("The database does not answer (%s): readers get 503.", kind)
    if not is_page(request):
        detail = f"The archive cannot be read just now. Try again in {RETRY_AFTER} seconds."
        response: HttpResponse = refuse_file(request, 503, detail)
    else:
        response = render(None, "503.html", status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    # Otherwise Django would log a traceback for each (django.utils.log.log_response).
    vars(response)["_has_been_logged"] = True
    return response
