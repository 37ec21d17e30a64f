"""The whole archive in one file, and back: PostgreSQL's own dump, with what it must hold.

A backup is a zip of three files, so that it can be read without the room:

    archive.dump    what pg_dump --format=custom writes; pg_restore reads it
    digests.sha256  the SHA-256 of every public text, as sha256sum lists them
    manifest.json   rows of each table, migrations, and the SHA-256 of the other two

All three are of one moment. The list of a zip stands at its end: a part of a backup is no zip.
"""

import hashlib
import json
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from fnmatch import fnmatch
from pathlib import Path

from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from .digests import list_digests
from .drafts import written_whole
from .models import Article, Cable, State
from .programs import command

DUMP, DIGESTS, MANIFEST = "archive.dump", "digests.sha256", "manifest.json"
# Kept in the database for hours: who is logged in, and from where somebody tried to.
PASSING = ["django_session", "axes_*"]
NOT_KEPT = "room_locks"  # A schema of what loads lock while they run.
PIECE = 1 << 20  # Bytes read at a time.
FRESH_SCHEMA = b"BEGIN;\nDROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n"


class BackupError(Exception):
    """A backup cannot be made or put back; the message says why and what to do."""


def back_up(file: Path, advance: Callable[[int], object] = lambda size: None) -> dict:
    """Write all that the database holds to a file, which is there when it is whole.

    `advance` is told how many bytes were written. Only its owner may read it: it holds what is
    withheld, and hashes of passwords. Returns its manifest.
    """
    with (
        written_whole(file, "w+b", permissions=0o600) as draft,
        zipfile.ZipFile(draft, "w") as box,
        one_moment() as snapshot,
    ):
        manifest = {"made": timezone.now().isoformat(), "postgresql": connection.pg_version}
        manifest["migrations"] = sorted(
            map(list, MigrationRecorder(connection).applied_migrations())
        )
        manifest["rows"] = count_rows()
        sums = manifest["sha256"] = {}
        sums[DUMP] = store(box, DUMP, dumped(snapshot), advance)
        listed = (f"{digest}  {path}\n".encode() for digest, path, _ in list_digests(all_cables()))
        sums[DIGESTS] = store(box, DIGESTS, listed, advance)
        box.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return manifest


def read_manifest(file: Path, advance: Callable[[int], object] = lambda size: None) -> dict:
    """Return what a backup says of itself, when every byte of it is as it was written.

    Raises BackupError if it is not whole, or OSError.
    """
    try:
        with zipfile.ZipFile(file) as box:
            manifest = json.loads(box.read(MANIFEST))
            for name, expected in manifest["sha256"].items():
                digest = hashlib.sha256()
                for piece in pieces(box, name):
                    digest.update(piece)
                    advance(len(piece))
                if digest.hexdigest() != expected:
                    raise BackupError(f"{file}: {name} is not as it was written. Take another.")
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError) as error:
        raise BackupError(f"{file} is no whole backup: {error}. Take another.") from None
    return manifest


def put_back(file: Path, advance: Callable[[int], object] = lambda size: None):
    """Put a backup in the place of all that the database holds, in one transaction.

    Until its end readers see nothing of it, and whatever stops it leaves the database as it was.
    """
    psql, variables = command("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1")
    restore = [psql[0].removesuffix("psql") + "pg_restore"]
    restore += ["-f", "-", "--no-owner", "--no-privileges"]
    is_done = False
    with zipfile.ZipFile(file) as box, tempfile.TemporaryFile() as said:
        options = {"env": variables, "stdin": subprocess.PIPE, "stderr": said}
        with (
            suppress(BrokenPipeError),  # One of them met an error, and says which.
            subprocess.Popen(restore, stdout=subprocess.PIPE, **options) as script,
            subprocess.Popen(psql, stdout=subprocess.DEVNULL, **options) as runner,
        ):
            is_done = run_script(pieces(box, DUMP), script, runner, advance)
        if not is_done:
            said.seek(0)
            words = said.read().decode(errors="replace").strip()[-1000:]
            raise BackupError(f"Nothing was changed. {words or 'The script ended early.'}")


def differences(manifest: dict) -> Iterator[str]:
    """Yield what differs between the rows of the database and a backup, before it is migrated."""
    found = count_rows()
    for table, rows in manifest["rows"].items():
        if found.get(table) != rows:
            yield f"{table} has {found.get(table, 0):,} rows, and the backup {rows:,}."


def differing_texts(file: Path) -> Iterator[str]:
    """Yield the public texts whose digest is not that which a backup lists."""
    with zipfile.ZipFile(file) as box, box.open(DIGESTS) as lines:
        listed = {line.decode().rstrip("\n") for line in lines}
    found = {f"{digest}  {path}" for digest, path, _ in list_digests(all_cables())}
    yield from (f"{line.split()[1]} differs from the backup." for line in sorted(listed ^ found))


def is_empty() -> bool:
    """Tell whether the database holds nothing that a person or a load put there."""
    if not has_tables():
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM auth_user)")
        has_accounts = cursor.fetchone()[0]
    return not (has_accounts or Cable.objects.exists() or Article.objects.exists())


def all_cables():
    """Return the published cables as the primary has them now, in this transaction."""
    return Cable.objects.published().using("default")


@contextmanager
def one_moment():
    """Yield the name of a snapshot, and see nothing that is newer until the end."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def dumped(snapshot: str) -> Iterator[bytes]:
    """Yield the dump of the database at a moment. Raises BackupError if pg_dump fails."""
    left_out = [f"--exclude-table-data={table}" for table in PASSING]
    left_out.append(f"--exclude-schema={NOT_KEPT}")
    told, variables = command("pg_dump", "--format=custom", f"--snapshot={snapshot}", *left_out)
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(told, env=variables, stdout=subprocess.PIPE, stderr=said) as program:
            yield from iter(lambda: program.stdout.read(PIECE), b"")
        if program.returncode:
            said.seek(0)
            raise BackupError(said.read().decode(errors="replace").strip()[-1000:])


def store(box: zipfile.ZipFile, name: str, parts, advance) -> str:
    """Write a file of a backup; return its SHA-256."""
    digest = hashlib.sha256()
    with box.open(name, "w", force_zip64=True) as out:
        for part in parts:
            digest.update(part)
            out.write(part)
            advance(len(part))
    return digest.hexdigest()


def pieces(box: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with box.open(name) as file:
        yield from iter(lambda: file.read(PIECE), b"")


def run_script(dump, script, psql, advance) -> bool:
    """Have pg_restore make a script of a dump and psql run it; tell whether it was committed.

    psql rolls back where its input ends without the last line, as when this process is killed.
    """
    with ThreadPoolExecutor(1) as pool:
        fed = pool.submit(feed, dump, script.stdin, advance)
        try:
            psql.stdin.write(FRESH_SCHEMA)
            shutil.copyfileobj(script.stdout, psql.stdin, PIECE)
            fed.result()
            if script.wait():
                return False
            psql.stdin.write(b"\nCOMMIT;\n")
            psql.stdin.close()
            return psql.wait() == 0
        finally:
            script.stdout.close()  # Where psql gave up, pg_restore and what feeds it end too.


def feed(dump, stream, advance):
    with stream:
        for piece in dump:
            stream.write(piece)
            advance(len(piece))


def has_tables() -> bool:
    return Cable._meta.db_table in connection.introspection.table_names()


def count_rows() -> dict[str, int]:
    """Return the rows of each table whose rows are in a backup."""
    counts = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if not any(fnmatch(table, passing) for passing in PASSING):
                cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
                counts[table] = cursor.fetchone()[0]
    return counts


def state_number() -> int:
    """Return the number of the archive's state, 0 where there is none."""
    if not has_tables():
        return 0
    return State.objects.values_list("number", flat=True).first() or 0


def raise_state(before: int):
    """Have a state that was never before: what is kept under a number is of that state alone."""
    number = max(before, state_number()) + 1
    State.objects.update_or_create(pk=1, defaults={"number": number})
