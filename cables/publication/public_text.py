"""Apply corrections and redactions to a parsed copy: the record that readers may see.

All that is published of a cable is derived from this record.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from ..models import Cable, Copy, Correction, Origin, Redaction, Sealed, Version
from ..sources import ParsedCable
from ..sources.frus.found_again import found_again
from ..sources.parse_record import Record, parse_record
from ..telegram.apply_redactions import (
    EVERYWHERE,
    HEAD,
    Contents,
    Strike,
    parts_struck,
    redact,
    said_at,
)
from ..telegram.dates import format_date
from ..telegram.fact_types import CableFacts, ToldCorrection, ToldRedaction, edition_of, with_keys
from ..telegram.paragraphs import Alignment, Blocks, align, pin, segment
from ..telegram.redact_facts import redact_corrections
from ..telegram.redact_phrases import scrub, without
from .row_values import cites

T = TypeVar("T")
# Rules that compare a fact with the text: after a correction the corrected fact is compared.
COMPARED = {"I-5", "I-6", "L-3", "M-10"}
# Other rules about facts -> the facts; a correction of one is the decision that the rule asks for.
SETTLED_BY = {
    "F-5": {Correction.Field.CREATED, Correction.Field.ORIGIN},
    "H-3": {Correction.Field.ORIGIN},
    "H-4": {Correction.Field.CLASSIFICATION},
    "R-6": {Correction.Field.CITES},
    "R-8": {Correction.Field.CITES},
}
# Columns.
BESIDE_TEXT = ("subject", "tags", "captions", "cites", "facts", "other_texts", "warnings")
NOT_OF_TEXT = ("reference", "created", "created_precision", "origin", "partial")
LISTS_OF_TEXT = ("tags", "captions", "references", "warnings")
SOURCE = "source"  # The place in `Sealed` of the unredacted text of a redacted cable.


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions of curators on a cable: corrections, and redactions with what they strike."""

    corrections: Sequence[Correction] = ()
    redactions: Sequence[Redaction] = ()
    strikes: Sequence[Strike] = ()  # What each redaction strikes, in the same order.

    def phrases_at(self, place: str) -> list[str]:
        """Return the phrases that are redacted in a place: HEAD, which facts belong to, or NOTES.

        They are those redacted there or everywhere.
        """
        strikes = (each for each in self.strikes if each.place in (EVERYWHERE, place))
        return [phrase for strike in strikes for phrase in strike.words]

    @property
    def words(self) -> list[str]:
        """All phrases that are redacted, whatever part they are redacted in."""
        return [phrase for strike in self.strikes for phrase in strike.words]

    def notices(self, struck: Iterable[list[str]]) -> list[ToldRedaction]:
        """Return the notice of each redaction, given the parts that each strikes."""
        words = self.words
        return [
            {"at": each.at.isoformat(), "reason": scrub(each.reason, words), "parts": parts}
            for each, parts in zip(self.redactions, struck, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class PublicRecord:
    """A record as readers may see it. Its blocks have their published ids."""

    record: ParsedCable
    source: ParsedCable  # As its source gives it, with the same ids.
    cites: list[str]
    phrases: Sequence[str] = ()  # Phrases that no fact may contain.
    struck: Sequence[str] = ()  # All redacted phrases, whatever part they are redacted in.
    touched: dict[str, str] = field(default_factory=dict)  # Redacted part -> fingerprint before.
    facts: CableFacts = field(default_factory=CableFacts)  # What its page says of the decisions.


def decisions_on(cable: Cable) -> Decisions:
    """Read the decisions on a cable. `Sealed` is only queried if there are redactions."""
    corrections, redactions = list(cable.corrections.standing()), list(cable.redactions.all())
    if not redactions:
        return Decisions(corrections)
    redactions.sort(key=lambda redaction: redaction.pk)
    places = [redaction.sealed_at for redaction in redactions]
    sealed = dict(cable.sealed.filter(place__in=places).values_list("place", "values"))
    strikes = [
        Strike(each.place, tuple(sealed[each.sealed_at].get("words", ()))) for each in redactions
    ]
    return Decisions(corrections, redactions, strikes)


def phrases_in(cables: Iterable[int]) -> dict[int, list[str]]:
    """Return {primary key: redacted phrases} of those cables that have redactions."""
    keys = {key for key in cables if key}
    phrases: dict[int, list[str]] = {}
    redactions = Redaction.objects.filter(cable__in=keys)
    places = {(each.cable_id, each.sealed_at) for each in redactions}
    if not places:
        return phrases
    sealed = Sealed.objects.filter(cable__in=keys, place__in={place for _, place in places})
    for key, place, values in sealed.values_list("cable", "place", "values"):
        if (key, place) in places:
            phrases.setdefault(key, []).extend(values.get("words", ()))
    return phrases


def decided_among(cables: Iterable[int]) -> set[int]:
    """Return those of these cables (primary keys) that have corrections or redactions."""
    keys = list(cables)
    decisions = (model.objects.filter(cable__in=keys) for model in (Correction, Redaction))
    return {key for rows in decisions for key in rows.values_list("cable", flat=True)}


def make_public(record: ParsedCable, ids: Sequence[str], decisions: Decisions) -> PublicRecord:
    """Return a record as readers may see it. `ids` are the published ids of its blocks.

    Raises TornError if a redaction would change how the text is split into paragraphs.
    """
    source = replace(record, blocks=pin(record.blocks, ids, record.blocks.fingerprints))
    if not decisions.corrections and not decisions.redactions:
        return PublicRecord(source, source, cites(source))
    struck: list[list[str]] = []
    touched: dict[str, str] = {}
    redacted = source
    if decisions.redactions:
        text = redact(source.header, source.body, ids, decisions.strikes)
        struck, touched = text.struck, text.touched
        if touched:
            redacted = parse_redacted(source, text.header, text.body)
        if source.format == "frus":
            redacted = found_again(source, redacted, decisions.words)
    corrected = redacted
    phrases = decisions.phrases_at(HEAD)
    values = {each.field: each.value for each in decisions.corrections}
    references = values.get("cites", cites(redacted))
    facts: CableFacts = {}
    if decisions.corrections:
        corrected = correct(redacted, decisions.corrections, source)
        references = without_lost(references, cites(source), cites(redacted))
        notices = correction_notices(redacted, decisions.corrections)
        facts["corrected"] = redact_corrections(notices, phrases, decisions.words)
    if decisions.redactions:
        facts["redacted"] = decisions.notices(struck)
    return PublicRecord(
        record=_scrub_record(corrected, phrases) if phrases else corrected,
        source=source,
        cites=without(references, phrases),
        phrases=phrases,
        struck=decisions.words,
        touched=touched,
        facts=scrub(facts, phrases),
    )


def correct(
    record: ParsedCable, corrections: Sequence[Correction], source: ParsedCable
) -> ParsedCable:
    """Return a redacted record of a source with corrected facts and what is then doubtful.

    The references that it cites stay.
    """
    for each in corrections:
        if each.field == Correction.Field.CREATED:
            created, precision = each.value
            created = datetime.fromisoformat(created)
            record = replace(record, created=created, created_precision=precision)
        elif each.field == Correction.Field.TAGS:
            record = replace(record, tags=without_lost(each.value, source.tags, record.tags))
        elif each.field != Correction.Field.CITES:
            record = replace(record, **{each.field: each.value})
    fields = {each.field for each in corrections}
    doubts = record.warnings
    if not fields.isdisjoint([Correction.Field.CREATED, Correction.Field.CLASSIFICATION]):
        again = parse_again(record, record.header, record.body).warnings
        doubts = (
            *(each for each in doubts if each[0] not in COMPARED),
            *(each for each in again if each[0] in COMPARED),
        )
    doubts = tuple(each for each in doubts if fields.isdisjoint(SETTLED_BY.get(each[0], ())))
    return replace(record, warnings=doubts)


def without_lost(values: Iterable[str], then: Iterable[str], now: Iterable[str]) -> tuple[str, ...]:
    """Return values without those that a source gave `then`, and redacted gives no more `now`."""
    lost = {*then}.difference(now)
    return tuple(value for value in values if value not in lost)


def source_text(cable: Cable) -> list[str]:
    if sealed := cable.sealed.filter(place=SOURCE).first():
        return [sealed.values["header"], sealed.values["body"]]
    return [cable.header, cable.body]


def where_held(cable: Cable, strike: Strike, *, originals: bool = True) -> dict[str, list[str]]:
    """Return {text: its parts} of what a redaction would change.

    A text is "", the current one, or "version 2". Its parts are "header", "preamble", "around",
    ids of paragraphs, "facts", and "notes" for notes on the cable and works that cite it. With
    `originals` the current text is searched as its source gives it, else as readers see it.
    """
    texts = contents_by_text(cable, originals=originals)
    struck = {name: parts_struck(text, strike) for name, text in texts.items()}
    return {name: parts for name, parts in struck.items() if parts}


def contents_in(cable: Cable, place: str) -> Iterator[tuple[str, str, str]]:
    """Yield (text, part, its content as readers see it) of all parts in a place of a redaction.

    Texts and parts are named as in `where_held`.
    """
    for name, text in contents_by_text(cable, originals=False).items():
        for part, content in said_at(text, place):
            yield name, part, content


def contents_by_text(cable: Cable, *, originals: bool) -> dict[str, Contents]:
    """Return {text: its contents} of a cable and its versions, as `where_held`."""
    header, body = source_text(cable) if originals else (cable.header, cable.body)
    facts: list[object] = [former.reason for former in cable.former_paragraphs.all()]
    if originals:
        facts += [copy.facts for copy in cable.copies.all()]
    notes = [note.text for note in cable.notes.all()]
    notes += [work.words for work in cable.citing_works.all()]
    versions = cable.versions.order_by("number")
    return {
        "": contents_of(cable, header, body, facts, notes),
        **{f"version {each.number}": contents_of_version(each) for each in versions},
    }


def contents_of(
    cable: Cable, header: str, body: str, facts: Iterable[object], notes: Sequence[str]
) -> Contents:
    """Return the contents of the current text of a cable, with further facts and the notes."""
    own = [getattr(cable, name) for name in BESIDE_TEXT]
    return Contents(header, body, cable.paragraph_ids, [*own, *facts], notes)


def contents_of_version(version: Version) -> Contents:
    facts = [version.subject, version.reason, version.facts]
    return Contents(version.header, version.body, version.blocks().ids, facts)


def parse_shown_copy(
    cable: Cable, copies: Iterable[Copy], text: Sequence[str] | None = None
) -> ParsedCable:
    """Return the record of the copy that a cable shows, as its source gives it.

    `text` is its [header, body]; by default they are read from the database.
    """
    copy = next(copy for copy in copies if copy.is_shown)
    header, body = text or source_text(cable)
    facts = copy.facts
    record = Record(
        format=copy.format,
        reference=copy.published_reference,
        header=header,
        body=body,
        released=copy.released,
        created=datetime.fromisoformat(facts["created"]),
        created_precision=facts["created_precision"],
        classification=facts["classification"],
        origin=facts.get("printed_origin") or facts["origin"],
        title=facts["title"],
        articles=tuple(facts["articles"]),
        cites=tuple(facts["cites"]),
        edition=edition_of(facts),
    )
    return replace(parse_record(record), partial=facts["partial"], reference=cable.reference)


def align_blocks(cable: Cable, blocks: Blocks) -> Alignment:
    """Return the ids for the blocks of a new text, aligned with the present, unredacted text."""
    _, body = source_text(cable)
    present = segment(body, cable.serial)
    if body == cable.body or len(present) != len(cable.paragraph_ids):
        present = cable.blocks()
    else:
        present = pin(present, cable.paragraph_ids, present.fingerprints)
    return align(present, blocks, cable.former_paragraphs.values_list("paragraph", flat=True))


def parse_redacted(record: ParsedCable, header: str, body: str) -> ParsedCable:
    """Parse the redacted text of a record, so that facts derived from redacted words go too.

    Facts that the parser finds in the marks of redactions only, such as a tag REDACTED, are left
    out.
    """
    parsed = parse_again(record, header, body)
    # Keep what does not come from the text, and only those facts that the source has too.
    kept = {name: getattr(record, name) for name in NOT_OF_TEXT}
    lists = ((name, getattr(record, name), getattr(parsed, name)) for name in LISTS_OF_TEXT)
    kept |= {name: _in_both(original, redacted) for name, original, redacted in lists}
    facts = with_keys(parsed.facts, record.facts)
    blocks = pin(parsed.blocks, record.blocks.ids, parsed.blocks.fingerprints)
    return replace(parsed, facts=facts, blocks=blocks, **kept)


def parse_again(record: ParsedCable, header: str, body: str) -> ParsedCable:
    """Return what the parser finds in another text of a record."""
    names = ("format", "released", "created", "created_precision", "classification", "title")
    same = {name: getattr(record, name) for name in (*names, "articles", "cites", "edition")}
    same["origin"] = record.facts.get("printed_origin") or record.origin
    same["reference"] = record.published_reference
    return parse_record(Record(header=header, body=body, **same))


def _in_both(original: Sequence[T], redacted: Sequence[T]) -> tuple[T, ...]:
    return tuple(each for each in original if each in redacted)


def _scrub_record(record: ParsedCable, phrases: Sequence[str]) -> ParsedCable:
    """Replace phrases in the fields of a record beside its text by marks."""
    return replace(
        record,
        subject=scrub(record.subject, phrases),
        title=scrub(record.title, phrases),
        tags=tuple(without(record.tags, phrases)),
        captions=tuple(without(record.captions, phrases)),
        articles=tuple(without(record.articles, phrases)),
        cites=tuple(without(record.cites, phrases)),
        facts=scrub(record.facts, phrases),
        warnings=scrub(record.warnings, phrases),
    )


def correction_notices(
    record: ParsedCable, corrections: Sequence[Correction]
) -> list[ToldCorrection]:
    """Return the notice of each correction; `record` has the values of the source."""
    return [
        {
            "field": each.get_field_display(),
            "source": fact_in_words(record, each.field),
            "reason": each.reason,
            "at": each.at.isoformat(),
        }
        for each in corrections
    ]


def value_of(row: Cable | ParsedCable, name: str) -> Any:
    """Return a fact (Correction.Field) as a correction has it: of "created", [time, precision]."""
    if name == Correction.Field.CREATED:
        return [row.created.isoformat(), row.created_precision]
    if name == Correction.Field.CITES and isinstance(row, ParsedCable):
        return cites(row)
    value = getattr(row, name)
    return value.name if isinstance(value, Origin) else value


def value_in_words(name: str, value: Any, between: str = ", ") -> str:
    """Return the value of a correction as it is shown, and typed: a time as precise as it is."""
    if name == Correction.Field.CREATED:
        return format_date(datetime.fromisoformat(value[0]), value[1], "full")
    return value if isinstance(value, str) else between.join(value)


def fact_in_words(row: Cable | ParsedCable, name: str, between: str = ", ") -> str:
    return value_in_words(name, value_of(row, name), between)
