"""The times that a question names: days, months, years, parts of them, and spans of two of them.

1963, October 1963, 2 November 1963, 1963-11-02, 11/24/1963, Nov 63, the 1960s, the 19th century
early 1957, mid-1958, late October 1956, summer of 1958, second half of 1956
first week of November 1956, week of 24 October 1956, Q3 1962, first quarter of 1970
1961-63, 1961 to 63, winter 1961-62, October to November 1956, 24 October to 4 November 1956
1956-10-24..1956-11-04
"""

import re
from calendar import month_abbr, month_name
from dataclasses import dataclass, replace
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
YEAR = r"(?:1[789]|20)\d\d"
A_YEAR = re.compile(YEAR)
MONTHS = {
    **{month_name[month].lower(): month for month in range(1, 13)},
    **{month_abbr[month].lower(): month for month in range(1, 13)},
    "sept": 9,
}
# "Early" is the first third: days 1 to 10, months 1 to 4, years 0 to 3.
THIRDS = {
    "early": "early|beginning[ ]of|start[ ]of",
    "mid": "mid|middle[ ]of",
    "late": "late|end[ ]of",
}
HALVES = {
    "first half of": "first[ ]half(?:[ ]of)?",
    "second half of": "(?:second|latter)[ ]half(?:[ ]of)?",
}
# Of a month; the last one has its last seven days.
WEEKS = {f"{each} week of": f"{each}[ ]week(?:[ ]of)?" for each in ("first", "second", "third")}
WEEKS["last week of"] = "last[ ]week(?:[ ]of)?"
A_WEEK = "week of"  # Behind it a day, with which it begins.
QUARTERS = {
    f"{names.rpartition('|')[2]} quarter of": f"(?:(?:{names})[ ]quarter|q{number})(?:[ ]of)?"
    for number, names in enumerate(("1st|first", "2nd|second", "3rd|third", "4th|last|fourth"), 1)
}
PARTS = THIRDS | HALVES | QUARTERS | WEEKS | {A_WEEK: "week[ ]of(?:[ ]the)?"}
# Season -> its first month. A winter has the year of its December.
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_NTH = rf"{_DAY}(?:st|nd|rd|th)?"
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
# A time of which month and year can stand with another: "24 to 28 October 1956". {0} tells it from
# the other. Two digits are a year that is no day.
_POINT = rf"""(?:(?:the[ ])?(?P<part_{{0}}>{"|".join(PARTS.values())})[ -](?:in[ ])?)?(?:
    (?P<year_i{{0}}>{YEAR})-(?P<month_i{{0}}>\d\d)(?:-(?P<day_i{{0}}>\d\d))?
    | (?P<one_{{0}}>\d\d?)-(?P<other_{{0}}>\d\d?)-(?P<year_s{{0}}>{YEAR}|(?!{_DAY}[ ]|{_DAY}$)\d\d)
    | (?:(?P<day_m{{0}}>{_NTH})[ ](?:of[ ])?)?(?P<month_m{{0}}>{_MONTH})
      (?:[ ](?P<day_n{{0}}>{_NTH}))?
      (?:(?:[ ]of)?[ ](?P<year_m{{0}}>{YEAR}|(?<!may[ ])(?<!march[ ])(?!{_DAY}[ ]|{_DAY}$)\d\d))?
    | (?P<year_y{{0}}>{YEAR})[ ](?:(?P<day_y{{0}}>{_NTH})[ ])?(?P<month_y{{0}}>{_MONTH})
      (?:[ ](?P<day_z{{0}}>{_NTH}))?
    | (?:the[ ])?(?P<season_{{0}}>{"|".join(SEASONS)})[ ](?:of[ ])?(?P<year_w{{0}}>{YEAR})
    | (?:the[ ])?(?P<decade_{{0}}>(?:1[789]|20)\d)0s
    | (?:the[ ])?(?P<century_{{0}}>1[89]|2[01])(?:th|st)[ ]century
    | (?P<day_d{{0}}>{_NTH})(?:[ ](?P<year_d{{0}}>{YEAR}))?
    | (?P<year_o{{0}}>{YEAR}))"""
# Other words for the sides of a time -> how they are shown.
SIDES = {"till": "until", "through": "until", "up to": "until", "prior to": "before"}
_TO = "(?:-|[ ](?:-|and|to|until|till|through)[ ])"
PATTERNS = [
    re.compile(f"{pattern}(?=[ ]|$)", re.VERBOSE)
    for pattern in (
        rf"(?:(?:between|from)[ ])?{_POINT.format(1)}{_TO}{_POINT.format(2)}",
        rf"(?:(?:the[ ])?(?P<season_1>winter)[ ](?:of[ ])?)?(?P<year_o1>{YEAR})"
        r"(?:-|[ ](?:-|to|through)[ ])(?P<short>\d\d)",
        r"(?:(?P<side>before|until|till|through|up[ ]to|prior[ ]to|after|since)[ ])?"
        + _POINT.format(1),
    )
]


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """Some days in a row. A side without a limit is None."""

    first: date | None
    last: date | None
    words: str  # With its preposition: "in October 1963", "before 1963".

    def meets(self, first_month: date, last_month: date) -> bool:
        """Return whether it has a day from the first month to the last, by their first days."""
        end = (last_month + 31 * ONE_DAY).replace(day=1)
        return (self.first or first_month) < end and (self.last or last_month) >= first_month

    def until(self, other: "TimeSpan") -> "TimeSpan | None":
        """Return the days from the beginning of this to the end of another: "since", "until".

        None if one of them has two sides or they share no day.
        """
        is_open = self.last is None and other.first is None
        if is_open and self.first and other.last and self.first <= other.last:
            return TimeSpan(self.first, other.last, f"{self.words} and {other.words}")
        return None

    def overlap(self, other: "TimeSpan") -> "TimeSpan | None":
        """Return the days of both; None if they share none."""
        if part := self.inside(other) or other.inside(self):
            return part
        first = max(filter(None, (self.first, other.first)), default=None)
        last = min(filter(None, (self.last, other.last)), default=None)
        if first and last and first > last:
            return None
        return TimeSpan(first, last, " and ".join(dict.fromkeys((self.words, other.words))))

    def inside(self, other: "TimeSpan") -> "TimeSpan | None":
        """Return this if all its days are among those of another, which has more; else None."""
        begins = other.first is None or (self.first is not None and self.first >= other.first)
        ends = other.last is None or (self.last is not None and self.last <= other.last)
        is_same = (self.first, self.last) == (other.first, other.last)
        return self if begins and ends and not is_same else None

    def parameters(self) -> dict[str, str]:
        """Return the filters of lists that select it."""
        days = {"created_after": self.first, "created_before": self.last}
        return {name: day.isoformat() for name, day in days.items() if day}


@dataclass(frozen=True, slots=True)
class _Point:
    """A time as it was typed; what it leaves out is 0."""

    year: int
    month: int
    day: int
    years: int  # 10 of a decade, 100 of a century.
    part: str  # A key of PARTS, a season, or "".

    @property
    def begins(self) -> date:
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def name(self) -> str:
        has_month = self.month and self.part not in SEASONS
        form = "%-d %B %Y" if self.day else "%B %Y" if has_month else "%Y"
        written = {10: f"the {self.year}s", 100: f"the {self.year // 100 + 1}th century"}
        name = written.get(self.years, f"{self.begins:{form}}")
        return f"{self.part} {name.removeprefix('the ')}" if self.part else name

    def days(self) -> tuple[date, date]:
        """Return the first and the last day. Raises ValueError if there is no such day."""
        first = self.begins
        if self.part == A_WEEK and not self.day:
            raise ValueError
        if self.day:
            if self.part not in ("", A_WEEK) or not self.month:
                raise ValueError
            return first, first + 6 * ONE_DAY * (self.part == A_WEEK)
        if self.month:
            end = (first + (93 if self.part in SEASONS else 31) * ONE_DAY).replace(day=1)
        else:
            end = first.replace(year=self.year + self.years)
        if self.part in (*WEEKS, A_WEEK):
            return self._week(first, end)
        names = next((each for each in (THIRDS, HALVES, QUARTERS) if self.part in each), {"": ""})
        at = [*names].index(self.part) if self.part in names else 0
        starts = [self._later(first, each, len(names)) for each in range(len(names))]
        return starts[at], [*starts, end][at + 1] - ONE_DAY

    def _week(self, first: date, end: date) -> tuple[date, date]:
        if not self.month or self.part == A_WEEK:
            raise ValueError
        at = [*WEEKS].index(self.part)
        start = first + 7 * at * ONE_DAY if at < len(WEEKS) - 1 else end - 7 * ONE_DAY
        return start, start + 6 * ONE_DAY

    def _later(self, first: date, at: int, parts: int) -> date:
        """Return the first day of one of two or three parts of a month, a year or more."""
        if self.month:
            return first.replace(day=1 + at * 30 // parts)
        if self.years == 1:
            return first.replace(month=1 + at * 12 // parts)
        return first.replace(year=self.year + -(-self.years * at // parts))


def find_time(text: str) -> tuple[int, TimeSpan] | None:
    """Return (characters, span) of the time that a text in small letters begins with, or None.

    Words are separated by single blanks, parts of a word by "-", words around a dash by " - ".
    """
    for match in filter(None, (pattern.match(text) for pattern in PATTERNS)):
        try:
            return match.end(), _span(match)
        except ValueError:  # "31 June 1963", or no year.
            continue
    return None


def _span(match: re.Match[str]) -> TimeSpan:
    """Return the span of a match. Raises ValueError if it is none."""
    groups = {name: value for name, value in match.groupdict().items() if value}
    first = _point(groups, "1")
    if short := groups.get("short"):
        last = replace(first, year=first.year // 100 * 100 + int(short), month=0, part="")
        if last.year <= first.year:
            raise ValueError
    elif len({name[-1] for name in groups} & {"1", "2"}) == 1:
        return _beside(first, groups.get("side", ""))
    else:
        last = _point(groups, "2")
    if first.part == "winter" and last == _Point(first.year + 1, 0, 0, 1, ""):
        return _beside(first, "")  # "Winter 1969-70".
    if bool(first.day) != bool(last.day) and not (first.month and last.month):
        raise ValueError  # "1963-10", "October to 3".
    points = [
        replace(one, month=one.month or (one.day and other.month), year=one.year or other.year)
        for one, other in ((first, last), (last, first))
    ]
    if not first.year and points[0].days() > points[1].days():  # "November to February 1957".
        points[0] = replace(points[0], year=points[0].year - 1)
    first, last = sorted(points, key=_Point.days)
    if first == last:
        return _beside(first, "")
    begins = first.name.removesuffix(f" {last.year}")
    return TimeSpan(first.days()[0], last.days()[1], f"from {begins} to {last.name}")


def _point(groups: dict[str, str], which: str) -> _Point:
    found = {name.partition("_")[0]: groups[name] for name in groups if name[-1] == which}
    if "one" in found:  # 10/24/1956 or 24.10.1956.
        one, other = int(found["one"]), int(found["other"])
        if one <= 12 and other <= 12 and one != other:
            raise ValueError
        found["month"], found["day"] = str(min(one, other)), str(max(one, other))
    year, years = int(found.get("year", 0)), 1
    if "decade" in found:
        year, years = int(found["decade"]) * 10, 10
    elif "century" in found:
        year, years = int(found["century"]) * 100 - 100, 100
    month = found.get("month", "0")
    day = int(found.get("day", "0").rstrip("stndrh"))
    said = found.get("part", "")
    part = next((name for name, words in PARTS.items() if re.fullmatch(words, said, re.X)), "")
    if season := found.get("season"):
        if part:
            raise ValueError
        month, part = str(SEASONS[season]), "autumn" if season == "fall" else season
    year += 1900 * (0 < year < 100)
    return _Point(year, MONTHS.get(month) or int(month), day, years, part)


def _beside(point: _Point, side: str) -> TimeSpan:
    """Return the span of a time, or that before or after it. Raises ValueError."""
    first, last = point.days()
    name = point.name
    if point.part:
        form = "%Y" if point.years > 1 else "%-d %B %Y"
        name = f"{name} ({first:{form}} to {last:{form}})"
    spans = {
        "before": (None, first - ONE_DAY),
        "until": (None, last),
        "after": (last + ONE_DAY, None),
        "since": (first, None),
    }
    side = SIDES.get(side, side)
    shown = side or ("on" if point.day and not point.part else "in")
    return TimeSpan(*spans.get(side, (first, last)), f"{shown} {name}")
