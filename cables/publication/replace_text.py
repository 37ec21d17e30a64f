"""Replace the public text of a cable: keep the old one as a version, and paragraph ids (P-5)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from ..models import Cable, FormerParagraph, State, Version
from ..telegram.fact_types import VersionFacts
from ..telegram.paragraphs import SEGMENTER, Alignment, pin, segment

# If one of these columns changes, the text before becomes a Version.
PUBLIC = ("header", "body", "subject", "classification", "origin", "created")
REPIN_BATCH = 500


def replace_text(
    cable: Cable, values: dict[str, Any], alignment: Alignment, reason: str
) -> Version | None:
    """Set the columns of a cable to `values`, and save it.

    Returns the present text as a version, which the caller stores; None if the text stays.
    """
    version = None
    if any(getattr(cable, name) != values[name] for name in PUBLIC):
        now = timezone.now()
        version = make_version(cable, reason, now)
        retire(cable, alignment, reason)
        cable.version += 1
        cable.changed_at = now
    set_values(cable, values)
    return version


def set_values(cable: Cable, values: dict[str, Any]) -> None:
    """Set columns of a cable, and save it. A text that stays is not written again."""
    same = {name for name in ("header", "body") if getattr(cable, name) == values.get(name)}
    for name, value in values.items():
        setattr(cable, name, value)
    names = {field.name for field in Cable._meta.concrete_fields if not field.primary_key}
    cable.save(update_fields=names - same)


def make_version(cable: Cable, reason: str, until: datetime) -> Version:
    """Return the present public text as a version, which is not stored yet."""
    facts: VersionFacts = {
        **cable.facts,
        "origin": cable.origin.name,
        "classification": cable.classification,
        "created": cable.created.isoformat(),
        "created_precision": cable.created_precision,
        "partial": cable.partial,
        "tags": cable.tags,
    }
    return Version(
        cable=cable,
        number=cable.version,
        since=cable.changed_at,
        until=until,
        reason=reason,
        facts=facts,
        **{
            name: getattr(cable, name)
            for name in ("subject", "header", "body", "digest")
            + ("paragraph_ids", "fingerprints", "segmenter")
        },
    )


def retire(cable: Cable, alignment: Alignment, reason: str) -> None:
    """Store the ids that no paragraph has any more. They are never given again."""
    FormerParagraph.objects.bulk_create(
        [
            FormerParagraph(
                cable=cable, paragraph=paragraph, after=after, version=cable.version, reason=reason
            )
            for paragraph, after in alignment.retired
        ],
        ignore_conflicts=True,
    )


def repin() -> tuple[int, int]:
    """Align every cable that an earlier segmenter split; return (cables checked, changed).

    The blocks of the new segmenter get the ids under which they were published (P-5).
    """
    seen = changed = 0
    earlier = Cable.objects.filter(segmenter__lt=SEGMENTER, withheld_reason="")
    earlier = earlier.defer("header").order_by("pk").select_for_update()
    while True:
        with transaction.atomic():
            batch = list(earlier[:REPIN_BATCH])
            if not batch:
                return seen, changed
            changed += sum(repin_one(cable) for cable in batch)
            Cable.objects.bulk_update(batch, ["paragraph_ids", "fingerprints", "segmenter"])
            State.advance()
        seen += len(batch)


def repin_one(cable: Cable) -> bool:
    """Align a cable that an earlier segmenter split, without saving it.

    Return whether an id changed.
    """
    if cable.segmenter >= SEGMENTER:
        return False
    blocks = segment(cable.body, cable.serial)
    pinned = pin(
        blocks,
        cable.paragraph_ids,
        cable.fingerprints,
        cable.former_paragraphs.values_list("paragraph", flat=True),
    )
    previous = dict(zip(cable.paragraph_ids[1:], cable.paragraph_ids, strict=False))
    retired = [
        (name, previous.get(name, "")) for name in cable.paragraph_ids if name not in pinned.ids
    ]
    retire(cable, Alignment(pinned.ids, retired), "The cable's paragraphs are cut otherwise now.")
    changed = pinned.ids != cable.paragraph_ids
    cable.paragraph_ids, cable.fingerprints = pinned.ids, pinned.fingerprints
    cable.segmenter = SEGMENTER
    return changed
