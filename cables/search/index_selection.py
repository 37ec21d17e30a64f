"""A set of published cables in the search index: filter, count and order it.

It has the filter methods that querysets of cables have, so that a filter of lists works with both.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from operator import itemgetter
from typing import Any, Self

from tantivy import Occur, Order, Query

from ..http_cache.edition import current_edition
from ..models import Cable
from ..models.querysets import ORDERS, reference_order
from ..search_index.reader import IndexSnapshot, all_cables, snapshot_of
from ..search_index.schema import chunks, days, micros, schema
from ..telegram.dates import NO_DAY
from .query import Operand, Question
from .query_parts import split_words
from .ranked_queries import best_of, matching, ranged, single_words, text_query
from .value_counts import Counts, ValueCounts, sums

MOST_VALUES = 65_000  # Of one facet.
MANY = 0.6  # Of all cables: if more match, those that do not are counted.
MICROS_A_DAY = 86_400_000_000
# Order of lists -> the field that has all its columns in one text, and the direction.
ORDER_FIELDS = {
    "reference": ("by_reference", Order.Asc),
    "-reference": ("by_reference", Order.Desc),
    "created": ("by_created", Order.Asc),
    "-created": ("by_created", Order.Desc),
    "-released": ("by_released", Order.Asc),
    "released": ("by_released", Order.Desc),
}
# Facet -> the field whose values are counted.
FACET_FIELDS = {
    "origins": "origin",
    "classifications": "classification",
    "created": "month",  # Numbered from the year 0.
    "tags": "tag",
    "markings": "marking",
}
# What is counted -> its field. Only lists are counted by day of release.
COUNTED = FACET_FIELDS | {"released": "released"}
PERSONS = {"persons": "person"}  # Counted in single lists alone: a room may have a million.

# What is counted by value and year -> the name of its values.
YEARS = {"years of origins": "origins", "years of tags": "tags"}
# What is summed by month -> the number of each cable.
SUMS = {"words": "length"}
# What is summed of all, as {"": sum} -> the number of each cable. It costs far less than by month.
TOTALS = {"all words": "length"}
# Months are numbered from the year 0.
BY_YEAR = {"histogram": {"field": "month", "interval": 12, "min_doc_count": 1}}


@dataclass(frozen=True)
class Selection(ValueCounts):
    """Published cables that match all clauses, as of one snapshot of the index."""

    snapshot: IndexSnapshot
    clauses: tuple[tuple[Occur, Query], ...] = ()
    # Whether cables that changed since the commit of the index are found too, if they are few.
    is_current: bool = False

    @cached_property
    def query(self) -> Query:
        return self.snapshot.only_found(list(self.clauses))

    @cached_property
    def size(self) -> int:
        """How many there are."""
        return self.snapshot.count(self.query) + len(self._changed or ())

    @cached_property
    def _changed(self) -> "Selection | None":
        """The cables among them that changed, in an index of their own."""
        changed = self.snapshot.changed if self.is_current else None
        return replace(self, snapshot=changed, is_current=False) if changed else None

    def __len__(self) -> int:
        return self.size

    def keys(self, order: str | None, start: int, stop: int) -> list[int]:
        """Return primary keys from `start` to `stop`, in an order of lists; None is relevance."""
        if stop <= start:
            return []
        changed = self._changed
        if not changed:
            return [key for _, key in self._hits(order, start, stop)]
        # Each of the changed moves what comes after it by one.
        first = max(0, start - len(changed))
        hits = self._hits(order, first, stop) + changed._hits(order, 0, len(changed))
        is_descending = not order or ORDER_FIELDS[order][1] == Order.Desc
        hits.sort(key=itemgetter(0), reverse=is_descending)
        return [key for _, key in hits[start - first : stop - first]]

    def unsorted_keys(self) -> list[int]:
        """Return the primary keys of all, without those that changed."""
        hits = self.snapshot.in_order(self.query, 0, self.size, "id", Order.Asc)
        return [key for key, _ in hits]

    def _hits(self, order: str | None, start: int, stop: int) -> list[tuple[Any, int]]:
        """Return (what they are sorted by, primary key), without those that changed."""
        if order is None:
            hits = self.snapshot.ranked(self.query, start, stop)
        else:
            hits = self.snapshot.in_order(self.query, start, stop, *ORDER_FIELDS[order])
        keys = self.snapshot.integers("id", [address for _, address in hits])
        return [(value, key) for (value, _), key in zip(hits, keys, strict=True)]

    def behind(self, order: str, key: Sequence[Any]) -> Self:
        """Select those that come after a key, the values of the columns of a sort order."""
        alike, parts = self, []
        equal: list[tuple[Occur, Query]] = []
        for field, value, descending in _numbers(order, key):
            least, most = (None, value - 1) if descending else (value + 1, None)
            parts.append(Query.boolean_query([*equal, (Occur.Must, ranged(field, least, most))]))
            equal.append((Occur.Must, ranged(field, value, value)))
            alike = alike._ranged(field, value, value)
        # Other orders compare references as they are.
        sort_key = reference_order if order.endswith("reference") else str
        reference, is_descending = sort_key(key[-1]), ORDERS[order][-1].startswith("-")
        last = [
            pk
            for other, pk in alike.references()
            if other != key[-1] and (sort_key(other) < reference) == is_descending
        ]
        return self.with_any_of([*parts, Query.term_set_query(schema(), "id", last)])

    def references(self) -> list[tuple[str, int]]:
        """Return (reference, primary key) of all."""
        found = self._hits("reference", 0, len(self))
        found += self._changed._hits("reference", 0, len(self)) if self._changed else []
        return [(order[2:] if order < ":" else order, pk) for order, pk in found]

    def with_keys(self, keys: Iterable[int]) -> Self:
        """Select those that have one of these primary keys."""
        return self._any_of("id", keys)

    def without(self, keys: Iterable[int]) -> Self:
        """Select those that do not have one of these primary keys."""
        return self._none_of("id", keys)

    def none(self) -> Self:
        return self._and(Query.empty_query())

    def saying(self, question: Question, any_word: bool = False) -> Self:
        """Select those with all words and recipients of a question, or any of its single words."""
        query = text_query(question, any_word)
        return self if query is None else self._and(query)

    def matching(self, question: Question, any_word: bool = False) -> Self:
        """Select the matches of a question; all if it is empty, none if nothing in it is usable."""
        if not question.has_conditions:
            return self.none() if question.text else self
        found = self.saying(question, any_word)
        if senders := question.senders:  # Each a name of an origin, or a sender as printed.
            named = Cable.objects.origins_named(" ".join(each.words) for each in senders)
            origins = [Query.term_set_query(schema(), "origin", named)] if named else []
            found = found.with_any_of([*origins, *map(matching, senders)])
        if question.origins:
            found = found.sent_by(Cable.objects.origins_named(question.origins))
        if question.after:
            found = found.created_after(question.after)
        if question.before:
            found = found.sent_before(question.before)
        for tag in question.tags:
            found = found.tagged([tag])
        for each in question.without:
            found = found.except_for(self.matching(each))
        return found

    def partly_matching(self, question: Question) -> Self:
        """Select those with some, not all, of the single words of a question, and all else."""
        everything = text_query(question)
        if everything is None or len(single_words(question)) < 2:
            return self.none()
        found = self.matching(question, any_word=True)
        return found._without(everything)

    def with_words(self, words: Sequence[str], least: int | None = None) -> Self:
        """Select those with at least `least` of these words, in any form; None stands for all."""
        queries = [(Occur.Should, matching(Operand((word,)))) for word in words]
        return self._and(Query.boolean_query(queries, len(words) if least is None else least))

    def with_any_phrase(self, phrases: Iterable[str]) -> Self:
        """Select those with any of these phrases, in any form of each word."""
        operands = [Operand(tuple(split_words(phrase))) for phrase in phrases]
        return self._and(best_of([matching(operand) for operand in operands]))

    def with_any_row(self, rows: Iterable[Sequence[str]]) -> Self:
        """Select those with any of these words in a row as printed; most rows rank first."""
        phrases = [matching(Operand(tuple(row), quoted=True)) for row in rows]
        if not phrases:
            return self.none()
        clauses = [(Occur.Should, Query.const_score_query(each, 1.0)) for each in phrases]
        return self._and(Query.boolean_query(clauses))

    def with_any_of(self, queries: Sequence[Query]) -> Self:
        """Select those that match any of these queries."""
        return self._filter(best_of(list(queries))) if queries else self.none()

    def in_any(self, others: Iterable["Selection"]) -> Self:
        """Select those that are in any of some narrower selections."""
        return self.with_any_of([Query.boolean_query([*each.clauses]) for each in others])

    def sent_by(self, origins: Iterable[int]) -> Self:
        return self._any_of("origin", origins)

    def classified(self, *classifications: str) -> Self:
        return self._any_of("classification", classifications)

    def tagged(self, codes: Iterable[str]) -> Self:
        return self._any_of("tag", codes)

    def marked(self, codes: Iterable[str]) -> Self:
        return self._any_of("marking", codes)

    def naming(self, labels: Iterable[str]) -> Self:
        """Select those with any of these labels of persons."""
        return self._any_of("person", labels)

    def except_for(self, others: Self) -> Self:
        return self._without(Query.boolean_query([*others.clauses]))

    def unmarked(self, codes: Iterable[str]) -> Self:
        return self._none_of("marking", codes)

    def collected(self, collections: Iterable[str]) -> Self:
        return self._any_of("collection", collections)

    def partial(self) -> Self:
        return self._ranged("partial", 1, 1)

    def with_references(self) -> Self:
        return self._ranged("citing", 1, 1)

    def created_after(self, day: date) -> Self:
        return self._ranged("created", days(day) * MICROS_A_DAY)

    def created_before(self, day: date) -> Self:
        return self._ranged("created", None, (days(day) + 1) * MICROS_A_DAY - 1)

    def sent_before(self, day: date) -> Self:
        return self._ranged("created", None, days(day) * MICROS_A_DAY - 1)

    def dated_by(self, unit: str) -> Self:
        """Select those of whose date no more is known than the year, or the year or the month."""
        return self._ranged("exact", None, ("year", "month").index(unit))

    def released_after(self, day: date) -> Self:
        return self._ranged("released", days(day))

    def released_before(self, day: date) -> Self:
        return self._ranged("released", days(NO_DAY) + 1, days(day))

    def years_of(self, name: str) -> dict[tuple[Any, int], int]:
        """Return {(value, year): cables sent in that year} of "origins" or "tags"."""
        return dict(self._count(f"years of {name}"))

    def count_all(self, names: Iterable[str] = FACET_FIELDS) -> None:
        """Count the values of several of COUNTED and YEARS at once."""
        names = [name for name in names if name not in self.counts]
        if names and self._changed:
            indexed, more = replace(self, is_current=False), self._changed._aggregate(names)
            indexed.count_all(names)
            self.counts.update({name: sums(indexed.counts[name], more[name]) for name in names})
        elif names:
            self.counts.update(self._counted(names))

    @cached_property
    def counts(self) -> dict[str, Counts]:
        """{name of COUNTED or YEARS: {value: cables}}, as far as they are counted."""
        return {} if self.clauses or self._changed else self.snapshot.counts_of_all

    def _count(self, name: str) -> Iterator[tuple[Any, int]]:
        self.count_all([name])
        return iter(self.counts[name].items())

    def _counted(self, names: list[str]) -> dict[str, Counts]:
        """Count values. Where few cables changed, or few do not match, only these are counted."""
        if not self.clauses:
            return self._counted_since_earlier(names) or self._aggregate(names)
        if len(self) > MANY * self.snapshot.searcher.num_docs:
            everything = Selection(self.snapshot)
            everything.count_all(names)
            if all(len(everything.counts[name]) < MOST_VALUES for name in names):
                others = self._others._aggregate(names)
                return {name: corrected(everything.counts[name], others[name]) for name in names}
        return self._aggregate(names)

    def _counted_since_earlier(self, names: list[str]) -> dict[str, Counts] | None:
        """Count the values of all cables from an earlier snapshot that has counted them, if any."""
        earlier = self.snapshot.earlier
        if earlier is None or not all(name in earlier.counts_of_all for name in names):
            return None
        if any(len(earlier.counts_of_all[name]) >= MOST_VALUES for name in names):
            return None  # Some values are missing there.
        keys = self.snapshot.changed_since(earlier)
        if keys is None:
            return None
        gone = Selection(earlier)._any_of("id", keys)._aggregate(names)
        come = Selection(self.snapshot)._any_of("id", keys)._aggregate(names)
        return {
            name: corrected(earlier.counts_of_all[name], gone[name], come[name]) for name in names
        }

    @property
    def _others(self) -> "Selection":
        """All cables that do not match."""
        matching = Query.boolean_query(list(self.clauses))
        return Selection(self.snapshot, (*all_cables(), (Occur.MustNot, matching)))

    def _aggregate(self, names: Iterable[str]) -> dict[str, Counts]:
        """Return {name: its values in the cables that match}."""
        counted = self.snapshot.searcher.aggregate(self.query, _aggregations(names))
        return {name: _read(name, counted[name] if counted else {}) for name in names}

    def _and(self, query: Query) -> Self:
        return replace(self, clauses=(*self.clauses, (Occur.Must, query)))

    def _filter(self, query: Query) -> Self:
        """Add a clause that does not add to the score."""
        return self._and(Query.const_score_query(query, 0.0))

    def _any_of(self, field: str, values: Iterable[Any]) -> Self:
        values = list(dict.fromkeys(values))
        if not values:
            return self.none()
        return self._filter(Query.term_set_query(schema(), field, values))

    def _none_of(self, field: str, values: Iterable[Any]) -> Self:
        return self._without(Query.term_set_query(schema(), field, list(values)))

    def _without(self, query: Query) -> Self:
        return replace(self, clauses=(*(self.clauses or all_cables()), (Occur.MustNot, query)))

    def _ranged(self, field: str, least: int | None = None, most: int | None = None) -> Self:
        return self._filter(ranged(field, least, most))


def published_cables(*, is_current: bool = False) -> Selection:
    """Return all published cables of the edition of this request. Raises IndexNotReady.

    Those that changed since the commit of the index are left out, unless it `is_current`.
    """
    return Selection(snapshot_of(current_edition()), is_current=is_current)


def _numbers(order: str, key: Sequence[Any]) -> Iterator[tuple[str, int, bool]]:
    """Yield (field, value, whether it is descending) of a key.

    In an order by reference this has three numbers; in others few cables differ by it alone.
    """
    for column, value in zip(ORDERS[order], key, strict=True):
        name, descending = column.lstrip("-"), column.startswith("-")
        if name == "released":
            yield name, days(value), descending
        elif name == "created":
            yield name, micros(value), descending
        elif order.endswith("reference"):
            for part, number in chunks(reference_order(value)).items():
                yield part, number, descending


def corrected(counts: Counts, gone: Counts, come: Counts | None = None) -> Counts:
    """Return counts without the cables that went, and with those that came."""
    found = sums({value: n - gone.get(value, 0) for value, n in counts.items()}, come or {})
    return {value: cables for value, cables in found.items() if cables}


def _aggregations(names: Iterable[str]) -> dict[str, Any]:
    """Return the aggregations that count the values of these of COUNTED, YEARS, SUMS or TOTALS."""
    return {name: _aggregation(name) for name in names}


def _aggregation(name: str) -> dict[str, Any]:
    if name in YEARS:
        return BY_YEAR | {"aggs": {"values": _terms(YEARS[name])}}
    if name in TOTALS:
        return {"sum": {"field": TOTALS[name]}}
    if name in SUMS:
        return _terms("created") | {"aggs": {"values": {"sum": {"field": SUMS[name]}}}}
    return _terms(name)


def _read(name: str, found: dict[str, Any]) -> Counts:
    """Return the values of an aggregation; {} is that of an index without cables."""
    if name in TOTALS:
        return {"": int(found.get("value", 0))}
    buckets: Iterable[dict[str, Any]] = found.get("buckets", ())
    if name in SUMS:
        return {_whole(each["key"]): int(each["values"]["value"]) for each in buckets}
    return _by_year(buckets) if name in YEARS else _by_value(buckets)


def _terms(name: str) -> dict[str, Any]:
    return {"terms": {"field": (COUNTED | PERSONS)[name], "size": MOST_VALUES}}


def _by_value(buckets: Iterable[dict[str, Any]]) -> Counts:
    return {_whole(each["key"]): each["doc_count"] for each in buckets}


def _by_year(years: Iterable[dict[str, Any]]) -> Counts:
    return {
        (value, int(year["key"]) // 12): cables
        for year in years
        for value, cables in _by_value(year["values"]["buckets"]).items()
    }


def _whole(key: Any) -> Any:
    """Return a bucket's key; numbers come as floats."""
    return int(key) if isinstance(key, float) else key
