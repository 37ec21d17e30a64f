"""Find the room's files: beside manage.py in a checkout; else in the package and a user's folder.

In an installed package, templates and static files lie in `bundled`, and the data in the folder
that the system has for data of the user's programs (Linux: ~/.local/share/reading-room).
"""

import os
import shlex
import sys
from pathlib import Path

DISTRIBUTION = "cable-reading-room"
PROJECT = Path(__file__).resolve().parent.parent  # If installed: the folder of all packages.
IS_INSTALLED = not (PROJECT / "manage.py").is_file()
# The folder of templates, static files and requirements.txt.
RESOURCES = Path(__file__).resolve().with_name("bundled") if IS_INSTALLED else PROJECT
# Settings that name a folder.
FOLDERS = ("EMBEDDED_POSTGRES_DIR", "UPLOADS_DIR", "SEARCH_INDEX_DIR", "DATA_SETS_DIR", "PG_BINDIR")
# What messages tell to type.
COMMAND = "reading-room" if IS_INSTALLED else "manage.py"
WORK = ["work", "--skip-checks"]  # How `serve`, which has checked all, starts its worker.
STOP_COMMAND = "reading-room stop" if IS_INSTALLED else "make stop"
# What /readyz answers where no search index is; the program that opens a room knows it by that.
NO_INDEX = (
    "Not ready: this machine has no search index of this archive in SEARCH_INDEX_DIR. "
    f"Run {COMMAND} work on it, which builds one."
)


def room_folder() -> Path:
    """Return the folder of the embedded PostgreSQL, with the secret key, uploads and the index.

    EMBEDDED_POSTGRES_DIR names it; a relative path starts at the checkout, or at the current folder
    of an installed room.
    """
    named = os.environ.get("EMBEDDED_POSTGRES_DIR")
    if not IS_INSTALLED:
        return PROJECT / (named or ".postgres")
    if named:
        return Path(named).absolute()
    from platformdirs import user_data_path  # Nothing else of a checkout needs it.

    return user_data_path("reading-room", appauthor=False)


def make_folders_absolute() -> None:
    """Let settings that name a folder start at the current one, also in programs started elsewhere.

    For an installed room; the current folder of a checkout's programs is the checkout.
    """
    for name in FOLDERS:
        if named := os.environ.get(name):
            os.environ[name] = str(Path(named).absolute())


def static_root() -> Path:
    """Return the folder of collected static files; in an installed room one for each release."""
    if not IS_INSTALLED:
        return PROJECT / "staticfiles"
    return room_folder() / "staticfiles" / room_version()


def room_version() -> str:
    """Return the version of the room, which pyproject.toml states: "1.0.0"."""
    # Not above: the program that keeps a room open needs neither.
    if IS_INSTALLED:
        from importlib.metadata import version

        return version(DISTRIBUTION)
    import tomllib

    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    return str(project["version"])


def typed_command(name: str, *files: str) -> str:
    """Return what to type for a command on files of the project: "manage.py load_cables a/b".

    The files of an installed room are not in the current folder, so it gets their whole paths.
    """
    paths = [str(PROJECT / file) if IS_INSTALLED else file for file in files]
    return shlex.join([COMMAND, name, *paths])


def install_command(*packages: str) -> str:
    """Return what to type so that the room finds more packages."""
    if IS_INSTALLED:
        with_uvx = " ".join(f"--with {package}" for package in packages)
        return f"pipx inject {DISTRIBUTION} {' '.join(packages)} (with uvx: {with_uvx})"
    return f".venv/bin/python -m pip install {' '.join(packages)}"


def command_line(*arguments: str) -> list[str]:
    """Return the command that runs a management command in a process of its own."""
    # Without -P the current folder, in which anything may lie, would come before the packages.
    start = ["-P", "-m", "reading_room"] if IS_INSTALLED else [str(PROJECT / "manage.py")]
    return [sys.executable, *start, *arguments]
