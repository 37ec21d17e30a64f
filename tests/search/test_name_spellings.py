"""Names that cables spell in several ways are found in all spellings."""

import csv

from cables.models import Cable
from cables.search.name_spellings import TABLE, folded, other_spellings
from cables.search.query import parse_question
from cables.search.snippets import excerpts
from tests.base import TestCase
from tests.builders import make_cable
from tests.search.test_matches import found


class TableTests(TestCase):
    def rows(self):
        with TABLE.open(encoding="utf-8", newline="") as file:
            return [row["spellings"].split("|") for row in csv.DictReader(file)]

    def test_each_row_has_several_spellings_that_no_other_row_has(self):
        rows = self.rows()
        self.assertGreaterEqual(len(rows), 60)
        spellings = [folded(spelling) for row in rows for spelling in row]
        self.assertEqual(len(spellings), len(set(spellings)))
        for row in rows:
            with self.subTest(row):
                self.assertGreater(len(row), 1)
                self.assertTrue(all(map(folded, row)))

    def test_rows_are_sorted(self):
        rows = self.rows()
        self.assertEqual(rows, sorted(rows, key=lambda row: [name.lower() for name in row]))

    def test_case_accents_and_signs_make_no_difference(self):
        for words in (["VIETNAM"], ["Vietnam"], ["Viêtnam"]):
            self.assertEqual(other_spellings(words), (("viet", "nam"),))
        for words in (["Viet", "Nam"], ["viet-nam"]):
            self.assertEqual(other_spellings(words), (("vietnam",),))
        self.assertEqual(other_spellings(["harbor"]), ())


class FoundTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable("06BERLIN900001", subject="PEIPING", body="1. Rice from Viet-Nam and salt.")
        make_cable("06BERLIN900002", subject="QUAYS", body="1. Vietnam has no salt, says Beijing.")
        make_cable("06BERLIN900003", subject="QUAYS", body="1. Côte d'Ivoire, and a nam viet.")

    def test_which_cables_are_found(self):
        one, two, three = (f"06BERLIN90000{number}" for number in (1, 2, 3))
        for query, wanted in (
            ("vietnam", [one, two]),
            ("Viet-Nam", [one, two]),
            ("viet nam", [one, two]),
            ("viet nam rice", [one]),
            ("viet", [one, three]),
            ("nam viet", [one, three]),
            ("peking", [one, two]),
            ("subject:peking", [one]),
            ("salt -vietnam", []),
            ("salt -peking", []),
            ("quays or pekin", [one, two, three]),
            ("ivory coast", [three]),
            ("Ivory Coast or rice", [one, three]),
            # In quotation marks a name is found as it is typed.
            ('"vietnam"', [two]),
            ('"viet nam"', [one]),
            ('"peking"', []),
            ('salt -"vietnam"', [one]),
            ("peki*", []),
        ):
            with self.subTest(query):
                self.assertEqual(sorted(found(query)), wanted)

    def test_the_spelling_that_was_typed_comes_first(self):
        for query, first in (
            ("vietnam", "06BERLIN900002"),
            ("viet-nam", "06BERLIN900001"),
            ("beijing", "06BERLIN900002"),
        ):
            with self.subTest(query):
                self.assertEqual(found(query)[0], first)

    def test_other_spellings_are_marked_in_excerpts(self):
        cable = Cable.objects.get(reference="06BERLIN900002")
        ((_, excerpt),) = excerpts([cable], parse_question("peking salt"))[cable.pk].excerpts
        self.assertIn("<mark>Beijing</mark>", excerpt)
