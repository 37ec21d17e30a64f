"""Compute bands of years for a row of a chart: runs of years in which an origin has cables."""

from dataclasses import dataclass

FEW = 3  # A run of years with fewer cables is drawn thin.


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
        return self.cables < FEW

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
    return [_band(run, sum(counts[year] for year in run), years) for run in runs]


def _band(run: list[int], cables: int, years: range) -> Band:
    scale = 100 / len(years)
    left, width = (run[0] - years.start) * scale, len(run) * scale
    return Band(run[0], run[-1], cables, round(left, 2), round(width, 2))


def decades(counts: dict[int, int]) -> range:
    """Return the whole decades around the years of {year: cables}."""
    return range(min(counts) // 10 * 10, max(counts) // 10 * 10 + 10) if counts else range(0)


def ticks(years: range) -> list[tuple[int, float]]:
    """Return (year, percent of the width) of four labels at most, each at a decade."""
    step = max(len(years) // 40 * 10, 10)
    return [(year, round((year - years.start) * 100 / len(years), 2)) for year in years[::step]]
