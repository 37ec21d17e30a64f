"""Compute the citation graph around a cable: coordinates of boxes and arrows. No Django.

Cables are in columns by their distance from the cable in the middle, cited ones on the left.
Lengths are in pixels.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

WIDE, TALL = 148, 26  # Size of a box.
GAP, PITCH = 48, 38  # Between columns; from the top of a box to the top of the next.
HEAD, EDGE = 30, 4  # Height of column headings; margin around the drawing.
BEND = 40  # How far an arrow within a column bends to the side.
FITS, LONGEST = 16, 22  # Characters of a label at full width; characters before it is cut.


@dataclass(frozen=True, slots=True)
class Box:
    """The box of a cable; (x, y) is its upper left corner. A `squeezed` label is set narrower."""

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
        """The baseline of the label."""
        return self.y + TALL - 9


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    heads: list[tuple[float, int]]  # (middle of a column, its step)
    boxes: list[Box]
    arrows: list[str]  # SVG paths from the citing to the cited cable.


def draw(columns: Mapping[int, Sequence[str]], edges: Iterable[tuple[str, str]]) -> Drawing:
    """Return the drawing of {step: names}; negative steps are on the left.

    `edges` are (citing, cited). Edges of a name that is in no column are ignored.
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
