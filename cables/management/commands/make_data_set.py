"""Make a data set of all published cables now; the worker makes one each day."""

from django.conf import settings
from django.core.management.base import CommandError

from cables.api.data_sets import make_data_set, remove_unreadable
from cables.management.room_command import ReaderCommand
from cables.models import State


class Command(ReaderCommand):
    help = (
        "Make a data set of all published cables, as the worker does each day, and remove those "
        "that readers may not have any more. It needs DATA_SETS."
    )

    def handle(self, **options):
        if not settings.DATA_SETS:
            raise CommandError(
                "DATA_SETS is not set: the address of the room, https://cables.example.org."
            )
        try:
            remove_unreadable()
            made = make_data_set()
        except State.DoesNotExist:
            raise CommandError("There are no cables.") from None
        except FileExistsError as error:
            raise CommandError(f"There is one of this state already: {error.filename}.") from None
        size = sum(file.size for file in made.files)
        self.stdout.write(
            f"{made.cables:,} cables, {made.withheld:,} more withheld, in {len(made.files)} files "
            f"of {size / 1e6:,.1f} MB: {made.folder}."
        )
