"""Store a copy's text as the public text of its cable, with all rows that depend on it.

The old text is kept as a version, and the ids of paragraphs stay (P-5). A cable that
was withheld is published again as it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from ..models import (
    Cable,
    Copy,
    FormerParagraph,
    ScheduledPublication,
    Sealed,
    State,
    Version,
    seal,
    unseal,
)
from ..models.cable import VERSION_CONTENTS
from ..models.counted_words import put_in
from ..models.sealing import lock_cables, log_each, words_of_cables
from ..sources import ParsedCable
from ..telegram.apply_redactions import Contents, TornError, fingerprints_of
from ..telegram.fact_types import VersionFacts
from ..telegram.paragraphs import SEGMENTER, Alignment, find_offsets, pin, segment
from ..telegram.redact_facts import FIXED_FACTS
from ..telegram.redact_phrases import scrub
from .origins_and_tags import Places
from .public_rows import columns, update_related
from .public_text import (
    BESIDE_TEXT,
    SOURCE,
    Decisions,
    PublicRecord,
    align_blocks,
    contents_of,
    decisions_on,
    make_public,
)
from .row_values import digest_of
from .standing_redactions import (
    CUT,
    UNCERTAIN,
    StandingMatch,
    StandingStrike,
    contents_of_record,
    redact_all_texts,
    redact_as_standing,
    standing_forms,
    strikes_for,
    with_strikes,
)

BLOCKS = ("paragraph_ids", "paragraph_offsets", "fingerprints", "segmenter")
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
        now = max(timezone.now(), cable.changed_at)  # Another machine's clock may be ahead.
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
        **{name: getattr(cable, name) for name in ("subject", "header", "body", "digest", *BLOCKS)},
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

    The blocks of the new segmenter get the ids under which they were published (P-5). Cables that
    an earlier release stored, without the offsets of their blocks, get them too.
    """
    seen = changed = 0
    earlier = Cable.objects.filter(
        Q(segmenter__lt=SEGMENTER) | Q(paragraph_offsets=[]), withheld_reason=""
    )
    earlier = earlier.defer("header").order_by("pk").select_for_update()
    while True:
        with transaction.atomic():
            batch = list(earlier[:REPIN_BATCH])
            if not batch:
                return seen, changed
            changed += sum(repin_one(cable) for cable in batch)
            for cable in batch:
                if not cable.paragraph_offsets:
                    cable.paragraph_offsets = find_offsets(cable.body, cable.blocks())
            Cable.objects.bulk_update(batch, BLOCKS)
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
    cable.paragraph_offsets, cable.segmenter = find_offsets(cable.body, pinned), SEGMENTER
    return changed


NEWER = "The text is read by newer rules."  # Why a version was replaced.


@dataclass(frozen=True, slots=True)
class PreparedText:
    """The text that a cable is about to show, computed before anything is written."""

    cable: Cable
    copies: list[Copy]
    decisions: Decisions
    shown: PublicRecord
    values: dict[str, Any]  # Of the columns of the cable.
    alignment: Alignment
    sealed: dict[str, Any]  # If it is redacted: what it was until now, unredacted.
    strikes: list[StandingStrike]  # What standing redactions strike in it.


def publish_text(
    cable: Cable,
    chosen: ParsedCable,
    copies: list[Copy],
    reason: str,
    places: Places,
    decisions: Decisions | None = None,
) -> None:
    """Make a record the public text of a cable, with facts of the other copies. Saves the cable.

    Raises TornError if a redaction would change how the new text is split into paragraphs.
    """
    publish_texts([prepare_text(cable, chosen, copies, places, decisions)], reason)


def prepare_text(
    cable: Cable,
    chosen: ParsedCable,
    copies: list[Copy],
    places: Places,
    decisions: Decisions | None = None,
) -> PreparedText:
    """Compute the public text of a cable from a record. Raises TornError as `publish_text`."""
    repin_one(cable)
    decisions = decisions or decisions_on(cable)
    sealed = cable.sealed.filter(place=SOURCE).first() if decisions.redactions else None
    if not decisions.redactions and cable.fingerprints == chosen.blocks.fingerprints:
        alignment = Alignment(cable.paragraph_ids, [])  # The same blocks keep their ids.
    else:
        alignment = align_blocks(cable, chosen.blocks)
    shown = make_public(chosen, alignment.ids, decisions)
    values = columns(cable, shown, copies, places)
    text = Contents(
        values["header"], values["body"], alignment.ids, [values[name] for name in BESIDE_TEXT]
    )
    matches = standing_forms().find_new(text, _as_shown(cable), values["origin"].name)
    strikes = strikes_for(matches, contents_of_record(shown.source), decisions.strikes)
    unredacted = sealed.values if sealed else {}
    return PreparedText(cable, copies, decisions, shown, values, alignment, unredacted, strikes)


def preview_text(cable: Cable, record: ParsedCable) -> tuple[PublicRecord, list[StandingMatch]]:
    """Return a record as readers would see it as the text of a cable; stores nothing.

    With it what matches standing redactions, which is redacted. Raises TornError as `publish_text`.
    """
    ids, decisions = align_blocks(cable, record.blocks).ids, decisions_on(cable)
    shown = make_public(record, ids, decisions)
    contents = contents_of_record(shown.record)
    matches = standing_forms().find_new(contents, _as_shown(cable), record.origin)
    if matches:
        source = contents_of_record(shown.source)
        strikes = strikes_for(matches, source, decisions.strikes)
        shown = make_public(record, ids, with_strikes(decisions, strikes))
    return shown, matches


def _as_shown(cable: Cable) -> Contents:
    return contents_of(cable, cable.header, cable.body, (), ())


def publish_texts(texts: Sequence[PreparedText], reason: str) -> None:
    """Store the public texts of different cables; `reason` is why their versions were replaced."""
    versions = list[Version]()
    for text in texts:
        if reason == NEWER and text.decisions.redactions:
            # In place: a version would keep what newer rules no longer derive from redacted words.
            set_values(text.cable, text.values)
            continue
        why = scrub(reason, text.shown.struck)
        if version := replace_text(text.cable, text.values, text.alignment, why):
            versions.append(version)
    Version.objects.bulk_create(versions)
    redacted = {text.cable.pk: text.sealed for text in texts if text.decisions.redactions}
    for version in versions:
        if version.cable_id in redacted:
            seal_version(version, redacted[version.cable_id], reason)
    update_related((text.cable, text.shown, text.copies) for text in texts)
    for text in texts:
        redact_as_standing(text.cable, text.strikes)


def seal_version(version: Version, source: dict[str, Any], reason: str) -> None:
    """Store what a redacted text that became a version is without redactions.

    `source` is what was sealed of it as the present text; an earlier release sealed no facts.
    """
    values = {name: getattr(version, name) for name in VERSION_CONTENTS}
    values |= {name: source[name] for name in ("header", "body", "subject") if name in source}
    if "facts" in source:
        fixed = {name: value for name, value in version.facts.items() if name in FIXED_FACTS}
        values["facts"] = fixed | source["facts"]
    blocks = segment(values["body"])
    values |= {"reason": reason, "fingerprints": blocks.fingerprints}
    values |= {"paragraph_offsets": find_offsets(values["body"], blocks)}
    values |= {"segmenter": version.segmenter}
    values |= {"digest": digest_of(values["header"], values["body"])}
    place = f"{SOURCE} version {version.number}"
    Sealed.objects.create(cable_id=version.cable_id, place=place, values=values)


def find_conflict(cable: Cable, record: ParsedCable) -> str:
    """Return why a curator has to decide on a new text of a cable; "" if none has to.

    A text that differs in a redacted part could hold the redacted words in another form, and one
    that has forms of a redaction over the archive may name somebody else.
    """
    sealed = cable.sealed.filter(place=SOURCE).first()
    if not sealed and not standing_forms().find(contents_of_record(record), record.origin):
        return ""
    try:
        shown, matches = preview_text(cable, record)
    except TornError:
        return CUT.format(record.reference)
    if uncertain := [match for match in matches if not match.is_certain]:
        return UNCERTAIN.format(record.reference, uncertain[0].search)
    ids = shown.source.blocks.ids
    parts = fingerprints_of(record.header, record.body, ids)
    redacted = sealed.values["touched"] if sealed else {}
    differing = [part for part, digest in redacted.items() if parts.get(part) != digest]
    if not differing:
        return ""
    return (
        f"{record.reference} is redacted in {', '.join(differing)}, and this text of it differs "
        "there; a curator decides on it"
    )


AT_ONCE = 500  # Cables whose time has come that one transaction publishes.
TIME_IS_OVER = "Its embargo has ended."
CANNOT_STAND = (
    "A redaction over the archive would divide it otherwise: redact a whole paragraph of it."
)


@transaction.atomic
def publish_all(cables: QuerySet[Cable], reason: str = "", by: User | None = None) -> int:
    """Publish those of these cables that are withheld, as they were; return how many there were.

    They are redacted by redactions over the archive that stand; one that cannot be stays withheld.
    Times that were set for them no longer count.
    """
    keys = lock_cables(cables.exclude(withheld_reason=""))
    unseal(keys)
    keys = _redacted_as_standing(keys)
    ScheduledPublication.objects.filter(cable__in=keys).delete()
    log_each(keys, "published", reason, by)
    put_in(words_of_cables(keys), len(keys))
    return len(keys)


def publish_due() -> int:
    """Publish the cables that were withheld until a time that has passed; return their number.

    The time is that of the database's clock. Safe to run twice at the same time.
    """
    due = ScheduledPublication.objects.filter(due__lte=Now())
    total = 0
    while keys := list(due.order_by("pk").values_list("cable", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            lock_cables(Cable.objects.filter(pk__in=keys))
            # Read again behind the locks: a curator may have set another time.
            keys = list(due.filter(cable__in=keys).values_list("cable", flat=True))
            total += publish_all(Cable.objects.filter(pk__in=keys), TIME_IS_OVER)
            due.filter(cable__in=keys).delete()
    return total


def _redacted_as_standing(keys: list[int]) -> list[int]:
    """Redact cables that were unsealed; seal those again that cannot be, and return the others."""
    published = []
    for cable in Cable.objects.filter(pk__in=keys).select_related("origin"):
        try:
            with transaction.atomic():
                redact_all_texts(cable)
        except TornError:
            seal([cable.pk], CANNOT_STAND)
        else:
            published.append(cable.pk)
    return published
