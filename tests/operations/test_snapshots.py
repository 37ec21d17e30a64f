"""Reading one state of the database for as long as it takes."""

from django.db import connections

from cables.models.querysets import READER
from cables.operations.reader_role import snapshot
from tests.base import TransactionTestCase


class SnapshotTests(TransactionTestCase):
    def test_the_session_may_be_idle_while_files_are_written(self):
        with connections[READER].cursor() as cursor:
            cursor.execute("SET idle_in_transaction_session_timeout = '60s'")
            with snapshot():
                cursor.execute("SHOW idle_in_transaction_session_timeout")
                self.assertEqual(cursor.fetchone(), ("0",))
            cursor.execute("SHOW idle_in_transaction_session_timeout")
            self.assertEqual(cursor.fetchone(), ("1min",))
            cursor.execute("RESET idle_in_transaction_session_timeout")
