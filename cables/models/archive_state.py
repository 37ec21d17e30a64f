"""The state of the archive: a number that grows with every change, by triggers.

The search index follows the rows of which cables changed in which state. One with the cable 0 says
that all cables changed (TRUNCATE).
"""

from django.db import models
from django.db.migrations import RunSQL
from django.db.models import F
from django.db.models.functions import Now

from .querysets import READER

# A transaction that changes a public table inserts its id here once; the deferred trigger then
# increases the state at commit, and tells which cables changed in it. So transactions do not wait
# for each other while they run.
FUNCTIONS = """
CREATE UNLOGGED TABLE cables_moving (transaction xid8 PRIMARY KEY);

CREATE FUNCTION cables_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO cables_moving VALUES (pg_current_xact_id()) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE FUNCTION cables_move_state() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE reached bigint;
BEGIN
    DELETE FROM cables_moving WHERE transaction = NEW.transaction;
    INSERT INTO cables_state (id, number) VALUES (1, 1)
    ON CONFLICT (id) DO UPDATE SET number = cables_state.number + 1
    RETURNING number INTO reached;
    WITH gone AS (
        DELETE FROM cables_touched WHERE transaction = NEW.transaction RETURNING cable, removed
    )
    INSERT INTO cables_changedcable (state, cable, removed)
    SELECT reached, cable, bool_or(removed) FROM gone GROUP BY cable;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER cables_moving AFTER INSERT ON cables_moving
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cables_move_state();

CREATE FUNCTION cables_date_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.moved := greatest(clock_timestamp(), OLD.moved + interval '1 microsecond');
    RETURN NEW;
END $$;

CREATE TRIGGER cables_state_moved BEFORE UPDATE ON cables_state
FOR EACH ROW EXECUTE FUNCTION cables_date_state();
"""
NO_FUNCTIONS = """
DROP TRIGGER cables_state_moved ON cables_state;
DROP TABLE cables_moving;
DROP FUNCTION cables_date_state, cables_move_state, cables_note_change;
"""


def move_with(table: str) -> RunSQL:
    """Return a migration operation: every later change of the table increases the state.

    The migration of each public table needs this operation, except that of the state itself.
    """
    return RunSQL(
        f"""
        CREATE TRIGGER {table}_moves AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION cables_note_change();
        """,
        f"DROP TRIGGER {table}_moves ON {table}",
    )


class State(models.Model):
    """A single row whose number grows with every change of the archive: the key of caches.

    Triggers increase and date it when a transaction that changed a public table commits.
    After a restore a number may occur again, but never with the same time.
    """

    number = models.PositiveBigIntegerField(default=0)
    moved = models.DateTimeField(db_default=Now(), help_text="When the number last moved.")
    # 0 where a managed service does not tell them.
    system = models.BigIntegerField(db_default=0, help_text="The PostgreSQL that moved it last.")
    timeline = models.PositiveIntegerField(db_default=0, help_text="The timeline that it was on.")

    def __str__(self):
        return str(self.number)

    @classmethod
    def lock(cls) -> None:
        """Lock its row, without moving it. Who counts words does so first: else two that count the
        same words, or one that waits for the state with words that another counts, deadlock.
        """
        list(State.objects.select_for_update(no_key=True))

    @classmethod
    def advance(cls) -> None:
        """Increase the number now, rather than at commit, and lock its row until then."""
        if not State.objects.filter(pk=1).update(number=F("number") + 1):
            State.objects.bulk_create([State(pk=1, number=1)], ignore_conflicts=True)


# A standby does not say which timeline it follows before its next checkpoint; the state says it.
NOTE_SERVER = """
CREATE FUNCTION cables_note_server() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.system := 0;
    NEW.timeline := 0;
    SELECT system_identifier, ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int
    INTO STRICT NEW.system, NEW.timeline FROM pg_control_system();
    RETURN NEW;
EXCEPTION WHEN OTHERS THEN
    RETURN NEW;
END $$;
CREATE TRIGGER cables_state_served BEFORE INSERT OR UPDATE ON cables_state
FOR EACH ROW EXECUTE FUNCTION cables_note_server();
"""
NOTE_NO_SERVER = "DROP FUNCTION cables_note_server CASCADE"
ALL_CABLES = 0


class PastState(models.Model):
    """A state that the archive had. An index of a state that is not here is built anew."""

    pk = models.CompositePrimaryKey("number", "moved")
    number = models.PositiveBigIntegerField()
    moved = models.DateTimeField()

    def __str__(self):
        return str(self.number)


class ChangedCable(models.Model):
    """A published cable that changed, came or went in the transaction that made a state."""

    pk = models.CompositePrimaryKey("state", "cable")
    state = models.PositiveBigIntegerField()
    cable = models.BigIntegerField()
    removed = models.BooleanField(
        help_text="Whether words of it went that nobody may find in the files of the index."
    )

    def __str__(self):
        return f"{self.cable} in {self.state}"

    @classmethod
    def removed_since(cls, state: int) -> models.QuerySet["ChangedCable"]:
        """Return the cables of which something was withheld, redacted or erased since a state."""
        return cls._default_manager.using(READER).filter(state__gt=state, removed=True)


# Changed cables are collected by transaction; at commit they get the number of the new state.
FOLLOW = """
CREATE UNLOGGED TABLE cables_touched (transaction xid8, cable bigint, removed boolean);
CREATE INDEX cables_touched_transaction ON cables_touched (transaction);

CREATE FUNCTION cables_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO cables_touched VALUES (pg_current_xact_id(), 0, true);
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO cables_touched VALUES (pg_current_xact_id(), NEW.id, false);
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO cables_touched VALUES (pg_current_xact_id(), OLD.id, true);
    ELSE
        INSERT INTO cables_touched VALUES (
            pg_current_xact_id(),
            NEW.id,
            OLD.withheld_reason = '' AND (
                NEW.withheld_reason <> ''
                OR NEW.facts -> 'redacted' IS DISTINCT FROM OLD.facts -> 'redacted'
            )
        );
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER cables_cable_inserted AFTER INSERT ON cables_cable
FOR EACH ROW WHEN (NEW.withheld_reason = '') EXECUTE FUNCTION cables_touch();
CREATE TRIGGER cables_cable_deleted AFTER DELETE ON cables_cable
FOR EACH ROW WHEN (OLD.withheld_reason = '') EXECUTE FUNCTION cables_touch();
CREATE TRIGGER cables_cable_updated AFTER UPDATE ON cables_cable
FOR EACH ROW WHEN (NEW.withheld_reason = '' OR OLD.withheld_reason = '')
EXECUTE FUNCTION cables_touch();
CREATE TRIGGER cables_cable_emptied AFTER TRUNCATE ON cables_cable
FOR EACH STATEMENT EXECUTE FUNCTION cables_touch();

CREATE FUNCTION cables_keep_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO cables_paststate (number, moved) VALUES (NEW.number, NEW.moved)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER cables_state_kept AFTER INSERT OR UPDATE ON cables_state
FOR EACH ROW EXECUTE FUNCTION cables_keep_state();
"""
FOLLOW_NOTHING = """
DROP TRIGGER cables_state_kept ON cables_state;
DROP FUNCTION cables_keep_state;
DROP TRIGGER cables_cable_inserted ON cables_cable;
DROP TRIGGER cables_cable_deleted ON cables_cable;
DROP TRIGGER cables_cable_updated ON cables_cable;
DROP TRIGGER cables_cable_emptied ON cables_cable;
DROP FUNCTION cables_touch;
DROP TABLE cables_touched;
"""


def follow_cables() -> RunSQL:
    """Return the migration operation that creates these triggers."""
    return RunSQL(FOLLOW, FOLLOW_NOTHING)
