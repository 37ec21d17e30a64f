"""The citation graph: boxes in columns, arrows from citing to cited."""

from unittest import TestCase

from cables.graphics.reference_graph import FITS, HEAD, LONGEST, PITCH, TALL, WIDE, draw

COLUMNS = {-2: [], -1: ["06ROME1", "06ROME2"], 0: ["06BERLIN1"], 1: ["07OSLO1"]}


class DrawTests(TestCase):
    def test_empty_columns_take_no_space(self):
        drawing = draw(COLUMNS, [])
        places = {box.name: (box.x, box.y) for box in drawing.boxes}
        self.assertEqual([step for _, step in drawing.heads], [-1, 0, 1])
        self.assertLess(places["06ROME1"][0], places["06BERLIN1"][0])
        self.assertLess(places["06BERLIN1"][0], places["07OSLO1"][0])
        self.assertEqual(places["06ROME2"][1] - places["06ROME1"][1], PITCH)
        self.assertEqual(places["06BERLIN1"][1], places["06ROME1"][1] + PITCH / 2)
        self.assertGreater(drawing.width, places["07OSLO1"][0] + WIDE)
        self.assertGreater(drawing.height, places["06ROME2"][1] + TALL)

    def test_arrows_join_the_nearest_sides(self):
        columns = {-1: ["A", "B"], 0: ["C"]}
        for edge, path in (
            (("C", "A"), "M200 66C176 66 176 47 152 47"),
            (("A", "C"), "M152 47C176 47 176 66 200 66"),
            (("A", "B"), "M4 47C-36 47 -36 85 4 85"),
        ):
            with self.subTest(edge):
                self.assertEqual(draw(columns, [edge]).arrows, [path])

    def test_an_arrow_to_a_missing_box_is_ignored(self):
        self.assertEqual(draw(COLUMNS, [("06BERLIN1", "06PRAIA1")]).arrows, [])

    def test_long_references_fit_their_boxes(self):
        for length, shown, squeezed in ((FITS, FITS, False), (20, 20, True), (64, LONGEST, True)):
            with self.subTest(length):
                box = draw({0: ["9" * length]}, []).boxes[0]
                self.assertEqual((len(box.label), box.squeezed), (shown, squeezed))

    def test_an_empty_graph(self):
        drawing = draw({}, [])
        self.assertEqual((drawing.width, drawing.boxes, drawing.arrows), (0, [], []))
        self.assertLess(drawing.height, HEAD + PITCH)
