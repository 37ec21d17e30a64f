"""The way in for readers: all that a fresh folder needs, then the web server."""

import errno
import io
import os
import socket
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from cables.loader import finish_killed_load, remove_misplaced_specimens
from cables.loader.specimens import COLLECTIONS, FOLDER
from cables.models import Cable

ADDRESS = "127.0.0.1"


class Command(BaseCommand):
    help = (
        "Bring the database up to date, load cables into an empty room, and serve it, with a "
        "worker beside it."
    )

    def add_arguments(self, parser):
        parser.add_argument("--load", metavar="PATH", help="load this file or folder first")

    def handle(self, *, load, **options):
        check_port(settings.PORT)
        call_command("migrate", verbosity=0)
        call_command("grant_reader", stdout=io.StringIO())
        finish_killed_load(self.stdout.write)
        if static_files_changed():
            call_command("collectstatic", interactive=False, verbosity=0)
        if load:
            call_command("load_cables", load)
        remove_misplaced_specimens(self.stdout.write)
        if not Cable.objects.exists():
            self.stdout.write("The room is empty: it gets the specimen archive.")
            load_specimens()
        self.stdout.write(f"The room is open: http://{ADDRESS}:{settings.PORT}/ (Ctrl-C closes it)")
        self.stdout.flush()
        start_worker()
        os.execv(sys.executable, gunicorn(settings.PORT))


def load_specimens(**options):
    """Load what came with the room: each kind of source into a collection that says what it is."""
    for folder, _, _ in COLLECTIONS.values():
        call_command("load_cables", str(FOLDER / folder), **options)


def start_worker():
    """Start what keeps a worker running. It ends when the web server has ended.

    It waits for the end of a pipe whose other end the server and its processes hold.
    """
    end, kept = os.pipe()
    os.set_inheritable(kept, True)
    command = [sys.executable, sys.argv[0], "work", "--keep"]
    # In a session of its own: Ctrl-C in the terminal is for the server alone.
    subprocess.Popen(command, stdin=end, start_new_session=True)
    os.close(end)


def gunicorn(port):
    """Return the command of the web server: two processes, four threads each.

    Gunicorn reads WEB_CONCURRENCY, another number of processes, and GUNICORN_CMD_ARGS, such as
    "--access-logfile -", from the environment.
    """
    os.environ.setdefault("WEB_CONCURRENCY", "2")
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")  # glibc: less memory lies idle in each thread.
    return [
        *(sys.executable, "-m", "gunicorn", "reading_room.wsgi"),
        *("--chdir", str(settings.BASE_DIR), "--bind", f"{ADDRESS}:{port}"),
        *("--threads", "4", "--preload", "--log-level", "warning"),
        *("--config", "python:reading_room.gunicorn"),
    ]


def check_port(port):
    """Raise CommandError with the remedy if the web server could not listen on a port."""
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


def static_files_changed():
    """Tell whether a static file is newer than what was last collected."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if settings.DEBUG:  # Then Django serves them from where they lie.
        return False
    if not manifest.exists():
        return True
    newest = max(
        Path(storage.path(name)).stat().st_mtime
        for finder in get_finders()
        for name, storage in finder.list([])
    )
    return newest > manifest.stat().st_mtime
