"""Find when a document of a volume was written, by its dateline, and with which precision."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from lxml import etree

from ...telegram import dates
from ...telegram.dates import Dated
from ...telegram.fact_types import RECEIPT
from ..parse_record import YEARS

MACHINE = "1959-03-17T16:00:00-05:00"
PRINTED = ("March 17, 1959", "17th of March 1959", "171600Z March 1959", "March 1959")
GROUP = re.compile(r"\b(?:[0-3]\d)?([01]\d|2[0-3])([0-5]\d)\s?Z\b")
# "2:30–3:15 p.m." starts at 2:30; "March 3–7 p.m." is 7 p.m. on the third.
CLOCK = re.compile(
    r"(?:(?<=[,.] )(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s?(?:[-–—]|to)\s?)?"
    r"\b(?P<last>\d{1,2})(?:[:.](?P<last_minute>\d\d))?\s?(?P<half>[ap])\.?\s?m\b",
    re.IGNORECASE,
)
BY_NAME = r"\b(noon|midday|midnight)\b"
BEGINS_BY_NAME = re.compile(rf"{BY_NAME}\s?(?:[-–]|to\b)\s?\d", re.IGNORECASE)  # "noon–1:20 p.m."
# "11:30–noon"
ENDS_BY_NAME = re.compile(rf"([,.] \d{{1,2}}(?:[:.]\d\d)?\s?(?:[-–—]|to)\s?){BY_NAME}", re.I)
NAMED = {"noon": (12, 0), "midday": (12, 0), "midnight": (23, 59)}  # The end of the day.
MIDNIGHT = re.compile(r"\bmidnight\b", re.IGNORECASE)
RECEIVED = re.compile(r"\b[Rr]ec(?:eived|’d|'d|d\b)")
DAY = 10  # Characters of "1959-03-17".
MONTH = rf"(?:{dates.MONTH_NAME.pattern})\b\.?"
YEAR = r"1[89]\d\d"
AND = r",? ?[(/–-] ?"  # Between the day of the Old Style and that of the New Style.
TWO_STYLES = tuple(
    re.compile(rf"{pattern}\)?,? ?(?P<year>{YEAR})", re.IGNORECASE)
    for pattern in (
        # "December 31, 1860, (January 12, 1861.)", "April 8–20, 1861", "May 11, (23,) 1861"
        rf"\b(?P<old_month>{MONTH}) (?P<old_day>\d{{1,2}})(?:, (?P<old_year>{YEAR}))?"
        rf"{AND}(?:(?P<new_month>{MONTH}) )?(?P<new_day>\d{{1,2}}),?",
        # "27 April/9 May, 1861", "8 (20) April 1861"
        rf"\b(?P<old_day>\d{{1,2}})(?: (?P<old_month>{MONTH}))?(?P<old_year>)"
        rf"{AND}(?P<new_day>\d{{1,2}})\)? (?P<new_month>{MONTH})",
    )
)
DAYS_APART = {18: 12, 19: 13}  # Of the two calendars, by the first digits of the year.
LAST_OLD_STYLE = 1923  # The year in which the last country gave it up.
# Precision -> how many characters of two ISO times are equal if both agree so far.
SAME = {"minute": 16, "day": 10, "month": 7, "year": 4}


DAY_AND_TIME = re.compile(r"\b(?P<day>[0-3]\d)(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)Z\b")
# The day in a file number: May 4, 1956, in "684A.86/5–456".
FILE_DAY = re.compile(r"/(?P<month>\d{1,2})[–-](?P<day>\d{1,2})(?P<year>\d\d)(?!\d)")
# What editors correct in brackets: "May 14, 1923 [1925]", "May 14 [15], 1923".
CORRECTED = re.compile(
    rf"\b(?:{YEAR} \[({YEAR})\]|\d{{1,2}} \[(\d{{1,2}})\]|{MONTH} \[({MONTH})\])", re.IGNORECASE
)
# "Moscow, May 9, 1953, 6 p.m. 537.": the number of the telegram behind the date.
NUMBER_BEHIND = re.compile(
    r"(?:\b1[89]\d\d|\bm\.|\b(?:noon|midnight))[].,]*\s+(?P<number>\d{1,6}\.)$"
)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """When a document was written, and how that is known (F-5)."""

    instant: datetime
    precision: str  # "minute", "day", "month" or "year".
    # "" is the dateline; else a key of `DATED_BY`, which pages explain: "heading", "chapter" ...
    source: str = ""
    line: str = ""  # Of the text, if one of its lines gives the date: "Lima, May 9, 1949."

    def at_group_in(self, title: str) -> "FoundDate":
        """Return this day with the time in "Telegram 221822Z to Rell", if that is of the day."""
        group = DAY_AND_TIME.search(title)
        if self.precision != "day" or not group or int(group["day"]) != self.instant.day:
            return self
        instant = self.instant.replace(hour=int(group["hour"]), minute=int(group["minute"]))
        return replace(self, instant=instant, precision="minute")

    def in_year_of_file(self, note: str) -> "FoundDate":
        """Return this date in the year of a file number in a note, if that has the same day."""
        day = FILE_DAY.search(note)
        own = self.instant
        if not day or (int(day["month"]), int(day["day"])) != (own.month, own.day):
            return self
        year = own.year // 100 * 100 + int(day["year"])
        instant = dates.in_year(self.instant, year)
        return replace(self, instant=instant, source="file") if instant else self


def find_date(dateline: etree._Element | None, printed: str) -> FoundDate | None:
    """Return the date of a dateline, or None.

    A time is local unless the dateline gives its zone. If only the day of receipt is known, that
    day is returned.
    """
    printed = corrected(printed)
    sent = RECEIVED.split(printed)[0]
    if day := _in_new_style(sent):
        return FoundDate(*with_clock(day, sent))
    for date in dateline.iter("{*}date") if dateline is not None else ():
        words = _disagreeing_print(date)
        if value := parse_printed(words, "") if words else _value_of(date):
            known = RECEIPT if _is_of_receipt(date, sent, printed) else ""
            return FoundDate(*with_clock(_before_midnight(value, sent), sent), known)
    if found := parse_printed(sent):
        return FoundDate(*found)
    received = parse_printed(printed, clock="")
    return FoundDate(*received, RECEIPT) if received else None


def corrected(printed: str) -> str:
    """Return a dateline with what its editors correct in brackets in place of what it has."""
    return CORRECTED.sub(lambda match: match[match.lastindex or 0], printed)


def _in_new_style(printed: str) -> Dated | None:
    """Return the later of two printed days that are one day in two calendars, or None."""
    found = next(filter(None, (pattern.search(printed) for pattern in TWO_STYLES)), None)
    if not found or int(found["year"]) > LAST_OLD_STYLE:
        return None
    old_month, new_month = (found[name] or "" for name in ("old_month", "new_month"))
    old_month, new_month = old_month or new_month, new_month or old_month
    turned = dates.month_number(old_month) > dates.month_number(new_month)
    old_year = found["old_year"] or int(found["year"]) - turned
    old = dates.parse(f"{old_month} {found['old_day']}, {old_year}", PRINTED[0])
    new = dates.parse(f"{new_month} {found['new_day']}, {found['year']}", PRINTED[0])
    apart = (new[0] - old[0]).days if old and new else 0
    return new if apart and apart == DAYS_APART[int(found["year"]) // 100] else None


def part_number(dateline: str) -> tuple[str, str]:
    """Split a dateline into itself and the number that stands behind its date, "537." or ""."""
    behind = NUMBER_BEHIND.search(dateline)
    at = behind.start("number") if behind else len(dateline)
    return dateline[:at].rstrip(), dateline[at:]


def _is_of_receipt(date: etree._Element, sent: str, printed: str) -> bool:
    """Return whether a date stands behind the word "Received", and no other before it."""
    return sent != printed and not dates_in_words(sent) and _words_of_sending(date) not in sent


def _words_of_sending(date: etree._Element) -> str:
    """Return the words of a <date> before "Received", all if there are none."""
    return _before_received(" ".join("".join(date.itertext()).split()))


@lru_cache(maxsize=4_000)  # A volume is read twice, and each date for several questions.
def _before_received(printed: str) -> str:
    words = corrected(printed)
    return RECEIVED.split(words)[0].strip(" ([") or words


def find_misprints(dateline: etree._Element | None) -> Iterator[str]:
    """Yield a sentence for each date in the markup of a dateline that is not as printed."""
    for date in dateline.iter("{*}date") if dateline is not None else ():
        marked = date.get("when") or ""
        if words := _disagreeing_print(date):
            yield f"Its markup gives the date {marked}, its dateline {words}: the dateline counts"
        elif marked and not parse_machine(marked):
            yield f"Its markup gives the date {marked}, which is none"


def _disagreeing_print(date: etree._Element) -> str:
    """Return the day, or month alone, that a <date> prints, if its attribute is another, or ""."""
    return _other_day((date.get("when") or "")[:DAY], _words_of_sending(date))


@lru_cache(maxsize=4_000)
def _other_day(marked: str, printed: str) -> str:
    days = {
        found[0].isoformat()[: SAME[found[1]]]: match[0]
        for match in dates_in_words(printed)
        if (found := dates.date_of_match(match)) and found[1] in ("day", "month")
    }
    disagree = days and len(marked) == DAY and marked not in days
    return next(iter(days.values())) if disagree else ""


def dates_in_words(text: str) -> list[re.Match[str]]:
    """Return the dates in words in a text, in order: "March 17, 1959", "March 1959"."""
    found: list[re.Match[str]] = []
    for name in PRINTED:
        for match in dates.FORMATS[name].finditer(text):
            if not any(match.start() < each.end() and each.start() < match.end() for each in found):
                found.append(match)
    return sorted(found, key=lambda match: match.start())


def find_date_in_words(text: str) -> re.Match[str] | None:
    """Return the first date in words: "March 17, 1959"."""
    return dates.search(text, *PRINTED)


def _value_of(date: etree._Element) -> Dated | None:
    """Return the value of a <date> element; of a range, what both ends have in common."""
    exact = (date.get(name) for name in ("when", "when-iso", "from"))
    if instant := parse_machine(next(filter(None, exact), "")):
        return instant
    earliest, latest = date.get("notBefore") or "", date.get("notAfter") or ""
    return between(earliest, latest) or parse_machine(date.get("to") or latest)


def between(earliest: str, latest: str) -> Dated | None:
    """Return the first of two instants, with the precision to which both are equal.

    Their zone is ignored: it is that of Washington, whatever the place.
    """
    first = parse_machine(earliest[: SAME["minute"]])
    if not first or not latest:
        return first
    shared = (name for name, length in SAME.items() if earliest[:length] == latest[:length])
    instant, own_precision = first
    precision = max(own_precision, next(shared, "year"), key=list(SAME).index)
    return (instant if precision == "minute" else instant.replace(hour=0, minute=0)), precision


def parse_machine(text: str) -> Dated | None:
    """Return the instant in "1959-03-17T16:00:00" and its precision, or None.

    Midnight counts as no time: programs write it where they know none.
    """
    text = text.strip()
    found = dates.parse(text, MACHINE)
    if not found or found[0].year not in YEARS:  # A misprint of the markup.
        return None
    return dates.parse(text[:DAY], MACHINE) if text[DAY:16] == "T00:00" else found


def parse_printed(text: str, clock: str | None = None) -> Dated | None:
    """Return the instant in "March 17, 1959, midnight" and its precision, or None.

    `clock` is the text in which its time is looked for, if not the same.
    """
    match = find_date_in_words(text)
    day = dates.date_of_match(match) if match else None
    return with_clock(day, text if clock is None else clock) if day else None


def _before_midnight(date: Dated, printed: str) -> Dated:
    """Return only the day of a date whose dateline prints midnight: markup has noon for it."""
    instant, precision = date
    if precision != "minute" or not MIDNIGHT.search(printed):
        return date
    return instant.replace(hour=0, minute=0), "day"


def with_clock(date: Dated, printed: str) -> Dated:
    """Return a day with the time that its dateline prints, if it prints one."""
    day, precision = date
    if precision != "day":
        return date
    begins = BEGINS_BY_NAME.search(printed)
    named = _named(begins[1]) if begins else None
    time = _group(printed) or named or _clock(printed) or _named(printed)
    return (day.replace(hour=time[0], minute=time[1]), "minute") if time else date


def _group(printed: str) -> tuple[int, int] | None:
    group = GROUP.search(printed)
    return (int(group[1]), int(group[2])) if group else None


def _clock(printed: str) -> tuple[int, int] | None:
    """Return the hour and minute in "4:30 p.m.", or the start of "2:30–3:15 p.m."."""
    clock = CLOCK.search(ENDS_BY_NAME.sub(_in_figures, printed))
    if not clock or int(clock["last"]) > 12 or int(clock["last_minute"] or 0) > 59:
        return None
    half, last = clock["half"].lower(), int(clock["last"]) % 12
    if clock["hour"] is None:
        return last + 12 * (half == "p"), int(clock["last_minute"] or 0)
    first, minute = int(clock["hour"]) % 12, int(clock["minute"] or 0)
    afternoon = (half == "p") == (first <= last)  # "11:30–12:15 p.m." begins before noon.
    return (first + 12 * afternoon, minute) if minute < 60 else None


def _in_figures(ends: re.Match[str]) -> str:
    return f"{ends[1]}12 {'a' if MIDNIGHT.match(ends[2]) else 'p'}.m."


def _named(printed: str) -> tuple[int, int] | None:
    words = re.findall(r"\w+", printed.lower())
    return next((time for word, time in NAMED.items() if word in words), None)
