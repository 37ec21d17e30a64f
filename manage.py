#!/usr/bin/env python
"""Django's command line; it starts the embedded PostgreSQL first where that is the database."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured

from reading_room.embedded_postgres import EmbeddedPostgresError

# Commands that need no database, so that nothing is started for them.
WITHOUT_DATABASE = {
    *("help", "version", "check", "collectstatic", "findstatic", "diffsettings"),
    *("makemessages", "compilemessages", "startapp", "startproject"),
}


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reading_room.settings")
    from django.conf import settings
    from django.core.management import execute_from_command_line

    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    wants_help = not {"-h", "--help", "--version"}.isdisjoint(sys.argv)
    try:
        if settings.EMBEDDED_POSTGRES and command not in WITHOUT_DATABASE and not wants_help:
            settings.EMBEDDED_POSTGRES.start()
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, EmbeddedPostgresError) as error:
        sys.exit(f"manage.py: {error}")


if __name__ == "__main__":
    main()
