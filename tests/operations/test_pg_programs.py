"""PostgreSQL's programs are taken from one folder, all of one version that fits server and dump."""

import os
from pathlib import Path
from unittest.mock import patch

from django.db import connection
from django.test import override_settings

from cables.operations import pg_programs
from cables.operations.backups import for_server, oldest_reader
from cables.operations.pg_programs import ProgramError, command
from tests.base import FolderTestCase

WHOLE = ("pg_dump", "pg_restore", "psql")
OLD, NEW = dict.fromkeys(WHOLE, 15), dict.fromkeys(WHOLE, 17)
NO_RESTORE = {"pg_dump": 15, "psql": 15}
MIXED = {"pg_dump": 15, "pg_restore": 15, "psql": 17}  # As Debian's /usr/bin starts them.
TIMEOUT = b"SET statement_timeout = 0;\nSET transaction_timeout = 0;\nSET lock_timeout = 0;\n"


class ProgramTests(FolderTestCase):
    def setUp(self):
        self.enterContext(patch.object(pg_programs, "DEBIAN", self.folder / "debian"))
        self.enterContext(override_settings(EMBEDDED_POSTGRES=False, POSTGRES_PROGRAMS=self.none))
        environment = {"PATH": f"{self.folder / 'path' / 'bin'}:{os.environ['PATH']}"}
        self.enterContext(patch.dict(os.environ, environment))
        os.environ.pop("PG_BINDIR", None)
        for name in WHOLE:
            self.install("path", {name: 0})  # Those of the machine are out of sight.

    def none(self):
        return self.folder / "none"

    def install(self, name, versions):
        """Make a folder of stand-ins, which print these versions; 0 does not run."""
        folder = self.folder / name / "bin"
        folder.mkdir(parents=True, exist_ok=True)
        for program, version in versions.items():
            path = folder / program
            path.write_text(f"#!/bin/sh\necho '{program} (PostgreSQL) {version}.3'\n")
            path.chmod(0o755)
        return folder

    def chosen(self, server, at_least=0):
        with patch.object(connection, "get_database_version", return_value=(server, 4)):
            (path, *_), _ = command("psql", "-q", at_least=at_least)
        return Path(path).relative_to(self.folder).parts[:-2]

    def test_the_folder_fits_the_server_and_the_dump(self):
        self.install("debian/15", OLD)
        self.install("debian/17", NEW)
        for path in (OLD, MIXED, NEW):
            self.install("path", path)
            for server, at_least, version in ((15, 0, "15"), (16, 0, "17"), (15, 17, "17")):
                with self.subTest(path=path, server=server, at_least=at_least):
                    self.assertEqual(self.chosen(server, at_least), ("debian", version))
        self.install("debian/15", OLD | {"pg_restore": 17})
        self.assertEqual(self.chosen(15), ("debian", "17"))

    def test_the_error_names_what_is_missing_and_what_to_do(self):
        for versions, server, told in (
            (NO_RESTORE, 15, "pg_restore is missing"),
            (MIXED, 15, "pg_dump 15, pg_restore 15, psql 17"),
            (OLD, 17, "PostgreSQL 17 or newer"),
        ):
            with self.subTest(told), self.assertRaises(ProgramError) as caught:
                folder = self.install(f"only/{len(told)}", versions)
                with patch.dict(os.environ, {"PG_BINDIR": str(folder)}):
                    self.chosen(server)
            for words in (told, str(folder), f"postgresql-client-{server}", "PG_BINDIR"):
                self.assertIn(words, str(caught.exception))

    def test_a_dump_tells_the_oldest_version_that_reads_it(self):
        for beginning, version in (
            (b"PGDMP\x01\x0e\x00", 0),
            (b"PGDMP\x01\x0f\x00", 16),
            (b"PGDMP\x01\x10\x00", 17),
            (b"", 0),
            (b"-- SQL", 0),
        ):
            with self.subTest(beginning):
                self.assertEqual(oldest_reader(beginning), version)

    def test_an_older_server_gets_no_setting_that_it_does_not_know(self):
        for server, is_left_out in ((15, True), (16, True), (17, False)):
            with (
                self.subTest(server),
                patch.object(connection, "get_database_version", return_value=(server, 4)),
            ):
                self.assertEqual(b"transaction" not in for_server(TIMEOUT), is_left_out)
                self.assertEqual(for_server(TIMEOUT).count(b"SET"), 3 - is_left_out)
