"""How often one sender may call the tools: a token bucket for each, in the memory of a process."""

import threading
import time
from collections import OrderedDict

PER_SECOND = 2  # Messages in the long run,
AT_ONCE = 30  # and in a row; an assistant sends three before its first call.
MOST_SENDERS = 10_000  # Whose buckets are kept. One that is forgotten begins anew.


class CallLimits:
    """Counts the messages of senders. It is safe for threads."""

    def __init__(self, per_second: float = PER_SECOND, at_once: float = AT_ONCE):
        self.per_second, self.at_once = per_second, at_once
        self.lock = threading.Lock()
        # {sender: (messages that it may send at once, when that was so in seconds)}.
        self.buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, sender: str, now: float | None = None) -> float:
        """Count a message; return 0, or in how many seconds the sender may try again."""
        now = time.monotonic() if now is None else now
        with self.lock:
            left, since = self.buckets.pop(sender, (self.at_once, now))
            left = min(left + (now - since) * self.per_second, self.at_once)
            is_allowed = left >= 1
            self.buckets[sender] = left - is_allowed, now
            if len(self.buckets) > MOST_SENDERS:
                self.buckets.popitem(last=False)
        return 0.0 if is_allowed else (1 - left) / self.per_second

    def clear(self) -> None:
        with self.lock:
            self.buckets.clear()


LIMITS = CallLimits()
