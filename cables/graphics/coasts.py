"""Make static/img/world.svg, the land of the world, from Natural Earth's outlines in TopoJSON.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python -m cables.graphics.coasts package/land-110m.json > static/img/world.svg

One unit is one degree. x is the longitude, from the Bering Strait at WEST to 360 degrees further
east; y is the latitude, southward. Every map draws this one path, moved and stretched (world_map).
"""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

WEST, SOUTH = -169, -60  # No land south of this: there are no posts in Antarctica.
NOTICE = "Made with Natural Earth (public domain), by world-atlas 2.0.2 (ISC, Michael Bostock)."
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="{} -90 360 180"><!-- {} -->'
    '<path id="land" fill-rule="evenodd" d="{}"/></svg>\n'
)
Point = tuple[float, float]  # (longitude, latitude) in degrees.


def arcs_of(topology: dict[str, Any]) -> list[list[Point]]:
    """Return the arcs in degrees; TopoJSON stores the steps between their points as integers."""
    (wide, tall), (west, south) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        arc = []
        for east, north in steps:
            x, y = x + east, y + north
            arc.append((west + x * wide, south + y * tall))
        arcs.append(arc)
    return arcs


def rings_of(topology: dict[str, Any]) -> Iterator[list[Point]]:
    """Yield the closed outlines of land, and of inland seas. ~n is arc n from its end."""
    arcs = arcs_of(topology)
    for geometry in topology["objects"]["land"]["geometries"]:
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        for polygon in polygons:
            for ring in polygon:
                points: list[Point] = []
                for number in ring:
                    arc = arcs[number] if number >= 0 else arcs[~number][::-1]
                    points += arc[1:] if points else arc
                yield points[:-1]


def path_of(rings: Iterable[list[Point]]) -> str:
    """Return the SVG path of outlines, rounded to a tenth of a degree."""
    path = []
    for ring in rings:
        if max(north for _, north in ring) < SOUTH:
            continue
        easts = unwrapped([east for east, _ in ring])
        turn = 360 if sum(easts) / len(ring) < WEST else 0
        points = [
            (round((east + turn) * 10), round(-north * 10))
            for east, (_, north) in zip(easts, ring, strict=True)
        ]
        path.append(_steps(list(dict.fromkeys(points))))
    return "".join(path)


def unwrapped(easts: list[float]) -> list[float]:
    """Return longitudes of an outline that does not jump where it crosses the date line.

    >>> unwrapped([179, -179, 178])
    [179, 181, 178]
    """
    found = easts[:1]
    for east in easts[1:]:
        found.append(east + 360 * round((found[-1] - east) / 360))
    return found


def _steps(points: list[tuple[int, int]]) -> str:
    """Return one closed outline: its first point, then steps; both in tenths of a degree."""
    if len(points) < 3:
        return ""
    (x, y), text = points[0], f"M{points[0][0] / 10:g} {points[0][1] / 10:g}l"
    for east, south in points[1:]:
        text += f"{(east - x) / 10:g} {(south - y) / 10:g} "
        x, y = east, south
    return f"{text.rstrip()}z"


if __name__ == "__main__":
    topology = json.loads(Path(sys.argv[1]).read_text())
    sys.stdout.write(SVG.format(WEST, NOTICE, path_of(rings_of(topology))))
