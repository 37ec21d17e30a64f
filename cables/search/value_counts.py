"""How many cables have each origin, classification, month, tag and marking.

Counts come from the search index (index_selection.py) or from rows of the database.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from ..models.querysets import CableQuerySet
from ..telegram.fact_types import count_values

Counts = dict[Any, int]  # {value: cables}
# The columns of a cable from which all its values are counted.
COLUMNS = ("origin", "classification", "created", "tags", "captions", "marks", "labels")


class ValueCounts:
    """Counts by value, of which a subclass reads each kind by `_count`."""

    def _count(self, name: str) -> Iterator[tuple[Any, int]]:
        """Yield (value, cables) of "origins", "classes", "months", "tags" or "markings"."""
        raise NotImplementedError

    @cached_property
    def by_origin(self) -> dict[int, int]:
        """{primary key of an origin: its cables}."""
        return dict(sorted(self._count("origins")))

    @cached_property
    def by_class(self) -> dict[str, int]:
        """{classification: its cables}."""
        return dict(self._count("classes"))

    @cached_property
    def by_month(self) -> dict[date, int]:
        """{first day of a month: the cables sent in it}, earliest first."""
        counts = sorted(self._count("months"))
        return {date(month // 12, month % 12 + 1, 1): cables for month, cables in counts}

    @cached_property
    def by_tag(self) -> dict[str, int]:
        """{tag: its cables}, without tags that name a person."""
        return dict(sorted(self._count("tags")))

    @cached_property
    def by_marking(self) -> dict[str, int]:
        """{caption, portion mark in its parentheses, or label: its cables}."""
        return dict(sorted(self._count("markings")))

    def by_label(self, sort: str) -> dict[str, int]:
        """{value: its cables} of the labels with a prefix such as "kind"."""
        return count_values(sort, self.by_marking)


class KnownCounts(ValueCounts):
    """Counts that are known: {"origins": {value: cables}, ...}; months are numbered from year 0."""

    def __init__(self, counts: Mapping[str, Counts]):
        self.counts = counts

    def _count(self, name: str) -> Iterator[tuple[Any, int]]:
        return iter(self.counts.get(name, {}).items())

    @cached_property
    def total(self) -> int:
        """How many cables there are: each was sent in one month."""
        return sum(self.counts.get("months", {}).values())


def count_rows(cables: CableQuerySet) -> dict[str, Counts]:
    """Count the values of a few cables in the database, as the search index counts them."""
    counts: dict[str, Counter[Any]] = {
        name: Counter() for name in ("origins", "classes", "months", "tags", "markings")
    }
    for origin, known, created, tags, captions, marks, labels in cables.values_list(*COLUMNS):
        counts["origins"][origin] += 1
        counts["classes"][known] += 1
        counts["months"][created.year * 12 + created.month - 1] += 1
        counts["tags"].update({tag for tag in tags if "," not in tag})
        counts["markings"].update({*captions, *labels, *(f"({mark})" for mark in marks)})
    return {name: dict(counted) for name, counted in counts.items()}


def sums(counts: Counts, more: Counts) -> Counts:
    """Return the counts of two sets of cables together."""
    return {key: counts.get(key, 0) + more.get(key, 0) for key in counts | more}
