"""Tell which of two cables was sent first: a cable cites no later one (R-4).

Before 1973 times are local ones of the post, so that they may be a day off; others are in UTC.
"""

from datetime import UTC, datetime, timedelta
from typing import Protocol

IN_UTC_SINCE = datetime(1973, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
SPANS = {"day": DAY, "month": timedelta(days=31), "year": timedelta(days=366)}
# latest() in SQL, of the row of a table.
LATEST = """({0}.created + CASE {0}.created_precision
    WHEN 'year' THEN interval '366 days' WHEN 'month' THEN interval '31 days'
    WHEN 'day' THEN interval '1 day'
    ELSE CASE WHEN {0}.created < '1973-01-01Z' THEN interval '1 day' ELSE interval '0' END END)"""


class Sent(Protocol):
    """When a cable was sent, as far as it is known."""

    created: datetime
    created_precision: str


def latest(cable: Sent) -> datetime:
    """Return the last instant at which a cable can have been sent."""
    default = DAY if cable.created < IN_UTC_SINCE else timedelta()
    return cable.created + SPANS.get(cable.created_precision, default)


def is_later(cable: Sent, other: Sent) -> bool:
    """Return whether a cable was certainly sent after another, which then does not cite it."""
    return cable.created > latest(other)
