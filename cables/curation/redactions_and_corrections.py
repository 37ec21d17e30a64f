"""What curators decide on one cable: redactions and corrections. Each is one transaction.

A redaction replaces, in place, all that contains the words: the cable, its versions, the notes on
it, what is noted of works that cite it, and what is derived from them. No version keeps the old
words. After a correction, the text before becomes a version, which readers can cite. A withheld
cable stays withheld.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from ..models import (
    Cable,
    CitingWork,
    Correction,
    FormerParagraph,
    Note,
    Redaction,
    Sealed,
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
    repeats_redacted,
    where_held,
)
from ..publication.publish import columns, publish_text, update_related
from ..publication.replace_text import repin_one
from ..sources import ParsedCable
from ..sources.frus.found_again import found_again
from ..telegram.apply_redactions import EVERYWHERE, HEAD, NOTES, Redacted, Strike, redact
from ..telegram.distinct_words import words_of_cable
from ..telegram.fact_types import VersionFacts, edition_of
from ..telegram.made_titles import facts_for_title
from ..telegram.paragraphs import SEGMENTER
from ..telegram.redact_facts import redact_facts
from ..telegram.redact_phrases import holds, scrub, without

REPEATED = "This repeats words that are redacted in one of the cables. Write it without them."
NOT_YOURS = (
    "Parts of {} are redacted: only accounts that may see originals, redact or withhold write "
    "about it. Ask one of these, or leave it out."
)
# Who may be told which words are redacted; others could test guesses.
KNOW_REDACTED = ("see_sealed", "redact_cable", "withhold_cable")


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
    place = place_label(strike.place)
    with deciding(cable, "redacted", place, reason, by, edit_token):
        if not where_held(cable, strike):
            raise ValueError("Nothing in this cable holds these words there.")
        redaction = cable.redactions.create(
            place=strike.place, is_whole=not strike.words, reason=reason, by=by
        )
        cable.sealed.create(place=redaction.sealed_at, values={"words": list(strike.words)})
        decisions = decisions_on(cable)
        rebuild_in_place(cable, decisions)
    return redaction


@transaction.atomic
def lift_redaction(redaction: Redaction, reason: str, by: User, edit_token: str | None = None):
    """Undo a redaction. Words that another redaction covers too stay redacted."""
    cable, place = redaction.cable, place_label(redaction.place)
    with deciding(cable, "lifted", place, reason, by, edit_token):
        if not Redaction.objects.filter(pk=redaction.pk).exists():
            raise StaleError("It was lifted meanwhile.")
        cable.sealed.filter(place=redaction.sealed_at).delete()
        redaction.delete()
        decisions = decisions_on(cable)
        rebuild_in_place(cable, decisions)
        if not cable.redactions.exists():
            cable.sealed.filter(place__startswith=SOURCE).delete()


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
    label = Correction.Field(name).label
    with deciding(cable, "corrected", label, reason, by, edit_token):
        values = {"value": value, "reason": reason, "by": by}
        cable.corrections.update_or_create(field=name, defaults=values)
        _publish_again(cable, f"The archive corrected: {label.lower()}. {reason}")


@transaction.atomic
def undo_correction(correction: Correction, reason: str, by: User, edit_token: str | None = None):
    """Show the value of the source again."""
    cable, label = correction.cable, correction.get_field_display()
    with deciding(cable, "restored", label, reason, by, edit_token):
        if not Correction.objects.filter(pk=correction.pk).delete()[0]:
            raise StaleError("It was undone meanwhile.")
        _publish_again(cable, f"The archive undid a correction: {label.lower()}. {reason}".strip())


@contextmanager
def deciding(
    cable: Cable, action: str, about: str, reason: str, by: User, edit_token: str | None
) -> Iterator[None]:
    """Lock a cable for a decision on it, as `changing` does, and log the decision."""
    with changing(cable, edit_token):
        yield
        log_decision(cable, action, about, reason, by)


def log_decision(cable: Cable, action: str, about: str, reason: str, by: User):
    """Add an entry to the log. Raises ValueError if the reason repeats redacted words."""
    if repeats_redacted([cable.pk], reason):
        raise ValueError(REPEATED)
    cable.changes.create(action=action, reason=f"{about}: {reason}", by=by)


def knows_redacted(user) -> bool:
    """Return whether a user may be told which words are redacted."""
    return any(user.has_perm(f"cables.{right}") for right in KNOW_REDACTED)


def check_words(by, cables: Iterable[int], *texts: str):
    """Raise ValueError if somebody may not write texts about these cables (primary keys).

    Nobody repeats redacted words. Whether these are such words is not told to whoever may not know
    them: these accounts write nothing about redacted cables, and no fact or note of them.
    """
    keys = list(cables)
    if not knows_redacted(by):
        redacted = Cable.objects.filter(pk__in=keys, redactions__isnull=False).distinct()
        if named := ", ".join(map(str, redacted.order_by("reference")[:5])):
            raise ValueError(NOT_YOURS.format(named))
    if repeats_redacted(keys, *texts):
        raise ValueError(REPEATED)


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


def rebuild_in_place(cable: Cable, decisions: Decisions):
    """Derive from its originals all that readers see of a cable; no version is kept."""
    copies = list(cable.copies.select_related("collection"))
    source = parse_shown_copy(cable, copies)
    for place, fields, row in _rows_with_texts(cable):
        sealed = _seal_original(cable, place, {name: getattr(row, name) for name in fields})
        if isinstance(row, Version):
            _rebuild_version(row, sealed.values, decisions, source)
        elif isinstance(row, FormerParagraph):
            row.reason = scrub(sealed.values["reason"], decisions.phrases_at(HEAD))
        else:
            _redact_beside(row, fields, sealed, decisions.phrases_at(NOTES))
        row.save()
    redacted_tags = set(cable.tags) - set(without(cable.tags, decisions.phrases_at(HEAD)))
    shown = make_public(source, cable.paragraph_ids, decisions)
    for name, value in columns(cable, shown, copies, Places()).items():
        setattr(cable, name, value)
    cable.save()
    update_related([(cable, shown, copies)])
    # Delete redacted codes that no cable has any more, as the list of tags would show them.
    for code in redacted_tags:
        if not Cable.objects.filter(tags__contains=[code]).exists():
            Tag.objects.filter(code=code).delete()


def _redact_beside(row: Note | CitingWork, fields: list[str], sealed: Sealed, phrases: list[str]):
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
):
    """Set the columns of a version to its original values, redacted. Does not save it.

    `source` is the present record of the cable.
    """
    for name, value in original.items():
        setattr(version, name, value)
    if not decisions.redactions:
        return
    shown = redact(version.header, version.body, version.blocks().ids, decisions.strikes)
    if version.facts.get("edition", {}).get("volume"):
        _leave_out_lost(version, shown, decisions, source)
    version.header, version.body = shown.header, shown.body
    version.paragraph_ids, version.fingerprints = shown.blocks.ids, shown.blocks.fingerprints
    version.segmenter = SEGMENTER
    version.digest = "" if shown.touched else version.digest
    phrases = decisions.phrases_at(HEAD)
    version.subject = scrub(version.subject, phrases)
    version.reason = scrub(version.reason, phrases)
    facts = redact_facts(version.facts, version.body, phrases, decisions.words)
    made = facts_for_title(version.subject, version.header, shown.blocks, edition_of(facts))
    facts |= scrub(made, phrases)
    facts["redacted"] = [each for each in decisions.notices(shown.struck) if each["parts"]]
    version.facts = facts


def _leave_out_lost(version: Version, shown: Redacted, decisions: Decisions, source: ParsedCable):
    """Leave out of a version what a volume derived from words that are redacted in it."""
    facts = version.facts
    before = replace(
        source,
        header=version.header,
        body=version.body,
        subject=version.subject,
        title=facts.get("title", ""),
        created=datetime.fromisoformat(facts["created"]),
        created_precision=facts["created_precision"],
        classification=facts["classification"],
        edition=facts["edition"],
    )
    after = replace(before, header=shown.header, body=shown.body)
    left = found_again(before, after, decisions.words)
    version.subject = left.subject
    told: VersionFacts = {"edition": left.edition, "classification": left.classification}
    if "title" in facts:
        told["title"] = left.title
    version.facts = facts | told


def _publish_again(cable: Cable, reason: str):
    """Publish the text of the shown copy with the present decisions."""
    copies = list(cable.copies.select_related("collection"))
    publish_text(cable, parse_shown_copy(cable, copies), copies, reason, Places())
