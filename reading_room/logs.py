"""Logging as text or JSON, without anything that a reader typed and without IP addresses.

Error messages can repeat what was typed, as PostgreSQL's do, and an address contains the query. So
an error in a request is logged with its class, the traceback without messages, and the URL pattern
of its address. Errors that anyone can cause at will (a wrong Host, no CSRF token, no HTTP, no such
page) are only counted, and told once a minute: nobody can fill the log.
"""

import atexit
import json
import logging
import threading
import traceback
from collections import Counter
from datetime import UTC, datetime
from http import HTTPStatus

SECONDS = 60
MOST_PLACES = 50  # Places in the code whose errors are logged within a minute.
# The texts in the log.
LOGINS, LEFT = "logins that failed", "readers who left before their answer was whole"
REPEATED = "errors that are not told again"
KINDS = {
    "django.security.DisallowedHost": "requests with a Host that is not ours",
    "django.security.csrf": "forms without their token",
    "waitress.queue": "requests that waited for a free thread",
}
log = logging.getLogger("reading_room.counts")


def status_kind(status: int) -> str:
    """Return the name under which a status is counted: "answers 404 (Not Found)"."""
    return f"answers {status} ({HTTPStatus(status).phrase})"


def kind_of(record: logging.LogRecord) -> str | None:
    """Return the name under which a log record is counted; None if it is to be written."""
    name, area = record.name, record.name.partition(".")[0]
    if name.startswith("django.security."):
        return KINDS.get(name, f"requests refused ({name.rpartition('.')[2]})")
    if name == "django.request" and not record.exc_info and hasattr(record, "status_code"):
        return status_kind(record.status_code)
    if record.levelno >= logging.ERROR:
        return None
    if area == "axes":
        return LOGINS
    if area == "waitress" and str(record.msg).startswith("Client disconnected"):
        return LEFT
    return KINDS.get(name)


class Counts:
    """The counts by kind, and the places of logged errors, since the last summary."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        self.numbers: Counter[str] = Counter()
        self.places: set[str] = set()
        self.timer: threading.Timer | None = None

    def add(self, kind: str):
        with self.lock:
            self.numbers[kind] += 1
            self.schedule()

    def is_new(self, place: str) -> bool:
        """Tell if this is the first error at its place since the last summary; else count it."""
        with self.lock:
            known = place in self.places or len(self.places) >= MOST_PLACES
            self.places.add(place)
            self.schedule()
        if known:
            self.add(REPEATED)
        return not known

    def schedule(self):
        """Schedule the summary in a minute, unless it is scheduled already."""
        if self.timer is None:
            self.timer = threading.Timer(SECONDS, self.log_summary)
            self.timer.daemon = True
            self.timer.start()

    def log_summary(self):
        """Log the summary, if anything was counted, and reset the counts."""
        with self.lock:
            numbers = self.numbers
            self.reset()
        if numbers:
            parts = [f"{number:,} {kind}" for kind, number in numbers.most_common()]
            log.info("In the last minute: %s.", ", ".join(parts))


counts = Counts()  # Of this process.
atexit.register(counts.log_summary)


WEB = ("django", "gunicorn", "waitress")  # Loggers of events during requests.


def is_of_web(record):
    return record.name.split(".")[0] in WEB


class Seldom(logging.Filter):
    """Drop records that are counted, and errors that were logged within the last minute."""

    def filter(self, record):
        if kind := kind_of(record):
            request = getattr(record, "request", None)
            if not getattr(request, "is_counted", False):  # Django logs a bad Host twice.
                counts.add(kind)
            if request is not None:
                request.is_counted = True
            return False
        error = record.exc_info and record.exc_info[1]
        return not (error and is_of_web(record)) or counts.is_new(where(error))


class LineFormatter(logging.Formatter):
    def format(self, record):
        if is_of_web(record):
            if record.exc_info and record.exc_info[1]:
                record.exc_text = where(record.exc_info[1])
            hide(record)
        if job := getattr(record, "job", None):  # Of the worker: its arguments may have a reason.
            record.msg = str(record.msg).replace(job["call_string"], job["task_name"])
        return super().format(record)


class JsonLines(LineFormatter):
    """Log records as one JSON object a line, for programs that collect logs."""

    def format(self, record):
        super().format(record)
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        if status := getattr(record, "status_code", None):
            entry["status"] = status
        if record.exc_text:
            entry["error"] = record.exc_text
        return json.dumps(entry, ensure_ascii=False)


def hide(record):
    """Replace the requested address in a record by its URL pattern."""
    if record.name == "django.request" and hasattr(record, "request"):
        match = getattr(record.request, "resolver_match", None)
        pattern = f"/{match.route}" if match else "an address without a view"
        record.msg, record.args = "%s: %s", (record.args[0], pattern)
    elif str(record.msg).startswith("Exception while serving"):
        record.msg, record.args = "An answer broke off", ()


def where(error):
    """Return the traceback and the class of an error and its causes, without their messages."""
    parts = []
    while error is not None:
        kind = f"{type(error).__module__}.{type(error).__qualname__}"
        state = getattr(error, "sqlstate", None)
        lines = "".join(traceback.format_tb(error.__traceback__))
        parts.append(f"{lines}{kind}{f' ({state})' if state else ''}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nwhich followed from\n".join(parts)


def log_configuration(level: str, form: str) -> dict:
    """Return LOGGING for a log on standard error, in the form "text" or "json".

    Django's own handlers are removed: they log errors only when DEBUG is on, and one of them would
    mail the whole failed request.
    """
    line = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"text": {"()": LineFormatter, "format": line}, "json": {"()": JsonLines}},
        "filters": {"seldom": {"()": Seldom}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": form, "filters": ["seldom"]}
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": []},
            "django.request": {"level": "WARNING"},
            "axes": {"level": "WARNING"},
            "mcp": {"level": "CRITICAL"},  # It would log what assistants send.
            "procrastinate": {"level": "WARNING"},  # The worker would log each task.
        },
    }
