"""The project as a package: built, laid out as an installation does, and opened."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

from tests.paths import PROJECT
from tests.waiting import PATIENCE

# The settings of the tests' own room must not reach the installed one.
DROPPED = (
    "DATABASE_URL",
    "READER_DATABASE_URL",
    "EMBEDDED_POSTGRES_DIR",
    "SECRET_KEY",
    "PYTHONPATH",
)


def build_wheel(folder: Path) -> Path:
    """Build the package into a folder, and return its file."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(done.stdout + done.stderr)
    return next(folder.glob("*.whl"))


def unpack(wheel: Path, folder: Path) -> None:
    """Put the files of a package where Python finds them, as pip does."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)


class InstalledRoom:
    """The command `reading-room` of one user, who has a home and works in another folder."""

    def __init__(self, folder: Path, command: list, port: int, **variables):
        self.command, self.port = list(map(str, command)), port
        self.home, self.work = folder / "home", folder / "work"
        for each in (self.home, self.work):
            each.mkdir()
        self.data = self.home / ".local" / "share" / "reading-room"
        kept = {name: value for name, value in os.environ.items() if name not in DROPPED}
        kept = {name: value for name, value in kept.items() if not name.startswith("XDG_")}
        self.environment = kept | {"HOME": str(self.home), "PORT": str(port)} | variables

    def start(self, *arguments) -> subprocess.Popen:
        """Start a command; its output is text."""
        return subprocess.Popen(
            [*self.command, *map(str, arguments)],
            cwd=self.work,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments) -> str:
        """Run a command to its end, and return its output. Raises AssertionError if it fails."""
        process = self.start(*arguments)
        output, _ = process.communicate(timeout=PATIENCE)
        if process.returncode:
            raise AssertionError(f"{arguments} ended with status {process.returncode}:\n{output}")
        return output

    def page(self, process, address="/") -> str:
        """Return a page of the room that a process serves, as soon as it is there."""
        deadline = time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{address}") as response:
                    return response.read().decode()
            except urllib.error.HTTPError:
                raise
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"It does not answer:\n{self.close(process)}")

    def style_sheet(self, page: str) -> str:
        """Return the address of the first style sheet of a page."""
        return re.search(r'href="(/static/[^"]+\.css)"', page)[1]

    @staticmethod
    def close(process) -> str:
        """Do as Ctrl-C does; return what the command has printed."""
        process.send_signal(signal.SIGINT)
        return process.communicate(timeout=PATIENCE)[0]
