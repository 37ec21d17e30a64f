"""Write a backup of the database to one file."""

from pathlib import Path

from cables.management.room_command import RoomCommand
from cables.operations.backups import BackupError, back_up
from cables.operations.pg_programs import ProgramError
from cables.operations.progress import progress
from reading_room.paths import COMMAND


class Command(RoomCommand):
    told = (BackupError, ProgramError)
    help = (
        f"Write the whole database to FILE, with withheld cables and accounts, for {COMMAND} "
        "restore. Readers, curators and loads can go on."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *, file, **options):
        with progress(None, self.stderr) as advance:
            manifest = back_up(file, advance)
        rows = manifest["rows"]
        self.stdout.write(
            f"{rows['cables_cable']:,} cables and {sum(rows.values()):,} rows of "
            f"{len(rows)} tables are in {file}, {file.stat().st_size:,} bytes."
        )
