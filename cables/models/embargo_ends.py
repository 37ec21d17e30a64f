"""Until when cables are withheld, where a curator set a time.

Also when embargoes end: of records that wait with their load, and of cables withheld until a time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import models
from django.db.models import Count, Min, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from .cable import Cable
from .load_records import LoadRow


class ScheduledPublication(models.Model):
    """When a withheld cable is published again. Without such a row it waits for a curator.

    Readers cannot see this table. The row goes when the cable is published.
    """

    cable = models.OneToOneField(
        Cable, on_delete=models.CASCADE, related_name="scheduled_publication"
    )
    due = models.DateTimeField(db_index=True, help_text="In UTC, by the database's clock.")

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.cable} {self.due:%Y-%m-%d %H:%M}"


# The worker publishes within a minute; what is due for longer is late.
GRACE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class EmbargoDay:
    """A day in UTC on which embargoes end."""

    day: date
    records: int = 0  # Of loads, under embargo.
    cables: int = 0  # Withheld until then.
    is_overdue: bool = False

    @property
    def total(self) -> int:
        return self.records + self.cables


@dataclass(frozen=True, slots=True)
class EmbargoEnd:
    """Records of one load, or withheld cables (`load` is None), that are due at one time."""

    due: datetime
    count: int
    load: int | None = None


def waiting_records() -> QuerySet[LoadRow]:
    """Return the records of loads that are under embargo until a time."""
    return LoadRow.objects.filter(outcome=LoadRow.Outcome.WAITING)


def days_of_ends(start: date | None = None, end: date | None = None) -> list[EmbargoDay]:
    """Return the days from `start` until before `end` on which embargoes end, in order."""
    late = timezone.now() - GRACE
    records: dict[date, int] = {}
    cables: dict[date, int] = {}
    overdue = set()
    kinds = ((records, waiting_records()), (cables, ScheduledPublication.objects.all()))
    for counts, rows in kinds:
        days = between(rows, start, end).order_by().values(day=TruncDate("due", tzinfo=UTC))
        for row in days.annotate(count=Count("pk"), first=Min("due")):
            counts[row["day"]] = row["count"]
            overdue |= {row["day"]} if row["first"] < late else set()
    return [
        EmbargoDay(day, records.get(day, 0), cables.get(day, 0), day in overdue)
        for day in sorted({*records, *cables})
    ]


def ends_of_embargoes() -> Iterable[EmbargoEnd]:
    """Return what is due at each time, by load, in the order of time."""
    records = waiting_records().order_by().values("due", "load").annotate(count=Count("pk"))
    ends = [EmbargoEnd(row["due"], row["count"], row["load"]) for row in records if row["due"]]
    cables = ScheduledPublication.objects.order_by().values("due").annotate(count=Count("pk"))
    ends += [EmbargoEnd(row["due"], row["count"]) for row in cables]
    return sorted(ends, key=lambda end: (end.due, end.load or 0))


def between(rows: QuerySet, start: date | None, end: date | None) -> QuerySet:
    """Return the rows that are due from one day until before another, in UTC."""
    if start:
        rows = rows.filter(due__gte=datetime(start.year, start.month, start.day, tzinfo=UTC))
    if end:
        rows = rows.filter(due__lt=datetime(end.year, end.month, end.day, tzinfo=UTC))
    return rows
