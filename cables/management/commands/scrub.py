"""Remove what was erased or redacted from the files of the database, too."""

from django.core.management.base import BaseCommand, CommandError

from cables.loader import LoadError, one_load
from cables.loader.scrubbing import scrub, tables
from cables.progress import progress


class Command(BaseCommand):
    help = (
        "Write all tables anew without what was erased, redacted or replaced. Readers wait for "
        "each table, or get 503. Needs as much free space as the largest table."
    )

    def handle(self, **options):
        try:
            with one_load(), progress(len(tables()), self.stderr, unit=" tables") as advance:
                left = scrub(advance)
        except LoadError as error:
            raise CommandError(error) from error
        if left:
            raise CommandError(
                f"Not all of it: {', '.join(left)} may still hold what is gone, because somebody "
                "was reading. Run it again when long questions and backups have ended."
            )
        self.stdout.write("All tables are written anew. Logs of PostgreSQL (WAL) and backups stay.")
