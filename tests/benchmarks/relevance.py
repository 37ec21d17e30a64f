"""How high a search puts the telegrams that were meant, beside SQLite FTS5, on five query sets;
and whether the similar cables of a telegram have those to which it refers (referred.py).

A query of the first three sets means one telegram and scores 1 where it comes first, 1/2 where
second, and so on, 0 where it is not among the first ten: the mean is MRR@10. The questions of the
others have telegrams with marks 1 and 2, and score nDCG@10. The room is scored by its page of
results: telegrams with all words, and below them those with some.
"""

import math
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from cables.models import Cable
from cables.search_index.indexer import rows as index_rows

from . import referred
from .query_sets import WantedQuery, common_words, headings, questions, random_words
from .rankers import BODY, SUBJECT, Fts5, Ranker, Room, rows_without_headings
from .report import percentile, table

SCORED = 10  # Answers.
PAGE = 20  # Answers that are timed, with the count of all.
HEADING = (
    *("set", "engine", "queries", "score", "tuning half", "test half", "found", "p50 ms", "p95 ms"),
)


def measure(count: int, seed: int) -> str:
    """Ask every engine the queries of every set and return the table."""
    rows = list(index_rows(Cable.objects.published()))
    texts = [(row[0], row[SUBJECT], row[BODY]) for row in rows]
    engines = make_engines(rows)
    drawn = {
        "random words": random_words(texts, count, seed),
        "common words": common_words(texts, count, seed),
    }
    lines = [line for name, each in drawn.items() for line in measure_set(name, each, engines)]
    engines["FTS5, porter, any word"] = Fts5(texts, "porter unicode61", " OR ")
    keys = {row[1]: row[0] for row in rows}
    for name in ("first", "further"):
        lines += measure_set(f"{name} questions", questions(keys, name), engines)
    asked = headings(texts, count, seed)
    bare = rows_without_headings(rows, (key for query in asked for key in query.wanted))
    lines += measure_set("headings", asked, make_engines(bare))
    return "\n\n".join(filter(None, [table(HEADING, lines), referred.measure(count, seed)]))


def make_engines(rows: Sequence[tuple]) -> dict[str, Ranker]:
    """Return {name: engine} over these rows of the index."""
    texts = [(row[0], row[SUBJECT], row[BODY]) for row in rows]
    return {
        "the room": Room(rows),
        "FTS5, unicode61": Fts5(texts, "unicode61"),
        "FTS5, porter": Fts5(texts, "porter unicode61"),
    }


def measure_set(
    name: str, queries: Sequence[WantedQuery], engines: Mapping[str, Ranker]
) -> Iterable[tuple[str, ...]]:
    """Yield a row of the table for each engine."""
    score = ndcg if name.endswith("questions") else reciprocal_rank
    for engine_name, engine in engines.items():
        yield (name, engine_name, f"{len(queries):,}", *figures(engine, queries, score))


def figures(engine: Ranker, queries: Sequence[WantedQuery], score: Callable) -> tuple[str, ...]:
    """Ask an engine all queries; return the cells of its row."""
    scores, times = [], []
    for query in queries:
        start = time.perf_counter()
        answers = engine.answers(query.text, PAGE)
        engine.count(query.text)
        times.append((time.perf_counter() - start) * 1000)
        scores.append(score(answers[:SCORED], query.wanted))
    return (
        *(f"{statistics.mean(part):.3f}" for part in (scores, scores[::2], scores[1::2])),
        f"{sum(each > 0 for each in scores) / len(scores):.0%}",
        f"{statistics.median(times):.1f}",
        f"{percentile(times, 95):.1f}",
    )


def reciprocal_rank(answers: Sequence[int], wanted: Mapping[int, int]) -> float:
    """Return 1 divided by the position of the first wanted telegram, 0 if there is none."""
    return next((1 / at for at, key in enumerate(answers, start=1) if wanted.get(key)), 0.0)


def ndcg(answers: Sequence[int], wanted: Mapping[int, int]) -> float:
    """Return the discounted gain of the answers, compared with the best order of all marks."""
    best = gain(sorted(wanted.values(), reverse=True)[:SCORED])
    return gain(wanted.get(key, 0) for key in answers) / best if best else 0.0


def gain(marks: Iterable[int]) -> float:
    """Return the sum of the marks, each divided by the logarithm of its position."""
    return sum(mark / math.log2(at + 1) for at, mark in enumerate(marks, start=1))
