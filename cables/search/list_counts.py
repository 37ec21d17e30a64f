"""The number of published cables in each list, counted once for each state of the archive."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Self
from uuid import uuid4

from django.core.cache import cache
from django.db.models import CharField, Exists, OuterRef, Sum, TextField, Value, Window
from django.db.models.functions import Cast, RowNumber

from ..glossary.entries import tag_label
from ..http_cache.edition import current_edition
from ..models import Article, Cable, Collection, Link, Note, Origin, Page, Tag, Tagging
from ..models.querysets import READER
from ..telegram.classifications import CLASSIFICATIONS
from ..telegram.dates import NO_DAY
from .collection_counts import ByLabel, rows_of
from .list_count_queries import count_lists, count_years
from .place_lists import PlaceFacts, group_by_place

LATEST_ARTICLES = 5
LATEST_TAGGED = 500  # The latest cables of a tag, in which the tags used with it are counted.
MOST_RELATED = 8
MOST_EDITIONS = 2  # Whose counts are kept: a replica that lags behind needs the earlier ones.
REST = "0-9"  # The heading of labels that do not begin with a letter.


def initial(label: str) -> str:
    """Return the letter of a label in an index, A to Z or REST."""
    letter = unicodedata.normalize("NFKD", label)[:1].upper()
    return letter if "A" <= letter <= "Z" else REST


def place(name: str) -> str:
    """Return the sort key of an origin: "Embassy Lima" sorts under L, "Mission" under M."""
    kind, _, city = name.partition(" ")
    return city if city and kind in ("Embassy", "Consulate", "Legation") else name


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


class ListCounts(ByLabel):
    """The counts of all lists in the edition of the current request, read lazily.

    Lists without cables are left out. The edition is read before the counts: a count can be newer
    than its edition, never older.
    """

    # {(state of the edition, age of the cache): {collection: its counts}}
    shared: dict[tuple[str, str], dict[str, Self]] = {}

    def __init__(self, state: str, collection: str):
        self.state = state
        self.collection = collection  # A slug; "" are all collections together.
        self.counted = {}

    @classmethod
    def current(cls, collection: str = "") -> Self:
        """Return the counts of the current edition.

        All requests of a process share them until Django's cache is emptied, so nobody may change
        a dictionary of theirs.
        """
        emptied = cache.get_or_set("counts-since", lambda: uuid4().hex, timeout=None)
        edition = current_edition().state, emptied
        known = cls.shared.setdefault(edition, {})
        for old in list(cls.shared)[:-MOST_EDITIONS]:
            cls.shared.pop(old, None)
        if collection not in known:
            known[collection] = cls(edition[0], collection)
        return known[collection]

    @cached_property
    def released(self) -> dict[date, int]:
        """Cables by day of release, latest first."""
        return self._kept("released")

    @cached_property
    def created(self) -> dict[date, int]:
        """Cables by month of creation, as its first day, earliest first."""
        return self._kept("created")

    @cached_property
    def origins(self) -> dict[str, tuple[str, int, int]]:
        """{slug: (name, primary key, cables)}, A to Z by place."""
        return self._kept("origins")

    @cached_property
    def places(self) -> dict[str, OriginFacts]:
        """{slug of an origin: its place}."""
        return self._kept("places")

    @cached_property
    def place_pages(self) -> dict[str, PlaceFacts]:
        """{slug: a place with its origins}, A to Z."""
        return self._kept("place_pages")

    @cached_property
    def country_codes(self) -> dict[str, str]:
        """{ISO code: slug} of the countries."""
        return self._kept("country_codes")

    @cached_property
    def countries(self) -> dict[str, tuple[str, list[str]]]:
        """{slug: (name, slugs of its origins)}, A to Z; most cables first of the origins."""
        held, origins = self._kept("countries").items(), self.origins
        return {slug: (name, [o for o in slugs if o in origins]) for slug, (name, slugs) in held}

    @cached_property
    def tags(self) -> dict[str, int]:
        """Cables by tag, A to Z."""
        return self._kept("tags")

    @cached_property
    def captions(self) -> dict[str, int]:
        """Cables by caption, A to Z."""
        return {code: n for code, n in self.markings.items() if code[0] != "(" and ":" not in code}

    @cached_property
    def marks(self) -> dict[str, int]:
        """Cables by portion mark, without its parentheses: those with such a paragraph."""
        return {code[1:-1]: n for code, n in self.markings.items() if code[0] == "("}

    @cached_property
    def markings(self) -> dict[str, int]:
        """Cables by caption, by portion mark in its parentheses, and by label."""
        return self._kept("markings")

    @cached_property
    def classifications(self) -> dict:
        """{slug: (Classification, cables)}, from the lowest rank."""
        return self._kept("classifications")

    @cached_property
    def promised(self) -> int:
        """The number of cables of the complete collections; 0 if unknown."""
        return self._kept("promised")

    @cached_property
    def total(self) -> int:
        return sum(self.created.values())

    def read_ahead(self):
        """Read now what every page of results shows."""
        self.total, self.glossary, self.collections, self.links  # noqa: B018

    @cached_property
    def span(self) -> list[date]:
        """The first and the last month in which cables were sent, [] without cables."""
        months = list(self.created)
        return [months[0], months[-1]] if months else []

    @cached_property
    def latest_months(self) -> list[date]:
        """The last twelve months in which cables were released, latest first."""
        return list(dict.fromkeys(day.replace(day=1) for day in self.released))[:12]

    @cached_property
    def years(self) -> list[str]:
        """The years in which cables were sent, earliest first."""
        return list(dict.fromkeys(str(month.year) for month in self.created))

    @cached_property
    def decades(self) -> list[str]:
        """The decades of these years, by their first year."""
        return list(dict.fromkeys(f"{year[:-1]}0" for year in self.years))

    @cached_property
    def origin_letters(self) -> set[str]:
        return {initial(place(name)) for name, _, _ in self.origins.values()}

    @cached_property
    def tag_letters(self) -> set[str]:
        return {initial(code) for code in self.tags}

    @cached_property
    def origin_years(self) -> dict[int, dict[int, int]]:
        """{primary key of an origin: {year: cables sent in it}}."""
        return count_years("origins", self.collection)

    @cached_property
    def tag_years(self) -> dict[str, dict[int, int]]:
        """{tag: {year: cables sent in it}}."""
        return count_years("tags", self.collection)

    def place_cables(self, slug: str) -> int:
        """How many cables the origins of a place sent."""
        return sum(self.origins[origin][2] for origin in self.place_pages[slug].origins)

    def country_cables(self, slug: str) -> int:
        """How many cables the origins of a country sent."""
        return sum(self.origins[origin][2] for origin in self.countries[slug][1])

    def country_years(self, slug: str) -> dict[int, int]:
        """{year: cables that the origins of a country sent in it}."""
        return self.years_of(self.countries[slug][1])

    def years_of(self, origins: Iterable[str]) -> dict[int, int]:
        """{year: cables that origins, by their slugs, sent in it}."""
        years = {}
        for origin in origins:
            for year, cables in self.origin_years.get(self.origins[origin][1], {}).items():
                years[year] = years.get(year, 0) + cables
        return years

    @cached_property
    def by_year(self) -> dict[int, int]:
        """Cables by year of creation, earliest first."""
        years = {}
        for month, cables in self.created.items():
            years[month.year] = years.get(month.year, 0) + cables
        return years

    @cached_property
    def glossary(self) -> dict[str, tuple[str, str]]:
        """{tag: (meaning, kind)}. A curator's label replaces the built-in meaning."""
        tags = Tag.objects.using(READER).values_list("code", "label", "kind")
        kinds = dict(Tag.Kind.choices)
        return {
            code: (label or tag_label(code), kinds.get(kind, kind)) for code, label, kind in tags
        }

    def often_with(self, code: str) -> dict[str, int]:
        """{tag: cables} of the tags most often used with one, in its latest cables.

        Free-text tags are left out: they can be names of persons, which are not indexed.
        """
        rows = Tagging.objects.often_with(code, LATEST_TAGGED)[: 2 * MOST_RELATED]

        def counted():
            counts = {row["tag"]: row["cables"] for row in rows if self._is_code(row["tag"])}
            return dict(list(counts.items())[:MOST_RELATED])

        return self.kept(f"often-with-{sha256(code.encode()).hexdigest()}", counted)

    def _is_code(self, tag: str) -> bool:
        _, kind = self.glossary.get(tag, ("", Tag.Kind.UNKNOWN.label))
        return kind != Tag.Kind.UNKNOWN.label and "," not in tag

    @cached_property
    def collections(self) -> dict[str, str]:
        """{slug: name} of the collections with published cables."""
        return {slug: name for name, slug in self._kept("collections", read_rail)}

    @cached_property
    def links(self) -> list[tuple[str, str]]:
        """(label, address) of the curators' links."""
        return self._kept("links", read_rail)

    @cached_property
    def articles(self) -> list[tuple[str, str]]:
        """(title, slug) of the latest articles."""
        return self._kept("articles", read_rail)

    @cached_property
    def pages(self) -> list[tuple[str, str]]:
        """(title, slug) of the institution's own guidance pages."""
        return self._kept("pages", read_rail)

    @cached_property
    def noted(self) -> frozenset[int]:
        """The primary keys of the cables that have notes."""
        return frozenset(self._kept("noted", read_rail))

    def kept(self, name: str, count):
        """Return the result of `count()` from Django's cache, whose size is limited.

        For what there is much of, such as the documents of each volume.
        """
        key = f"counts-{name}-{self.token}"
        found = cache.get(key)
        if found is None:
            found = count()
            cache.set(key, found, timeout=None)
        return found

    def _kept(self, name, count=None):
        if name not in self.counted:
            self.counted |= (count or count_all)(self.collection)
        return self.counted[name]


def count_all(collection: str = "") -> dict:
    """Count every list, and look up what its pages show of it."""
    counts = count_lists(collection)
    counts["released"].pop(NO_DAY, None)
    return {
        "released": dict(sorted(counts["released"].items(), reverse=True)),
        "created": dict(sorted(counts["created"].items())),
        **_origins(counts["origins"]),
        "classifications": {
            known.slug: (known, counts["classifications"][known.value])
            for known in CLASSIFICATIONS
            if known.value in counts["classifications"]
        },
        "tags": dict(sorted(counts["tags"].items())),
        "markings": dict(sorted(counts["markings"].items())),
        "promised": rows_of(collection).collections.aggregate(n=Sum("total"))["n"] or 0,
    }


def read_rail(collection: str = "") -> dict:
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
    read = {"links": [], "articles": [], "pages": [], "noted": [], "collections": []}
    for name, _, label, address in sorted(rows):
        read[name].append(int(address) if name == "noted" else (label, address))
    return read


def _collections():
    """Return the collections with published cables."""
    # The name of a collection under embargo must not be published before its cables.
    slug = Cast(OuterRef("slug"), CharField(max_length=40))
    cables = Cable.objects.published().filter(collections__contains=[slug])
    return _numbered("collections", Collection.objects.using(READER).filter(Exists(cables)))


def _numbered(name, rows):
    """Return rows with the name of their list, and their position in its order."""
    number = Window(RowNumber(), order_by=rows.model._meta.ordering)
    return rows.order_by().annotate(list=Value(name), at=number)


def _origins(counts):
    """Return the origins with these counts, their places, and their countries."""
    known = Origin.objects.using(READER).select_related("country").in_bulk(counts)
    rows = sorted(known.values(), key=lambda origin: (place(origin.name).casefold(), origin.name))
    origins = {row.slug: (row.name, row.pk, counts[row.pk]) for row in rows}
    later = {}  # {primary key: the origins that are the same place under later names}
    for row in known.values():
        later.setdefault(row.same_as_id, []).append(row)
    return {
        "origins": origins,
        "places": {row.slug: _place(row, known, later.get(row.pk, [])) for row in rows},
        "place_pages": group_by_place(rows),
        "countries": _countries(rows, origins),
        "country_codes": {row.country.iso2: row.country.slug for row in rows if row.country},
    }


def _place(origin, known, later):
    """Return the place of an origin; `same` has only origins that are listed."""
    same = [*later, *filter(None, [known.get(origin.same_as_id)])]
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


def _countries(rows, origins):
    countries = {}
    for row in sorted(filter(lambda row: row.country, rows), key=lambda row: -origins[row.slug][2]):
        countries.setdefault(row.country.slug, (row.country.name, []))[1].append(row.slug)
    return dict(sorted(countries.items(), key=lambda item: item[1][0].casefold()))
