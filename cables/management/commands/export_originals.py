"""Write a BagIt bag of originals, also of withheld and redacted cables, for the archive's store."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from cables.models import Collection
from cables.operations.originals_bag import BagError, copies_of, write_bag
from cables.operations.progress import progress


class Command(BaseCommand):
    help = (
        "Write what the sources say of each cable, unredacted, with digests, to the new folder "
        "FOLDER, a BagIt bag. It holds what readers may not see: keep it as you keep backups."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, metavar="FOLDER")
        parser.add_argument("--collection", default="", metavar="NAME", help="only this one")

    def handle(self, *, folder, collection, **options):
        found = Collection.objects.filter(slug=collection).first()
        if collection and found is None:
            known = ", ".join(Collection.objects.values_list("slug", flat=True))
            raise CommandError(f"There is no collection {collection!r}. There are: {known}.")
        cables = copies_of(found).values("cable").distinct().count()
        try:
            with progress(cables, self.stderr, " cables") as done:
                texts = write_bag(folder, found, done)
        except OSError as error:
            raise CommandError(f"{error.filename or folder}: {error.strerror}") from error
        except BagError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{texts:,} originals in {folder}. It holds what is withheld.")
