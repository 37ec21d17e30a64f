"""Compute bar charts of cables by year or month: coordinates that templates draw as SVG. No Django.

The tallest bar has TALL units; each bar takes STEP units of the width.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

TALL, STEP = 100, 10
# The first cables of an archive are left out of charts if at least GAP years without a cable follow
# and they are at most this share of all cables.
GAP = 5
FEW = 0.01
MONTHS = 24  # The longest timeline with a bar for each month.
LABELS = 13  # The most labels below a chart.


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar of a year or a month."""

    first: date  # Day.
    last: date
    name: str  # "2006", "March 2006"
    cables: int
    x: int  # Its left edge.
    top: float  # Measured from the top of the chart.
    label: str  # Below it; "" for none.
    between: bool  # Whether narrow charts leave out the label.

    @property
    def year(self) -> int:
        return self.first.year

    def __str__(self) -> str:
        return f"{self.name}: {self.cables:,} cable{'' if self.cables == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class GridLine:
    """A horizontal grid line."""

    cables: int
    y: float  # Measured from the top of the chart.


@dataclass(frozen=True, slots=True)
class Chart:
    bars: list[Bar]
    lines: list[GridLine]
    earlier: dict[int, int]  # {year that is left out: cables}

    @property
    def width(self) -> int:
        return len(self.bars) * STEP


def drawn(counts: dict[int, int]) -> range:
    """Return the years that charts of an archive show, from {year: cables}.

    A handful of cables decades before the rest would take half of a chart's width: they are left
    out (GAP, FEW).
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
    """Return the chart of {year: cables}, which has no bars if that is empty.

    `years` are those of the whole archive, for the chart of a part of it.
    """
    years = drawn(counts) if years is None else years
    earlier = {year: cables for year, cables in sorted(counts.items()) if year not in years}
    return _draw(_in_years(counts, years), earlier)


def timeline(months: dict[date, int]) -> Chart:
    """Return the chart of {first day of a month: cables}, by month or by year.

    Bars are months if there are at most MONTHS of them. Months and years without cables between
    others have a bar too.
    """
    years: dict[int, int] = {}
    for month, cables in months.items():
        years[month.year] = years.get(month.year, 0) + cables
    span = range(min(years), max(years) + 1) if years else range(0)
    return _draw(_in_months(months) or _in_years(years, span), {})


class _Step(NamedTuple):
    """A year or a month, with the number of its cables."""

    first: date  # Day.
    last: date
    name: str
    cables: int


def _draw(steps: list[_Step], earlier: dict[int, int]) -> Chart:
    """Return the chart of some steps; `earlier` are the years that are left out."""
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
    lines = [GridLine(cables, round(TALL - height(cables, most), 1)) for cables in levels(most)]
    return Chart(bars, lines, earlier)


def _in_years(counts: dict[int, int], years: range) -> list[_Step]:
    """Return the steps of some years."""
    return [
        _Step(date(year, 1, 1), date(year, 12, 31), str(year), counts.get(year, 0))
        for year in years
    ]


def _in_months(counts: dict[date, int]) -> list[_Step]:
    """Return the steps of the months from the first to the last; none if they are too many."""
    numbers = [month.year * 12 + month.month - 1 for month in counts]
    if not numbers or max(numbers) - min(numbers) >= MONTHS:
        return []
    firsts = (date(n // 12, n % 12 + 1, 1) for n in range(min(numbers), max(numbers) + 1))
    return [
        _Step(first, _month_end(first), f"{first:%B %Y}", counts.get(first, 0)) for first in firsts
    ]


def _month_end(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def height(cables: int, most: int) -> float:
    """Return the height of a bar, at least 1 if there are cables; that of `most` is TALL."""
    return max(round(cables * TALL / most, 1), 1) if cables else 0


def levels(most: int) -> list[int]:
    """Return one or two round numbers for grid lines, none above the tallest bar.

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
    """Return the years that a sparkline shows, without the first few cables of an archive."""
    earlier = 0
    for year in sorted(counts):
        earlier += counts[year]
        if earlier > FEW * sum(counts.values()):
            return range(year, max(counts) + 1)
    return range(0)


def sparkline(counts: dict[int, int], years: range) -> str:
    """Return the SVG path of a sparkline: a year is one unit wide, the tallest one TALL units."""
    most = max((counts.get(year, 0) for year in years), default=0)
    tops = [TALL - round(height(counts.get(year, 0), most)) for year in years]
    return f"M0 {TALL}" + "".join("h1" if top == TALL else f"V{top}h.8V{TALL}h.2" for top in tops)
