"""Keep the addresses of a cable besides its own: those of its copies, and of a second number."""

from collections.abc import Collection, Iterable

from django.db.models import Q

from ..models import Cable, Copy, Erased, FormerReference, LoadRow
from ..telegram.fact_types import edition_of
from ..telegram.references import spellings_of

NUMBERED = "numbered"  # The kind of a former reference that is made of a second number.


def store_other_addresses(cables: Collection[Cable], copies: Iterable[Copy]) -> None:
    """Store the former references of cables, whose facts are those that readers see.

    These are the references by which copies were published, and the second numbers of telegrams
    that no other document has. A second number that a cable no longer shows leads nowhere.
    """
    published = [
        FormerReference(reference=name, cable=copy.cable, kind="published")
        for copy in copies
        if (name := copy.published_reference) != copy.cable.reference
    ]
    second = {
        name: cable
        for cable in cables
        if (name := edition_of(cable.facts).get("second_reference", ""))
    }
    named = [name for cable in cables for name in spellings_of(cable.reference)]
    named += [former.reference for former in published]
    outdated = Q(reference__in=named) | Q(cable__in=cables) & ~Q(reference__in=list(second))
    FormerReference.objects.filter(outdated, kind=NUMBERED).delete()
    taken = _taken(second) if second else set()
    numbered = [
        FormerReference(reference=name, cable=cable, kind=NUMBERED)
        for name, cable in second.items()
        if taken.isdisjoint(spellings_of(name))
    ]
    FormerReference.objects.bulk_create([*published, *numbered], ignore_conflicts=True)


def _taken(references: Iterable[str]) -> set[str]:
    """Return the spellings of references that a cable has or had, or one erased or embargoed."""
    names = {name for each in references for name in spellings_of(each)}
    embargoed = LoadRow.objects.filter(outcome__in=LoadRow.EMBARGOED)
    tables = (Cable.objects, FormerReference.objects, Erased.objects, embargoed)
    found = (
        rows.filter(reference__in=names).values_list("reference", flat=True) for rows in tables
    )
    return {name for rows in found for name in rows}
