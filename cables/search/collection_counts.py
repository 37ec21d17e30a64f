"""Counts of one collection or of all, and the volumes that cables are printed in."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.db.models import F, Func, IntegerField, QuerySet
from django.http import HttpRequest

from ..models import Cable, Collection, Marking, Tagging, VolumePage
from ..models.list_querysets import MarkingQuerySet, TaggingQuerySet, VolumeRow
from ..models.querysets import READER, CableQuerySet
from ..models.volume_pages import LEFT_OUT
from ..telegram.fact_types import CABLES, count_values, label


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


def count_volumes(collection: str = "") -> dict[str, Volumes]:
    """Return {"volumes": the volumes with their chapters}, as `ListCounts` caches it."""
    return {"volumes": in_printed_order(Marking.objects.volumes(collection))}


def count_left_out(collection: str = "") -> dict[str, dict[str, int]]:
    """Return {"left_out": {volume: documents that its load left out}}."""
    length = Func(F("blocks"), function="jsonb_array_length", output_field=IntegerField())
    rows = VolumePage.objects.using(READER).filter(name=LEFT_OUT)
    return {"left_out": dict(rows.order_by("volume").values_list("volume", length))}


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


class ByLabel:
    """The part of ListCounts about volumes, kinds and other labels, and about their collection."""

    collection: str  # A slug; "" stands for all collections.
    state: str  # Of the edition.

    if TYPE_CHECKING:  # What ListCounts adds.

        @classmethod
        def current(cls, collection: str = "") -> Self: ...

        @cached_property
        def collections(self) -> dict[str, str]: ...

        @cached_property
        def markings(self) -> dict[str, int]: ...

        def _kept(self, name: str, count: Callable[[str], dict[str, Any]]) -> Any: ...

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

    @cached_property
    def left_out(self) -> dict[str, int]:
        """{volume: documents of it that are left out by choice} of the volumes that are held."""
        counted: dict[str, int] = self._kept("left_out", count_left_out)
        return {volume: n for volume, n in counted.items() if volume in self.volumes}

    @cached_property
    def parts(self) -> dict[str, int]:
        """Cables by volume, and by chapter of it: "frus1861/ch2"."""
        return self.labels("volume")

    @cached_property
    def concepts(self) -> dict[str, int]:
        """Cables by concept of the National Archives."""
        return self.labels("concept")

    @cached_property
    def films(self) -> dict[str, int]:
        """Cables by reel of microfilm of the National Archives: "D750089"."""
        return self.labels("film")

    @cached_property
    def release_markings(self) -> dict[str, int]:
        """Cables by the review that released them: "EO SYSTEMATIC REVIEW 30 JUN 2005"."""
        return self.labels("marking")

    def labels(self, sort: str) -> dict[str, int]:
        """Return {value: cables} of labels with a prefix such as "kind", A to Z."""
        return count_values(sort, self.markings)

    @cached_property
    def volumes(self) -> Volumes:
        """The volumes by name, each with its chapters in printed order."""
        volumes: Volumes = self._kept("volumes", count_volumes)
        return volumes
