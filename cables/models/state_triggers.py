"""Triggers that increase the state of the archive with every change of a public table."""

from django.db.migrations import RunSQL

# A transaction that changes a public table inserts its id here once; the deferred trigger then
# increases the state at commit, and tells which cables changed in it (index_changes.py). So
# transactions do not wait for each other while they run.
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
