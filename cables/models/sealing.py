"""Withhold cables: move their contents to `Sealed`, and back when they are published again.

Until when cables are withheld, where a curator set a time; and when embargoes end, also of records
that wait with their load.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import connection, models, transaction
from django.db.models import Count, Min, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from ..telegram.distinct_words import words_of_cable
from .archive_state import State
from .cable import CABLE_CONTENTS, VERSION_CONTENTS, Cable, Mention, Sealed, Version, refresh_lists
from .change_log import Change
from .collection_origin_tag import Origin
from .counted_words import take_out
from .editorial import CitingWork, Note
from .former_references import FormerParagraph
from .load_records import LoadRow
from .planner_statistics import renew_list_statistics
from .transparency_log import COMMITMENT_CONTENTS, Commitment

# What is sealed: (model, column with the cable's key, SQL of the place in `Sealed`, fields).
CONTENTS: list[tuple[type[models.Model], str, str, list[str]]] = [
    (Cable, "id", "'cable'", CABLE_CONTENTS),
    (Version, "cable_id", "'version ' || content.number", VERSION_CONTENTS),
    (FormerParagraph, "cable_id", "'former ' || content.paragraph", ["reason"]),
    (Note, "cable_id", "'note ' || content.id", ["text"]),
    (Commitment, "cable_id", "'commitment ' || content.entry", COMMITMENT_CONTENTS),
    (CitingWork, "cable_id", "'citing work ' || content.id", list(CitingWork.TEXTS)),
]
SEAL = """
INSERT INTO cables_sealed (cable_id, place, "values")
SELECT content.{owner}, {place}, jsonb_build_object({pairs}) FROM {table} content
WHERE content.{owner} = ANY(%s)
"""
# Rows that were added while the cable was withheld are not in `Sealed` and stay as they are.
UNSEAL = """
UPDATE {table} content SET {columns}
FROM cables_sealed sealed, jsonb_populate_record(NULL::{table}, sealed."values") AS original
WHERE content.{owner} = ANY(%s) AND sealed.cable_id = content.{owner} AND sealed.place = {place}
"""
DELETE_SEALED = """
DELETE FROM cables_sealed sealed USING {table} content
WHERE content.{owner} = ANY(%s) AND sealed.cable_id = content.{owner} AND sealed.place = {place}
"""
SEAL_MENTIONS = """
INSERT INTO cables_sealed (cable_id, place, "values")
SELECT cable_id, 'mentions', jsonb_build_object(
    'named', jsonb_agg(jsonb_build_array(paragraph, reference, target) ORDER BY id)
)
FROM cables_mention WHERE cable_id = ANY(%s) GROUP BY cable_id
"""
UNSEAL_MENTIONS = """
WITH sealed AS (
    DELETE FROM cables_sealed WHERE cable_id = ANY(%s) AND place = 'mentions'
    RETURNING cable_id, "values"
)
INSERT INTO cables_mention (cable_id, paragraph, reference, target)
SELECT cable_id, named ->> 0, named ->> 1, named ->> 2
FROM sealed, jsonb_array_elements("values" -> 'named') WITH ORDINALITY AS each (named, nth)
ORDER BY cable_id, nth
"""


@transaction.atomic
def withhold_all(cables: QuerySet, reason: str, by=None) -> int:
    """Withhold those of these cables that are published; return how many there were.

    The contents of the cables, their versions, notes and citing works move to `Sealed`; their
    addresses then show the reason only. Raises ValueError if the reason is empty.
    """
    if not reason.strip():
        raise ValueError("Withholding takes a reason.")
    keys = lock_cables(cables.filter(withheld_reason=""))
    words = words_of_cables(keys)
    seal(keys, reason)
    log_each(keys, "withheld", reason, by)
    take_out(words, len(keys))
    return len(keys)


def seal(keys: list[int], reason: str):
    """Move the contents of cables to `Sealed`. Call it in a transaction that has locked them.

    Neither this nor `unseal` counts words: who withholds or publishes does.
    """
    with connection.cursor() as cursor:
        for content in CONTENTS:
            cursor.execute(_sql(SEAL, *content), [keys])
        cursor.execute(SEAL_MENTIONS, [keys])
    for model, owner, _, fields in CONTENTS:
        empty = model()  # Its columns have their defaults.
        values = {field: getattr(empty, field) for field in fields}
        if model is Cable:
            values["withheld_reason"] = reason
        model._default_manager.filter(**{f"{owner}__in": keys}).update(**values)
    Mention.objects.filter(cable__in=keys).delete()
    refresh_lists(keys)


def unseal(keys: list[int]):
    """Move the contents of cables back from `Sealed`, in a transaction that has locked them."""
    with connection.cursor() as cursor:
        for content in CONTENTS:
            cursor.execute(_sql(UNSEAL, *content), [keys])
            cursor.execute(_sql(DELETE_SEALED, *content), [keys])
        cursor.execute(UNSEAL_MENTIONS, [keys])
    refresh_lists(keys)


def unredacted_texts(keys: list[int]) -> dict[int, list[str]]:
    """Return {primary key: [header, body]} of cables, also of withheld and redacted ones."""
    rows = Cable.objects.filter(pk__in=keys).values_list("pk", "header", "body")
    texts = {key: list(text) for key, *text in rows}
    sealed = Sealed.objects.filter(cable__in=keys, place__in=("cable", "source"))
    # What a redaction sealed comes last: the text of a withheld cable is the redacted one.
    for key, values in sealed.order_by("place").values_list("cable", "values"):
        texts[key] = [values["header"], values["body"]]
    return texts


def withheld_from(origins: Iterable[int]) -> QuerySet[Sealed]:
    """Return the sealed contents of the withheld cables of some origins (primary keys)."""
    return Sealed.objects.filter(place="cable", values__origin_id__in=list(origins))


def origin_of(cable: Cable) -> Origin:
    """Return the origin of a cable, also of a withheld one."""
    if not cable.withheld_reason:
        return cable.origin
    return Origin.objects.get(pk=cable.sealed.get(place="cable").values["origin_id"])


def sends_cables(origin: Origin) -> bool:
    """Return whether an origin has cables, withheld ones too."""
    return origin.cables.exists() or withheld_from([origin.pk]).exists()


def _sql(statement: str, model, owner: str, place: str, fields: list[str]) -> str:
    # What an earlier release sealed has no value for a column that came later.
    columns = [f"{field} = coalesce(original.{field}, content.{field})" for field in fields]
    if model is Cable:  # In the same statement, as updating the indexes of a cable is slow.
        columns.append("withheld_reason = ''")
    return statement.format(
        table=model._meta.db_table,
        owner=owner,
        place=place,
        pairs=", ".join(f"'{field}', content.{field}" for field in fields),
        columns=", ".join(columns),
    )


def lock_cables(cables: QuerySet) -> list[int]:
    """Lock cables, waiting for loads that change them; return their primary keys."""
    Origin.lock()
    locked = cables.select_for_update(no_key=True, of=["self"]).order_by("reference")
    return list(locked.values_list("pk", flat=True))


def words_of_cables(keys: list[int]) -> Counter[str]:
    """Return in how many of the cables each word occurs."""
    words: Counter[str] = Counter()
    for cable in Cable.objects.filter(pk__in=keys).only("subject", "body", "tags").iterator():
        words.update(words_of_cable(cable))
    return words


def log_each(keys: list[int], action: str, reason: str, by):
    """Add a log entry for each cable, and take the statistics of their rows again."""
    Change.objects.bulk_create(
        Change(cable_id=key, action=action, reason=reason, by=by) for key in keys
    )
    if keys:
        State.advance()
        renew_list_statistics()


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
