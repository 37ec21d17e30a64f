"""What PostgreSQL keeps of rows for its plans: nothing that a text says.

Whoever may read a table sees values of its rows in pg_stats, and can find them out by what EXPLAIN
expects; they stay there when a row is emptied or goes. So columns that hold text have no
statistics, but for the few that plans need. Those are taken anew with each decision.
"""

from django.db import ProgrammingError, connection, transaction
from psycopg.errors import InsufficientPrivilege

NOT_REVOKED = "01006"  # The warning that a role could not revoke what another had granted.

# Columns of text with which lists are filtered, and that have an index or few values.
PLANNED = [
    *("cables_cable.classification", "cables_cable.collections", "cables_cable.withheld_reason"),
    *("cables_tagging.tag", "cables_marking.code", "cables_mention.reference"),
]
# What a decision takes from readers, as far as statistics have it.
RENEW = """
ANALYZE cables_cable (origin_id, created, released, classification, collections, withheld_reason),
    cables_tagging (tag, created, released), cables_marking (code, created, released),
    cables_mention (reference)
"""
# Columns of the room's tables, and expressions of their indexes, that are no number, date or flag.
TEXTS = """
SELECT CASE relkind WHEN 'i' THEN 'INDEX' ELSE 'TABLE' END, attrelid::regclass,
    CASE relkind WHEN 'i' THEN attnum::text ELSE quote_ident(attname) END
FROM pg_attribute
JOIN pg_class class ON class.oid = attrelid
JOIN pg_type type ON type.oid = atttypid
LEFT JOIN pg_index index ON indexrelid = attrelid
WHERE class.relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
    AND coalesce(indrelid, attrelid)::regclass::text LIKE 'cables\\_%%'
    AND (relkind IN ('r', 'm') OR relkind = 'i' AND indkey[attnum - 1] = 0)
    AND typcategory NOT IN ('N', 'D', 'B') AND coalesce(attstattarget, -1) <> 0
    AND relname || '.' || attname <> ALL(%s)
"""
WITHOUT = """
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE attstattarget = 0 AND attnum > 0 AND relnamespace = 'public'::regnamespace
"""
CLEAR = f"SELECT pg_clear_attribute_stats('public', relname, attname, false) {WITHOUT}"
# Before PostgreSQL 18 only a superuser can.
REMOVE = f"""
DELETE FROM pg_statistic WHERE (starelid, staattnum) IN (SELECT attrelid, attnum {WITHOUT})
"""


def renew():
    """Take the statistics of lists anew, at the end of a transaction that took texts from readers.

    Call it behind `State.move()`: who waits for that holds no lock on statistics.
    """
    with connection.cursor() as cursor:
        cursor.execute(RENEW)


def forget_texts() -> list[str]:
    """Have PostgreSQL keep no statistics of texts, and drop those that it has.

    Returns the statements that only an administrator of the server may run, if this role may not.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TEXTS, [PLANNED])
        for kind, relation, column in cursor.fetchall():
            cursor.execute(f"ALTER {kind} {relation} ALTER COLUMN {column} SET STATISTICS 0")
        drop = CLEAR if connection.pg_version >= 180000 else REMOVE
        return [] if permitted(cursor, drop) else [" ".join(drop.split())]


def permitted(cursor, statement: str) -> bool:
    """Run a statement; tell whether this role may. A REVOKE that revokes nothing only warns."""
    warned = []
    connection.connection.add_notice_handler(warned.append)
    try:
        with transaction.atomic():
            cursor.execute(statement)
    except ProgrammingError as error:
        if isinstance(error.__cause__, InsufficientPrivilege):
            return False
        raise
    finally:
        connection.connection.remove_notice_handler(warned.append)
    return not any(warning.sqlstate == NOT_REVOKED for warning in warned)
