"""The questions that a benchmark asks, and how a peer is asked the same."""

import sqlite3
import tempfile
from itertools import islice
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from cables.models import Country, Word
from cables.models.counted_words import put_in
from cables.telegram.distinct_words import words_of_cable
from tests.base import TestCase
from tests.benchmarks import peer
from tests.benchmarks.questions import COMMON, FILTERS, KINDS, PHRASE, SHARES, UNCOMMON, Mix
from tests.benchmarks.report import percentile
from tests.builders import make_cable, make_origin

FILLING = "1. harbor {0}one {0}two {0}three\n\n2. {0}four stays {0}five."


class BenchmarkSearchTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        Word.objects.create(word="", cables=0)
        country = Country.objects.create(iso2="PE", name="Peru", slug="peru")
        origin = make_origin("Embassy Lima")
        origin.country = country
        origin.save()
        for number in range(200):
            letters = chr(97 + number // 20) + chr(97 + number % 20)
            cable = make_cable(
                f"06LIMA{900001 + number}",
                origin="Embassy Lima",
                body=FILLING.format(letters),
                tags=["EFIS", "ROE, JANE"],
                cites=["06LIMA900001"] if number % 2 else [],
            )
            put_in(words_of_cable(cable))

    def asked(self, number=400):
        return list(islice(Mix(seed=3), number))

    def test_has_the_shares_of_its_kinds(self):
        kinds = [asked.kind for asked in self.asked()]
        for kind in KINDS:
            with self.subTest(kind):
                self.assertAlmostEqual(kinds.count(kind) / 4, SHARES[kind], delta=12)

    def test_is_the_same_for_a_seed(self):
        self.assertEqual(self.asked(50), self.asked(50))

    def test_every_question_finds_something(self):
        for asked in self.asked(40):
            with self.subTest(asked):
                found = self.client.get("/search.json", asked.pairs).json()
                self.assertEqual(found["notes"], [])
                self.assertGreater(found["total"], 0)

    def test_words_are_as_rare_as_their_kind_says(self):
        for asked in self.asked(60):
            words = dict(asked.pairs).get("q", "").replace('"', "").split()
            counts = [Word.objects.get(word=word).cables for word in words if asked.kind != PHRASE]
            with self.subTest(asked):
                self.assertTrue(asked.kind != COMMON or min(counts) > 80)
                self.assertTrue(asked.kind != UNCOMMON or max(counts) < 2)
                self.assertEqual(bool(words), asked.kind != FILTERS)

    def test_a_peer_finds_as_many(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "peer.db"
            peer.make_database(path)
            database = sqlite3.connect(path)
            self.addCleanup(database.close)
            found = database.execute(
                "SELECT count(*) FROM cables_fts WHERE cables_fts MATCH 'harbor'"
            )
            self.assertEqual(found.fetchone(), (200,))
            columns = "origin, country, classification, cites, year"
            row = database.execute(f"SELECT {columns} FROM cables WHERE id % 2 = 0").fetchone()
            self.assertEqual(row[:3], ("embassy-lima", "peru", "unclassified"))

    def test_a_peer_is_asked_the_same(self):
        for asked in self.asked(40):
            address = urlsplit(peer.address(Path("archive.db"), asked))
            given = dict(parse_qsl(address.query))
            with self.subTest(asked):
                self.assertEqual(address.path, "/archive/cables")
                self.assertEqual(given.get("_search"), dict(asked.pairs).get("q"))
                self.assertEqual(given.get("cites") == "1", ("cites", "yes") in asked.pairs)

    def test_a_percentile_is_a_figure_that_so_many_do_not_exceed(self):
        self.assertEqual(percentile([7.0], 95), 7.0)
        self.assertEqual(percentile([float(n) for n in range(101)], 95), 95.0)
        self.assertEqual(percentile([1.0, 2.0, 3.0], 50), 2.0)
