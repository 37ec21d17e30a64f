"""The number of published cables in each list, counted once for each state of the archive."""

import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any, Self
from uuid import uuid4

from django.core.cache import cache
from django.http import HttpRequest

from ..glossary.entries import tag_label
from ..http_cache.edition import current_edition
from ..models import Tag, Tagging
from ..models.querysets import READER
from ..telegram.classifications import Classification
from ..telegram.fact_types import CABLES, count_values, label
from ..telegram.person_names import parts_of_name
from .list_count_queries import OriginFacts as OriginFacts
from .list_count_queries import (
    Volumes,
    count_all,
    count_left_out,
    count_volumes,
    count_years,
    read_rail,
)
from .list_count_queries import place as place
from .name_spellings import PlaceFacts, Words, folded
from .person_counts import Person, count_persons
from .value_counts import by_year, sums

LATEST_TAGGED = 500  # The latest cables of a tag, in which the tags used with it are counted.
MOST_RELATED = 8
MOST_EDITIONS = 2  # Whose counts are kept: a replica that lags behind needs the earlier ones.
REST = "0-9"  # The heading of labels that do not begin with a letter.


def initial(label: str) -> str:
    """Return the letter of a label in an index, A to Z or REST."""
    letter = unicodedata.normalize("NFKD", label)[:1].upper()
    return letter if "A" <= letter <= "Z" else REST


class _Counted:
    """What is counted once it is read; `count(collection)` returns {attribute: value} of a kind."""

    def __init__(self, count: Callable[[str], dict[str, Any]]) -> None:
        self.count = count

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, counts: Any, owner: type) -> Any:
        kept = vars(counts)  # In which Python looks first from now on.
        for name, value in self.count(counts.collection).items():
            kept.setdefault(name, value)  # What another thread has counted stays.
        return kept[self.name]


def counted(count: Callable[[str], dict[str, Any]]) -> Any:
    return _Counted(count)


def labelled(sort: str) -> Any:
    """Return an attribute of ListCounts: the cables by labels with a prefix such as "kind"."""
    return cached_property(lambda counts: counts.labels(sort))


class ListCounts:
    """The counts of all lists in the edition of the current request, read lazily.

    Lists without cables are left out. The edition is read before the counts: a count can be newer
    than its edition, never older.
    """

    # {(state of the edition, age of the cache): {collection: its counts}}
    shared: dict[tuple[str, str | None], dict[str, Self]] = {}

    def __init__(self, state: str, collection: str):
        self.state = state
        self.collection = collection  # A slug; "" are all collections together.

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

    released: dict[date, int] = counted(count_all)  # Cables by day of release, latest first.
    created: dict[date, int] = counted(count_all)  # By first day of a month, earliest first.
    # {slug: (name, primary key, cables)}, A to Z by place.
    origins: dict[str, tuple[str, int, int]] = counted(count_all)
    places: dict[str, OriginFacts] = counted(count_all)  # {slug of an origin: its place}
    place_pages: dict[str, PlaceFacts] = counted(count_all)  # {slug: with its origins}, A to Z.
    country_codes: dict[str, str] = counted(count_all)  # {ISO code: slug}
    # {slug: (name, slugs of its origins)}, A to Z; most cables first of the origins.
    countries: dict[str, tuple[str, list[str]]] = counted(count_all)
    tags: dict[str, int] = counted(count_all)  # Cables by tag, A to Z.
    # Cables by caption, by portion mark in its parentheses, and by label.
    markings: dict[str, int] = counted(count_all)
    # {slug: (known, cables)}, from the lowest rank.
    classifications: dict[str, tuple[Classification, int]] = counted(count_all)
    promised: int = counted(count_all)  # Cables of the complete collections; 0 if unknown.
    collections: dict[str, str] = counted(read_rail)  # {slug: name}, with published cables.
    links: list[tuple[str, str]] = counted(read_rail)  # (label, address), of the curators.
    articles: list[tuple[str, str]] = counted(read_rail)  # (title, slug) of the latest.
    pages: list[tuple[str, str]] = counted(read_rail)  # The institution's own guidance pages.
    noted: frozenset[int] = counted(read_rail)  # Primary keys of cables with notes.
    volumes: Volumes = counted(count_volumes)  # With their chapters in printed order.
    documents_left_out: dict[str, int] = counted(count_left_out)  # By volume, by choice.
    # Cables by volume, and by chapter of it: "frus1861/ch2".
    parts: dict[str, int] = labelled("volume")
    concepts: dict[str, int] = labelled("concept")  # Of the National Archives.
    films: dict[str, int] = labelled("film")  # By reel of microfilm: "D750089".
    # By the review that released them: "EO SYSTEMATIC REVIEW 30 JUN 2005".
    release_markings: dict[str, int] = labelled("marking")

    @cached_property
    def left_out(self) -> dict[str, int]:
        """{volume: documents of it that are left out by choice} of the volumes that are held."""
        return {name: n for name, n in self.documents_left_out.items() if name in self.volumes}

    @cached_property
    def captions(self) -> dict[str, int]:
        """Cables by caption, A to Z."""
        return {code: n for code, n in self.markings.items() if code[0] != "(" and ":" not in code}

    @cached_property
    def marks(self) -> dict[str, int]:
        """Cables by portion mark, without its parentheses: those with such a paragraph."""
        return {code[1:-1]: n for code, n in self.markings.items() if code[0] == "("}

    @cached_property
    def total(self) -> int:
        return sum(self.created.values())

    def read_ahead(self) -> None:
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
        return sums(*(self.origin_years.get(self.origins[slug][1], {}) for slug in origins))

    @cached_property
    def by_year(self) -> dict[int, int]:
        """Cables by year of creation, earliest first."""
        return by_year(self.created)

    @cached_property
    def persons(self) -> dict[str, Person]:
        """{slug: person} of those in the lists of volumes who have cables, A to Z by surname."""
        if not self.parts:  # Without volumes no query asks for persons.
            return {}
        found: dict[str, Person] = self.kept(
            "persons", lambda: count_persons(self.collection, self.volumes)
        )
        return found

    @cached_property
    def person_of(self) -> dict[tuple[str, str], str]:
        """{(volume, key of an entry in its list): slug of that person}."""
        return {
            (entry.volume, entry.key): slug
            for slug, person in self.persons.items()
            for entry in person.entries
        }

    @cached_property
    def surnames(self) -> dict[Words, list[str]]:
        """{words of a surname in small letters: slugs of its persons, most cables first}."""
        found: dict[Words, list[str]] = {}
        for slug, person in sorted(self.persons.items(), key=lambda item: -item[1].cables):
            surname, *_ = parts_of_name(person.sorted_name)
            found.setdefault(folded(surname), []).append(slug)
        return found

    @cached_property
    def person_letters(self) -> set[str]:
        return {initial(person.sorted_name) for person in self.persons.values()}

    @cached_property
    def glossary(self) -> dict[str, tuple[str, str]]:
        """{tag: (meaning, kind)}. A curator's label replaces the built-in meaning."""
        tags = Tag.objects.using(READER).values_list("code", "label", "kind")
        kinds = dict(Tag.Kind.choices)
        return {
            code: (label or tag_label(code), kinds.get(kind, kind)) for code, label, kind in tags
        }

    def often_with(self, code: str) -> dict[str, int]:
        """{tag: cables} of the tags most often used with one lately, without free text."""

        def often() -> dict[str, int]:
            rows = Tagging.objects.often_with(code, LATEST_TAGGED)[: 2 * MOST_RELATED]
            counts = {row["tag"]: row["cables"] for row in rows if self._is_code(row["tag"])}
            return dict(list(counts.items())[:MOST_RELATED])

        found: dict[str, int] = self.kept(f"often-with-{sha256(code.encode()).hexdigest()}", often)
        return found

    def _is_code(self, tag: str) -> bool:
        _, kind = self.glossary.get(tag, ("", Tag.Kind.UNKNOWN.label))
        return kind != Tag.Kind.UNKNOWN.label and "," not in tag

    def kept(self, name: str, count: Callable[[], Any]) -> Any:
        """Return the result of `count()`, of which there is much, from Django's cache."""
        key = f"counts-{name}-{self.token}"
        found = cache.get(key)
        if found is None:
            found = count()
            cache.set(key, found, timeout=None)
        return found

    @classmethod
    def chosen_in(cls, request: HttpRequest) -> Self:
        """Return the counts of the collection in the query string; of all if it names not one."""
        counts, slugs = cls.current(), request.GET.getlist("collection")
        is_one = len(slugs) == 1 and slugs[0] in counts.collections
        return cls.current(slugs[0]) if is_one else counts

    @property
    def token(self) -> str:
        """The part of cache keys that identifies these counts."""
        return f"{self.state}-{self.collection}" if self.collection else f"{self.state}"

    @property
    def suffix(self) -> str:
        """The query string for links to lists of the same collection."""
        return f"?collection={self.collection}" if self.collection else ""

    @cached_property
    def kinds(self) -> dict[str, str]:
        """{slug: kind of document}, of cables whose source has it."""
        return self._slugs("kind")

    @cached_property
    def texts(self) -> dict[str, str]:
        """{slug: what a text is} of texts that are not all as sent: "paraphrase", "excised"."""
        return self._slugs("text")

    def _slugs(self, sort: str) -> dict[str, str]:
        return {value.replace(" ", "-"): value for value in self.labels(sort)}

    @cached_property
    def other_kinds(self) -> list[str]:
        """The labels of the kinds of documents that are no cables: "kind:memorandum"."""
        return [label("kind", kind) for kind in self.kinds.values() if kind not in CABLES]

    @property
    def noun(self) -> str:
        """What is counted: "document" where kinds are mixed, else "cable"."""
        return self.as_held("cable")

    def as_held(self, words: str) -> str:
        """Return "All cables", or "All documents" where kinds are mixed."""
        if not self.other_kinds:
            return words
        return words.replace("cable", "document").replace("Cable", "Document")

    def labels(self, sort: str) -> dict[str, int]:
        """Return {value: cables} of labels with a prefix such as "kind", A to Z."""
        return count_values(sort, self.markings)
