"""The records and the sets of a portion of a list, for harvesters."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from ...models import Cable, HarvestRecord, Tagging
from ...models.cable import PUBLISHED
from ...models.harvest_records import HarvestPlace, HarvestRecordQuerySet, merged
from ...search.list_counts import ListCounts
from .harvest_names import SET_KINDS, read_set, set_name
from .harvest_request import HarvestSpan
from .record_facts import NEEDED

PORTION = 100  # Records in an answer, as cables in one of the API.
SETS = 500  # Sets or headers in an answer.
MANY = 100_000  # Cables in a set of which no keys are sent to the database.


@dataclass(frozen=True, slots=True)
class DatedRecord:
    """A record in a list. `cable` is None if the record is deleted."""

    record: HarvestRecord
    cable: Cable | None


@dataclass(frozen=True, slots=True)
class RecordList:
    """The records of a set ("" is all) that changed in a span of time.

    Every deleted record is in every set: of which lists a withheld cable was is withheld too.
    """

    span: HarvestSpan
    of_set: str = ""

    def parts(self) -> list[HarvestRecordQuerySet]:
        """Return queries that together give the list, each in the order of the whole."""
        records = HarvestRecord.objects.readable().dated(self.span.first, self.span.before)
        if not self.of_set:
            return [records]
        known = read_set(self.of_set)
        if known is None:
            return []
        if known == ("origin", ""):  # Every cable has one.
            return [records.present(), records.deleted()]
        present = records.of_cables(cables_of(*known), are_many=size_of(*known) > MANY)
        return [present, records.deleted()]

    def size(self) -> int:
        """Return how many records it has; 0 if it would take long to count them."""
        known = read_set(self.of_set)
        if known is None:
            return 0 if self.of_set else self.parts()[0].count()
        if self.span != HarvestSpan() or known in (("tag", ""), ("collection", "")):
            return 0
        return size_of(*known) + HarvestRecord.objects.readable().deleted().count()

    def portion(self, place: HarvestPlace | None, count: int) -> list[HarvestRecord]:
        """Return the next `count` records behind a place."""
        parts = self.parts()
        if len(parts) == 1:
            return parts[0].portion(place, count)
        return merged((part.portion(place, count) for part in parts), count)


def cables_of(kind: str, value: str) -> QuerySet:
    """Return a query of the primary keys of the published cables in a set; "" is all of a kind."""
    if kind == "tag":  # These rows are of published cables.
        tagged = Tagging.objects.filter(tag=value) if value else Tagging.objects.all()
        return tagged.values_list("cable", flat=True)
    published = Cable.objects.filter(PUBLISHED)
    if kind == "origin":
        held = published.filter(origin__slug=value) if value else published
        return held.values_list("pk", flat=True)
    held = published.collected([value]) if value else published.exclude(collections=[])
    return held.values_list("pk", flat=True)


def size_of(kind: str, value: str) -> int:
    """Return how many published cables are in a set, as lists show it; of "" at most so many."""
    counts = ListCounts.current()
    if kind == "tag":
        return counts.tags.get(value, 0) if value else sum(counts.tags.values())
    if kind == "origin":
        return counts.origins[value][2] if value in counts.origins else counts.total * (not value)
    slugs = [slug for slug in counts.collections if value in ("", slug)]
    return sum(ListCounts.current(slug).total for slug in slugs)


def with_cables(records: Iterable[HarvestRecord]) -> list[DatedRecord]:
    """Return records with their cables.

    Whether a cable is published is looked up here again, so that no record shows a withheld one.
    """
    records = list(records)
    keys = [record.cable for record in records if not record.is_deleted]
    cables = Cable.objects.published().for_listing(*NEEDED).in_bulk(keys) if keys else {}

    def shown(record: HarvestRecord) -> Cable | None:
        cable = None if record.is_deleted else cables.get(record.cable)
        return cable if cable and cable.reference == record.reference else None

    return [DatedRecord(record, shown(record)) for record in records]


def all_sets() -> list[tuple[str, str]]:
    """Return (setSpec, name) of all sets with published cables, in the order of their names."""
    counts = ListCounts.current()
    sets = {set_name(kind): label for kind, label in SET_KINDS.items()}
    sets |= {set_name("collection", slug): name for slug, name in counts.collections.items()}
    sets |= {set_name("origin", slug): name for slug, (name, _, _) in counts.origins.items()}
    for code in counts.tags:
        words = counts.glossary.get(code, ("", ""))[0]
        sets[set_name("tag", code)] = f"{code} ({words})" if words else code
    return sorted(sets.items())
