"""What a question and its filters find: how many cables, of which kinds, and in which order.

PostgreSQL finds the cables that have the words; what else is asked of them is counted and put in
order in memory (columns.py). Where a few are to be ordered by relevance, PostgreSQL ranks them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256

import numpy as np
from django.core.cache import cache

from .asking import Question
from .columns import Selection, columns_of
from .filters import RELEVANCE, CableFilter
from .limits import in_time
from .models import Cable
from .querysets import USUAL_ORDER
from .ranking import RANK_ALL, ranked
from .tallies import Tallies

PAGE_SIZE = 20
MOST_TAGS = 20
# Facet -> the filters that choose one of its values.
FACETS = {
    "origin": ("origin",),
    "country": ("country",),
    "tag": ("tag",),
    "classification": ("classification",),
    "kind": ("kind",),
    "concept": ("concept",),
    "year": ("created_after", "created_before"),
}


@dataclass(frozen=True)
class Answer:
    """What was found. Each facet has (value, name, cables), the most first; years, the first."""

    filters: CableFilter
    total: int
    months: dict[date, int]  # Months in which they were sent, as first days, earliest first.
    facets: dict[str, list[tuple[str, str, int]]]
    found: "Found"

    @property
    def years(self) -> dict[int, int]:
        """Cables by the year in which they were sent, whatever years are asked for."""
        return {int(year): cables for year, _, cables in self.facets["year"]}

    @cached_property
    def keys(self) -> list[int]:
        """The primary keys of the page that is asked for; none past the last one."""
        asked = self.filters.data.get("page", "1")
        page = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 9 else 1
        return self.keys_from(max(page - 1, 0) * PAGE_SIZE)

    def keys_from(self, start: int) -> list[int]:
        """The primary keys of a page that begins behind so many results."""
        return self.found[start : start + PAGE_SIZE]

    def address(self, facet: str, value: str) -> str:
        """Return the address of what has a value of a facet, instead of another of that facet."""
        if facet == "year":
            days = {"created_after": f"{value}-01-01", "created_before": f"{value}-12-31"}
            return self.filters.address(**days)
        return self.filters.address(**{facet: value})


class Found(Sequence):
    """The primary keys of all that was found, in the order asked for. Raises TooSlow."""

    def __init__(self, filters: CableFilter, selection: Selection):
        self.filters, self.selection = filters, selection

    def __len__(self):
        return len(self.selection)

    def __getitem__(self, place):
        return self.keys[place].tolist()

    def __iter__(self) -> Iterator[int]:
        return iter(self.keys.tolist())

    @cached_property
    def keys(self) -> np.ndarray:
        if self.filters.order != RELEVANCE:
            return self.selection.keys(self.filters.order)
        return self.subjects_first() if len(self) > RANK_ALL else self.ranked()

    def ranked(self) -> np.ndarray:
        """All of them, the most relevant first. That is kept: pages follow one another."""
        asked = [pair for pair in self.filters.asked if pair[0] != "sort"]
        digest = sha256(f"{self.selection.columns.token}\n{asked}".encode()).hexdigest()
        return cache.get_or_set(f"ranked-{digest}", self.rank, timeout=None)

    def rank(self) -> np.ndarray:
        keys = self.selection.keys(USUAL_ORDER).tolist()
        with in_time():
            cables = Cable.objects.published().filter(pk__in=keys)
            return np.array(ranked(cables, self.filters.question, len(keys)), np.int64)

    def subjects_first(self) -> np.ndarray:
        """Those whose subject answers the question, then the others; the latest released first."""
        first = self.selection.with_subject(self.filters.question)
        others = self.selection.but(first)
        return np.concatenate([first.keys(USUAL_ORDER), others.keys(USUAL_ORDER)])

    def behind(self, key: tuple) -> int:
        """Return how many results a program was given whose last one had this key (cursors.py).

        By relevance, that is its reference, and how many it had been given: these are asked
        where it is found no longer.
        """
        if self.filters.order != RELEVANCE:
            return len(self) - len(self.selection.behind(self.filters.order, key))
        reference, given = key
        last = Cable.objects.published().filter(reference=reference).values_list("pk", flat=True)
        places = np.isin(self.keys, list(last)).nonzero()[0]
        return int(places[0]) + 1 if len(places) else min(given, len(self))

    def latest(self, count: int) -> list[int]:
        """The latest released of them, whatever the order asked for."""
        return self.selection.keys(USUAL_ORDER)[:count].tolist()


def answer(request, question: Question, tallies: Tallies) -> Answer:
    """Return what a question and the filters in a query string find. Raises TooSlow."""
    filters = CableFilter(request, Cable.objects.published(), tallies, question)
    selection, counts = count_all(filters)
    return Answer(
        filters=filters,
        total=len(selection),
        months=selection.by_month,
        facets=named(counts, tallies),
        found=Found(filters, selection),
    )


def count_all(filters: CableFilter) -> tuple[Selection, dict[str, Selection]]:
    """Return what is found, and {facet: what its values are counted in}.

    A facet of which a value is chosen counts as if none were, since its links replace the choice.
    """
    everything = columns_of(filters.tallies.state).all().matching(filters.question)
    found = filters.sifted(everything)
    on = {name for name, _ in filters.asked}
    return found, {
        facet: filters.sifted(everything, *names) if on & set(names) else found
        for facet, names in FACETS.items()
    }


def named(counts: dict[str, Selection], tallies: Tallies) -> dict[str, list[tuple[str, str, int]]]:
    """Return {facet: [(value in addresses, name, cables)]}."""
    of_origin = counts["origin"].by_origin
    of_country, of_class = (
        counts["country"].by_origin,
        counts["classification"].by_class,
    )
    origins = [
        (slug, name, of_origin.get(key, 0)) for slug, (name, key, _) in tallies.origins.items()
    ]
    countries = [
        (slug, name, sum(of_country.get(tallies.origins[each][1], 0) for each in slugs))
        for slug, (name, slugs) in tallies.countries.items()
    ]
    classes = [
        (slug, known.label, of_class.get(known.value, 0))
        for slug, (known, _) in tallies.classifications.items()
    ]
    of_tag = sorted(counts["tag"].by_tag.items(), key=lambda tag: (-tag[1], tag[0]))
    tags = [
        (code, tallies.glossary.get(code, ("", ""))[0] or code, cables)
        for code, cables in of_tag[:MOST_TAGS]
    ]
    years = {}
    for month, cables in counts["year"].by_month.items():
        years[month.year] = years.get(month.year, 0) + cables
    return {
        "origin": most_first(origins),
        "country": most_first(countries),
        "tag": most_first(tags),
        "classification": most_first(classes),
        "kind": most_first(kinds_of(counts["kind"], tallies)),
        "concept": most_first(concepts_of(counts["concept"], tallies))[:MOST_TAGS],
        "year": [(str(year), str(year), cables) for year, cables in years.items()],
    }


def kinds_of(selection: Selection, tallies: Tallies) -> list[tuple[str, str, int]]:
    """Return (slug, name, cables) of the kinds of documents; nothing if there is but one."""
    if len(tallies.kinds) < 2:
        return []
    found = selection.by_label("kind")
    return [(slug, name.capitalize(), found.get(name, 0)) for slug, name in tallies.kinds.items()]


def concepts_of(selection: Selection, tallies: Tallies) -> list[tuple[str, str, int]]:
    """Return (concept, concept, cables) of the National Archives' concepts."""
    found = selection.by_label("concept") if tallies.concepts else {}
    return [(name, name, cables) for name, cables in found.items()]


def most_first(values):
    return sorted((each for each in values if each[2]), key=lambda each: (-each[2], each[1]))
