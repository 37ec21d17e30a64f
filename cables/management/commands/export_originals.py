"""Write a BagIt bag of originals, also of withheld and redacted cables, for the archive's store."""

from pathlib import Path

from cables.management.room_command import RoomCommand, collection_named
from cables.operations.originals_bag import BagError, copies_of, write_bag
from cables.operations.progress import progress


class Command(RoomCommand):
    told = (BagError,)
    help = (
        "Write what the sources say of each cable, unredacted, with digests, to the new folder "
        "FOLDER, a BagIt bag. It holds what readers may not see: keep it as you keep backups."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, metavar="FOLDER")
        parser.add_argument("--collection", default="", metavar="NAME", help="only this one")

    def handle(self, *, folder, collection, **options):
        found = collection_named(collection) if collection else None
        cables = copies_of(found).values("cable").distinct().count()
        with progress(cables, self.stderr, " cables") as done:
            texts = write_bag(folder, found, done)
        self.stdout.write(f"{texts:,} originals in {folder}. It holds what is withheld.")
