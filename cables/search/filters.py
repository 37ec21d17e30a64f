"""What is asked of a list of cables: words, filters and order in a query string, applied to it.

    ?origin=embassy-lisbon&tag=SCUL&classification=secret&created_after=2006-01-01&sort=-created

filter_registry.py has the filters; days are whole days of UTC, and a year stands for its first or
last day. A value that is not valid is ignored, and a note says so. Neither notes nor links repeat
it, so that nobody can put words into a page through its address. A search is a list too: of the
cables that match the question in ?q= (query.py).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Self
from urllib.parse import unquote

import django_filters
from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.encoding import escape_uri_path
from django.utils.http import urlencode
from django_filters.fields import MultipleChoiceField

from ..models import Cable
from ..models.querysets import ORDERS, USUAL_ORDER
from .filter_registry import FACETS, FILTERS, Cables, DayFilter, Filter, FlagFilter, ValuesFilter
from .list_counts import ListCounts
from .query import Question, parse_question
from .recipients import with_persons

RELEVANCE = "relevance"  # The usual order of a search with words.
NOT_FILTERS = ("q", "plain", "sort")
# A page has a hundred addresses of nearly the same pairs.
_encoded = lru_cache(maxsize=1_000)(lambda pair: urlencode([pair]))
SORTED = "results are sorted by relevance, created, released or reference."
MOST_VALUES = 10  # Of one filter: links repeat each value.
MOST_QUESTIONS = 6  # That are counted over time, each a line of its own (STROKES).


@dataclass(frozen=True)
class ListQuery:
    """The parameters of a list, and the path of the list that links repeat."""

    parameters: QueryDict
    path: str = "/"

    @classmethod
    def from_request(cls, request: HttpRequest) -> Self:
        return cls(request.GET, request.path)

    @classmethod
    def from_address(cls, address: str) -> Self:
        """Read "/tag/EFIS/?sort=created" or "?tag=EFIS". Raises TooManyFieldsSent."""
        path, _, query = address.partition("?")
        return cls(QueryDict(query), unquote(path) or "/")

    @cached_property
    def question(self) -> Question:
        return with_persons(parse_question(self.parameters.get("q", "")))

    def with_values(self, **values: str | list[str]) -> Self:
        """Return the same with some parameters replaced; a list is added to present values."""
        parameters = self.parameters.copy()
        for name, value in values.items():
            if isinstance(value, list):
                parameters.setlist(name, [*parameters.getlist(name), *value])
            else:
                parameters[name] = value
        return type(self)(parameters, self.path)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, and the address of the list without it."""

    label: str
    value: str
    address: str

    def __str__(self) -> str:
        return f"{self.label.lower()} {self.value}"


class ValuesField(MultipleChoiceField):
    """At most MOST_VALUES values of a ValuesFilter, in any of their spellings."""

    def __init__(self, *args: Any, parse: Callable[[str], str], **kwargs: Any) -> None:
        self.parse = parse
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> list[str]:
        return [self.parse(each) for each in super().to_python(value)]

    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(set(value)) > MOST_VALUES:
            raise forms.ValidationError(f"a list is narrowed by at most {MOST_VALUES} of a kind.")


class MultipleValuesFilter(django_filters.MultipleChoiceFilter):
    field_class = ValuesField


class FilterForm(forms.Form):
    """All filters together: a range has to begin before it ends."""

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        for name in ("created", "released"):
            first, last = cleaned.get(f"{name}_after"), cleaned.get(f"{name}_before")
            if first and last and first > last:
                for side in ("after", "before"):
                    self.add_error(f"{name}_{side}", "the last day is before the first.")
        return cleaned


def make_filter(row: Filter) -> django_filters.Filter:
    """Return the django-filter of a row of the registry; CableFilter.select does its work."""
    options = {"field_name": row.name, "label": row.label, "method": "select"}
    match row:
        case ValuesFilter():
            unknown = f"nothing published here has such a {row.name}."
            errors = {"invalid_choice": row.unknown or unknown}
            return MultipleValuesFilter(error_messages=errors, parse=row.parse, **options)
        case FlagFilter():
            errors = {"invalid_choice": "write yes, or leave it out."}
            choices = [("yes", "Yes")]
            return django_filters.ChoiceFilter(choices=choices, error_messages=errors, **options)
        case DayFilter():
            errors = {"invalid": "a day is written as 2006-03-14."}
            return django_filters.DateFilter(
                input_formats=["%Y-%m-%d"], error_messages=errors, **options
            )


class CableFilter(django_filters.FilterSet):
    """A query string applied to a list of cables; `qs` has the cables that are left, in order.

    The values that can be chosen are those that the counts have, so that none is looked up.
    """

    sort = django_filters.ChoiceFilter(
        label="Order",
        method="listed",
        choices=[(order, order) for order in ORDERS],
        error_messages={"invalid_choice": "a list is sorted by created, released or reference."},
    )

    base_filters: dict[str, django_filters.Filter]

    class Meta:
        model = Cable
        fields: list[str] = []
        form = FilterForm

    @classmethod
    def get_filters(cls) -> dict[str, django_filters.Filter]:
        """Return {name: filter}: those of the registry, then the order."""
        filters = {name: make_filter(row) for name, row in FILTERS.items()}
        filters.update(super().get_filters())
        return filters

    def __init__(self, asked: ListQuery, cables: Cables, counts: ListCounts) -> None:
        parameters = asked.parameters.copy()
        known = self.base_filters
        for name in known.keys() & parameters.keys():
            values = [value for value in parameters.getlist(name) if value.strip()]
            parameters.setlist(name, [_day_of_year(name, value) for value in values])
        # A form of all filters takes milliseconds to make.
        self.base_filters = {
            name: known[name] for name in known if name in parameters or name == "sort"
        }
        super().__init__(parameters, queryset=cables.listed())
        self.path = escape_uri_path(asked.path)
        self.blank = parameters != asked.parameters  # Whether a form sent a field without a value.
        self.counts = counts
        self.question = question = self.words_of(asked)
        for name in FILTERS.keys() & parameters.keys():
            if isinstance(row := FILTERS[name], ValuesFilter):
                choices = [(choice, choice) for choice in row.values(counts)]
                self.filters[name].extra["choices"] = choices
        if question:
            self.filters["sort"].extra["choices"] += [(RELEVANCE, RELEVANCE)]
            self.filters["sort"].extra["error_messages"] = {"invalid_choice": SORTED}

    def words_of(self, asked: ListQuery) -> Question | None:
        """Return the words that are looked for in the list, None without any."""
        return asked.question if asked.question.text else None

    def select(self, cables: Cables, name: str, value: Any) -> Cables:
        return FILTERS[name].select(cables, value, self.counts)

    def listed(self, cables: Cables, name: str, order: str) -> Cables:
        return cables if order == RELEVANCE else cables.listed(order)

    def without_order(self, cables: Cables, *ignored: str) -> Cables:
        """Return what the filters but the `ignored` leave of a queryset or selection, unsorted."""
        self.form.is_valid()
        for name, value in self.form.cleaned_data.items():
            if name not in (*ignored, *NOT_FILTERS):
                cables = self.filters[name].filter(cables, value)
        return cables

    @cached_property
    def pairs(self) -> list[tuple[str, str]]:
        """The valid part of the query string as (name, value) pairs, without the usual order."""
        self.form.is_valid()
        pairs = [("q", self.question.text)] if self.question and self.question.text else []
        for name, value in self.form.cleaned_data.items():
            values = value if isinstance(value, list) else [value] if value else []
            pairs += [(name, str(value)) for value in values]
        return [pair for pair in dict.fromkeys(pairs) if pair != ("sort", self.usual)]

    @property
    def narrowed(self) -> bool:
        return any(name not in NOT_FILTERS for name, _ in self.pairs)

    @property
    def usual(self) -> str:
        """The order without ?sort=: by relevance where words are searched for."""
        return RELEVANCE if self.question and self.question.groups else USUAL_ORDER

    @property
    def order(self) -> str:
        order = dict(self.pairs).get("sort", self.usual)
        return self.usual if order == RELEVANCE else order

    @property
    def notes(self) -> list[str]:
        """A sentence for each parameter that is not valid and therefore ignored."""
        return [
            f"{self.filters[name].label} is left out: {sentence}"
            for name, sentences in self.form.errors.items()
            for sentence in sentences
        ]

    @property
    def chips(self) -> list[Chip]:
        return self.chips_beside()

    def chips_beside(self, *shown: tuple[str, str]) -> list[Chip]:
        """Return the filters that are on, but for pairs that a page shows elsewhere."""
        return [
            Chip(row.label, row.show(value, self.counts), self.address((name, value)))
            for name, value in self.pairs
            if (row := FILTERS.get(name)) and (name, value) not in shown
        ]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The pairs that the filter form sends in hidden fields: all but days, which it shows."""
        return [pair for pair in self.pairs if not _is_day(pair[0])]

    @property
    def days(self) -> dict[str, str]:
        return {name: value for name, value in self.pairs if _is_day(name)}

    @property
    def year(self) -> int | None:
        """The year of creation that the list is narrowed to, if it is one."""
        return next(map(int, FACETS["year"].chosen(self.pairs)), None)

    @property
    def cleared(self) -> str:
        """The address of the list without filters, in the same order."""
        return self.address(*(pair for pair in self.pairs if pair[0] not in NOT_FILTERS))

    def address(self, *without: tuple[str, str], **changes: str | None) -> str:
        """Return the address of this list without some pairs, and with changed parameters.

        A change to None removes a parameter. The page number is dropped: it belongs to one order
        and one set of filters.
        """
        return self.path + self.query(*without, **changes)

    def query(self, *without: tuple[str, str], **changes: str | None) -> str:
        """Return the query string of that address, with its "?"."""
        pairs = [pair for pair in self.pairs if pair not in without and pair[0] not in changes]
        pairs += [(name, value) for name, value in changes.items() if value]
        return f"?{'&'.join(map(_encoded, pairs))}" if pairs else ""


class SearchFilter(CableFilter):
    """The same for searches, whose words can be only words: ?plain=yes (understand.py)."""

    plain = django_filters.ChoiceFilter(
        label="Plain words",
        method="listed",
        choices=[("yes", "Yes")],
        error_messages={"invalid_choice": "write yes, or leave it out."},
    )

    def words_of(self, asked: ListQuery) -> Question:
        return asked.question


def _day_of_year(name: str, value: str) -> str:
    """Return the first or last day of a year that is the value of a filter by day."""
    if not _is_day(name) or not re.fullmatch("[12][0-9]{3}", value.strip()):
        return value
    return f"{value.strip()}-01-01" if name.endswith("_after") else f"{value.strip()}-12-31"


def _is_day(name: str) -> bool:
    return isinstance(FILTERS.get(name), DayFilter)
