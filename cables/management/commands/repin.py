"""Segment all texts again after an upgrade; published ids keep their paragraphs."""

from cables.loader import LoadError, one_load, repin
from cables.management.room_command import RoomCommand
from cables.models import Change


class Command(RoomCommand):
    told = (LoadError,)
    help = "Find the paragraphs of all texts again after an upgrade. Published ids stay."

    def handle(self, **options):
        with one_load():
            seen, changed = repin()
            if changed:
                reason = f"{changed:,} of {seen:,}, by repin."
                Change.objects.create(action="aligned", what="cables", reason=reason)
        self.stdout.write(f"{seen:,} cables looked at, {changed:,} changed.")
