"""References between cables -> the geometry of boxes and arrows: numbers only. No Django.

Cables stand in columns by their steps from the one in the middle, what is cited on the left.
Lengths are pixels.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

WIDE, TALL = 148, 26  # A box.
GAP, PITCH = 48, 38  # Between columns; from one box of a column to the next.
HEAD, EDGE = 30, 4  # What stands over a column; around the whole drawing.
BEND = 40  # How far an arrow between two boxes of one column goes to the side.
FITS, LONGEST = 16, 22  # Characters: set as they are; set at all.


@dataclass(frozen=True, slots=True)
class Box:
    """One cable, at its upper left corner. `squeezed` says that its label has to be made to fit."""

    name: str
    label: str
    x: float
    y: float
    squeezed: bool

    @property
    def middle(self) -> float:
        return self.x + WIDE / 2

    @property
    def base(self) -> float:
        """Where the letters of the label stand."""
        return self.y + TALL - 9


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    heads: list[tuple[float, int]]  # (middle of a column, its step)
    boxes: list[Box]
    arrows: list[str]  # Each the path of one, as SVG writes it, from what cites to what is cited.


def draw(columns: Mapping[int, Sequence[str]], edges: Iterable[tuple[str, str]]) -> Drawing:
    """Return the drawing of {step: names}, steps to the left being negative, and their references.

    `edges` are (citing, cited); those of a name that stands in no column are left out.
    """
    filled = {step: names for step, names in sorted(columns.items()) if names}
    tallest = max(map(len, filled.values()), default=0)
    boxes, heads = {}, []
    for column, (step, names) in enumerate(filled.items()):
        x = EDGE + column * (WIDE + GAP)
        heads.append((x + WIDE / 2, step))
        above = HEAD + EDGE + (tallest - len(names)) * PITCH / 2
        for row, name in enumerate(names):
            boxes[name] = _box(name, x, above + row * PITCH)
    arrows = [_arrow(boxes[one], boxes[other]) for one, other in edges if {one, other} <= {*boxes}]
    width = len(filled) * (WIDE + GAP) - GAP + 2 * EDGE if filled else 0
    return Drawing(width, HEAD + tallest * PITCH + 2 * EDGE, heads, list(boxes.values()), arrows)


def _box(name: str, x: float, y: float) -> Box:
    label = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    return Box(name, label, x, y, len(label) > FITS)


def _arrow(one: Box, other: Box) -> str:
    """Return the path from a box to another, leaving and arriving at the sides that are nearest."""
    start, end = one.y + TALL / 2, other.y + TALL / 2
    if one.x == other.x:
        side = one.x - BEND
        return f"M{one.x:g} {start:g}C{side:g} {start:g} {side:g} {end:g} {other.x:g} {end:g}"
    left = other.x < one.x
    leaves, arrives = (one.x, other.x + WIDE) if left else (one.x + WIDE, other.x)
    middle = (leaves + arrives) / 2
    return f"M{leaves:g} {start:g}C{middle:g} {start:g} {middle:g} {end:g} {arrives:g} {end:g}"
