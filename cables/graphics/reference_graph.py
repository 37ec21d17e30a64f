"""Compute the citation graph around a cable: coordinates of boxes and arrows. No Django.

Cables are in columns by their distance from the cable in the middle, cited ones on the left.
Lengths are in pixels.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

from ..telegram.shorten_text import cut_at_word

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
        x = LEFT + column * (WIDE + GAP)
        heads.append((x + WIDE / 2, step))
        above = HEAD + EDGE + (tallest - len(names)) * PITCH / 2
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
