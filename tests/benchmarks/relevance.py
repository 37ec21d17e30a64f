"""How high a search puts the one telegram that was meant, beside other engines.

Somebody remembers a few words of a telegram and looks for it. Queries are 2 to 5 words drawn
from a telegram; all of them have to occur. Each engine gives its first ten answers; a query
scores 1 where the telegram comes first, 1/2 where second, and so on, and 0 where it is not
among them. The mean of that is MRR@10.
"""

import sqlite3
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random

from cables.models.search_vector import CONFIG
from cables.search.ranking import ranked
from django.db import connections

from cables.models import Cable
from cables.models.counted_words import words_of
from cables.models.querysets import READER
from cables.search.query import STOP_WORDS, parse_question

from .report import percentile, table

ANSWERS = 10
FEWEST, MOST = 2, 5  # Words of a query.
SHORTEST = 3  # Letters of a word.
MATCHING = f"""
SELECT id FROM cables_cable, to_tsquery('{CONFIG}', %s) asked
WHERE search_vector @@ asked AND withheld_reason = ''
ORDER BY {{rank}} DESC, id LIMIT {ANSWERS}
"""
HEADING = ("engine", "MRR@10", "tuning half", "test half", "first", "in ten", "p50 ms", "p95 ms")


@dataclass(frozen=True, slots=True)
class Query:
    """The words that somebody remembers, and the primary key of the telegram they stand in."""

    words: tuple[str, ...]
    meant: int


def measure(queries: int, seed: int) -> str:
    """Ask every engine every query and return the table.

    Ranks were tuned on the queries with even numbers; those with odd ones test them.
    """
    cables = list(Cable.objects.published().order_by("pk").values_list("pk", "subject", "body"))
    asked = make_queries(cables, queries, Random(seed))
    engines = {
        "the room": room,
        "PostgreSQL ts_rank_cd": postgres("ts_rank_cd(search_vector, asked)"),
        "PostgreSQL ts_rank_cd, by length": postgres("ts_rank_cd(search_vector, asked, 2)"),
        "SQLite FTS5 bm25, unicode61": sqlite(cables, "unicode61"),
        "SQLite FTS5 bm25, porter": sqlite(cables, "porter unicode61"),
    }
    return table(HEADING, [row(name, engine, asked) for name, engine in engines.items()])


def make_queries(cables: Iterable[tuple[int, str, str]], count: int, chance: Random) -> list[Query]:
    """Return queries with different words of telegrams drawn at random."""
    cables, queries = list(cables), []
    while len(queries) < count:
        key, subject, body = chance.choice(cables)
        words = sorted(filter(is_content, words_of(f"{subject}\n{body}")))
        if len(words) >= MOST:
            chosen = chance.sample(words, chance.randint(FEWEST, MOST))
            queries.append(Query(tuple(chosen), key))
    return queries


def is_content(word: str) -> bool:
    """Return whether somebody may remember a word: no number, nothing that every text has."""
    return word.isascii() and word.isalpha() and len(word) >= SHORTEST and word not in STOP_WORDS


def row(name: str, engine: Callable, queries: list[Query]) -> tuple[str, ...]:
    """Ask an engine all queries; return its row of the table."""
    scores, times = [], []
    for query in queries:
        start = time.perf_counter()
        answers = engine(query.words)
        times.append((time.perf_counter() - start) * 1000)
        scores.append(score(answers, query.meant))
    return (
        name,
        *(f"{statistics.mean(part):.3f}" for part in (scores, scores[::2], scores[1::2])),
        f"{sum(each == 1 for each in scores) / len(scores):.0%}",
        f"{sum(each > 0 for each in scores) / len(scores):.0%}",
        f"{statistics.median(times):.1f}",
        f"{percentile(times, 95):.1f}",
    )


def score(answers: list[int], meant: int) -> float:
    """Return 1 divided by the place of the telegram that was meant, 0 where it has none."""
    return 1 / (answers.index(meant) + 1) if meant in answers else 0


def room(words: tuple[str, ...]) -> list[int]:
    """The search of the room."""
    question = parse_question(" ".join(words))
    return ranked(Cable.objects.published().matching(question), question, ANSWERS)


def postgres(rank: str) -> Callable:
    """PostgreSQL's own rank over the room's search vector."""

    def answer(words):
        with connections[READER].cursor() as cursor:
            asked = parse_question(" ".join(words)).tsquery
            cursor.execute(MATCHING.format(rank=rank), [asked])
            return [key for (key,) in cursor.fetchall()]

    return answer


def sqlite(cables: Iterable[tuple[int, str, str]], tokenizer: str) -> Callable:
    """SQLite's full-text search over the same subjects and texts, in memory."""
    database = sqlite3.connect(":memory:")
    database.execute(
        f"CREATE VIRTUAL TABLE cables USING fts5(subject, body, tokenize = '{tokenizer}')"
    )
    database.executemany("INSERT INTO cables (rowid, subject, body) VALUES (?, ?, ?)", cables)

    def answer(words):
        asked = " AND ".join(f'"{word}"' for word in words)
        found = database.execute(
            "SELECT rowid FROM cables WHERE cables MATCH ? ORDER BY rank LIMIT ?", [asked, ANSWERS]
        )
        return [key for (key,) in found]

    return answer
