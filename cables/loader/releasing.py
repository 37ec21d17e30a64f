"""Cables under embargo are stored when their time has come, or when a curator says so.

Times are those of the database's clock.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import groupby
from pathlib import Path

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from ..models import Cable, Change, Load, LoadRow
from ..sources import Reject
from .counting import DeskCount
from .embargoes import record_in
from .locks import one_batch
from .prepare import Prepared, Rejected, batches, prepare
from .runs import Progress
from .store import Store

AT_ONCE = 500  # Rows in one transaction.
ENDED = "Its embargo ended."


def release_due() -> int:
    """Store every cable whose embargo has ended; return how many rows that were.

    Two at once share the work: a row is released once.
    """
    due = LoadRow.objects.filter(outcome=LoadRow.Outcome.WAITING, due__lte=Now())
    total = 0
    while done := release(due):
        total += done
    return total


@transaction.atomic
def release(rows: QuerySet, *, reason: str = ENDED, by=None) -> int:
    """Store at most AT_ONCE of some embargoed rows now; return how many were taken.

    They become cables that were released today. What cannot be stored becomes a rejected row,
    and another text of a cable that is withheld a held one.
    """
    one_batch()
    embargoed = rows.filter(outcome__in=LoadRow.EMBARGOED).select_related("load__collection")
    chosen = list(embargoed.select_for_update(of=["self"]).order_by("load", "pk")[:AT_ONCE])
    day = today()
    records = [(row.load, _prepared(row, day)) for row in chosen]
    keys = [row.pk for row in chosen]
    LoadRow.objects.filter(pk__in=keys).update(
        outcome=LoadRow.Outcome.RELEASED, due=None, raw="", reason=reason
    )
    for run, group in groupby(records, key=lambda pair: pair[0]):
        beside = {"progress": Progress(Load()), "words": DeskCount(), "embargoes": False}
        store = Store(run, day, **beside)
        for batch in batches(record for _, record in group):
            store.add(batch)
        store.end()
    _write_down([row.reference for row in chosen], reason, by)
    return len(chosen)


def today() -> date:
    """Return the day by the database's clock, in UTC."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (now() AT TIME ZONE 'UTC')::date")
        return cursor.fetchone()[0]


def _prepared(row: LoadRow, day: date) -> Prepared | Rejected:
    """Return the record of a row as one that is released on a day."""
    try:
        return prepare(replace(record_in(row), released=day), Path(row.source))
    except ValueError as error:
        return Rejected(Path(row.source), Reject(row.position, str(error), row.raw, row.reference))


def _write_down(references: Iterable[str], reason: str, by):
    """Add to the log which cables were released."""
    cables = Cable.objects.filter(reference__in=references).order_by("reference").only("pk")
    Change.objects.bulk_create(
        Change(cable=cable, action="released", reason=reason, by=by) for cable in cables
    )
