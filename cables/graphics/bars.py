"""Compute bar charts of cables by year or month: coordinates that templates draw as SVG. No Django.

x and widths are per cent of the chart's width, so that letters keep their size on every screen; y
and heights are pixels from the top. The tallest bar has TALL pixels, below HEAD pixels for a label.
Bands are runs of years in which an origin has cables, for a row of such a chart.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby, pairwise

TALL, HEAD, FOOT = 72, 16, 24
BASE = HEAD + TALL  # Where bars stand.
# The first cables of an archive are left out of charts if at least GAP years without a cable follow
# and they are at most this share of all cables.
GAP = 5
FEW = 0.01
MONTHS = 24  # The longest timeline with a bar for each month.
LABELS = 10  # The most labels below a chart.
STEPS = (1, 2, 5, 10, 20, 50, 100)  # Years, or months, from one label to the next.
# A link is at least 24 pixels wide: a chart with more bars than NARROW has links of decades on a
# phone, one with more than WIDE on every screen.
NARROW, WIDE = 14, 30
EDGE = 4  # Per cent: labels nearer to an edge begin or end there,
APART = 12  # if the next one is so far away.
SPARKS = 40  # The most bars of a sparkline.
SPARK_TALL = 100
Step = tuple[date, date, str, int]  # The first and last day of a year or month, name, cables.


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar of a year or a month, or the area of a decade."""

    first: date  # Day.
    last: date
    name: str  # "2006", "March 2006", "1950s"
    cables: int
    x: float  # Its left edge.
    width: float
    top: float

    @property
    def year(self) -> int:
        return self.first.year

    @property
    def height(self) -> float:
        return round(BASE - self.top, 1)

    def __str__(self) -> str:
        return f"{self.name}: {self.cables:,} cable{'' if self.cables == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class GridLine:
    """A horizontal grid line."""

    cables: int
    y: float


@dataclass(frozen=True, slots=True)
class AxisLabel:
    """The name of a bar below the axis. `anchor` is as in SVG: start, middle or end."""

    text: str
    x: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Chart:
    bars: list[Bar]
    lines: list[GridLine]
    labels: list[AxisLabel]
    groups: list[Bar]  # Decades, or years of a chart of months.
    earlier: dict[int, int]  # {year that is left out: cables}
    without_month: int = 0  # Cables that are in no bar: the year alone is known.
    height: int = BASE + FOOT
    base: int = BASE

    @property
    def size(self) -> str:
        """How many bars it has: "few", "some" or "many" (NARROW, WIDE)."""
        count = len(self.bars)
        return "few" if count <= NARROW else "some" if count <= WIDE else "many"

    @property
    def is_by_month(self) -> bool:
        return _are_months(self.bars)

    @property
    def filled(self) -> list[Bar]:
        """The bars that have cables."""
        return [bar for bar in self.bars if bar.cables]

    @property
    def spark(self) -> tuple[int, str]:
        """The same as a sparkline: (width of its view box, SVG path)."""
        counts = {at: bar.cables for at, bar in enumerate(self.bars)}
        steps = range(len(self.bars))
        return -(-len(steps) // spark_steps(steps)), sparkline(counts, steps)


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
    """Return the chart of {year: cables}; `years` are those of the archive, if it is of a part."""
    years = drawn(counts) if years is None else years
    earlier = {year: cables for year, cables in sorted(counts.items()) if year not in years}
    return _draw(year_steps(counts, years), earlier)


def timeline(months: dict[date, int], of_years: Mapping[date, int] | None = None) -> Chart:
    """Return the chart of {first day of a month: cables}, by month or by year.

    Bars are months if there are at most MONTHS of them. Months and years without cables between
    others have a bar too. `of_years` are those of `months` of which the year alone is known: they
    count in the years of the chart and stand in no month; it is by year if one has no month at all.
    """
    of_years = of_years or {}
    years: dict[int, int] = {}
    for month, cables in months.items():
        years[month.year] = years.get(month.year, 0) + cables
    span = range(min(years), max(years) + 1) if years else range(0)
    left = {month: n - of_years.get(month, 0) for month, n in months.items()}
    exact = {month: n for month, n in left.items() if n > 0}
    steps = month_steps(exact, MONTHS) if {month.year for month in exact} == {*years} else []
    if not steps:
        return _draw(year_steps(years, span), {})
    chart = _draw(steps, {})
    groups = [replace(each, cables=years.get(each.year, 0)) for each in chart.groups]
    return replace(chart, groups=groups, without_month=sum(of_years.values()))


def _draw(steps: list[Step], earlier: dict[int, int]) -> Chart:
    """Return the chart of some steps; `earlier` are the years that are left out."""
    most = max((cables for *_, cables in steps), default=0)
    wide = 100 / max(len(steps), 1)
    bars = [
        Bar(*step, x=round(at * wide, 3), width=round(wide, 3), top=BASE - height(step[3], most))
        for at, step in enumerate(steps)
    ]
    lines = [GridLine(cables, BASE - height(cables, most)) for cables in levels(most)]
    return Chart(bars, lines, axis_labels(bars), _groups(bars), earlier)


def axis_labels(bars: list[Bar]) -> list[AxisLabel]:
    """Return the labels below a chart: round years, or every so many months."""
    every = next(step for step in STEPS if len(bars) <= LABELS * step)
    labels: list[AxisLabel] = []
    for at, bar in enumerate(bars):
        in_year = bar.first.month == bar.last.month
        if (at if in_year else bar.year) % every == 0:
            text = f"{bar.first:%b}" if in_year and bar.first.month > 1 else str(bar.year)
            x = bar.x + bar.width / 2
            if len(bars) == 1 or EDGE <= x <= 100 - EDGE:
                labels.append(AxisLabel(text, round(x, 2), "middle"))
            else:
                labels.append(
                    AxisLabel(text, 0, "start") if x < EDGE else AxisLabel(text, 100, "end")
                )
    if len(labels) > 1 and labels[0].anchor == "start" and labels[1].x < APART:
        del labels[0]
    if len(labels) > 1 and labels[-1].anchor == "end" and labels[-2].x > 100 - APART:
        del labels[-1]
    return labels


def _are_months(bars: list[Bar]) -> bool:
    return bool(bars) and bars[0].first.month == bars[0].last.month


def _groups(bars: list[Bar]) -> list[Bar]:
    """Return the decades of the bars of years, or the years of those of months."""
    in_months = _are_months(bars)
    size = 1 if in_months else 10
    groups = []
    for number, group in groupby(bars, lambda bar: bar.year // size):
        each = list(group)
        groups.append(
            Bar(
                each[0].first,
                each[-1].last,
                str(number) if in_months else f"{number}0s",
                sum(bar.cables for bar in each),
                each[0].x,
                round(each[0].width * len(each), 3),
                HEAD,
            )
        )
    return groups


def year_steps(counts: dict[int, int], years: Iterable[int]) -> list[Step]:
    """Return the steps of some years."""
    return [
        (date(year, 1, 1), date(year, 12, 31), str(year), counts.get(year, 0)) for year in years
    ]


def month_steps(counts: dict[date, int], most: int) -> list[Step]:
    """Return the steps from the first to the last month; none if there are more than `most`."""
    numbers = [month.year * 12 + month.month - 1 for month in counts]
    if not numbers or max(numbers) - min(numbers) >= most:
        return []
    firsts = (date(n // 12, n % 12 + 1, 1) for n in range(min(numbers), max(numbers) + 1))
    day = timedelta(days=1)
    return [
        (
            *(first, (first + 31 * day).replace(day=1) - day),
            *(f"{first:%B %Y}", counts.get(first, 0)),
        )
        for first in firsts
    ]


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


def spark_steps(years: Iterable[int]) -> int:
    """Return how many years a bar of a sparkline stands for, so that each can be seen."""
    count = len(list(years))
    return next(step for step in STEPS if count <= SPARKS * step)


def sparkline(counts: dict[int, int], years: range) -> str:
    """Return the SVG path of a sparkline: a bar is one unit wide, the tallest SPARK_TALL units.

    A bar stands for one year or for several (spark_steps).
    """
    size = spark_steps(years)
    sums = [
        sum(counts.get(year, 0) for year in years[at : at + size])
        for at in range(0, len(years), size)
    ]
    most = max(sums, default=0)
    tops = [SPARK_TALL - round(max(n * SPARK_TALL / most, 1)) if n else SPARK_TALL for n in sums]
    return f"M0 {SPARK_TALL}" + "".join(
        "h1" if top == SPARK_TALL else f"V{top}h.8V{SPARK_TALL}h.2" for top in tops
    )


THIN = 3  # A run of years with fewer cables is drawn thin.


@dataclass(frozen=True, slots=True)
class Band:
    """A run of years; `left` and `width` are percents of the chart."""

    first: int
    last: int
    cables: int
    left: float
    width: float

    @property
    def is_thin(self) -> bool:
        return self.cables < THIN

    def __str__(self) -> str:
        return f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"


def bands(counts: dict[int, int], years: range) -> list[Band]:
    """Return the runs of {year: cables}, on a chart of some years."""
    runs: list[list[int]] = []
    for year in sorted(counts):
        if runs and runs[-1][-1] == year - 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    scale = 100 / max(len(years), 1)
    return [
        Band(
            *(run[0], run[-1], sum(counts[year] for year in run)),
            left=round((run[0] - years.start) * scale, 2),
            width=round(len(run) * scale, 2),
        )
        for run in runs
    ]


def decades(counts: dict[int, int]) -> range:
    """Return the whole decades around the years of {year: cables}."""
    return range(min(counts) // 10 * 10, max(counts) // 10 * 10 + 10) if counts else range(0)


def ticks(years: range) -> list[tuple[int, float]]:
    """Return (year, percent of the width) of four labels at most, each at a decade."""
    step = max(len(years) // 40 * 10, 10)
    return [(year, round((year - years.start) * 100 / len(years), 2)) for year in years[::step]]
