"""Maps of places."""

from itertools import pairwise
from math import log
from pathlib import Path
from unittest import TestCase

from lxml import etree

from cables.graphics.coasts import path_of, rings_of
from cables.graphics.world_map import INSETS, LEAST, WORLD, Spot, steps
from cables.telegram.origins import origins

BASE = Path(__file__).resolve().parents[2]
LIMA = Spot("lima", -12.05, -77.04, 400)
APIA = Spot("apia", -13.83, -171.77, 100)
PARIS = Spot("paris", 48.86, 2.35, 1600)
UNESCO = Spot("unesco", 48.86, 2.35, 900)
SCHOOL = Spot("school", 48.86, 2.35, 900)


class FrameTests(TestCase):
    def test_degrees_are_projected_to_units(self):
        self.assertEqual(WORLD.project(78, -169), (0, 0))
        x, y = WORLD.project(-56, 191)
        self.assertEqual(x, WORLD.width)
        self.assertAlmostEqual(y, WORLD.height, delta=0.5)

    def test_a_map_is_true_to_shape_along_its_parallel(self):
        for frame in (WORLD, *INSETS):
            with self.subTest(frame.slug):
                here = frame.project(frame.parallel, 30)
                east, north = frame.project(frame.parallel, 40), frame.project(40, 30)
                self.assertGreater(frame.stretch, 1)
                degree = (east[0] - here[0]) / 10
                self.assertAlmostEqual(degree, frame.scale, delta=0.1)
                tall = (here[1] - north[1]) / (40 - frame.parallel)
                self.assertAlmostEqual(tall, frame.scale * frame.stretch, delta=0.1)

    def test_the_world_shows_every_origin(self):
        for origin in origins().values():
            if origin.latitude is not None:
                with self.subTest(origin.station):
                    spot = Spot(origin.station, origin.latitude, origin.longitude, 1)
                    self.assertTrue(WORLD.shows(spot))

    def test_the_map_goes_on_beyond_the_date_line(self):
        self.assertGreater(WORLD.dots([APIA], 100)[0].x, 980)

    def test_an_inset_shows_its_part(self):
        europe, _ = INSETS
        self.assertEqual([europe.shows(spot) for spot in (PARIS, LIMA)], [True, False])
        left, top, width, height = WORLD.box(europe)
        self.assertTrue(0 < left < left + width < WORLD.width)
        self.assertTrue(0 < top < top + height < WORLD.height)

    def test_grid_lines_are_at_round_degrees(self):
        self.assertEqual(list(steps(-11, 40, 10)), [-10, 0, 10, 20, 30])
        self.assertEqual(list(steps(34.5, 61, 10)), [40, 50, 60])
        self.assertEqual(list(steps(30, 60, 10)), [40, 50])


class DotTests(TestCase):
    def test_radii_of_dots_grow_with_logarithms(self):
        paris, lima = WORLD.dots([LIMA, PARIS], 1600)
        self.assertEqual((paris.key, paris.radius), ("paris", WORLD.largest))
        radius = round(WORLD.largest * log(LIMA.cables + 1) / log(1601), 1)
        self.assertEqual((lima.key, lima.radius), ("lima", radius))

    def test_every_dot_is_visible(self):
        self.assertEqual(WORLD.dots([LIMA], 10**99)[0].radius, LEAST)

    def test_small_dots_are_drawn_on_top(self):
        spots = [APIA, PARIS, LIMA]
        self.assertEqual([dot.key for dot in WORLD.dots(spots, 1600)], ["paris", "lima", "apia"])

    def test_close_cities_have_separate_dots(self):
        kinshasa, other = Spot("kinshasa", -4.33, 15.31, 1), Spot("brazzaville", -4.27, 15.27, 1)
        one, two = WORLD.dots([kinshasa, other], 1)
        self.assertGreater(abs(one.x - two.x) + abs(one.y - two.y), LEAST)

    def test_origins_in_one_city_have_separate_dots(self):
        paris, school, unesco = WORLD.dots([UNESCO, PARIS, SCHOOL], 1600)
        self.assertEqual((paris.x, paris.y), WORLD.project(48.86, 2.35))
        for dot in (school, unesco):
            with self.subTest(dot.key):
                away = ((dot.x - paris.x) ** 2 + (dot.y - paris.y) ** 2) ** 0.5
                self.assertAlmostEqual(away, paris.radius, delta=0.2)
        self.assertNotEqual((school.x, school.y), (unesco.x, unesco.y))


class CoastTests(TestCase):
    def test_land_is_drawn_from_arcs_that_neighbours_share(self):
        """A lake is a hole, an arc may be read from its end, and Antarctica is left out."""
        topology = {
            "transform": {"scale": [1, 1], "translate": [0, 0]},
            "arcs": [
                [[0, 0], [10, 0], [0, 10]],
                [[0, 0], [0, 10], [10, 0]],
                [[2, 2], [1, 0], [0, 1]],
                [[0, -80], [9, 0], [0, 5], [-9, -5]],
                [[-175, 60], [2, 0], [0, 2], [-2, -2]],
            ],
            "objects": {
                "land": {
                    "geometries": [
                        {"type": "Polygon", "arcs": [[0, ~1], [2]]},
                        {"type": "MultiPolygon", "arcs": [[[3]], [[4]]]},
                    ]
                }
            },
        }
        self.assertEqual(path_of(rings_of(topology)), "M0 0l10 0 0 -10 -10 0zM185 -60l2 0 0 -2z")

    def test_the_land_of_the_world_is_served(self):
        """Places of coasts are where they are: the tests are points of land and of sea."""
        drawing = etree.parse(BASE / "static/img/world.svg")
        path = drawing.find(".//{*}path").get("d")
        outlines = [outline.rstrip("z") for outline in path.split("M")[1:]]
        self.assertGreater(len(outlines), 100)
        rings = [as_points(outline) for outline in outlines]
        for place, longitude, latitude, is_land in (
            ("Paris", 2.35, 48.86, True),
            ("Brasilia", -47.9, -15.8, True),
            ("Alice Springs", 133.9, -23.7, True),
            ("Provideniya, beyond the date line", 187, 66, True),
            ("the Caspian Sea", 51, 41.5, False),
            ("the Gulf of Guinea", 0, 0, False),
            ("the middle of the Pacific", 200 - 360, 20, False),
            ("the South Pole", 0, -88, False),
        ):
            with self.subTest(place):
                crossings = sum(crosses(ring, longitude, -latitude) for ring in rings)
                self.assertEqual(crossings % 2 == 1, is_land)

    def test_each_map_moves_the_land_to_its_own_degrees(self):
        for frame in (WORLD, *INSETS):
            with self.subTest(frame.slug):
                scale, _, move = frame.land_transform.partition(" translate")
                wide, tall = map(float, scale.removeprefix("scale(").rstrip(")").split())
                east, south = map(float, move.strip("()").split())
                x, y = frame.project(48.86, 2.35)
                self.assertAlmostEqual((2.35 + east) * wide, x, delta=0.2)
                self.assertAlmostEqual((-48.86 + south) * tall, y, delta=0.2)
        self.assertEqual(WORLD.graticule.count("M"), 12 + 4)


def as_points(outline):
    """Return the points of one outline of a path: a place, then steps."""
    first, _, steps = outline.partition("l")
    x, y = map(float, first.split())
    points, numbers = [(x, y)], [float(number) for number in steps.split()]
    for east, south in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = x + east, y + south
        points.append((x, y))
    return points


def crosses(ring, x, y):
    """Return how often a line from a point to the east crosses an outline."""
    found = 0
    for (x1, y1), (x2, y2) in pairwise([*ring, ring[0]]):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            found += 1
    return found
