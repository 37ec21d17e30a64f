"""Store a copy's text as the public text of its cable, with all rows that depend on it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from ..models import Cable, Copy, Mention, Sealed, Version, refresh_lists
from ..models.cable import VERSION_CONTENTS
from ..sources import ParsedCable
from ..sources.frus.found_again import keys_from_text
from ..telegram.apply_redactions import TornError, fingerprints_of
from ..telegram.fact_types import CableFacts, EditionFacts, edition_of
from ..telegram.made_titles import facts_for_title
from ..telegram.mentions import CableMention
from ..telegram.paragraphs import Alignment, segment
from ..telegram.redact_facts import redact_facts
from ..telegram.redact_phrases import is_marked, scrub, without
from .origins_and_tags import Places
from .other_addresses import store_other_addresses
from .public_text import (
    SOURCE,
    Decisions,
    PublicRecord,
    align_blocks,
    decisions_on,
    make_public,
    source_text,
)
from .replace_text import repin_one, replace_text, set_values
from .row_values import combined_facts, digest_of, labels, other_texts, text_columns

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
    old_text: list[str]  # Its unredacted [header, body] until now.


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
    old_text = source_text(cable) if decisions.redactions else [cable.header, cable.body]
    if not decisions.redactions and cable.fingerprints == chosen.blocks.fingerprints:
        alignment = Alignment(cable.paragraph_ids, [])  # The same blocks keep their ids.
    else:
        alignment = align_blocks(cable, chosen.blocks)
    shown = make_public(chosen, alignment.ids, decisions)
    values = columns(cable, shown, copies, places)
    return PreparedText(cable, copies, decisions, shown, values, alignment, old_text)


def publish_texts(texts: Sequence[PreparedText], reason: str) -> None:
    """Store the public texts of different cables; `reason` is why their versions were replaced."""
    versions = list[Version]()
    for text in texts:
        if reason == NEWER and text.decisions.redactions:
            # In place: a version would keep what newer rules no longer derive from redacted words.
            set_values(text.cable, text.values)
            continue
        why = scrub(reason, text.shown.phrases)
        if version := replace_text(text.cable, text.values, text.alignment, why):
            versions.append(version)
    Version.objects.bulk_create(versions)
    redacted = {text.cable.pk: text.old_text for text in texts if text.decisions.redactions}
    for version in versions:
        if version.cable_id in redacted:
            seal_version(version, redacted[version.cable_id])
    update_related((text.cable, text.shown, text.copies) for text in texts)


def update_related(texts: Iterable[tuple[Cable, PublicRecord, Iterable[Copy]]]) -> None:
    """Replace the rows that depend on public texts: mentions, names, rows of lists.

    Of a redacted cable, store the unredacted text and the fingerprints of its redacted parts.
    """
    cables, copies, mentions = list[Cable](), list[Copy](), list[Mention]()
    for cable, shown, its_copies in texts:
        if "redacted" in shown.facts:
            source = shown.source
            values = {"header": source.header, "body": source.body, "touched": shown.touched}
            Sealed.objects.update_or_create(cable=cable, place=SOURCE, defaults={"values": values})
        cables.append(cable)
        copies += its_copies
        mentions += Mention.rows(cable, public_mentions(shown))
    store_other_addresses(cables, copies)
    Mention.objects.filter(cable__in=cables).delete()
    Mention.objects.bulk_create(mentions)
    refresh_lists(cable.pk for cable in cables)


def public_mentions(shown: PublicRecord) -> list[CableMention]:
    """Return the mentions in the public text that the source has too.

    A mention that the parser finds only because of a redaction's mark is left out.
    """
    found = shown.record.find_mentions()
    if shown.touched:
        original = set(shown.source.find_mentions())
        found = [mention for mention in found if mention in original]
    return found


def columns(
    cable: Cable, shown: PublicRecord, copies: list[Copy], places: Places
) -> dict[str, Any]:
    """Return the columns of a cable with this public text, by name."""
    record = replace(shown.record, tags=places.merged_tags(shown.record.tags))
    places.add_tags(record.tags)
    facts = combined_facts(record, copies)
    if shown.struck or shown.touched:
        if not record.edition and "volume" in facts.get("edition", {}):
            facts = _without_facts_of_another_text(facts)
        facts = redact_facts(facts, record.body, shown.phrases, shown.struck)
        record = replace(record, edition=edition_of(facts))
        made = facts_for_title(record.subject, record.header, record.blocks, record.edition)
        facts |= scrub(made, shown.phrases)
    values = text_columns(record, places.origins([record.origin])[record.origin])
    return values | {
        "cites": shown.cites,
        "other_texts": [] if shown.struck or shown.touched else other_texts(record, copies),
        "labels": public_labels(shown, facts, copies),
        "facts": facts | shown.facts,
        "released": earliest(copy.released for copy in copies) or cable.released,
        "collections": sorted({copy.collection.slug for copy in copies}),
        # No digest of a redacted text: guesses of the redacted words could be tested against it.
        **({"digest": ""} if shown.touched else {}),
    }


def _without_facts_of_another_text(facts: CableFacts) -> CableFacts:
    """Return facts of a redacted cable without what a volume beside it derived from its own text.

    That text is not shown, and has no paragraphs that were redacted.
    """
    edition = facts["edition"]
    derived = keys_from_text(edition)
    kept = {name: value for name, value in edition.items() if name not in derived}
    return {**facts, "edition": cast(EditionFacts, kept)}


def public_labels(shown: PublicRecord, facts: CableFacts, copies: Iterable[Copy]) -> list[str]:
    """Return the labels of a cable without those that are made of redacted words."""
    edition = edition_of(facts)
    editions = [edition_of(copy.facts) for copy in copies]
    if not shown.struck:
        return labels(edition, *editions)
    redacted = (scrub(each, shown.struck) for each in editions)
    found = without(labels(edition, *redacted), shown.struck)
    return [label for label in found if not is_marked(label)]


def seal_version(version: Version, text: list[str]) -> None:
    """Store the unredacted text, [header, body], of a redacted text that became a version."""
    header, body = text
    values = {name: getattr(version, name) for name in VERSION_CONTENTS}
    values |= {"header": header, "body": body, "fingerprints": segment(body).fingerprints}
    values |= {"digest": digest_of(header, body), "segmenter": version.segmenter}
    place = f"{SOURCE} version {version.number}"
    Sealed.objects.create(cable_id=version.cable_id, place=place, values=values)


def find_conflict(cable: Cable, record: ParsedCable) -> str:
    """Return why a curator has to decide on a new text of a redacted cable; "" if none has to.

    A text that differs in a redacted part could hold the redacted words in another form.
    """
    sealed = cable.sealed.filter(place=SOURCE).first()
    if sealed is None:
        return ""
    ids = align_blocks(cable, record.blocks).ids
    try:
        make_public(record, ids, decisions_on(cable))
    except TornError:
        return (
            f"{record.reference} is redacted, and the paragraphs of this text would be cut by that"
        )
    parts = fingerprints_of(record.header, record.body, ids)
    redacted = sealed.values["touched"]
    differing = [part for part, digest in redacted.items() if parts.get(part) != digest]
    if not differing:
        return ""
    return (
        f"{record.reference} is redacted in {', '.join(differing)}, and this text of it differs "
        "there; a curator decides on it"
    )


def earliest(dates: Iterable[date | None]) -> date | None:
    """Return the earliest of the dates that are not None; None if there is none."""
    return min(filter(None, dates), default=None)
