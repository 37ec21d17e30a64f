"""Compute line charts of values by year or month: coordinates that templates draw as SVG.

x is per cent of the chart's width, so that letters keep their size on every screen; y is pixels
from the top. The path of a line is in a view box of WIDE by the height of the chart, for a template
to stretch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from .bars import AxisLabel, Bar, Step, axis_labels, levels

TALL, HEAD, FOOT = 220, 12, 26
BASE = HEAD + TALL
WIDE = 1_000
FINE = 10_000  # Grid lines below 1 are round numbers of this part of it.


class Stroke(NamedTuple):
    """How one of several lines looks."""

    light: str  # Its colour on white,
    dark: str  # and on black.
    dashes: str

    @property
    def on_page(self) -> str:
        """Its colour on a page, which may be light or dark."""
        return f"light-dark({self.light}, {self.dark})"


STROKES = (
    Stroke("#14594a", "#8ccfb7", "none"),
    Stroke("#8f3a1c", "#f2a686", "9 4"),
    Stroke("#31549e", "#a9c1f5", "2 3"),
    Stroke("#7a4a8c", "#d9b6e6", "12 4 2 4"),
    Stroke("#80640a", "#dcc46a", "5 2"),
    Stroke("#57534b", "#cfc8b8", "16 5"),
)


@dataclass(frozen=True, slots=True)
class Point:
    at: int  # The step that it stands for.
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class LineChart:
    lines: list[tuple[str, list[Point]]]  # The SVG path of each line, and its points.
    levels: list[tuple[float, float]]  # The (value, y) of each grid line.
    labels: list[AxisLabel]
    height: int = BASE + FOOT
    base: int = BASE
    wide: int = WIDE


def line_chart(steps: Sequence[Step], lines: Sequence[Sequence[float | None]]) -> LineChart:
    """Return the chart of lines with a value for each step; None is a gap."""
    most = max((value for line in lines for value in line if value is not None), default=0)
    wide = 100 / max(len(steps), 1)
    bars = [Bar(*step, x=at * wide, width=wide, top=BASE) for at, step in enumerate(steps)]
    return LineChart(
        [_drawn(line, bars, most) for line in lines],
        [(value, _height(value, most)) for value in _levels(most)],
        axis_labels(bars),
    )


def _drawn(
    line: Sequence[float | None], bars: Sequence[Bar], most: float
) -> tuple[str, list[Point]]:
    """Return the path of a line, in a piece for each run of steps without a gap, and its points."""
    points = [
        Point(at, round(bar.x + bar.width / 2, 3), _height(value, most))
        for at, (bar, value) in enumerate(zip(bars, line, strict=True))
        if value is not None
    ]
    pieces = []
    for _, run in groupby(enumerate(points), key=lambda each: each[1].at - each[0]):
        places = [f"{point.x * WIDE / 100:g} {point.y:g}" for _, point in run]
        pieces.append(f"M{'L'.join(places)}")
    return "".join(pieces), points


def _height(value: float, most: float) -> float:
    return round(BASE - value * TALL / most, 1) if most else BASE


def _levels(most: float) -> list[float]:
    if most >= 1:
        return [*levels(int(most))]
    return [level / FINE for level in levels(int(most * FINE))]
