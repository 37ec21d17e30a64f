"""When the record of each public cable last changed or was deleted, for harvesters (OAI-PMH).

Triggers write the rows when a transaction commits. A cable gets a row when it is published for
the first time, so a cable that readers never saw has none; no row is ever deleted.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple, Self

from django.db import models
from django.db.migrations import RunSQL
from django.db.models import F, Q, QuerySet

from .querysets import READER
from .sql_expressions import InArray

ORDER = ("datestamp", "reference")


class HarvestPlace(NamedTuple):
    """A place in the list of records, which has this order."""

    datestamp: datetime
    reference: str


class HarvestRecordQuerySet(models.QuerySet["HarvestRecord"]):
    """Queries of records, by name."""

    def readable(self) -> Self:
        """All records, as the readers' role sees them."""
        return self.using(READER)

    def dated(self, first: datetime | None, before: datetime | None) -> Self:
        """Records that changed at `first` or later, and earlier than `before`; None is no limit."""
        records = self.filter(datestamp__gte=first) if first else self
        return records.filter(datestamp__lt=before) if before else records

    def deleted(self) -> Self:
        return self.filter(is_deleted=True)

    def present(self) -> Self:
        return self.filter(is_deleted=False)

    def of_cables(self, cables: QuerySet, *, are_many: bool) -> Self:
        """Records, none of them deleted, of cables by a query of their primary keys (flat).

        Of few cables the keys are read first. PostgreSQL would take the records in the order of
        the list and look up the cable of each until a portion is full: that is fast only if many
        of them are in the set.
        """
        if are_many:
            return self.present().filter(cable__in=cables)
        return self.present().filter(InArray(F("cable"), list(cables.using(READER))))

    def portion(self, place: HarvestPlace | None, count: int) -> list[Any]:
        """Return the next `count` records behind a place, or the first ones: what changed first.

        A load dates many records alike: those of the same time come first, by reference, so that
        both queries are index scans.
        """
        rows = self.order_by(*ORDER)
        if place is None:
            return list(rows[:count])
        equal = rows.filter(datestamp=place.datestamp, reference__gt=place.reference)
        portion = list(equal[:count])
        later = rows.filter(datestamp__gt=place.datestamp)
        return portion + list(later[: count - len(portion)])


class HarvestRecord(models.Model):
    """The record of a cable that is public or was. If it is withheld or erased, it is deleted.

    Harvesters know the record by its reference, which stays when the cable gets another one or is
    erased; so `cable`, its primary key, is no foreign key.
    """

    reference = models.CharField(max_length=64, primary_key=True, db_collation="C")
    cable = models.BigIntegerField(db_index=True)
    datestamp = models.DateTimeField()
    is_deleted = models.BooleanField(default=False)

    objects = HarvestRecordQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(*ORDER, include=["cable", "is_deleted"], name="harvest_by_datestamp"),
            models.Index(*ORDER, condition=Q(is_deleted=True), name="harvest_deleted"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def place(self) -> HarvestPlace:
        return HarvestPlace(self.datestamp, self.reference)


def merged(parts: Iterable[list[HarvestRecord]], count: int) -> list[HarvestRecord]:
    """Return the first `count` records of several portions behind the same place."""
    return sorted((record for part in parts for record in part), key=lambda each: each.place)[
        :count
    ]


# At commit, with the row of the state locked: so datestamps are in the order of the commits, and
# nobody who has read up to a time misses a record that was dated before it. `changed` are the
# cables of this transaction (archive_state.py); the cable 0 stands for all (TRUNCATE).
DATE_RECORDS = """
-- Origins and tags that a transaction renamed: their names are in records, but not in the search
-- index, so that only the records of their cables are dated.
CREATE UNLOGGED TABLE cables_renamed (transaction xid8, origin bigint, tag varchar COLLATE "C");

CREATE FUNCTION cables_date_renamed(reached timestamptz) RETURNS void LANGUAGE sql AS $$
    WITH renamed AS (
        DELETE FROM cables_renamed WHERE transaction = pg_current_xact_id() RETURNING origin, tag
    ), named AS (
        SELECT cable.id FROM renamed JOIN cables_cable cable ON cable.origin_id = renamed.origin
        WHERE cable.withheld_reason = ''
        UNION SELECT cable_id FROM renamed JOIN cables_tagging USING (tag)
    )
    UPDATE cables_harvestrecord record SET datestamp = reached
    FROM named WHERE record.cable = named.id AND NOT record.is_deleted
$$;

CREATE FUNCTION cables_date_records() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE reached timestamptz := (SELECT moved FROM cables_state WHERE id = 1);
BEGIN
    UPDATE cables_harvestrecord record SET is_deleted = true, datestamp = reached
    FROM changed WHERE record.cable = changed.cable AND NOT record.is_deleted
        AND NOT EXISTS (
            SELECT FROM cables_cable held WHERE held.id = record.cable
                AND held.reference = record.reference AND held.withheld_reason = ''
        );
    IF EXISTS (SELECT FROM changed WHERE cable = 0) THEN
        UPDATE cables_harvestrecord record SET is_deleted = true, datestamp = reached
        WHERE NOT is_deleted AND NOT EXISTS (SELECT FROM cables_cable WHERE id = record.cable);
    END IF;
    INSERT INTO cables_harvestrecord (reference, cable, datestamp, is_deleted)
    SELECT reference, id, reached, false FROM cables_cable
    WHERE id IN (SELECT cable FROM changed) AND withheld_reason = ''
    ON CONFLICT (reference) DO UPDATE
    SET cable = excluded.cable, datestamp = excluded.datestamp, is_deleted = false;
    IF EXISTS (SELECT FROM cables_renamed WHERE transaction = pg_current_xact_id()) THEN
        PERFORM cables_date_renamed(reached);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER cables_changedcable_dates AFTER INSERT ON cables_changedcable
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION cables_date_records();

CREATE FUNCTION cables_note_origin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO cables_renamed VALUES (pg_current_xact_id(), NEW.id, NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER cables_origin_renamed AFTER UPDATE OF name, slug ON cables_origin FOR EACH ROW
WHEN (NEW.name <> OLD.name OR NEW.slug <> OLD.slug) EXECUTE FUNCTION cables_note_origin();
CREATE FUNCTION cables_note_tag() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO cables_renamed VALUES (pg_current_xact_id(), NULL, NEW.code);
    RETURN NULL;
END $$;
CREATE TRIGGER cables_tag_renamed AFTER UPDATE OF label ON cables_tag
FOR EACH ROW WHEN (NEW.label <> OLD.label) EXECUTE FUNCTION cables_note_tag();
"""
DATE_NOTHING = """
DROP TRIGGER cables_tag_renamed ON cables_tag;
DROP FUNCTION cables_note_tag;
DROP TRIGGER cables_origin_renamed ON cables_origin;
DROP FUNCTION cables_note_origin;
DROP TRIGGER cables_changedcable_dates ON cables_changedcable;
DROP FUNCTION cables_date_records;
DROP FUNCTION cables_date_renamed;
DROP TABLE cables_renamed;
"""


def date_records() -> RunSQL:
    """Return the migration operation that creates these triggers."""
    return RunSQL(DATE_RECORDS, DATE_NOTHING)
