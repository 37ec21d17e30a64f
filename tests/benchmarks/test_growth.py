"""The laws that the benchmark of growth draws through what it measured."""

from unittest import TestCase

from tests.benchmarks.__main__ import sizes
from tests.benchmarks.growth import BEYOND, LAWS, LINE, POWER, fit, summary

SIZES = [25_000, 100_000, 251_287]


class FitTests(TestCase):
    def test_finds_the_law_that_figures_follow(self):
        for law, figure in (
            (LINE, lambda n: 40 + n / 1_000),
            (LINE, lambda n: n / 300),
            (LINE, lambda n: 171.0),
            (POWER, lambda n: 0.02 * n**0.5),
            (POWER, lambda n: 12.0),
        ):
            found = fit(law, SIZES, [figure(n) for n in SIZES])
            for size in (*SIZES, *BEYOND):
                with self.subTest(law, size=size):
                    self.assertAlmostEqual(found.at(size) / figure(size), 1, 6)
            self.assertLess(found.error, 1e-6)

    def test_says_how_far_it_is_off(self):
        self.assertEqual(str(fit(LINE, [1, 2], [10, 20])), "a line, ±0%")
        found = fit(POWER, [1, 10, 100], [1, 12, 100])
        self.assertAlmostEqual(found.error, 1 - found.at(10) / 12)
        self.assertEqual(str(found), f"n^1.00, ±{found.error:.0%}")

    def test_points_that_scatter_or_fall_follow_no_law(self):
        for figures in ([349, 117, 302], [12, 11, 10]):
            with self.subTest(figures):
                found = fit(POWER, SIZES, figures)
                self.assertFalse(found.holds)
                self.assertTrue(str(found).startswith("none, ±"))
        falling = dict.fromkeys(LAWS, 1.0)
        shown = summary({n: falling | {"a search, p95 ms": 1e9 / n} for n in SIZES})
        self.assertRegex(shown, r"\| a search, p95 ms \|.*\| none, ±0% \| – \| – \|")

    def test_the_table_says_what_is_extrapolated(self):
        shown = summary({n: dict.fromkeys(LAWS, n / 1_000) for n in SIZES}).splitlines()
        self.assertIn("| 25,000 | 100,000 | 251,287 | law | 3,500,000, extrapolated |", shown[0])
        self.assertEqual(
            shown[2], "| load, seconds | 25.0 | 100 | 251 | a line, ±0% | *3,500* | *25,000* |"
        )
        self.assertEqual(len(shown), 2 + len(LAWS))

    def test_reads_sizes(self):
        self.assertEqual(sizes("251287,25000,25000"), [25_000, 251_287])
        for wrong in ("25000", "0,5", "a,b"):
            with self.subTest(wrong), self.assertRaises(ValueError):
                sizes(wrong)
