"""A dateline -> an instant, and how exactly it is known."""

import re
from calendar import month_abbr
from datetime import UTC, datetime, timedelta

from lxml import etree

from .volume import own

# As machines read it in an attribute: a year, a month, a day or a time, perhaps with its zone.
MACHINE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?"
)
GROUP = re.compile(r"\b(?:[0-3]\d)?([01]\d|2[0-3])([0-5]\d)\s?Z\b")
# "2:30–3:15 p.m." began at half past two; "March 3–7 p.m." is an hour of the third.
CLOCK = re.compile(
    r"(?:(?<=, )(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s?(?:[-–—]|to)\s?)?"
    r"\b(?P<last>\d{1,2})(?:[:.](?P<last_minute>\d\d))?\s?(?P<half>[ap])\.?\s?m\b",
    re.IGNORECASE,
)
NAMED = {"noon": (12, 0), "midday": (12, 0), "midnight": (0, 0)}
RECEIVED = re.compile(r"\b[Rr]ec(?:eived|’d|'d|d\b)")
MONTHS = "|".join(f"{name}[a-z]*" for name in month_abbr[1:])
YEAR = r"(?P<year>1[789]\d\d|20\d\d)"
PRINTED = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?P<month>{MONTHS})\.?\s+(?P<day>\d{{1,2}})(?:st|d|nd|rd|th)?\s?,?\s+{YEAR}",
        rf"\b(?P<day>\d{{1,2}})(?:st|d|nd|rd|th)?\s+(?:of\s+)?(?P<month>{MONTHS})\.?,?\s+{YEAR}",
        rf"\b(?P<day>\d\d)\d{{4}}Z\s+(?P<month>{MONTHS})\.?\s+{YEAR}",
        rf"\b(?P<month>{MONTHS})\.?,?\s+{YEAR}",
    )
]
EARLIEST = "{http://history.state.gov/ns/1.0}doc-dateTime-min"
LATEST = "{http://history.state.gov/ns/1.0}doc-dateTime-max"
# A precision -> how much of a machine's date is the same from the earliest to the latest.
SAME = {"minute": 16, "day": 10, "month": 7, "year": 4}
Known = tuple[datetime, str]


def find_date(
    document: etree._Element, dateline: etree._Element | None, printed: str
) -> Known | None:
    """Return when a document was written and to what: minute, day, month or year; or None.

    A time is that of the clock on the spot unless the dateline gives its zone. Where only the
    day is known on which it was received, that is the day.
    """
    sent = RECEIVED.split(printed)[0]
    for date in dateline.iter("{*}date") if dateline is not None else ():
        if found := _of(date):
            return with_clock(found, sent)
    return (
        parse_printed(sent)
        or parse_printed(printed, clock="")
        or between(document.get(EARLIEST) or "", document.get(LATEST) or "")
        or _of_the_text(document)
    )


def find_printed(text: str) -> re.Match | None:
    """Return the first date in words: "March 17, 1959"."""
    return next(filter(None, (pattern.search(text) for pattern in PRINTED)), None)


def _of(date: etree._Element) -> Known | None:
    """Return the value of a <date>; one between two others is as exact as these are near."""
    exact = (date.get(name) for name in ("when", "when-iso", "from"))
    if found := parse_machine(next(filter(None, exact), "")):
        return found
    earliest, latest = date.get("notBefore") or "", date.get("notAfter") or ""
    return between(earliest, latest) or parse_machine(date.get("to") or latest)


def between(earliest: str, latest: str) -> Known | None:
    """Return the first of two instants, as exactly as both are the same.

    Their zone is the clock of Washington, whatever the place: it is left aside.
    """
    found = parse_machine(earliest[: SAME["minute"]])
    if not found or not latest:
        return found
    shared = (name for name, length in SAME.items() if earliest[:length] == latest[:length])
    instant, known = found
    precision = max(known, next(shared, "year"), key=list(SAME).index)
    return (instant if precision == "minute" else instant.replace(hour=0, minute=0)), precision


def _of_the_text(document: etree._Element) -> Known | None:
    """Return the first date with a value inside the text, as old volumes have it at its end."""
    for line in own(document, "dateline", "closer"):
        for date in line.iter("{*}date"):
            if found := _of(date):
                return found
    return None


def parse_machine(text: str) -> Known | None:
    """Return the instant in "1959-03-17T16:00:00" and its precision, or None.

    Programs write midnight where they know no time.
    """
    match = MACHINE.fullmatch(text.strip())
    if not match:
        return None
    year, month, day, hour, minute, zone = match.groups()
    if hour == minute == "00":
        hour = minute = zone = None
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


def parse_printed(text: str, clock: str | None = None) -> Known | None:
    """Return the instant in "March 17, 1959, midnight" and its precision, or None.

    `clock` is where its time is looked for, if not in the same text.
    """
    if not (match := find_printed(text)):
        return None
    found = match.groupdict()
    month = [name.lower() for name in month_abbr].index(found["month"][:3].lower())
    precision = "day" if found.get("day") else "month"
    try:
        day = datetime(int(found["year"]), month, int(found.get("day") or 1), tzinfo=UTC)
    except ValueError:
        return None
    return with_clock((day, precision), text if clock is None else clock)


def with_clock(found: Known, printed: str) -> Known:
    """Return a day with the hour that its dateline prints, if it prints one."""
    day, precision = found
    if precision != "day":
        return found
    time = _group(printed) or _clock(printed) or _named(printed)
    return (day.replace(hour=time[0], minute=time[1]), "minute") if time else found


def _group(printed: str) -> tuple[int, int] | None:
    group = GROUP.search(printed)
    return (int(group[1]), int(group[2])) if group else None


def _clock(printed: str) -> tuple[int, int] | None:
    """Return the hour and minute in "4:30 p.m.", or those at which "2:30–3:15 p.m." begins."""
    clock = CLOCK.search(printed)
    if not clock or int(clock["last"]) > 12 or int(clock["last_minute"] or 0) > 59:
        return None
    half, last = clock["half"].lower(), int(clock["last"]) % 12
    if clock["hour"] is None:
        return last + 12 * (half == "p"), int(clock["last_minute"] or 0)
    first, minute = int(clock["hour"]) % 12, int(clock["minute"] or 0)
    afternoon = (half == "p") == (first <= last)  # "11:30–12:15 p.m." begins before noon.
    return (first + 12 * afternoon, minute) if minute < 60 else None


def _named(printed: str) -> tuple[int, int] | None:
    words = re.findall(r"\w+", printed.lower())
    return next((time for word, time in NAMED.items() if word in words), None)
