"""Count the cables that the archive holds, withholds and lacks, by year, origin, tag and volume.

Counts only what readers may see. Withheld cables are counted by the year and station in their
references, which are public: their origins and dates are not. Missing cables, which others cite,
are counted in the same way.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Count, F, Func, QuerySet, TextField, Value
from django.db.models.functions import ExtractYear

from ..models import Cable, Cited, Marking, Tagging
from ..models.former_references import not_here
from ..models.querysets import READER, CableQuerySet, M
from ..telegram.fact_types import EXCISED
from ..telegram.labels import label
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

    def add(self, **counts: int) -> None:
        for name, count in counts.items():
            setattr(self, name, getattr(self, name) + count)


COUNTS = tuple(field.name for field in fields(Holding))[2:]


def holdings(kind: str, counts: ListCounts) -> list[Holding]:
    """Return the rows of one of KINDS, in order; cached for each state of the archive."""
    rows: list[Holding] = counts.kept(f"holdings-{kind}", lambda: COUNTED[kind](counts))
    return rows


def total(rows: Iterable[Holding]) -> Holding:
    """Return the sum of rows. Not for tags and volumes: a cable has several."""
    whole = Holding("All")
    for row in rows:
        whole.add(**{name: getattr(row, name) for name in COUNTS})
    return whole


def count_years(counts: ListCounts) -> list[Holding]:
    rows: dict[int, Holding] = {}

    def row(year: int) -> Holding:
        return rows.setdefault(year, Holding(str(year)))

    for year, cables in counts.by_year.items():
        row(year).add(held=cables)
    for name, some in _kinds(Cable.objects.published()):
        for year, cables in _by(some, ExtractYear("created")):
            row(year).add(**{name: cables})
    for name, series in (("withheld", withheld()), ("missing", missing())):
        for text, cables in series:
            if series_year := _year(text):
                row(series_year).add(**{name: cables})
    return [rows[year] for year in sorted(rows)]


def count_origins(counts: ListCounts) -> list[Holding]:
    """Count by origin; references without a known station are in the last row."""
    rows = {
        key: Holding(name, slug, held=cables)
        for slug, (name, key, cables) in counts.origins.items()
    }
    for name, some in _kinds(Cable.objects.published()):
        for key, cables in _by(some, F("origin")):
            if key in rows:
                rows[key].add(**{name: cables})
    stations = _stations(counts)
    rest = Holding(ELSEWHERE)
    for name, series in (("withheld", withheld()), ("missing", missing())):
        for text, cables in series:
            key = stations.get(text[2:], NO_ORIGIN)
            rows.get(key, rest).add(**{name: cables})
    return [*rows.values(), *([rest] if rest.withheld or rest.missing else [])]


def count_tags(counts: ListCounts) -> list[Holding]:
    """Count by tag; withheld and missing cables have no known tags."""
    rows = {code: Holding(code, code, held=cables) for code, cables in counts.tags.items()}
    for name, some in _kinds(Cable.objects.published()):
        tagged = Tagging.objects.using(READER).filter(cable__in=list(some.primary_keys()))
        for code, cables in _by(tagged, F("tag")):
            if code in rows:
                rows[code].add(**{name: cables})
    return list(rows.values())


def count_volumes(counts: ListCounts) -> list[Holding]:
    """Count by volume; of which volume a withheld or missing cable is, is not known."""
    rows = {
        volume: Holding(
            counted.title, volume, counted.cables, left_out=counts.left_out.get(volume, 0)
        )
        for volume, counted in counts.volumes.items()
    }
    for name, some in _kinds(Cable.objects.published()):
        marked = Marking.objects.using(READER).filter(cable__in=list(some.primary_keys()))
        for code, cables in _by(marked, F("code")):
            if row := rows.get(code.removeprefix("volume:")):
                row.add(**{name: cables})
    return list(rows.values())


COUNTED = {
    "year": count_years,
    "origin": count_origins,
    "tag": count_tags,
    "volume": count_volumes,
}


def withheld() -> list[tuple[str, int]]:
    """Return (series, withheld cables): "06BERLIN", "FRUS1861"."""
    return _series(Cable.objects.readable().exclude(withheld_reason=""))


def missing() -> list[tuple[str, int]]:
    """Return (series, cited references that no cable here has)."""
    return _series(not_here(Cited.objects.using(READER).filter(cables__gt=0)))


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


def _by(rows: QuerySet[M], key: F | ExtractYear) -> Iterable[tuple[Any, int]]:
    """Return (key, number of rows) for each value of a key."""
    return rows.order_by().values(key=key).annotate(n=Count("*")).values_list("key", "n")


def _year(series: str) -> int | None:
    """Return the year of a series; two digits mean 1911 to 2010 (I-3)."""
    if series.startswith("FRUS"):
        return int(series[4:8])
    return (
        (1900 if int(series[:2]) > 10 else 2000) + int(series[:2]) if series[:2].isdigit() else None
    )


def _stations(counts: ListCounts) -> dict[str, int]:
    """Return {station: primary key of its origin} for stations with exactly one origin."""
    keys_of: dict[str, set[int]] = {}
    for slug, (_, key, _) in counts.origins.items():
        for station in counts.places[slug].stations:
            keys_of.setdefault(station, set()).add(key)
    return {station: keys.pop() for station, keys in keys_of.items() if len(keys) == 1}
