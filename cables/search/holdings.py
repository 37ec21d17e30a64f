"""Count the cables that the archive holds, withholds and lacks, by year, origin, tag and volume.

Counts only what readers may see. Withheld cables are counted by the year and station in their
references, which are public: their origins and dates are not. Missing cables, which others cite,
are counted in the same way.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Count, F, Func, QuerySet, TextField, Value
from django.db.models.functions import ExtractYear

from ..models import Cable, Cited, Marking, Tagging
from ..models.querysets import READER, CableQuerySet, M
from ..telegram.fact_types import EXCISED, label
from .list_counts import ListCounts

KINDS = ("year", "origin", "tag", "volume")
NO_ORIGIN = 0  # No primary key.
ELSEWHERE = ""  # The label of the row for all series whose origin is not known.


@dataclass(slots=True)
class Holding:
    """Numbers of cables of a year, an origin, a tag or a volume. `held` are readable."""

    label: str
    address: str = ""
    held: int = 0
    partial: int = 0
    excised: int = 0  # By their publisher.
    redacted: int = 0
    withheld: int = 0
    missing: int = 0
    left_out: int = 0  # Documents of a volume that its load left out by choice.

    def cells(self, names: Iterable[str]) -> list[tuple[str, int]]:
        """Return (heading of a column, number) for some of COUNTS."""
        return [(name.replace("_", " ").capitalize(), getattr(self, name)) for name in names]

    def share(self, most: int) -> float:
        """Return what per cent is held of what is known, or of `most` cables."""
        known = most or self.held + self.withheld + self.missing
        return round(100 * self.held / known, 1) if known else 0

    def add(self, **counts: int) -> None:
        for name, count in counts.items():
            setattr(self, name, getattr(self, name) + count)


COUNTS = tuple(field.name for field in fields(Holding))[2:]


def holdings(kind: str, counts: ListCounts) -> list[Holding]:
    """Return the rows of one of KINDS, in order; cached for each state of the archive."""
    rows: list[Holding] = counts.kept(f"holdings-{kind}", lambda: count_holdings(kind, counts))
    return rows


def total(rows: Iterable[Holding]) -> Holding:
    """Return the sum of rows. Not for tags and volumes: a cable has several."""
    whole = Holding("All")
    for row in rows:
        whole.add(**{name: getattr(row, name) for name in COUNTS})
    return whole


# Kind -> its rows with what is held, by the keys of KEYED.
ROWS: dict[str, Callable[[ListCounts], dict[Any, Holding]]] = {
    "year": lambda counts: {
        year: Holding(str(year), held=cables) for year, cables in counts.by_year.items()
    },
    "origin": lambda counts: {
        key: Holding(name, slug, held=cables)
        for slug, (name, key, cables) in counts.origins.items()
    },
    "tag": lambda counts: {
        code: Holding(code, code, held=cables) for code, cables in counts.tags.items()
    },
    "volume": lambda counts: {
        label("volume", volume): Holding(
            counted.title, volume, counted.cables, left_out=counts.left_out.get(volume, 0)
        )
        for volume, counted in counts.volumes.items()
    },
}
# Kind -> the rows of the database that belong to some cables, and their key.
KEYED: dict[str, Callable[[CableQuerySet], tuple[QuerySet[Any], F | ExtractYear]]] = {
    "year": lambda cables: (cables, ExtractYear("created")),
    "origin": lambda cables: (cables, F("origin")),
    "tag": lambda cables: (
        Tagging.objects.using(READER).filter(cable__in=list(cables.primary_keys())),
        F("tag"),
    ),
    "volume": lambda cables: (
        Marking.objects.using(READER).filter(cable__in=list(cables.primary_keys())),
        F("code"),
    ),
}


def count_holdings(kind: str, counts: ListCounts) -> list[Holding]:
    """Count by one of KINDS. Origins of references without a known station are in the last row.

    Which tags withheld and missing cables have, and of which volume they are, is not known.
    """
    rows = ROWS[kind](counts)
    for name, some in _kinds(Cable.objects.published()):
        keyed, key = KEYED[kind](some)
        counted = keyed.order_by().values(key=key).annotate(n=Count("*"))
        for value, cables in counted.values_list("key", "n"):
            if value in rows:
                rows[value].add(**{name: cables})
    if kind in ("tag", "volume"):
        return list(rows.values())
    stations = _stations(counts)
    for name, series in (("withheld", withheld()), ("missing", missing())):
        for text, cables in series:
            known = _year(text) if kind == "year" else stations.get(text[2:], NO_ORIGIN)
            if known is not None:
                new = Holding(str(known) if kind == "year" else ELSEWHERE)
                rows.setdefault(known, new).add(**{name: cables})
    return [rows[year] for year in sorted(rows)] if kind == "year" else list(rows.values())


def withheld() -> list[tuple[str, int]]:
    """Return (series, withheld cables): "06BERLIN", "FRUS1861"."""
    return _series(Cable.objects.readable().exclude(withheld_reason=""))


def missing() -> list[tuple[str, int]]:
    """Return (series, cited references that no cable here has)."""
    return _series(cited_elsewhere())


def cited_elsewhere(citing: CableQuerySet | None = None) -> QuerySet[Cited]:
    """Return the references that published cables cite and none here has, most cited first.

    If only some cables are `citing`, those that any of these cites.
    """
    rows = Cited.objects.using(READER).filter(cables__gt=0, is_here=False)
    if citing is not None:
        each = Func(F("cites"), function="unnest", output_field=TextField())
        rows = rows.filter(reference__in=citing.using(None).order_by().values_list(each))
    return rows.order_by("-cables", "reference")


def _series(rows: QuerySet[M]) -> list[tuple[str, int]]:
    """Return (series, number of rows): a series is a reference without its number."""
    parts = (F("reference"), Value(r"(-D)?\d+(-\d+)?[A-Z]?$"), Value(""))
    series = Func(*parts, function="regexp_replace", output_field=TextField())
    return list(
        rows.order_by().values(series=series).annotate(n=Count("*")).values_list("series", "n")
    )


def _kinds(cables: CableQuerySet) -> list[tuple[str, CableQuerySet]]:
    """Return the partial, excised and redacted cables by name; each has a database index."""
    return [
        ("partial", cables.filter(partial=True)),
        ("excised", cables.marked([label("text", EXCISED)])),
        ("redacted", cables.filter(facts__has_key="redacted")),
    ]


def _year(series: str) -> int | None:
    """Return the year of a series; two digits mean 1911 to 2010 (I-3)."""
    if series.startswith("FRUS"):
        return int(series[4:8])
    if not series[:2].isdigit():
        return None
    return (1900 if int(series[:2]) > 10 else 2000) + int(series[:2])


def _stations(counts: ListCounts) -> dict[str, int]:
    """Return {station: primary key of its origin} for stations with exactly one origin."""
    keys_of: dict[str, set[int]] = {}
    for slug, (_, key, _) in counts.origins.items():
        for station in counts.places[slug].stations:
            keys_of.setdefault(station, set()).add(key)
    return {station: keys.pop() for station, keys in keys_of.items() if len(keys) == 1}
