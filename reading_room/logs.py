"""Logging as text or JSON, without anything that a reader typed and without IP addresses.

Error messages can repeat what was typed, as PostgreSQL's do, and an address contains the query. So
an error in a request is logged with its class, the traceback without messages, and the URL pattern
of its address. Errors that anyone can cause at will are only counted (`bad_request_counts.py`).
"""

import json
import logging
import os
import traceback
from datetime import UTC, datetime

from gunicorn.glogging import Logger

from .bad_request_counts import counts, kind_of, status_kind

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
    """Log records as text, for people."""

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
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": form,
                "filters": ["seldom"],
            }
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


class ServerLogger(Logger):
    """Gunicorn's logger without the address and the sender of a failed request."""

    error_fmt = "%(asctime)s %(levelname)s %(name)s: %(message)s"

    def setup(self, cfg):
        super().setup(cfg)
        formatter = (
            JsonLines() if os.environ.get("LOG_FORMAT") == "json" else LineFormatter(self.error_fmt)
        )
        for handler in self.error_log.handlers:
            handler.setFormatter(formatter)
            handler.addFilter(Seldom())

    def warning(self, msg, *args, **kwargs):
        if msg.startswith("Invalid request from ip="):
            counts.add(status_kind(400))
        else:
            super().warning(msg, *args, **kwargs)

    def exception(self, msg, *args, **kwargs):
        if str(msg).startswith("Error handling request"):
            msg, args = "Error handling request", ()
        super().exception(msg, *args, **kwargs)
