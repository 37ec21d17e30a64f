"""The documents before and after a document in its volume."""

from typing import NamedTuple

from django.core.cache import cache
from django.urls import reverse

from ..models import Marking
from ..search.list_counts import ListCounts
from ..telegram.fact_types import EditionFacts


class PrintedDocument(NamedTuple):
    """A published document of a volume."""

    reference: str
    number: str  # As printed: "12".

    @property
    def address(self) -> str:
        return reverse("cable", args=[self.reference])


def documents_beside(
    reference: str, edition: EditionFacts, tallies: ListCounts
) -> tuple[PrintedDocument | None, PrintedDocument | None]:
    """Return the published documents before and after one in its volume, None where it ends."""
    volume = edition["volume"]
    key = f"printed-{volume}-{tallies.token}"
    documents = cache.get(key)
    if documents is None:
        documents = documents_of(volume)
        cache.set(key, documents, timeout=None)
    names = [name for name, _ in documents]
    if reference not in names:
        return None, None
    at = names.index(reference)
    before, after = documents[max(at - 1, 0) : at], documents[at + 1 : at + 2]
    first, second = (PrintedDocument(*each[0]) if each else None for each in (before, after))
    return first, second


def documents_of(volume: str) -> list[tuple[str, str]]:
    """Return (reference, number) of the published documents of a volume, as printed."""
    rows = Marking.objects.published_under(f"volume:{volume}"[:100]).in_printed_order()
    columns = rows.values_list("reference", "cable__facts__edition__number")
    return [(reference, number or "") for reference, number in columns]
