"""How many cables have each origin, classification, day, month, tag and marking.

Counts come from the search index (index_selection.py) or from the database.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from itertools import chain
from typing import Any

from ..search_index.schema import day_of
from ..telegram.fact_types import count_values

Counts = dict[Any, int]  # {value: cables}


class ValueCounts:
    """Counts by value, of which a subclass reads each kind by `_count`."""

    def _count(self, name: str) -> Iterator[tuple[Any, int]]:
        """Yield (value, cables) of a name in index_selection.COUNTED."""
        raise NotImplementedError

    @cached_property
    def by_origin(self) -> dict[int, int]:
        """{primary key of an origin: its cables}."""
        return dict(sorted(self._count("origins")))

    @cached_property
    def by_class(self) -> dict[str, int]:
        """{classification: its cables}."""
        return dict(self._count("classifications"))

    @cached_property
    def by_day(self) -> dict[date, int]:
        """{day of release: its cables}, earliest first."""
        return {day_of(day): cables for day, cables in sorted(self._count("released"))}

    @cached_property
    def by_month(self) -> dict[date, int]:
        """{first day of a month: the cables sent in it}, earliest first."""
        return _by_first_day(self._count("created"))

    @cached_property
    def words_by_month(self) -> dict[date, int]:
        """{first day of a month: the words of the titles and texts sent in it}, earliest first.

        A word is what blanks part from others. The database does not know them.
        """
        return _by_first_day(self._count("words"))

    @cached_property
    def words(self) -> int:
        """How many words the titles and texts have. The database does not know them."""
        return sum(words for _, words in self._count("all words"))

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
    """Counts that are known, as the index has them: {"origins": {value: cables}, ...}."""

    def __init__(self, counts: Mapping[str, Counts]):
        self.counts = counts

    def _count(self, name: str) -> Iterator[tuple[Any, int]]:
        return iter(self.counts.get(name, {}).items())


def _by_first_day(months: Iterable[tuple[int, int]]) -> dict[date, int]:
    """Return {first day: number} of months that are numbered from the year 0, earliest first."""
    return {date(month // 12, month % 12 + 1, 1): number for month, number in sorted(months)}


def sums(*counts: Mapping[Any, int]) -> Counts:
    """Return the counts of several sets of cables together."""
    found: Counts = {}
    for key, cables in chain.from_iterable(each.items() for each in counts):
        found[key] = found.get(key, 0) + cables
    return found


def by_year(months: Mapping[date, int]) -> dict[int, int]:
    """Return {year: cables} of {first day of a month: cables}, in the same order."""
    return sums(*({month.year: cables} for month, cables in months.items()))
