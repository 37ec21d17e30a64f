"""The map of origins and its list, of all cables or of those of some years and words."""

from dataclasses import dataclass
from datetime import date

from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from ...graphics.world_map import INSETS, WORLD, Dot, Frame
from ...search.index_selection import published_cables
from ...search.list_counts import ListCounts
from ...search.query import Question, parse_question
from ...search_index.reader import IndexNotReady
from .paging import until_complete
from .places import OriginRow, origin_rows, spots_of
from .search_page import not_ready, without_blanks

YEARS = {"since": "From the year", "until": "To the year"}  # Parameter -> label of its field.


@dataclass(frozen=True, slots=True)
class MapFigure:
    """A map with its dots. `others` have no link here, as a larger map shows them."""

    frame: Frame
    links: list[tuple[Dot, OriginRow, str]]  # The last is the address of its cables.
    others: list[Dot]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Its (x, y, width, height) on the map of the world."""
        return WORLD.box(self.frame)


@dataclass(frozen=True, slots=True)
class MapFilter:
    """The years and words that a map is limited to; `notes` say what was ignored."""

    question: Question
    since: int | None
    until: int | None
    notes: tuple[str, ...]

    @classmethod
    def of(cls, data) -> "MapFilter":
        """Read the query string: `q` as in a search, `since` and `until` in four digits."""
        question = parse_question(data.get("q", ""))
        given = {label: data.get(name, "") for name, label in YEARS.items()}
        notes = (
            f"{label} is left out: a year is written in four digits."
            for label, text in given.items()
            if text and not is_year(text)
        )
        since, until = (int(text) if is_year(text) else None for text in given.values())
        return cls(question, since, until, (*question.notes, *notes))

    @property
    def is_on(self) -> bool:
        return bool(self.question.text or self.since or self.until)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The same filter as parameters of a search and of lists."""
        after = f"{self.since:04}-01-01" if self.since else ""
        before = f"{self.until:04}-12-31" if self.until else ""
        values = ("q", self.question.text), ("created_after", after), ("created_before", before)
        return [(name, value) for name, value in values if value]

    @property
    def query(self) -> str:
        """The query string of the map under this filter, with its "?"."""
        years = {"since": self.since, "until": self.until}
        pairs = [(name, f"{year:04}") for name, year in years.items() if year]
        pairs = [("q", self.question.text)] * bool(self.question.text) + pairs
        return f"?{urlencode(pairs)}" if pairs else ""

    def count(self, counts: ListCounts) -> dict[int, int]:
        """Return {primary key of an origin: its cables}. Raises IndexNotReady with words."""
        if not self.question.text:
            years = range(self.since or 0, (self.until or 9999) + 1)
            return {
                key: cables
                for key, by_year in counts.origin_years.items()
                if (cables := sum(n for year, n in by_year.items() if year in years))
            }
        found = published_cables().matching(self.question)
        if self.since:
            found = found.created_after(date(self.since, 1, 1))
        if self.until:
            found = found.created_before(date(self.until, 12, 31))
        return found.by_origin

    def address(self, slug: str) -> str:
        """Return the address of the cables of one origin under this filter."""
        if self.question.text:
            return f"{reverse('search')}?{urlencode([*self.pairs, ('origin', slug)])}"
        query = f"?{urlencode(self.pairs)}" if self.pairs else ""
        return f"{reverse('origin', args=[slug])}{query}"


def is_year(text: str) -> bool:
    return len(text) == 4 and text.isascii() and text.isdecimal() and text > "0000"


@require_safe
def origin_map(request):
    """All origins on a map of the world, each a point whose area is its number of cables."""
    return answer(request, "cables/map.html")


@require_safe
def origin_map_list(request):
    """The origins of the map as a table, most cables first."""
    return answer(request, "cables/map_list.html")


def answer(request, template):
    """Render the map or its table, limited by ?q=, ?since= and ?until=."""
    if moved := without_blanks(request):
        return moved
    counts, chosen = ListCounts.current(), MapFilter.of(request.GET)
    try:
        rows = rows_of(counts, chosen)
    except IndexNotReady:
        return not_ready(request, chosen.question, counts)
    is_list = template == "cables/map_list.html"
    crumbs = [("Origins", reverse("origins")), ("Map", reverse("origin_map") if is_list else "")]
    context = {
        "heading": counts.as_held("Origins by number of cables") if is_list else "Map of origins",
        "crumbs": [*crumbs, ("List", "")] if is_list else crumbs,
        "current": "origin-map",
        "counts": counts,
        "asked": chosen,
        "total": sum(row.cables for row in rows),
        "places": [(row, chosen.address(row.slug)) for row in rows],
        "maps": lambda: draw_maps(rows, chosen),
    }
    response = render(request, template, context)
    return until_complete(
        response, not (chosen.question.text and published_cables().snapshot.left_out)
    )


def rows_of(counts: ListCounts, chosen: MapFilter) -> list[OriginRow]:
    """Return the origins that have cables under a filter, most cables first."""
    cables = chosen.count(counts) if chosen.is_on else None
    rows = origin_rows(counts, counts.origins, cables)
    return sorted(rows, key=lambda row: (-row.cables, row.name))


def draw_maps(rows: list[OriginRow], chosen: MapFilter) -> list[MapFigure]:
    """Return the map of the world, then the larger maps of crowded regions.

    Each origin is a link on one map only, the larger one, so that the Tab key reaches it once.
    """
    named = {row.slug: row for row in rows}
    spots = spots_of(rows)
    most = max((spot.cables for spot in spots), default=1)
    maps, taken = [], set()
    for frame in (*INSETS, WORLD):
        dots = frame.dots(spots, most)
        links = [
            (dot, named[dot.key], chosen.address(dot.key)) for dot in dots if dot.key not in taken
        ]
        if dots or frame is WORLD:
            maps.append(MapFigure(frame, links, [dot for dot in dots if dot.key in taken]))
        taken |= {dot.key for dot in dots}
    return [maps[-1], *maps[:-1]]
