"""The registry of filters and facets, one row for each; forms and descriptions derive from it.

FILTERS    query parameters that narrow a list (filters.py, api/openapi.py)
FORM       filters with a field in the form above lists
FACETS     counts beside search results (run_search.py, refine_links.py, api/schemas.py)
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import slugify

from .list_counts import ListCounts
from .value_counts import ValueCounts, by_year

Cables = Any  # A queryset of cables or a Selection in memory: both have the same methods.
Select = Callable[[Cables, Any, ListCounts], Cables]
Count = Callable[[ValueCounts, ListCounts], dict[str, int]]
DAYS = ("created_after", "created_before")  # The filters by date of creation.
MOST_VALUES = 20  # Shown of a facet that may have thousands.


def as_slug(value: str) -> str:
    """Return the slug of a value: "SECRET//NOFORN" and "secret-noforn" are the same."""
    return slugify(value.replace("/", " "))


def as_code(value: str) -> str:
    return value.strip().upper()


@dataclass(frozen=True, slots=True)
class Filter:
    """A query parameter that narrows a list.

    `select(cables, value, counts)` filters a queryset, or a Selection in memory, by the value;
    `show(value, counts)` returns the value as its chip shows it.
    """

    name: str  # The query parameter.
    label: str
    select: Select
    show: Callable[[str, ListCounts], str] = lambda value, counts: value


@dataclass(frozen=True, slots=True)
class Control:
    """The field of a filter in the form above lists: a select or, with a `size`, a text input."""

    label: str = ""  # If it differs from that of the filter.
    size: int = 0  # Width of a text input in characters; 0 for a select.
    longest: int = 0  # maxlength of a text input.
    example: str = ""  # Placeholder.
    fewest: int = 0  # The field is offered if the archive has so many values.
    in_lists: bool = True  # Offered in lists too, not only in searches.
    in_own_list: bool = True  # Offered in a list by a value of this filter.


@dataclass(frozen=True, slots=True)
class ValuesFilter(Filter):
    """A filter by one or more values; each must occur in a published cable."""

    choices: str = ""  # Attribute of ListCounts whose keys are the values; else the name and "s".
    unknown: str = ""  # The error for any other value, if it is not "has such a tag".
    parse: Callable[[str], str] = as_slug  # Converts a typed value to its form in addresses.
    control: Control | None = None  # None if the form has no field for it.

    def __post_init__(self) -> None:
        object.__setattr__(self, "choices", self.choices or f"{self.name}s")

    def values(self, counts: ListCounts) -> Iterable[str]:
        """Return the values that published cables have."""
        values: Iterable[str] = getattr(counts, self.choices)
        return values


@dataclass(frozen=True, slots=True)
class WithoutFilter(ValuesFilter):
    """A filter that leaves out what other filters select; its values are "kind:telegram"."""

    def values(self, counts: ListCounts) -> Iterable[str]:
        for row in FILTERS.values():
            if isinstance(row, FlagFilter):
                yield f"{row.name}:yes"
            elif isinstance(row, ValuesFilter) and row is not self:
                yield from (f"{row.name}:{value}" for value in row.values(counts))


@dataclass(frozen=True, slots=True)
class FlagFilter(Filter):
    """A filter without a value: ?name=yes."""


@dataclass(frozen=True, slots=True)
class DayFilter(Filter):
    """A filter by a day, 2006-03-14, inclusive."""


def _sent_by(origins_of: Callable[[str, ListCounts], Iterable[str]]) -> Select:
    """Return a `select` by origins; `origins_of(value, counts)` returns the slugs of a value."""
    return lambda cables, values, counts: cables.sent_by(
        [counts.origins[slug][1] for value in values for slug in origins_of(value, counts)]
    )


def _marked(template: str, choices: str = "") -> Select:
    """Return a `select` by captions, marks or labels; `template` makes a Marking of a value.

    `choices` is the attribute of ListCounts that has {slug: value}, if values have slugs.
    """

    def select(cables: Cables, values: Iterable[str], counts: ListCounts) -> Cables:
        named = getattr(counts, choices) if choices else {}
        return cables.marked([template.format(named.get(value, value)) for value in values])

    return select


def _of_persons(role: str) -> Select:
    """Return a `select` by persons, in a role of person_counts.ROLES."""
    return lambda cables, slugs, counts: cables.naming(
        [each for slug in slugs for each in counts.persons[slug].labels(role)]
    )


def _by_person(name: str, label: str) -> ValuesFilter:
    return ValuesFilter(
        name,
        label,
        _of_persons(name),
        lambda slug, counts: counts.persons[slug].name,
        choices="persons",
        unknown="no volume published here has such a person in its list of persons.",
    )


def _left_out(cables: Cables, values: Iterable[str], counts: ListCounts) -> Cables:
    for name, _, value in (each.partition(":") for each in values):
        row = FILTERS[name]
        chosen = [value] if isinstance(row, ValuesFilter) else value
        cables = cables.except_for(row.select(cables, chosen, counts))
    return cables


def _excluded(value: str, counts: ListCounts) -> str:
    row = FILTERS[value.partition(":")[0]]
    return f"{row.label.lower()} {row.show(value.partition(':')[2], counts)}"


def _by(method: str) -> Select:
    return lambda cables, value, counts: getattr(cables, method)(value)


def _flag(name: str, label: str, shown: str, select: Select) -> FlagFilter:
    return FlagFilter(name, label, select, lambda *_: shown)


def _tag_meaning(code: str, counts: ListCounts) -> str:
    return counts.glossary.get(code, ("", ""))[0]


# In the order of query strings. Values of one filter are alternatives; a cable matches all filters.
FILTERS: Mapping[str, Filter] = {
    row.name: row
    for row in (
        ValuesFilter(
            "origin",
            "Origin",
            _sent_by(lambda slug, counts: [slug]),
            lambda slug, counts: counts.origins[slug][0],
            unknown="nothing published here is from such an origin.",
            control=Control(in_own_list=False),
        ),
        ValuesFilter(
            "tag",
            "Tag",
            _by("tagged"),
            lambda code, counts: ", ".join(filter(None, [code, _tag_meaning(code, counts)])),
            parse=as_code,
            control=Control(size=8, longest=200, example="SCUL", fewest=1),
        ),
        ValuesFilter(
            "classification",
            "Classification",
            lambda cables, slugs, counts: cables.classified(
                *(counts.classifications[slug][0].value for slug in slugs)
            ),
            lambda slug, counts: counts.classifications[slug][0].label,
            unknown="nothing published here has this classification.",
            control=Control(in_own_list=False),
        ),
        ValuesFilter(
            "country",
            "Country",
            _sent_by(lambda slug, counts: counts.countries[slug][1]),
            lambda slug, counts: counts.countries[slug][0],
            choices="countries",
            unknown="nothing published here is from such a country.",
            control=Control(fewest=1, in_lists=False),
        ),
        ValuesFilter(
            "place",
            "Place",
            _sent_by(lambda slug, counts: counts.place_pages[slug].origins),
            lambda slug, counts: counts.place_pages[slug].name,
            choices="place_pages",
            unknown="nothing published here is from such a place.",
            control=Control(fewest=1, in_lists=False),
        ),
        ValuesFilter(
            "collection",
            "Collection",
            _by("collected"),
            lambda slug, counts: counts.collections[slug],
            unknown="there is no such collection.",
            control=Control(fewest=2),
        ),
        ValuesFilter("caption", "Caption", _marked("{}"), parse=as_code, control=Control(fewest=1)),
        ValuesFilter(
            "mark",
            "Portion mark",
            _marked("({})"),
            lambda mark, counts: f"({mark})",
            parse=lambda value: as_code(value).strip("()"),
            control=Control("Mark", size=6, longest=44, example="SBU", fewest=1),
        ),
        ValuesFilter(
            "kind",
            "Kind",
            _marked("kind:{}", "kinds"),
            lambda slug, counts: counts.kinds[slug].capitalize(),
            unknown="no published document is of such a kind.",
            control=Control(fewest=2),
        ),
        ValuesFilter(
            "text",
            "Text",
            _marked("text:{}", "texts"),
            lambda slug, counts: counts.texts[slug],
            unknown="no published document has such a text.",
        ),
        ValuesFilter(
            "concept",
            "Concept",
            _marked("concept:{}"),
            parse=as_code,
            control=Control(size=12, longest=100, fewest=1),
        ),
        ValuesFilter(
            "film",
            "Film reel",
            _marked("film:{}"),
            unknown="nothing published here is on such a reel.",
            parse=as_code,
            control=Control(size=9, longest=20, example="D750089", fewest=1),
        ),
        ValuesFilter(
            "marking",
            "Release marking",
            _marked("marking:{}"),
            choices="release_markings",
            unknown="nothing published here has such a marking of its release.",
            parse=as_code,
            control=Control(fewest=1),
        ),
        ValuesFilter(
            "volume",
            "Volume",
            _marked("volume:{}"),
            choices="parts",
            unknown="nothing published here is printed in such a volume.",
            parse=str,
        ),
        _by_person("person", "Person"),
        _by_person("sender", "Sent or signed by"),
        _by_person("signer", "Signed by"),
        _by_person("recipient", "Sent to"),
        WithoutFilter(
            *("without", "Excluded", _left_out, _excluded),
            unknown="write a filter and a value of it: kind:telegram.",
            parse=str,
        ),
        _flag(
            *("cables", "Kind", "cables only"),
            lambda cables, _, counts: cables.unmarked(counts.other_kinds),
        ),
        _flag("partial", "Text", "partial extract", lambda cables, *_: cables.partial()),
        _flag(
            "cites", "References", "to other cables", lambda cables, *_: cables.with_references()
        ),
        DayFilter("created_after", "Created from", _by("created_after")),
        DayFilter("created_before", "Created to", _by("created_before")),
        DayFilter("released_after", "Released from", _by("released_after")),
        DayFilter("released_before", "Released to", _by("released_before")),
    )
}
# Which cables a list has: {name of a filter: what its `select` takes}.
Within = Mapping[str, Any]
EVERYTHING: Within = {}


def in_list(cables: Cables, within: Within, counts: ListCounts) -> Cables:
    """Return those cables of a queryset or selection that a list has."""
    for name, value in within.items():
        cables = FILTERS[name].select(cables, value, counts)
    return cables


# Filters with a control, in the order of the form.
FORM = (
    *("country", "place", "origin", "tag", "classification", "caption", "mark", "kind"),
    *("concept", "film", "marking", "collection"),
)


@dataclass(frozen=True, slots=True)
class Facet:
    """Counts of search results by the values of a filter, which has the same name.

    `count(selection, counts)` returns {value in addresses: cables} of the results.
    """

    name: str
    count: Count
    most: int | None = None  # Keep the values with the most cables; None keeps all.
    # Label in JSON, if not that of the chip.
    describe: Callable[[str, ListCounts], str] | None = None

    @property
    def label(self) -> str:
        return FILTERS[self.name].label

    @property
    def filters(self) -> tuple[str, ...]:
        """The names of the filters that select one of its values."""
        return (self.name,)

    def parameters(self, value: str) -> dict[str, str]:
        """Return the query parameters that select a value."""
        return {self.name: value}

    def chosen(self, pairs: Iterable[tuple[str, str]]) -> set[str]:
        """Return the selected values of a query string, given as (name, value) pairs."""
        return {value for name, value in pairs if name == self.name}

    def values(self, selection: ValueCounts, counts: ListCounts) -> list[tuple[str, str, int]]:
        """Return (value, label, cables) of the values that have cables, most cables first."""
        held = [(value, n) for value, n in self.count(selection, counts).items() if n]
        largest = sorted(held, key=lambda each: (-each[1], each[0]))[: self.most]
        describe = self.describe or self.show
        labelled = [(value, describe(value, counts), n) for value, n in largest]
        return sorted(labelled, key=lambda each: (-each[2], each[1]))

    def show(self, value: str, counts: ListCounts) -> str:
        """Return a value as the page shows it."""
        return FILTERS[self.name].show(value, counts)


class YearFacet(Facet):
    """Counts by year of creation; a year is selected by its first and last day."""

    __slots__ = ()
    label = "Year created"
    filters = DAYS

    def parameters(self, value: str) -> dict[str, str]:
        return {"created_after": f"{value}-01-01", "created_before": f"{value}-12-31"}

    def chosen(self, pairs: Iterable[tuple[str, str]]) -> set[str]:
        days = dict(pairs)
        year = days.get("created_after", "")[:4]
        return {year} if year and self.parameters(year).items() <= days.items() else set()

    def values(self, selection: ValueCounts, counts: ListCounts) -> list[tuple[str, str, int]]:
        """Return (year, year, cables), earliest first."""
        return [(year, year, n) for year, n in self.count(selection, counts).items()]

    def show(self, value: str, counts: ListCounts) -> str:
        return value


def _by_slug(sort: str, choices: str, fewest: int = 1) -> Count:
    """Return the `count` of a facet by labels whose values have slugs, if there are so many.

    `choices` is the attribute of ListCounts that has {slug: value}.
    """

    def count(selection: ValueCounts, counts: ListCounts) -> dict[str, int]:
        values, by_label = getattr(counts, choices), selection.by_label(sort)
        is_enough = len(values) >= fewest
        return {slug: by_label.get(value, 0) for slug, value in values.items() if is_enough}

    return count


def _by_label(sort: str, choices: str) -> Count:
    """Return the `count` of a facet by labels; `choices` as for `_by_slug`."""
    return lambda selection, counts: selection.by_label(sort) if getattr(counts, choices) else {}


# In the order of the page and of JSON.
FACETS: Mapping[str, Facet] = {
    row.name: row
    for row in (
        Facet(
            "origin",
            lambda selection, counts: {
                slug: selection.by_origin.get(key, 0)
                for slug, (_, key, _) in counts.origins.items()
            },
        ),
        Facet(
            "country",
            lambda selection, counts: {
                slug: sum(selection.by_origin.get(counts.origins[each][1], 0) for each in origins)
                for slug, (_, origins) in counts.countries.items()
            },
        ),
        Facet(
            "tag",
            lambda selection, counts: selection.by_tag,
            MOST_VALUES,
            lambda code, counts: _tag_meaning(code, counts) or code,
        ),
        Facet(
            "classification",
            lambda selection, counts: {
                slug: selection.by_class.get(known.value, 0)
                for slug, (known, _) in counts.classifications.items()
            },
        ),
        Facet("kind", _by_slug("kind", "kinds", fewest=2)),
        Facet("text", _by_slug("text", "texts")),
        Facet(
            "caption",
            lambda selection, counts: {
                code: selection.by_marking.get(code, 0) for code in counts.captions
            },
            MOST_VALUES,
        ),
        Facet("concept", _by_label("concept", "concepts"), MOST_VALUES),
        Facet("film", _by_label("film", "films"), MOST_VALUES),
        Facet("marking", _by_label("marking", "release_markings"), MOST_VALUES),
        YearFacet(
            "year",
            lambda selection, counts: {
                str(year): n for year, n in by_year(selection.by_month).items()
            },
        ),
    )
}
