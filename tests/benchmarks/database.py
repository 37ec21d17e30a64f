"""A database for benchmarks beside the configured one; it is dropped and made at will.

Its comment says that it is a benchmark's and which archive it holds, so that no other
database is ever dropped, and a loaded one can be measured again.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import django
import psycopg
from django.conf import settings
from psycopg import sql

PROJECT = Path(__file__).parents[2]
MARK = "tests.benchmarks"
SIZES = """
    SELECT relname, pg_total_relation_size(oid), pg_indexes_size(oid)
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    ORDER BY 2 DESC LIMIT 4
"""


@dataclass(frozen=True, slots=True)
class Database:
    """One database by name, on the server of the settings."""

    name: str

    def __post_init__(self):
        if self.name in (own_name(), "postgres"):
            raise ValueError(f"{self.name} is the room's own database: name another one.")
        if settings.EMBEDDED_POSTGRES:
            settings.EMBEDDED_POSTGRES.start()

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that make this the database of a command."""
        server = settings.EMBEDDED_POSTGRES
        if server:
            default, reader = server.url(), server.url("reader")
        else:
            default = os.environ["DATABASE_URL"]
            reader = os.environ.get("READER_DATABASE_URL", default)
        return {
            "DATABASE_URL": with_name(default, self.name),
            "READER_DATABASE_URL": with_name(reader, self.name),
            "SEARCH_INDEX_DIR": str(self.index),
        }

    @property
    def index(self) -> Path:
        """The folder of its search index."""
        return settings.ROOM_DIR / f"search_index-{self.name}"

    def make(self) -> None:
        """Drop and create it, and migrate. Raises ValueError where it is not a benchmark's."""
        with connect(own_name()) as server:
            if self.exists(server) and not (self.comment(server) or "").startswith(MARK):
                raise ValueError(f"The database {self.name} holds something else: name another.")
            name = sql.Identifier(self.name)
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
            server.execute(sql.SQL("CREATE DATABASE {}").format(name))
        self.say("holds no archive")
        for step in (["migrate", "--verbosity=0"], ["grant_reader"]):
            subprocess.run(
                self.command(*step), check=True, stdout=subprocess.DEVNULL, **self.options
            )

    def use(self) -> None:
        """Make it the database of this process, under both aliases, and set Django up."""
        for described in settings.DATABASES.values():
            described["NAME"] = self.name
        settings.SEARCH_INDEX_DIR = self.index
        django.setup()

    def update_index(self) -> float:
        """Bring its search index up to date; return the seconds that it took."""
        start = time.perf_counter()
        subprocess.run(
            self.command("update_index"), check=True, stdout=subprocess.DEVNULL, **self.options
        )
        return time.perf_counter() - start

    def index_size(self) -> int:
        """Return the bytes of its search index."""
        return sum(path.stat().st_size for path in self.index.rglob("*") if path.is_file())

    def say(self, archive: Path | str) -> None:
        """Note which archive it holds to the end."""
        with connect(self.name) as database:
            database.execute(
                sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                    sql.Identifier(self.name), sql.Literal(f"{MARK} {archive}")
                )
            )

    def holds(self, archive: Path) -> bool:
        """Tell whether an archive was loaded into it to the end."""
        with connect(own_name()) as server:
            return self.comment(server) == f"{MARK} {archive}"

    def exists(self, server: psycopg.Connection) -> bool:
        found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.name])
        return found.fetchone() is not None

    def comment(self, server: psycopg.Connection) -> str | None:
        query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        row = server.execute(query, [self.name]).fetchone()
        return row and row[0]

    def size(self) -> tuple[int, list[tuple[str, int, int]]]:
        """Return its bytes, and of the largest tables the name, bytes, bytes in indexes."""
        with connect(self.name) as database:
            size = database.execute("SELECT pg_database_size(current_database())").fetchone()[0]
            return size, database.execute(SIZES).fetchall()

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, str(PROJECT / "manage.py"), *arguments]

    @property
    def options(self) -> dict:
        """How subprocess runs a command of the project on it."""
        return {"env": os.environ | self.environment, "cwd": PROJECT}


@cache
def own_name() -> str:
    """Return the name of the room's own database, from which others are made."""
    return settings.DATABASES["default"]["NAME"]


def with_name(url: str, name: str) -> str:
    """Return the address of another database on the same server."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def connect(name: str) -> psycopg.Connection:
    """Return a connection to a database on the configured server, every statement for itself."""
    described = settings.DATABASES["default"] | {"NAME": name}
    return psycopg.connect(
        dbname=described["NAME"],
        user=described["USER"],
        password=described["PASSWORD"],
        host=described["HOST"],
        port=described["PORT"] or None,
        autocommit=True,
        **described.get("OPTIONS", {}),
    )


def postgres_version() -> str:
    with connect(own_name()) as server:
        return server.execute("SHOW server_version").fetchone()[0].split()[0]
