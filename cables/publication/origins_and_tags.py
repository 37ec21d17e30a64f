"""Look up the origins, countries and tags of records, and create those that are new."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.utils.text import slugify

from ..models import Cable, Country, Origin, Sealed, Tag
from ..sources import ParsedCable
from ..telegram.offices import describe_origin
from ..telegram.origins import (
    KnownOrigin,
    find_former,
    find_origin,
    origin_kind,
    other_names,
    other_stations,
)
from ..telegram.tags import PERSON, tag_kind

RESERVED_SLUGS = {"map"}  # /origin/map/ is a page about all origins.


class Places:
    """A cache of origins and tags by name; each is looked up once in a load."""

    def __init__(self) -> None:
        self._origins: dict[str, Origin] = {}
        self._tags: set[str] = set()
        self._merged: dict[str, list[str]] | None = None

    def origins(self, names: Iterable[str]) -> dict[str, Origin]:
        """Return {name: origin} of all names asked for so far; new origins are created.

        A merged origin is replaced by the one it was merged into.
        """
        if unknown := set(names) - self._origins.keys():
            rows = Origin.objects.filter(name__in=unknown)
            rows = rows.select_related("country", "merged_into__country")
            self._origins |= {origin.name: origin.merged_into or origin for origin in rows}
            for name in sorted(unknown - self._origins.keys()):
                self._origins[name] = make_origin(name)
        return self._origins

    def settled(self, record: ParsedCable) -> ParsedCable:
        tags = self.merged_tags(record.tags)
        return record if tags == record.tags else replace(record, tags=tags)

    def merged_tags(self, codes: Sequence[str]) -> tuple[str, ...]:
        """Return tags, with merged ones replaced by those they were merged into."""
        if self._merged is None:
            tags = Tag.objects.exclude(merged_into=[])
            self._merged = dict(tags.values_list("code", "merged_into"))
        if self._merged.keys().isdisjoint(codes):
            return tuple(codes)
        merged = (each for code in codes for each in self._merged.get(code, [code]))
        return tuple(dict.fromkeys(merged))

    def add_tags(self, codes: Iterable[str]) -> None:
        """Create the rows of new tags; tags that name a person have none."""
        if unknown := set(codes) - self._tags:
            kinds = {code: tag_kind(code) for code in sorted(unknown)}
            Tag.objects.bulk_create(
                [Tag(code=code, kind=kind) for code, kind in kinds.items() if kind != PERSON],
                ignore_conflicts=True,
            )
            self._tags |= unknown


def delete_unused_tags(codes: Iterable[str]) -> None:
    """Delete those of some tags that no cable has, not even a withheld one."""
    for code in codes:
        is_shown = Cable.objects.filter(tags__contains=[code]).exists()
        is_sealed = Sealed.objects.filter(place="cable", values__tags__contains=[code]).exists()
        is_target = Tag.objects.filter(merged_into__contains=[code]).exists()
        if not (is_shown or is_sealed or is_target):
            Tag.objects.filter(code=code, merged_into=[]).delete()


def make_origin(name: str) -> Origin:
    """Create an origin with the facts in the table of origins, else with its place."""
    present, former, facts = find_origin(name), find_former(name), describe_origin(name)
    country = country_of(facts) if facts else None
    origin = Origin.objects.create(
        name=name,
        slug=free_slug(name),
        station=facts.station if facts else "",
        kind=facts.kind if facts else origin_kind(name),
        city=facts.city if facts else "",
        country=country,
        also_named=other_names(name),
        also_stations=other_stations(present) if present else [],
        latitude=facts.latitude if facts else None,
        longitude=facts.longitude if facts else None,
        same_as=Origin.objects.filter(name=former.name).first() if former else None,
    )
    earlier = Origin.objects.filter(name__in=origin.also_named, same_as=None)
    earlier.exclude(pk=origin.pk).update(same_as=origin)
    return origin


def country_of(facts: KnownOrigin) -> Country | None:
    """Return the country in which an origin lies today, created if it is new."""
    if not facts.country:
        return None
    defaults = {"name": facts.country, "slug": slugify(facts.country)}
    return Country.objects.get_or_create(iso2=facts.iso2, defaults=defaults)[0]


def free_slug(name: str) -> str:
    stem = slugify(name)[:180] or "origin"
    slug, count = stem, 1
    while slug in RESERVED_SLUGS or Origin.objects.filter(slug=slug).exists():
        count += 1
        slug = f"{stem}-{count}"
    return slug
