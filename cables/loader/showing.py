"""One copy's text becomes the public one, with all that follows from it and what others add."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from ..apparatus import left
from ..models import Cable, Copy, FormerReference, Mention, Sealed, refresh_lists
from ..models.cable import SAID_BY_VERSION
from ..paragraphs import SEGMENTER, pin, segment
from ..redacting import TornError, fingerprints_of, scrub, without
from ..sources import ParsedCable
from .copying import copy_in
from .places import Places
from .prepare import Prepared, prepare
from .rows import combined_facts, digest_of, labels, mentions, other_texts, record_of, said
from .shown import (
    SOURCE,
    Decisions,
    Shown,
    decisions_on,
    make_shown,
    source_blocks,
    source_text,
)
from .text import align_with, repin_one, replace_text


def show(
    cable: Cable,
    chosen: Prepared,
    copies: list[Copy],
    reason: str,
    places: Places,
    decisions: Decisions | None = None,
):
    """Make a copy's text the public one, with what only the others say. Saves the cable.

    Raises TornError where a redaction would cut the new paragraphs otherwise.
    """
    decisions = decisions or decisions_on(cable)
    if cable.segmenter < SEGMENTER:
        repin_one(cable)
    was, before = source_text(cable), cable.version
    alignment = align_with(cable, source_blocks(cable), chosen.record.blocks)
    shown = make_shown(chosen.record, alignment.ids, decisions)
    values = columns(cable, shown, copies, places)
    replace_text(cable, values, alignment, scrub(reason, shown.phrases))
    if decisions.redactions:
        if cable.version > before:
            seal_version(cable, before, was)
        seal_source(cable, chosen.record, shown)
    follow(cable, chosen.record, shown, copies, places)


def source_of(cable: Cable, copies: Iterable[Copy], text: list[str] | None = None) -> Prepared:
    """Return the record that the text which is shown was made from, read anew.

    `text` is its header and body, where these are known.
    """
    shown = next(copy for copy in copies if copy.text is None)
    shown.text = text or source_text(cable)
    try:
        return prepare(replace(record_of(shown), reference=cable.reference), Path())
    finally:
        shown.text = None


def follow(cable: Cable, source: ParsedCable, shown: Shown, copies: Iterable[Copy], places: Places):
    """Make the rows beside a cable that follow from the text it shows."""
    cable.mentions.all().delete()
    copy_in(mentions_shown(cable, source, shown))
    name(copies, shown.record.tags, places)
    refresh_lists([cable.pk])


def mentions_shown(cable: Cable, source: ParsedCable, shown: Shown) -> list[Mention]:
    """Return the rows of what a cable's paragraphs name; a mark of a redaction makes none."""
    found = mentions(cable, shown.record, cable.blocks())
    if not shown.touched:
        return found
    blocks = pin(source.blocks, cable.paragraph_ids, source.blocks.fingerprints)
    were = {
        (each.paragraph, each.reference, each.target) for each in mentions(cable, source, blocks)
    }
    return [each for each in found if (each.paragraph, each.reference, each.target) in were]


def columns(cable: Cable, shown: Shown, copies: list[Copy], places: Places) -> dict:
    """Return the columns of a cable that shows a record, before ids are aligned."""
    record = places.settled(shown.record)
    values = said(record, places.origins([record.origin])[record.origin])
    facts = combined_facts(record, copies)
    if shown.phrases:
        facts |= {name: scrub(facts[name], shown.phrases) for name in ("title",) if name in facts}
        facts |= {"articles": without(facts.get("articles", ()), shown.phrases)}
        facts = {name: value for name, value in facts.items() if value}
    if "edition" in facts and (shown.struck or shown.touched):
        facts["edition"] = scrub(left(facts["edition"], shown.record.body), shown.struck)
    return values | {
        "cites": shown.cites,
        "other_texts": [] if shown.struck or shown.touched else other_texts(record, copies),
        "labels": without(_labels(record, facts, copies), shown.struck),
        "facts": facts | shown.facts,
        "released": earliest(copy.released for copy in copies) or cable.released,
        "collections": sorted({copy.collection.slug for copy in copies}),
        # With the rest of a text known, its digest would let anyone test guesses of a name.
        **({"digest": ""} if shown.touched else {}),
    }


def _labels(record: ParsedCable, facts: dict, copies: list[Copy]) -> list[str]:
    """Return the lists that a cable stands in by any of its copies; it is of the kind it shows."""
    shown = facts.get("edition", {})
    others = (copy.facts.get("edition", {}) for copy in copies)
    editions = [shown, *(other | {"kind": ""} for other in others)]
    found = (label for each in editions for label in labels(replace(record, edition=each)))
    return list(dict.fromkeys(found))


def seal_source(cable: Cable, record: ParsedCable, shown: Shown):
    """Keep the text as its source gives it, and which parts of it readers may not see."""
    values = {"header": record.header, "body": record.body, "touched": shown.touched}
    Sealed.objects.update_or_create(cable=cable, place=SOURCE, defaults={"values": values})


def seal_version(cable: Cable, number: int, was: list[str]):
    """Keep the original of a redacted text that has become a version."""
    version = cable.versions.get(number=number)
    header, body = was
    values = {name: getattr(version, name) for name in SAID_BY_VERSION}
    values |= {"header": header, "body": body, "fingerprints": segment(body).fingerprints}
    values |= {"digest": digest_of(header, body), "segmenter": version.segmenter}
    cable.sealed.create(place=f"{SOURCE} version {number}", values=values)


def find_conflict(cable: Cable, record: ParsedCable) -> str:
    """Return why a person has to look at a new text of a redacted cable, "" if nobody has to.

    A text that says something else where readers may not see what it said could name it anew.
    """
    sealed = cable.sealed.filter(place=SOURCE).first()
    if sealed is None:
        return ""
    ids = align_with(cable, source_blocks(cable), record.blocks).ids
    try:
        make_shown(record, ids, decisions_on(cable))
    except TornError:
        return (
            f"{record.reference} is redacted, and the paragraphs of this text would be cut by that"
        )
    parts = fingerprints_of(record.header, record.body, ids)
    other = [name for name, said in sealed.values["touched"].items() if parts.get(name) != said]
    if not other:
        return ""
    return (
        f"{record.reference} is redacted in {', '.join(other)}, and this text of it differs there; "
        "a curator decides on it"
    )


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
