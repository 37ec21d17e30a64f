"""Count the cables of all lists: in the search index, and in the database what it does not have.

Cables that changed since the state of the index are left out there and counted in the database:
they are few.
"""

import logging
from collections.abc import Callable
from datetime import UTC, date
from typing import Any

from django.db.models import Count, Expression, F, QuerySet, TextField, Value
from django.db.models.functions import Cast, ExtractYear, TruncMonth

from ..search_index.reader import IndexNotReady
from .collection_counts import CollectionRows, rows_of
from .index_selection import COUNTED, MOST_VALUES, Selection, published_cables
from .value_counts import Counts, sums

MOST_LEFT_OUT = 5_000  # Cables that changed: with more, all are counted in the database.
UNUSABLE = (IndexNotReady, ValueError, OSError)  # Mostly because its files are damaged.
YearCounts = dict[tuple[Any, int], int]  # {(value, year): cables}
log = logging.getLogger(__name__)
# Kind of list -> its counts in a selection of the index.
IN_INDEX: dict[str, Callable[[Selection], Counts]] = {
    "released": lambda selection: selection.by_day,
    "created": lambda selection: selection.by_month,
    "origins": lambda selection: selection.by_origin,
    "classifications": lambda selection: selection.by_class,
    "tags": lambda selection: selection.by_tag,
    "markings": lambda selection: selection.by_marking,
}
# Kind of list -> the value of a key that the database returns as text.
VALUES: dict[str, Callable[[str], Any]] = {
    "released": date.fromisoformat,
    "created": lambda key: date.fromisoformat(key[:10]),  # It has a time too.
    "origins": int,
}
# Kind of list -> the rows of the database that have its values, and their column.
IN_ROWS: dict[str, Callable[[CollectionRows], tuple[QuerySet[Any], str]]] = {
    "origins": lambda rows: (rows.cables, "origin"),
    "tags": lambda rows: (rows.taggings, "tag"),
}


def count_lists(collection: str = "") -> dict[str, Counts]:
    """Return {kind of list: {value: cables}} of a collection (its slug), of all for ""."""
    rows = rows_of(collection)
    try:
        selection = _in_index(collection)
        selection.count_all(COUNTED)
        counts = {name: count(selection) for name, count in IN_INDEX.items()}
        if any(len(values) >= MOST_VALUES for values in counts.values()):
            raise ValueError(f"a list has more than {MOST_VALUES:,} values")
    except UNUSABLE as error:
        report(error)
        return count_in_database(rows)
    if left_out := selection.snapshot.left_out:
        more = count_in_database(rows.among(left_out))
        counts = {name: sums(counts[name], more[name]) for name in counts}
    return counts


def count_published() -> int:
    """Return the number of published cables, without counting any list."""
    rows = rows_of("")
    try:
        selection = _in_index("")
        indexed = len(selection)
    except UNUSABLE as error:
        report(error)
        return rows.cables.count()
    left_out = selection.snapshot.left_out
    return indexed + (rows.among(left_out).cables.count() if left_out else 0)


def count_in_database(rows: CollectionRows) -> dict[str, Counts]:
    """Count all lists in one statement, each branch of which reads only an index."""
    branches = [
        _branch("released", rows.cables, F("released")),
        _branch("created", rows.cables, TruncMonth("created", tzinfo=UTC)),
        _branch("origins", rows.cables, F("origin")),
        _branch("classifications", rows.cables, F("classification")),
        _branch("tags", rows.taggings, F("tag")),
        _branch("markings", rows.markings, F("code")),
    ]
    counts: dict[str, Counts] = {name: {} for name in IN_INDEX}
    for name, key, cables in branches[0].union(*branches[1:], all=True).order_by():
        counts[name][VALUES.get(name, str)(key)] = cables
    return counts


def count_years(name: str, collection: str = "") -> dict[Any, dict[int, int]]:
    """Return {value: {year: cables sent in it}} of the lists "origins" or "tags"."""
    rows = rows_of(collection)
    try:
        selection = _in_index(collection)
        counts = selection.years_of(name)
    except UNUSABLE as error:
        report(error)
        counts = _years_in_database(name, rows)
    else:
        if left_out := selection.snapshot.left_out:
            counts = sums(counts, _years_in_database(name, rows.among(left_out)))
    years: dict[Any, dict[int, int]] = {}
    for value, year in sorted(counts):
        years.setdefault(value, {})[year] = counts[value, year]
    return years


def _in_index(collection: str) -> Selection:
    """Return the cables of a collection, or all, in the index. Raises IndexNotReady."""
    selection = published_cables()
    if len(selection.snapshot.left_out) > MOST_LEFT_OUT:
        raise IndexNotReady
    return selection.collected([collection]) if collection else selection


def report(error: Exception) -> None:
    """Log why the index cannot count, unless it is only being built."""
    if not isinstance(error, IndexNotReady):
        log.warning("The search index cannot count; lists are counted in the database: %s", error)


def _branch(name: str, rows: QuerySet[Any], key: Expression | F) -> QuerySet[Any]:
    keyed = rows.order_by().values(list=Value(name), key=Cast(key, TextField()))
    counted: QuerySet[Any] = keyed.annotate(cables=Count("*"))
    return counted.values_list("list", "key", "cables")


def _years_in_database(name: str, rows: CollectionRows) -> YearCounts:
    counted, column = IN_ROWS[name](rows)
    sent = counted.order_by().values(column, year=ExtractYear("created", tzinfo=UTC))
    years = sent.annotate(cables=Count("*")).values_list(column, "year", "cables")
    return {(value, year): cables for value, year, cables in years}
