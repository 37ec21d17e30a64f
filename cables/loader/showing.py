"""One copy's text becomes the public one, with all that follows from it and what others add."""

from collections.abc import Iterable
from datetime import date

from ..models import Cable, Copy, FormerReference, refresh_lists
from .copying import copy_in
from .places import Places
from .prepare import Prepared
from .rows import combined_facts, mentions, said
from .text import replace_text


def show(cable: Cable, chosen: Prepared, copies: list[Copy], reason: str, places: Places):
    """Make a copy's text the public one, with what only the others say. Saves the cable."""
    replace_text(cable, columns(cable, chosen, copies, places), chosen.record.blocks, reason)
    cable.mentions.all().delete()
    copy_in(mentions(cable, chosen.record, cable.blocks()))
    name(copies, chosen.record.tags, places)
    refresh_lists([cable.pk])


def columns(cable: Cable, chosen: Prepared, copies: list[Copy], places: Places) -> dict:
    """Return the columns of a cable that shows the chosen text, before ids are aligned."""
    origin = places.origins([chosen.record.origin])[chosen.record.origin]
    return said(chosen.record, origin) | {
        "facts": combined_facts(chosen.record, copies),
        "released": earliest(copy.released for copy in copies) or cable.released,
        "collections": sorted({copy.collection.slug for copy in copies}),
    }


def name(copies: Iterable[Copy], tags: Iterable[str], places: Places):
    """See to it that tags have rows, and that wrong references lead to their cables."""
    places.add_tags(tags)
    FormerReference.objects.bulk_create(
        [
            FormerReference(reference=copy.published_reference, cable=copy.cable, kind="published")
            for copy in copies
            if copy.published_reference != copy.cable.reference
        ],
        ignore_conflicts=True,
    )


def earliest(dates: Iterable[date | None]) -> date | None:
    """Return the first of the dates that are known, or None."""
    return min(filter(None, dates), default=None)
