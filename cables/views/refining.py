"""The links that refine a search: another order, a facet, a year or month, something less."""

from dataclasses import dataclass
from functools import cached_property

from ..charts import timeline
from ..filters import RELEVANCE

# ?sort= -> what it is called. By relevance is how words are answered if nobody asks otherwise.
ORDERS = {
    RELEVANCE: "Relevance",
    "-created": "Newest",
    "created": "Oldest",
    "-released": "Latest release",
}
GROUPS = {
    "origin": "Origin",
    "country": "Country",
    "tag": "Tag",
    "classification": "Classification",
    "kind": "Kind",
    "concept": "Concept",
    "year": "Year created",
}
SHOWN, MOST = 6, 24  # Values of a facet that are shown at once, and after a click.
WIDTH = 100  # Of the bar of the largest value.


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet: its link leads to so many results; `on` if it is chosen already."""

    label: str
    cables: int
    address: str
    share: int
    on: bool
    remove: str


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    label: str
    first: list[Choice]
    more: list[Choice]
    on: bool  # Whether one of them is chosen.


class Refining:
    """What leads from a page of results to others, each an address that can be shared."""

    def __init__(self, found, tallies):
        self.found, self.asked, self.tallies = found, found.filters, tallies

    @property
    def orders(self) -> list[tuple[str, str, bool]]:
        """(name, address, whether it is this one); without words nothing is relevant."""
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
    def facets(self) -> list[Facet]:
        """What the results can be narrowed to, most cables first.

        A link puts a value in place of those that are chosen: a facet with a selection is counted
        as if it had none, and its count is how many results the link gives.
        """
        groups = [(name, self._choices(name)) for name in GROUPS if self.found.facets.get(name)]
        return [
            Facet(name, GROUPS[name], choices[:SHOWN], choices[SHOWN:], bool(self._chosen(name)))
            for name, choices in groups
            if len(choices) > 1 or self._chosen(name)
        ]

    @cached_property
    def timeline(self):
        """The chart of the results by year, or by month; None if there is but one bar."""
        chart = timeline(self.found.months)
        return chart if len(chart.bars) > 1 else None

    @property
    def before_days(self):
        """The address of these results whenever sent, up to where its query string goes on."""
        address = self.asked.address(created_after=None, created_before=None)
        return f"{address}{'&' if '?' in address else '?'}"

    def _choices(self, name):
        values = self.found.facets[name]
        most = max(cables for *_, cables in values)
        chosen = self._chosen(name)
        first = sorted(values, key=lambda value: (value[0] not in chosen, -value[2]))
        return [
            Choice(
                label=self._in_words(name, value, label),
                cables=cables,
                address=self.found.address(name, value),
                share=round(cables * WIDTH / most),
                on=value in chosen,
                remove=self._without(name, value) if value in chosen else "",
            )
            for value, label, cables in first[:MOST]
        ]

    def _chosen(self, name):
        if name == "year":
            return {str(self.asked.year)} - {"None"}
        return {value for key, value in self.asked.asked if key == name}

    def _without(self, name, value):
        if name == "year":
            return self.asked.address(created_after=None, created_before=None)
        return self.asked.address((name, value))

    def _in_words(self, name, value, label):
        if name != "tag":
            return str(label)
        meaning, _ = self.tallies.glossary.get(value, ("", ""))
        return f"{value}, {meaning}" if meaning else value
