"""Erase a cable for good."""

from cables.curation.erasures import erase
from cables.loader import LoadError, one_load
from cables.management.room_command import RoomCommand
from cables.operations.vacuum_tables import sweep
from cables.telegram.references import canonical_reference
from reading_room.paths import COMMAND


class Command(RoomCommand):
    told = (ValueError, LoadError)
    help = (
        "Remove a cable for good: text, versions, copies, originals, notes, rows of loads. Its "
        "address then shows the reason. Earlier backups still have it, and so do the files of the "
        f"database until {COMMAND} scrub."
    )

    def add_arguments(self, parser):
        parser.add_argument("reference", metavar="REFERENCE", help="in any spelling")
        parser.add_argument("--reason", required=True, help="which its address then shows")

    def handle(self, *, reference, reason, **options):
        with one_load():
            names = erase(canonical_reference(reference, any_year=True), reason)
            visible = sweep()
        self.stdout.write(f"{', '.join(names)} erased. Backups made before still hold the text.")
        self.stdout.write(f"The files of the database may, until {COMMAND} scrub.")
        if visible:
            message = "Transactions that began before may still read it"
            self.stdout.write(f"{message}, in {', '.join(visible)}.")
