"""Bring the search index of this machine up to date, or build it anew."""

from django.core.management.base import CommandError

from cables.management.room_command import ReaderCommand
from cables.search_index import indexer
from cables.search_index.folder import IndexBusy


class Command(ReaderCommand):
    help = (
        "Bring the search index of this machine up to date. The worker (`work`) does so by itself; "
        "use --rebuild to build the index anew beside the present one, which answers meanwhile."
    )

    def add_arguments(self, parser):
        parser.add_argument("--rebuild", action="store_true", help="build it anew from all cables")

    def handle(self, *, rebuild, **options):
        try:
            if rebuild:
                indexer.rebuild()
            elif not indexer.update():
                self.stdout.write("The search index is up to date.")
                return
        except IndexBusy as error:
            raise CommandError("The worker is writing the search index; try later.") from error
        except (OSError, ValueError) as error:  # Tantivy's own errors are ValueErrors.
            raise CommandError(f"The search index cannot be written: {error}") from error
        self.stdout.write("The search index is built.")
