"""Cables a year or a month as the geometry of SVG: numbers only, which templates draw. No Django.

Heights are counted from below, of TALL units; a year is STEP units wide.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

TALL, STEP = 100, 10
GAP = 5  # So many years without a cable part the first cables of an archive from the rest,
FEW = 0.01  # if they are no more than this share of it.
MONTHS = 24  # A timeline that is no longer than this has a bar for each month.
LABELS = 13  # At most so many years are written below a chart.


@dataclass(frozen=True, slots=True)
class Bar:
    """A year or a month: its days, its cables, where its step begins, and the top of its bar.

    `label` is what is written below it, if anything; `between` says that a narrow chart leaves
    that out.
    """

    first: date
    last: date
    name: str  # "2006", "March 2006"
    cables: int
    x: int
    top: float
    label: str
    between: bool

    @property
    def year(self) -> int:
        return self.first.year

    def __str__(self):
        return f"{self.name}: {self.cables:,} cable{'' if self.cables == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Line:
    """A line across a chart: so many cables, at this height from above."""

    cables: int
    y: float


@dataclass(frozen=True, slots=True)
class Chart:
    bars: list[Bar]
    lines: list[Line]
    earlier: dict[int, int]  # Years that are left out, with their cables.

    @property
    def width(self) -> int:
        return len(self.bars) * STEP


def drawn(counts: dict[int, int]) -> range:
    """Return the years that charts of an archive show, from {year: cables}.

    An archive may begin with a handful of cables, decades before the rest: they would take half
    of a chart's width. Years are left out up to a gap of GAP, if they hold few of the cables.
    """
    years = sorted(counts)
    if not years:
        return range(0)
    first = years[0]
    for before, after in pairwise(years):
        earlier = sum(cables for year, cables in counts.items() if year < after)
        if earlier > FEW * sum(counts.values()):
            break
        if after - before - 1 >= GAP:
            first = after
    return range(first, years[-1] + 1)


def chart(counts: dict[int, int], years: range | None = None) -> Chart:
    """Return the chart of an archive, from {year: cables}; no bars if that is empty.

    That of a part of it is drawn for the years of the whole.
    """
    years = drawn(counts) if years is None else years
    earlier = {year: cables for year, cables in sorted(counts.items()) if year not in years}
    return _draw(_in_years(counts, years), earlier)


def timeline(months: dict[date, int]) -> Chart:
    """Return the chart of some cables by year, or by month if they were sent within two years.

    From {first day of a month: cables}, without a gap.
    """
    years: dict[int, int] = {}
    for month, cables in months.items():
        years[month.year] = years.get(month.year, 0) + cables
    span = range(min(years), max(years) + 1) if years else range(0)
    return _draw(_in_months(months) or _in_years(years, span), {})


def _draw(steps, earlier):
    """Return the chart of steps, each (first day, last day, name, cables)."""
    most = max((cables for *_, cables in steps), default=0)
    every = -(-len(steps) // LABELS)
    bars = [
        Bar(
            *(first, last, name, cables),
            x=number * STEP,
            top=round(TALL - height(cables, most), 1),
            label="" if number % every else f"{first:%Y}" if first.month == 1 else f"{first:%b}",
            between=number % (2 * every) != 0,
        )
        for number, (first, last, name, cables) in enumerate(steps)
    ]
    lines = [Line(cables, round(TALL - height(cables, most), 1)) for cables in levels(most)]
    return Chart(bars, lines, earlier)


def _in_years(counts, years):
    """Return the steps of some years."""
    return [
        (date(year, 1, 1), date(year, 12, 31), str(year), counts.get(year, 0)) for year in years
    ]


def _in_months(counts):
    """Return the steps of the months from the first to the last; none if they are too many."""
    numbers = [month.year * 12 + month.month - 1 for month in counts]
    if not numbers or max(numbers) - min(numbers) >= MONTHS:
        return []
    firsts = (date(n // 12, n % 12 + 1, 1) for n in range(min(numbers), max(numbers) + 1))
    return [(each, _month_end(each), f"{each:%B %Y}", counts.get(each, 0)) for each in firsts]


def _month_end(first):
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def height(cables: int, most: int) -> float:
    """Return how tall a bar is, the tallest being TALL; no cable is lost from sight."""
    return max(round(cables * TALL / most, 1), 1) if cables else 0


def levels(most: int) -> list[int]:
    """Return round numbers, one or two, of which the last is no more than the tallest bar.

    >>> levels(11033), levels(40), levels(1)
    ([5000, 10000], [20, 40], [1])
    """
    for power in range(len(str(most)), -1, -1):
        for digit in (5, 2, 1):
            step = digit * 10**power
            if step * 2 <= most:
                return [step, step * 2]
    return [most] if most else []


def main_years(counts: dict[int, int]) -> range:
    """Return the years that a sparkline shows: without the first few cables of the archive."""
    earlier = 0
    for year in sorted(counts):
        earlier += counts[year]
        if earlier > FEW * sum(counts.values()):
            return range(year, max(counts) + 1)
    return range(0)


def sparkline(counts: dict[int, int], years: range) -> str:
    """Return the path of a sparkline: a unit wide for a year, TALL for the one with the most."""
    most = max((counts.get(year, 0) for year in years), default=0)
    tops = [TALL - round(height(counts.get(year, 0), most)) for year in years]
    return f"M0 {TALL}" + "".join("h1" if top == TALL else f"V{top}h.8V{TALL}h.2" for top in tops)
