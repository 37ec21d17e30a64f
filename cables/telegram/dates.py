"""Parse the dates and times that sources print, and write them as precisely as they are known.

All formats that are read are in the table FORMATS, those that are written in STYLES.

The groups of a format are named after what they hold: year (two or four digits), month (a number
or an English name), day, hour, minute, half ("AM", "PM") and zone ("Z", "+01:00"). A date is given
back as `Dated`: an aware datetime in UTC, and its precision, which is the smallest part that is
printed: "minute", "day", "month" or "year".
"""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Literal

Dated = tuple[datetime, str]
# Stored as the day of release of a cable if no source says it: before all others, so that it is
# last in lists of the latest. Never shown.
NO_DAY = date.min

PIVOT = 66  # Two digits of a year from 66 on are of the 1900s, others of the 2000s (I-3).
PRECISIONS = ("minute", "day", "month", "year")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTH_NAME = re.compile(
    r"JAN(UARY)?|FEB(RUARY)?|MAR(CH)?|APR(IL)?|MAY|JUNE?|JULY?|AUG(UST)?|SEP(T|TEMBER)?"
    r"|OCT(OBER)?|(NOV|DEC)(EMBER)?",
    re.IGNORECASE,
)

_NAMED = rf"(?P<month>(?:{'|'.join(MONTHS)})[a-z]*)"
_ORDINAL = r"(?P<day>\d{1,2})(?:st|d|nd|rd|th)?"
_YEAR = r"(?P<year>1[6-9]\d\d|20\d\d)"
# A time behind a date in a table; "AM" and "PM" are the group half.
_TIME = (
    r"(?:(?:,? {1,3}|T)(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::\d\d(?:\.\d{1,9})?)?"
    r" ?(?P<half>[AP]\.?M\.?)? ?(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d)?)?"
)
FORMATS = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        # Headers (H-5), without the precedence before it.
        "140926Z MAR 06": r"(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d)Z[ ]{0,4}"
        r"(?P<month>[A-Za-z]{3,4})[ ]{1,4}(?P<year>\d{4}|\d\d)",
        # Lines E.O. (H-12).
        "2012/11/22": r"(?P<year>\d{4})[/.-](?P<month>\d\d?)[/.-](?P<day>\d\d?)(?!\d)",
        "11/22/12": r"(?P<month>\d\d?)[/.-](?P<day>\d\d?)[/.-](?P<year>\d{4}|\d\d)(?!\d)",
        # Pages of the mirror (M-9), CSV dumps (C-3), text files.
        "2007-11-07 01:27": r"(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)"
        r"(?:[ T](?P<hour>\d\d?):(?P<minute>\d\d)(?::\d\d)?)?",
        "11/07/2007 1:27": r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})"
        r" (?P<hour>\d{1,2}):(?P<minute>\d\d)(?::\d\d)?",
        "Wed Dec 12 00:00:00 +0100 2001": r"(?-i:[A-Z][a-z]{2} (?P<month>[A-Z][a-z]{2}) {1,2})"
        r"(?P<day>\d{1,2}) [\d:]{8} [+-]\d{4} (?P<year>\d{4})",
        # Electronic telegrams of the National Archives (N-3).
        "17 Mar 1973": r"(?P<day>\d{1,2})\s+(?P<month>[A-Z]{3})\s+(?P<year>\d{4})",
        "17-Mar-1973 12:00:00 AM": r"(?P<day>\d{1,2})-(?P<month>[A-Z]{3})-(?P<year>\d{4})"
        r"(?:\s+(?:1[0-2]|0?[1-9]):[0-5]?\d:[0-5]?\d\s+[AP]M)?",
        "17/03/1973": r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})",
        "03/17/1973": r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})",
        "1973 March 17, 20:12 (Saturday)": rf"(?P<year>\d{{4}}) {_NAMED} (?P<day>\d{{1,2}}),?"
        r"(?: (?P<hour>\d\d?):(?P<minute>\d\d))?(?: \([A-Z]+\))?",
        "1973-03-17": r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
        # Attributes of TEI: a year, a month, a day or a time, perhaps with its zone.
        "1959-03-17T16:00:00-05:00": r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
        r"(?:T(?P<hour>\d\d):(?P<minute>\d\d)(?::\d\d(?:\.\d+)?)?(?P<zone>Z|[+-]\d\d:\d\d)?)?)?)?",
        # Datelines of printed editions.
        "March 17, 1959": rf"\b{_NAMED}[.,]?\s+{_ORDINAL}"
        rf"(?:\s?[–-]\s?(?:[A-Z][a-z]{{2,8}}\s+)?\d{{1,2}})?\s?(?:,\s*|\s+)"
        rf"(?:A\. ?D\.,?\s+)?{_YEAR}",
        "17th of March 1959": rf"\b{_ORDINAL}\s+(?:day\s+)?(?:of\s+)?{_NAMED}\.?,?"
        rf"\s+(?:A\. ?D\.,?\s+)?{_YEAR}",
        "171600Z March 1959": rf"\b(?P<day>\d\d)\d{{4}}Z\s+{_NAMED}\.?\s+{_YEAR}",
        "March 1959": rf"\b{_NAMED}\.?,?(?:\s—,)?\s+{_YEAR}",
        # Columns of tables, whose order of day and month a person says (C-6).
        "2009/02/03, 14:05:00 UTC": r"(?P<year>\d{4})[-/.](?P<month>\d\d?)[-/.](?P<day>\d\d?)"
        + _TIME,
        "2/3/2009 2:05 PM": r"(?P<month>\d\d?)[-/.](?P<day>\d\d?)[-/.]"
        r"(?P<year>\d{4}|\d\d)" + _TIME,
        "3/2/2009 14:05:00": r"(?P<day>\d\d?)[-/.](?P<month>\d\d?)[-/.]"
        r"(?P<year>\d{4}|\d\d)" + _TIME,
        "3 February 2009 14:05": rf"(?P<day>\d\d?)[ -]{_NAMED}\.?[ -](?P<year>\d{{4}}|\d\d)"
        + _TIME,
        "February 3, 2009 14:05": rf"{_NAMED}\.? (?P<day>\d\d?),? (?P<year>\d{{4}})" + _TIME,
        "20090203": r"(?P<year>[12]\d{3})(?P<month>\d\d)(?P<day>\d\d)" + _TIME,
        # What readers type.
        "2007.11.7": r"(?P<year>[0-9]{4})(?:[-/.](?P<month>[0-9]{1,2})"
        r"(?:[-/.](?P<day>[0-9]{1,2}))?)?",
    }.items()
}


# Formats of datetime for a date of each precision.
Style = Literal["list", "full", "iso", "words"]
_DAYS = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y", "unknown": "%Y"}
_DAY_IN_WORDS = "%-d %B %Y"
STYLES: dict[Style, dict[str, str]] = {
    "list": {"minute": "%Y-%m-%d %H:%M", "hour": "%Y-%m-%d %Hh", **_DAYS},
    "full": {"minute": "%Y-%m-%d %H:%M", "hour": "%Y-%m-%d %H:00", **_DAYS},
    "iso": {"minute": "%Y-%m-%dT%H:%MZ", "hour": "%Y-%m-%dT%H:00Z", **_DAYS},
    "words": {
        **dict.fromkeys(("minute", "hour", "day"), _DAY_IN_WORDS),
        **{"month": "%B %Y", "year": "%Y", "unknown": "%Y"},
    },
}

# Parts that may be missing, and what counts then.
DEFAULTS = (("day", 1), ("hour", 0), ("minute", 0))


def parse(text: str, *names: str, pivot: int = PIVOT) -> Dated | None:
    """Return the date in a text that is one of these formats as a whole, or None.

    The first of the named formats that gives a real date counts. `pivot` is as for `full_year`.
    """
    matches = (FORMATS[name].fullmatch(text) for name in names)
    return next(filter(None, (date_of_match(match, pivot) for match in matches if match)), None)


def search(text: str, *names: str) -> re.Match[str] | None:
    """Return the first place in a text of the first of these formats that occurs, or None."""
    return next(filter(None, (FORMATS[name].search(text) for name in names)), None)


def match_at(text: str, start: int, *names: str) -> re.Match[str] | None:
    """Return the date that starts at an offset, in the first of these formats that fits."""
    return next(filter(None, (FORMATS[name].match(text, start) for name in names)), None)


def date_of_match(match: re.Match[str], pivot: int = PIVOT) -> Dated | None:
    """Return the date in a match of a format, or of a pattern with its groups.

    None if there is no such day or time. `pivot` is as for `full_year`.
    """
    parts = match.groupdict()
    year, month = full_year(parts["year"], pivot), month_number(parts.get("month") or "1")
    day, hour, minute = (int(parts.get(name) or default) for name, default in DEFAULTS)
    try:
        hour = _of_24_hours(hour, parts.get("half") or "")
        instant = datetime(year, month, day, hour, minute, tzinfo=UTC)
    except ValueError:
        return None
    precision = next(name for name in PRECISIONS if parts.get(name))
    try:
        return instant - _offset(parts.get("zone") or "Z"), precision
    except OverflowError:  # The first or last day that Python knows.
        return None


def _of_24_hours(hour: int, half: str) -> int:
    """Return an hour of the day; `half` is "AM", "PM" or "". Raises ValueError for "13 PM"."""
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError
    return hour % 12 + (12 if half[0] in "Pp" else 0)


def _offset(zone: str) -> timedelta:
    """Return how far a zone is ahead of UTC: "-05:00" is five hours behind."""
    digits = "".join(filter(str.isdecimal, zone))
    if not digits:  # Z, UTC, GMT.
        return timedelta()
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -ahead if zone[0] == "-" else ahead


def format_date(instant: date, precision: str, style: Style = "list") -> str:
    """Return an instant as precisely as it is known, in a style of STYLES.

    >>> format_date(datetime(1963, 10, 23), "month", "words")
    'October 1963'
    """
    return f"{instant:{STYLES[style][precision]}}"


def full_year(digits: str, pivot: int = PIVOT) -> int:
    """Return the year in its two or four printed digits: "06" is 2006, "66" is 1966 (I-3).

    Two digits from `pivot` on are of the 1900s.
    """
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (1900 if year >= pivot else 2000)


def month_number(text: str) -> int:
    """Return the number of a month: "03", "Mar" and "March" are 3; 0 if it is none."""
    if text.isdecimal():
        return int(text)
    name = text[:3].title()
    return MONTHS.index(name) + 1 if name in MONTHS else 0


def is_month(word: str) -> bool:
    """Return whether a word is an English month, in full or abbreviated, without a full stop."""
    return MONTH_NAME.fullmatch(word) is not None


def in_year(instant: datetime, year: int) -> datetime | None:
    """Return an instant in another year; None for February 29 of a year that has none."""
    try:
        return instant.replace(year=year)
    except ValueError:
        return None
