"""Write the finding aid of a collection in EAD 3."""

from pathlib import Path

from cables.api.finding_aid import ROOM, SERIES, write_finding_aid
from cables.management.room_command import ReaderCommand, collection_named


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
        count = write_finding_aid(collection_named(collection), file, series, agency)
        self.stdout.write(f"{count:,} series in {file}.")
