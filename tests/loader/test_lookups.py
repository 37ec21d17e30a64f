"""What a load asks the database of each batch takes no longer the more cables there are."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from cables.loader.classify_records import classify_records
from cables.loader.deferred_indexes import _drop
from cables.loader.load_progress import begin
from cables.sources import csv_dump
from cables.sources.prepared import finished
from tests.loader.test_load import LoadTestCase
from tests.source_files import csv_file, csv_record


class LookupsTest(LoadTestCase):
    def setUp(self):
        super().setUp()
        path = csv_file(self.folder, csv_record("75LISBON900012", body="1. Quay"))
        self.run_of_load = begin(path, "cables", released=None, everything=False)
        self.records = [finished(record, path) for record in csv_dump.read(path)]

    def queries(self):
        """Return the queries that sort the records of a batch."""
        with CaptureQueriesContext(connection) as captured:
            classify_records(self.run_of_load, self.records, {})
        return [each["sql"] for each in captured if each["sql"].startswith("SELECT")]

    def test_while_an_empty_archive_fills_no_query_reads_all_cables(self):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            _drop()
            cursor.execute("SET LOCAL enable_seqscan = off")  # Only where there is no other way.
            for query in self.queries():
                with self.subTest(query):
                    cursor.execute(f"EXPLAIN {query}")
                    plan = "\n".join(line for (line,) in cursor.fetchall())
                    self.assertNotIn("Seq Scan on cables_cable", plan)

    def test_where_nothing_is_decided_no_names_are_compared_with_decisions(self):
        for query in self.queries():
            with self.subTest(query):
                self.assertNotIn("-[1-9]", query)
