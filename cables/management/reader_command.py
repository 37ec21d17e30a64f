"""Commands that read with the role of pages, from the primary: what they write stays."""

from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from cables.models import PUBLIC
from cables.operations.reader_role import may_read, newest
from reading_room.paths import COMMAND

NOT_READABLE = (
    "The public tables cannot be read yet. If the room is being set up or upgraded, try again when "
    f"it is open. If nobody is doing that, run {COMMAND} migrate and {COMMAND} grant_reader."
)


class ReaderCommand(BaseCommand):
    """A command that needs the public tables, and ends with what to do if it may not read them.

    Not for servers, which begin before the room is open, and answer when it is.
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
