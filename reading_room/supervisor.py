"""Supervise the programs of a running room: restart them if they end, stop them together.

`manage.py serve` starts a web server, a worker and, if it is embedded, PostgreSQL. A program that
ends unexpectedly is restarted after a pause; if it keeps ending, the room stops. Web server and
worker end when the supervising process is killed, and `stop` finds whatever is left through the
record in the folder of the embedded PostgreSQL.

The first time they are forked from the process that prepared the room, which has imported what they
need: that takes a fraction of the time, and they share its memory.

    python -m reading_room.supervisor stop
"""

import contextlib
import ctypes
import fcntl
import json
import logging
import os
import re
import runpy
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import psutil

from .embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError, configured_server
from .paths import STOP_COMMAND

MOST_ENDS, WITHIN = 5, 300  # The room stops if a program ends 5 times within 300 seconds.
LONGEST_PAUSE = 30  # Seconds before a restart; 1 at first, then doubled up to this.
LOOK = 0.2  # Seconds between two checks of the programs.
PATIENCE = 40  # Seconds that a program may take to end: the web server completes its responses.
RECORD = "room.json"  # In the folder of the embedded PostgreSQL, written by RoomRecord.
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
log = logging.getLogger(__name__)


class RoomError(Exception):
    """The room cannot run; the message says why and what to do."""


class RestartPolicy:
    """Counts how often a program has ended recently, and when it may be restarted."""

    def __init__(self, name: str, pause: float = 1, is_vital: bool = True):
        self.name, self.pause, self.is_vital = name, pause, is_vital
        self.ends: deque[float] = deque()  # Times of the ends, by time.monotonic().
        self.start_at = 0.0  # By time.monotonic().

    def count_end(self, how: str):
        """Count an end and log when the restart is. Raises RoomError if there were too many."""
        now = time.monotonic()
        self.ends.append(now)
        while self.ends[0] < now - WITHIN:
            self.ends.popleft()
        if self.is_vital and len(self.ends) >= MOST_ENDS:
            raise RoomError(
                f"The {self.name} has ended {MOST_ENDS} times within {WITHIN // 60} minutes, at "
                f"last {how}. The room is closed; what it said stands above."
            )
        pause = min(self.pause * 2 ** (len(self.ends) - 1), LONGEST_PAUSE)
        self.start_at = now + pause
        log.warning("The %s has ended, %s. It is started again in %g s.", self.name, how, pause)

    def is_over(self) -> bool:
        """Tell whether the pause before the restart is over."""
        return time.monotonic() >= self.start_at


class Program:
    """A program that runs as long as the room.

    It has its own session, so that Ctrl-C in the terminal reaches only the supervisor. On Linux it
    gets SIGTERM when the supervisor ends, however that happens. `command` runs Python; it does so
    in `folder`, by default in the current one. `begun` is the number of its process if it runs.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        folder: Path | None = None,
        begun: int | None = None,
        **policy,
    ):
        self.name, self.command, self.folder = name, command, folder
        self.policy = RestartPolicy(name, **policy)
        self.process = None if begun is None else psutil.Process(begun)

    def look(self):
        """Start it if it is not running and its pause is over. Raises RoomError: RestartPolicy."""
        if self.process is None:
            if self.policy.is_over():
                self._start()
        elif (status := exit_status(self.process)) is not None:
            kill_group(self.process)  # If a web server's master is killed, its workers stay.
            self.process = None
            self.policy.count_end(describe_exit(status))

    def _start(self):
        started_by = os.getpid()
        self.process = psutil.Popen(
            self.command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=lambda: end_with(started_by),
        )
        if self.policy.ends:
            log.warning("The %s runs again, as process %s.", self.name, self.process.pid)

    def fork(self, record: "RoomRecord") -> int:
        """Return the number of a fork of this process that runs the command, with its imports.

        In the fork this raises SystemExit when the command ends.
        """
        if pid := record.fork():
            return pid
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        if self.folder:
            os.chdir(self.folder)
        _, *words = (word for word in self.command if word != "-P")
        is_module = words[0] == "-m"
        sys.argv[:] = words[is_module:]
        run = partial(runpy.run_module, alter_sys=True) if is_module else runpy.run_path
        run(sys.argv[0], run_name="__main__")
        sys.exit()

    def close(self):
        """Send SIGTERM, and kill whatever is left after PATIENCE seconds."""
        if self.process is None:
            return
        self.process.terminate()
        with contextlib.suppress(psutil.TimeoutExpired):
            self.process.wait(PATIENCE)
        kill_group(self.process)
        self.process.wait()
        self.process = None


class Part(Protocol):
    """What a room consists of; `look` is called five times a second, and may raise RoomError."""

    def look(self) -> None: ...

    def close(self) -> None: ...


class Database:
    """The embedded PostgreSQL, which other programs may start and stop, and which outlives us."""

    def __init__(self, server: EmbeddedPostgres, **policy):
        self.server = server
        self.policy = RestartPolicy("PostgreSQL server", **policy)
        self.has_ended = False

    def look(self):
        """Restart it if it ended without being stopped. Raises RoomError, see RestartPolicy."""
        if not self.has_ended and self.server.has_died():
            self.has_ended = True
            self.policy.count_end("though nobody stopped it")
        if self.has_ended and self.policy.is_over():
            try:
                self.server.start()
            except EmbeddedPostgresError as error:
                self.policy.count_end(f"with this: {error}")
            else:
                self.has_ended = False
                log.warning("PostgreSQL runs again, as process %s.", self.server.running())

    def close(self):
        """Leave it running, for the next time."""


@dataclass(frozen=True, slots=True)
class Running:
    """A process, identified by its id and its start time, because ids are reused."""

    name: str
    pid: int
    began: float

    @classmethod
    def of(cls, name: str, pid: int):
        return cls(name, pid, psutil.Process(pid).create_time())

    def find(self) -> psutil.Process | None:
        """Return the process if it is still running."""
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(self.pid)
            if process.create_time() == self.began and process.status() != psutil.STATUS_ZOMBIE:
                return process
        return None

    def end(self):
        """Send SIGTERM to the process, and kill its group after twice PATIENCE seconds."""
        if not (process := self.find()):
            return
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            process.terminate()
            deadline = time.monotonic() + 2 * PATIENCE
            # Not `process.wait`: it waits for a zombie too, until its parent asks how it ended.
            while self.find() and time.monotonic() < deadline:
                time.sleep(LOOK)
            if not self.find():
                return
            leads_group = os.getpgid(self.pid) == self.pid
            os.killpg(self.pid, signal.SIGKILL) if leads_group else process.kill()


class RoomRecord:
    """A file with the room's address and processes, locked while the room runs."""

    def __init__(self, folder: Path):
        self.path = folder / RECORD

    @contextlib.contextmanager
    def held(self, address: str, locked: int | None = None) -> Iterator[None]:
        """Hold the lock of the room while the block runs, and record its address.

        `locked` is the descriptor of the file, if this process has locked it already. Raises
        RoomError if another room is running. Stops programs that a killed room left behind.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600) if locked is None else locked
        with open(descriptor, "r+", encoding="utf-8") as self.file:  # noqa: PTH123
            try:
                fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise RoomError(self._is_open()) from None
            for process in self.read()[1]:
                if process.find() and process.pid != os.getpid():
                    log.warning(
                        "The %s of a room that was killed still ran: it ends.", process.name
                    )
                    process.end()
            self.address = address
            self.write([])
            try:
                yield
            finally:
                if not self.file.closed:  # As it is in a fork.
                    self.file.truncate(0)

    def fork(self) -> int:
        """Do as os.fork; the fork leaves the record to its parent, and ends with it."""
        parent = os.getpid()
        if pid := os.fork():
            return pid
        end_with(parent)
        self.file.close()
        return 0

    def write(self, processes: Sequence[tuple[str, int]]):
        """Write the supervisor's own process and these: (name, process id)."""
        running = []
        for name, pid in [("room", os.getpid()), *processes]:
            with contextlib.suppress(psutil.NoSuchProcess):
                running.append(astuple(Running.of(name, pid)))
        self.file.seek(0)
        self.file.truncate()
        self.file.write(json.dumps({"address": self.address, "running": running}))
        self.file.flush()

    def read(self) -> tuple[str, list[Running]]:
        """Return the recorded address and processes, the supervisor first."""
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
            record = json.loads(self.path.read_text(encoding="utf-8"))
            return record["address"], [Running(*each) for each in record["running"]]
        return "", []

    def _is_open(self) -> str:
        address, running = self.read()
        process = f" as process {running[0].pid}" if running else ""
        return (
            f"The room is open already{process}, at {address}; `{STOP_COMMAND}` closes it. For a "
            "second one name another folder in EMBEDDED_POSTGRES_DIR, and another PORT."
        )


class Parent:
    """The program that started this process, such as make.

    When make gets a signal, it waits until its programs have ended, but passes on only SIGTERM.
    It then no longer catches that signal, which is visible on Linux.
    """

    def __init__(self, pid: int | None = None):
        self.pid = os.getppid() if pid is None else pid
        self.caught = self._caught()

    def is_there(self) -> bool:
        """Tell whether it is running and has not received a signal to end."""
        return os.getppid() == self.pid and not self.caught - self._caught()

    def _caught(self) -> set[signal.Signals]:
        """Return which of the signals in ENDING it catches; an empty set if unknown."""
        with contextlib.suppress(OSError):
            status = Path(f"/proc/{self.pid}/status").read_text()
            if caught := re.search(r"SigCgt:\s*(\w+)", status):
                mask = int(caught[1], 16)
                return {each for each in ENDING if mask >> (each - 1) & 1}
        return set()


def supervise(parts: Sequence[Part], record: RoomRecord, is_wanted: Callable[[], bool]):
    """Keep all programs of a room running until a signal arrives or `is_wanted()` is false.

    Raises RoomError if one of them keeps ending. All programs have ended when this returns.
    """
    received: list[int] = []  # Signals.
    for each in ENDING:
        if each != signal.SIGHUP or signal.getsignal(each) != signal.SIG_IGN:  # As under nohup.
            signal.signal(each, lambda number, frame: received.append(number))
    recorded: list[tuple[str, int]] = []
    try:
        while not received and is_wanted():
            for part in parts:
                part.look()
            programs = [part for part in parts if isinstance(part, Program)]
            running = [(each.name, each.process.pid) for each in programs if each.process]
            if running != recorded:
                record.write(running)
                recorded = running
            time.sleep(LOOK)
    finally:
        for part in reversed(parts):
            part.close()


def end_with(parent: int):
    """Between fork and exec, on Linux: let this process get SIGTERM when its parent ends."""
    if LIBC:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # The parent ended before prctl.
            os._exit(1)


def exit_status(process: psutil.Process) -> int | None:
    """Return how a child ended, or None if it has not: its status, or a signal as -9."""
    with contextlib.suppress(psutil.TimeoutExpired):
        return process.wait(0)
    return None


def kill_group(process: psutil.Process):
    """Kill a program that leads a process group, and all processes in it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def describe_exit(status: int) -> str:
    """Return how a process ended: "with status 3", "by SIGKILL"."""
    return f"by {signal.Signals(-status).name}" if status < 0 else f"with status {status}"


def stop(server: EmbeddedPostgres) -> list[str]:
    """Stop the room that uses a server's folder, PostgreSQL last; return what was stopped."""
    _, recorded = RoomRecord(server.folder).read()
    running = [process for process in recorded if process.find()]
    ended = [f"the {process.name} (process {process.pid})" for process in running]
    for process in running:  # The supervisor first; it stops the others.
        process.end()
    if pid := server.running():
        ended.append(f"PostgreSQL (process {pid})")
        server.stop()
    return ended


def main(arguments):
    """Stop the room of the configured folder, and print what was stopped."""
    if arguments != ["stop"]:
        return "Usage: python -m reading_room.supervisor stop"
    server = configured_server()
    ended = stop(server)
    print(f"Closed: {', '.join(ended)}." if ended else f"Nothing of {server.folder} runs.")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except EmbeddedPostgresError as error:
        sys.exit(f"reading_room.supervisor: {error}")
