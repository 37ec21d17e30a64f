"""What commands of the room share: how they fail, and how they read."""

from typing import ClassVar

from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from cables.models import PUBLIC, Collection
from cables.operations.reader_role import may_read, newest
from reading_room.paths import COMMAND

NOT_READABLE = (
    "The public tables cannot be read yet. If the room is being set up or upgraded, try again when "
    f"it is open. If nobody is doing that, run {COMMAND} migrate and {COMMAND} grant_reader."
)


class RoomCommand(BaseCommand):
    """A command that ends with a sentence where it fails in a way that is known.

    `told` are the errors whose message is that sentence. Of a file that cannot be read or written
    it says which one and why.
    """

    told: ClassVar[tuple[type[Exception], ...]] = ()

    def execute(self, *args, **options):
        try:
            return super().execute(*args, **options)
        except self.told as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            named = error.filename or options.get("file") or options.get("folder")
            why = error.strerror or str(error)
            raise CommandError(f"{named}: {why}" if named else why) from error


class ReaderCommand(RoomCommand):
    """A command that needs the public tables, and ends with what to do if it may not read them.

    It reads with the role of pages, from the primary: what it writes stays. Not for servers, which
    begin before the room is open, and answer when it is.
    """

    @newest()
    def execute(self, *args, **options):
        try:
            is_readable = may_read(PUBLIC)
        except Error as error:
            raise CommandError(f"The database does not answer: {str(error).strip()}") from error
        if not is_readable:
            raise CommandError(NOT_READABLE)
        return super().execute(*args, **options)


def collection_named(slug: str) -> Collection:
    """Return a collection. Raises CommandError, which names those that there are."""
    if found := Collection.objects.filter(slug=slug).first():
        return found
    known = ", ".join(Collection.objects.values_list("slug", flat=True))
    raise CommandError(f"There is no collection {slug!r}. There are: {known}.")
