"""A web server of its own for a benchmark, and visitors who note how long each answer takes."""

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

HOST = "127.0.0.1"
PATIENCE = 60  # Seconds for a start, and for an answer.
SYSTEM_CACHE = Path("/proc/sys/vm/drop_caches")


@dataclass(frozen=True, slots=True)
class Visit:
    kind: str
    milliseconds: float
    status: int  # 0 if there was no answer.


def free_port() -> int:
    return free_ports(1)[0]


def free_ports(number: int) -> list[int]:
    """Return different ports: asked for one after the other, two may be the same."""
    with contextlib.ExitStack() as held:
        listeners = [held.enter_context(socket.create_server((HOST, 0))) for _ in range(number)]
        return [each.getsockname()[1] for each in listeners]


@contextlib.contextmanager
def serving(
    command: list[str], port: int, log: Path | None = None, **environment: str
) -> Iterator[subprocess.Popen]:
    """Run a web server until the block ends; yield its process. `log` gets what it complains of.

    Raises OSError if it does not answer in time.
    """
    with (
        Path(log or os.devnull).open("w") as complaints,
        subprocess.Popen(
            command, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=complaints
        ) as server,
    ):
        try:
            deadline = time.monotonic() + PATIENCE
            while not answers(port):
                if server.poll() is not None or time.monotonic() > deadline:
                    raise OSError(f"{command[0]} does not answer on port {port}.")
                time.sleep(0.1)
            yield server
        finally:
            server.terminate()


def nginx() -> str | None:
    """Return the program nginx, which is not in everyone's PATH; None if it is not installed."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False


class Visitor:
    """Asks a server on this machine, one question after the other, over one connection."""

    def __init__(self, port: int):
        self.connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)

    def visit(self, address: str, kind: str = "") -> Visit:
        """Return how long a whole answer took, and its status."""
        start = time.perf_counter()
        try:
            self.connection.request("GET", address)
            response = self.connection.getresponse()
            response.read()
            status = response.status
        except (OSError, http.client.HTTPException):
            self.connection.close()
            status = 0
        return Visit(kind, (time.perf_counter() - start) * 1_000, status)

    def header(self, address: str, name: str) -> str:
        """Return a header of an answer. Raises OSError if it is not a page."""
        self.connection.request("GET", address)
        response = self.connection.getresponse()
        response.read()
        if response.status != 200 or response.headers[name] is None:
            raise OSError(f"{address} answers {response.status}.")
        return response.headers[name]


def crowd(port: int, seconds: int, lists: Iterable[Sequence[str]]) -> list[Visit]:
    """Return the visits of several readers at once, each with a list of addresses."""
    visits, end = [], time.monotonic() + seconds

    def read(addresses):
        visitor = Visitor(port)
        for address in cycle(addresses):
            if time.monotonic() > end:
                return
            visits.append(visitor.visit(address))

    readers = [threading.Thread(target=read, args=[addresses]) for addresses in lists]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return visits


def forget_disk() -> None:
    """Take out of memory what was read of the disk.

    Raises OSError where the system does not let us: it takes root, on Linux.
    """
    os.sync()
    SYSTEM_CACHE.write_text("3")
