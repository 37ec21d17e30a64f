"""What one migration creates in place of 43, and which databases it goes on from."""

import hashlib
import unittest
from pathlib import Path
from unittest import mock

import psycopg
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from cables.management.commands.restore import check_known
from cables.models import State
from cables.operations.backups import DIGESTS, BackupError
from reading_room.health import Health
from tests.base import TestCase
from tests.operations.test_backups import address, managed
from tests.slow import slow
from tests.waiting import PATIENCE

NEW = "0044_the_archive"
LAST = "0044_origins_say_that_no_office_is_printed"
# Of each table, view and function as the 43 migrations left them: SHA-256 of its description below.
DESCRIBED = Path(__file__).parents[1] / "data" / "archive_of_0044.txt"
POSTGRESQL = 18  # Others print some expressions in other words.
# Rows of an object and a part of it, for all that a dump without data has. The order of columns,
# white space, the names of NOT NULL constraints and grants, which grant_reader makes, are left out.
PARTS = r"""
WITH ours AS (
    SELECT oid, relname, relkind, relpersistence, relrowsecurity, reloptions FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relname LIKE 'cables\_%'
        AND relkind IN ('r', 'v')
)
SELECT relname, concat_ws(' ', relkind, relpersistence, relrowsecurity, reloptions,
    obj_description(oid), CASE relkind WHEN 'v' THEN pg_get_viewdef(oid) END) FROM ours
UNION ALL SELECT relname, concat_ws(' ', attname, format_type(atttypid, atttypmod),
    attcollation::regcollation, attnotnull, attidentity, attstorage, attcompression,
    attstattarget, attoptions,
    pg_get_expr(adbin, adrelid), col_description(ours.oid, attnum))
FROM pg_attribute JOIN ours ON ours.oid = attrelid
LEFT JOIN pg_attrdef ON (adrelid, adnum) = (attrelid, attnum)
WHERE attnum > 0 AND NOT attisdropped
UNION ALL SELECT relname, conname || pg_get_constraintdef(pg_constraint.oid)
FROM pg_constraint JOIN ours ON ours.oid = conrelid WHERE contype <> 'n'
UNION ALL SELECT relname, pg_get_indexdef(indexrelid) FROM pg_index JOIN ours ON ours.oid = indrelid
UNION ALL SELECT relname, concat_ws(' ', pg_get_triggerdef(pg_trigger.oid), tgenabled)
FROM pg_trigger JOIN ours ON ours.oid = tgrelid WHERE NOT tgisinternal
UNION ALL SELECT relname, concat_ws(' ', polname, polcmd, polroles, pg_get_expr(polqual, polrelid))
FROM pg_policy JOIN ours ON ours.oid = polrelid
UNION ALL SELECT proname || '()', pg_get_functiondef(oid)
FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'cables\_%'
UNION ALL SELECT cfgname, concat_ws(' ', maptokentype, mapseqno, dictname) FROM pg_ts_config_map
JOIN pg_ts_config ON pg_ts_config.oid = mapcfg JOIN pg_ts_dict ON pg_ts_dict.oid = mapdict
WHERE cfgname LIKE 'cables\_%'
UNION ALL SELECT 'extensions', extname FROM pg_extension
UNION ALL SELECT 'statistics', stxname FROM pg_statistic_ext
UNION ALL SELECT 'groups', concat_ws(' ', auth_group.name, codename)
FROM auth_group LEFT JOIN auth_group_permissions ON group_id = auth_group.id
LEFT JOIN auth_permission ON auth_permission.id = permission_id
UNION ALL SELECT 'kinds of changes', cables_changekind::text FROM cables_changekind
UNION ALL SELECT 'letters', cables_lettertemplate::text FROM cables_lettertemplate
UNION ALL SELECT 'collections', concat_ws(' ', slug, name, provenance) FROM cables_collection
"""


def described(cursor):
    """Return a line for each object of a database: its name and a digest of its parts."""
    parts = {}
    cursor.execute(PARTS)
    for name, part in cursor.fetchall():
        parts.setdefault(name, []).append(" ".join(part.split()))
    for name, texts in sorted(parts.items()):
        yield f"{name} {hashlib.sha256(repr(sorted(texts)).encode()).hexdigest()[:16]}"


@slow("a new database was not compared with what the first 43 migrations made")
class NewDatabaseTests(unittest.TestCase):
    def test_it_has_all_that_the_replaced_migrations_made(self):
        name = f"{connection.settings_dict['NAME']}_new"
        with psycopg.connect(address(connection.settings_dict["NAME"]), autocommit=True) as server:
            if server.info.server_version // 10_000 != POSTGRESQL:
                self.skipTest(f"The digests are of PostgreSQL {POSTGRESQL}.")
            drop = f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"
            server.execute(drop)
            server.execute(f"CREATE DATABASE {name}")
            try:
                process = managed("migrate", "cables", NEW, name=name)
                output = process.communicate(timeout=2 * PATIENCE)[0]
                self.assertEqual(process.returncode, 0, output)
                with psycopg.connect(address(name)) as database:
                    self.assertEqual(
                        DESCRIBED.read_text().split("\n"), [*described(database.cursor()), ""]
                    )
            finally:
                server.execute(drop)


class FormerDatabaseTests(TestCase):
    """Databases of before the one migration, told by their rows in django_migrations."""

    def setUp(self):
        self.recorder = MigrationRecorder(connection)
        self.recorder.record_unapplied("cables", NEW)

    def rows(self):
        return sorted(name for app, name in self.recorder.applied_migrations() if app == "cables")

    def test_one_that_has_all_of_the_replaced_goes_on_and_changes_nothing_else(self):
        before, number = [*described(connection.cursor())], State.objects.get().number
        self.assertIn(LAST, self.rows())
        call_command("migrate", verbosity=0)
        self.assertIn(NEW, self.rows())
        self.assertEqual(before, [*described(connection.cursor())])
        self.assertEqual(number, State.objects.get().number)

    def test_one_that_has_a_part_of_them_is_refused_before_anything_is_changed(self):
        self.recorder.record_unapplied("cables", LAST)
        rows = self.rows()
        for options in ({}, {"plan": True}, {"app_label": "cables"}):
            with (
                self.subTest(options),
                self.assertRaisesMessage(CommandError, f"With the last version that has {LAST}"),
            ):
                call_command("migrate", verbosity=0, **options)
        self.assertEqual(rows, self.rows())
        self.assertContains(Health(None).ready(), "run manage.py migrate", status_code=503)
        manifest = {"migrations": [("cables", name) for name in rows], "sha256": {DIGESTS: ""}}
        with self.assertRaisesMessage(BackupError, f"but not {LAST}. Nothing was changed."):
            check_known(manifest)

    def test_a_backup_that_has_all_of_the_replaced_is_restored(self):
        names = [("cables", name) for name in self.rows()]
        check_known({"migrations": names, "sha256": {DIGESTS: ""}})

    def test_a_later_migration_may_depend_on_the_last_replaced_one(self):
        later = Migration("0099_later", "cables")
        later.dependencies = [("cables", LAST)]
        load = MigrationLoader.load_disk

        def load_more(loader):
            load(loader)
            loader.disk_migrations["cables", later.name] = later

        with mock.patch.object(MigrationLoader, "load_disk", load_more):
            for database in (None, connection):
                graph = MigrationLoader(database).graph
                self.assertIn(("cables", NEW), graph.forwards_plan(("cables", later.name)))
