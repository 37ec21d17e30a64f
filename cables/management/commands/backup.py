"""Write a backup of the database to one file."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from cables.operations.backups import BackupError, back_up
from cables.operations.pg_programs import ProgramError
from cables.operations.progress import progress
from reading_room.paths import COMMAND


class Command(BaseCommand):
    help = (
        f"Write the whole database to FILE, with withheld cables and accounts, for {COMMAND} "
        "restore. Readers, curators and loads can go on."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *, file, **options):
        try:
            with progress(None, self.stderr) as advance:
                manifest = back_up(file, advance)
        except (BackupError, ProgramError) as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"{error.filename or file}: {error.strerror}") from None
        rows = manifest["rows"]
        self.stdout.write(
            f"{rows['cables_cable']:,} cables and {sum(rows.values()):,} rows of "
            f"{len(rows)} tables are in {file}, {file.stat().st_size:,} bytes."
        )
