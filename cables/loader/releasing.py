"""Store embargoed records when their embargo ends, or when a curator releases them.

Times are those of the database's clock.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date
from itertools import groupby
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from ..models import Cable, Change, Load, LoadRow, VolumeWithholding
from ..models.sql_expressions import database_time
from ..publication.document_frequencies import DeskCount
from ..publication.publish import publish_due
from ..sources import Reject
from ..sources.prepared import Prepared, Rejected, prepare
from ..telegram.references import spellings_of
from .embargoed_rows import record_in
from .load_progress import Progress
from .locks import one_batch
from .read_ahead import batches
from .store import Store, lock_known
from .store_volume_pages import release_volume_pages

AT_ONCE = 500  # Rows per transaction.
ENDED = "Its embargo ended."


def release_due() -> int:
    """Store every cable whose embargo has ended; return how many cables were released.

    Cables that were withheld until now are published again, and count too. Safe to run twice at
    the same time: each is released once.
    """
    due = LoadRow.objects.filter(outcome=LoadRow.Outcome.WAITING, due__lte=Now())
    total = 0
    while done := release(due):
        total += done
    return total + publish_due()


@transaction.atomic
def release(rows: QuerySet, *, reason: str = ENDED, by=None) -> int:
    """Store at most AT_ONCE of these embargoed rows now; return how many were taken.

    Their date of release is today. A record that cannot be stored becomes a rejected row, one of
    a withheld cable a held row. The pages of a volume are stored with the last of its documents.
    """
    one_batch()
    VolumeWithholding.lock()
    embargoed = rows.filter(outcome__in=LoadRow.EMBARGOED).select_related("load__collection")
    locked = list(embargoed.select_for_update(of=["self"]).order_by("load", "pk")[:AT_ONCE])
    day = database_time().astimezone(UTC).date()
    records = [(row.load, _prepared(row, day)) for row in locked]
    lock_known([each for _, each in records if isinstance(each, Prepared)])
    LoadRow.objects.filter(pk__in=[row.pk for row in locked]).update(
        outcome=LoadRow.Outcome.RELEASED, due=None, raw="", reason=reason
    )
    for run, group in groupby(records, key=lambda pair: pair[0]):
        # A progress of its own: the progress and counts of the load stay as they are.
        store = Store(run, day, progress=Progress(Load()), words=DeskCount(), embargoes=False)
        for batch in batches(record for _, record in group):
            store.add(batch)
        store.end()
        release_volume_pages(run)
    _log_released([row.reference for row in locked], reason, by)
    return len(locked)


def _prepared(row: LoadRow, day: date) -> Prepared | Rejected:
    """Return the record of a row with a date of release; Rejected if it cannot be parsed."""
    try:
        return prepare(replace(record_in(row), released=day), Path(row.source))
    except ValueError as error:
        return Rejected(Path(row.source), Reject(row.position, str(error), row.raw, row.reference))


def _log_released(references: Iterable[str], reason: str, by):
    """Add a log entry for each cable that was released."""
    names = {name for each in references for name in spellings_of(each)}
    cables = Cable.objects.filter(reference__in=names).order_by("reference").only("pk")
    Change.objects.bulk_create(
        Change(cable=cable, action="released", reason=reason, by=by) for cable in cables
    )
