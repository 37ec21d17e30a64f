"""The address of a database: of one server, or of several that hold the same."""

import os
import re
from urllib.parse import unquote

import dj_database_url

POSTGRESQL = "django.db.backends.postgresql"
REPLICAS = "reading_room.replicas"
PORT = 5432
# Of a URL: what stands before its hosts, these, and the rest. A password holds no "@" or "/".
PARTS = re.compile(r"(\w+://(?:[^/?#]*@)?)([^/?#@]*)(.*)", re.S)
HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[\w.%-]+)(?::(\d{1,5}))?")
# How soon a connection to a machine that has vanished is given up, in libpq's own words.
IMPATIENT = {
    "connect_timeout": 2,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


def parse(name: str, default: str, **options) -> dict:
    """Return Django's description of the database that a variable names.

    Several hosts, postgresql://user@one,two:5433/name, are in "REPLICAS", each {"HOST", "PORT"}.
    Raises ValueError if the address makes no sense.
    """
    before, hosts, after = parts(PARTS, os.environ.get(name, default))
    named = hosts.split(",")
    described = dj_database_url.parse(f"{before}{named[0]}{after}", **options)
    if len(named) > 1:
        described["REPLICAS"] = [address(each) for each in named]
    return described


def address(named: str) -> dict:
    """Return the host and the port in "host:5433"; a folder of a socket is written %2Frun."""
    host, port = parts(HOST, named)
    return {"HOST": unquote(host).strip("[]"), "PORT": int(port or PORT)}


def parts(pattern: re.Pattern, text: str) -> tuple[str, ...]:
    """Return the groups of a pattern. Raises ValueError if the text is not like it."""
    if not (found := pattern.fullmatch(text)):
        raise ValueError(text)
    return found.groups()


def of_one(described: dict) -> dict:
    """Return the description of the database that is written: of several servers, that which
    takes writes, as after a failover."""
    if several := described.pop("REPLICAS", []):
        for part in ("HOST", "PORT"):
            described[part] = ",".join(str(each[part]) for each in several)
        described["OPTIONS"] = {"target_session_attrs": "read-write"} | described.get("OPTIONS", {})
    return described


def of_several(described: dict, written: dict, lag: int) -> dict:
    """Return the description of the database that is read: of several servers, any that is at most
    so many seconds behind, else the one that is written. That of one server is left as it is."""
    if "REPLICAS" not in described:
        return described
    primary = {"HOST": written["HOST"], "PORT": written["PORT"]}
    options = IMPATIENT | described.get("OPTIONS", {})
    return described | {"ENGINE": REPLICAS, "PRIMARY": primary, "LAG": lag, "OPTIONS": options}
