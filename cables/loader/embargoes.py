"""Cables under embargo: records that wait as rows, and are nothing else in the database.

So no list, count, neighbour or suggestion can give them away.
"""

import hashlib
import json
from dataclasses import replace
from datetime import date, datetime

from ..models import Load, LoadRow
from ..sources import ParsedCable
from ..sources.record import Record, parse_record
from .prepare import Prepared
from .rows import raw_of, storable
from .sorting import Sorted

Outcome = LoadRow.Outcome


def put_by(run: Load, found: Sorted):
    """Store the records that wait; one that waits already is replaced by what is newer.

    What another load says of a cable waits until the time that was set for it. One that was
    withdrawn stays so.
    """
    rows = {}
    for record in found.waiting:
        row = _waiting(run, record)
        embargo = found.embargoes.get(row.reference)
        if embargo and _stays(embargo, run):
            row.outcome, row.due, row.reason = embargo.outcome, embargo.due, embargo.reason
        rows[row.digest] = row
    LoadRow.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["digest"],
        update_fields=["load", "position", "source", "raw", "outcome", "due", "reason"],
    )


def _stays(embargo: LoadRow, run: Load) -> bool:
    """Return whether an embargo is not for this load to change."""
    if embargo.outcome == Outcome.WAITING:
        return not run.embargoes(embargo.reference)
    return embargo.outcome == Outcome.WITHDRAWN


def _waiting(run: Load, record: Prepared) -> LoadRow:
    known_by = "\n".join([Outcome.WAITING, run.collection.slug, *record.key])
    return LoadRow(
        load=run,
        position=record.record.position,
        source=storable(str(record.source)),
        reference=record.record.reference,
        raw=storable(raw_of(record.record)),
        digest=hashlib.sha256(known_by.encode()).hexdigest(),
        outcome=Outcome.WAITING,
        reason=run.embargo_reason,
        due=run.due,
    )


def record_in(row: LoadRow) -> ParsedCable:
    """Return the record in a row that waits for a person or a time. Raises ValueError."""
    facts = json.loads(row.raw)
    released, partial = facts.pop("released"), facts.pop("partial")
    record = Record(
        created=datetime.fromisoformat(facts.pop("created")),
        released=date.fromisoformat(released) if released else None,
        articles=tuple(facts.pop("articles")),
        cites=tuple(facts.pop("cites")),
        position=row.position,
        **facts,
    )
    return replace(parse_record(record), partial=partial)
