"""What visitors get wrong: counted, and told in one line a minute, so that nobody can fill the log.

A request may name a host that is not ours, lack the token of a form, be no HTTP, or ask for what is
not there, as often as its sender likes and with any words in it. None of these words is written.
"""

import atexit
import logging
import threading
from collections import Counter
from http import HTTPStatus

SECONDS = 60
MOST_PLACES = 50  # In the code, whose errors are told in a minute.
LOGINS, LEFT = "logins that failed", "readers who left before their answer was whole"
AGAIN = "errors that are not told again"
KINDS = {
    "django.security.DisallowedHost": "requests with a Host that is not ours",
    "django.security.csrf": "forms without their token",
    "waitress.queue": "requests that waited for a free thread",
}
log = logging.getLogger(__name__)


def answers(status: int) -> str:
    """Return what to call answers with a status, such as "answers 404 (Not Found)"."""
    return f"answers {status} ({HTTPStatus(status).phrase})"


def kind_of(record: logging.LogRecord) -> str | None:
    """Return what to count a line of the log as; None of a line that is to be written."""
    name, area = record.name, record.name.partition(".")[0]
    if name.startswith("django.security."):
        return KINDS.get(name, f"requests refused ({name.rpartition('.')[2]})")
    if name == "django.request" and not record.exc_info and hasattr(record, "status_code"):
        return answers(record.status_code)
    if record.levelno >= logging.ERROR:
        return None
    if area == "axes":
        return LOGINS
    if area == "waitress" and str(record.msg).startswith("Client disconnected"):
        return LEFT
    return KINDS.get(name)


class Counts:
    """Numbers by kind, and the places of errors, since the last line that told of them."""

    def __init__(self):
        self.lock = threading.Lock()
        self.forget()

    def forget(self):
        self.numbers, self.places, self.timer = Counter(), set(), None

    def add(self, kind: str):
        with self.lock:
            self.numbers[kind] += 1
            self.start()

    def is_new(self, place: str) -> bool:
        """Tell whether an error is the first at its place since the last line; count the others."""
        with self.lock:
            known = place in self.places or len(self.places) >= MOST_PLACES
            self.places.add(place)
            self.start()
        if known:
            self.add(AGAIN)
        return not known

    def start(self):
        """Have the line written in a minute."""
        if self.timer is None:
            self.timer = threading.Timer(SECONDS, self.tell)
            self.timer.daemon = True
            self.timer.start()

    def tell(self):
        """Write the line, if there is anything to tell, and begin anew."""
        with self.lock:
            numbers = self.numbers
            self.forget()
        if numbers:
            told = [f"{number:,} {kind}" for kind, number in numbers.most_common()]
            log.info("In the last minute: %s.", ", ".join(told))


counts = Counts()  # Of this process.
atexit.register(counts.tell)
