"""Answer a search: how many cables it finds, in which order, and their counts by facet."""

from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Protocol

from django.http import HttpRequest, QueryDict

from ..models import Cable
from ..models.querysets import USUAL_ORDER
from .filter_registry import FACETS
from .filters import RELEVANCE, CableFilter, SearchFilter
from .index_selection import Selection, published_cables
from .list_counts import ListCounts
from .query import Question, parse_question
from .ranked_queries import preferred_words
from .understand import ReadQuestion, read_question

PAGE_SIZE = 20
FEW = 10  # Cables; of as many a reader sees all at a glance.
WINDOW = 100  # Results before and behind a position, among which its cable is looked for.


class Findings(Protocol):
    """What is compared of two answers to one question."""

    @property
    def total(self) -> int: ...

    @property
    def is_loosened(self) -> bool: ...


@dataclass(frozen=True)
class Answer:
    """The answer to a search. `facets` has a list of (value, label, cables) for each facet."""

    filters: CableFilter
    total: int
    months: dict[date, int]  # First day of each month of creation -> cables, earliest first.
    facets: dict[str, list[tuple[str, str, int]]]
    found: "MatchList"
    notes: list[str]  # Sentences about what was ignored, and which words are not required.
    reading: ReadQuestion = ReadQuestion("")  # The question in plain words.
    is_read: bool = False  # Whether the filters of the reading are applied.
    read_total: int | None = None  # How many cables they leave, if for that they are not applied.

    @property
    def is_loosened(self) -> bool:
        """Whether not all words are required, as no cable has all."""
        return bool(self.found.selection.least)

    @property
    def years(self) -> dict[int, int]:
        """Cables by year of creation, as if no year were chosen."""
        return {int(year): cables for year, _, cables in self.facets["year"]}

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

    def address(self, facet: str, value: str) -> str:
        """Return the address of the results with this value of a facet in place of any other."""
        return self.filters.address(**FACETS[facet].parameters(value))


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


def answer(request: HttpRequest, question: Question, tallies: ListCounts) -> Answer:
    """Answer a question with the filters of the query string. Raises IndexNotReady.

    What its words say of posts, times and the like is read as filters, unless ?plain=yes, or unless
    the words as they are find what the reading does not.
    """
    if question.reference:
        return _answer(request, question, tallies)
    reading = read_question(question.text, tallies, request.GET.keys())
    if not reading.read or "plain" in request.GET:
        return replace(_answer(request, question, tallies), reading=reading)
    found = _answer(as_read(request, reading), parse_question(reading.words), tallies)
    if not found.total or found.is_loosened or is_narrow(found.total, reading):
        plain = _answer(as_typed(request), question, tallies)
        if is_better(plain, found):
            total = 0 if found.is_loosened else found.total
            return replace(plain, reading=reading, read_total=total)
    return replace(found, reading=reading, is_read=True)


def is_narrow(total: int, reading: ReadQuestion) -> bool:
    """Return whether few cables have all of many words, in a time that was read with them."""
    has_time_alone = all(each.sort == "time" for each in reading.read)
    many = bool(preferred_words(parse_question(reading.words)))
    return has_time_alone and many and total < FEW


def is_better(plain: Findings, read: Findings) -> bool:
    """Return whether the words as they are find more than what was read, or match as a whole."""
    if read.total and read.is_loosened:
        return plain.total > 0 and not plain.is_loosened
    return plain.total > read.total


def as_read(request: HttpRequest, reading: ReadQuestion) -> HttpRequest:
    """Return a request for the words that are left of a question, with the filters read from it."""
    parameters = request.GET.copy()
    parameters["q"] = reading.words
    for name, value in (pair for narrowing in reading.read for pair in narrowing.filters):
        parameters.appendlist(name, value)
    return _asking(request, parameters)


def as_typed(request: HttpRequest) -> HttpRequest:
    """Return a request for the words of a question as they are: its addresses say so too."""
    parameters = request.GET.copy()
    parameters["plain"] = "yes"
    return _asking(request, parameters)


def _asking(request: HttpRequest, parameters: QueryDict) -> HttpRequest:
    asked = copy(request)
    asked.GET = parameters  # type: ignore[assignment]  # Django's own is immutable.
    return asked


def _answer(request: HttpRequest, question: Question, tallies: ListCounts) -> Answer:
    filters = SearchFilter(request, Cable.objects.published(), tallies, question)
    selection, counted = count_all(filters)
    return Answer(
        filters=filters,
        total=len(selection),
        months=selection.by_month,
        facets={name: FACETS[name].values(counted[name], tallies) for name in FACETS},
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


def count_all(filters: CableFilter) -> tuple[Selection, dict[str, Selection]]:
    """Return the selection of results, and {facet: the selection its values are counted in}.

    A facet with a chosen value is counted without its own filters, since its links replace them.
    """
    everything = published_cables().matching(filters.question or Question(""))
    results = filters.without_order(everything)
    results.count_all()
    used = {name for name, _ in filters.pairs}
    return results, {
        name: filters.without_order(everything, *facet.filters)
        if used & set(facet.filters)
        else results
        for name, facet in FACETS.items()
    }
