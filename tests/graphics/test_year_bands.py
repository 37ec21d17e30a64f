"""Bands of years in which an origin has cables."""

from unittest import TestCase

from cables.graphics.bars import bands, decades, ticks


class YearBandTests(TestCase):
    def test_a_run_of_years_is_one_band(self):
        drawn = bands({1955: 2, 1956: 4, 1963: 1}, range(1950, 1970))
        self.assertEqual([str(band) for band in drawn], ["1955 to 1956", "1963"])
        self.assertEqual([(band.left, band.width) for band in drawn], [(25.0, 10.0), (65.0, 5.0)])
        self.assertEqual([band.is_thin for band in drawn], [False, True])

    def test_the_chart_has_whole_decades(self):
        self.assertEqual(decades({1955: 2, 1961: 1}), range(1950, 1970))
        self.assertEqual(list(decades({})), [])
        self.assertEqual(bands({}, decades({})), [])

    def test_a_long_chart_has_few_labels(self):
        self.assertEqual(ticks(range(1950, 1970)), [(1950, 0.0), (1960, 50.0)])
        self.assertLessEqual(len(ticks(range(1860, 2020))), 5)
