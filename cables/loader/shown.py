"""What readers are shown of a copy: redact(correct(what it says)). All else is made from that."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from ..models import Cable, Correction, Redaction, Sealed
from ..paragraphs import Blocks, pin, segment
from ..phrases import holds
from ..redacting import EVERYWHERE, HEAD, Strike, parts_struck, redact, scrub, without
from ..sources import ParsedCable
from ..sources.record import Record, parse_record
from .rows import cites

SOURCE = "source"  # The place in `Sealed` of the text that a redacted cable's source gives.


@dataclass(frozen=True, slots=True)
class Decisions:
    """What curators decided on a cable: corrections by field, redactions with their strikes."""

    corrections: Sequence[Correction] = ()
    redactions: Sequence[tuple[Redaction, Strike]] = ()

    @property
    def strikes(self) -> list[Strike]:
        return [strike for _, strike in self.redactions]

    @property
    def phrases(self) -> list[str]:
        """The phrases that may stand in no fact."""
        return self.phrases_at(EVERYWHERE, HEAD)

    def phrases_at(self, *places: str) -> list[str]:
        return [phrase for each in self.strikes if each.place in places for phrase in each.words]


@dataclass(frozen=True, slots=True)
class Shown:
    """A record as readers may see it.

    `touched` are the parts of its text that are redacted; `facts` what its page says of that.
    """

    record: ParsedCable
    cites: list[str]
    phrases: Sequence[str] = ()
    struck: Sequence[str] = ()  # All phrases, wherever they are struck.
    touched: dict[str, str] = field(default_factory=dict)
    facts: dict = field(default_factory=dict)


def decisions_on(cable: Cable) -> Decisions:
    """Read what was decided on a cable; without redactions that asks nothing of `Sealed`."""
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
    """Return {primary key: the phrases redacted in it} of those of some cables that have any."""
    keys = {key for key in cables if key}
    found: dict[int, list[str]] = {}
    redactions = Redaction.objects.filter(cable__in=keys)
    places = {(each.cable_id, each.sealed_at) for each in redactions}
    if not places:
        return found
    sealed = Sealed.objects.filter(cable__in=keys, place__in={place for _, place in places})
    for key, place, values in sealed.values_list("cable", "place", "values"):
        if (key, place) in places:
            found.setdefault(key, []).extend(values.get("words", ()))
    return found


def repeats_redacted(cables: Iterable[int], *texts: str) -> bool:
    """Return whether a text holds words that are redacted in one of some cables."""
    said = "\n".join(texts)
    return any(holds(said, phrases) for phrases in phrases_in(cables).values())


def decided_among(cables: Iterable[int]) -> set[int]:
    """Return those of some cables (primary keys) on which anything was decided."""
    keys = list(cables)
    asked = (model.objects.filter(cable__in=keys) for model in (Correction, Redaction))
    return {key for rows in asked for key in rows.values_list("cable", flat=True)}


def make_shown(record: ParsedCable, ids: Sequence[str], decisions: Decisions) -> Shown:
    """Return a record as readers may see it. `ids` are those of its blocks.

    Raises TornError where a redaction would cut its paragraphs otherwise.
    """
    if not decisions.corrections and not decisions.redactions:
        return Shown(record, cites(record))
    text = redact(record.header, record.body, ids, decisions.strikes)
    said = _read_again(record, text.header, text.body, ids) if text.touched else record
    corrected = correct(said, decisions.corrections)
    phrases = decisions.phrases
    named = {each.field: each.value for each in decisions.corrections}.get("cites", cites(said))
    told = {"corrected": _told(said, decisions.corrections)} if decisions.corrections else {}
    if decisions.redactions:
        told["redacted"] = tell_redactions(record.header, record.body, ids, decisions)
    return Shown(
        _scrubbed(corrected, phrases),
        without(named, phrases),
        phrases,
        [phrase for strike in decisions.strikes for phrase in strike.words],
        text.touched,
        scrub(told, phrases),
    )


def correct(record: ParsedCable, corrections: Sequence[Correction]) -> ParsedCable:
    """Return a record with the facts that curators put right. References are no part of it."""
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


def tell_redactions(header: str, body: str, ids: Sequence[str], decisions: Decisions) -> list:
    """Return what readers are told of redactions: when, why and in which parts of the text."""
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
    """Return [header, body] as the source of the text that is shown gives them."""
    if sealed := cable.sealed.filter(place=SOURCE).first():
        return [sealed.values["header"], sealed.values["body"]]
    return [cable.header, cable.body]


def source_blocks(cable: Cable) -> Blocks:
    """Return the blocks as the source has them, under the ids they are published with."""
    _, body = source_text(cable)
    blocks = segment(body)
    if body == cable.body or len(blocks) != len(cable.paragraph_ids):
        return cable.blocks()
    return pin(blocks, cable.paragraph_ids, blocks.fingerprints)


def _read_again(record: ParsedCable, header: str, body: str, ids: Sequence[str]) -> ParsedCable:
    """Return what a redacted text says: what is derived from words that are gone goes with them.

    What only the marks seem to say, such as a tag REDACTED, was not in the original and goes too.
    """
    read = parse_record(
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
    # What the source says beside the text was settled when the whole of it could be read.
    return replace(
        read,
        reference=record.reference,
        created=record.created,
        created_precision=record.created_precision,
        origin=record.origin,
        partial=record.partial,
        tags=_in_both(record.tags, read.tags),
        captions=_in_both(record.captions, read.captions),
        references=_in_both(record.references, read.references),
        warnings=_in_both(record.warnings, read.warnings),
        facts={name: value for name, value in read.facts.items() if name in record.facts},
        blocks=pin(read.blocks, ids, read.blocks.fingerprints),
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
        warnings=tuple(map(tuple, scrub(record.warnings, phrases))),
    )


def _told(record: ParsedCable, corrections: Sequence[Correction]) -> list[dict]:
    """Return what readers are told of corrections: what the source has, when and why it changed."""
    return [
        {
            "field": each.get_field_display(),
            "source": _in_words(record, each.field),
            "reason": each.reason,
            "at": each.at.isoformat(),
        }
        for each in corrections
    ]


def _in_words(record: ParsedCable, name: str) -> str:
    if name == Correction.Field.CREATED:
        return f"{record.created:%Y-%m-%d %H:%M}"
    value = cites(record) if name == Correction.Field.CITES else getattr(record, name)
    return value if isinstance(value, str) else ", ".join(value)
