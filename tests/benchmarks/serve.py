"""How many readers the room serves: whole pages over HTTP from wrk, directly and through nginx."""

import json
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from urllib.request import urlopen

import psutil

from cables.operations.static_files import collect_changed_files
from reading_room.open_room import gunicorn
from tests.proxies import FREE, nginx_before

from .database import postgres_version
from .pages import marked
from .report import machine, table
from .traffic import Traffic
from .web import HOST, Visitor, free_port, nginx, serving

CONNECTIONS = 32
ASKED_A_SECOND = 1_000  # Addresses that are drawn; where more are asked for, they begin anew.
KNOWN = 1_000  # Addresses whose pages a reader has.
HOT = 10  # Pages that a crowd opens.
NEEDED = "This takes wrk and nginx. On Debian and Ubuntu: apt-get install wrk nginx"
PATIENCE = 30  # Seconds.
SLOWEST, MOST_MEMORY = 3_000, 600  # Milliseconds of 99 of 100 answers; megabytes.
HEADING = (
    *("", "answers", "a second", "p50 ms", "p99 ms", "from the cache", "errors", "MB"),
    "budget: a second, p99 ms, MB",
)
SCRIPT = Path(__file__).with_name("ask.lua")
LOGGED = re.compile(r"(?m)^[\d-]{10} [\d:,]+ (.+)$")  # A line of the room's log, behind its time.
NGINX = """
daemon off;
pid {folder}/pid;
error_log stderr;
worker_processes auto;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    types {{ text/html html; }}
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    server {{ listen {host}:{port}; root {folder}; }}
}}
"""


@dataclass(frozen=True, slots=True)
class Served:
    """What wrk counted, the memory of the server's processes after it in bytes, and their log."""

    answers: int
    seconds: float
    p50: float  # Milliseconds.
    p99: float
    hits: int
    unchanged: int
    wrong: dict[str, int]  # By status, or by what failed without one: "503", "timeout".
    memory: int
    logged: dict[str, int]  # What the server complained of meanwhile.

    @property
    def errors(self) -> int:
        return sum(self.wrong.values())

    def row(self, name: str, budget: int | None = None) -> tuple[str, ...]:
        """Return its row of the table; what is over its budget is bold."""
        rate, memory = self.answers / self.seconds, self.memory / 1e6
        return (
            name,
            f"{self.answers:,}",
            marked(f"{rate:,.0f}", budget is not None and rate < budget),
            f"{self.p50:.1f}",
            marked(f"{self.p99:.0f}", budget is not None and self.p99 > SLOWEST),
            f"{self.hits / max(self.answers, 1):.0%}",
            marked(f"{self.errors}", self.errors),
            marked(f"{memory:.0f}", memory > MOST_MEMORY),
            f"{budget}, {SLOWEST}, {MOST_MEMORY}" if budget else "–",
        )


def measure(seconds: int, seed: int, environment: dict[str, str]) -> None:
    """Serve in every way and print the table.

    `environment` tells the server which database it serves. Raises ValueError if an answer is an
    error, or is sent anew to a reader who has it.
    """
    if shutil.which("wrk") is None or nginx() is None:
        raise ValueError(NEEDED)
    collect_changed_files()
    traffic = iter(Traffic(seed))
    first, then, last = (
        list(islice(traffic, seconds * ASKED_A_SECOND)) for _ in ("made", "filling", "filled")
    )
    with room(PAGE_CACHE_MB="0", **environment) as server:
        made = server.ask(first, seconds)
    with room(**environment) as server:
        filling, later = server.ask(then, seconds), server.ask(last, seconds)
        kept = server.ask(last[: later.answers], seconds)
        known = list(tags(server.port, dict.fromkeys(last)))
        conditional = server.ask(known, seconds)
        direct, crowd = ask_as_a_crowd(server, last, seconds)
        page = next(address for address in last if address.startswith("/cable/"))
        with urlopen(f"http://{HOST}:{server.port}{page}") as response:
            text = response.read()
    with file_server(text) as server:
        file = server.ask(["/page.html"], seconds)
    rows = [
        made.row("every page made anew", 60),
        filling.row("page cache, empty at first"),
        later.row("page cache, other addresses"),
        kept.row("page cache, the same addresses again", 300),
        conditional.row("readers who have the page", 500),
        direct.row(f"the {HOT} pages that most open"),
        crowd.row(f"the {HOT} pages that most open, through nginx", 10_000),
        file.row(f"nginx, one cable as a file ({len(text) / 1000:.0f} KB)"),
    ]
    print(f"\n{table(HEADING, rows)}\n\n{machine(postgres_version())}")
    check([made, filling, later, kept, conditional, direct, crowd, file], conditional)


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    process: psutil.Process
    log: Path

    def ask(self, lines: Iterable[str], seconds: int) -> Served:
        """Ask for addresses as fast as they are answered, over all connections."""
        told = self.log.stat().st_size
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write("\n".join(lines))
            file.flush()
            said = subprocess.run(
                [
                    *("wrk", "--threads", "1", "--connections", str(CONNECTIONS)),
                    *("--duration", f"{seconds}s", "--timeout", f"{PATIENCE}s"),
                    *("--script", str(SCRIPT), f"http://{HOST}:{self.port}", "--", file.name),
                ],
                check=True,
                capture_output=True,
                text=True,
            )
        return Served(
            **json.loads(said.stdout.splitlines()[-1]),
            memory=self.memory(),
            logged=Counter(LOGGED.findall(self.log.read_bytes()[told:].decode())),
        )

    def memory(self) -> int:
        """Return the bytes of all processes; what several share counts once (PSS).

        What they read of the search index is left out: it is in the system's page cache, which
        gives it up when memory is short.
        """
        processes = [self.process, *self.process.children(recursive=True)]
        maps = chain.from_iterable(each.memory_maps(grouped=False) for each in processes)
        return sum(each.pss for each in maps if "/search_index" not in each.path)


@contextmanager
def room(**environment: str) -> Iterator[Server]:
    """Serve the room as `manage.py serve` does, with nothing kept."""
    port = free_port()
    with (
        tempfile.NamedTemporaryFile(suffix=".log") as log,
        serving(gunicorn(port), port, Path(log.name), **environment) as process,
    ):
        yield Server(port, psutil.Process(process.pid), Path(log.name))


def ask_as_a_crowd(server: Server, addresses: list[str], seconds: int) -> tuple[Served, Served]:
    """Ask for the pages that come most often, directly and through nginx."""
    hot = most_opened(addresses)
    with proxied(server) as proxy:
        return server.ask(hot, seconds), proxy.ask(hot, seconds)


@contextmanager
def proxied(server: Server) -> Iterator[Server]:
    """Run nginx before a server, with the project's file, but for limits of one address."""
    with (
        tempfile.TemporaryDirectory() as folder,
        nginx_before(server.port, Path(folder), *FREE) as port,
    ):
        yield Server(port, server.process, server.log)


@contextmanager
def file_server(text: bytes) -> Iterator[Server]:
    """Serve one text with nginx."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # As root, nginx reads it as another user.
        Path(folder, "page.html").write_bytes(text)
        configured, log = Path(folder, "nginx.conf"), Path(folder, "log")
        configured.write_text(NGINX.format(folder=folder, host=HOST, port=port))
        with serving([nginx(), "-c", str(configured)], port, log) as process:
            yield Server(port, psutil.Process(process.pid), log)


def most_opened(addresses: Iterable[str]) -> list[str]:
    """Return the HOT addresses that come most often; nginx stores none with a query string."""
    return [address for address, _ in Counter(addresses).most_common() if "?" not in address][:HOT]


def tags(port: int, addresses: Iterable[str]) -> Iterator[str]:
    """Yield the first addresses, each with the tag that its page has."""
    visitor = Visitor(port)
    for address in islice(addresses, KNOWN):
        yield f"{address}\t{visitor.header(address, 'ETag')}"


def check(served: list[Served], conditional: Served) -> None:
    """Raise ValueError if an answer is an error, or was sent to a reader who has it."""
    again = conditional.answers - conditional.unchanged
    wrong = sum((Counter(each.wrong) for each in served), Counter())
    if wrong or again > CONNECTIONS:  # Those that wrk had not read to the end are not counted.
        logged = sum((Counter(each.logged) for each in served), Counter())
        lines = [f"{times} × {line}" for line, times in logged.most_common()]
        raise ValueError(
            f"{wrong.total()} answers are errors: {dict(wrong)}; {again} pages were sent again. "
            + "\n".join(["The server said:", *(lines or ["nothing."])])
        )
