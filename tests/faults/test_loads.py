"""Loads meet a full disk and a migration: nothing is lost, and nothing stands half-written."""

import random
import resource
import string
import tempfile
import time
from io import StringIO
from pathlib import Path
from unittest import mock

import psycopg
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from cables.loader import LOCK, load, one_load
from cables.models import Cable, Load, Tagging
from tests.base import TransactionTestCase
from tests.source_files import csv_file, csv_record
from tests.test_backups import address, managed

RECORDS = 2_500
PATIENCE = 60
# The load's session, and the file that grows while it stores texts.
LOADER = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"
TEXTS = "SELECT pg_relation_size(reltoastrelid) FROM pg_class WHERE relname = 'cables_cable'"
WAL_FILE = 16 << 20  # Bytes: the limit stands above it, as a lost log is another fault.


class LoadFaultTests(TransactionTestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def file(self, records, size):
        """Return a file of cables whose texts cannot be pressed."""
        letters = random.Random(7).choices(string.ascii_lowercase + " ", k=size)
        texts = ("".join(random.Random(n).sample(letters, size)) for n in range(records))
        return csv_file(
            self.folder,
            *(csv_record(f"09ROME{900_000 + n}", text=text) for n, text in enumerate(texts)),
        )

    def start(self, file):
        return managed("load_cables", file, name=connection.settings_dict["NAME"])

    def wait_until(self, is_so):
        deadline = time.monotonic() + PATIENCE
        while not is_so() and time.monotonic() < deadline:
            time.sleep(0.01)

    def ask(self, question):
        with connection.cursor() as cursor:
            cursor.execute(question)
            row = cursor.fetchone()
            return row[0] if row else None

    def test_a_full_disk(self):
        file = self.file(RECORDS, 14_000)
        process = self.start(file)
        self.wait_until(Cable.objects.exists)
        backend = self.ask(LOADER)
        try:
            resource.prlimit(backend, resource.RLIMIT_FSIZE, (WAL_FILE, WAL_FILE))
        except PermissionError:
            process.communicate()
            self.skipTest("The database's processes are not ours")
        said = process.communicate(timeout=PATIENCE * 2)[0]
        self.assertNotEqual(process.returncode, 0)
        self.assertIn("File too large", said)
        stored = Cable.objects.count()
        self.assertTrue(0 < stored < RECORDS, stored)
        self.assertEqual(stored % 500, 0, "Whole batches.")
        self.assertEqual(Tagging.objects.count(), 3 * stored)
        report = load(file)
        self.assertEqual((report.created, report.unchanged), (RECORDS - stored, stored))
        call_command("check_archive", stdout=StringIO(), stderr=StringIO())

    def test_a_migration_waits_for_no_load_and_disturbs_none(self):
        process = self.start(self.file(RECORDS, 200))
        self.wait_until(Load.objects.exists)
        with self.assertRaisesMessage(CommandError, "Another load is running."):
            call_command("migrate", "cables", "zero", verbosity=0)
        call_command("migrate", verbosity=0)  # Nothing to do: nothing to wait for.
        self.assertEqual(process.wait(PATIENCE * 2), 0)
        self.assertEqual(Cable.objects.count(), RECORDS)
        self.assertEqual(Load.objects.get().state, "finished")

    def test_no_load_begins_during_a_migration(self):
        def migrating(*args, **options):
            with psycopg.connect(address(connection.settings_dict["NAME"])) as other:
                (free,) = other.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()
            self.assertFalse(free)

        with mock.patch("django.core.management.commands.migrate.Command.handle", migrating):
            call_command("migrate", "cables", "zero", verbosity=0)
        with one_load():
            pass
