"""Date an undated document by its place in the volume, whose documents are in order (F-5).

What counts are the nearest dated documents of its chapter before and after it.
"""

import re
from datetime import UTC, datetime
from typing import NamedTuple

from lxml import etree

from ...telegram import dates
from .datelines import SAME, FoundDate, find_date, find_date_in_words, parse_printed
from .tei_text import text_of
from .undated import part_dateline
from .volume import Days, own_elements

OPENING = 250  # Characters of an editorial note in which it names its event.
MONTH = dates.MONTH_NAME.pattern
YEAR = r"1[789]\d\d"
# "On October 9, Director Rell", "July 23–26, 1949".
DAY = re.compile(
    rf"\b(?P<month>{MONTH})\s+(?P<day>\d{{1,2}})\b(?:\s?(?:[–-]|and|to)\s?(?:(?:{MONTH})\s)?"
    rf"\d{{1,2}}\b)?(?:,?\s(?P<year>{YEAR}))?(?!\d)",
    re.IGNORECASE,
)
# "In November 1949, the", "Early in 1949 Rell", "During the first half of 1949 fees".
MONTH_OR_YEAR = re.compile(
    r"(?:In|During|Throughout|At the (?:end|beginning|start) of|(?:Early|Late) in)"
    r"(?: (?:the|early|late|first|second|last|half|summer|fall|autumn|winter|spring|months?|of|and"
    rf"|mid-?))* ?(?P<month>(?i:{MONTH}))? ?(?P<year>{YEAR})\b(?! and\b|[–-])"
)


class Neighbours(NamedTuple):
    """The days of the nearest dated documents of a chapter, None where it has none."""

    before: datetime | None
    after: datetime | None


def printed_day(element: etree._Element, title: str) -> datetime | None:
    """Return the day in the dateline of a document, or at the end of its heading; or None."""
    line = next(own_elements(element, "dateline"), None)
    if line is not None:
        found = find_date(line, text_of(line))
        return found.instant if found and found.precision in ("minute", "day") else None
    ending = part_dateline(title)[1]
    dated = parse_printed(ending) if ending and find_date_in_words(ending) else None
    return dated[0] if dated and dated[1] in ("minute", "day") else None


def neighbours_of(days: Days, document_id: str) -> Neighbours:
    """Return the days of the documents next to one in its chapter."""
    chapter, _ = days.get(document_id, ("", None))
    own = [(name, day) for name, (part, day) in days.items() if part == chapter]
    at = next((place for place, (name, _) in enumerate(own) if name == document_id), 0)
    before = (day for _, day in reversed(own[:at]) if day)
    after = (day for _, day in own[at + 1 :] if day)
    return Neighbours(next(before, None), next(after, None))


def find_event(body: str, near: Neighbours) -> FoundDate | None:
    """Return the first date in an editorial note, if it lies between the days of its neighbours.

    A day without a year gets that which brings it between both. A month or a year counts only at
    the beginning. Returns None if there is none.
    """
    if not any(near):
        return None
    if begins := MONTH_OR_YEAR.match(body):
        precision = "month" if begins["month"] else "year"
        found = parse_printed(f"{begins['month'] or 'January'} {begins['year']}")
        fits = found is not None and _is_between(found[0], near, precision)
        return FoundDate(found[0], precision, "text") if found and fits else None
    event = DAY.search(body[:OPENING])
    if not event or (not event["year"] and not all(near)):
        return None
    years = [int(event["year"])] if event["year"] else _years(near)
    parsed = (parse_printed(f"{event['month']} {event['day']}, {year}") for year in years)
    days = [each[0] for each in parsed if each and _is_between(each[0], near, "day")]
    return FoundDate(days[0], "day", "text") if len(days) == 1 else None


def find_month(near: Neighbours) -> FoundDate | None:
    """Return the month of both neighbours, or their year; else the year of one; or None."""
    before, after = near
    first = before or after
    if first is None:
        return None
    year = datetime(first.year, 1, 1, tzinfo=UTC)
    if before is None or after is None or before.year != after.year:
        return FoundDate(year, "year", "before" if before else "after")
    if before.month != after.month:
        return FoundDate(year, "year", "neighbours")
    return FoundDate(year.replace(month=before.month), "month", "month")


def _years(near: Neighbours) -> range:
    before, after = near
    return range(before.year, after.year + 1) if before and after else range(0)


def _is_between(instant: datetime, near: Neighbours, precision: str) -> bool:
    """Return whether a date is not before the one neighbour nor after the other."""
    length = SAME[precision]
    own, before, after = (each.isoformat()[:length] if each else "" for each in (instant, *near))
    return (not before or before <= own) and (not after or own <= after)
