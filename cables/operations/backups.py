"""Back up the database to one file, and restore it; list the SHA-256 of every public text.

A backup is a zip of three files, which can be read without the room:

    archive.dump    the output of pg_dump --format=custom, for pg_restore
    digests.sha256  the SHA-256 of every public text, in the format of sha256sum
    manifest.json   rows of each table, migrations, and the SHA-256 of the other two

All three are of one snapshot. The last 64 bytes, the comment of the zip, are the SHA-256 of all
bytes before them. Backups of earlier releases have none: their manifest is checked alone.
"""

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from fnmatch import fnmatch
from functools import partial
from itertools import groupby
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import IO

from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from reading_room.paths import COMMAND

from ..models import Article, Cable, Change
from ..models.change_log import HIDING_CHANGES
from .atomic_write import atomic_write
from .pg_programs import command

DUMP, DIGESTS, MANIFEST = "archive.dump", "digests.sha256", "manifest.json"
# Tables whose rows are not backed up: sessions and failed logins, which live for hours.
PASSING = ["django_session", "axes_*"]
LOCKS_SCHEMA = "room_locks"  # Locked by loads while they run; not backed up.
PIECE = 1 << 20  # Bytes read at a time.
DIGEST_SIZE = 64  # Characters of a SHA-256.
# Format of pg_dump's archives, 1.N -> the version of PostgreSQL that reads it first.
DUMP_FORMATS = {15: 16, 16: 17}
# Settings that pg_restore writes into each script -> the version of PostgreSQL that knows it.
NEW_SETTINGS = {b"SET transaction_timeout = 0;\n": 17}
FRESH_SCHEMA = b"""SET client_min_messages = warning;  -- Else notices hide the error.
BEGIN;
CREATE TEMP TABLE earlier_state (number bigint) ON COMMIT DROP;
CREATE TEMP TABLE harvested (reference text) ON COMMIT DROP;
DO $$ BEGIN
    INSERT INTO earlier_state SELECT number FROM public.cables_state;
    INSERT INTO harvested SELECT reference FROM public.cables_harvestrecord;
EXCEPTION WHEN undefined_table THEN NULL;  -- In an empty database.
END $$;
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
"""
# In the same transaction: caches are keyed by the state, so a number is never used again, and
# harvesters may have records, also of other cables, that changed since the backup.
NEW_STATE = b"""
SET search_path TO public;
INSERT INTO cables_state (id, number) VALUES (1, 0) ON CONFLICT DO NOTHING;
UPDATE cables_state SET number = 1 + greatest(number, (SELECT max(number) FROM earlier_state));
INSERT INTO cables_harvestrecord (reference, cable, datestamp, is_deleted)
SELECT reference, 0, now(), true FROM harvested ON CONFLICT DO NOTHING;
UPDATE cables_harvestrecord SET datestamp = (SELECT moved FROM cables_state);
COMMIT;
"""
ADDED_TO = {"cables_state", "cables_paststate", "cables_harvestrecord"}  # By this.


class BackupError(Exception):
    """A backup cannot be made or put back; the message says why and what to do."""


def back_up(file: Path, advance: Callable[[int], object] = lambda size: None) -> dict:
    """Write the whole database to a file, atomically; return the manifest.

    `advance(n)` is called with the bytes written since its last call. Only the owner may read the
    file: it holds withheld texts and password hashes.
    """
    with atomic_write(file, "w+b", permissions=0o600) as draft:
        with zipfile.ZipFile(draft, "w") as box, one_moment() as snapshot:
            manifest = fill(box, snapshot, advance)
            box.comment = b" " * DIGEST_SIZE
        digest = digest_before_end(draft)
        draft.seek(-DIGEST_SIZE, os.SEEK_END)
        draft.write(digest)
    return manifest


def fill(box: zipfile.ZipFile, snapshot: str, advance: Callable[[int], object]) -> dict:
    """Write the three files of a backup; return the manifest."""
    major, minor = connection.get_database_version()
    migrations = MigrationRecorder(connection).applied_migrations()
    sums: dict[str, str] = {}
    manifest = {
        "made": timezone.now().isoformat(),
        "postgresql": major * 10_000 + minor,
        "migrations": sorted(map(list, migrations)),
        "rows": count_rows(),
        "sha256": sums,
        "ends_with_sha256": True,
    }
    sums[DUMP] = store(box, DUMP, dumped(snapshot), advance)
    lines = (f"{digest}  {path}\n".encode() for digest, path, _ in list_digests(all_cables()))
    sums[DIGESTS] = store(box, DIGESTS, lines, advance)
    box.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return manifest


def read_manifest(file: Path, advance: Callable[[int], object] = lambda size: None) -> dict:
    """Verify a backup and return its manifest.

    Raises BackupError if it is damaged or truncated, OSError if it cannot be opened.
    """
    with file.open("rb") as stream:
        try:
            with zipfile.ZipFile(stream) as box:
                manifest = json.loads(box.read(MANIFEST))
                is_same = verified(stream, box, manifest, advance)
        except Exception as error:  # Of zipfile there are many, as of compression and encryption.
            raise BackupError(f"{file} is no whole backup: {error}. Take another.") from None
    if not is_same:
        raise BackupError(f"{file} is not as it was written. Take another.")
    return manifest


def verified(stream: IO[bytes], box: zipfile.ZipFile, manifest: dict, advance) -> bool:
    """Return whether a backup has the digest at its end or, without one, those of its manifest."""
    if manifest.get("ends_with_sha256") or box.comment:
        digest = digest_before_end(stream, advance)
        return digest == stream.read()
    sums = {name: hashlib.sha256() for name in manifest["sha256"]}
    for name, digest in sums.items():
        for piece in pieces(box, name):
            digest.update(piece)
            advance(len(piece))
    return {name: digest.hexdigest() for name, digest in sums.items()} == manifest["sha256"]


def digest_before_end(stream: IO[bytes], advance: Callable[[int], object] = lambda size: None):
    """Return the SHA-256, in hexadecimal, of all of a file but what is kept for it at its end."""
    digest = hashlib.sha256()
    left = stream.seek(0, os.SEEK_END) - DIGEST_SIZE
    stream.seek(0)
    while left > 0 and (piece := stream.read(min(left, PIECE))):
        digest.update(piece)
        advance(len(piece))
        left -= len(piece)
    return digest.hexdigest().encode()


def put_back(file: Path, advance: Callable[[int], object] = lambda size: None):
    """Replace the whole database by a backup, in one transaction.

    If it fails or is killed, the database stays as it was. Raises BackupError.
    """
    is_done = False
    with zipfile.ZipFile(file) as box, tempfile.TemporaryFile() as errors:
        oldest = oldest_reader(next(pieces(box, DUMP), b""))
        psql, variables = command("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", at_least=oldest)
        restore = [str(Path(psql[0]).with_name("pg_restore"))]
        restore += ["-f", "-", "--no-owner", "--no-privileges"]
        start = partial(Popen, env=variables, stdin=PIPE, stderr=errors)
        with (
            suppress(BrokenPipeError),  # One of the programs failed; its message is in `errors`.
            start(restore, stdout=PIPE) as script,
            start(psql, stdout=DEVNULL) as runner,
        ):
            is_done = run_script(pieces(box, DUMP), script, runner, advance)
        if not is_done:
            message = tail_of(errors) or "The script ended early."
            raise BackupError(f"Nothing was changed. {message}")


def oldest_reader(dump: bytes) -> int:
    """Return the oldest version of pg_restore that reads a dump with this beginning, 0 for any."""
    is_archive = dump.startswith(b"PGDMP\x01")
    newer = [DUMP_FORMATS[each] for each in DUMP_FORMATS if is_archive and each <= dump[6]]
    return max(newer, default=0)


def tail_of(file) -> str:
    """Return the last 1,000 characters that a program wrote to a temporary file."""
    file.seek(0)
    return file.read().decode(errors="replace").strip()[-1000:]


def row_differences(manifest: dict) -> Iterator[str]:
    """Yield a sentence for each table whose number of rows is not that of a backup.

    Call it before the restored database is migrated.
    """
    counts = count_rows()
    for table, rows in manifest["rows"].items():
        if counts.get(table, 0) < rows or (counts[table] > rows and table not in ADDED_TO):
            yield f"{table} has {counts.get(table, 0):,} rows, and the backup {rows:,}."


def differing_texts(file: Path) -> Iterator[str]:
    """Yield a sentence for each public text whose digest is not that of a backup."""
    with zipfile.ZipFile(file) as box, box.open(DIGESTS) as lines:
        expected = {line.decode().rstrip("\n") for line in lines}
    actual = {f"{digest}  {path}" for digest, path, _ in list_digests(all_cables())}
    yield from (f"{line.split()[1]} differs from the backup." for line in sorted(expected ^ actual))


def is_empty() -> bool:
    """Return whether the database has no accounts, cables and articles."""
    if not has_tables():
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM auth_user)")
        has_accounts = cursor.fetchone()[0]
    return not (has_accounts or Cable.objects.exists() or Article.objects.exists())


def all_cables():
    """Return the published cables, read in this transaction, not by the readers' alias."""
    return Cable.objects.published().using("default")


@contextmanager
def one_moment():
    """Yield the name of an exported snapshot; all queries in the block see that snapshot."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def dumped(snapshot: str) -> Iterator[bytes]:
    """Yield the dump of the database at a snapshot. Raises BackupError if pg_dump fails."""
    excluded = [f"--exclude-table-data={table}" for table in PASSING]
    excluded.append(f"--exclude-schema={LOCKS_SCHEMA}")
    pg_dump, variables = command("pg_dump", "--format=custom", f"--snapshot={snapshot}", *excluded)
    with tempfile.TemporaryFile() as errors:
        with Popen(pg_dump, env=variables, stdout=PIPE, stderr=errors) as program:
            assert program.stdout is not None  # noqa: S101 (It is a pipe; for the type checker.)
            yield from iter(partial(program.stdout.read, PIECE), b"")
        if program.returncode:
            raise BackupError(tail_of(errors))


def store(box: zipfile.ZipFile, name: str, parts, advance) -> str:
    """Write a file into a backup, from an iterable of bytes; return its SHA-256."""
    digest = hashlib.sha256()
    with box.open(name, "w", force_zip64=True) as out:
        for part in parts:
            digest.update(part)
            out.write(part)
            advance(len(part))
    return digest.hexdigest()


def pieces(box: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with box.open(name) as file:
        yield from iter(partial(file.read, PIECE), b"")


def run_script(dump, script, psql, advance) -> bool:
    """Pipe a dump through pg_restore (`script`) into psql; return whether psql committed it.

    COMMIT is sent last: if the input ends before it, as when this process is killed, psql rolls
    back.
    """
    with ThreadPoolExecutor(1) as pool:
        feeding = pool.submit(feed, dump, script.stdin, advance)
        try:
            psql.stdin.write(FRESH_SCHEMA)
            psql.stdin.write(for_server(script.stdout.read(PIECE)))
            shutil.copyfileobj(script.stdout, psql.stdin, PIECE)
            feeding.result()
            if script.wait():
                return False
            psql.stdin.write(NEW_STATE)
            psql.stdin.close()
            return psql.wait() == 0
        finally:
            script.stdout.close()  # If psql failed, this ends pg_restore and the feeding thread.


def for_server(beginning: bytes) -> bytes:
    """Return the beginning of pg_restore's script, without settings that the server lacks."""
    server = connection.get_database_version()[0]
    for setting in (each for each, since in NEW_SETTINGS.items() if server < since):
        beginning = beginning.replace(setting, b"", 1)
    return beginning


def feed(dump, stream, advance):
    with stream:
        for piece in dump:
            stream.write(piece)
            advance(len(piece))


def has_tables() -> bool:
    return Cable._meta.db_table in connection.introspection.table_names()


def count_rows() -> dict[str, int]:
    """Return {table: number of rows} of the tables that are backed up."""
    counts = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if not any(fnmatch(table, pattern) for pattern in PASSING):
                quoted = connection.ops.quote_name(table)
                cursor.execute(f"SELECT count(*) FROM {quoted}")  # noqa: S608
                counts[table] = cursor.fetchone()[0]
    return counts


def hiding_decisions(since: str) -> set[tuple[datetime, str]]:
    """Return (time, "withheld 06LISBON900412") of what was taken from readers since `since`, and
    of changes of accounts: a restore gives both back.

    It is in ISO 8601, and the day before it is included: a clock may have been set.
    """
    if not has_tables():
        return set()
    first = datetime.fromisoformat(since) - timedelta(days=1)
    changes = Change.objects.filter(HIDING_CHANGES, at__gte=first)
    # The tables may be those of an earlier release, without the other columns.
    rows = changes.only("at", "action", "reference", "what")
    return {(change.at, str(change)) for change in rows}


def list_digests(cables=None) -> Iterator[tuple[str, str, bool]]:
    """Yield (digest, path, is current version?) in order of reference.

    Withheld cables and redacted texts have no digest. One query, so that all rows are of one
    moment. `cables` default to the published ones.
    """
    cables = Cable.objects.published() if cables is None else cables
    rows = cables.order_by("reference", "versions__number")
    columns = ("reference", "version", "digest", "versions__number", "versions__digest")
    found = rows.values_list(*columns).iterator(chunk_size=2_000)
    for reference, group in groupby(found, lambda row: row[0]):
        several = list(group)
        _, version, digest, *_ = several[0]
        if digest:
            yield digest, f"cable/{reference}.txt", True
        for *_, number, each in [*several, (version, digest)]:
            if number and each:
                yield each, f"cable/{reference}/v{number}.txt", False


APP = "cables"
Key = tuple[str, str]  # The app and the name of a migration, as in django_migrations.
IN_PART = (
    "It has a part of the migrations that {0} replaces, but not {1}. Nothing was changed. With the "
    "last version that has {2}, {3} migrate must be run first; then this one can go on."
)


def known_migrations() -> set[Key]:
    """Return the migrations of this version, with those that they replace."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    replaced = [set(new.replaces) for new in loader.replacements.values()]
    return set(loader.disk_migrations).union(*replaced)


def why_in_part(applied: Iterable[Key]) -> str:
    """Return why the archive that has these migrations cannot be migrated, or "".

    Django would take it for complete: it leaves out a migration that replaces some applied ones.
    """
    applied = set(applied)
    for (app, name), new in MigrationLoader(None).replacements.items():
        missing = [key for key in new.replaces if key not in applied]
        if app == APP and 0 < len(missing) < len(new.replaces):
            return IN_PART.format(name, missing[0][1], new.replaces[-1][1], COMMAND)
    return ""
