"""The citation graph: boxes in columns, arrows from citing to cited."""

from unittest import TestCase

from cables.graphics.world_map import HEAD, LONGEST, PITCH, TALL, WIDE, draw

COLUMNS = {-2: [], -1: ["06ROME1", "06ROME2"], 0: ["06BERLIN1"], 1: ["07OSLO1"]}


class DrawTests(TestCase):
    def test_empty_columns_take_no_space(self):
        drawing = draw(COLUMNS, [])
        places = {box.name: (box.x, box.y) for box in drawing.boxes}
        self.assertEqual([step for *_, step in drawing.heads], [-1, 0, 1])
        self.assertLess(places["06ROME1"][0], places["06BERLIN1"][0])
        self.assertLess(places["06BERLIN1"][0], places["07OSLO1"][0])
        self.assertEqual(places["06ROME2"][1] - places["06ROME1"][1], PITCH)
        self.assertEqual(places["06BERLIN1"][1], places["06ROME1"][1] + PITCH / 2)
        self.assertGreater(drawing.width, places["07OSLO1"][0] + WIDE)
        self.assertGreater(drawing.height, places["06ROME2"][1] + TALL)

    def test_arrows_join_the_nearest_sides(self):
        columns = {-1: ["A", "B"], 0: ["C"]}
        for edge, path in (
            (("C", "A"), "M216 114C200 114 200 71 184 71"),
            (("A", "C"), "M184 71C200 71 200 114 216 114"),
            (("A", "B"), "M20 71C-4 71 -4 157 20 157"),
        ):
            with self.subTest(edge):
                self.assertEqual(draw(columns, [edge]).arrows, [path])

    def test_an_arrow_to_a_missing_box_is_ignored(self):
        self.assertEqual(draw(COLUMNS, [("06BERLIN1", "06PRAIA1")]).arrows, [])

    def test_long_lines_are_cut_to_the_width_of_their_boxes(self):
        box = draw({0: ["9" * 64]}, []).boxes[0]
        lines = box.lines(box.name, "Fog of the harbor and of the " + "streets " * 9, "1 June 2006")
        self.assertEqual(
            [words for _, _, words in lines],
            [
                "9" * (LONGEST - 1) + "…",
                "Fog of the harbor and of",
                "the streets streets…",
                "1 June 2006",
            ],
        )
        self.assertTrue(all(box.y < y < box.y + TALL for _, y, _ in lines))
        self.assertEqual([words for _, _, words in box.lines("9", day="1 June")], ["9", "1 June"])

    def test_five_columns_fit_beside_the_navigation_of_a_laptop(self):
        drawing = draw({step: [str(step)] for step in range(-2, 3)}, [])
        self.assertLessEqual(drawing.width, 974)

    def test_an_empty_graph(self):
        drawing = draw({}, [])
        self.assertEqual((drawing.width, drawing.boxes, drawing.arrows), (0, [], []))
        self.assertLess(drawing.height, HEAD + PITCH)
