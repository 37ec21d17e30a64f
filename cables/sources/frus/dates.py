"""A dateline -> an instant, and how exactly it is known."""

import re
from calendar import month_abbr
from datetime import UTC, datetime, timedelta

from lxml import etree

# As machines read it in an attribute: a year, a month, a day or a time, perhaps with its zone.
MACHINE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?"
)
GROUP = re.compile(r"\b([01]\d|2[0-3])([0-5]\d)\s?Z\b")
CLOCK = re.compile(r"\b(\d{1,2})(?:[:.](\d\d))?\s?([ap])\.?\s?m\b", re.IGNORECASE)
NAMED = {"noon": (12, 0), "midday": (12, 0), "midnight": (0, 0)}
MONTHS = "|".join(f"{name}[a-z]*" for name in month_abbr[1:])
PRINTED = (
    re.compile(
        rf"\b(?P<month>{MONTHS})\.?\s+(?P<day>\d{{1,2}})(?:st|d|nd|rd|th)?\s?,?\s+(?P<year>1[789]\d\d|20\d\d)"
    ),
    re.compile(
        rf"\b(?P<day>\d{{1,2}})(?:st|d|nd|rd|th)?\s+(?:of\s+)?(?P<month>{MONTHS})\.?,?\s+(?P<year>1[789]\d\d|20\d\d)"
    ),
    re.compile(rf"\b(?P<month>{MONTHS})\.?,?\s+(?P<year>1[789]\d\d|20\d\d)"),
)
EARLIEST = "{http://history.state.gov/ns/1.0}doc-dateTime-min"
Known = tuple[datetime, str]


def find_date(
    document: etree._Element, dateline: etree._Element | None, printed: str
) -> Known | None:
    """Return when a document was written and to what: minute, day, month or year; or None.

    A time is that of the clock on the spot unless the dateline gives its zone.
    """
    for date in dateline.iter("{*}date") if dateline is not None else ():
        if found := parse_machine(_value(date)):
            return with_clock(found, printed)
    return (
        parse_printed(printed)
        or parse_machine(document.get(EARLIEST) or "")
        or _of_the_text(document)
    )


def _value(date: etree._Element) -> str:
    names = ("when", "when-iso", "from", "notBefore", "to", "notAfter")
    return next(filter(None, (date.get(name) for name in names)), "")


def _of_the_text(document: etree._Element) -> Known | None:
    """Return the first date with a value inside the text, as old volumes have it at its end."""
    for line in document.iter("{*}dateline", "{*}closer"):
        for date in line.iter("{*}date"):
            if found := parse_machine(_value(date)):
                return found
    return None


def parse_machine(text: str) -> Known | None:
    """Return the instant in "1959-03-17T00:00:00" and its precision, or None."""
    match = MACHINE.fullmatch(text.strip())
    if not match:
        return None
    year, month, day, hour, minute, zone = match.groups()
    precision = "minute" if hour else "day" if day else "month" if month else "year"
    try:
        instant = datetime(
            int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), tzinfo=UTC
        )
    except ValueError:
        return None
    if zone and zone != "Z":
        sign = -1 if zone[0] == "+" else 1
        instant += sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[4:]))
    return instant, precision


def parse_printed(text: str) -> Known | None:
    """Return the instant in "March 17, 1959, midnight" and its precision, or None."""
    for pattern in PRINTED:
        if match := pattern.search(text):
            found = match.groupdict()
            month = [name.lower() for name in month_abbr].index(found["month"][:3].lower())
            precision = "day" if found.get("day") else "month"
            try:
                day = datetime(int(found["year"]), month, int(found.get("day") or 1), tzinfo=UTC)
            except ValueError:
                return None
            return with_clock((day, precision), text)
    return None


def with_clock(found: Known, printed: str) -> Known:
    """Return a day with the hour that its dateline prints, if it prints one."""
    day, precision = found
    if precision != "day":
        return found
    if group := GROUP.search(printed):
        return day.replace(hour=int(group[1]), minute=int(group[2])), "minute"
    if clock := CLOCK.search(printed):
        hour = int(clock[1]) % 12 + (12 if clock[3].lower() == "p" else 0)
        minute = int(clock[2] or 0)
        if int(clock[1]) <= 12 and minute < 60:
            return day.replace(hour=hour, minute=minute), "minute"
    for word, (hour, minute) in NAMED.items():
        if re.search(rf"\b{word}\b", printed, re.IGNORECASE):
            return day.replace(hour=hour, minute=minute), "minute"
    return found
