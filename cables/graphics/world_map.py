"""Compute maps of places: coordinates that templates draw as SVG. No Django.

The projection is equirectangular, true to shape along one parallel of each map. x and y are units
of the viewBox, from its upper left corner. Latitudes and longitudes are degrees north and east.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import cos, dist, log1p, pi, radians, sin
from textwrap import wrap

from ..telegram.shorten_text import cut_at_word

LEAST = 2  # The smallest radius of a dot. Places closer than this are drawn around each other.


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with a number of cables; `key` identifies it."""

    key: str
    latitude: float
    longitude: float
    cables: int


@dataclass(frozen=True, slots=True)
class Dot:
    """A circle whose radius grows with the logarithm of the number of cables."""

    key: str
    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Frame:
    """A map: the degrees that it shows, and its size.

    `east` may be above 180, as the world map begins in the Bering Strait.
    """

    slug: str
    title: str
    west: float
    east: float
    south: float
    north: float
    parallel: float
    width: int
    largest: float  # Radius of the dot with most cables.
    every: int  # Degrees between grid lines.

    @property
    def scale(self) -> float:
        return self.width / (self.east - self.west)

    @property
    def stretch(self) -> float:
        """The length of a degree of latitude, in degrees of longitude."""
        return 1 / cos(radians(self.parallel))

    @property
    def height(self) -> float:
        return round((self.north - self.south) * self.scale * self.stretch)

    def shows(self, spot: Spot) -> bool:
        east = self.west + (spot.longitude - self.west) % 360
        return east <= self.east and self.south <= spot.latitude <= self.north

    def project(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Return (x, y) of a point, which may lie outside the map."""
        x = (longitude - self.west) * self.scale
        y = (self.north - latitude) * self.scale * self.stretch
        return round(x, 1), round(y, 1)

    @cached_property
    def graticule(self) -> str:
        """The SVG path of the grid lines, at multiples of `every` degrees."""
        meridians = (
            f"M{self.project(0, longitude)[0]:g} 0V{self.height:g}"
            for longitude in steps(self.west, self.east, self.every)
        )
        parallels = (
            f"M0 {self.project(latitude, 0)[1]:g}H{self.width}"
            for latitude in steps(self.south, self.north, self.every)
        )
        return "".join([*meridians, *parallels])

    @property
    def land_transform(self) -> str:
        """The SVG transform of the land of the world (coasts.py), which is in degrees."""
        tall = self.scale * self.stretch
        return f"scale({self.scale:.5g} {tall:.5g}) translate({-self.west:g} {self.north:g})"

    def box(self, inset: "Frame") -> tuple[float, float, float, float]:
        """Return (x, y, width, height) of the area that an inset map shows larger."""
        left, top = self.project(inset.north, inset.west)
        right, bottom = self.project(inset.south, inset.east)
        return left, top, round(right - left, 1), round(bottom - top, 1)

    def dots(self, spots: list[Spot], most: int) -> list[Dot]:
        """Return the dots of the places on the map, the largest first: small ones lie on top.

        `most` is the number of cables that gets the largest radius. If places overlap, the largest
        is drawn at its position and the others around its rim, so that each can be selected.
        """
        dots: list[Dot] = []
        around: dict[Dot, int] = {}  # Places that are drawn around each dot.
        for spot in sorted(filter(self.shows, spots), key=lambda spot: (-spot.cables, spot.key)):
            east = self.west + (spot.longitude - self.west) % 360
            here = self.project(spot.latitude, east)
            radius = max(LEAST, round(self.largest * log1p(spot.cables) / log1p(most), 1))
            first = next((dot for dot in around if dist((dot.x, dot.y), here) < LEAST), None)
            if first:
                around[first] += 1
                angle = pi / 3 + around[first] * pi * 2 / 3
                x, y = first.x + first.radius * cos(angle), first.y + first.radius * sin(angle)
                dots.append(Dot(spot.key, round(x, 1), round(y, 1), radius))
            else:
                dots.append(Dot(spot.key, *here, radius))
                around[dots[-1]] = 0
        return dots


WORLD = Frame("world", "The world", -169, 191, -56, 78, 25, 1000, 11, 30)
INSETS = [
    Frame("europe", "Europe", -11, 40, 34.5, 61, 48, 600, 18, 10),
    Frame("middle-east", "The Middle East", 29, 60, 11, 37.5, 25, 600, 20, 10),
]


def steps(first: float, last: float, every: int) -> range:
    """Return the multiples of `every` between two numbers, without these.

    >>> list(steps(-11, 40, 10))
    [-10, 0, 10, 20, 30]
    """
    return range(int(first // every + 1) * every, int(-(-last // 1)), every)


WIDE, TALL = 164, 74  # Size of a box, for four lines; five columns fit beside the navigation.
GAP, PITCH = 32, 86  # Between columns; from the top of a box to the top of the next.
HEAD, EDGE = 30, 4  # Height of column headings; margin around the drawing.
BEND, LEFT = 24, 20  # How far an arrow within a column bends to the side; room for it.
LONGEST = 25  # Characters of a line in a box; a longer one is cut.
FIRST, APART = 18, 16  # The baseline of the first line; from one to the next.


@dataclass(frozen=True, slots=True)
class Box:
    """The box of a cable; (x, y) is its upper left corner."""

    name: str
    x: float
    y: float
    width: int = WIDE
    height: int = TALL

    def lines(self, name: str, title: str = "", day: str = "") -> list[tuple[float, float, str]]:
        """Return (x, baseline, words) of the lines in it; the title has two at most."""
        titles = wrap(title, LONGEST, max_lines=2, placeholder="…")
        filled = filter(None, [name, *titles, day])
        return [
            (self.x + EDGE * 2, self.y + FIRST + at * APART, cut_at_word(text, LONGEST))
            for at, text in enumerate(filled)
        ]


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    heads: list[tuple[float, float, int]]  # (middle of a column, baseline above it, its step)
    boxes: list[Box]
    arrows: list[str]  # SVG paths from the citing to the cited cable.


def draw(columns: Mapping[int, Sequence[str]], edges: Iterable[tuple[str, str]]) -> Drawing:
    """Return the drawing of {step: names}, negative ones on the left; edges are (citing, cited)."""
    filled = {step: names for step, names in sorted(columns.items()) if names}
    tallest = max(map(len, filled.values()), default=0)
    boxes, heads = {}, []
    for column, (step, names) in enumerate(filled.items()):
        x = LEFT + column * (WIDE + GAP)
        above = HEAD + EDGE + (tallest - len(names)) * PITCH / 2
        heads.append((x + WIDE / 2, above - APART, step))
        for row, name in enumerate(names):
            boxes[name] = Box(name, x, above + row * PITCH)
    arrows = [_arrow(boxes[one], boxes[other]) for one, other in edges if {one, other} <= {*boxes}]
    width = LEFT + len(filled) * (WIDE + GAP) - GAP + EDGE if filled else 0
    return Drawing(width, HEAD + tallest * PITCH + 2 * EDGE, heads, list(boxes.values()), arrows)


def _arrow(source: Box, target: Box) -> str:
    """Return the SVG path between the nearest sides of two boxes."""
    start, end = source.y + TALL / 2, target.y + TALL / 2
    if source.x == target.x:
        side = source.x - BEND
        return f"M{source.x:g} {start:g}C{side:g} {start:g} {side:g} {end:g} {target.x:g} {end:g}"
    left = target.x < source.x
    leaves, arrives = (source.x, target.x + WIDE) if left else (source.x + WIDE, target.x)
    middle = (leaves + arrives) / 2
    return f"M{leaves:g} {start:g}C{middle:g} {start:g} {middle:g} {end:g} {arrives:g} {end:g}"
