"""A text goes for good, and leaves a stone: its address says why, its reference is not reused."""

from collections.abc import Iterable

from django.db import transaction

from ..models import (
    Cable,
    Change,
    Country,
    Erased,
    FormerReference,
    LoadRow,
    Merge,
    Origin,
    Preview,
    Sealed,
    State,
    Tag,
)
from ..models.statistics import renew
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
        key, tags, origin = cable.pk, _tags(cable), cable.origin
        cable.delete()  # The log stays, and has its reference.
        _forget_in_merges(key)
        _forget_tags(tags)
        _forget_origin(origin)
    Erased.objects.bulk_create(
        [Erased(reference=name, reason=reason) for name in names], ignore_conflicts=True
    )
    Change.objects.create(action="erased", reference=names[0], reason=reason, by=by)
    State.move()
    renew()
    return names


def _known(reference: str) -> list[int]:
    cable = Cable.objects.only("pk").known_as(reference)
    return [cable.pk] if cable else []


def _names(cable: Cable) -> list[str]:
    """Return its reference and every other that led to it, or that a source has it under."""
    formers = FormerReference.objects.filter(cable=cable).values_list("reference", flat=True)
    published = cable.copies.values_list("published_reference", flat=True)
    return list(dict.fromkeys([cable.reference, *sorted({*formers, *published})]))


def _tags(cable: Cable) -> set[str]:
    """Return its tags; of a withheld or redacted one those that readers do not see, too."""
    sealed = cable.sealed.filter(place="cable").values_list("values__tags", flat=True)
    printed = cable.copies.values_list("facts__tags", flat=True)
    merged = Merge.objects.filter(kind=Merge.Kind.TAG, cables__has_key=str(cable.pk))
    had = merged.values_list(f"cables__{cable.pk}", flat=True)
    return {*cable.tags, *(tag for tags in (*sealed, *printed, *had) for tag in tags or ())}


def _forget_in_merges(key: int):
    """Take a cable out of what undoing a merge needs."""
    for made in Merge.objects.filter(kind=Merge.Kind.TAG, cables__has_key=str(key)):
        del made.cables[str(key)]
        made.save(update_fields=["cables"])
    for made in Merge.objects.filter(kind=Merge.Kind.ORIGIN, cables__contains=key):
        made.cables.remove(key)
        made.save(update_fields=["cables"])


def _forget_tags(codes: Iterable[str]):
    """Remove the tags that no other cable has, not even a withheld one."""
    for code in codes:
        had = Cable.objects.filter(tags__contains=[code]).exists()
        sealed = Sealed.objects.filter(place="cable", values__tags__contains=[code]).exists()
        if not (had or sealed or Tag.objects.filter(merged_into__contains=[code]).exists()):
            Tag.objects.filter(code=code, merged_into=[]).delete()


def _forget_origin(origin: Origin):
    """Remove an origin that no other cable has, and its country if it has no other."""
    if origin.cables.exists() or origin.merged.exists():
        return
    country = origin.country
    origin.delete()
    if country and not country.origins.exists():
        Country.objects.filter(pk=country.pk).delete()
