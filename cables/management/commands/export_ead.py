"""Write the finding aid of a collection in EAD 3."""

from pathlib import Path

from django.core.management.base import CommandError

from cables.api.finding_aid import ROOM, SERIES, write_finding_aid
from cables.management.reader_command import ReaderCommand
from cables.models import Collection


class Command(ReaderCommand):
    help = "Write the finding aid of a collection, without what readers may not see, in EAD 3."

    def add_arguments(self, parser):
        parser.add_argument("collection", metavar="COLLECTION", help="its short name: cables")
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--series", choices=SERIES, default="origin")
        parser.add_argument(
            "--agency", default=ROOM, metavar="NAME", help="the institution that keeps it"
        )

    def handle(self, *, collection, file, series, agency, **options):
        found = Collection.objects.filter(slug=collection).first()
        if found is None:
            known = ", ".join(Collection.objects.values_list("slug", flat=True))
            raise CommandError(f"There is no collection {collection!r}. There are: {known}.")
        try:
            count = write_finding_aid(found, file, series, agency)
        except OSError as error:
            raise CommandError(f"{error.filename or file}: {error.strerror}") from error
        self.stdout.write(f"{count:,} series in {file}.")
