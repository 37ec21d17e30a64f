"""The documents of a volume as it prints them, and those before and after one."""

import re
from typing import NamedTuple

from django.urls import reverse

from ..models import Marking
from ..search.list_counts import ListCounts
from ..sources.frus.document_names import published_name
from ..telegram.fact_types import EditionFacts

ID = re.compile(r"d(\d+)[a-z]?", re.IGNORECASE)
MOST_DOCUMENTS = 3_000  # Of a volume; the largest has half as many.


class PrintedDocument(NamedTuple):
    """A published document of a volume."""

    reference: str
    number: str  # As printed: "12".
    document: str = ""  # Its id: "d12".

    @property
    def address(self) -> str:
        return reverse("cable", args=[self.reference])


def documents_beside(
    reference: str, edition: EditionFacts, tallies: ListCounts
) -> tuple[PrintedDocument | None, PrintedDocument | None]:
    """Return the published documents before and after one in its volume, None where it ends."""
    documents = documents_in(edition["volume"], tallies)
    names = [each.reference for each in documents]
    if reference not in names:
        return None, None
    at = names.index(reference)
    before, after = documents[max(at - 1, 0) : at], documents[at + 1 : at + 2]
    return before[0] if before else None, after[0] if after else None


def documents_in(volume: str, tallies: ListCounts) -> list[PrintedDocument]:
    """Return the published documents of a volume, as printed."""
    kept = tallies.kept(f"printed-{volume}", lambda: _documents_of(volume))
    return [PrintedDocument(*each) for each in kept]


def missing_from(volume: str, tallies: ListCounts) -> list[tuple[int, str]]:
    """Return (number, name here) of the documents up to the last one here that are not published.

    Numbers are those of their ids: d12 is 12.
    """
    ids = (ID.fullmatch(each.document) for each in documents_in(volume, tallies))
    numbers = {int(match[1]) for match in ids if match}
    last = min(max(numbers, default=0), MOST_DOCUMENTS)
    absent = (number for number in range(1, last) if number not in numbers)
    return [(number, published_name(volume, f"d{number}")) for number in absent]


def keys_of_documents(volume: str, tallies: ListCounts) -> dict[str, list[str]]:
    """Return {reference: keys of the entries for which the volume's index names the document}."""
    return tallies.kept(f"indexed-{volume}", lambda: _keys_of(volume))


def _documents_of(volume: str) -> list[tuple[str, str, str]]:
    rows = Marking.objects.published_under(f"volume:{volume}"[:100]).in_printed_order()
    columns = rows.values_list("reference", "cable__facts__edition__number", "shown", "document")
    return [
        (reference, number or "" if shown == volume else (document or "")[1:], document or "")
        for reference, number, shown, document in columns
    ]


def _keys_of(volume: str) -> dict[str, list[str]]:
    rows = Marking.objects.published_under(f"volume:{volume}"[:100])
    rows = rows.filter(cable__facts__edition__volume=volume)
    keys = rows.values_list("reference", "cable__facts__edition__indexed")
    return {reference: indexed for reference, indexed in keys if indexed}
