"""Count the cables of all lists, and look up what their pages show of them.

They are counted in the search index, and in the database what it does not have: cables that changed
since the state of the index. They are few.
"""

import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from math import inf
from typing import Any, NamedTuple, Self, TypeVar

from django.db.models import (
    CharField,
    Count,
    Exists,
    Expression,
    F,
    Func,
    IntegerField,
    OuterRef,
    QuerySet,
    Sum,
    TextField,
    Value,
    Window,
)
from django.db.models.functions import Cast, ExtractYear, RowNumber, TruncMonth

from ..models import (
    Article,
    Cable,
    Collection,
    Link,
    Marking,
    Note,
    Origin,
    Page,
    Tagging,
    VolumePage,
)
from ..models.list_querysets import MarkingQuerySet, TaggingQuerySet, VolumeRow
from ..models.querysets import READER, CableQuerySet
from ..models.volume_pages import LEFT_OUT
from ..search_index.reader import IndexNotReady
from ..search_index.schema import days
from ..telegram.classifications import CLASSIFICATIONS
from ..telegram.dates import NO_DAY
from .index_selection import COUNTED, MOST_VALUES, Selection, published_cables
from .name_spellings import group_by_place
from .value_counts import Counts, KnownCounts, sums

MOST_LEFT_OUT = 5_000  # Cables that changed: with more, all are counted in the database.
UNUSABLE = (IndexNotReady, ValueError, OSError)  # Mostly because its files are damaged.
LATEST_ARTICLES = 5
log = logging.getLogger(__name__)
T = TypeVar("T", bound=int | Mapping[Any, Any])
# Kind of list -> the value of a key that the database returns as text, as the index has it.
VALUES: dict[str, Callable[[str], Any]] = {
    "released": lambda key: days(date.fromisoformat(key)),
    "created": lambda key: int(key[:4]) * 12 + int(key[5:7]) - 1,
    "origins": int,
}
# Kind of list -> the rows of the database that have its values, and their column.
IN_ROWS: dict[str, Callable[["CollectionRows"], tuple[QuerySet[Any], str]]] = {
    "origins": lambda rows: (rows.cables, "origin"),
    "tags": lambda rows: (rows.taggings, "tag"),
}


class CollectionRows(NamedTuple):
    """The rows of one collection, or of all, that readers may see."""

    cables: CableQuerySet
    taggings: TaggingQuerySet[Tagging]
    markings: MarkingQuerySet[Marking]
    collections: QuerySet[Collection]

    def among(self, keys: Sequence[int]) -> Self:
        """Return those of the rows that belong to these cables (primary keys)."""
        return self._replace(
            cables=self.cables.filter(pk__in=keys),
            taggings=self.taggings.filter(cable__in=keys),
            markings=self.markings.filter(cable__in=keys),
        )


def rows_of(collection: str) -> CollectionRows:
    """Return the rows of a collection (its slug); of all collections for ""."""
    cables, collections = Cable.objects.published(), Collection.objects.using(READER)
    taggings, markings = Tagging.objects.using(READER), Marking.objects.using(READER)
    if not collection:
        return CollectionRows(cables, taggings, markings, collections)
    return CollectionRows(
        cables.collected([collection]),
        taggings.collected([collection]),
        markings.collected([collection]),
        collections.filter(slug=collection),
    )


def count_lists(collection: str = "") -> dict[str, Counts]:
    """Return {name of COUNTED: {value: cables}} of a collection (its slug), of all for ""."""

    def counted(selection: Selection) -> dict[str, Counts]:
        selection.count_all(COUNTED)
        counts = {name: selection.counts[name] for name in COUNTED}
        if any(len(values) >= MOST_VALUES for values in counts.values()):
            raise ValueError(f"a list has more than {MOST_VALUES:,} values")
        return counts

    found = _count(collection, counted, count_in_database)
    return {name: sums(*(each[name] for each in found)) for name in COUNTED}


def count_published() -> int:
    """Return the number of published cables, without counting any list."""
    return sum(_count("", len, lambda rows: rows.cables.count()))


def count_years(name: str, collection: str = "") -> dict[Any, dict[int, int]]:
    """Return {value: {year: cables sent in it}} of the lists "origins" or "tags"."""

    def in_database(rows: CollectionRows) -> Counts:
        counted, column = IN_ROWS[name](rows)
        sent = counted.order_by().values(column, year=ExtractYear("created", tzinfo=UTC))
        years = sent.annotate(cables=Count("*")).values_list(column, "year", "cables")
        return {(value, year): cables for value, year, cables in years}

    counts = sums(*_count(collection, lambda selection: selection.years_of(name), in_database))
    years: dict[Any, dict[int, int]] = {}
    for value, year in sorted(counts):
        years.setdefault(value, {})[year] = counts[value, year]
    return years


def _count(
    collection: str, in_index: Callable[[Selection], T], in_database: Callable[[CollectionRows], T]
) -> list[T]:
    """Return the counts of the index and of cables that it leaves out, else of the database."""
    rows = rows_of(collection)
    try:
        selection = published_cables()
        left_out = selection.snapshot.left_out
        if len(left_out) > MOST_LEFT_OUT:
            raise IndexNotReady
        found = [in_index(selection.collected([collection]) if collection else selection)]
    except UNUSABLE as error:
        report(error)
        return [in_database(rows)]
    return [*found, *([in_database(rows.among(left_out))] if left_out else [])]


def count_in_database(rows: CollectionRows) -> dict[str, Counts]:
    """Count all lists in one statement, each branch of which reads only an index."""
    branches = [
        _branch("released", rows.cables, F("released")),
        _branch("created", rows.cables, TruncMonth("created", tzinfo=UTC)),
        _branch("origins", rows.cables, F("origin")),
        _branch("classifications", rows.cables, F("classification")),
        _branch("tags", rows.taggings, F("tag")),
        _branch("markings", rows.markings.without_persons(), F("code")),
    ]
    counts: dict[str, Counts] = {name: {} for name in COUNTED}
    for name, key, cables in branches[0].union(*branches[1:], all=True).order_by():
        counts[name][VALUES.get(name, str)(key)] = cables
    return counts


def _branch(name: str, rows: QuerySet[Any], key: Expression | F) -> QuerySet[Any]:
    keyed = rows.order_by().values(list=Value(name), key=Cast(key, TextField()))
    counted: QuerySet[Any] = keyed.annotate(cables=Count("*"))
    return counted.values_list("list", "key", "cables")


def report(error: Exception) -> None:
    """Log why the index cannot count, unless it is only being built."""
    if not isinstance(error, IndexNotReady):
        log.warning("The search index cannot count; lists are counted in the database: %s", error)


class ChapterCount(NamedTuple):
    """A chapter of a volume, or a part of one."""

    title: str
    cables: int
    depth: int  # How many chapters are around it.


class VolumeCount(NamedTuple):
    """A volume with its chapters by id, in printed order."""

    title: str
    cables: int
    chapters: dict[str, ChapterCount]
    published: str = ""  # The year.


Volumes = dict[str, VolumeCount]


def count_volumes(collection: str = "") -> dict[str, Volumes]:
    """Return {"volumes": the volumes with their chapters}, as `ListCounts` caches it."""
    return {"volumes": in_printed_order(Marking.objects.volumes(collection))}


def count_left_out(collection: str = "") -> dict[str, dict[str, int]]:
    """Return {"documents_left_out": {volume: documents that its load left out}}."""
    length = Func(F("blocks"), function="jsonb_array_length", output_field=IntegerField())
    rows = VolumePage.objects.using(READER).filter(name=LEFT_OUT)
    return {"documents_left_out": dict(rows.order_by("volume").values_list("volume", length))}


def in_printed_order(rows: Iterable[VolumeRow]) -> Volumes:
    """Return the volumes by name, each with its chapters in printed order.

    Each row has one document of a volume or chapter, with the chapters around it. A chapter is
    placed at its first known document, before the chapters within it.
    """
    volumes: Volumes = {}
    counts: dict[tuple[str, str], int] = {}
    names: dict[tuple[str, str], str] = {}
    places: dict[tuple[str, str], tuple[tuple[float, str], int]] = {}
    for code, cables, title, chapters, document, published in rows:
        volume, _, chapter = code.removeprefix("volume:").partition("/")
        if chapter:
            counts[volume, chapter] = cables
        else:
            volumes[volume] = VolumeCount(title or volume, cables, {}, published)
        for depth, (part, name) in enumerate(chapters):
            place = document_place(document), depth
            places[volume, part] = min(place, places.get((volume, part), place))
            names[volume, part] = name or "Chapter without a title"
    last = document_place(""), 0
    for volume, chapter in sorted(counts, key=lambda part: (places.get(part, last), part)):
        if volume in volumes:
            name = names.get((volume, chapter), chapter)
            _, depth = places.get((volume, chapter), last)
            held = ChapterCount(name, counts[volume, chapter], depth)
            volumes[volume].chapters[chapter] = held
    return dict(sorted(volumes.items()))


def document_place(document: str) -> tuple[float, str]:
    """Return the sort key of a document id: d12, d12a, d100; ids without a number come last."""
    number = re.search(r"\d+", document)
    return (int(number[0]), document[number.end() :]) if number else (inf, document)


POST = re.compile(r"^(?:Embassy|Legation|Consulate(?: General)?) (?!General\b|[a-z]|$)")


def place(name: str) -> str:
    """Return the sort key of an origin: "Embassy Lima" and "Consulate General Lima" sort under L.

    Other names sort as they are: "Mission Geneva", "Legation of Belgium, Washington".
    """
    return POST.sub("", name, count=1)


@dataclass(frozen=True, slots=True)
class OriginFacts:
    """The place of an origin."""

    kind: str
    city: str
    country: str  # Its slug.
    names: tuple[str, ...]  # Other current and former names.
    stations: tuple[str, ...]  # Its stations in references.
    latitude: float | None  # Degrees north.
    longitude: float | None  # Degrees east.
    same: tuple[str, ...]  # Slugs of the same place under earlier or later names.

    @property
    def position(self) -> str:
        """Its coordinates, "50.45° N, 30.52° E", or ""."""
        if self.latitude is None or self.longitude is None:
            return ""
        north, east = "N" if self.latitude >= 0 else "S", "E" if self.longitude >= 0 else "W"
        return f"{abs(self.latitude):.2f}° {north}, {abs(self.longitude):.2f}° {east}"


def count_all(collection: str = "") -> dict[str, Any]:
    """Count every list, and look up what its pages show of it."""
    counts = KnownCounts(count_lists(collection))
    classes = counts.by_class
    return {
        "released": {day: n for day, n in reversed(counts.by_day.items()) if day != NO_DAY},
        "created": counts.by_month,
        **_origins(counts.by_origin),
        "classifications": {
            known.slug: (known, classes[known.value])
            for known in CLASSIFICATIONS
            if known.value in classes
        },
        "tags": counts.by_tag,
        "markings": counts.by_marking,
        "promised": rows_of(collection).collections.aggregate(n=Sum("total"))["n"] or 0,
    }


def read_rail(collection: str = "") -> dict[str, Any]:
    """Read links, articles, own pages and collections of the navigation, and what has notes."""
    links = _numbered("links", Link.objects.using(READER))
    articles = _numbered("articles", Article.objects.published()).filter(at__lte=LATEST_ARTICLES)
    words = {"list": Value("noted"), "at": Value(0), "label": Value("")}
    noted = Note.objects.using(READER).order_by().annotate(key=Cast("cable", TextField()), **words)
    parts = [
        links.values_list("list", "at", "label", "address"),
        articles.values_list("list", "at", "title", "slug"),
        noted.values_list("list", "at", "label", "key"),
        _numbered("pages", Page.objects.using(READER)).values_list("list", "at", "title", "slug"),
        _collections().values_list("list", "at", "name", "slug"),
    ]
    # Without order_by() the default ordering of links, a column missing here, would apply.
    rows = parts[0].union(*parts[1:], all=True).order_by()
    read: dict[str, list[tuple[str, str]]] = {
        name: [] for name in ("links", "articles", "pages", "noted", "collections")
    }
    for name, _, label, address in sorted(rows):
        read[name].append((label, address))
    return read | {
        "noted": frozenset(int(key) for _, key in read["noted"]),
        "collections": {slug: name for name, slug in read["collections"]},
    }


def _collections() -> QuerySet[Any]:
    """Return the collections with published cables."""
    # The name of a collection under embargo must not be published before its cables.
    slug = Cast(OuterRef("slug"), CharField(max_length=40))
    cables = Cable.objects.published().filter(collections__contains=[slug])
    return _numbered("collections", Collection.objects.using(READER).filter(Exists(cables)))


def _numbered(name: str, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return rows with the name of their list, and their position in its order."""
    number = Window(RowNumber(), order_by=[*rows.model._meta.ordering])
    numbered: QuerySet[Any] = rows.order_by().annotate(list=Value(name), at=number)
    return numbered


def _origins(counts: Mapping[int, int]) -> dict[str, Any]:
    """Return the origins with these counts, their places, and their countries."""
    known = Origin.objects.using(READER).select_related("country").in_bulk(counts)
    rows = sorted(known.values(), key=lambda origin: (place(origin.name).casefold(), origin.name))
    origins = {row.slug: (row.name, row.pk, counts[row.pk]) for row in rows}
    # {primary key: the origins that are the same place under later names}
    later: dict[int | None, list[Origin]] = {}
    for row in known.values():
        later.setdefault(row.same_as_id, []).append(row)
    return {
        "origins": origins,
        "places": {row.slug: _place(row, known, later.get(row.pk, [])) for row in rows},
        "place_pages": group_by_place(rows),
        "countries": _countries(rows, origins),
        "country_codes": {row.country.iso2: row.country.slug for row in rows if row.country},
    }


def _place(origin: Origin, known: Mapping[int, Origin], later: Iterable[Origin]) -> OriginFacts:
    """Return the place of an origin; `same` has only origins that are listed."""
    same = [*later, *filter(None, [known.get(origin.same_as_id or 0)])]
    return OriginFacts(
        kind=origin.kind,
        city=origin.city,
        country=origin.country.slug if origin.country else "",
        names=tuple(name for name in origin.also_named if name not in {row.name for row in same}),
        stations=tuple(filter(None, [origin.station, *origin.also_stations])),
        latitude=origin.latitude,
        longitude=origin.longitude,
        same=tuple(row.slug for row in same),
    )


def _countries(
    rows: Iterable[Origin], origins: Mapping[str, tuple[str, int, int]]
) -> dict[str, tuple[str, list[str]]]:
    countries: dict[str, tuple[str, list[str]]] = {}
    for row in sorted(rows, key=lambda row: -origins[row.slug][2]):
        if row.country:
            countries.setdefault(row.country.slug, (row.country.name, []))[1].append(row.slug)
    return dict(sorted(countries.items(), key=lambda item: item[1][0].casefold()))
