"""Links that refine a search: sort orders, facets, the timeline."""

from dataclasses import dataclass
from functools import cached_property

from ..graphics.bars import timeline
from ..search.filter_registry import FACETS
from ..search.filters import RELEVANCE

# ?sort= -> label. Relevance is the default order of a search with words.
ORDERS = {
    RELEVANCE: "Relevance",
    "-created": "Newest",
    "created": "Oldest",
    "-released": "Latest release",
}
SHOWN, MOST = 6, 24  # Values of a facet shown at once, and in all.
WIDTH = 100  # The `share` of the value with the most cables.


@dataclass(frozen=True, slots=True)
class RefineChoice:
    """A value of a facet."""

    label: str
    cables: int  # Results at `address`.
    address: str
    share: int  # Length of its bar, 0 to WIDTH.
    on: bool  # Whether it is selected.
    remove: str  # The address without it, "" if it is not selected.


@dataclass(frozen=True, slots=True)
class FacetLinks:
    name: str
    label: str
    first: list[RefineChoice]
    more: list[RefineChoice]
    on: bool  # Whether one of its values is selected.


class Refining:
    """The links on a page of results that refine the search."""

    def __init__(self, found, tallies):
        self.found, self.asked, self.tallies = found, found.filters, tallies

    @property
    def orders(self) -> list[tuple[str, str, bool]]:
        """(label, address, whether it is the current one). Relevance needs search words."""
        asked = self.asked
        return [
            (
                label,
                asked.address(sort=None if order == asked.usual else order),
                order == asked.order,
            )
            for order, label in ORDERS.items()
            if order != RELEVANCE or asked.usual == RELEVANCE
        ]

    @cached_property
    def facets(self) -> list[FacetLinks]:
        """The facets with a choice of values, most cables first.

        A link replaces the selected value of its facet. So a facet is counted without its own
        selection, and a count is the number of results that the link gives.
        """
        facets = []
        for name, facet in FACETS.items():
            choices = self._choices(name) if self.found.facets[name] else []
            chosen = bool(facet.chosen(self.asked.pairs))
            if len(choices) > 1 or (choices and chosen):
                facets.append(
                    FacetLinks(name, facet.label, choices[:SHOWN], choices[SHOWN:], chosen)
                )
        return facets

    @cached_property
    def timeline(self):
        """The chart of the results by year or month; None if it has only one bar."""
        chart = timeline(self.found.months)
        return chart if len(chart.bars) > 1 else None

    @property
    def before_days(self):
        """The address of these results without dates, ending in "?" or "&" for more parameters."""
        address = self.asked.address(created_after=None, created_before=None)
        return f"{address}{'&' if '?' in address else '?'}"

    def _choices(self, name):
        facet, values = FACETS[name], self.found.facets[name]
        most = max(cables for *_, cables in values)
        chosen = facet.chosen(self.asked.pairs)
        chosen_first = sorted(values, key=lambda value: (value[0] not in chosen, -value[2]))
        return [
            RefineChoice(
                label=facet.show(value, self.tallies),
                cables=cables,
                address=self.found.address(name, value),
                share=round(cables * WIDTH / most),
                on=value in chosen,
                remove=self._without(facet, value) if value in chosen else "",
            )
            for value, _, cables in chosen_first[:MOST]
        ]

    def _without(self, facet, value):
        return self.asked.address(*facet.parameters(value).items())
