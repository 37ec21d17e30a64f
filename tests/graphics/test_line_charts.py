"""Line charts: where their points and gaps are."""

from datetime import date
from unittest import TestCase

from cables.graphics.line_charts import BASE, HEAD, line_chart


def steps(*years):
    return [(date(year, 1, 1), date(year, 12, 31), str(year), 1) for year in years]


class LineChartTests(TestCase):
    def test_the_highest_value_is_at_the_top_and_none_is_a_gap(self):
        chart = line_chart(steps(1960, 1961, 1962, 1963), [[0.5, 0, None, 0.25]])
        [(path, points)] = chart.lines
        self.assertEqual([(point.at, point.y) for point in points][0], (0, HEAD))
        self.assertEqual([point.at for point in points], [0, 1, 3])
        self.assertEqual(points[1].y, BASE)
        self.assertEqual(path.count("M"), 2)
        self.assertEqual([each.x for each in points], [12.5, 37.5, 87.5])

    def test_grid_lines_are_round_numbers(self):
        for most, expected in ((0.5, [0.2, 0.4]), (12, [5, 10]), (0.0032, [0.001, 0.002]), (0, [])):
            with self.subTest(most):
                chart = line_chart(steps(1960), [[most]])
                self.assertEqual([value for value, _ in chart.levels], expected)

    def test_a_chart_without_steps_or_lines_is_empty(self):
        for years, lines in (((), [[]]), ((1960,), [])):
            with self.subTest(years):
                self.assertFalse(
                    any(points for _, points in line_chart(steps(*years), lines).lines)
                )
