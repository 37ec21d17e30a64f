"""The header box of a telegram: who sent it, when, to whom (rules H of docs/format.md)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

MONTHS = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"
PRECEDENCES = {"Z": "FLASH", "O": "IMMEDIATE", "P": "PRIORITY", "R": "ROUTINE"}

# Section 3a, DTG: "P R 281848Z DEC 66 ZDK". Blanks only: a line break ends it.
DATE_TIME_GROUP = re.compile(
    r"""^[ \t]{0,8}
    (?:(?P<action>[ZOPR])(?:[ ]{1,4}(?P<info>[ZOPR]))?[ ]{1,4})?
    (?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d)Z[ ]{0,4}
    (?P<month>[A-Za-z]{3})[ ]{1,4}(?P<year>\d{4}|\d\d)
    (?P<signals>(?:[ \t]{1,8}Z[A-Z]{2}\b[^\n]{0,200})?)[ \t]{0,80}$""",
    re.VERBOSE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class DateTimeGroup:
    """When a telegram was sent, how urgently, and the operating signals beside it."""

    instant: datetime  # Aware, in UTC.
    action: str = ""  # "PRIORITY"; "" if not printed.
    info: str = ""
    signals: tuple[str, ...] = ()  # ("ZDK",)


def find_date_time_group(header: str) -> DateTimeGroup | None:
    """Return the first date-time group of a header that names a real date, else None.

    Two digits of a year below 66 are of the 2000s (I-3).
    """
    for match in DATE_TIME_GROUP.finditer(header):
        if instant := _instant(match):
            return DateTimeGroup(
                instant,
                PRECEDENCES.get(match["action"], ""),
                PRECEDENCES.get(match["info"], ""),
                tuple(match["signals"].split()),
            )
    return None


def _instant(match: re.Match) -> datetime | None:
    month, rest = divmod(MONTHS.find(match["month"].upper()), 3)
    if rest:
        return None
    year = int(match["year"])
    if year < 100:
        year += 1900 if year >= 66 else 2000
    day, hour, minute = int(match["day"]), int(match["hour"]), int(match["minute"])
    try:
        return datetime(year, month + 1, day, hour, minute, tzinfo=UTC)
    except ValueError:
        return None
