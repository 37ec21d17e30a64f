"""The rows that cables lead to: origins with their countries, and tags. Made as they are met."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.utils.text import slugify

from ..models import Country, Origin, Tag
from ..sources import ParsedCable
from ..sources.origins import (
    find_former,
    find_origin,
    origin_kind,
    other_names,
    other_stations,
)
from ..sources.tags import PERSON, tag_kind

NO_ORIGINS = {"map"}  # What stands at /origin/map/ is a page about all of them.


class Places:
    """Origins and tags by name, each asked of the database once in a load."""

    def __init__(self):
        self._origins: dict[str, Origin] = {}
        self._tags: set[str] = set()
        self._merged: dict[str, list[str]] | None = None

    def origins(self, names: Iterable[str]) -> dict[str, Origin]:
        """Return the origins with these names; those met for the first time are made.

        One that was merged into another stands for that.
        """
        if unknown := set(names) - self._origins.keys():
            rows = Origin.objects.filter(name__in=unknown)
            rows = rows.select_related("country", "merged_into__country")
            self._origins |= {origin.name: origin.merged_into or origin for origin in rows}
            for name in sorted(unknown - self._origins.keys()):
                self._origins[name] = make_origin(name)
        return self._origins

    def settled(self, record: ParsedCable) -> ParsedCable:
        """Return a record with the tags that stand for those it prints."""
        tags = self.merged_tags(record.tags)
        return record if tags == record.tags else replace(record, tags=tags)

    def merged_tags(self, codes: Sequence[str]) -> tuple[str, ...]:
        """Return codes with others for those that were merged."""
        if self._merged is None:
            merged = Tag.objects.exclude(merged_into=[])
            self._merged = dict(merged.values_list("code", "merged_into"))
        if self._merged.keys().isdisjoint(codes):
            return tuple(codes)
        settled = [each for code in codes for each in self._merged.get(code, [code])]
        return tuple(dict.fromkeys(settled))

    def add_tags(self, codes: Iterable[str]):
        """Make the rows of tags met for the first time; names of persons have none."""
        if unknown := set(codes) - self._tags:
            kinds = {code: tag_kind(code) for code in sorted(unknown)}
            Tag.objects.bulk_create(
                [Tag(code=code, kind=kind) for code, kind in kinds.items() if kind != PERSON],
                ignore_conflicts=True,
            )
            self._tags |= unknown


def make_origin(name: str) -> Origin:
    """Store an origin with what the table of origins knows of it."""
    present, former = find_origin(name), find_former(name)
    known = present or former
    country = None
    if known and known.country:
        country, _ = Country.objects.get_or_create(
            iso2=known.iso2, defaults={"name": known.country, "slug": slugify(known.country)}
        )
    origin = Origin.objects.create(
        name=name,
        slug=free_slug(name),
        station=known.station if known else "",
        kind=known.kind if known else origin_kind(name),
        city=known.city if known else "",
        country=country,
        also_named=other_names(name),
        also_stations=other_stations(present) if present else [],
        latitude=known.latitude if known else None,
        longitude=known.longitude if known else None,
        same_as=Origin.objects.filter(name=former.name).first() if former else None,
    )
    earlier = Origin.objects.filter(name__in=origin.also_named, same_as=None)
    earlier.exclude(pk=origin.pk).update(same_as=origin)
    return origin


def free_slug(name: str) -> str:
    """Return an address for an origin that no other has."""
    stem = slugify(name)[:180] or "origin"
    slug, count = stem, 1
    while slug in NO_ORIGINS or Origin.objects.filter(slug=slug).exists():
        count += 1
        slug = f"{stem}-{count}"
    return slug
