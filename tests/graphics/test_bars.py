"""Bar charts of cables by year, and bands of years in which an origin has cables."""

from datetime import date
from unittest import TestCase

from cables.graphics.bars import (
    TALL,
    bands,
    chart,
    decades,
    drawn,
    levels,
    main_years,
    spark_steps,
    sparkline,
    ticks,
    timeline,
)

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
    def test_heights_of_bars_are_proportional_and_stand_on_the_base(self):
        shown = chart({2001: 50, 2002: 1, 2004: 1000})
        self.assertEqual([bar.height for bar in shown.bars], [TALL / 20, 1, 0, TALL])
        self.assertEqual([bar.x for bar in shown.bars], [0, 25, 50, 75])
        self.assertEqual({bar.top + bar.height for bar in shown.bars}, {shown.base})
        self.assertEqual(str(shown.bars[0]), "2001: 50 cables")
        self.assertEqual(str(shown.bars[1]), "2002: 1 cable")

    def test_a_grid_line_is_as_high_as_a_bar_with_its_number(self):
        shown = chart({2001: 500, 2002: 1000})
        self.assertEqual(
            [(line.cables, line.y) for line in shown.lines],
            [(bar.cables, bar.top) for bar in shown.bars],
        )

    def test_labels_are_round_years_and_do_not_overlap(self):
        for first, years, labels in (
            (2001, 1, ["2001"]),
            (2001, 3, ["2001", "2002", "2003"]),
            (1990, 20, [str(year) for year in range(1990, 2010, 2)]),
            (1985, 26, ["1985", "1990", "1995", "2000", "2005", "2010"]),
            (1914, 97, [str(year) for year in range(1920, 2010, 10)]),  # 2010 would touch 2000.
            (1861, 150, ["1880", "1900", "1920", "1940", "1960", "1980", "2000"]),
        ):
            with self.subTest(years):
                shown = chart({first + year: 1 for year in range(years)})
                self.assertEqual([label.text for label in shown.labels], labels)
                for label in shown.labels:
                    bar = next(bar for bar in shown.bars if bar.name == label.text)
                    if label.anchor == "middle":
                        self.assertAlmostEqual(label.x, bar.x + bar.width / 2, delta=0.01)

    def test_months_are_labelled_with_their_year_in_january(self):
        months = {date(2005, month, 1): month for month in range(10, 13)}
        shown = timeline(months | {date(2006, 1, 1): 1})
        self.assertEqual([label.text for label in shown.labels], ["Oct", "Nov", "Dec", "2006"])

    def test_what_has_a_year_alone_stands_in_no_month(self):
        first, third, last = date(2006, 1, 1), date(2006, 3, 1), date(2006, 5, 1)
        for months, of_years, bars, years in (
            ({first: 1, third: 2, last: 1}, {first: 1}, [2, 0, 1], [4]),
            ({first: 1, third: 2, last: 1}, {third: 1}, [1, 0, 1, 0, 1], [4]),
            ({first: 2, last: 1}, {first: 1}, [1, 0, 0, 0, 1], [3]),
            ({date(2005, 1, 1): 1, third: 2, last: 1}, {date(2005, 1, 1): 1}, [1, 3], [4]),
            ({first: 2}, {first: 2}, [2], [2]),
        ):
            with self.subTest(months=months, of_years=of_years):
                shown = timeline(months, of_years)
                self.assertEqual([bar.cables for bar in shown.bars], bars)
                self.assertEqual([each.cables for each in shown.groups], years)

    def test_decades_take_the_place_of_years_that_are_too_narrow_for_a_finger(self):
        for years, size in ((14, "few"), (15, "some"), (30, "some"), (31, "many"), (150, "many")):
            with self.subTest(years):
                shown = chart({1861 + year: 2 for year in range(years)})
                self.assertEqual(shown.size, size)
                self.assertEqual(sum(each.cables for each in shown.groups), 2 * years)
                self.assertEqual(shown.groups[0].name, "1860s")
                self.assertEqual(shown.groups[0].first, date(1861, 1, 1))
                last = shown.groups[-1]
                self.assertAlmostEqual(last.x + last.width, 100, delta=0.2)

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

    def test_the_bars_of_a_sparkline_are_wide_enough_to_be_seen(self):
        for count, size in ((1, 1), (40, 1), (41, 2), (150, 5), (400, 10)):
            with self.subTest(count):
                years = range(1800, 1800 + count)
                self.assertEqual(spark_steps(years), size)
                path = sparkline(dict.fromkeys(years, 1), years)
                self.assertEqual(path.count("h.8"), -(-count // size))

    def test_no_cables_give_an_empty_chart(self):
        self.assertEqual((chart({}).bars, chart({}).lines), ([], []))
        self.assertEqual(sparkline({}, range(0)), "M0 100")


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
