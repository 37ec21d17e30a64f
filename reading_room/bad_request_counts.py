"""Count visitors' bad requests, and log the counts once a minute, so that nobody can fill the log.

Anyone can send any number of requests with a wrong Host, without a CSRF token, that are not HTTP,
or for pages that do not exist. Only their number is logged, never their content.
"""

import atexit
import logging
import threading
from collections import Counter
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
