"""A text goes for good, and leaves a stone: its address says why, its reference is not reused."""

from django.db import transaction

from ..models import Cable, Change, Erased, FormerReference, LoadRow, Preview, State
from ..words import take_out, words_of_cable


@transaction.atomic
def erase(reference: str, reason: str, by=None) -> list[str]:
    """Remove all that is kept of a cable; return the references that led to it.

    Also of one that never got further than a row of a load. Raises ValueError where nothing of
    that canonical reference is kept, or there is no reason.
    """
    if not reason.strip():
        raise ValueError("Say why: whoever follows a citation is told.")
    cable = Cable.objects.select_for_update().filter(pk__in=_known(reference)).first()
    names = _names(cable) if cable else [reference]
    rows = LoadRow.objects.filter(reference__in=names)
    if cable is None and not rows.exists():
        raise ValueError(f"Nothing of {reference} is kept here.")
    rows.delete()
    Preview.objects.filter(reference__in=names).delete()
    if cable:
        if not cable.withheld_reason:
            take_out(words_of_cable(cable))
        cable.delete()  # The log stays, and has its reference.
    Erased.objects.bulk_create(
        [Erased(reference=name, reason=reason) for name in names], ignore_conflicts=True
    )
    Change.objects.create(action="erased", reference=names[0], reason=reason, by=by)
    State.move()
    return names


def _known(reference: str) -> list[int]:
    cable = Cable.objects.only("pk").known_as(reference)
    return [cable.pk] if cable else []


def _names(cable: Cable) -> list[str]:
    """Return its reference and every other that led to it, or that a source has it under."""
    formers = FormerReference.objects.filter(cable=cable).values_list("reference", flat=True)
    published = cable.copies.values_list("published_reference", flat=True)
    return list(dict.fromkeys([cable.reference, *sorted({*formers, *published})]))
