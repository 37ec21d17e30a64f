"""Entries of the log from before decisions were stored lead to the same pages of undoing."""

from importlib import import_module

from django.db import connection

from cables.admin.log import add_undo_links
from cables.models import BulkDecision, Change
from tests.project.test_reason_leaks import ApprovalTestCase

LINKS = import_module("cables.migrations.0048_old_entries_of_the_log_have_their_decisions")
TABLES = ("correction", "redaction", "merge", "formerreference", "ruleswitch", "redactionsearch")


# What undoes others, or came when all decisions were stored.
LATER = ("erase", "undo", "lift", "forget", "publish", "person")


class OldEntriesTests(ApprovalTestCase):
    def test_what_the_desk_decided_before_is_undone_from_the_log(self):
        for name, address, typed in self.ways():
            if not any(each in name for each in LATER):
                self.decide(self.curator, name, address, typed)
        expected = self.links()
        self.assertGreater(len(expected), 6)
        self.forget()
        self.assertLess(len(self.links()), len(expected))
        with connection.cursor() as cursor:
            for statement in LINKS.statements():
                cursor.execute(statement)
        self.assertEqual(self.links() | expected, self.links())

    def links(self):
        entries = add_undo_links(self.curator, Change.objects.order_by("pk"))
        return {entry.pk: entry.undo for entry in entries if entry.undo}

    def forget(self):
        """Make the rows as they were when decisions were not stored."""
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE cables_change DISABLE TRIGGER log_only_grows")
            for table in (*TABLES, "volumewithholding", "change"):
                cursor.execute(f"UPDATE cables_{table} SET decision_id = NULL")
            cursor.execute("ALTER TABLE cables_change ENABLE TRIGGER log_only_grows")
        BulkDecision.objects.exclude(rows__isnull=False).delete()
