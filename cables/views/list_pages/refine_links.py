"""Links that refine a list or a search: sort orders, facets, the timeline."""

from dataclasses import dataclass
from functools import cached_property

from ...graphics.bars import timeline
from ...models.querysets import USUAL_ORDER
from ...search.filter_registry import EVERYTHING, FACETS, Facet
from ...search.filters import RELEVANCE

# ?sort= -> label. Relevance is the default order of a search with words.
ORDERS = {
    RELEVANCE: "Relevance",
    "-created": "Newest",
    "created": "Oldest",
    USUAL_ORDER: "Latest release",
    "reference": "Reference ID",  # Of lists only.
}
SHOWN, MOST = 6, 24  # Values of a facet shown at once, and in all.
OPEN = 3  # Facets whose values are shown at once.
FLAGS = ("cables", "cites", "partial")  # Filters that the form shows as boxes of their own.


@dataclass(frozen=True, slots=True)
class RefineChoice:
    value: str
    label: str
    cables: int  # Results at `address`.
    address: str
    on: bool  # Whether it is selected.
    remove: str  # The address without it, "" if it is not selected.


@dataclass(frozen=True, slots=True)
class FacetLinks:
    name: str
    label: str
    first: list[RefineChoice]
    more: list[RefineChoice]
    is_open: bool  # Whether its values are shown at once.
    is_whole: bool  # Whether all values are shown.

    @property
    def box(self) -> str:
        """The query parameter of its boxes; "" if only one value can be chosen."""
        return self.name if FACETS[self.name].filters == (self.name,) else ""


class Refining:
    """The links on a page of results, or of a list, that refine it.

    `page` has the cables of the page. `within` says which list it is (filter_registry.py).
    """

    def __init__(self, found, counts, page, within=EVERYTHING):
        self.found, self.asked, self.counts = found, found.filters, counts
        self.page, self.within = page, within

    @property
    def orders(self) -> list[tuple[str, str, bool]]:
        """(label, address, whether it is the current one), of the orders that make a difference.

        A volume is in the order of its pages until another one is chosen.
        """
        asked, labels = self.asked, dict(ORDERS)
        current = asked.order
        if asked.usual != RELEVANCE:
            del labels[RELEVANCE]
        if not self.within:
            del labels["reference"]
        if "volume" in self.within and asked.usual == USUAL_ORDER:
            del labels[USUAL_ORDER]
            labels = {USUAL_ORDER: "As printed", **labels}
        elif not self._has_releases:
            del labels[USUAL_ORDER]
            current = "created" if current == USUAL_ORDER else current
        return [
            (label, asked.address(sort=None if order == asked.usual else order), order == current)
            for order, label in labels.items()
        ]

    @property
    def _has_releases(self) -> bool:
        """Whether days of release are known, as far as this page shows.

        Sorted by them, a page without any has none after it.
        """
        return bool(self.counts.released) and (
            self.asked.order != USUAL_ORDER or any(cable.release_day for cable in self.page)
        )

    @cached_property
    def noun(self) -> str:
        """What is counted: "document" if any of these is no cable."""
        counted = self.found.all_counts.by_marking.keys()
        return "document" if counted & {*self.counts.other_kinds} else "cable"

    @property
    def cables_only(self) -> str:
        """The address of these results without documents that are no cables; "" without any."""
        return self.asked.address(kind=None, cables="yes") if self.noun == "document" else ""

    @property
    def without_words(self) -> str:
        return self.asked.address(q=None)

    @cached_property
    def facets(self) -> list[FacetLinks]:
        """The facets with values to choose, most cables first.

        A link replaces the selected values of its facet. So a facet is counted without its own
        selection, and a count is the number of results that the link gives. The boxes of a facet
        can be ticked together: cables with any of these values. Years are chosen in the timeline.
        """
        facets: list[FacetLinks] = []
        for name, facet in FACETS.items():
            if name == "year":
                continue
            values, chosen = self._values(name)
            # What all cables have does not help to choose, nor values with one cable each.
            divides = {n for _, n in values} not in (set(), {1}, {self.found.total})
            if chosen or divides:
                links = [self._choice(facet, *each, chosen) for each in values[:MOST]]
                whole = len(values) <= MOST and len(self.found.facets[name]) != facet.most
                is_open = bool(chosen) or len(facets) < OPEN
                shown = links[:SHOWN], links[SHOWN:]
                facets.append(FacetLinks(name, facet.label, *shown, is_open, whole))
        return facets

    @cached_property
    def whole(self) -> set[str]:
        """The names of the facets that show all their values."""
        return {facet.name for facet in self.facets if facet.is_whole}

    @cached_property
    def kept(self) -> list[tuple[str, str]]:
        """The pairs of the query string for which the form has no field and no ticked box."""
        ticked = {
            (facet.box, each.value)
            for facet in self.facets
            for each in (*facet.first, *facet.more)
            if each.on
        }
        return [pair for pair in self.asked.kept if pair not in ticked and pair[0] not in FLAGS]

    @property
    def flags(self) -> set[str]:
        return {name for name, _ in self.asked.pairs if name in FLAGS}

    @cached_property
    def timeline(self):
        """The chart of the results by year or month; None if it has only one bar."""
        chart = timeline(self.found.months)
        if chart.is_by_month:
            chart = timeline(self.found.months, self.found.months_of_years)
        return chart if len(chart.bars) > 1 else None

    @cached_property
    def span(self):
        """The names of the first and the last bar."""
        bars = self.timeline.bars
        return bars[0].name, bars[-1].name

    @property
    def before_days(self):
        """The address of these results without dates, ending in "?" or "&" for more parameters."""
        return f"{self.all_years}{'&' if '?' in self.all_years else '?'}"

    @property
    def first_year(self) -> int:
        return min(self.found.years)

    @property
    def last_year(self) -> int:
        return max(self.found.years)

    @property
    def all_years(self) -> str:
        return self.asked.address(created_after=None, created_before=None)

    def _values(self, name: str) -> tuple[list[tuple[str, int]], set[str]]:
        """Return (value, cables) of a facet, but for the list's own value, and those selected.

        The selected ones come first.
        """
        chosen = FACETS[name].chosen(self.asked.pairs)
        own = self.within.get(name, ())
        values = [(value, n) for value, _, n in self.found.facets[name] if value not in own]
        values.sort(key=lambda each: (each[0] not in chosen, -each[1]))
        return values, chosen & {value for value, _ in values}

    def _choice(self, facet: Facet, value: str, cables: int, chosen: set[str]) -> RefineChoice:
        return RefineChoice(
            value=value,
            label=facet.show(value, self.counts),
            cables=cables,
            address=self.found.address(facet.name, value),
            on=value in chosen,
            remove=self.asked.address(*facet.parameters(value).items()) if value in chosen else "",
        )
