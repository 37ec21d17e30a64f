"""Maps of places."""

from unittest import TestCase

from cables.graphics.world_map import INSETS, LEAST, WORLD, Spot, outlines, steps
from cables.telegram.origins import origins

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
    def test_areas_of_dots_are_proportional(self):
        paris, lima = WORLD.dots([LIMA, PARIS], 1600)
        self.assertEqual((paris.key, paris.radius), ("paris", WORLD.largest))
        self.assertEqual((lima.key, lima.radius), ("lima", WORLD.largest / 2))

    def test_every_dot_is_visible(self):
        self.assertEqual(WORLD.dots([LIMA], 10**9)[0].radius, LEAST)

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


class OutlineTests(TestCase):
    def test_outlines_are_closed_and_on_the_earth(self):
        self.assertGreater(len(outlines()), 50)
        for kind, points in outlines():
            with self.subTest(kind, first=points[0]):
                self.assertIn(kind, ("land", "water"))
                self.assertGreater(len(points), 2)
                for east, north in points:
                    self.assertTrue(-169 <= east <= 191 and -90 <= north <= 90, (east, north))

    def test_a_map_draws_the_outlines_in_its_area(self):
        europe, middle_east = INSETS
        self.assertLess(europe.land.count("M"), WORLD.land.count("M"))
        self.assertEqual(europe.land.count("M"), europe.land.count("Z"))
        self.assertTrue(WORLD.water and middle_east.water)
        self.assertEqual(WORLD.graticule.count("M"), 12 + 4)
