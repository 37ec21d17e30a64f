"""Apply corrections and redactions to a parsed copy: the record that readers may see.

All that is published of a cable is derived from this record.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from ..models import Cable, Correction, Redaction, Sealed
from ..sources import ParsedCable
from ..sources.record import Record, parse_record
from ..telegram.facts import CableFacts, ToldCorrection, ToldRedaction, with_keys
from ..telegram.paragraphs import Blocks, pin, segment
from ..telegram.phrases import holds
from ..telegram.redaction import EVERYWHERE, HEAD, Strike, parts_struck, redact, scrub, without
from .row_values import cites

SOURCE = "source"  # The place in `Sealed` of the unredacted text of a redacted cable.


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions of curators on a cable: corrections, and redactions with what they strike."""

    corrections: Sequence[Correction] = ()
    redactions: Sequence[tuple[Redaction, Strike]] = ()

    @property
    def strikes(self) -> list[Strike]:
        return [strike for _, strike in self.redactions]

    @property
    def phrases(self) -> list[str]:
        """The phrases that no fact may hold."""
        return self.phrases_at(EVERYWHERE, HEAD)

    def phrases_at(self, *places: str) -> list[str]:
        return [phrase for each in self.strikes if each.place in places for phrase in each.words]


@dataclass(frozen=True, slots=True)
class PublicRecord:
    """A record as readers may see it."""

    record: ParsedCable
    cites: list[str]
    phrases: Sequence[str] = ()  # Those that no fact may hold.
    struck: Sequence[str] = ()  # All redacted phrases, whatever part they are redacted in.
    touched: dict[str, str] = field(default_factory=dict)  # Redacted part -> fingerprint before.
    facts: CableFacts = field(default_factory=CableFacts)  # What its page says of the decisions.


def decisions_on(cable: Cable) -> Decisions:
    """Read the decisions on a cable. `Sealed` is only queried if there are redactions."""
    corrections, redactions = list(cable.corrections.all()), list(cable.redactions.all())
    if not redactions:
        return Decisions(corrections)
    redactions.sort(key=lambda redaction: redaction.pk)
    places = [redaction.sealed_at for redaction in redactions]
    sealed = dict(cable.sealed.filter(place__in=places).values_list("place", "values"))
    strikes = [
        Strike(each.place, tuple(sealed[each.sealed_at].get("words", ()))) for each in redactions
    ]
    return Decisions(corrections, list(zip(redactions, strikes, strict=True)))


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


def repeats_redacted(cables: Iterable[int], *texts: str) -> bool:
    """Return whether texts hold words that are redacted in one of these cables (primary keys)."""
    text = "\n".join(texts)
    return any(holds(text, phrases) for phrases in phrases_in(cables).values())


def decided_among(cables: Iterable[int]) -> set[int]:
    """Return those of these cables (primary keys) that have corrections or redactions."""
    keys = list(cables)
    decisions = (model.objects.filter(cable__in=keys) for model in (Correction, Redaction))
    return {key for rows in decisions for key in rows.values_list("cable", flat=True)}


def make_public(record: ParsedCable, ids: Sequence[str], decisions: Decisions) -> PublicRecord:
    """Return a record as readers may see it. `ids` are the paragraph ids of its blocks.

    Raises TornError if a redaction would change how the text is split into paragraphs.
    """
    if not decisions.corrections and not decisions.redactions:
        return PublicRecord(record, cites(record))
    text = redact(record.header, record.body, ids, decisions.strikes)
    redacted = _read_again(record, text.header, text.body, ids) if text.touched else record
    corrected = correct(redacted, decisions.corrections)
    phrases = decisions.phrases
    values = {each.field: each.value for each in decisions.corrections}
    references = values.get("cites", cites(redacted))
    facts: CableFacts = {}
    if decisions.corrections:
        facts["corrected"] = _tell_corrections(redacted, decisions.corrections)
    if decisions.redactions:
        facts["redacted"] = tell_redactions(record.header, record.body, ids, decisions)
    return PublicRecord(
        _scrubbed(corrected, phrases),
        without(references, phrases),
        phrases,
        [phrase for strike in decisions.strikes for phrase in strike.words],
        text.touched,
        scrub(facts, phrases),
    )


def correct(record: ParsedCable, corrections: Sequence[Correction]) -> ParsedCable:
    """Return a record with corrected facts, except the references it cites."""
    for each in corrections:
        if each.field == Correction.Field.CREATED:
            created, precision = each.value
            created = datetime.fromisoformat(created)
            record = replace(record, created=created, created_precision=precision)
        elif each.field == Correction.Field.TAGS:
            record = replace(record, tags=tuple(each.value))
        elif each.field != Correction.Field.CITES:
            record = replace(record, **{each.field: each.value})
    return record


def tell_redactions(
    header: str, body: str, ids: Sequence[str], decisions: Decisions
) -> list[ToldRedaction]:
    """Return what readers are told of redactions: date, reason and parts of the text of each."""
    return [
        {
            "at": redaction.at.isoformat(),
            "reason": redaction.reason,
            "parts": _parts(strike, header, body, ids),
        }
        for redaction, strike in decisions.redactions
    ]


def _parts(strike: Strike, header: str, body: str, ids: Sequence[str]) -> list[str]:
    return [name for name in parts_struck(header, body, ids, strike) if name != "around"]


def source_text(cable: Cable) -> list[str]:
    """Return the unredacted [header, body] of a cable."""
    if sealed := cable.sealed.filter(place=SOURCE).first():
        return [sealed.values["header"], sealed.values["body"]]
    return [cable.header, cable.body]


def source_blocks(cable: Cable) -> Blocks:
    """Return the blocks of the unredacted text, with their published ids."""
    _, body = source_text(cable)
    blocks = segment(body)
    if body == cable.body or len(blocks) != len(cable.paragraph_ids):
        return cable.blocks()
    return pin(blocks, cable.paragraph_ids, blocks.fingerprints)


def _read_again(record: ParsedCable, header: str, body: str, ids: Sequence[str]) -> ParsedCable:
    """Parse a redacted text again, so that facts derived from redacted words go too.

    Facts that only the marks of redactions suggest, such as a tag REDACTED, are left out.
    """
    parsed = parse_record(
        Record(
            format=record.format,
            reference=record.published_reference,
            header=header,
            body=body,
            released=record.released,
            created=record.created,
            created_precision=record.created_precision,
            classification=record.classification,
            origin=record.origin,
            title=record.title,
            articles=record.articles,
            cites=record.cites,
            edition=record.edition,
        )
    )
    # These come from beside the text, or were found in the whole of it.
    return replace(
        parsed,
        reference=record.reference,
        created=record.created,
        created_precision=record.created_precision,
        origin=record.origin,
        partial=record.partial,
        tags=_in_both(record.tags, parsed.tags),
        captions=_in_both(record.captions, parsed.captions),
        references=_in_both(record.references, parsed.references),
        warnings=_in_both(record.warnings, parsed.warnings),
        facts=with_keys(parsed.facts, record.facts),
        blocks=pin(parsed.blocks, ids, parsed.blocks.fingerprints),
    )


def _in_both(original: Sequence, redacted: Sequence) -> tuple:
    return tuple(each for each in original if each in redacted)


def _scrubbed(record: ParsedCable, phrases: Sequence[str]) -> ParsedCable:
    if not phrases:
        return record
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


def _tell_corrections(
    record: ParsedCable, corrections: Sequence[Correction]
) -> list[ToldCorrection]:
    """Return what readers are told of corrections: the source's value, date and reason of each."""
    return [
        {
            "field": each.get_field_display(),
            "source": _displayed(record, each.field),
            "reason": each.reason,
            "at": each.at.isoformat(),
        }
        for each in corrections
    ]


def _displayed(record: ParsedCable, name: str) -> str:
    if name == Correction.Field.CREATED:
        return f"{record.created:%Y-%m-%d %H:%M}"
    value = cites(record) if name == Correction.Field.CITES else getattr(record, name)
    return value if isinstance(value, str) else ", ".join(value)
