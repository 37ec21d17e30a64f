"""Keep a prepared room open: run its programs, and say when it answers.

`manage.py serve` prepares a room and then becomes this program. It lasts as long as the room, so it
imports no Django and needs a fraction of the memory.

    python -m reading_room.open_room PORT LOCK PARENT [WEB WORKER]

LOCK is the file descriptor of the room's record, which is locked; PARENT the process with which
the room ends, 0 if with none; WEB and WORKER are the processes that `serve` began.
"""

import gc
import logging.config
import os
import socket
import sys
from contextlib import suppress
from typing import NoReturn, TextIO

from . import logs
from .embedded_postgres import configured_server
from .paths import IS_INSTALLED, NO_INDEX, PROJECT, WORK, command_line
from .supervisor import LIBC, Database, Parent, Part, Program, RoomError, RoomRecord, supervise

ADDRESS = "127.0.0.1"
PATIENCE = 2  # Seconds for an answer of the web server.
M_ARENA_MAX = -8  # Of glibc's mallopt.


def address_of(port: int) -> str:
    return f"http://{ADDRESS}:{port}/"


def become_open_room(port: int, record: RoomRecord, parent: Parent | None) -> NoReturn:
    """Begin the programs, and replace this process, which holds the record, by this one.

    Its number, its lock and its children stay.
    """
    sys.stdout.flush()
    gc.collect()
    gc.freeze()  # In the forks it would touch the memory that they share.
    parts = programs(port)
    if LIBC:  # It reads the variable only when a process starts.
        with suppress(AttributeError, ValueError):  # Another library than glibc; no number.
            LIBC.mallopt(M_ARENA_MAX, int(os.environ["MALLOC_ARENA_MAX"]))
    begun = [program.fork(record) for program in parts]
    lock = record.file.fileno()
    os.set_inheritable(lock, True)
    # In an installed room anything may lie in the current folder.
    start = ["-P"] if IS_INSTALLED else []
    if not IS_INSTALLED:
        os.chdir(PROJECT)
    arguments = [str(each) for each in (port, lock, parent.pid if parent else 0, *begun)]
    os.execv(sys.executable, [sys.executable, *start, "-m", __name__, *arguments])  # noqa: S606


class Opening:
    """Says that the room is open, once it answers; before, once, what does not work yet."""

    def __init__(self, port: int, out: TextIO):
        self.port, self.address, self.out = port, address_of(port), out
        self.said = ""

    def look(self):
        """Ask /readyz, unless it was ready before."""
        if self.said.startswith("The room is open"):
            return
        with suppress(OSError):  # Without http.client, which takes 3 MB.
            with socket.create_connection((ADDRESS, self.port), PATIENCE) as server:
                server.sendall(b"GET /readyz HTTP/1.0\r\n\r\n")
                answer = server.makefile("rb").read().decode()
            if " 200 " in answer.partition("\r\n")[0]:
                self.say(f"The room is open: {self.address} (Ctrl-C closes it)")
            elif answer.rpartition("\r\n")[2].strip() == NO_INDEX:
                self.say(f"{self.address} can be read; its search index is being built.")

    def say(self, sentence: str):
        """Print a sentence that was not the last one."""
        if sentence != self.said:
            self.out.write(f"{sentence}\n")
            self.out.flush()
        self.said = sentence

    def close(self):
        """Do nothing: it is no program."""


def programs(port: int, web: int | None = None, worker: int | None = None) -> list[Program]:
    """Return web server and worker, in the order in which they are started.

    `web` and `worker` are the numbers of their processes if they run.
    """
    return [
        # Gunicorn would look for modules in the current folder first, in which anything may lie.
        Program("web server", gunicorn(port), folder=PROJECT, begun=web),
        # Not vital: it cannot run while an external database is down. `serve` has done the checks.
        Program("worker", command_line(*WORK), begun=worker, is_vital=False),
    ]


def gunicorn(port: int) -> list[str]:
    """Return the command of the web server: two processes with four threads each.

    Gunicorn reads further options such as "--access-logfile -", GUNICORN_CMD_ARGS, from the
    environment; the number of processes is in reading_room.gunicorn.
    """
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")  # glibc: less unused memory for each thread.
    return [
        *(sys.executable, "-P", "-m", "gunicorn", "reading_room.wsgi"),
        *("--chdir", str(PROJECT), "--bind", f"{ADDRESS}:{port}"),
        *("--threads", "4", "--preload", "--log-level", "warning"),
        *("--config", "python:reading_room.gunicorn"),
    ]


def main(port: str, lock: str, parent: str, *begun: str) -> str | None:
    """Run the room until it is to end; return why it had to, if so."""
    level, form = os.environ.get("LOG_LEVEL") or "INFO", os.environ.get("LOG_FORMAT") or "text"
    logging.config.dictConfig(logs.log_configuration(level, form))
    record, ends_with = RoomRecord(configured_server().folder), Parent(int(parent))
    try:
        with record.held(address_of(int(port)), int(lock)):
            parts: list[Part] = [*programs(int(port), *map(int, begun))]
            if "DATABASE_URL" not in os.environ:
                parts.insert(0, Database(configured_server()))
            parts.append(Opening(int(port), sys.stdout))
            supervise(parts, record, lambda: parent == "0" or ends_with.is_there())
    except RoomError as error:
        return str(error)
    return None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
