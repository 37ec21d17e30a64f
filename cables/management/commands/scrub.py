"""Rewrite the tables, so that erased and redacted texts are gone from the database's files."""

from django.core.management.base import CommandError

from cables.loader import LoadError, one_load
from cables.management.room_command import RoomCommand
from cables.operations.progress import progress
from cables.operations.vacuum_tables import rewrite_tables, tables


class Command(RoomCommand):
    told = (LoadError,)
    help = (
        "Rewrite all tables without erased, redacted and replaced text. Readers wait for each "
        "table, or get 503. Needs as much free space as the largest table."
    )

    def handle(self, **options):
        with one_load(), progress(len(tables()), self.stderr, unit=" tables") as advance:
            skipped = rewrite_tables(advance)
        if skipped:
            raise CommandError(
                f"Incomplete: {', '.join(skipped)} may still hold deleted texts, because somebody "
                "was reading. Run it again when long queries and backups have ended."
            )
        self.stdout.write("All tables are written anew. Logs of PostgreSQL (WAL) and backups stay.")
