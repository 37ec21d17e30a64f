"""A record that a load held is applied by a person, or left as it is."""

from pathlib import Path

from django.db import transaction

from ..models import Cable, Change, Copy, LoadRow
from ..redacting import TornError
from .choosing import choose
from .deciding import StaleError, changing
from .embargoes import record_in
from .locks import one_batch
from .places import Places
from .prepare import Prepared, prepare

Outcome = LoadRow.Outcome


@transaction.atomic
def apply_held(row: LoadRow, reason: str, by, stamp: str | None = None):
    """Make a held record what its source says of its cable, as a load does where nobody decides.

    A withheld cable stays withheld. Of a redacted one the words that were redacted stay away
    wherever they stand. Raises ValueError where that cannot be, StaleError if the cable's `stamp`
    moved or somebody decided on the row meanwhile.
    """
    one_batch()
    row, record = _waiting(row)
    cable = cable_of(row, record) if record else None
    if cable is None:
        raise ValueError(f"No cable {row.reference} is here: load its file again.")
    try:
        with changing(cable, stamp):
            choose(row.load, cable, record).carry_out(Places())
            cable.changes.create(action="applied", reason=reason, by=by)
    except TornError:
        raise ValueError("A redaction would cut its paragraphs: redact it anew first.") from None
    _settle(row, Outcome.APPLIED, raw="")


@transaction.atomic
def leave_held(row: LoadRow, reason: str, by, stamp: str | None = None):
    """Say that a held record is not to be applied; later loads of it need nobody.

    Raises StaleError as `apply_held` does.
    """
    row, record = _waiting(row)
    cable = cable_of(row, record) if record else None
    if cable:
        cable.lock()
    if stamp is not None and stamp != stamp_of(cable):
        raise StaleError("Somebody changed this cable meanwhile.")
    said = {"action": "left", "reason": reason, "by": by}
    if cable:
        cable.changes.create(**said)
    else:
        Change.objects.create(what=f"row of {row.load}, {row.reference}"[:250], **said)
    _settle(row, Outcome.LEFT)


def stamp_of(cable: Cable | None) -> str:
    """Return what a change of the cable of a held record makes another; it may not be here."""
    return cable.stamp() if cable else "no cable"


def cable_of(row: LoadRow, record: Prepared) -> Cable | None:
    """Return the cable that a held record is about."""
    copies = Copy.objects.filter(collection=row.load.collection, published_reference=record.key[0])
    copy = copies.filter(format=record.key[1]).first()
    cables = Cable.objects.select_related("origin")
    if copy:
        return cables.get(pk=copy.cable_id)
    return cables.filter(reference=record.record.reference).first()


def _waiting(row: LoadRow) -> tuple[LoadRow, Prepared | None]:
    """Lock a row; return it, and its record unless that was erased."""
    rows = LoadRow.objects.select_for_update(of=["self"]).select_related("load__collection")
    row = rows.filter(pk=row.pk, outcome=Outcome.HELD).first()
    if row is None:
        raise StaleError("Somebody decided on it meanwhile.")
    return row, held_record(row)


def held_record(row: LoadRow) -> Prepared | None:
    """Return the record in a row, None where its text was erased."""
    return prepare(record_in(row), Path(row.source)) if row.raw else None


def _settle(row: LoadRow, outcome: str, **values):
    LoadRow.objects.filter(pk=row.pk).update(outcome=outcome, **values)
