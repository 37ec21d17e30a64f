"""The commands `manage.py` and `reading-room`: Django's command line over the room's database.

It starts the embedded PostgreSQL first where that is the database. `reading-room` is the command of
an installed room.
"""

import gc
import io
import os
import sys
from contextlib import suppress
from threading import Thread

from django.core.exceptions import ImproperlyConfigured

from .embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError
from .paths import IS_INSTALLED, make_folders_absolute, room_folder, room_version

# Commands that need no database, so that nothing is started for them.
WITHOUT_DATABASE = {
    *("help", "version", "check", "collectstatic", "findstatic", "diffsettings"),
    *("makemessages", "compilemessages", "startapp", "startproject"),
}
HELP = {"-h", "--help", "--version"}
USAGE = """\
reading-room serve                 open the room at http://127.0.0.1:8000 (Ctrl-C closes it)
reading-room load PATH ...         load cables from files or folders
reading-room curator               create an account for the desk at /admin/
reading-room check FILE            look up the citations and quotations of a text
reading-room stop                  stop the room and its PostgreSQL
reading-room help                  list all commands; reading-room COMMAND --help explains one

Settings are environment variables, such as PORT and DATABASE_URL. The data lie in
{folder}
or in EMBEDDED_POSTGRES_DIR.
"""
LONG_NAMES = {"load": "load_cables", "curator": "make_curator", "check": "check_text"}


def main() -> None:
    """Run `reading-room` with the arguments in sys.argv."""
    words = sys.argv[1:]
    if IS_INSTALLED:
        make_folders_absolute()
    if words[:1] == ["manage"]:  # As in "manage.py COMMAND".
        words = words[1:]
    if not words or words[0] in {"-h", "--help"}:
        print(USAGE.format(folder=room_folder()), end="")
    elif words == ["--version"]:
        print(room_version() if IS_INSTALLED else "not installed: a checkout")
    elif words == ["stop"]:
        stop()
    else:
        # Settings and argument parsers read sys.argv; its first word is the program in their help.
        # Django's own check, which takes options alone, stays what it is.
        is_djangos = words[0] == "check" and (not words[1:] or words[1].startswith("-"))
        name = words[0] if is_djangos else LONG_NAMES.get(words[0], words[0])
        sys.argv[:] = ["reading-room", name, *words[1:]]
        run("reading-room", prepares=words[0] == "load")


def stop() -> None:
    """Stop the room and its PostgreSQL."""
    from . import supervisor

    try:
        supervisor.main(["stop"])
    except EmbeddedPostgresError as error:
        sys.exit(f"reading-room: {error}")


def run(program: str, *, prepares: bool = False) -> None:
    """Run the management command in sys.argv; start the embedded PostgreSQL if it is needed.

    With `prepares` the database is brought up to date first. Wrong settings end the program with
    what to write instead.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reading_room.settings")
    from django.conf import settings
    from django.core.management import execute_from_command_line

    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    wants_help = not HELP.isdisjoint(sys.argv)
    try:
        if settings.EMBEDDED_POSTGRES and command not in WITHOUT_DATABASE and not wants_help:
            start_meanwhile(settings.EMBEDDED_POSTGRES)
            set_up()
            settings.EMBEDDED_POSTGRES.start()
        if prepares and not wants_help:
            prepare_database()
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, EmbeddedPostgresError) as error:
        sys.exit(f"{program}: {error}")


def set_up() -> None:
    """Import the room. What is imported stays, so the garbage collector need not look at it."""
    import django

    gc.disable()
    try:
        django.setup()
    finally:
        gc.freeze()
        gc.enable()


def start_meanwhile(server: EmbeddedPostgres) -> None:
    """Begin to start a server: `server.start`, called later, waits for it and says what failed."""

    def start():
        with suppress(EmbeddedPostgresError):
            server.start()

    Thread(target=start, name="start of PostgreSQL", daemon=True).start()


def prepare_database() -> None:
    """Migrate the database and let readers read the public tables."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("grant_reader", stdout=io.StringIO())
