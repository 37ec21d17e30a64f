"""Find the times that a question names: "1963", "in October 1963", "between 1961 and 1963". Pure.

A time is a span of whole days of UTC.
"""

import re
from calendar import month_abbr, month_name
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

DAY = timedelta(days=1)
YEAR = r"(?:1[789]|20)\d\d"
YEARS_OR = re.compile(rf"(?<!\S){YEAR} or {YEAR}(?!\S)", re.IGNORECASE)
BETWEEN = r"(?:-|[ ](?:(?:and|to|until|till|through)[ ])?)"


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """Some days in a row. A side without a limit is None."""

    first: date | None
    last: date | None
    words: str  # With its preposition: "in October 1963", "before 1963".

    def meets(self, first_month: date, last_month: date) -> bool:
        """Return whether it has a day from the first month to the last, by their first days."""
        end = (last_month + 31 * DAY).replace(day=1)
        return (self.first or first_month) < end and (self.last or last_month) >= first_month

    def parameters(self) -> dict[str, str]:
        """Return the filters of lists that select it."""
        days = {"created_after": self.first, "created_before": self.last}
        return {name: day.isoformat() for name, day in days.items() if day}


def find_time(text: str) -> tuple[int, TimeSpan] | None:
    """Return (characters, span) of the time that a text in small letters begins with, or None.

    Words are separated by single blanks, parts of a word by "-".
    """
    match = _pattern().match(text)
    span = _span(match) if match else None
    return (match.end(), span) if match and span else None


@cache
def _months() -> dict[str, int]:
    """Return {name or abbreviation: number} of the months, in small letters."""
    names = {month_name[month].lower(): month for month in range(1, 13)}
    short = {month_abbr[month].lower(): month for month in range(1, 13)}
    return {**names, **short, "sept": 9}


@cache
def _pattern() -> re.Pattern[str]:
    month = "|".join(sorted(_months(), key=len, reverse=True))
    day = r"\d{1,2}(?:st|nd|rd|th)?"
    return re.compile(
        rf"""(?:(?P<side>before|until|till|after|since)[ ])?(?:(?:early|late|mid)[ -])?(?:
        (?:(?:between|from)[ ])?(?P<from>{YEAR}){BETWEEN}(?P<to>{YEAR})
        | (?P<years>{YEAR})-(?P<short>\d\d)
        | (?P<iso>{YEAR}-\d\d(?:-\d\d)?)
        | (?:(?P<day>{day})[ ])?(?P<month>{month})(?:[ ](?P<of>{day}))?(?:[ ]of)?[ ](?P<year>{YEAR})
        | (?P<in>{YEAR})[ ](?:(?P<first>{day})[ ])?(?P<named>{month})(?:[ ](?P<second>{day}))?
        | (?:the[ ])?(?P<decade>(?:1[789]|20)\d0)s
        | (?P<only>{YEAR})
        )(?=[ ]|$)""",
        re.VERBOSE,
    )


def _span(match: re.Match[str]) -> TimeSpan | None:
    try:
        found = _days(match)
    except ValueError:  # "31 June 1963".
        return None
    return _beside(found, match["side"]) if found else None


def _days(match: re.Match[str]) -> tuple[date, date, str] | None:
    """Return (first day, last day, words) of a match. Raises ValueError if there is no such day."""
    if match["from"] or match["years"]:
        first = int(match["from"] or match["years"])
        last = int(match["to"] or f"{first // 100}{match['short']}")
        if match["years"] and first >= last:
            return _dated(match["years"] + "-" + match["short"])
        first, last = sorted((first, last))
        if first == last:
            return _year(first)
        return date(first, 1, 1), date(last, 12, 31), f"from {first} to {last}"
    if match["iso"]:
        return _dated(match["iso"])
    if name := match["month"] or match["named"]:
        month = f"{match['year'] or match['in']}-{_months()[name]:02}"
        day = match["day"] or match["of"] or match["first"] or match["second"]
        return _dated(f"{month}-{int(day.rstrip('stndrh')):02}" if day else month)
    if match["decade"]:
        first = int(match["decade"])
        return date(first, 1, 1), date(first + 9, 12, 31), f"in the {first}s"
    return _year(int(match["only"]))


def _year(year: int) -> tuple[date, date, str]:
    return date(year, 1, 1), date(year, 12, 31), f"in {year}"


def _dated(iso: str) -> tuple[date, date, str]:
    """Return the days of "1963-11" or "1963-11-02", and their words."""
    if len(iso) > len("1963-11"):
        day = date.fromisoformat(iso)
        return day, day, f"on {day:%-d %B %Y}"
    first = date.fromisoformat(f"{iso}-01")
    last = (first + 31 * DAY).replace(day=1) - DAY
    return first, last, f"in {first:%B %Y}"


def _beside(found: tuple[date, date, str], side: str | None) -> TimeSpan:
    """Return the span of some days, or that before or after them."""
    first, last, words = found
    named = words.partition(" ")[2]
    if side == "before":
        return TimeSpan(None, first - DAY, f"before {named}")
    if side in ("until", "till"):
        return TimeSpan(None, last, f"until {named}")
    if side == "after":
        return TimeSpan(last + DAY, None, f"after {named}")
    if side == "since":
        return TimeSpan(first, None, f"since {named}")
    return TimeSpan(first, last, words)
