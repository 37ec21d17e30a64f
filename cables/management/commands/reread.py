"""Parse all texts again with the rules of a new release."""

from cables.loader import LoadError, one_load
from cables.management.room_command import RoomCommand
from cables.models import Cable, Change
from cables.operations.progress import progress

from ...curation.bulk_changes import reread


class Command(RoomCommand):
    told = (LoadError,)
    help = "Parse all texts again after an upgrade: facts, tags, references. Ids and texts stay."

    def handle(self, **options):
        with one_load(), progress(Cable.objects.count(), self.stderr, unit=" cables") as advance:
            seen, changed = reread(advance)
            if changed:
                reason = f"{changed:,} of {seen:,}, by reread."
                Change.objects.create(action="read again", what="cables", reason=reason)
        self.stdout.write(f"{seen:,} cables read, {changed:,} changed.")
