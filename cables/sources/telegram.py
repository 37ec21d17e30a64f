"""Header and body of a telegram -> what it says of itself: the one entry to all its fields."""

from dataclasses import dataclass, field
from datetime import datetime

from . import header as header_box
from . import preamble


@dataclass(frozen=True, slots=True)
class Telegram:
    """What a telegram says of itself. Empty where it says nothing; never guessed."""

    sent: datetime | None = None  # The instant of its date-time group, in UTC.
    subject: str = ""
    tags: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    facts: dict = field(default_factory=dict)
    warnings: tuple[tuple[str, str], ...] = ()


def parse_telegram(
    header: str, body: str, *, reference: str, created: datetime | None = None
) -> Telegram:
    """Return the fields of a telegram (format.md 3 and 5). Never raises, linear in length."""
    group = header_box.find_date_time_group(header)
    return Telegram(
        sent=group.instant if group else None,
        subject=preamble.find_subject(body),
        tags=preamble.find_tags(body),
    )
