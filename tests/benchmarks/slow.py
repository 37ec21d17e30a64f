"""How long one reader waits beside 64 slow clients: directly, through nginx and through Caddy."""

import tempfile
import time
from contextlib import ExitStack
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path

from tests.faults.room import Room
from tests.faults.slow_clients import HOST, SlowClients
from tests.proxies import NAME, caddy_before, nginx_before

from .report import machine, percentile, table

KINDS = {  # Kind of slow clients -> (in words, the address that they ask for).
    "headers": ("drip their headers", "/tag/"),
    "body": ("drip a body", "/quote/"),
    "readers": ("read a large answer byte by byte", "/origin/map/"),
    "idle": ("send nothing", "/"),
}
GIVE_UP = 8  # Seconds after which the reader has no answer.
SETTLE = 1  # Seconds that the slow clients have before the reader begins.
LIMIT = ("rate=20r/s", "rate=9000r/s")  # nginx's limit for one address: all are this computer.


def measure(pages: int) -> None:
    """Print the slowest and the 95th percentile of some pages, each made anew, in milliseconds."""
    with ExitStack() as stack:
        room = Room()
        stack.callback(room.close)
        room.environment["ALLOWED_HOSTS"] = f"{NAME},{HOST}"
        room.open()
        ways = {"manage.py serve": room.port}
        for name, proxy, changes in (("nginx", nginx_before, [LIMIT]), ("Caddy", caddy_before, [])):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            ways[name] = stack.enter_context(proxy(room.port, folder, *changes))
        number = count()
        rows = [["nobody", *(_figures(port, pages, number) for port in ways.values())]]
        for kind, (words, path) in KINDS.items():
            row = [words]
            for port in ways.values():
                with SlowClients(kind, port, name=NAME, path=path):
                    time.sleep(SETTLE)
                    row.append(_figures(port, pages, number))
            rows.append(row)
    print(table(["64 clients", *ways], rows))
    print(f"\nSlowest of {pages} pages (95th percentile), in milliseconds. {machine()}")


def _figures(port: int, pages: int, number) -> str:
    times = [_time_of(port, next(number)) for _ in range(pages)]
    lost = sum(each is None for each in times)
    if lost:
        return f"{lost} of {pages} without an answer"
    return f"{1000 * max(times):.0f} ({1000 * percentile(times, 95):.0f})"


def _time_of(port: int, number: int) -> float | None:
    """Return the seconds that a page of its own takes; None without an answer."""
    connection = HTTPConnection(HOST, port, timeout=GIVE_UP)
    begun = time.perf_counter()
    try:
        connection.request("GET", f"/tag/?reader={number}", headers={"Host": NAME})
        response = connection.getresponse()
        response.read()
        return time.perf_counter() - begun if response.status == 200 else None
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()
