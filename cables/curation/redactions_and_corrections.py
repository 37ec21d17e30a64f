"""What curators decide on one cable: redactions and corrections. Each is one transaction.

A redaction replaces, in place, all that contains the words: the cable, its versions, the notes on
it and what is derived from them. No version keeps the old words. After a correction, the text
before becomes a version, which readers can cite. A withheld cable stays withheld.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from ..models import (
    Cable,
    Correction,
    FormerParagraph,
    Note,
    Redaction,
    State,
    Tag,
    Version,
    seal,
    unseal,
)
from ..models.cable import VERSION_CONTENTS
from ..models.counted_words import put_in, take_out
from ..models.planner_statistics import renew_list_statistics
from ..publication.origins_and_tags import Places
from ..publication.public_text import (
    SOURCE,
    Decisions,
    decisions_on,
    make_public,
    parse_shown_copy,
    redaction_notices,
    repeats_redacted,
    source_text,
)
from ..publication.publish import columns, publish_text, update_related
from ..publication.replace_text import repin_one
from ..publication.row_values import opening_words
from ..telegram.addition_anchors import left
from ..telegram.apply_redactions import (
    EVERYWHERE,
    HEAD,
    NOTES,
    Strike,
    parts_struck,
    redact,
    said_by_part,
    scrub,
    without,
)
from ..telegram.distinct_words import words_of_cable
from ..telegram.fact_types import VersionFacts, with_keys
from ..telegram.paragraphs import SEGMENTER, pin, segment
from ..telegram.redaction_matching import holds

# Facts of a version with fixed values, in which no words are redacted.
STRUCTURE = {
    *("source", "copies", "created", "created_precision", "partial", "origin", "classification"),
    "redacted",
}
REPEATED = "The reason repeats words that are redacted in this cable. The log must not have them."


class StaleError(ValueError):
    """Somebody changed the cable since the curator's form was opened."""


@transaction.atomic
def redact_cable(
    cable: Cable,
    strike: Strike,
    reason: str,
    by: User,
    edit_token: str | None = None,
) -> Redaction:
    """Redact words, or a whole paragraph. The original goes to `Sealed`.

    Raises ValueError if nothing has the words, or if the reason is empty or repeats them; TornError
    if the text would be split into other paragraphs; StaleError if the cable's token is another.
    """
    if not reason.strip() or holds(reason, strike.words):
        raise ValueError("A redaction takes a reason that does not repeat the words.")
    with changing(cable, edit_token):
        if not where_held(cable, strike):
            raise ValueError("Nothing in this cable holds these words there.")
        seal_originals(cable)
        redaction = cable.redactions.create(
            place=strike.place, is_whole=not strike.words, reason=reason, by=by
        )
        cable.sealed.create(place=redaction.sealed_at, values={"words": list(strike.words)})
        rebuild_in_place(cable)
        log_decision(cable, "redacted", place_label(strike.place), reason, by)
    return redaction


@transaction.atomic
def lift_redaction(redaction: Redaction, reason: str, by: User, edit_token: str | None = None):
    """Undo a redaction. Words that another redaction covers too stay redacted."""
    cable = redaction.cable
    with changing(cable, edit_token):
        if not Redaction.objects.filter(pk=redaction.pk).exists():
            raise StaleError("It was lifted meanwhile.")
        place = place_label(redaction.place)
        cable.sealed.filter(place=redaction.sealed_at).delete()
        redaction.delete()
        seal_originals(cable)
        rebuild_in_place(cable)
        if not cable.redactions.exists():
            cable.sealed.filter(place__startswith=SOURCE).delete()
        log_decision(cable, "lifted", place, reason, by)


@transaction.atomic
def correct_cable(
    cable: Cable,
    name: str,
    value: str | list[str],
    reason: str,
    by: User,
    edit_token: str | None = None,
):
    """Correct a fact for readers, also in texts that are loaded later; copies stay as they are.

    `value` is a string; for "created" it is [ISO time, precision], for "tags" and "cites" a list.
    """
    if not reason.strip():
        raise ValueError("A correction takes a reason.")
    with changing(cable, edit_token):
        values = {"value": value, "reason": reason, "by": by}
        cable.corrections.update_or_create(field=name, defaults=values)
        label = Correction.Field(name).label
        log_decision(cable, "corrected", label, reason, by)
        _publish_again(cable, f"The archive corrected: {label.lower()}. {reason}")


@transaction.atomic
def undo_correction(correction: Correction, reason: str, by: User, edit_token: str | None = None):
    """Show the value of the source again."""
    cable = correction.cable
    with changing(cable, edit_token):
        label = correction.get_field_display()
        if not Correction.objects.filter(pk=correction.pk).delete()[0]:
            raise StaleError("It was undone meanwhile.")
        log_decision(cable, "restored", label, reason, by)
        _publish_again(cable, f"The archive undid a correction: {label.lower()}. {reason}".strip())


def log_decision(cable: Cable, action: str, about: str, reason: str, by: User):
    """Add an entry to the log. Raises ValueError if the reason repeats redacted words."""
    if repeats_redacted([cable.pk], reason):
        raise ValueError(REPEATED)
    cable.changes.create(action=action, reason=f"{about}: {reason}", by=by)


@contextmanager
def changing(cable: Cable, edit_token: str | None = None):
    """Lock a cable for a change; afterwards update the word counts and the archive's state.

    A withheld cable is unsealed for the change and sealed again. Raises StaleError if
    `edit_token` is not the cable's.
    """
    cable.lock()
    if edit_token is not None and edit_token != cable.edit_token():
        raise StaleError("Somebody changed this cable meanwhile.")
    withheld = cable.withheld_reason
    if withheld:
        unseal([cable.pk])
        cable.lock()
    if cable.segmenter < SEGMENTER:
        repin_one(cable)
    words = words_of_cable(cable)
    yield
    take_out(words)
    put_in(words_of_cable(cable))
    if withheld:
        seal([cable.pk], withheld)
        cable.lock()
    State.advance()
    renew_list_statistics()


def where_held(cable: Cable, strike: Strike, *, originals: bool = True) -> dict[str, list[str]]:
    """Return {text: its parts} of what a redaction would change.

    A text is "", the current one, or "version 2". Its parts are "header", "preamble", "around",
    ids of paragraphs, "facts", and "notes" for the notes on the cable. With `originals` the
    current text is searched as its source gives it, else as readers see it.
    """
    held: dict[str, list[str]] = {}
    for text, header, body, ids in _telegrams(cable, originals):
        if parts := parts_struck(header, body, ids, strike):
            held[text] = parts
    for text, part, content in _facts_and_notes(cable, strike.place, originals):
        if part not in held.get(text, ()) and holds(content, strike.words):
            held.setdefault(text, []).append(part)
    return held


def contents_in(cable: Cable, place: str) -> Iterator[tuple[str, str, str]]:
    """Yield (text, part, its content as readers see it) of all parts in a place of a redaction.

    Texts and parts are named as in `where_held`.
    """
    parts_of = {EVERYWHERE: None, HEAD: ("header", "preamble", "around")}
    allowed = parts_of.get(place, (place,))
    for text, header, body, ids in _telegrams(cable, originals=False):
        for part, content in said_by_part(header, body, ids):
            if allowed is None or part in allowed:
                yield text, part, content
    yield from _facts_and_notes(cable, place, originals=False)


def _telegrams(cable: Cable, originals: bool) -> Iterator[tuple[str, str, str, list[str]]]:
    """Yield (text, header, body, paragraph ids) of a cable and its versions, as `where_held`."""
    header, body = source_text(cable) if originals else (cable.header, cable.body)
    yield "", header, body, cable.paragraph_ids
    for version in cable.versions.order_by("number"):
        yield f"version {version.number}", version.header, version.body, version.blocks().ids


def _facts_and_notes(cable: Cable, place: str, originals: bool) -> Iterator[tuple[str, str, str]]:
    """Yield (text, "facts" or "notes", content) of those that are in a place of a redaction."""
    if place in (EVERYWHERE, HEAD):
        facts = [cable.subject, *cable.tags, *cable.captions, *cable.cites, *_strings(cable.facts)]
        if originals:
            facts += _strings([copy.facts for copy in cable.copies.all()])
        yield "", "facts", "\n".join(facts)
        for version in cable.versions.order_by("number"):
            facts = [version.subject, version.reason, *_strings(version.facts)]
            yield f"version {version.number}", "facts", "\n".join(facts)
    if place in (EVERYWHERE, NOTES):
        for note in cable.notes.all():
            yield "", "notes", note.text


def _strings(value: object) -> Iterator[str]:
    """Yield the strings in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)


def place_label(place: str) -> str:
    """Return the name of a redaction's place for the log and for pages."""
    names = {EVERYWHERE: "every occurrence", HEAD: "before the paragraphs", NOTES: "notes"}
    return names.get(place, place)


def seal_originals(cable: Cable):
    """Copy to `Sealed` all texts of a cable that no redaction has changed yet."""
    if not cable.sealed.filter(place=SOURCE).exists():
        header, body = cable.header, cable.body
        cable.sealed.create(place=SOURCE, values={"header": header, "body": body, "touched": {}})
    for place, row, fields in _rows_with_texts(cable):
        sealed = cable.sealed.filter(place=f"{SOURCE} {place}").first()
        values = {name: getattr(row, name) for name in fields}
        if sealed is None:
            cable.sealed.create(place=f"{SOURCE} {place}", values=values)
        elif "text" in values and values["text"] != sealed.values.get("shown", values["text"]):
            sealed.values = values  # The note was edited since it was redacted.
            sealed.save()


def _rows_with_texts(
    cable: Cable,
) -> Iterator[tuple[str, Version | FormerParagraph | Note, list[str]]]:
    """Yield (place in `Sealed`, row, fields with texts) of all rows that may repeat the cable."""
    for version in cable.versions.order_by("number"):
        yield f"version {version.number}", version, [*VERSION_CONTENTS, "segmenter"]
    for former in cable.former_paragraphs.all():
        yield f"former {former.paragraph}", former, ["reason"]
    for note in cable.notes.all():
        yield f"note {note.pk}", note, ["text"]


def rebuild_in_place(cable: Cable):
    """Derive from its originals all that readers see of a cable; no version is kept."""
    decisions = decisions_on(cable)
    copies, places = list(cable.copies.select_related("collection")), Places()
    tags_before = cable.tags
    shown = make_public(parse_shown_copy(cable, copies), cable.paragraph_ids, decisions)
    for name, value in columns(cable, shown, copies, places).items():
        setattr(cable, name, value)
    cable.save()
    update_related(cable, shown, copies, places)
    # Delete redacted codes that no cable has any more, as the list of tags would show them.
    for code in set(tags_before) - set(without(tags_before, shown.phrases)):
        if not Cable.objects.filter(tags__contains=[code]).exists():
            Tag.objects.filter(code=code).delete()
    for place, row, _ in _rows_with_texts(cable):
        sealed = cable.sealed.get(place=f"{SOURCE} {place}")
        if isinstance(row, Version):
            _rebuild_version(row, sealed.values, decisions)
        elif isinstance(row, FormerParagraph):
            row.reason = scrub(sealed.values["reason"], shown.phrases)
        else:
            row.text = scrub(sealed.values["text"], decisions.phrases_at(NOTES))
            sealed.values["shown"] = row.text
            sealed.save()
        row.save()


def _rebuild_version(version: Version, original: dict[str, Any], decisions: Decisions):
    """Set the columns of a version to its original values, redacted. Does not save it."""
    for name, value in original.items():
        setattr(version, name, value)
    if not decisions.redactions:
        return
    blocks = version.blocks()
    text = redact(version.header, version.body, blocks.ids, decisions.strikes)
    notices = redaction_notices(version.header, version.body, blocks.ids, decisions)
    shown = segment(text.body)
    version.header, version.body = text.header, text.body
    version.paragraph_ids, version.fingerprints = blocks.ids, shown.fingerprints
    version.segmenter = SEGMENTER
    version.digest = "" if text.touched else version.digest
    phrases = decisions.phrases_at(HEAD)
    version.subject = scrub(version.subject, phrases)
    version.reason = scrub(version.reason, phrases)
    version.facts = _redact_facts(version.facts, phrases) | {
        "redacted": [notice for notice in notices if notice["parts"]]
    }
    if "edition" in version.facts:
        words = [phrase for strike in decisions.strikes for phrase in strike.words]
        version.facts["edition"] = scrub(left(original["facts"]["edition"], version.body), words)
    if "opening" in version.facts:
        version.facts["opening"] = opening_words(pin(shown, blocks.ids, shown.fingerprints))


def _redact_facts(facts: VersionFacts, phrases: Sequence[str]) -> VersionFacts:
    clean: VersionFacts = {**scrub(facts, phrases), **with_keys(facts, STRUCTURE)}
    if "tags" in facts:
        clean["tags"] = without(facts["tags"], phrases)
    if "articles" in facts:
        clean["articles"] = without(facts["articles"], phrases)
    return clean


def _publish_again(cable: Cable, reason: str):
    """Publish the text of the shown copy with the present decisions."""
    copies = list(cable.copies.select_related("collection"))
    publish_text(cable, parse_shown_copy(cable, copies), copies, reason, Places())
