"""Date an undated document by its place in the volume, whose documents are in order (F-5).

What counts are the nearest dated documents of its chapter before and after it.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from lxml import etree

from ...telegram import dates
from ...telegram.beside_the_text import GUESSED
from ...telegram.fact_types import UNKNOWN
from .datelines import (
    RECEIVED,
    SAME,
    FoundDate,
    dates_in_words,
    find_date,
    find_date_in_words,
    parse_printed,
    with_clock,
)
from .tei_text import text_of
from .undated import MONTH_AND_DAY, part_dateline
from .volume import Days, own_elements

OPENING = 250  # Characters of an editorial note in which it names its event.
HAPPENED = re.compile(r"[a-z]ed on ")  # Before a day.
A_MONTH, A_QUARTER, A_YEAR = (timedelta(days=days) for days in (31, 100, 365))
# How a date is known that the documents beside it give: see `DATED_BY`.
BY_PLACE: dict[str, tuple[int, ...]] = {"before": (0,), "after": (1,)}
BY_PLACE |= dict.fromkeys(("neighbours", "month", "near", "between", "place"), (0, 1))
MONTH = dates.MONTH_NAME.pattern
YEAR = r"1[789]\d\d"
# "On October 9, Director Rell", "July 23–26, 1949".
DAY = re.compile(
    rf"\b(?P<month>{MONTH})\s+(?P<day>\d{{1,2}})\b(?:\s?(?:[–-]|and|to)\s?(?:(?:{MONTH})\s)?"
    rf"\d{{1,2}}\b)?(?:,?\s(?P<year>{YEAR}))?(?!\d)",
    re.IGNORECASE,
)
# Before a day, what is named by it: "the Participation Act of December 20, 1945".
LAW = re.compile(
    r"\b(?:Act|Agreement|Armistice|Charter|Constitution|Convention|Declaration|Law|Pact|Protocol"
    r"|Resolution|Statute|Treaty)s?(?: [\w()–-]+){0,2},? (?:of|dated) (?:the )?$",
    re.IGNORECASE,
)
# A sentence that begins with the day of the event: "On the evening of May 9, 1949, Rell".
ON_DAY = re.compile(rf"(?:^|\. )On (?:the \w+ of )?(?i:{MONTH}) \d{{1,2}}, {YEAR}\b")
DATED_PAPER = re.compile(r"\bdated (?:the )?$", re.IGNORECASE)  # "NSC 5706, dated February 13".
# "In November 1949, the", "Early in 1949 Rell", "During the first half of 1949 fees".
MONTH_OR_YEAR = re.compile(
    r"(?:In|During|Throughout|At the (?:end|beginning|start) of|(?:Early|Late) in)"
    r"(?: (?:the|early|late|first|second|last|half|summer|fall|autumn|winter|spring|months?|of|and"
    rf"|mid-?))* ?(?P<month>(?i:{MONTH}))? ?(?P<year>{YEAR})\b(?! and\b|[–-])"
)
# "Current Documents, 1960": collections of the documents of a year.
YEAR_OF_DOCUMENTS = re.compile(
    r"\b(?:Current Documents|Public Papers of the Presidents(?: of the United States)?:"
    rf" [A-Z][\w. ]+), ({YEAR})(?![–-])"
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
    return Neighbours(*(days.get(name, ("", None))[1] for name in _beside(days, document_id)))


def dated_beside(days: Days, document_id: str, source: str) -> list[str]:
    """Return the ids of the documents by which another is dated that is dated by this source."""
    beside = _beside(days, document_id) if source in BY_PLACE else ("", "")
    return [beside[at] for at in BY_PLACE.get(source, ()) if beside[at]]


def _beside(days: Days, document_id: str) -> tuple[str, str]:
    """Return the ids of the nearest dated documents of a chapter, "" where it has none.

    An enclosure that is years older than the documents around it dates none behind it.
    """
    chapter, _ = days.get(document_id, ("", None))
    own = [(name, day) for name, (part, day) in days.items() if part == chapter]
    at = next((place for place, (name, _) in enumerate(own) if name == document_id), 0)
    before = [(name, day) for name, day in reversed(own[:at]) if day][:2]
    after = [(name, day) for name, day in own[at + 1 :] if day][:1]
    if len(before) == 2 and after and before[0][1].year < before[1][1].year == after[0][1].year:
        del before[0]
    ids = [each[0][0] if each else "" for each in (before, after)]
    return ids[0], ids[1]


def find_event(body: str, near: Neighbours) -> FoundDate | None:
    """Return the first date in an editorial note, if it lies between the days of its neighbours.

    That of a law or a treaty is no event's, that of a paper only if there is no other. A day
    without a year gets that which brings it between both, else the only year of whose documents
    the note cites collections, else the nearest. A month or a year counts only at the beginning.
    Returns None if there is none.
    """
    if (begins := MONTH_OR_YEAR.match(body)) and any(near):
        precision = "month" if begins["month"] else "year"
        found = parse_printed(f"{begins['month'] or 'January'} {begins['year']}")
        fits = found is not None and is_between(found[0], near, precision)
        return FoundDate(found[0], precision, "text") if found and fits else None
    begins = ON_DAY.search(body.partition("\n")[0])
    opening = body[: max(OPENING, begins.end() if begins else 0)]
    named = [each for each in DAY.finditer(opening) if not LAW.search(body[: each.start()])]
    events = [each for each in named if not DATED_PAPER.search(body[: each.start()])] or named
    if not events:
        return None
    event = events[0]
    before, after = near
    between = range(before.year, after.year + 1) if before and after else range(0)
    years = [int(event["year"])] if event["year"] else between
    days = [day for day in _in_years(event, years) if _is_of_place(day, near)]
    if not days and len(cited := {*YEAR_OF_DOCUMENTS.findall(body)}) == 1 and not event["year"]:
        days = _in_years(event, cited)
    if not days and not event["year"]:
        days = _nearest(event, near)
    return FoundDate(days[0], "day", "text") if len(days) == 1 else None


def _is_of_place(day: datetime, near: Neighbours) -> bool:
    """Return whether a day is between those of its neighbours, or a year from the only one."""
    days = [each for each in near if each]
    is_near = len(days) > 1 or any(abs(day - each) <= A_YEAR for each in days)
    return is_near and is_between(day, near, "day")


def _in_years(event: re.Match[str], years: Iterable[str | int]) -> list[datetime]:
    parsed = (parse_printed(f"{event['month']} {event['day']}, {year}") for year in years)
    return [each[0] for each in parsed if each]


def _nearest(event: re.Match[str], near: Neighbours) -> list[datetime]:
    """Return the last day before the document behind a note, or about that before it.

    A note may go back farther than the document before it, but a quarter of a year at most.
    """
    before, after = near
    edge = after or before
    if edge is None or (before and after and after - before > A_YEAR):
        return []
    first = (before or edge) - A_QUARTER
    last = after or edge + A_QUARTER
    days = _in_years(event, (edge.year - 1, edge.year, edge.year + 1))
    return [day for day in days if first <= day <= last][-1:]


def find_month(near: Neighbours) -> FoundDate | None:
    """Return the month of both neighbours, or their year; else the year of one; or None.

    If a month ends between two days that are near to each other, it is that of the day midway; not
    of the days of enclosures, which go back.
    """
    before, after = near
    first = before or after
    if first is None:
        return None
    year = datetime(first.year, 1, 1, tzinfo=UTC)
    if before is None or after is None or before.year != after.year:
        return FoundDate(year, "year", "before" if before else "after")
    midway = before + (after - before) / 2
    if before.month != after.month and not before <= after <= before + A_MONTH:
        return FoundDate(year, "year", "neighbours")
    source = "month" if before.month == after.month else "near"
    return FoundDate(year.replace(month=midway.month), "month", source)


def in_turn(found: FoundDate, days: Days, document_id: str) -> FoundDate:
    """Return a month or year with the instant behind the document before it, if that is in it.

    So lists have both as the volume has them, if the document behind it is not the earlier one.
    """
    known = found.precision in ("month", "year") and found.source != UNKNOWN
    before, after = neighbours_of(days, document_id) if known else (None, None)
    same = Neighbours(found.instant, found.instant)
    if before and is_between(before, same, found.precision) and before <= (after or before):
        return replace(found, instant=before + timedelta(seconds=1))
    return found


def not_before_its_text(placed: FoundDate, body: str, last_year: int) -> FoundDate:
    """Return the date of an undated document, or a later one if its text names a later day.

    That is the year of the latest day that is not after the years of the volume; or its month, if
    something happened on that day ("responded on May 9, 1949"): others may be days to come.
    """
    if placed.source not in GUESSED:
        return placed
    named = (
        day[0]
        for match in dates_in_words(body)
        if (day := dates.date_of_match(match)) and day[1] == "day" and day[0].year <= last_year
        if day[0].year > placed.instant.year
        or HAPPENED.match(body, max(0, match.start() - len("red on ")))
    )
    latest = max(named, default=placed.instant)
    own, length = placed.instant.isoformat(), SAME[placed.precision]
    if latest.isoformat()[:length] <= own[:length]:
        return placed
    first = latest.replace(day=1, month=1 if placed.precision == "year" else latest.month)
    return FoundDate(first, placed.precision, "named")


def find_day_without_year(dateline: str, near: Neighbours) -> FoundDate | None:
    """Return a day without a year in the one year of both neighbours, if it is near to them."""
    day = MONTH_AND_DAY.search(RECEIVED.split(dateline)[0])
    if not day or near.before is None or near.after is None or near.before.year != near.after.year:
        return None
    found = parse_printed(f"{day['month']} {day['day']}, {near.after.year}")
    fits = found is not None and _is_about(found[0], near)
    return FoundDate(*with_clock(found, dateline), "between") if found and fits else None


def in_year_of_place(found: FoundDate, near: Neighbours, years: tuple[int, int]) -> FoundDate:
    """Return a date whose year is a misprint in the year in which it fits between its neighbours.

    `years` are those of the volume; documents are of the year before these, too. A later year is a
    misprint; an earlier one if it stands alone, and differs from theirs in one digit, or in the
    order of two.
    """
    near = Neighbours(*(day if day and is_in_span(day, years) else None for day in near))
    if is_in_span(found.instant, years) or not any(near):
        return found
    is_late = found.instant.year > years[1]
    for year in sorted({day.year for day in near if day}):
        instant = dates.in_year(found.instant, year)
        likely = all(near) and (is_late or _is_misprint(found.instant.year, year))
        if instant and likely and _is_about(instant, near):
            return replace(found, instant=instant, source="place")
    placed = find_month(near) if is_late else None
    return replace(placed, source="place") if placed else found


def is_out_of_order(days: Days, document_id: str) -> bool:
    """Return whether a day is out of the order of its neighbours, and would fit a year off.

    The two before it and the two behind it in its chapter are in order, within a quarter of a year.
    """
    chapter, own = days.get(document_id, ("", None))
    dated = [(name, day) for name, (part, day) in days.items() if part == chapter and day]
    at = next((place for place, (name, _) in enumerate(dated) if name == document_id), 0)
    near = [day.date() for _, day in (*dated[max(at - 2, 0) : at], *dated[at + 1 : at + 3])]
    if own is None or at < 2 or len(near) < 4 or near != sorted(near):
        return False
    moved = (dates.in_year(own, own.year + years) for years in (-1, 1))
    fits = any(day and near[0] <= day.date() <= near[-1] for day in moved)
    return fits and near[-1] - near[0] <= A_QUARTER


def settle(days: Days, years: tuple[int, int]) -> None:
    """Put the days of a volume whose year is a misprint into the year in which they fit, or out."""
    for name, (chapter, day) in days.items():
        if day and not is_in_span(day, years):
            found = FoundDate(day, "day")
            placed = in_year_of_place(found, neighbours_of(days, name), years)
            days[name] = chapter, placed.instant if placed.precision == "day" else None


def is_in_span(day: datetime, years: tuple[int, int]) -> bool:
    """Return whether a day is of the years of a volume, or of that before or behind them."""
    first, last = years
    return not last or first - 1 <= day.year <= last + 1


def _is_misprint(printed: int, year: int) -> bool:
    """Return whether two years differ in one digit, or in the order of two: 1846 and 1864."""
    pairs = [each for each in zip(str(printed), str(year), strict=True) if each[0] != each[1]]
    return len(pairs) == 1 or (len(pairs) == 2 and pairs[0] == pairs[1][::-1])


def _is_about(instant: datetime, near: Neighbours) -> bool:
    """Return whether a day lies between those of its neighbours, or a month from one at most."""
    days = sorted(day for day in near if day)
    return days[0] - A_MONTH <= instant <= days[-1] + A_MONTH


def is_between(instant: datetime, near: Neighbours, precision: str) -> bool:
    """Return whether a date is not before the one neighbour nor after the other."""
    length = SAME[precision]
    own, before, after = (each.isoformat()[:length] if each else "" for each in (instant, *near))
    return (not before or before <= own) and (not after or own <= after)
