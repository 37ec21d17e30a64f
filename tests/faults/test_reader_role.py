"""Whoever could send any SQL as the role of readers' pages gets the public tables, and no more."""

import threading
from importlib import import_module

import psycopg
from django.apps import apps
from django.db import connection
from psycopg.errors import UndefinedTable

from cables.models import HELD, PUBLIC
from cables.operations.reader_role import SETTINGS, UNLOGGED, grant_reader
from tests.faults.reading import ReaderRoleCase
from tests.waiting import wait_until

WAITING = "SELECT FROM pg_locks WHERE NOT granted AND relation = 'cables_tag'::regclass"
ATTEMPTS = [
    "INSERT INTO cables_tag (code) VALUES ('X')",
    "UPDATE cables_cable SET body = ''",
    "DELETE FROM cables_cable",
    "TRUNCATE cables_cable",
    "SELECT * FROM cables_cable FOR UPDATE",
    "LOCK TABLE cables_cable IN ACCESS EXCLUSIVE MODE",
    "CREATE TABLE mine (n int)",
    "CREATE TEMPORARY TABLE mine (n int)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE EXTENSION dblink",
    "DROP TABLE cables_cable",
    "ALTER TABLE cables_cable ADD mine int",
    "GRANT SELECT ON cables_cable TO PUBLIC; SELECT * FROM cables_sealed",
    "COMMENT ON TABLE cables_cable IS 'mine'",
    "SELECT * FROM pg_stats",
    "SELECT * FROM pg_stats_ext",
    "SELECT * FROM pg_stats_ext_exprs",
    "SELECT * FROM pg_statistic",
    "SELECT * FROM pg_statistic_ext_data",
    "LOCK TABLE room_locks.load IN ACCESS SHARE MODE",
    "LOCK TABLE cables_load IN ACCESS SHARE MODE",
    "LOCK TABLE cables_cable IN SHARE UPDATE EXCLUSIVE MODE",
    "SELECT nextval('cables_cable_id_seq')",
    "SELECT setval('cables_cable_id_seq', 1)",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_ls_dir('.')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT pg_logical_emit_message(false, 'mine', 'x')",
    "COPY cables_cable TO '/tmp/mine'",
    "COPY cables_cable TO PROGRAM 'cat'",
    "COPY cables_tag (code) FROM PROGRAM 'echo X'",
    "SELECT rolpassword FROM pg_authid",
    "SELECT * FROM pg_shadow",
    "SELECT pg_reload_conf()",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename <> current_user",
    "ALTER SYSTEM SET fsync = off",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "CREATE ROLE mine",
    "SET log_min_error_statement = error",
    "SET log_statement = 'all'",
    "EXECUTE 'x'",
]


class GrantTests(ReaderRoleCase):
    def test_a_migration_lets_readers_read_what_its_policies_read(self):
        step = import_module("cables.migrations.0046_merged_names_that_only_withheld_cables_had")
        with connection.cursor() as cursor:
            cursor.execute(f"REVOKE SELECT ON cables_publicmerge FROM {self.role}")
            cursor.execute(step.FOR_READERS)
            may_read = f"SELECT has_table_privilege('{self.role}', 'cables_publicmerge', 'SELECT')"
            cursor.execute(may_read)
            self.assertTrue(cursor.fetchone()[0])

    def test_it_waits_for_an_analysis_as_autovacuum_begins_one_at_any_time(self):
        refused = []

        def grant():
            refused.append(grant_reader(self.role, PUBLIC))
            connection.close()

        granting = threading.Thread(target=grant)
        owner = self.place | {"user": connection.settings_dict["USER"]}
        owner["password"] = connection.settings_dict["PASSWORD"]
        with psycopg.connect(**owner) as analysis:
            analysis.execute("LOCK TABLE cables_tag IN SHARE UPDATE EXCLUSIVE MODE")
            granting.start()
            wait_until(lambda: analysis.execute(WAITING).fetchall())
            analysis.execute("ANALYZE cables_tag")
        granting.join()
        self.assertEqual(refused, [[]])


class ReaderRoleTests(ReaderRoleCase):
    def test_the_public_tables_and_nothing_else(self):
        models = list(apps.get_models(include_auto_created=True))
        self.assertLess(set(PUBLIC + HELD), set(models))
        for model in models:
            table = model._meta.db_table
            with self.subTest(table):
                self.assertEqual(self.may(f"SELECT * FROM {table} LIMIT 1"), model in PUBLIC)
        self.assertFalse(self.may("SELECT * FROM django_migrations"))

    def test_raw_statements(self):
        for read_only in ("on", "off"):  # It may turn that off, which must not help.
            self.session.execute(f"SET default_transaction_read_only = {read_only}")
            for statement in ATTEMPTS:
                with self.subTest(statement, read_only=read_only):
                    self.assertFalse(self.may(statement))
        owner = connection.settings_dict["USER"]
        for statement in (f"SET ROLE {owner}", f"SET SESSION AUTHORIZATION {owner}"):
            with self.subTest(statement):
                self.assertFalse(self.may(statement))
        self.assertTrue(self.may("SELECT body FROM cables_cable"))

    def test_its_sessions_end_in_time_and_are_not_logged(self):
        self.assertEqual(self.left, [], "The tests' role is an administrator.")
        for name, value in (SETTINGS | UNLOGGED).items():
            with self.subTest(name):
                shown = self.session.execute(
                    "SELECT setting FROM pg_settings WHERE name = %s", [name]
                ).fetchone()
                self.assertEqual(shown, (value,))

    def test_what_it_changes_of_itself_lasts_until_it_is_granted_anew(self):
        self.session.execute("SET default_transaction_read_only = off")
        database = self.place["dbname"]
        for where in ("", f'IN DATABASE "{database}" '):
            self.session.execute(f"ALTER ROLE {self.role} {where}SET search_path = pg_catalog")
            self.session.execute(f"ALTER ROLE {self.role} {where}SET statement_timeout = 1")
        with self.assertRaises(UndefinedTable):
            self.connect().execute("SELECT FROM cables_cable")
        self.assertEqual(grant_reader(self.role, PUBLIC), [])
        later = self.connect()
        later.execute("SELECT FROM cables_cable")
        self.assertEqual(later.execute("SHOW statement_timeout").fetchone(), ("30s",))

    def test_it_leaves_connections_to_loads_and_the_desk(self):
        most, of_all = self.session.execute(
            "SELECT rolconnlimit, current_setting('max_connections')::int FROM pg_roles "
            "WHERE rolname = current_user"
        ).fetchone()
        self.assertTrue(0 < most < of_all)
