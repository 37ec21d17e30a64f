"""What the room holds of one collection or of all, and of which volumes."""

import re
from collections.abc import Iterable
from functools import cached_property
from math import inf

from .models import Cable, Collection, Marking, Tagging
from .querysets import READER


def rows_of(collection: str):
    """Return cables, taggings, markings and collections: all, or those of one collection."""
    cables, collections = Cable.objects.published(), Collection.objects.using(READER)
    narrow = [model.objects.using(READER) for model in (Tagging, Marking)]
    if not collection:
        return cables, *narrow, collections
    narrow = [rows.collected([collection]) for rows in narrow]
    return cables.collected([collection]), *narrow, collections.filter(slug=collection)


def count_volumes(collection: str = "") -> dict:
    """Count the volumes and their chapters, and find what they are called."""
    return {"volumes": in_printed_order(Marking.objects.volumes(collection))}


def in_printed_order(rows: Iterable[tuple]) -> dict:
    """Return {volume: (title, cables, {chapter: (title, cables)})} of the rows of all volumes.

    A row tells of one document of a volume or chapter. A chapter begins with the first document
    that is told of in it, whichever row tells of it, and stands before those within it.
    """
    volumes, counts, names, places = {}, {}, {}, {}
    for code, cables, title, chapters, document in rows:
        volume, _, chapter = code.removeprefix("volume:").partition("/")
        if chapter:
            counts[volume, chapter] = cables
        else:
            volumes[volume] = title or volume, cables, {}
        for depth, (part, name) in enumerate(chapters):
            place = document_place(document), depth
            places[volume, part] = min(place, places.get((volume, part), place))
            names[volume, part] = name or part
    last = document_place(""), 0
    for volume, chapter in sorted(counts, key=lambda part: (places.get(part, last), part)):
        if volume in volumes:
            name = names.get((volume, chapter), chapter)
            volumes[volume][2][chapter] = name, counts[volume, chapter]
    return dict(sorted(volumes.items()))


def document_place(document: str) -> tuple[float, str]:
    """Return what documents are sorted by: d12, d12a, d100; what has no number comes last."""
    number = re.search(r"\d+", document)
    return (int(number[0]), document[number.end() :]) if number else (inf, document)


class ByLabel:
    """What tallies know of volumes, kinds and concepts, and of which collection they are."""

    @classmethod
    def chosen_in(cls, request):
        """Return the tallies of the one collection that a query string names, else of all."""
        tallies, asked = cls(), request.GET.getlist("collection")
        one = len(asked) == 1 and asked[0] in tallies.collections
        return cls(asked[0]) if one else tallies

    @property
    def token(self) -> str:
        """What is kept of these counts is kept under this."""
        return f"{self.state}-{self.collection}" if self.collection else f"{self.state}"

    @property
    def suffix(self) -> str:
        """What links to lists end with, so that they stay within the collection."""
        return f"?collection={self.collection}" if self.collection else ""

    @cached_property
    def kinds(self) -> dict[str, str]:
        """{slug: kind of document}, where sources say it."""
        return {kind.replace(" ", "-"): kind for kind in self.labels("kind")}

    @cached_property
    def parts(self) -> dict[str, int]:
        """Cables by volume, and by chapter of it: "frus1861/ch2"."""
        return self.labels("volume")

    @cached_property
    def concepts(self) -> dict[str, int]:
        """Cables by concept of the National Archives."""
        return self.labels("concept")

    def labels(self, sort: str) -> dict[str, int]:
        """{value: cables} of a sort of labels, A to Z."""
        start = f"{sort}:"
        found = self.markings.items()
        return {code.removeprefix(start): n for code, n in found if code.startswith(start)}

    @cached_property
    def volumes(self) -> dict[str, tuple[str, int, dict[str, tuple[str, int]]]]:
        """{volume: (title, cables, {chapter: (title, cables)})}, in their order."""
        return self._kept("volumes", count_volumes)
