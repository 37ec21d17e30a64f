"""The engines whose order is compared: the room's search, and SQLite FTS5 over the same texts.

Each answers a text with primary keys, best first, and says how many telegrams it finds.
"""

import sqlite3
from collections.abc import Iterable
from typing import Any, Protocol
from unittest.mock import patch

from django.utils.http import urlencode

from cables.search import run_search
from cables.search.filters import ListQuery
from cables.search.index_selection import Selection
from cables.search.list_counts import ListCounts
from cables.search.query_parts import STOP_WORDS
from cables.search_index.folder import NOTHING, open_index
from cables.search_index.reader import IndexSnapshot
from cables.search_index.schema import COLUMNS, document

from .query_sets import Text, without_heading

HEAP = 60_000_000  # Bytes, of the writer of an index in memory.
SUBJECT, BODY = COLUMNS.index("subject"), COLUMNS.index("body")


class Ranker(Protocol):
    def answers(self, text: str, limit: int) -> list[int]:
        """Return primary keys, best first."""

    def count(self, text: str) -> int:
        """Return how many telegrams are found."""


class Room:
    """The room's search, over an index in memory of these rows, which have COLUMNS."""

    def __init__(self, rows: Iterable[tuple[Any, ...]]):
        index = open_index(None)
        writer = index.writer(HEAP, 1)
        for row in rows:
            writer.add_document(document(row))
        writer.commit()
        index.reload()
        self.snapshot = IndexSnapshot(index.searcher(), NOTHING)
        self.counts = ListCounts.current()

    def page(self, text: str) -> run_search.Answer:
        """Return the first page of results, as readers see it."""
        asked = ListQuery.from_address(f"/search/?{urlencode({'q': text})}")
        everything = Selection(self.snapshot)
        with patch.object(run_search, "published_cables", lambda **_: everything):
            return run_search.answer(asked, self.counts)

    def answers(self, text: str, limit: int) -> list[int]:
        """Return the telegrams with all words, then those below them with some."""
        page = self.page(text)
        return [*page.keys_from(0), *page.partial_keys][:limit]

    def count(self, text: str) -> int:
        return self.page(text).total


class Fts5:
    """SQLite's full-text search in memory, ordered by its bm25; very common words are left out."""

    def __init__(self, texts: Iterable[Text], tokenizer: str, joined_by: str = " AND "):
        self.joined_by = joined_by
        self.database = sqlite3.connect(":memory:")
        self.database.execute(
            f"CREATE VIRTUAL TABLE cables USING fts5(subject, body, tokenize = '{tokenizer}')"
        )
        insert = "INSERT INTO cables (rowid, subject, body) VALUES (?, ?, ?)"
        self.database.executemany(insert, texts)
        # One segment, as an index in use has after some time.
        self.database.execute("INSERT INTO cables (cables) VALUES ('optimize')")

    def expression(self, text: str) -> str:
        words = [word for word in text.replace('"', " ").split() if word.lower() not in STOP_WORDS]
        return self.joined_by.join(f'"{word}"' for word in words)

    def answers(self, text: str, limit: int) -> list[int]:
        found = self.database.execute(
            "SELECT rowid FROM cables WHERE cables MATCH ? ORDER BY rank LIMIT ?",
            [self.expression(text), limit],
        )
        return [key for (key,) in found]

    def count(self, text: str) -> int:
        counted = "SELECT count(*) FROM cables WHERE cables MATCH ?"
        number: int = self.database.execute(counted, [self.expression(text)]).fetchone()[0]
        return number


def rows_without_headings(
    rows: Iterable[tuple[Any, ...]], keys: Iterable[int]
) -> list[tuple[Any, ...]]:
    """Return the rows; those with these primary keys without subject."""
    keys, changed = set(keys), []
    for row in rows:
        if row[0] in keys:
            cells = list(row)
            _, cells[SUBJECT], cells[BODY] = without_heading((row[0], row[SUBJECT], row[BODY]))
            row = tuple(cells)
        changed.append(row)
    return changed
