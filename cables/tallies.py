"""How many published cables each list holds, counted once for every state of the archive."""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, date
from functools import cached_property
from hashlib import sha256

from django.core.cache import cache
from django.db.models import CharField, Count, Exists, F, OuterRef, TextField, Value, Window
from django.db.models.functions import Cast, ExtractYear, RowNumber, TruncMonth

from .classifications import CLASSIFICATIONS
from .collected import ByLabel, rows_of
from .editions import current_edition
from .glossary import tag_label
from .models import Article, Cable, Collection, Link, Note, Origin, Tag, Tagging
from .querysets import READER

LATEST_ARTICLES = 5
LATEST_TAGGED = 500  # Cables that are looked at for the tags that a tag often stands with.
MOST_RELATED = 8
REST = "0-9"  # The heading of what begins with no letter.


def initial(label: str) -> str:
    """Return the letter that a label stands under in an index, A to Z, or REST."""
    letter = unicodedata.normalize("NFKD", label)[:1].upper()
    return letter if "A" <= letter <= "Z" else REST


def place(name: str) -> str:
    """Return what an origin is sorted by: "Embassy Lima" stands under L, "Mission" under M."""
    return name.removeprefix("Embassy ").removeprefix("Consulate ")


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of an origin beside its name and count. Other origins are given by slug."""

    kind: str
    city: str
    country: str  # Its slug.
    names: tuple[str, ...]  # What else it is or was called.
    stations: tuple[str, ...]  # Those in its references.
    latitude: float | None  # Degrees to the north,
    longitude: float | None  # and to the east.
    same: tuple[str, ...]  # The same place under its earlier or later name.

    @property
    def position(self) -> str:
        """Where it stands, 50.45° N, 30.52° E; nothing if that is not known."""
        if self.latitude is None or self.longitude is None:
            return ""
        north, east = "N" if self.latitude >= 0 else "S", "E" if self.longitude >= 0 else "W"
        return f"{abs(self.latitude):.2f}° {north}, {abs(self.longitude):.2f}° {east}"


class Tallies(ByLabel):
    """The counts of all lists, of the edition that a request is answered from; asked when needed.

    A list that holds no cable is in none of them. The number is read before what is counted,
    so that a count can be newer than its number while a request lasts, and never older.
    """

    def __init__(self, collection: str = ""):
        self.collection = collection  # A slug; "" are all collections together.
        self.state = current_edition().number

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
    def places(self) -> dict[str, Place]:
        """{slug of an origin: its place}."""
        return self._kept("places")

    @cached_property
    def countries(self) -> dict[str, tuple[str, list[str]]]:
        """{slug: (name, slugs of its origins)}, A to Z; most cables first of the origins."""
        held, origins = self._kept("countries").items(), self.origins
        return {slug: (name, [o for o in slugs if o in origins]) for slug, (name, slugs) in held}

    @cached_property
    def tags(self) -> dict[str, int]:
        """Cables by tag, A to Z."""
        return self._kept("tags")

    @property
    def captions(self) -> dict[str, int]:
        """Cables by caption, A to Z."""
        return {code: n for code, n in self.markings.items() if code[0] != "(" and ":" not in code}

    @property
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
        """How many cables the collections have when complete; 0 if nobody says."""
        return self._kept("promised")

    @cached_property
    def total(self) -> int:
        return sum(self.created.values())

    def read_ahead(self):
        """Read at once what every page of results shows."""
        self.total, self.glossary, self.collections, self.links  # noqa: B018

    @property
    def span(self) -> list[date]:
        """The first and the last month in which cables were sent; nothing if there are none."""
        months = list(self.created)
        return [months[0], months[-1]] if months else []

    @property
    def latest_months(self) -> list[date]:
        """The last twelve months in which cables were released, latest first."""
        return list(dict.fromkeys(day.replace(day=1) for day in self.released))[:12]

    @property
    def years(self) -> list[str]:
        """The years in which cables were sent, earliest first."""
        return list(dict.fromkeys(str(month.year) for month in self.created))

    @cached_property
    def origin_letters(self) -> set[str]:
        return {initial(place(name)) for name, _, _ in self.origins.values()}

    @cached_property
    def tag_letters(self) -> set[str]:
        return {initial(code) for code in self.tags}

    @cached_property
    def origin_years(self) -> dict[int, dict[int, int]]:
        """{primary key of an origin: {year: cables sent in it}}."""
        return self._kept("origin_years", count_origin_years)

    @cached_property
    def tag_years(self) -> dict[str, dict[int, int]]:
        """{tag: {year: cables sent in it}}."""
        return self._kept("tag_years", count_tag_years)

    def country_cables(self, slug: str) -> int:
        """How many cables the origins of a country sent."""
        return sum(self.origins[origin][2] for origin in self.countries[slug][1])

    def country_years(self, slug: str) -> dict[int, int]:
        """{year: cables that the origins of a country sent in it}."""
        years = {}
        for origin in self.countries[slug][1]:
            for year, cables in self.origin_years.get(self.origins[origin][1], {}).items():
                years[year] = years.get(year, 0) + cables
        return years

    @property
    def by_year(self) -> dict[int, int]:
        """Cables by year of creation, earliest first."""
        years = {}
        for month, cables in self.created.items():
            years[month.year] = years.get(month.year, 0) + cables
        return years

    @cached_property
    def glossary(self) -> dict[str, tuple[str, str]]:
        """{tag: (what it stands for, its kind in words)}. The curators' words come first."""
        tags = Tag.objects.using(READER).only("code", "label", "kind")
        return cache.get_or_set(
            self._key("glossary"),
            lambda: {
                tag.code: (tag.label or tag_label(tag.code), tag.get_kind_display()) for tag in tags
            },
            timeout=None,
        )

    def often_with(self, code: str) -> dict[str, int]:
        """{tag: cables} of the tags that stand most often beside one, by its latest cables.

        Free words are left out: they can be the name of a person, and people are no index.
        """
        rows = Tagging.objects.often_with(code, LATEST_TAGGED)[: 2 * MOST_RELATED]

        def counted():
            counts = {row["tag"]: row["cables"] for row in rows if self._is_code(row["tag"])}
            return dict(list(counts.items())[:MOST_RELATED])

        key = self._key(f"often-with-{sha256(code.encode()).hexdigest()}")
        return cache.get_or_set(key, counted, timeout=None)

    def _is_code(self, tag: str) -> bool:
        _, kind = self.glossary.get(tag, ("", Tag.Kind.UNKNOWN.label))
        return kind != Tag.Kind.UNKNOWN.label and "," not in tag

    @cached_property
    def collections(self) -> dict[str, str]:
        """{slug: name} of the collections of which readers see a cable."""
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
    def noted(self) -> frozenset[int]:
        """The primary keys of the cables with a note, so that no other is asked for its notes."""
        return frozenset(self._kept("noted", read_rail))

    def kept(self, name: str, count):
        """Return what `count` finds, and keep it for this state of the archive."""
        return self._kept(name, lambda collection: {name: count()})

    def _kept(self, name, count=None):
        kept = cache.get(self._key(name))
        if kept is None:
            counted = (count or count_all)(self.collection)
            cache.set_many({self._key(each): counted[each] for each in counted}, timeout=None)
            kept = counted[name]
        return kept

    def _key(self, name):
        return f"tallies-{name}-{self.token}"


def count_all(collection: str = "") -> dict:
    """Count every list in one statement, each branch of which reads nothing but an index."""
    published, taggings, markings, collections = rows_of(collection)
    branches = [
        _branch("released", published, F("released")),
        _branch("created", published, TruncMonth("created", tzinfo=UTC)),
        _branch("origins", published, F("origin")),
        _branch("classifications", published, F("classification")),
        _branch("tags", taggings, F("tag")),
        _branch("markings", markings, F("code")),
        _branch("promised", collections, F("total")),
    ]
    counts = {name: {} for name in ("released", "created", "origins", "classifications")}
    counts |= {"tags": {}, "markings": {}}
    for name, key, cables in branches[0].union(*branches[1:], all=True).order_by():
        counts.setdefault(name, {})[key] = cables
    return {
        "released": dict(sorted(_dates(counts["released"]), reverse=True)),
        "created": dict(sorted(_dates(counts["created"]))),
        **_origins(counts["origins"]),
        "classifications": {
            known.slug: (known, counts["classifications"][known.value])
            for known in CLASSIFICATIONS
            if known.value in counts["classifications"]
        },
        "tags": dict(sorted(counts["tags"].items())),
        "markings": dict(sorted(counts["markings"].items())),
        "promised": sum(int(total or 0) * n for total, n in counts.get("promised", {}).items()),
    }


def read_rail(collection: str = "") -> dict:
    """Read what stands in the rail and is not counted, and which cables have a note on them."""
    links = _numbered("links", Link.objects.using(READER))
    articles = _numbered("articles", Article.objects.published()).filter(at__lte=LATEST_ARTICLES)
    words = {"list": Value("noted"), "at": Value(0), "label": Value("")}
    noted = Note.objects.using(READER).order_by().annotate(key=Cast("cable", TextField()), **words)
    parts = [
        links.values_list("list", "at", "label", "address"),
        articles.values_list("list", "at", "title", "slug"),
        noted.values_list("list", "at", "label", "key"),
        _collections().values_list("list", "at", "name", "slug"),
    ]
    # A union is else ordered as links are, by a column that it does not have.
    rows = parts[0].union(*parts[1:], all=True).order_by()
    read = {"links": [], "articles": [], "noted": [], "collections": []}
    for name, _, label, address in sorted(rows):
        read[name].append(int(address) if name == "noted" else (label, address))
    return read


def _collections():
    """Return the collections of which readers see a cable."""
    # One that is named for cables under embargo is not told of before them.
    slug = Cast(OuterRef("slug"), CharField(max_length=40))
    cables = Cable.objects.published().filter(collections__contains=[slug])
    return _numbered("collections", Collection.objects.using(READER).filter(Exists(cables)))


def _numbered(name, rows):
    """Return rows with the name of their list, and their number in its order."""
    number = Window(RowNumber(), order_by=rows.model._meta.ordering)
    return rows.order_by().annotate(list=Value(name), at=number)


def count_origin_years(collection: str = "") -> dict:
    """Count the years of all origins."""
    return {"origin_years": _years(rows_of(collection)[0], "origin")}


def count_tag_years(collection: str = "") -> dict:
    """Count the years of all tags, apart: origins need not wait for 1.3 million taggings."""
    return {"tag_years": _years(rows_of(collection)[1], "tag")}


def _years(rows, owner):
    """Return {owner: {year: cables}} of rows with such a column."""
    sent = rows.order_by().values(owner, year=ExtractYear("created", tzinfo=UTC))
    years = {}
    for key, year, cables in sent.annotate(cables=Count("*")).values_list(owner, "year", "cables"):
        years.setdefault(key, {})[year] = cables
    return years


def _branch(name, rows, key, **more):
    keyed = rows.order_by().values(list=Value(name), key=Cast(key, TextField()), **more)
    return keyed.annotate(cables=Count("*")).values_list("list", "key", *more, "cables")


def _dates(counts):
    return ((date.fromisoformat(key[:10]), cables) for key, cables in counts.items())


def _origins(counts):
    """Return the origins with these counts, their places, and the countries that they stand in."""
    known = Origin.objects.using(READER).select_related("country").in_bulk(map(int, counts))
    rows = sorted(known.values(), key=lambda origin: (place(origin.name).casefold(), origin.name))
    origins = {row.slug: (row.name, row.pk, counts[str(row.pk)]) for row in rows}
    return {
        "origins": origins,
        "places": {row.slug: _place(row, known) for row in rows},
        "countries": _countries(rows, origins),
    }


def _place(origin, known):
    """Return the place of an origin; only what is listed itself is named as the same."""
    same = [other for other in known.values() if other.same_as_id == origin.pk]
    same += filter(None, [known.get(origin.same_as_id)])
    return Place(
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
