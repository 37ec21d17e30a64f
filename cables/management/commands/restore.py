"""Restore a backup into the database."""

import io
from datetime import datetime
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import CommandError

from cables.loader import LoadError, finish_killed_load, one_load
from cables.management.room_command import RoomCommand
from cables.operations.backups import (
    APP,
    DIGESTS,
    BackupError,
    differing_texts,
    hiding_decisions,
    is_empty,
    known_migrations,
    put_back,
    read_manifest,
    row_differences,
    why_in_part,
)
from cables.operations.pg_programs import ProgramError
from cables.operations.progress import progress
from reading_room.paths import COMMAND

LATER = (
    "Decisions made after {} are not in it: what they took from readers can be read again until "
    "you withhold, redact or erase it again, the worker publishes what was due, and accounts have "
    "the rights and passwords of that time."
)


class Command(RoomCommand):
    told = (BackupError, LoadError, ProgramError)
    help = (
        f"Restore FILE, which {COMMAND} backup wrote, into an empty database, migrate it, and "
        "check all of it. Everybody must log in again."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--replace",
            action="store_true",
            help="also into a database that is not empty: its content is deleted",
        )

    def handle(self, *, file, replace, **options):
        with progress(2 * file.stat().st_size, self.stderr) as advance:
            manifest = read_manifest(file, advance)
            check_known(manifest)
            with one_load():
                if not replace and not is_empty():
                    raise BackupError("The database is not empty: --replace removes all of it.")
                hidden = hiding_decisions(manifest["made"])
                mismatches = self.restore(file, manifest, hidden, advance)
        finish_killed_load(self.stdout.write)  # The backup may have been made during a load.
        for mismatch in mismatches:
            self.stdout.write(mismatch)
        call_command("check_archive", stdout=self.stdout, stderr=self.stderr)
        if mismatches:
            raise CommandError(f"{len(mismatches):,} differences from the backup.")
        rows = manifest["rows"]
        self.stdout.write(
            f"{file} of {manifest['made'][:16]} is restored: {sum(rows.values()):,} rows."
        )

    def list_decisions(self, decisions):
        for at, decision in sorted(decisions):
            self.stdout.write(f"  {at:%Y-%m-%dT%H:%M} {decision}")

    def restore(self, file, manifest, hidden, advance):
        """Restore the rows and migrate them; return a sentence for each difference.

        What the backup lacks of the decisions in `hidden` is told before: nobody knows it any more
        if this is killed then. By their times; what a clock that was late wrote is told behind it.
        """
        later = {each for each in hidden if each[0] >= datetime.fromisoformat(manifest["made"])}
        self.stdout.write(LATER.format(manifest["made"][:16]))
        self.list_decisions(later)
        put_back(file, advance)
        others = hidden - later - hiding_decisions(manifest["made"])
        self.list_decisions(others)
        if not later | others:
            self.stdout.write("  None is known here.")
        mismatches = list(row_differences(manifest))
        call_command("migrate", verbosity=0)
        call_command("grant_reader", stdout=io.StringIO())
        return mismatches + list(differing_texts(file))


def check_known(manifest):
    """Raise BackupError if a newer release made a backup, or one that is too old to migrate it."""
    applied = {(app, name) for app, name in manifest["migrations"]}
    newer = sorted(name for app, name in applied - known_migrations() if app == APP)
    if newer or DIGESTS not in manifest["sha256"]:
        knows = ", ".join(newer) or "another kind of backup"
        raise BackupError(f"A newer release made it, which knows {knows}. Install that one first.")
    if why := why_in_part(applied):
        raise BackupError(f"The backup cannot be restored. {why}")
