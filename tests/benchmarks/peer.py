"""Datasette over the same archive in SQLite, with full-text search: a peer to compare with.

Its table page is asked for what a page of results has: the count, twenty rows, five facets.
"""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from cables.models import Cable
from cables.telegram.classifications import BY_VALUE

from .questions import Asked

TABLE = "cables"
FACETS = ("origin", "country", "classification", "year")
COLUMNS = ("reference", "created", "origin", "classification", "subject")
# The texts stand last, so that facets need not read past them.
SCHEMA = """
CREATE TABLE cables (
    id INTEGER PRIMARY KEY, reference TEXT, created TEXT, year INTEGER, origin TEXT, country TEXT,
    classification TEXT, cites INTEGER, tags TEXT, subject TEXT, body TEXT
);
CREATE VIRTUAL TABLE cables_fts USING fts5(subject, body, content="cables", content_rowid="id");
"""
FILLED = """
INSERT INTO cables_fts (rowid, subject, body) SELECT id, subject, body FROM cables;
CREATE INDEX by_origin ON cables (origin);
CREATE INDEX by_country ON cables (country);
CREATE INDEX by_classification ON cables (classification);
CREATE INDEX by_year ON cables (year);
ANALYZE;
"""
# It is given the room's own limit for each question; a facet that takes longer is left out.
SETTINGS = {
    "sql_time_limit_ms": "2000",
    "facet_time_limit_ms": "2000",
    "suggest_facets": "off",
    "default_cache_ttl": "0",
}


def make_database(path: Path) -> None:
    """Write the published cables into a new SQLite database, with the index of their words."""
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.unlink(missing_ok=True)
    database = sqlite3.connect(unfinished)
    database.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {SCHEMA}")
    database.executemany(f"INSERT INTO cables VALUES ({', '.join('?' * 11)})", rows())
    database.commit()
    database.executescript(FILLED)
    database.close()
    unfinished.replace(path)


def rows() -> Iterator[tuple]:
    """Yield the columns of each published cable."""
    cables = Cable.objects.published().select_related("origin__country").order_by("pk")
    for cable in cables.defer("header", "keywords").iterator(chunk_size=2_000):
        country = cable.origin.country
        yield (
            *(cable.pk, cable.reference, cable.created.isoformat(), cable.created.year),
            *(cable.origin.slug, country.slug if country else ""),
            *(BY_VALUE[cable.classification].slug, int(bool(cable.cites))),
            *(json.dumps(cable.tags), cable.subject, cable.body),
        )


def command(program: Path, database: Path, port: int) -> list[str]:
    """Return the command that serves the database."""
    settings = [part for pair in SETTINGS.items() for part in ("--setting", *pair)]
    return [str(program), "serve", "-i", str(database), "--port", str(port), *settings]


def address(database: Path, asked: Asked) -> str:
    """Return the page that answers the same question."""
    pairs = [("_col", column) for column in COLUMNS] + [("_facet", facet) for facet in FACETS]
    pairs += [("_facet_array", "tags"), ("_size", "20"), *map(translated, asked.pairs)]
    return f"/{database.stem}/{TABLE}?{urlencode(pairs)}"


def translated(pair: tuple[str, str]) -> tuple[str, str]:
    """Return a filter of the room as Datasette writes it."""
    name, value = pair
    translations = {
        "q": ("_search", value),
        "tag": ("tags__arraycontains", value),
        "cites": ("cites", "1"),
        "created_after": ("year__gte", value[:4]),
    }
    return translations.get(name, pair)
