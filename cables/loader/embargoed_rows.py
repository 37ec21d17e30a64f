"""Keep records under embargo as rows of their load, and nowhere else in the database.

So no list, count, neighbour or suggestion can reveal them.
"""

import hashlib
import json
from dataclasses import replace
from datetime import date, datetime

from django.conf import settings

from ..models import Load, LoadRow, Preview, Proposal
from ..publication.row_values import raw_of, storable
from ..sources import ParsedCable
from ..sources.parse_record import Record, parse_record
from ..sources.prepared import Prepared
from .classify_records import ClassifiedRecords

Outcome = LoadRow.Outcome
# What it is as a decision to set another time until which a cable is under embargo.
SETTING_A_TIME = {Proposal.Kind.PUBLISH.value, Proposal.Kind.WITHHOLD.value}


def store_embargoed(run: Load, records: ClassifiedRecords):
    """Store the waiting records of a batch; a newer record replaces an older one.

    If this load sets no embargo on a record, the record gets the embargo that an earlier load set
    on its cable, and so it does where somebody has to approve another time; a cable that was
    withdrawn (under embargo without end) stays so.
    """
    rows = {}
    for record in records.waiting:
        row = _waiting(run, record)
        embargo = records.embargoes.get(row.reference)
        if embargo and _stays(embargo, run):
            row.outcome, row.due = embargo.outcome, embargo.due
            row.reason, row.decision_id = embargo.reason, embargo.decision_id
        rows[row.digest] = row
    textless = [digest for digest, row in rows.items() if not _body_of(row)]
    for earlier in LoadRow.objects.filter(digest__in=textless, outcome__in=LoadRow.EMBARGOED):
        if _body_of(earlier):  # A record without a text takes none away.
            rows[earlier.digest].raw = earlier.raw
    LoadRow.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["digest"],
        update_fields=["load", "position", "source", "raw", "outcome", "due", "reason", "decision"],
    )


def _body_of(row: LoadRow) -> str:
    return json.loads(row.raw)["body"].strip()


def _stays(embargo: LoadRow, run: Load) -> bool:
    """Return whether an earlier embargo holds, rather than that of this load."""
    if embargo.outcome == Outcome.WAITING:
        # A load of the desk would set a time that a second person has to approve.
        of_desk = run.by_id is not None and not SETTING_A_TIME.isdisjoint(settings.APPROVALS)
        return of_desk or not run.embargoes(embargo.reference)
    return embargo.outcome == Outcome.WITHDRAWN


def _waiting(run: Load, record: Prepared) -> LoadRow:
    identity = "\n".join([Outcome.WAITING, run.collection.slug, *record.key])
    return LoadRow(
        load=run,
        position=record.record.position,
        source=storable(str(record.source)),
        reference=record.record.reference,
        raw=storable(raw_of(record.record)),
        digest=hashlib.sha256(identity.encode()).hexdigest(),
        outcome=Outcome.WAITING,
        reason=run.embargo_reason,
        due=run.due,
    )


def record_in(row: LoadRow | Preview) -> ParsedCable:
    """Parse the record in a row, as `raw_of` writes it. Raises ValueError if it is invalid."""
    facts = json.loads(row.raw)
    released, partial = facts.pop("released"), facts.pop("partial")
    origin = facts.pop("origin")  # As printed, if another stands for it (I-13).
    record = Record(
        origin=facts.pop("printed_origin", origin),
        created=datetime.fromisoformat(facts.pop("created")),
        released=date.fromisoformat(released) if released else None,
        articles=tuple(facts.pop("articles")),
        cites=tuple(facts.pop("cites")),
        position=row.position,
        **facts,
    )
    return replace(parse_record(record), partial=partial)
