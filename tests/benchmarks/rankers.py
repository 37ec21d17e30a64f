"""The engines whose order is compared: the room's search, and SQLite FTS5 over the same texts.

Each answers a text with primary keys, best first, and says how many telegrams it finds.
"""

import sqlite3
from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol

from cables.search.filter_registry import FILTERS, DayFilter
from cables.search.index_selection import Selection
from cables.search.list_counts import ListCounts
from cables.search.query import parse_question
from cables.search.query_parts import STOP_WORDS
from cables.search.run_search import is_narrow
from cables.search.understand import read_question
from cables.search_index.folder import open_index
from cables.search_index.reader import IndexSnapshot
from cables.search_index.schema import COLUMNS, document
from cables.search_index.state import NOTHING

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
        self.tallies = ListCounts.current()

    def selections(self, text: str) -> tuple[Selection, Selection]:
        """Return what has all words, and what has some, as run_search.answer finds them."""
        everything = Selection(self.snapshot)
        typed = parse_question(text)
        as_typed = everything.matching(typed), everything.partly_matching(typed)
        reading = read_question(text, self.tallies)
        if not reading.read:
            return as_typed
        question = parse_question(reading.words)
        found = everything.matching(question), everything.partly_matching(question)
        filters: dict[str, list[str]] = {}
        for name, value in (pair for each in reading.read for pair in each.filters):
            filters.setdefault(name, []).append(value)
        for name, values in filters.items():
            whole, some = found
            found = (select(each, name, values, self.tallies) for each in (whole, some))
        whole, some = found
        is_doubtful = is_narrow(len(whole), reading)
        return as_typed if is_doubtful and len(as_typed[0]) > len(whole) else (whole, some)

    def answers(self, text: str, limit: int) -> list[int]:
        whole, some = self.selections(text)
        keys = whole.keys(None, 0, limit)
        return keys + some.keys(None, 0, limit - len(keys))

    def count(self, text: str) -> int:
        return len(self.selections(text)[0])


def select(cables: Selection, name: str, values: list[str], tallies: ListCounts) -> Selection:
    """Return what a filter of lists leaves of a selection."""
    row = FILTERS[name]
    is_day = isinstance(row, DayFilter)
    return row.select(cables, date.fromisoformat(values[0]) if is_day else values, tallies)


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
