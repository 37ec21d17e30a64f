"""Counts of lists are those of the database, whatever the search index has of it."""

from contextlib import contextmanager
from datetime import date, timedelta
from unittest.mock import patch

from django.test import override_settings

from cables.http_cache.edition import answering_from, latest_edition
from cables.models import Cable, refresh_lists
from cables.search import list_count_queries as counting
from cables.search.index_selection import Selection
from cables.search.value_counts import KnownCounts
from cables.search_index import indexer, reader
from cables.search_index.folder import current_folder
from tests.builders import CREATED, make_cable, make_origin, publish, withhold
from tests.search_index.test_indexer import IndexTestCase, replace_file

COLLECTIONS = ("", "letters", "none")


def make(number, **fields):
    """Store a cable whose values differ from those of its neighbors."""
    made = {
        "origin": ("Embassy Lima", "Embassy Berlin")[number % 2],
        "classification": ("SECRET", "", "CONFIDENTIAL//NOFORN")[number % 3],
        "created": CREATED + timedelta(days=200 * number - 15_000),
        "released": date(1969, 12, 30) + timedelta(days=number % 4),
        "tags": [("EFIS", "EAGR", "ROE, JANE")[number % 3], "PREL"],
        "captions": ["SIPDIS"] if number % 2 else [],
        "marks": ["SBU"] if number % 3 else [],
        "labels": ["kind:airgram", "volume:frus1861"] if number % 5 == 0 else [],
        "collections": ["letters"] if number % 4 == 0 else [],
    }
    return make_cable(f"06BERLIN9{number:05}", **made | fields)


def change(cable, **fields):
    """Change columns of a stored cable, and the lists that it is in."""
    Cable.objects.filter(pk=cable.pk).update(**fields)
    refresh_lists([cable.pk])


class CountTests(IndexTestCase):
    def setUp(self):
        super().setUp()
        self.enterContext(patch.object(reader, "open_index_of_process", self.process))
        self.cables = [make(number) for number in range(12)]
        indexer.update()

    def assert_as_in_the_database(self, most=0):
        """Check all counts; at most this many cables are counted in the database itself."""
        for collection in COLLECTIONS:
            rows = counting.rows_of(collection)
            wanted = counting.count_in_database(rows)
            years = {name: self.years_in_database(name, collection) for name in counting.IN_ROWS}
            counted = []
            real = counting.count_in_database

            def noted(rows, counted=counted, real=real):
                counted.append(rows.cables.count())
                return real(rows)

            with self.subTest(collection=collection):
                with patch.object(counting, "count_in_database", noted):
                    self.assertEqual(counting.count_lists(collection), wanted)
                self.assertLessEqual(sum(counted), most)
                for name in years:
                    self.assertEqual(counting.count_years(name, collection), years[name])

    def years_in_database(self, name, collection):
        with patch.object(counting, "published_cables", side_effect=reader.IndexNotReady):
            return counting.count_years(name, collection)

    def test_an_index_of_this_state_counts_all(self):
        counts = counting.count_lists()
        self.assertEqual(sum(counts["created"].values()), 12)
        self.assertEqual(counts["tags"], {"EFIS": 4, "EAGR": 4, "PREL": 12})
        self.assertEqual(counts["markings"]["(SBU)"], 8)
        self.assertEqual(
            set(KnownCounts(counts).by_day),
            {date(1969, 12, 30), date(1969, 12, 31)} | {date(1970, 1, 1), date(1970, 1, 2)},
        )
        self.assert_as_in_the_database()

    def test_an_index_that_is_behind_leaves_what_changed_to_the_database(self):
        first, second, third, fourth, *_ = self.cables
        hidden = make(20, collections=["letters"], tags=["KHID"])
        withhold(hidden)
        indexer.update()
        for name, action in (
            ("a cable is added", lambda: make(21, collections=["letters"], tags=["KNEW"])),
            ("withheld", lambda: withhold(first)),
            ("published", lambda: publish(hidden)),
            ("tags", lambda: change(second, tags=["EFIS", "KOTH", "DOE, JOHN"])),
            ("date", lambda: change(third, created=CREATED, released=date(2012, 1, 1))),
            ("origin", lambda: change(third, origin=make_origin("Embassy Rome"))),
            ("class, markings", lambda: change(fourth, classification="", captions=["NIACT"])),
            ("collection", lambda: change(fourth, collections=["letters"])),
            ("deleted", second.delete),
        ):
            with self.subTest(name):
                action()
                self.assert_as_in_the_database(most=6)
        indexer.update()
        self.assert_as_in_the_database()

    def test_only_cables_that_changed_are_counted_again(self):
        self.assert_as_in_the_database()
        for action in (
            lambda: change(self.cables[0], tags=["KNEW"], created=CREATED),
            indexer.update,
            lambda: withhold(self.cables[1]),
            self.cables[2].delete,
        ):
            action()
            with self.counted_selections() as counted:
                self.assert_as_in_the_database(most=8)
            self.assertTrue(counted)
            self.assertTrue(all(selection.clauses for selection in counted))

    def test_all_are_counted_where_much_changed(self):
        self.assert_as_in_the_database()
        withhold(self.cables[0])
        with patch.object(reader, "MOST_RECOUNTED", 0), self.counted_selections() as counted:
            self.assert_as_in_the_database(most=8)
        self.assertFalse(all(selection.clauses for selection in counted))

    @contextmanager
    def counted_selections(self):
        """Give the selections in which the index counts."""
        counted, aggregate = [], Selection._aggregate

        def noting(selection, names):
            counted.append(selection)
            return aggregate(selection, names)

        with patch.object(Selection, "_aggregate", noting):
            yield counted

    def test_an_index_that_is_newer_than_a_request(self):
        before = latest_edition()
        change(self.cables[0], tags=["KNEW"])
        withhold(self.cables[1])
        indexer.update()
        with answering_from(before):
            self.process.close()
            self.assert_as_in_the_database(most=2)

    def test_the_database_counts_where_there_is_no_index_or_too_much_changed(self):
        withhold(self.cables[0])
        with patch.object(counting, "MOST_LEFT_OUT", 0):
            self.assert_as_in_the_database(most=11)
        with override_settings(SEARCH_INDEX_DIR=self.folder / "none"):
            self.assert_as_in_the_database(most=11)

    def test_damaged_files_are_no_reason_to_show_no_page(self):
        """Lists are always answered: only a search needs the index."""
        with (
            patch.object(Selection, "count_all", side_effect=ValueError("a damaged block")),
            patch.object(Selection, "years_of", side_effect=ValueError("a damaged block")),
            self.assertLogs("cables.search.list_count_queries", "WARNING"),
        ):
            self.assert_as_in_the_database(most=12)
        self.process.close()
        for path in current_folder().glob("*.fast"):
            replace_file(path, path.read_bytes()[: path.stat().st_size // 2])
        self.assert_as_in_the_database(most=12)

    def test_an_empty_archive(self):
        Cable.objects.all().delete()
        for _ in range(2):
            self.assert_as_in_the_database()
            self.assertEqual(counting.count_lists()["tags"], {})
            indexer.update()
