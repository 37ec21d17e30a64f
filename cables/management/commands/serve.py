"""Prepare the application and serve it: migrations, static files, specimens, server, worker."""

import errno
import io
import os
import socket
import sys
from contextlib import suppress

from django.conf import settings
from django.core.checks import Tags
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.urls import reverse

from cables.loader import finish_killed_load, remove_misplaced_specimens
from cables.loader.specimen_collections import COLLECTIONS, FOLDER, add_specimen_texts
from cables.models import Cable
from cables.operations.static_files import collect_changed_files
from cables.search_index import indexer
from cables.search_index.folder import IndexBusy
from reading_room.open_room import ADDRESS, address_of, become_open_room
from reading_room.supervisor import Parent, RoomError, RoomRecord

SMALL = 500  # Cables, which are indexed in less than a second.


class Command(BaseCommand):
    help = (
        "Bring the database up to date, load cables into an empty room, and serve it, with a "
        "worker beside it."
    )
    requires_system_checks = ()  # They run while the database is prepared.

    def add_arguments(self, parser):
        parser.add_argument("--load", metavar="PATH", help="load this file or folder first")
        parser.add_argument(
            "--end-with-parent",
            action="store_true",
            help="stop when the program that started this one, such as make, ends or is stopped",
        )

        parser.add_argument(
            "--prepare-only",
            action="store_true",
            help="bring everything up to date and load, but do not serve",
        )

    def handle(self, *, load, end_with_parent, prepare_only=False, **options):
        if prepare_only:
            self.check()
            self.prepare(load)
            return
        parent = Parent()
        record = RoomRecord(settings.ROOM_DIR)
        try:
            with record.held(address_of(settings.PORT)):
                check_port(settings.PORT)
                self.prepare_in_fork(record, load)
                become_open_room(settings.PORT, record, parent if end_with_parent else None)
        except RoomError as error:
            raise CommandError(str(error)) from None

    def prepare_in_fork(self, record, load):
        """Prepare without keeping in memory what only that needs; meanwhile check and import.

        Raises SystemExit if the preparation fails, and SystemCheckError.
        """
        connections.close_all()  # They are not for two processes.
        if pid := record.fork():
            self.check()
            import_web_server()
            _, status = os.waitpid(pid, 0)
            if status:
                sys.exit(os.waitstatus_to_exitcode(status))
            return
        self.prepare(load)
        connections.close_all()
        self.stdout.flush()
        os._exit(0)  # An end that takes all imports apart lasts half as long as the preparation.

    def prepare(self, load):
        """Migrate, collect static files, and load the file `load` or, without cables, specimens.

        The search index of a small archive is built at once; the worker builds that of a large one.
        """
        self.stdout.write("Bringing the database and the room's files up to date.")
        self.stdout.flush()
        call_command("migrate", verbosity=0)
        call_command("grant_reader", stdout=io.StringIO())
        # Also APPROVALS.
        self.check(tags=[Tags.database], databases=["default"])
        finish_killed_load(self.stdout.write)
        collect_changed_files()
        if load:
            call_command("load_cables", load)
        remove_misplaced_specimens(self.stdout.write)
        if not Cable.objects.exists():
            self.stdout.write("The room is empty: it gets the invented cables, as specimens.")
            load_specimens()
        if Cable.objects.count() < SMALL:
            with suppress(IndexBusy):
                indexer.update()


def import_web_server():
    """Import what the web server needs, which is forked from this process, and read addresses."""
    # Not reading_room.wsgi: it lists the static files, which are collected meanwhile.
    import gunicorn.app.wsgiapp  # noqa: F401

    import reading_room.gunicorn
    import reading_room.waitress_worker  # noqa: F401

    reverse("home")


def load_specimens(**options):
    """Load the specimens, each kind of source into its own collection, and texts about them."""
    for folder, _, _ in COLLECTIONS.values():
        call_command("load_cables", str(FOLDER / folder), **options)
    add_specimen_texts()


def check_port(port):
    """Raise CommandError, saying what to do, if the web server cannot listen on a port."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((ADDRESS, port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            why = "another program uses it" if taken else error.strerror
            raise CommandError(
                f"PORT is {port}: {why}. Choose another one, such as PORT={port % 1000 + 8001}."
            ) from None
