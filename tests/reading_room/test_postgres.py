"""The embedded server outlives what happens to a laptop and to a container."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from unittest import TestCase, mock, skipUnless

import psycopg

from reading_room.embedded_postgres import (
    EmbeddedPostgres,
    EmbeddedPostgresError,
    find_programs,
    preloaded,
)
from tests.base import Sampled
from tests.paths import PROJECT
from tests.slow import slow
from tests.waiting import PATIENCE

IS_ROOT = os.geteuid() == 0
DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def make_folder(test, prefix='reader\'s "room" ', mode=0o755):
    """Make a folder that is removed when the test or class ends."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    folder.chmod(mode)
    cleanup = test.addClassCleanup if isinstance(test, type) else test.addCleanup
    cleanup(shutil.rmtree, folder, ignore_errors=True)
    return folder


def make_server(test, folder):
    """Describe a server that is stopped when the test or class ends."""
    server = EmbeddedPostgres(folder / ".postgres")
    cleanup = test.addClassCleanup if isinstance(test, type) else test.addCleanup
    cleanup(shutil.rmtree, server.sockets, ignore_errors=True)
    cleanup(server.stop)
    return server


def execute(server, statement, role="reading_room"):
    """Run one statement and return the first column of its rows."""
    with psycopg.connect(server.url(role), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return [row[0] for row in cursor] if cursor.description else []


def copy_of_programs(test):
    """Copy the programs of PostgreSQL, with what they load; return the folder above bin."""
    copy = make_folder(test, prefix="programs-") / "pginstall"
    shutil.copytree(find_programs().parent, copy, symlinks=True)
    return copy


def run_program(server, *arguments, **options):
    """Start a program of the project for this server, and return the process."""
    environment = os.environ | {"EMBEDDED_POSTGRES_DIR": str(server.folder)}
    environment.pop("DATABASE_URL", None)
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )


def output_of(process):
    return process.communicate(timeout=PATIENCE)[0]


class SurvivalTests(Sampled, TestCase):
    """One server with a row in it, to which each test does something bad."""

    @classmethod
    def setUpClass(cls):
        cls.server = make_server(cls, make_folder(cls))
        cls.server.start()
        execute(cls.server, "CREATE TABLE cable (reference text PRIMARY KEY)")

    def setUp(self):
        self.server.start()
        execute(self.server, "TRUNCATE cable")
        execute(self.server, "INSERT INTO cable VALUES ('06LIMA900001')")

    def assertKeepsItsRow(self):
        self.assertEqual(execute(self.server, "SELECT reference FROM cable"), ["06LIMA900001"])

    def kill(self):
        pid = self.server.running()
        os.kill(pid, signal.SIGKILL)
        while self.server.running() or self.server.child.poll() is None:
            time.sleep(0.001)
        return pid

    def test_starting_twice_is_one_server(self):
        pid = self.server.running()
        self.server.start()
        self.assertEqual(self.server.running(), pid)

    @slow("PostgreSQL not replaced or started by other commands")
    def test_it_is_restarted_when_its_programs_were_replaced_or_deleted(self):
        """As by an upgrade of the packages: it could no longer load its extensions."""
        for how in ("replaced", "deleted"):
            with self.subTest(how):
                self.server.stop()
                install, upgraded = copy_of_programs(self), copy_of_programs(self)
                with mock.patch.dict(os.environ, {"PG_BINDIR": str(install / "bin")}):
                    self.server.start()
                    pid = self.server.running()
                    self.server.start()
                    self.assertEqual(self.server.running(), pid)
                    shutil.rmtree(install)
                    if how == "replaced":
                        upgraded.rename(install)
                        self.server.start()
                self.server.start()
                self.assertNotEqual(self.server.running(), pid)
                self.assertKeepsItsRow()
                execute(self.server, "CREATE EXTENSION pg_trgm")
                execute(self.server, "DROP EXTENSION pg_trgm")

    def test_its_files_are_for_the_owner_alone(self):
        """Whatever the umask: the log quotes statements, with what readers may not see."""
        self.server.stop()
        self.server.log.chmod(0o644)  # As an earlier release left it.
        self.addCleanup(os.umask, os.umask(0))
        self.server.start()
        for path in self.server.folder.iterdir():
            with self.subTest(path.name):
                self.assertEqual(path.stat().st_mode & 0o077, 0)

    def test_what_was_stopped_has_not_died_and_what_was_killed_has(self):
        self.assertFalse(self.server.has_died())
        self.server.stop()
        self.assertFalse(self.server.has_died())
        self.server.start()
        self.kill()
        self.assertTrue(self.server.has_died())

    def test_stop_says_whether_it_ran(self):
        for said in ("PostgreSQL was stopped.", "PostgreSQL does not run."):
            stop = run_program(self.server, "-m", "reading_room.embedded_postgres", "stop")
            self.assertEqual(output_of(stop).strip(), said)

    def test_stop_and_start_keep_the_rows(self):
        self.server.stop()
        self.assertEqual(self.server.running(), 0)
        self.server.start()
        self.assertKeepsItsRow()

    def test_killing_the_server_keeps_the_rows(self):
        killed = self.kill()
        self.server.start()
        self.assertNotEqual(self.server.running(), killed)
        self.assertKeepsItsRow()

    def test_a_client_at_work_while_the_server_is_killed(self):
        with psycopg.connect(self.server.url()) as connection:
            connection.execute("INSERT INTO cable VALUES ('06LIMA900002')")
            self.kill()
            self.server.start()
            with self.assertRaises(psycopg.OperationalError):
                connection.commit()
        self.assertKeepsItsRow()

    def test_four_starters_at_once_are_one_server(self):
        self.kill()
        start = ["-m", "reading_room.embedded_postgres", "start"]
        lines = {output_of(run) for run in [run_program(self.server, *start) for _ in range(4)]}
        self.assertEqual(len(lines), 1, lines)
        self.assertIn(f"process {self.server.running()}:", lines.pop())
        self.assertKeepsItsRow()

    def test_a_stale_pid_file_that_names_another_program(self):
        self.server.stop()
        with self.stranger() as stranger:
            self.name_in_pid_file(stranger.pid)
            self.assertEqual(self.server.running(), 0)
            self.server.start()
            self.assertKeepsItsRow()
            self.server.stop()
            self.assertIsNone(stranger.poll())
            stranger.kill()

    def test_a_stale_pid_file_that_names_a_zombie(self):
        self.server.stop()
        with self.stranger() as zombie:
            zombie.kill()  # Nobody has asked for its exit code yet.
            self.name_in_pid_file(zombie.pid)
            self.server.start()
            self.assertKeepsItsRow()

    def stranger(self):
        uid, gid = self.server.account
        options = {"user": uid, "group": gid, "extra_groups": []} if IS_ROOT else {}
        return subprocess.Popen(["sleep", "60"], cwd="/", **options)

    def name_in_pid_file(self, pid):
        path = self.server.data / "postmaster.pid"
        path.write_text(f"{pid}\n{self.server.data}\n0\n5432\n\n\n1 1\nready   \n")
        os.chown(path, *self.server.account)

    def test_data_of_another_version_is_refused_with_the_remedy(self):
        self.server.stop()
        version = self.server.data / "PG_VERSION"
        found = version.read_text()
        self.addCleanup(version.write_text, found)
        version.write_text("12\n")
        with self.assertRaisesRegex(EmbeddedPostgresError, "made by PostgreSQL 12.*PG_BINDIR"):
            self.server.start()

    def test_a_server_that_cannot_start_shows_the_end_of_its_log(self):
        self.server.stop()
        configuration = self.server.data / "postgresql.auto.conf"
        self.addCleanup(configuration.write_text, configuration.read_text())
        configuration.write_text("shared_buffers = 'much'\n")
        with self.assertRaisesRegex(EmbeddedPostgresError, "did not start(.|\n)*shared_buffers"):
            self.server.start()

    def test_what_was_in_memory_is_read_again_where_postgresql_can(self):
        self.assertEqual(preloaded(), "pg_prewarm")
        with mock.patch(
            "reading_room.embedded_postgres.find_programs", return_value=Path("/opt/bin")
        ):
            self.assertEqual(preloaded(), "")

    def test_the_reader_may_connect_and_no_more(self):
        self.assertEqual(execute(self.server, "SELECT current_user", role="reader"), ["reader"])
        for refused in (
            "SELECT * FROM cable",
            "CREATE TABLE note (text text)",
            "CREATE TEMPORARY TABLE note (text text)",
            "CREATE DATABASE notes",
        ):
            with self.subTest(refused), self.assertRaises(psycopg.errors.InsufficientPrivilege):
                execute(self.server, refused, role="reader")

    def test_what_is_committed_is_on_disk(self):
        for name in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
            with self.subTest(name):
                self.assertEqual(execute(self.server, f"SHOW {name}"), ["on"])

    def test_only_the_account_of_the_server_can_enter_its_folders(self):
        for folder in (self.server.data, self.server.sockets):
            with self.subTest(folder):
                self.assertEqual(folder.stat().st_mode & 0o777, 0o700)
        self.assertEqual(execute(self.server, "SHOW listen_addresses"), [""])

    def test_the_commands_say_what_they_did(self):
        for word, line in (
            ("status", r"PostgreSQL runs as process \d+: postgresql://"),
            ("stop", r"PostgreSQL was stopped\.\n$"),
            ("status", r"PostgreSQL does not run\.\n$"),
            ("start", r"PostgreSQL runs as process \d+: "),
            ("restart", r"Usage: "),
        ):
            with self.subTest(word):
                shown = output_of(
                    run_program(self.server, "-m", "reading_room.embedded_postgres", word)
                )
                self.assertRegex(shown, line)

    @slow("PostgreSQL not replaced or started by other commands")
    def test_manage_starts_it_for_commands_that_need_it(self):
        self.server.stop()
        output_of(run_program(self.server, "manage.py", "check"))
        output_of(run_program(self.server, "manage.py", "migrate", "--help"))
        self.assertEqual(self.server.running(), 0)
        output_of(run_program(self.server, "manage.py", "showmigrations", "sessions"))
        self.assertNotEqual(self.server.running(), 0)

    @skipUnless(IS_ROOT, "only root can act as another user")
    def test_another_user_is_told_what_to_do(self):
        child = os.fork()
        if child == 0:
            os.setuid(pwd.getpwnam("daemon").pw_uid)
            try:
                self.server.start()
            except EmbeddedPostgresError as error:
                os._exit(0 if "EMBEDDED_POSTGRES_DIR" in str(error) else 1)
            os._exit(2)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0)


class FirstStartTests(Sampled, TestCase):
    def test_a_first_start_that_was_killed_leaves_nothing_broken(self):
        server = make_server(self, make_folder(self))
        run = run_program(server, "-m", "reading_room.embedded_postgres", "start")
        while not list(server.folder.glob("draft-*/PG_VERSION")) and run.poll() is None:
            time.sleep(0.005)
        run.kill()  # Its initdb runs on.
        run.communicate()
        self.assertFalse(server.data.exists())
        server.start()
        self.assertEqual(execute(server, "SELECT 1", role="reader"), [1])

    def test_a_very_long_path(self):
        folder = make_folder(self) / ("cables " * 20)
        folder.mkdir()
        server = make_server(self, folder)
        server.start()
        self.assertEqual(execute(server, "SELECT 1"), [1])
        self.assertEqual(server.sockets.parent, Path("/tmp"))
        self.assertEqual(server.sockets.stat().st_mode & 0o777, 0o700)

    def test_a_socket_folder_of_somebody_else_is_refused(self):
        server = make_server(self, make_folder(self) / ("cables " * 20))
        server.sockets.mkdir(mode=0o755)
        server.sockets.chmod(0o755)
        with self.assertRaisesRegex(EmbeddedPostgresError, "mode 0700"):
            server.start()

    @skipUnless(IS_ROOT, "only root has to let an unprivileged account into a closed home")
    @skipUnless(shutil.which("setpriv"), "setpriv (util-linux) is not installed")
    def test_a_closed_home_stays_closed(self):
        home = make_folder(self, mode=0o700)
        server = make_server(self, home)
        (home / "bin").symlink_to(find_programs())  # As in a virtual environment in that home.
        with mock.patch.dict(os.environ, {"PG_BINDIR": str(home / "bin")}):
            server.start()
        self.assertEqual(execute(server, "SELECT 1"), [1])
        self.assertEqual(home.stat().st_mode & 0o777, 0o700)
        self.assertNotEqual(Path(f"/proc/{server.running()}").stat().st_uid, 0)

    @skipUnless(DEBIAN, "Debian's PostgreSQL is not installed")
    def test_debians_programs(self):
        with mock.patch.dict(os.environ, {"PG_BINDIR": str(DEBIAN[-1])}):
            server = make_server(self, make_folder(self))
            server.start()
        version = int(re.search(r"\d+", DEBIAN[-1].parts[-2])[0])
        self.assertEqual(int(execute(server, "SHOW server_version_num")[0]) // 10000, version)

    def test_a_folder_that_is_a_file(self):
        path = make_folder(self) / "file"
        path.write_text("A note.")
        with self.assertRaisesRegex(EmbeddedPostgresError, "EMBEDDED_POSTGRES_DIR"):
            EmbeddedPostgres(path).start()


class FindProgramsTests(TestCase):
    def test_the_wheel_by_default(self):
        with mock.patch.dict(os.environ):
            os.environ.pop("PG_BINDIR", None)
            self.assertEqual(find_programs().parts[-2:], ("pginstall", "bin"))

    def test_pg_bindir_first(self):
        folder = make_folder(self)
        (folder / "postgres").touch()
        with mock.patch.dict(os.environ, {"PG_BINDIR": str(folder)}):
            self.assertEqual(find_programs(), folder)

    def test_a_wrong_pg_bindir_is_named_with_the_remedy(self):
        with (
            mock.patch.dict(os.environ, {"PG_BINDIR": "/nowhere"}),
            self.assertRaisesRegex(EmbeddedPostgresError, "PG_BINDIR is '/nowhere'.*unset it"),
        ):
            find_programs()

    def test_no_programs_at_all(self):
        with (
            mock.patch.dict(os.environ),
            mock.patch("importlib.util.find_spec", return_value=None),
            mock.patch.object(Path, "glob", return_value=[]),
            self.assertRaisesRegex(EmbeddedPostgresError, "DATABASE_URL"),
        ):
            os.environ.pop("PG_BINDIR", None)
            find_programs()
