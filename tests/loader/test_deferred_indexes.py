"""The indexes of an archive that fills are created whatever else the server does."""

import psycopg
from django.db import connection

from cables.loader import load
from cables.models import Cable
from tests.base import TransactionTestCase
from tests.builders import make_cable
from tests.operations.test_backups import address
from tests.source_files import csv_file, csv_record

TOAST = "SELECT reltoastrelid::regclass FROM pg_class WHERE oid = 'cables_cable'::regclass"
LONG = " ".join(map(str, range(4000)))


class DeferredIndexesTests(TransactionTestCase):
    def test_they_are_created_over_deleted_rows_of_which_the_long_texts_are_gone(self):
        with psycopg.connect(address("postgres")) as other, connection.cursor() as cursor:
            other.execute("SELECT pg_current_xact_id()")  # Open longer than all that follows.
            make_cable(subject=LONG)
            Cable.objects.all().delete()
            cursor.execute(TOAST)
            cursor.execute(f"VACUUM {cursor.fetchone()[0]}")
            report = load(csv_file(self.folder, csv_record("75LISBON900012", body="1. Quay")))
        self.assertEqual(report.created, 1)
