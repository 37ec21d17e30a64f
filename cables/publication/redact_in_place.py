"""Redact a cable in place: all that contains the words is derived again from its originals.

These are the cable, its versions, the notes on it, what is noted of works that cite it, and what is
derived from them. No version keeps the old words.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from ..models import Cable, CitingWork, Correction, FormerParagraph, Note, Sealed, Version
from ..models.cable import VERSION_CONTENTS
from ..sources import ParsedCable
from ..sources.frus.found_again import found_again
from ..telegram.apply_redactions import EVERYWHERE, HEAD, NOTES, Redacted, redact
from ..telegram.fact_types import edition_of, with_keys
from ..telegram.paragraphs import SEGMENTER, find_offsets
from ..telegram.redact_facts import redact_facts
from ..telegram.redact_phrases import scrub, without
from ..telegram.titles import facts_for_title
from .origins_and_tags import Places, delete_unused_tags
from .public_rows import columns, update_related
from .public_text import (
    SOURCE,
    Decisions,
    fact_in_words,
    make_public,
    parse_again,
    parse_redacted,
    parse_shown_copy,
    without_lost,
)

Field = Correction.Field


def place_label(place: str) -> str:
    """Return the name of a redaction's place for the log and for pages."""
    names = {EVERYWHERE: "every occurrence", HEAD: "before the paragraphs", NOTES: "notes"}
    return names.get(place, place)


def _rows_with_texts(
    cable: Cable,
) -> Iterator[tuple[str, list[str], Version | FormerParagraph | Note | CitingWork]]:
    """Yield (place in `Sealed`, fields with texts, row) of all rows that may repeat the cable."""
    for version in cable.versions.order_by("number"):
        yield f"version {version.number}", [*VERSION_CONTENTS, "segmenter"], version
    for former in cable.former_paragraphs.all():
        yield f"former {former.paragraph}", ["reason"], former
    for note in cable.notes.all():
        yield f"note {note.pk}", ["text"], note
    for work in cable.citing_works.all():
        yield f"citing work {work.pk}", list(CitingWork.TEXTS), work


def rebuild_in_place(cable: Cable, decisions: Decisions) -> None:
    """Derive from its originals all that readers see of a cable; no version is kept."""
    copies = list(cable.copies.select_related("collection"))
    source = parse_shown_copy(cable, copies)
    for place, fields, row in _rows_with_texts(cable):
        sealed = _seal_original(cable, place, {name: getattr(row, name) for name in fields})
        if isinstance(row, Version):
            _rebuild_version(row, sealed.values, decisions, source)
        elif isinstance(row, FormerParagraph):
            row.reason = scrub(sealed.values["reason"], decisions.words)
        else:
            _redact_beside(row, fields, sealed, decisions.phrases_at(NOTES))
        row.save()
    redacted_tags = set(cable.tags) - set(without(cable.tags, decisions.phrases_at(HEAD)))
    shown = make_public(source, cable.paragraph_ids, decisions)
    for name, value in columns(cable, shown, copies, Places()).items():
        setattr(cable, name, value)
    cable.save()
    update_related([(cable, shown, copies)])
    if redacted_tags:  # The list of tags would show those that no cable has any more.
        delete_unused_tags(redacted_tags)


def _redact_beside(
    row: Note | CitingWork, fields: list[str], sealed: Sealed, phrases: list[str]
) -> None:
    """Redact the texts of a note or a citing work; `sealed` then also has what is shown."""
    for name in fields:
        longest = getattr(row._meta.get_field(name), "max_length", None)
        setattr(row, name, scrub(sealed.values[name], phrases)[:longest])
    shown = {name: getattr(row, name) for name in fields}
    sealed.values["shown"] = shown["text"] if isinstance(row, Note) else shown
    sealed.save()


def _seal_original(cable: Cable, place: str, values: dict[str, Any]) -> Sealed:
    """Return the texts of a row as they were before redactions; they are sealed at the first."""
    sealed, _ = cable.sealed.get_or_create(place=f"{SOURCE} {place}", defaults={"values": values})
    shown = sealed.values.get("shown")
    if shown is not None and shown != values.get("text", values):
        sealed.values = values  # The note or work was edited since it was redacted.
    return sealed


def _rebuild_version(
    version: Version, original: dict[str, Any], decisions: Decisions, source: ParsedCable
) -> None:
    """Set the columns of a version to its original values, redacted. Does not save it.

    `source` is the present record of the cable.
    """
    version.paragraph_offsets = []  # Earlier releases sealed none.
    for name, value in original.items():
        setattr(version, name, value)
    version.facts.pop("redacted", None)
    if not decisions.redactions:
        return
    shown = redact(version.header, version.body, version.blocks().ids, decisions.strikes)
    if shown.touched:
        _leave_out_lost(version, shown, decisions, source)
    version.header, version.body = shown.header, shown.body
    version.paragraph_ids, version.fingerprints = shown.blocks.ids, shown.blocks.fingerprints
    version.paragraph_offsets = find_offsets(shown.body, shown.blocks)
    version.segmenter = SEGMENTER
    version.digest = "" if shown.touched else version.digest
    phrases = decisions.phrases_at(HEAD)
    version.subject = scrub(version.subject, phrases)
    version.reason = scrub(version.reason, decisions.words)
    facts = redact_facts(version.facts, original["body"], version.body, phrases, decisions.words)
    made = facts_for_title(version.subject, version.header, shown.blocks, edition_of(facts))
    facts |= scrub(made, phrases)
    notices = [each for each in decisions.notices(shown.struck) if each["parts"]]
    facts["redacted"] = scrub(notices, phrases)
    version.facts = facts


def _leave_out_lost(
    version: Version, shown: Redacted, decisions: Decisions, source: ParsedCable
) -> None:
    """Leave out of a version what was derived from words that are redacted in it."""
    facts, edition = cast(Any, version.facts), edition_of(version.facts)
    own = {name: facts[name] for name in ("created_precision", "classification")}
    own |= {"title": facts.get("title", ""), "created": datetime.fromisoformat(facts["created"])}
    record = replace(source, edition=edition, **own)
    before = parse_again(record, version.header, version.body)
    after = parse_redacted(before, shown.header, shown.body)
    if edition.get("volume"):
        after = found_again(before, after, decisions.words)
    merged = Places().merged_tags
    lists = [[*each.tags, *merged(each.tags)] for each in (before, after)]
    corrected = {each["field"]: each for each in facts.get("corrected", ())}
    if Field.SUBJECT.label not in corrected:
        version.subject = after.subject
    for name in (Field.SUBJECT, Field.TAGS, Field.CITES):
        if name.label in corrected:
            corrected[name.label]["source"] = fact_in_words(after, name)
    told = {name: getattr(after, name) for name in ("edition", "classification", "title")}
    told |= {"tags": [*without_lost(facts["tags"], *lists)], **with_keys(after.facts, facts)}
    others: Any = {name: facts[name] for name in facts.keys() - before.facts.keys()}
    version.facts = others | told
