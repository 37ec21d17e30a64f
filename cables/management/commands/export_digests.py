"""List the SHA-256 of every public text, to check a mirror or a copy."""

from contextlib import nullcontext
from pathlib import Path

from cables.management.room_command import ReaderCommand
from cables.operations.atomic_write import atomic_write
from cables.operations.backups import list_digests


class Command(ReaderCommand):
    help = "Write the digests of all public texts and versions in the format of sha256sum -c."

    def add_arguments(self, parser):
        parser.add_argument(
            "file", nargs="?", type=Path, metavar="FILE", help="(default: standard output)"
        )

    def handle(self, *, file, **options):
        cables = texts = 0
        with atomic_write(file, encoding="ascii") if file else nullcontext(self.stdout) as out:
            for digest, path, is_current in list_digests():
                out.write(f"{digest}  {path}\n")
                cables += is_current
                texts += 1
        self.stderr.write(f"{texts:,} digests of {cables:,} cables written.")
