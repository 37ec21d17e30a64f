"""Export published cables to one file for programs."""

from pathlib import Path

from cables.api.bulk_export import WRITERS, export, filtered
from cables.management.room_command import ReaderCommand
from cables.operations.progress import progress


class Command(ReaderCommand):
    told = (ValueError,)
    help = (
        "Write all published cables, with texts and paragraph ids, to a file, and its digest to "
        "FILE.sha256."
    )

    def add_arguments(self, parser):
        parser.add_argument("format", choices=WRITERS, metavar="FORMAT", help=", ".join(WRITERS))
        parser.add_argument("file", type=Path, metavar="FILE", help="FILE.gz is compressed")
        parser.add_argument(
            "--filter",
            default="",
            metavar="QUERY",
            help='only those of a filtered list: "tag=EFIS&created_after=2007-01-01"',
        )
        parser.add_argument(
            "--site",
            default="",
            metavar="ADDRESS",
            help="start of the cables' addresses: https://archive.example",
        )

    def handle(self, *, format, file, filter, site, **options):
        cables = filtered(filter)
        count = cables.count()
        with progress(count, self.stderr, " cables") as done:
            digest = export(cables, format, file, site.rstrip("/"), done)
        size = file.stat().st_size
        self.stdout.write(f"{count:,} cables, {size / 1e6:,.1f} MB in {file}, SHA-256 {digest}.")
