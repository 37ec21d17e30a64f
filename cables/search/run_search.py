"""Answer a search: how many cables it finds, in which order, and their counts by facet."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.http import HttpRequest

from ..models import Cable
from ..models.querysets import USUAL_ORDER
from .filter_registry import EVERYTHING, FACETS, Within, in_list
from .filters import RELEVANCE, CableFilter
from .index_selection import Selection, published_cables
from .list_counts import ListCounts
from .query import Question
from .ranked_queries import preferred_words
from .value_counts import ValueCounts

PAGE_SIZE = 20
WINDOW = 100  # Results before and behind a position, among which its cable is looked for.


@dataclass(frozen=True)
class Counted:
    """The cables of a list or the results of a search, counted by facet."""

    filters: CableFilter

    def counted(self, *ignored: str) -> ValueCounts:
        """Return the counts of the cables, as if the filters `ignored` were not applied."""
        raise NotImplementedError

    @cached_property
    def total(self) -> int:
        return sum(self.months.values())

    @cached_property
    def all_counts(self) -> ValueCounts:
        return self.counted()

    @property
    def months(self) -> dict[date, int]:
        """{first day of a month of creation: cables}, earliest first."""
        return self.all_counts.by_month

    @cached_property
    def facets(self) -> dict[str, list[tuple[str, str, int]]]:
        """{facet: (value, label, cables) of its values}.

        A facet with a chosen value is counted without its own filters, since its links replace it.
        """
        used, tallies = {name for name, _ in self.filters.pairs}, self.filters.tallies
        return {
            name: facet.values(
                self.counted(*facet.filters) if used & set(facet.filters) else self.all_counts,
                tallies,
            )
            for name, facet in FACETS.items()
        }

    @property
    def years(self) -> dict[int, int]:
        """Cables by year of creation, as if no year were chosen."""
        return {int(year): cables for year, _, cables in self.facets["year"]}

    def address(self, facet: str, value: str) -> str:
        """Return the address of the results with this value of a facet in place of any other."""
        return self.filters.address(**FACETS[facet].parameters(value))


@dataclass(frozen=True)
class Answer(Counted):
    """The answer to a search, of all cables or of those of a list."""

    everything: Selection  # What the question finds, before the filters.
    found: "MatchList"
    notes: list[str]  # Sentences about what was ignored, and which words are not required.

    def counted(self, *ignored: str) -> ValueCounts:
        if not ignored:
            self.found.selection.count_all()
            return self.found.selection
        return self.filters.without_order(self.everything, *ignored)

    @cached_property
    def total(self) -> int:
        return len(self.found)

    @property
    def is_loosened(self) -> bool:
        """Whether not all words are required, as no cable has all."""
        return bool(self.found.selection.least)

    @property
    def is_complete(self) -> bool:
        """Whether the index has all cables of this edition, and leaves none out."""
        return not self.found.selection.snapshot.left_out

    @cached_property
    def keys(self) -> list[int]:
        """The primary keys on the page that ?page= asks for; none past the last page."""
        text = self.filters.data.get("page", "1")
        page = int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 1
        return self.keys_from(max(page - 1, 0) * PAGE_SIZE)

    def keys_from(self, start: int) -> list[int]:
        """Return the primary keys of a page of results, from index `start`."""
        return self.found[start : start + PAGE_SIZE]


class MatchList:
    """The primary keys of all results, in the order asked for; read in slices."""

    def __init__(self, filters: CableFilter, selection: Selection):
        self.filters, self.selection = filters, selection
        self.order = None if filters.order == RELEVANCE else filters.order

    def __len__(self) -> int:
        return len(self.selection)

    def __getitem__(self, part: slice) -> list[int]:
        start, stop, _ = part.indices(len(self))
        return self.selection.keys(self.order, start, stop)

    def behind(self, key: tuple[Any, ...]) -> int:
        """Return the index of the first result after the one with this key of a cursor.

        A key has the values of the columns of the order. By relevance it is (reference, results
        sent so far): the number counts where the reference is no longer near that place.
        """
        if self.order:
            return len(self) - self.selection.count_behind(self.order, key)
        reference: str
        sent: int
        reference, sent = key
        start = max(sent - WINDOW, 0)
        near = self[start : sent + WINDOW]
        last = Cable.objects.published().filter(reference=reference).values_list("pk", flat=True)
        places = [start + at + 1 for at, key in enumerate(near) if key in set(last)]
        return places[0] if places else min(sent, len(self))

    def latest(self, count: int) -> list[int]:
        """Return the primary keys of the latest released results, whatever the order asked for."""
        return self.selection.keys(USUAL_ORDER, 0, count)


def answer(
    request: HttpRequest, question: Question, tallies: ListCounts, within: Within = EVERYTHING
) -> Answer:
    """Answer a question with the filters of the query string. Raises IndexNotReady.

    `within` says which list is searched.
    """
    filters = CableFilter(request, Cable.objects.published(), tallies, question)
    everything = in_list(published_cables(), within, tallies).matching(question)
    selection = filters.without_order(everything)
    return Answer(
        filters=filters,
        everything=everything,
        found=MatchList(filters, selection),
        notes=[*question.notes, *filters.notes, *loosened(question, selection)],
    )


def loosened(question: Question, selection: Selection) -> list[str]:
    """Return the sentence that says how many words are required, if these are not all."""
    words = len(preferred_words(question))
    sentence = (
        f"No cable has all {words} words, so those with at least {selection.least} are found."
    )
    return [sentence] if selection.least else []
