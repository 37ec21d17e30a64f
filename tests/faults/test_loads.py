"""A load and a migration at once: one waits to be told again, and neither is spoilt."""

from unittest import mock

from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from cables.loader import one_load
from cables.models import Cable, Load
from tests.base import TransactionTestCase
from tests.operations.test_backups import managed
from tests.slow import slow
from tests.source_files import csv_file, csv_record
from tests.waiting import PATIENCE, wait_until

RECORDS = 2_000


class LoadFaultTests(TransactionTestCase):
    def file(self, records):
        given = (
            csv_record(f"09ROME{900_000 + n}", text="Fees rose. " * 20) for n in range(records)
        )
        return csv_file(self.folder, *given)

    def start(self, file):
        return managed("load_cables", file, name=connection.settings_dict["NAME"])

    @slow("no migration beside a load")
    def test_a_migration_waits_for_no_load_and_disturbs_none(self):
        process = self.start(self.file(RECORDS))
        wait_until(Load.objects.exists)
        with self.assertRaisesMessage(CommandError, "Another load is running."):
            call_command("migrate", "cables", "zero", verbosity=0)
        call_command("migrate", verbosity=0)  # Nothing to do: nothing to wait for.
        self.assertEqual(process.wait(PATIENCE), 0)
        self.assertEqual(Cable.objects.count(), RECORDS)
        self.assertEqual(Load.objects.get().state, "finished")

    def test_no_load_begins_during_a_migration(self):
        def migrating(*args, **options):
            process = self.start(self.file(1))
            self.assertEqual(process.wait(PATIENCE), 1)
            self.assertFalse(Cable.objects.exists())

        with mock.patch("django.core.management.commands.migrate.Command.handle", migrating):
            call_command("migrate", "cables", "zero", verbosity=0)
        with one_load():
            pass
