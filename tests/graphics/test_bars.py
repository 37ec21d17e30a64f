"""Bar charts of cables by year."""

from unittest import TestCase

from cables.graphics.bars import chart, drawn, levels, main_years, sparkline

ARCHIVE = {1966: 1, 1972: 4, 1975: 1, 1979: 3} | {
    year: 200 * (year - 1984) for year in range(1985, 2011)
}


class YearsTests(TestCase):
    def test_the_first_few_cables_of_an_archive_are_left_out(self):
        for counts, first, last in (
            ({}, None, None),
            ({2006: 3}, 2006, 2006),
            ({2001: 1, 2010: 1}, 2001, 2010),  # A gap, but not few cables before it.
            ({2001: 1, 2003: 400}, 2001, 2003),  # Few, but no gap.
            ({2001: 1, 2006: 400}, 2001, 2006),  # Four years without a cable.
            ({2000: 1, 2006: 400}, 2006, 2006),  # Five.
            (ARCHIVE, 1985, 2010),
        ):
            with self.subTest(counts):
                years = list(drawn(counts))
                self.assertEqual(years[:1] + years[-1:], [first, last] if counts else [])

    def test_no_cable_is_lost(self):
        shown = chart(ARCHIVE)
        self.assertEqual(shown.earlier, {1966: 1, 1972: 4, 1975: 1, 1979: 3})
        drawn_cables = sum(bar.cables for bar in shown.bars)
        self.assertEqual(drawn_cables + sum(shown.earlier.values()), sum(ARCHIVE.values()))

    def test_a_sparkline_begins_where_the_archive_does(self):
        self.assertEqual(main_years(ARCHIVE), range(1987, 2011))
        self.assertEqual(main_years({2006: 3}), range(2006, 2007))
        self.assertEqual(main_years({}), range(0))

    def test_a_part_of_the_archive_is_drawn_for_the_years_of_the_whole(self):
        shown = chart({1972: 1, 2006: 3}, drawn(ARCHIVE))
        self.assertEqual((shown.bars[0].year, shown.bars[-1].year), (1985, 2010))
        self.assertEqual([bar.year for bar in shown.bars if bar.cables], [2006])
        self.assertEqual(shown.earlier, {1972: 1})


class BarsTests(TestCase):
    def test_heights_of_bars_are_proportional(self):
        bars = chart({2001: 50, 2002: 1, 2004: 1000}).bars
        self.assertEqual(
            [(bar.x, bar.top) for bar in bars], [(0, 95), (10, 99), (20, 100), (30, 0)]
        )
        self.assertEqual(str(bars[0]), "2001: 50 cables")
        self.assertEqual(str(bars[1]), "2002: 1 cable")

    def test_labels_do_not_overlap(self):
        for years, labels, narrow in (
            (1, 1, 1),
            (13, 13, 7),
            (26, 13, 7),
            (27, 9, 5),
            (150, 13, 7),
        ):
            with self.subTest(years):
                bars = chart({1850 + year: 1 for year in range(years)}).bars
                self.assertEqual(sum(bool(bar.label) for bar in bars), labels)
                self.assertEqual(sum(not bar.between for bar in bars), narrow)

    def test_grid_lines_are_at_round_numbers(self):
        for most, expected in (
            (0, []),
            (1, [1]),
            (2, [1, 2]),
            (9, [2, 4]),
            (11033, [5000, 10000]),
            (56809, [20000, 40000]),
        ):
            with self.subTest(most):
                self.assertEqual(levels(most), expected)

    def test_a_sparkline_is_an_svg_path(self):
        path = sparkline({2001: 10, 2003: 5}, range(2001, 2004))
        self.assertEqual(path, "M0 100V0h.8V100h.2h1V50h.8V100h.2")

    def test_no_cables_give_an_empty_chart(self):
        self.assertEqual((chart({}).bars, chart({}).lines), ([], []))
        self.assertEqual(sparkline({}, range(0)), "M0 100")
