"""Answer a search: how many cables it finds, in which order, and their counts by facet.

Those beside a list come from the search index and, of the cables that changed since its last
commit, from the database. So they are exact as soon as a change is committed.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any

from ..models import Cable
from ..models.querysets import ORDERS, USUAL_ORDER, CableQuerySet
from ..search_index.reader import IndexNotReady
from .filter_registry import EVERYTHING, FACETS, Within, in_list
from .filters import RELEVANCE, CableFilter, ListQuery, SearchFilter
from .index_selection import FACET_FIELDS, TOTALS, Selection, published_cables
from .list_count_queries import MOST_LEFT_OUT, UNUSABLE, count_in_database, report, rows_of
from .list_counts import ListCounts
from .query import AS_WORD, Question, parse_question
from .understand import ReadQuestion, read_question
from .value_counts import Counts, KnownCounts, ValueCounts, sums

PAGE_SIZE = 20
MOST_SENT = 100  # Best results that a cursor names; those that follow are sorted by reference.


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

    @property
    def selected(self) -> Selection:
        """The cables in the index."""
        raise NotImplementedError

    @property
    def months_of_years(self) -> dict[date, int]:
        """The cables of `months` that stand there though of their date the year alone is known."""
        return self.selected.dated_by("year").by_month

    @property
    def notes_on_days(self) -> list[str]:
        """A sentence where a filter by month or day has cables whose date is not so exact."""
        days = self.filters.days
        ends = [date.fromisoformat(day) for name, day in days.items() if name == "created_after"]
        if (last := days.get("created_before", str(date.max))) != str(date.max):
            ends.append(date.fromisoformat(last) + timedelta(days=1))
        if all(end.month == end.day == 1 for end in ends):
            return []
        unit = "year" if all(end.day == 1 for end in ends) else "month"
        inexact = len(self.selected.dated_by(unit))
        told, rest = ("year", ", not the month") if unit == "year" else ("year or the month", "")
        return [f"Only the {told} of {inexact:,} of these is known{rest}."] if inexact else []

    @cached_property
    def facets(self) -> dict[str, list[tuple[str, str, int]]]:
        """{facet: (value, label, cables)}, each without its own filters: its links replace them."""
        used, counts = {name for name, _ in self.filters.pairs}, self.filters.counts
        return {
            name: facet.values(
                self.counted(*facet.filters) if used & set(facet.filters) else self.all_counts,
                counts,
            )
            for name, facet in FACETS.items()
        }

    @property
    def years(self) -> dict[int, int]:
        """Cables by year of creation, as if no year were chosen."""
        return {int(year): cables for year, _, cables in self.facets["year"]}

    @property
    def words(self) -> int:
        """How many words the titles and texts have."""
        return self.all_counts.words

    def address(self, facet: str, value: str) -> str:
        """Return the address of the results with this value of a facet in place of any other."""
        return self.filters.address(**FACETS[facet].parameters(value))


@dataclass(frozen=True)
class Answer(Counted):
    """The answer to a search, of all cables or of those of a list."""

    listed: Selection  # The cables of the list that is searched.
    everything: Selection  # What the question finds in it, before the filters.
    found: "MatchList"
    notes: list[str]  # Sentences about what was ignored, and other names that were looked for.
    reading: ReadQuestion = ReadQuestion("")  # The question in plain words.
    is_read: bool = False  # Whether the filters of the reading are applied.
    # To the words as they were typed, where the reading finds nothing: none of it is a result.
    as_typed: "Answer | None" = None

    def counted(self, *ignored: str) -> ValueCounts:
        if not ignored:
            self.found.selection.count_all()
            return self.found.selection
        counts: ValueCounts = self.filters.without_order(self.everything, *ignored)
        return counts

    @cached_property
    def total(self) -> int:
        return len(self.found)

    @property
    def selected(self) -> Selection:
        return self.found.selection

    @property
    def partial_keys(self) -> list[int]:
        """The primary keys of cables that have some of the words, best first.

        They are no results: no total, facet or export has them. They fill the only page of results.
        """
        question, left = self.filters.question, PAGE_SIZE - self.total
        if left <= 0 or not question:
            return []
        some: Selection = self.filters.without_order(self.listed.partly_matching(question))
        keys = some.keys(None, 0, left)
        if self.as_typed:
            keys += [*self.as_typed.keys_from(0), *self.as_typed.partial_keys]
        results = set(self.keys_from(0))
        return [key for key in dict.fromkeys(keys) if key not in results][:left]

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

    def portion(self, key: tuple[Any, ...], count: int) -> tuple[int, list[int]]:
        """Return how many results are before those that follow the key of a cursor, and the keys
        of the next ones, `count` at the most. The key () is the beginning.

        A key has the values of the columns of the order. The order by relevance is another after
        each change of the archive and in each index, so its keys are (primary keys of the best,
        which were sent; reference of the last of the others).
        """
        if self.order:
            following = self.selection.behind(self.order, key) if key else self.selection
            return len(self) - len(following), following.keys(self.order, 0, count)
        sent, last = key or ((), "")
        others = self.selection.without(sent)
        if len(sent) < MOST_SENT:
            best = others.keys(None, 0, min(count, MOST_SENT - len(sent)))
            return len(self) - len(others), best
        following = others.behind("reference", (last,)) if last else others
        return len(self) - len(following), following.keys("reference", 0, count)

    def key_after(self, key: tuple[Any, ...], keys: list[int], last: Cable) -> tuple[Any, ...]:
        """Return the key of a cursor after the results `keys`, which followed a key."""
        if self.order:
            return tuple(getattr(last, column.lstrip("-")) for column in ORDERS[self.order])
        sent, _ = key or ((), "")
        is_full = len(sent) >= MOST_SENT
        return (sent, last.reference) if is_full else ((*sent, *keys), "")

    def latest(self, count: int) -> list[int]:
        """Return the primary keys of the latest released results, whatever the order asked for."""
        return self.selection.keys(USUAL_ORDER, 0, count)


def answer(asked: ListQuery, counts: ListCounts) -> Answer:
    """Answer a question with its filters. Raises IndexNotReady.

    What its words say of posts, times and the like is read as filters, unless ?plain=yes.
    """
    if asked.question.reference:
        return answer_words(asked, counts)
    reading = read_question(asked.question.text, counts, asked.parameters.keys())
    if not reading.differs or "plain" in asked.parameters:
        found = answer_words(asked, counts)
        is_plain = "plain" in asked.parameters
        notes = found.notes if is_plain else _together(reading.notes, found.notes)
        return replace(found, reading=reading, notes=notes)
    left = parse_question(reading.words)
    found = answer_words(as_read(asked, reading, left), counts)
    return replace(
        found,
        reading=reading,
        is_read=True,
        notes=_together(reading.notes, [*left.notes, *found.notes]),
        as_typed=None if found.total else answer_words(asked.with_values(plain="yes"), counts),
    )


def _together(read: Collection[str], others: Iterable[str]) -> list[str]:
    """Return the notes of a reading and others, but for filters that it has named itself."""
    others = (each for each in others if not (read and AS_WORD in each))
    return list(dict.fromkeys([*read, *others]))


def as_read(asked: ListQuery, reading: ReadQuestion, left: Question) -> ListQuery:
    """Return what asks for what can be used of the words that are left, with the filters read."""
    filters: dict[str, str | list[str]] = {}
    for name, value in (pair for narrowing in reading.read for pair in narrowing.filters):
        filters[name] = [*filters.get(name, ()), value]
    return asked.with_values(q=reading.words if left.has_conditions else "", **filters)


def answer_words(asked: ListQuery, counts: ListCounts, within: Within = EVERYTHING) -> Answer:
    """Answer a question, of the list `within`, as words and filters alone. Raises IndexNotReady."""
    return answer_among(in_list(published_cables(is_current=True), within, counts), asked, counts)


def answer_among(listed: Selection, asked: ListQuery, counts: ListCounts) -> Answer:
    """Answer a question, of the cables of a selection, as words and filters alone."""
    question = asked.question
    filters = SearchFilter(asked, Cable.objects.published(), counts)
    everything = listed.matching(question)
    selection = filters.without_order(everything)
    found = Answer(
        filters=filters,
        listed=listed,
        everything=everything,
        found=MatchList(filters, selection),
        notes=[*question.notes, *question.meanings, *filters.notes],
    )
    return replace(found, notes=found.notes + found.notes_on_days)


@dataclass(frozen=True)
class ListFacets(Counted):
    """The counts by facet of a list, narrowed by its filters."""

    within: Within
    indexed: Selection  # The cables of the list in the index,
    changed: CableQuerySet | None  # and those that changed since; None if there are none.

    @property
    def selected(self) -> Selection:
        found: Selection = self.filters.without_order(self.indexed)
        return found

    def counted(self, *ignored: str) -> KnownCounts:
        if self.filters.narrowed:
            return KnownCounts(self._count(*ignored))
        kept = sha256(repr(self.within).encode()).hexdigest()
        return KnownCounts(self.filters.counts.kept(f"list-facets-{kept}", self._count))

    def _count(self, *ignored: str) -> dict[str, Counts]:
        selection = self.filters.without_order(self.indexed, *ignored)
        names = (*FACET_FIELDS, *TOTALS)
        selection.count_all(names)
        if self.changed is None:
            return {name: selection.counts[name] for name in names}
        changed = self.filters.without_order(self.changed, *ignored)
        more = count_in_database(rows_of("").among(list(changed.primary_keys())))
        return {name: sums(selection.counts[name], more.get(name, {})) for name in names}


def facets_of_list(filters: CableFilter, within: Within) -> ListFacets | None:
    """Return the counts of a list, which are made now; None if the index cannot count."""
    counts = filters.counts
    try:
        everything = published_cables()
        changed = None
        if left_out := everything.snapshot.left_out:
            if len(left_out) > MOST_LEFT_OUT:
                raise IndexNotReady
            rows = Cable.objects.published().filter(pk__in=left_out)
            changed = in_list(rows, within, counts)
        indexed = in_list(everything, within, counts)
        facets = ListFacets(filters, within, indexed, changed)
        # Here an unusable index is noticed. A list that nothing is asked of is counted once.
        facets.facets if filters.narrowed else facets.all_counts  # noqa: B018
    except UNUSABLE as error:
        report(error)
        return None
    return facets
