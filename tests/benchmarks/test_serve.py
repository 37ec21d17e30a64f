"""The benchmark of serving: what readers open, and what is said of the answers."""

from collections import Counter
from dataclasses import replace
from itertools import islice
from random import Random
from unittest.mock import patch

from tests.base import TestCase
from tests.benchmarks.questions import UNCOMMON, Asked
from tests.benchmarks.serve import Served, check
from tests.benchmarks.traffic import Traffic, Zipf
from tests.builders import make_cables

GOOD = Served(
    answers=6_000,
    seconds=60.0,
    p50=90,
    p99=900,
    hits=3_000,
    unchanged=0,
    wrong={},
    memory=300_000_000,
    logged={},
)


class TrafficTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_cables([f"06BERLIN9{number:05}" for number in range(60)], tags=["EFIS"])

    def opened(self, number=600):
        asked = [Asked(UNCOMMON, (("q", word),)) for word in ("harbor", "fees")]
        with patch("tests.benchmarks.traffic.Mix", return_value=asked):
            return list(islice(Traffic(seed=3), number))

    def test_has_the_shares_of_its_kinds(self):
        opened = self.opened()
        kinds = Counter(
            "search" if "/search/" in each
            else "list" if not each.startswith("/cable/")
            else "cable" if each.count("/") == 3
            else "cited"
            for each in opened
        )  # fmt: skip
        for kind, share in (("cable", 50), ("list", 25), ("search", 15)):
            with self.subTest(kind):
                self.assertAlmostEqual(kinds[kind] / 6, share, delta=6)
        self.assertEqual(opened, self.opened(), "The same for a seed.")

    def test_every_address_is_a_page(self):
        for address in dict.fromkeys(self.opened(150)):
            with self.subTest(address):
                self.assertEqual(self.client.get(address).status_code, 200)

    def test_the_second_is_drawn_half_as_often_as_the_first(self):
        zipf = Zipf("abc", Random(1))
        drawn = Counter(zipf.draw() for _ in range(6_000))
        self.assertAlmostEqual(drawn["a"] / drawn["b"], 2, delta=0.2)
        self.assertAlmostEqual(drawn["a"] / drawn["c"], 3, delta=0.3)

    def test_what_is_over_its_budget_is_bold(self):
        self.assertNotIn("**", "".join(GOOD.row("made", 60)))
        self.assertIn("50%", GOOD.row("made", 60))
        for budget, change in ((300, {}), (60, {"p99": 3_001}), (60, {"memory": 700_000_000})):
            with self.subTest(budget, **change):
                self.assertIn("**", "".join(replace(GOOD, **change).row("made", budget)))

    def test_an_error_and_a_page_that_is_sent_again_are_no_result(self):
        known = replace(GOOD, unchanged=5_990)
        check([GOOD, known], known)
        slow = {"ERROR django.request: Service Unavailable: /search/": 2}
        for change, told in (
            ({"wrong": {"503": 2}, "logged": slow}, "2 answers.*'503': 2.*2 × .*/search/"),
            ({"wrong": {"timeout": 1}}, "1 answers.*'timeout': 1.*nothing"),
            ({"unchanged": 5_000}, "1000 pages were sent again"),
        ):
            wrong = replace(known, **change)
            with self.subTest(told), self.assertRaisesRegex(ValueError, f"(?s){told}"):
                check([GOOD, wrong], wrong)
