"""A backup restores the whole database exactly; damaged and truncated backups are refused."""

import hashlib
import itertools
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from contextlib import suppress
from io import StringIO
from pathlib import Path
from unittest import mock, skipUnless

import psycopg
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import override_settings

from cables.curation.redactions_and_corrections import redact_cable
from cables.loader import load
from cables.management.commands.restore import check_known
from cables.management.commands.serve import load_specimens
from cables.models import Article, Cable, Change, HarvestRecord, Sealed, State, Version
from cables.operations.backups import DIGESTS, DUMP, MANIFEST, BackupError, pieces, read_manifest
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from cables.transparency.follow import follow_all
from tests.base import TestCase, TransactionTestCase
from tests.builders import make_cable, make_version, withhold
from tests.paths import PROJECT
from tests.slow import SLOW, slow
from tests.source_files import csv_file, csv_record
from tests.transparency.log_rooms import own_log
from tests.waiting import PATIENCE, wait_until
from tests.working import run_command

MANAGE = PROJECT / "manage.py"
DATA = os.environ.get("CABLES_TEST_DATA")
RUNNING = """
SELECT 1 FROM pg_stat_activity WHERE application_name = 'psql' AND datname = current_database()"""
WAITING = f"{RUNNING} AND wait_event_type = 'Lock'"
# Tables that differ after a restore: a state number is never used again.
DIFFERING = {
    *("cables_state", "cables_paststate", "django_session", "django_migrations"),
    "cables_harvestrecord",  # It gets new dates.
}


def address(name):
    values = connection.settings_dict | {"NAME": name}
    values["HOST"] = values["HOST"].replace("/", "%2F")
    return "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**values)


def contents(name):
    """Return a digest of the rows of each table of a database, and its indexes and constraints."""
    with psycopg.connect(address(name)) as database:
        tables = database.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        ).fetchall()
        found = {
            table: database.execute(
                f"SELECT count(*), md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM {table} t"
            ).fetchone()
            for (table,) in tables
            if table not in DIFFERING
        }
        found["indexes"] = database.execute(
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
        ).fetchall()
        found["rules"] = database.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"
        ).fetchall()
    return found


def managed(*arguments, name):
    """Start a command on a database."""
    url = address(name)
    return subprocess.Popen(
        [sys.executable, MANAGE, *arguments],
        env=os.environ | {"DATABASE_URL": url, "READER_DATABASE_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


class BackupTestCase(TransactionTestCase):
    def setUp(self):
        self.enterContext(override_settings(LOG_KEY_FILE=self.folder / "log_key"))
        self.file = self.folder / "room.backup"
        self.name = connection.settings_dict["NAME"]
        self.elsewhere = f"{self.name}_restored"

    def backup(self):
        return run_command("backup", self.file)

    def restore(self, *options):
        return run_command("restore", self.file, *options)

    def restore_elsewhere(self):
        """Restore into a new database, in a separate process."""
        self.database("CREATE")
        self.addCleanup(self.database, "DROP")
        process = managed("restore", self.file, name=self.elsewhere)
        output = process.communicate(timeout=2 * PATIENCE)[0]
        self.assertEqual(process.returncode, 0, output)
        return output

    def database(self, what):
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {self.elsewhere} WITH (FORCE)")
            if what == "CREATE":
                cursor.execute(
                    f"CREATE DATABASE {self.elsewhere} TEMPLATE template0 ENCODING 'UTF8'"
                )


class RoundTripTests(BackupTestCase):
    def setUp(self):
        super().setUp()
        for text in ("Fees rose.", "Fees rose, and fell again, says Rossi."):
            load(csv_file(self.folder, csv_record("09ROME900001", text=text)))
        load_specimens(stdout=StringIO())  # Last: a load of real cables removes them.
        root = User.objects.create_superuser("root", password="quay-window-4412")
        withhold(Cable.objects.get(reference="06LISBON900412"))
        redacted = Cable.objects.get(reference="09ROME900001")
        redact_cable(redacted, Strike(EVERYWHERE, ("Rossi",)), "A witness.", root)
        Article.objects.create(slug="fees", title="Fees", body="See 06LISBON900412.")
        SessionStore().save()

    def test_a_restore_brings_all_back_and_replaces_data_only_with_the_option(self):
        before = contents(self.name)
        self.assertTrue(Sealed.objects.exists() and Version.objects.exists())
        self.assertIn(f"{Cable.objects.count():,} cables", self.backup())
        self.assertEqual(self.file.stat().st_mode & 0o777, 0o600)
        told = self.restore_elsewhere()
        for words in (": 0 differences.", "can be read again until", "None is known here."):
            self.assertIn(words, told)
        self.same(before, contents(self.elsewhere))
        with psycopg.connect(address(self.elsewhere)) as there:
            self.assertEqual(there.execute("SELECT count(*) FROM django_session").fetchone(), (0,))
        Cable.objects.update(body="Lost.")
        State.objects.update(number=900)
        with self.assertRaisesMessage(CommandError, "--replace removes all of it"):
            self.restore()
        withhold(Cable.objects.get(reference="09ROME900001"))
        Change.objects.create(action="changed", what="user root", reason="Active: True → False.")
        told = self.restore("--replace")
        lost = r"read again until.*\n  \S+ withheld 09ROME900001\n  \S+ changed user root\n\d"
        self.assertRegex(told, lost)
        self.same(before, contents(self.name))
        number = State.objects.get().number
        self.assertGreater(number, 900, "What is cached under a number would be shown again.")

    def test_a_restore_that_ends_early_has_a_new_state_and_tells_harvesters(self):
        self.backup()
        make_cable("06BERLIN900077")
        State.objects.update(number=900)
        early = mock.patch(
            "cables.management.commands.restore.row_differences", side_effect=OSError
        )
        with early, self.assertRaises(CommandError):
            self.restore("--replace")
        state = State.objects.get()
        self.assertGreater(state.number, 900)
        dated = {*HarvestRecord.objects.values_list("datestamp", flat=True)}
        self.assertTrue(HarvestRecord.objects.get(reference="06BERLIN900077").is_deleted)
        self.assertEqual(len(dated), 1)

    def test_what_is_lost_is_told_before_it_is(self):
        self.backup()
        withhold(Cable.objects.get(reference="09ROME900001"))
        told = StringIO()
        with (
            mock.patch("cables.management.commands.restore.put_back", side_effect=OSError),
            self.assertRaises(CommandError),
        ):
            call_command("restore", self.file, "--replace", stdout=told, stderr=StringIO())
        self.assertIn("withheld 09ROME900001", told.getvalue())

    def test_everything_that_took_something_from_readers_is_listed(self):
        self.backup()
        taken = {
            "changed": "article Harbor fees",  # It is not published any more.
            "deleted": "version of article Harbor fees",
            "noted": "note deleted above the text",
            "removed": "09ROME900003",
            "unnamed": "09ROME77",
            "cleared": "case 2026-K7QXM4",
            "forgotten": "redaction over the archive 1",
        }
        given = {"noted": "note added above the text", "added": "article Boats"}
        for entries in (taken, given):
            for action, what in entries.items():
                Change.objects.create(action=action, what=what)
        told = self.restore("--replace")
        for entries, is_told in ((taken, True), (given, False)):
            for action, what in entries.items():
                with self.subTest(what):
                    self.assertEqual(f"{action} {what}" in told, is_told)

    def test_a_public_log_that_cannot_go_on_is_told(self):
        older = self.folder / "older.backup"
        run_command("backup", older)  # Of a room that has no log yet.
        with own_log():
            self.backup()
            self.assertNotIn("--begin-anew", self.restore("--replace"))
            withhold(Cable.objects.get(reference="09ROME900001"))
            follow_all()
            for file in (self.file, older):
                with self.subTest(file.name):
                    told = run_command("restore", file, "--replace")
                    self.assertIn("The public log was signed with", told)
                    self.assertIn("log_key --begin-anew", told)

    def same(self, before, after):
        for name, rows in before.items():
            with self.subTest(name):
                self.assertEqual(after.get(name), rows)


class DamageTests(BackupTestCase):
    def setUp(self):
        super().setUp()
        load(csv_file(self.folder, *(csv_record(f"09ROME{900_000 + n}") for n in range(50))))
        self.backup()

    def refused(self, words):
        with self.assertRaisesMessage(CommandError, words):
            self.restore("--replace")
        self.assertEqual(Cable.objects.count(), 50)

    def test_a_damaged_backup_is_refused_and_changes_nothing(self):
        whole = self.file.read_bytes()
        middle = len(whole) // 2
        flipped = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
        for damaged in (b"", whole[:-1], whole[:middle], flipped):
            with self.subTest(size=len(damaged)):
                self.file.write_bytes(damaged)
                self.refused("Take another.")
        self.file.write_bytes(whole)
        manifest = read_manifest(self.file)
        manifest["migrations"].append(["cables", "9999_later"])
        with self.assertRaisesMessage(BackupError, "which knows 9999_later"):
            check_known(manifest)
        with self.assertRaisesMessage(BackupError, "which knows another kind of backup"):
            check_known({"migrations": [], "sha256": {DUMP: ""}})
        self.write_as_earlier_releases(9 / 10)
        self.refused("Nothing was changed.")
        self.file.unlink()
        self.refused("No such file or directory")

    def write_as_earlier_releases(self, part=1.0):
        """Write the backup without a digest at its end, with this part of its dump."""
        with zipfile.ZipFile(self.file) as box:
            kept = {name: box.read(name) for name in (DUMP, DIGESTS, MANIFEST)}
        kept[DUMP] = kept[DUMP][: int(len(kept[DUMP]) * part)]
        manifest = json.loads(kept[MANIFEST])
        del manifest["ends_with_sha256"]
        manifest["sha256"][DUMP] = hashlib.sha256(kept[DUMP]).hexdigest()
        with zipfile.ZipFile(self.file, "w") as box:
            for name in (DUMP, DIGESTS):
                with box.open(name, "w", force_zip64=True) as out:
                    out.write(kept[name])
            box.writestr(MANIFEST, json.dumps(manifest))

    def flips(self):
        """Flip each bit of the zip's headers and directory; yield (its place, what is read)."""
        with zipfile.ZipFile(self.file) as box:
            headers = [range(each.header_offset, each.header_offset + 62) for each in box.filelist]
            directory = range(box.start_dir, self.file.stat().st_size)
        with self.file.open("r+b", buffering=0) as file:
            for place in itertools.chain(*headers, directory):
                byte = os.pread(file.fileno(), 1, place)
                for bit in range(8):
                    os.pwrite(file.fileno(), bytes([byte[0] ^ 1 << bit]), place)
                    with suppress(BackupError):
                        yield place, self.read()
                os.pwrite(file.fileno(), byte, place)

    def read(self):
        """Return all that a restore takes from the backup, if it is not refused."""
        manifest = read_manifest(self.file)
        with zipfile.ZipFile(self.file) as box:
            return manifest, *(b"".join(pieces(box, name)) for name in (DUMP, DIGESTS))

    def test_a_flipped_bit_of_the_directory_is_refused_or_changes_nothing(self):
        self.assertEqual([place for place, _ in self.flips()], [])
        self.write_as_earlier_releases()
        whole = self.read()
        for place, read in self.flips():
            self.assertEqual(read, whole, place)
        self.assertIn(": 0 differences.", self.restore("--replace"))

    @slow("no program killed")
    def test_a_full_disk_or_a_kill_keeps_the_earlier_backup(self):
        earlier = self.file.read_bytes()
        draft = self.folder / ".room.backup.room-draft"
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(earlier) // 2, limits[1]))
        try:
            with self.assertRaisesMessage(CommandError, "File too large"):
                self.backup()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        self.assertEqual(self.file.read_bytes(), earlier)
        self.assertFalse(draft.exists())
        process = managed("backup", self.file, name=self.name)
        while not draft.exists() and process.poll() is None:
            time.sleep(0.001)
        process.kill()
        process.communicate()
        self.assertEqual(self.file.read_bytes(), earlier)
        self.assertFalse(zipfile.is_zipfile(draft))
        run_command("backup", self.folder / "next.backup")
        self.assertFalse(draft.exists(), "The next backup removes it, whatever its own name is.")

    @slow("no program killed")
    def test_a_killed_restore_keeps_the_database(self):
        before = contents(self.name)
        with (
            psycopg.connect(address(self.name)) as reader,
            psycopg.connect(address(self.name), autocommit=True) as watch,
        ):
            reader.execute("SELECT FROM cables_cable")  # The restore waits for its COMMIT.
            process = managed("restore", self.file, "--replace", name=self.name)
            wait_until(lambda: watch.execute(WAITING).fetchone())
            process.kill()
            process.wait()
            reader.rollback()
            wait_until(lambda: not watch.execute(RUNNING).fetchone())
        self.assertEqual(process.returncode, -signal.SIGKILL)
        self.assertEqual(contents(self.name), before)


@skipUnless(DATA and SLOW, "CABLES_SLOW_TESTS or CABLES_TEST_DATA is not set")
class RealCablesTests(BackupTestCase):
    def test_13241_cables_are_restored(self):
        load(Path(DATA) / "cables_frus.csv.gz")
        self.assertEqual(Cable.objects.count(), 13_241)
        self.backup()
        self.restore_elsewhere()
        self.assertEqual(contents(self.elsewhere), contents(self.name))


class ExportDigestsTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable("06ROME900010")
        cable = make_cable("06BERLIN900001")
        make_version(cable, 1, body="1. Old.")
        make_version(cable, 2, body="1. Newer.")
        withhold(make_cable("06BERLIN900002"), "Names a ship.")

    def export(self, *file):
        out, told = StringIO(), StringIO()
        call_command("export_digests", *file, stdout=out, stderr=told)
        return out.getvalue(), told.getvalue()

    def test_every_public_version_is_listed_in_order(self):
        listed, told = self.export()
        paths = [line.split("  ", 1)[1] for line in listed.splitlines()]
        self.assertEqual(
            paths,
            [
                "cable/06BERLIN900001.txt",
                "cable/06BERLIN900001/v1.txt",
                "cable/06BERLIN900001/v2.txt",
                "cable/06BERLIN900001/v3.txt",
                "cable/06ROME900010.txt",
                "cable/06ROME900010/v1.txt",
            ],
        )
        self.assertEqual(told, "6 digests of 2 cables written.\n")

    def test_each_digest_is_that_of_the_file_at_its_address(self):
        for line in self.export()[0].splitlines():
            digest, path = line.split("  ")
            with self.subTest(path):
                content = self.client.get(f"/{path}").content
                self.assertEqual(hashlib.sha256(content).hexdigest(), digest)

    def test_sha256sum_checks_a_mirror(self):
        if not shutil.which("sha256sum"):
            self.skipTest("sha256sum is not installed")
        file = self.folder / "SHA256SUMS"
        self.export(str(file))
        for line in file.read_text().splitlines():
            path = self.folder / line.split("  ")[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.client.get(f"/{line.split('  ')[1]}").content)
        check = ["sha256sum", "--check", "--strict", "--quiet", file.name]
        self.assertEqual(subprocess.run(check, cwd=self.folder).returncode, 0)
        (self.folder / "cable/06ROME900010.txt").write_text("Another word.\n")
        altered = subprocess.run(check, cwd=self.folder, capture_output=True)
        self.assertEqual(altered.returncode, 1)

    def test_a_failed_export_leaves_the_old_file(self):
        file = self.folder / "SHA256SUMS"
        file.write_text("before\n")
        Cable.objects.filter(reference="06ROME900010").update(digest="é")
        with self.assertRaises(UnicodeError):
            self.export(str(file))
        self.assertEqual(file.read_text(), "before\n")
        self.assertEqual(list(self.folder.iterdir()), [file])

    def test_a_file_that_cannot_be_written_is_named(self):
        with self.assertRaisesMessage(CommandError, "No such file or directory"):
            self.export(str(self.folder / "missing" / "SHA256SUMS"))
