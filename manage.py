#!/usr/bin/env python
"""Django's command line; it starts the embedded PostgreSQL first where that is the database."""

from reading_room.command_line import run

if __name__ == "__main__":
    run("manage.py")
