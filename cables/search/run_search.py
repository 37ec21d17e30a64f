"""Answer a search: how many cables it finds, in which order, and their counts by facet.

PostgreSQL finds the cables that have the words. Filters, counts and orders are then computed in
memory (fact_columns.py). By relevance, PostgreSQL ranks them if they are at most RANK_ALL.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256

import numpy as np
from django.core.cache import cache

from ..models import Cable
from ..models.querysets import USUAL_ORDER
from .fact_columns import Selection, columns_of
from .filter_registry import FACETS
from .filters import RELEVANCE, CableFilter
from .list_counts import ListCounts
from .query import Question
from .ranking import RANK_ALL, ranked
from .timeouts import statement_timeout

PAGE_SIZE = 20


@dataclass(frozen=True)
class Answer:
    """The answer to a search. `facets` has a list of (value, label, cables) for each facet."""

    filters: CableFilter
    total: int
    months: dict[date, int]  # First day of each month of creation -> cables, earliest first.
    facets: dict[str, list[tuple[str, str, int]]]
    found: "MatchList"

    @property
    def years(self) -> dict[int, int]:
        """Cables by year of creation, as if no year were chosen."""
        return {int(year): cables for year, _, cables in self.facets["year"]}

    @cached_property
    def keys(self) -> list[int]:
        """The primary keys on the page that ?page= asks for; none past the last page."""
        text = self.filters.data.get("page", "1")
        page = int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 1
        return self.keys_from(max(page - 1, 0) * PAGE_SIZE)

    def keys_from(self, start: int) -> list[int]:
        """Return the primary keys of a page of results, from index `start`."""
        return self.found[start : start + PAGE_SIZE]

    def address(self, facet: str, value: str) -> str:
        """Return the address of the results with this value of a facet in place of any other."""
        return self.filters.address(**FACETS[facet].parameters(value))


class MatchList(Sequence):
    """The primary keys of all results, in the order asked for. Raises TooSlow."""

    def __init__(self, filters: CableFilter, selection: Selection):
        self.filters, self.selection = filters, selection

    def __len__(self):
        return len(self.selection)

    def __getitem__(self, index):
        return self.keys[index].tolist()

    @cached_property
    def keys(self) -> np.ndarray:
        if self.filters.order != RELEVANCE:
            return self.selection.keys(self.filters.order)
        return self.subjects_first() if len(self) > RANK_ALL else self.ranked()

    def ranked(self) -> np.ndarray:
        """Return the keys by relevance, best first; cached, as readers turn pages."""
        query = [pair for pair in self.filters.asked if pair[0] != "sort"]
        digest = sha256(f"{self.selection.columns.token}\n{query}".encode()).hexdigest()
        return cache.get_or_set(f"ranked-{digest}", self.rank, timeout=None)

    def rank(self) -> np.ndarray:
        keys = self.selection.keys(USUAL_ORDER).tolist()
        with statement_timeout():
            cables = Cable.objects.published().filter(pk__in=keys)
            return np.array(ranked(cables, self.filters.question, len(keys)), np.int64)

    def subjects_first(self) -> np.ndarray:
        """Return the keys of cables whose subject has all words, then the rest; newest first."""
        first = self.selection.with_subject(self.filters.question)
        others = self.selection.but(first)
        return np.concatenate([first.keys(USUAL_ORDER), others.keys(USUAL_ORDER)])

    def behind(self, key: tuple) -> int:
        """Return the index of the first result after the one with this key of a cursor.

        A key has the values of the columns of the order. By relevance it is (reference, results
        sent so far): the number counts where the reference is no longer among the results.
        """
        if self.filters.order != RELEVANCE:
            return len(self) - len(self.selection.behind(self.filters.order, key))
        reference, sent = key
        last = Cable.objects.published().filter(reference=reference).values_list("pk", flat=True)
        indexes = np.isin(self.keys, list(last)).nonzero()[0]
        return int(indexes[0]) + 1 if len(indexes) else min(sent, len(self))

    def latest(self, count: int) -> list[int]:
        """Return the primary keys of the latest released results, whatever the order asked for."""
        return self.selection.keys(USUAL_ORDER)[:count].tolist()


def answer(request, question: Question, tallies: ListCounts) -> Answer:
    """Answer a question with the filters of the query string. Raises TooSlow."""
    filters = CableFilter(request, Cable.objects.published(), tallies, question)
    selection, counted = count_all(filters)
    return Answer(
        filters=filters,
        total=len(selection),
        months=selection.by_month,
        facets={name: FACETS[name].values(counted[name], tallies) for name in FACETS},
        found=MatchList(filters, selection),
    )


def count_all(filters: CableFilter) -> tuple[Selection, dict[str, Selection]]:
    """Return the selection of results, and {facet: the selection its values are counted in}.

    A facet with a chosen value is counted without its own filters, since its links replace them.
    """
    everything = columns_of(filters.tallies.state).all().matching(filters.question)
    results = filters.without_order(everything)
    used = {name for name, _ in filters.asked}
    return results, {
        name: filters.without_order(everything, *facet.filters)
        if used & set(facet.filters)
        else results
        for name, facet in FACETS.items()
    }
