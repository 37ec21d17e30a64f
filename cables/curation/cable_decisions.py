"""What curators decide on one cable: corrections and redactions, each whole or not at all.

A redaction makes anew, in place, all that holds the words: the cable, its versions, the notes on
it and what follows from them. No version keeps the old words. A correction is a change that
readers may cite across: the text before it becomes a version. Withheld cables stay withheld.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import transaction

from ..models import Cable, Correction, Redaction, State, Tag, seal, unseal
from ..models.cable import SAID_BY_VERSION
from ..models.statistics import renew_list_statistics
from ..models.vocabulary import put_in, take_out, words_of_cable
from ..publication.origins_and_tags import Places
from ..publication.public_text import (
    SOURCE,
    Decisions,
    decisions_on,
    make_public,
    repeats_redacted,
    source_text,
    tell_redactions,
)
from ..publication.publish import columns, follow, publish_text, seal_source, source_of
from ..publication.replace_text import repin_one
from ..publication.row_values import opening_words
from ..telegram.anchors import left
from ..telegram.paragraphs import SEGMENTER, pin, segment
from ..telegram.phrases import holds
from ..telegram.redaction import (
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

# Facts of a version that are structure, not words.
STRUCTURE = {
    *("source", "copies", "created", "created_precision", "partial", "origin", "classification"),
    *("corrected", "redacted"),
}


REPEATED = "The reason repeats words that are redacted in this cable. The log must not have them."


class StaleError(ValueError):
    """Somebody changed the cable since it was looked at."""


@transaction.atomic
def redact_cable(
    cable: Cable, strike: Strike, reason: str, by, edit_token: str | None = None
) -> Redaction:
    """Take words, or a whole paragraph, from readers. Their original goes to `Sealed`.

    Raises ValueError if nothing has the words, or if the reason is empty or repeats them; TornError
    if the text would be split into other paragraphs; StaleError if the cable's token is another.
    """
    if not reason.strip() or holds(reason, strike.words):
        raise ValueError("A redaction takes a reason that does not repeat the words.")
    with changing(cable, edit_token):
        if not where_held(cable, strike):
            raise ValueError("Nothing in this cable holds these words there.")
        keep_originals(cable)
        made = cable.redactions.create(
            place=strike.place, is_whole=not strike.words, reason=reason, by=by
        )
        cable.sealed.create(place=made.sealed_at, values={"words": list(strike.words)})
        remake(cable)
        write_down(cable, "redacted", in_words(strike.place), reason, by)
    return made


@transaction.atomic
def lift(redaction: Redaction, reason: str, by, edit_token: str | None = None):
    """Give back to readers what a redaction took. Where others hold, they still do."""
    cable = redaction.cable
    with changing(cable, edit_token):
        if not Redaction.objects.filter(pk=redaction.pk).exists():
            raise StaleError("It was lifted meanwhile.")
        place = in_words(redaction.place)
        cable.sealed.filter(place=redaction.sealed_at).delete()
        redaction.delete()
        keep_originals(cable)
        remake(cable)
        if not cable.redactions.exists():
            cable.sealed.filter(place__startswith=SOURCE).delete()
        write_down(cable, "lifted", place, reason, by)


@transaction.atomic
def correct_cable(cable: Cable, name: str, value, reason: str, by, edit_token: str | None = None):
    """Put a fact right, for readers and through later loads; the source stays as it is.

    `value` is text; of "created" [ISO time, precision]; of "tags" and "cites" a list.
    """
    if not reason.strip():
        raise ValueError("A correction takes a reason.")
    with changing(cable, edit_token):
        said = {"value": value, "reason": reason, "by": by}
        cable.corrections.update_or_create(field=name, defaults=said)
        label = Correction.Field(name).label
        write_down(cable, "corrected", label, reason, by)
        _show_again(cable, f"The archive corrected: {label.lower()}. {reason}")


@transaction.atomic
def undo_correction(correction: Correction, reason: str, by, edit_token: str | None = None):
    """Show again what the source says."""
    cable = correction.cable
    with changing(cable, edit_token):
        label = correction.get_field_display()
        if not Correction.objects.filter(pk=correction.pk).delete()[0]:
            raise StaleError("It was undone meanwhile.")
        write_down(cable, "restored", label, reason, by)
        _show_again(cable, f"The archive undid a correction: {label.lower()}. {reason}".strip())


def write_down(cable: Cable, action: str, about: str, reason: str, by):
    """Add a line to the log. Raises ValueError if the reason repeats what is redacted."""
    if repeats_redacted([cable.pk], reason):
        raise ValueError(REPEATED)
    cable.changes.create(action=action, reason=f"{about}: {reason}", by=by)


@contextmanager
def changing(cable: Cable, edit_token: str | None = None):
    """Lock a cable and keep words, state and withholding true around a change of it."""
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
    State.move()
    renew_list_statistics()


def where_held(cable: Cable, strike: Strike, *, originals: bool = True) -> dict[str, list[str]]:
    """Return {text: its parts} of what a redaction would change: "" is the cable as it is now.

    Beside the parts of texts there are "facts", and "notes" of the notes on it.
    """
    found: dict[str, list[str]] = {}
    for text, header, body, ids in _texts_of(cable, originals):
        if parts := parts_struck(header, body, ids, strike):
            found[text] = parts
    for text, part, said in _beside_texts(cable, strike.place, originals):
        if part not in found.get(text, ()) and holds(said, strike.words):
            found.setdefault(text, []).append(part)
    return found


def said_in(cable: Cable, place: str) -> Iterator[tuple[str, str, str]]:
    """Yield (text, part, what readers see there) of all that a redaction in a place reaches."""
    allowed = {EVERYWHERE: None, HEAD: ("header", "preamble", "around")}
    within = allowed.get(place, (place,))
    for text, header, body, ids in _texts_of(cable, originals=False):
        for part, said in said_by_part(header, body, ids):
            if within is None or part in within:
                yield text, part, said
    yield from _beside_texts(cable, place, originals=False)


def _texts_of(cable: Cable, originals: bool) -> Iterator[tuple[str, str, str, list[str]]]:
    """Yield (name, header, body, ids of its paragraphs) of a cable, "", and of its versions.

    It is what readers see or, of the cable as it is now, the `originals` that sources give.
    """
    header, body = source_text(cable) if originals else (cable.header, cable.body)
    yield "", header, body, cable.paragraph_ids
    for version in cable.versions.order_by("number"):
        yield _name(version), version.header, version.body, version.blocks().ids


def _beside_texts(cable: Cable, place: str, originals: bool) -> Iterator[tuple[str, str, str]]:
    """Yield (text, part, what it says) of facts and notes that a redaction in a place reaches."""
    if place in (EVERYWHERE, HEAD):
        facts = [cable.subject, *cable.tags, *cable.captions, *cable.cites, *_texts(cable.facts)]
        if originals:
            facts += _texts([copy.facts for copy in cable.copies.all()])
        yield "", "facts", "\n".join(facts)
        for version in cable.versions.order_by("number"):
            facts = [version.subject, version.reason, *_texts(version.facts)]
            yield _name(version), "facts", "\n".join(facts)
    if place in (EVERYWHERE, NOTES):
        for note in cable.notes.all():
            yield "", "notes", note.text


def _name(version) -> str:
    return f"version {version.number}"


def _texts(value) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def in_words(place: str) -> str:
    """Return a place as the log and pages name it: never by what stands there."""
    names = {EVERYWHERE: "every occurrence", HEAD: "before the paragraphs", NOTES: "notes"}
    return names.get(place, place)


def keep_originals(cable: Cable):
    """Seal the texts as they are where no redaction has touched them yet."""
    if not cable.sealed.filter(place=SOURCE).exists():
        header, body = cable.header, cable.body
        cable.sealed.create(place=SOURCE, values={"header": header, "body": body, "touched": {}})
    for place, row, fields in _beside(cable):
        sealed = cable.sealed.filter(place=f"{SOURCE} {place}").first()
        said = {name: getattr(row, name) for name in fields}
        if sealed is None:
            cable.sealed.create(place=f"{SOURCE} {place}", values=said)
        elif "text" in said and said["text"] != sealed.values.get("shown", said["text"]):
            sealed.values = said  # The note was written anew since it was redacted.
            sealed.save()


def _beside(cable: Cable):
    """Yield (place, row, fields) of what else says what the cable says."""
    for version in cable.versions.order_by("number"):
        yield f"version {version.number}", version, [*SAID_BY_VERSION, "segmenter"]
    for former in cable.former_paragraphs.all():
        yield f"former {former.paragraph}", former, ["reason"]
    for note in cable.notes.all():
        yield f"note {note.pk}", note, ["text"]


def remake(cable: Cable):
    """Make all that readers may see of a cable anew, in place, from its originals."""
    decisions = decisions_on(cable)
    copies, places = list(cable.copies.select_related("collection")), Places()
    source = source_of(cable, copies).record
    had = cable.tags
    shown = make_public(source, cable.paragraph_ids, decisions)
    values = columns(cable, shown, copies, places)
    for name, value in (values | {"paragraph_ids": cable.paragraph_ids}).items():
        setattr(cable, name, value)
    cable.save()
    seal_source(cable, source, shown)
    follow(cable, source, shown, copies, places)
    forget_tags(had, decisions)
    for place, row, _ in _beside(cable):
        sealed = cable.sealed.get(place=f"{SOURCE} {place}")
        if place.startswith("version"):
            _remake_version(row, sealed.values, decisions)
        elif place.startswith("former"):
            row.reason = scrub(sealed.values["reason"], decisions.phrases)
        else:
            row.text = scrub(sealed.values["text"], decisions.phrases_at(EVERYWHERE, NOTES))
            sealed.values["shown"] = row.text
            sealed.save()
        row.save()


def forget_tags(codes: Iterable[str], decisions: Decisions):
    """Remove redacted codes that no cable has any more: the list of tags would still show them."""
    for code in set(codes) - set(without(codes, decisions.phrases)):
        if not Cable.objects.filter(tags__contains=[code]).exists():
            Tag.objects.filter(code=code).delete()


def _remake_version(version, original: dict, decisions: Decisions):
    for name, value in original.items():
        setattr(version, name, value)
    if not decisions.redactions:
        return
    blocks = version.blocks()
    text = redact(version.header, version.body, blocks.ids, decisions.strikes)
    told = tell_redactions(version.header, version.body, blocks.ids, decisions)
    shown = segment(text.body)
    version.header, version.body = text.header, text.body
    version.paragraph_ids, version.fingerprints = blocks.ids, shown.fingerprints
    version.segmenter = SEGMENTER
    version.digest = "" if text.touched else version.digest
    phrases = decisions.phrases
    version.subject = scrub(version.subject, phrases)
    version.reason = scrub(version.reason, phrases)
    version.facts = _facts_of(version.facts, phrases) | {
        "redacted": [each for each in told if each["parts"]]
    }
    if "edition" in version.facts:
        words = [phrase for strike in decisions.strikes for phrase in strike.words]
        version.facts["edition"] = scrub(left(original["facts"]["edition"], version.body), words)
    if "opening" in version.facts:
        version.facts["opening"] = opening_words(pin(shown, blocks.ids, shown.fingerprints))


def _facts_of(facts: dict, phrases) -> dict:
    clean = {
        name: value if name in STRUCTURE else scrub(value, phrases) for name, value in facts.items()
    }
    lists = {name: without(facts[name], phrases) for name in ("tags", "articles") if name in facts}
    corrected = {"corrected": scrub(facts["corrected"], phrases)} if "corrected" in facts else {}
    return clean | lists | corrected


def _show_again(cable: Cable, reason: str):
    copies = list(cable.copies.select_related("collection"))
    publish_text(cable, source_of(cable, copies), copies, reason, Places())
