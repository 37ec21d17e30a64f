"""Parse database URLs, including those that name a primary or replicas on several hosts."""

import os
import re
from typing import Any
from urllib.parse import unquote

import dj_database_url

POSTGRESQL = "django.db.backends.postgresql"
REPLICAS = "reading_room.replicas"
PORT = 5432
# A URL's scheme and user, its hosts, and the rest. A password must not contain "@" or "/".
PARTS = re.compile(r"(\w+://(?:[^/?#]*@)?)([^/?#@]*)(.*)", re.S)
HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[\w.%-]+)(?::(\d{1,5}))?")
# Options of libpq: give up a connection to a host that has vanished, after a few seconds.
IMPATIENT = {
    "connect_timeout": 2,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


def parse(name: str, default: str, **options) -> dict[str, Any]:
    """Return the entry in DATABASES for the URL in an environment variable.

    Several hosts, postgresql://user@one,two:5433/name, are in "REPLICAS", each {"HOST", "PORT"}.
    Raises ValueError if the URL is invalid.
    """
    before, hosts, after = groups_of(PARTS, os.environ.get(name, default))
    named = hosts.split(",")
    described = dict(dj_database_url.parse(f"{before}{named[0]}{after}", **options))
    if len(named) > 1:
        described["REPLICAS"] = [host_and_port(each) for each in named]
    return described


def host_and_port(named: str) -> dict:
    """Return {"HOST", "PORT"} of "host:5433"; the folder of a Unix socket is written %2Frun."""
    host, port = groups_of(HOST, named)
    return {"HOST": unquote(host).strip("[]"), "PORT": int(port or PORT)}


def groups_of(pattern: re.Pattern, text: str) -> tuple[str, ...]:
    """Return the groups of a pattern. Raises ValueError if the text does not match."""
    if not (match := pattern.fullmatch(text)):
        raise ValueError(text)
    return match.groups()


def writing_entry(described: dict, lag: int) -> dict:
    """Return the entry in DATABASES for writing: of several hosts, its backend connects to the one
    that was made the primary last, also after a failover."""
    if places := described.pop("REPLICAS", []):
        return watched(described, places, [], lag)
    return described


def reading_entry(described: dict, written: dict, lag: int) -> dict:
    """Return the entry in DATABASES for reading.

    Its backend connects to a replica that is at most `lag` seconds behind, or else to the primary
    (`written`). If both entries name the same single host, it is returned unchanged.
    """
    primaries = written.get("PRIMARIES") or [place_of(written)]
    replicas = described.get("REPLICAS") or [place_of(described)]
    if primaries == replicas and len(replicas) == 1:
        return described
    return watched(described, primaries, replicas, lag)


def place_of(described: dict) -> dict:
    return {"HOST": described["HOST"], "PORT": int(described["PORT"] or PORT)}


def watched(described: dict, primaries: list[dict], replicas: list[dict], lag: int) -> dict:
    """Return an entry whose servers are watched; `primaries` may be the primary, one at a time."""
    servers = {"PRIMARIES": primaries, "REPLICAS": replicas, "LAG": lag}
    return described | {"ENGINE": REPLICAS} | servers
