"""Read settings from environment variables, database URLs among them, and check them.

An invalid value raises ImproperlyConfigured with the value and what to write instead.
"""

import os
import re
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from urllib.parse import unquote

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from environs import Env, EnvError, validate

env = Env()
FLAG = "Write 1 for yes or 0 for no."


def wrong(name, remedy):
    """Return the error for a variable: its value without a password, and what to write."""
    shown = re.sub(r"(?<=:)[^:@/]+(?=@)", "***", os.environ[name])
    return ImproperlyConfigured(f"{name} is {shown!r}. {remedy}")


def read(kind, name, default, *, remedy, **options):
    """Return a variable's value. Raises ImproperlyConfigured if it is invalid."""
    try:
        return kind(name, default, **options)
    except (EnvError, ValueError):
        raise wrong(name, remedy) from None


def read_rules(name, parse, remedy):
    """Return what `parse` makes of a variable. It raises ValueError with a sentence on what is
    wrong, which ImproperlyConfigured then has."""
    try:
        return parse(os.environ.get(name, ""))
    except ValueError as error:
        raise wrong(name, f"{error} {remedy}") from None


def number(name, default, least, most, remedy=""):
    """Return an integer from `least` to `most`. Raises ImproperlyConfigured for another value."""
    remedy = remedy or f"Write a number, {least} to {most}."
    return read(env.int, name, default, validate=validate.Range(least, most), remedy=remedy)


def text(name, *, like, remedy):
    """Return a text that matches the pattern `like`; "" if it is empty or not set."""

    def check(value):
        if value and not re.fullmatch(like, value):
            raise ValueError

    return read(env.str, name, "", validate=check, remedy=remedy)


def texts(name, default, *, like, remedy):
    """Return the texts of a list with commas, each of which matches the pattern `like`."""

    def check(values):
        if not values or not all(re.fullmatch(like, value) for value in values):
            raise ValueError

    return read(env.list, name, default, validate=check, remedy=remedy)


def kept_secret(path, make=get_random_secret_key):
    """Return the text of a file with mode 0600; create both on the first call. Raises OSError."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=path.parent) as draft:
            draft.write(make())
            draft.flush()
            os.fsync(draft.fileno())
            with suppress(FileExistsError):  # Another process may have been faster.
                os.link(draft.name, path)
    return path.read_text()


def secret_key(path):
    """Return the secret key in a file, made at the first call."""
    try:
        return kept_secret(path)
    except OSError as error:
        raise ImproperlyConfigured(
            f"SECRET_KEY is not set, and {path} cannot be used: {error.strerror}. Set SECRET_KEY "
            "to a long random text, or run as the user who started the room first."
        ) from None


def folder(name, default):
    """Return the path of an existing folder, or None if not set. Raises ValueError if invalid."""
    path = Path(os.environ.get(name, default))
    if not os.environ.get(name):
        return None
    if not (path.is_absolute() and path.is_dir()):
        raise ValueError
    return path


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


def parse_database_url(name: str, default: str, **options) -> dict[str, Any]:
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
