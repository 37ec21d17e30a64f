"""Apply a record that a load held, publish it as another cable, or leave it: curators decide."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from ..loader.embargoed_rows import record_in
from ..loader.locks import one_batch
from ..loader.store import create_cable
from ..models import Cable, Change, Copy, Erased, LoadRow
from ..publication.choose_copy import choose
from ..publication.origins_and_tags import Places
from ..sources import ParsedCable
from ..sources.prepared import Prepared, prepare
from ..telegram.apply_redactions import TornError
from ..telegram.references import names_of, repeated, spellings_of
from .redactions_and_corrections import StaleError, changing

Outcome = LoadRow.Outcome
TORN = (
    "A redaction would change how this text is split into paragraphs. First redact the whole "
    "paragraph instead of words in it."
)


@transaction.atomic
def apply_held(row: LoadRow, reason: str, by, edit_token: str | None = None):
    """Store a held record as a copy of its cable, as a load would.

    A withheld cable stays withheld; redacted words stay redacted in the new text too. Raises
    ValueError if the record cannot be applied, StaleError if the cable's token is another or
    somebody decided on the row meanwhile.
    """
    one_batch()
    row, record = _locked(row)
    cable = cable_of(row, record) if record else None
    if record is None or cable is None:
        raise ValueError(f"No cable {row.reference} is here: load its file again.")
    try:
        with changing(cable, edit_token):
            choose(row.load, cable, record).carry_out(Places())
            cable.changes.create(action="applied", reason=reason, by=by)
    except TornError:
        raise ValueError(TORN) from None
    _settle(row, Outcome.APPLIED, raw="")


@transaction.atomic
def publish_held(row: LoadRow, reason: str, by, edit_token: str | None = None) -> Cable:
    """Store a held record as a cable of its own, and return that (N-7).

    Raises ValueError if its text was erased, it is of a document that is here, or its load is
    under embargo; StaleError as `apply_held` does.
    """
    one_batch()
    row, record = _locked(row)
    name = own_name(row, record) if record else ""
    if record is None or not name:
        raise ValueError("This document is here already: apply its record to its cable.")
    due = row.load.due
    if due and due > timezone.now() and row.load.embargoes(row.reference):
        raise ValueError(f"Its load is under embargo until {due:%Y-%m-%d %H:%M} UTC: wait for it.")
    other = cable_of(row, record)
    if other:
        other.lock()
    if edit_token is not None and edit_token != edit_token_of(other):
        raise StaleError("Somebody changed the cable with its number meanwhile.")
    cable = create_cable(row.load, prepare(_named(record, name), record.source))
    cable.changes.create(action="published", reason=reason, by=by)
    _settle(row, Outcome.APPLIED, raw="")
    return cable


def own_name(row: LoadRow, record: Prepared) -> str:
    """Return the reference that a held record would have as a cable of its own (N-7).

    It is the first that is free: its reference, its name in its volume, or its number with "-2",
    "-3" ... "" if its source's copy of a cable is here.
    """
    key = {"published_reference": record.key[0], "format": record.key[1]}
    if Copy.objects.filter(collection=row.load.collection, **key).exists():
        return ""
    return next(filter(_is_free, _names(record)), "")


def _names(record: Prepared) -> Iterator[str]:
    yield record.record.reference
    yield record.record.published_reference
    yield from repeated(record.record.reference)


def _is_free(name: str) -> bool:
    """Return whether no cable is, was or is to be published under a name, or was erased."""
    names = spellings_of(name)
    embargoed = LoadRow.objects.filter(reference__in=names, outcome__in=LoadRow.EMBARGOED)
    taken = Cable.objects.known_as(name) or Erased.objects.filter(reference__in=names).exists()
    return not taken and not embargoed.exists()


def _named(held: Prepared, name: str) -> ParsedCable:
    """Return a record under its own name.

    If it prints the reference of another cable, it is not published under that too.
    """
    record = held.record
    printed = record.published_reference
    return replace(
        record, reference=name, published_reference=printed if _is_free(printed) else name
    )


@transaction.atomic
def leave_held(row: LoadRow, reason: str, by, edit_token: str | None = None):
    """Mark a held record as not to be applied; later loads of it ask nobody again.

    Raises StaleError as `apply_held` does.
    """
    row, record = _locked(row)
    cable = cable_of(row, record) if record else None
    if cable:
        cable.lock()
    if edit_token is not None and edit_token != edit_token_of(cable):
        raise StaleError("Somebody changed this cable meanwhile.")
    entry = {"action": "left", "reason": reason, "by": by}
    if cable:
        cable.changes.create(**entry)
    else:
        Change.objects.create(what=f"row of {row.load}, {row.reference}"[:250], **entry)
    _settle(row, Outcome.LEFT)


def edit_token_of(cable: Cable | None) -> str:
    """Return the optimistic-lock token of a held record's cable; "no cable" if there is none."""
    return cable.edit_token() if cable else "no cable"


def cable_of(row: LoadRow, record: Prepared) -> Cable | None:
    """Return the cable of a held record, None if there is none.

    Of a second document with a number (N-7) that is not here itself, it is the cable of the number.
    """
    copies = Copy.objects.filter(collection=row.load.collection, published_reference=record.key[0])
    copy = copies.filter(format=record.key[1]).first()
    cables = Cable.objects.select_related("origin")
    if copy:
        return cables.get(pk=copy.cable_id)
    names = names_of(record.record.reference)
    return min(
        cables.filter(reference__in=names),
        key=lambda cable: names.index(cable.reference),
        default=None,
    )


def _locked(row: LoadRow) -> tuple[LoadRow, Prepared | None]:
    """Lock a held row; return it and its record. Raises StaleError if it is no longer held."""
    rows = LoadRow.objects.select_for_update(of=["self"]).select_related("load__collection")
    locked = rows.filter(pk=row.pk, outcome=Outcome.HELD).first()
    if locked is None:
        raise StaleError("Somebody decided on it meanwhile.")
    return locked, held_record(locked)


def held_record(row: LoadRow) -> Prepared | None:
    """Return the record in a row, None if its text was erased."""
    return prepare(record_in(row), Path(row.source)) if row.raw else None


def _settle(row: LoadRow, outcome: str, **values):
    LoadRow.objects.filter(pk=row.pk).update(outcome=outcome, **values)
