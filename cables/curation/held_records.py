"""Apply a record that a load held, or leave it, by a curator's decision."""

from pathlib import Path

from django.db import transaction

from ..loader.embargoed_rows import record_in
from ..loader.locks import one_batch
from ..models import Cable, Change, Copy, LoadRow
from ..publication.choose_copy import choose
from ..publication.origins_and_tags import Places
from ..sources.prepared import Prepared, prepare
from ..telegram.apply_redactions import TornError
from ..telegram.references import names_of
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
