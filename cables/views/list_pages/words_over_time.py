"""Words over time: how many cables of each year or month each of several questions finds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from math import ceil
from operator import attrgetter
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from ...graphics.bars import Step, drawn, month_steps, year_steps
from ...graphics.line_charts import STROKES, LineChart, Point, Stroke, line_chart
from ...models import Cable
from ...search.filter_registry import FILTERS
from ...search.filters import MOST_QUESTIONS, Chip, ListQuery, SearchFilter
from ...search.index_selection import published_cables
from ...search.list_counts import ListCounts
from ...search.run_search import Answer, answer
from ...search.value_counts import by_year

# Of a year or month with fewer cables than this, and than this part of the mean, no share is drawn.
FEW, FEW_OF_MEAN = 10, 0.1
MOST_MONTHS = 120  # Ten years. Of longer times only years are counted.


@dataclass(frozen=True)
class Cell:
    """What one question finds in one year or month."""

    cables: int
    share: float | None  # Of all cables of that time; None if there are none.
    per_million: float | None  # Of the words of all cables of that time.
    address: str  # Of the search that finds the same; "" without any.

    @property
    def percent(self) -> str:
        return "" if self.share is None else f"{100 * self.share:.3g}%"

    @property
    def per_million_words(self) -> str:
        return "" if self.per_million is None else f"{self.per_million:,.1f}"


NOTHING = Cell(0, None, None, "")


class Shown(NamedTuple):
    """What a chart can show of each cell."""

    value: Callable[[Cell], float | None]
    say: Callable[[float], str]  # Names a grid line.


# ?show= -> what is drawn.
SHOWN = {
    "": Shown(attrgetter("share"), lambda share: f"{100 * share:.3g}%"),
    "cables": Shown(attrgetter("cables"), "{:,}".format),
    "words": Shown(attrgetter("per_million"), "{:,g}".format),
}


@dataclass(frozen=True)
class TimeRow:
    first: date  # Day,
    last: date
    name: str  # "1962", "October 1962"
    cables: int  # All of that time, with the filters alone,
    words: int  # and the words in them.
    cells: Sequence[Cell]


@dataclass(frozen=True)
class AskedOverTime:
    """One question, and what it finds."""

    text: str  # As typed.
    answer: Answer

    def address(self, first: date, last: date) -> str:
        """Return the address of the search for what it finds in some days."""
        filters = self.answer.filters
        first = max(first, date.fromisoformat(filters.days.get("created_after", str(date.min))))
        last = min(last, date.fromisoformat(filters.days.get("created_before", str(date.max))))
        return filters.address(created_after=str(first), created_before=str(last))


@dataclass(frozen=True)
class Curve:
    """The line of one question in a chart."""

    text: str
    stroke: Stroke
    path: str
    points: Sequence[tuple[Point, TimeRow, Cell]]


@dataclass(frozen=True)
class WordsOverTime:
    """Questions under the same filters, by year or month of creation."""

    filters: SearchFilter  # Without a question.
    questions: Sequence[AskedOverTime]
    months: Mapping[date, int]  # All cables with the filters, by first day of the month.
    words: Mapping[date, int]  # In them, by the same.
    of_year_alone: int  # Of how many no month is known.
    wants_months: bool
    shows: str  # What is drawn, a key of SHOWN.

    @cached_property
    def month_steps(self) -> list[Step]:
        """The months; none if there are more than MOST_MONTHS."""
        return month_steps(dict(self.months), MOST_MONTHS)

    @property
    def is_by_month(self) -> bool:
        return self.wants_months and bool(self.month_steps)

    @cached_property
    def rows(self) -> list[TimeRow]:
        """All months from the first to the last, or the years that have cables, earliest first."""
        years = by_year(self.months)
        steps = self.month_steps if self.is_by_month else year_steps(years, sorted(years))
        counts = [by_step(each.answer.months, self.is_by_month) for each in self.questions]
        words = by_step(self.words, self.is_by_month)
        return [
            TimeRow(
                *step,
                words.get(step[0], 0),
                [
                    _cell(each, found.get(step[0], 0), step, words.get(step[0], 0))
                    for each, found in zip(self.questions, counts, strict=True)
                ],
            )
            for step in steps
        ]

    @cached_property
    def charted(self) -> list[TimeRow]:
        """The rows of the chart, with the years between them that have no cables.

        As in all charts a few cables decades before the others are left out.
        """
        if self.is_by_month:
            return self.rows
        rows = {row.first.year: row for row in self.rows}
        none = [NOTHING] * len(self.questions)
        empty = (TimeRow(*step, 0, none) for step in year_steps({}, drawn(by_year(self.months))))
        return [rows.get(row.first.year, row) for row in empty]

    @cached_property
    def chart(self) -> LineChart:
        steps = [(row.first, row.last, row.name, row.cables) for row in self.charted]
        drawn = (
            row.cells if row.cables >= self.fewest_drawn else [NOTHING] * len(row.cells)
            for row in self.charted
        )
        columns = zip(*drawn, strict=True)
        return line_chart(
            steps, [[SHOWN[self.shows].value(cell) for cell in column] for column in columns]
        )

    @cached_property
    def fewest_drawn(self) -> int:
        """The cables that a year or month needs to have a share drawn; 0 for numbers of cables."""
        if self.shows == "cables":
            return 0
        mean = self.total / max(len(self.rows), 1)
        return min(FEW, ceil(FEW_OF_MEAN * mean))

    @property
    def levels(self) -> list[tuple[str, float]]:
        """The (label, y) of each grid line of the chart."""
        say = SHOWN[self.shows].say
        return [(say(value), y) for value, y in self.chart.levels]

    @property
    def curves(self) -> list[Curve]:
        curves = []
        lines = zip(self.questions, self.chart.lines, STROKES, strict=False)
        for at, (asked, (path, points), stroke) in enumerate(lines):
            rows = ((point, self.charted[point.at]) for point in points)
            cells = [(point, row, row.cells[at]) for point, row in rows]
            curves.append(Curve(asked.text, stroke, path, cells))
        return curves

    @property
    def notes(self) -> list[str]:
        """Sentences about what was left out of the filters, the time and each question."""
        notes = [*self.filters.notes]
        if self.wants_months and not self.is_by_month:
            notes.append(f"Years are shown: for months choose at most {MOST_MONTHS // 12} years.")
        if self.is_by_month and self.of_year_alone:
            notes.append(
                f"Of {self.of_year_alone:,} of all these only the year is known: each counts in "
                "one of its months."
            )
        for each in self.questions:
            notes += [f"{each.text}: {note}" for note in each.answer.notes if note not in notes]
            if each.answer.is_read:
                notes.append(f"{each.text}: read as {each.answer.reading}.")
        return notes

    @property
    def is_complete(self) -> bool:
        return all(each.answer.is_complete for each in self.questions)

    @property
    def title(self) -> str:
        texts = "; ".join(each.text for each in self.questions)
        return f"Words over time: {texts}" if texts else "Words over time"

    @property
    def unit(self) -> str:
        return "month" if self.is_by_month else "year"

    @property
    def total(self) -> int:
        return sum(self.months.values())

    @property
    def total_words(self) -> int:
        return sum(self.words.values())

    @property
    def chips(self) -> list[Chip]:
        """The filters, each with the address of this page without it."""
        pairs = [pair for pair in self.filters.pairs if pair[0] in FILTERS]
        chips = zip(self.filters.chips, pairs, strict=True)
        return [replace(chip, address=self.address(pair)) for chip, pair in chips]

    @property
    def cleared(self) -> str:
        return self.address(*self.filters.pairs)

    def address(self, *without: tuple[str, str], route: str = "words", **changes: str) -> str:
        """Return the address of this page or of its file, without some pairs, with changes."""
        shown = {"by": "month" * self.wants_months, "show": self.shows, **changes}
        pairs = [("q", each.text) for each in self.questions]
        pairs += [pair for pair in self.filters.pairs if pair not in without]
        pairs += [(name, value) for name, value in shown.items() if value]
        return f"{reverse(route)}?{urlencode(pairs)}"


def by_step(months: Mapping[date, int], is_by_month: bool) -> Mapping[date, int]:
    """Return {first day of a month or a year: number} of numbers by month."""
    if is_by_month:
        return months
    return {date(year, 1, 1): number for year, number in by_year(months).items()}


def _cell(asked: AskedOverTime, found: int, step: Step, words: int) -> Cell:
    first, last, _, cables = step
    return Cell(
        found,
        found / cables if cables else None,
        1_000_000 * found / words if words else None,
        asked.address(first, last) if found else "",
    )


def words_over_time(asked: ListQuery, counts: ListCounts) -> WordsOverTime:
    """Count what each ?q= finds under the filters; by ?by=month. Raises IndexNotReady.

    `asked` has the path of searches: there the counted cables are found.
    """
    texts = [text.strip() for text in asked.parameters.getlist("q")]
    parameters = asked.parameters.copy()
    for name in ("q", "page", "sort"):
        parameters.pop(name, None)
    asked = ListQuery(parameters, asked.path)
    filters = SearchFilter(asked, Cable.objects.published(), counts)
    every = filters.without_order(published_cables(is_current=True))
    every.count_all(["created", "words"])
    return WordsOverTime(
        filters=filters,
        questions=[
            AskedOverTime(text, answer(asked.with_values(q=text), counts))
            for text in list(dict.fromkeys(filter(None, texts)))[:MOST_QUESTIONS]
        ],
        months=every.by_month,
        words=every.words_by_month,
        of_year_alone=len(every.dated_by("year")),
        wants_months=parameters.get("by") == "month",
        shows=shows if (shows := parameters.get("show", "")) in SHOWN else "",
    )
