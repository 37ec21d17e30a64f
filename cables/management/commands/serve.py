"""Prepare the application and serve it: migrations, static files, specimens, server, worker."""

import errno
import io
import os
import socket
import sys
from contextlib import closing, suppress
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from cables.loader import finish_killed_load, remove_misplaced_specimens
from cables.loader.specimen_collections import COLLECTIONS, FOLDER, add_specimen_texts
from cables.models import Cable
from cables.operations.static_files import collect_changed_files
from cables.search_index import indexer
from cables.search_index.folder import IndexBusy
from reading_room.health import NO_INDEX
from reading_room.paths import command_line
from reading_room.supervisor import Database, Parent, Program, RoomError, RoomRecord, supervise

ADDRESS = "127.0.0.1"
SMALL = 500  # Cables, which are indexed in less than a second.
PATIENCE = 2  # Seconds for an answer of the web server.


class Command(BaseCommand):
    help = (
        "Bring the database up to date, load cables into an empty room, and serve it, with a "
        "worker beside it."
    )

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
            self.prepare(load)
            return
        parent = Parent()
        address = f"http://{ADDRESS}:{settings.PORT}/"
        record = RoomRecord(settings.ROOM_DIR)
        try:
            with record.held(address):
                check_port(settings.PORT)
                self.prepare(load)
                parts = [*programs(), Opening(address, self.stdout)]
                supervise(parts, record, lambda: not end_with_parent or parent.is_there())
        except RoomError as error:
            raise CommandError(str(error)) from None

    def prepare(self, load):
        """Migrate, collect static files, and load the file `load` or, without cables, specimens.

        The search index of a small archive is built at once; the worker builds that of a large one.
        """
        self.stdout.write("Bringing the database and the room's files up to date.")
        self.stdout.flush()
        call_command("migrate", verbosity=0)
        call_command("grant_reader", stdout=io.StringIO())
        call_command("check", databases=["default"], stdout=io.StringIO())  # Also APPROVALS.
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


class Opening:
    """Says that the room is open, once it answers; before, once, what does not work yet."""

    def __init__(self, address: str, out):
        self.address, self.out = address, out
        self.said = ""

    def look(self):
        """Ask /readyz, unless it was ready before."""
        if self.said.startswith("The room is open"):
            return
        with suppress(OSError, HTTPException):
            with closing(HTTPConnection(ADDRESS, settings.PORT, timeout=PATIENCE)) as server:
                server.request("GET", "/readyz")
                answer = server.getresponse()
                text = answer.read().decode()
            if answer.status == HTTPStatus.OK:
                self.say(f"The room is open: {self.address} (Ctrl-C closes it)")
            elif text.strip() == NO_INDEX:
                self.say(f"{self.address} can be read; its search index is being built.")

    def say(self, sentence: str):
        """Print a sentence that was not the last one."""
        if sentence != self.said:
            self.out.write(sentence)
            self.out.flush()
        self.said = sentence

    def close(self):
        """Do nothing: it is no program."""


def load_specimens(**options):
    """Load the specimens, each kind of source into its own collection, and texts about them."""
    for folder, _, _ in COLLECTIONS.values():
        call_command("load_cables", str(FOLDER / folder), **options)
    add_specimen_texts()


def programs() -> list[Database | Program]:
    """Return the programs to run, in the order in which they are started."""
    embedded = [Database(settings.EMBEDDED_POSTGRES)] if settings.EMBEDDED_POSTGRES else []
    return [
        *embedded,
        # Gunicorn would look for modules in the current folder first, in which anything may lie.
        Program("web server", gunicorn(settings.PORT), folder=settings.BASE_DIR),
        # Not vital: it cannot run while an external database is down. `serve` has done the checks.
        Program("worker", command_line("work", "--skip-checks"), is_vital=False),
    ]


def gunicorn(port):
    """Return the command of the web server: two processes with four threads each.

    Gunicorn reads the number of processes, WEB_CONCURRENCY, and further options such as
    "--access-logfile -", GUNICORN_CMD_ARGS, from the environment.
    """
    os.environ.setdefault("WEB_CONCURRENCY", "2")
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")  # glibc: less unused memory for each thread.
    return [
        *(sys.executable, "-P", "-m", "gunicorn", "reading_room.wsgi"),
        *("--chdir", str(settings.BASE_DIR), "--bind", f"{ADDRESS}:{port}"),
        *("--threads", "4", "--preload", "--log-level", "warning"),
        *("--config", "python:reading_room.gunicorn"),
    ]


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
