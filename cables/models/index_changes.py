"""Which cables changed in which state of the archive: the search index follows these rows.

Triggers write them. A row with the cable 0 says that all cables changed (TRUNCATE).
"""

from django.db import models
from django.db.migrations import RunSQL

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


# Changed cables are collected by transaction; at commit they get the number of the new state
# (state_triggers.py).
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
