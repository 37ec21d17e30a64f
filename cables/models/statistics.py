"""What PostgreSQL keeps of rows for its plans: nothing that a text says.

Whoever may read a table sees values of its rows in pg_stats, and can find them out by what EXPLAIN
expects; they stay there when a row is emptied or goes. So columns that hold text have no
statistics, but for the few that plans need. Those are taken anew with each decision.
"""

from django.db import ProgrammingError, connection, transaction
from psycopg.errors import InsufficientPrivilege

NOT_REVOKED = "01006"  # The warning that a role could not revoke what another had granted.

# What plans of lists need: a sample of 300 rows for each of 20 values. All of them are taken anew
# in 0.6 s in an archive of 251,287 cables; with PostgreSQL's default of 100 values in 2.5 s.
LISTS = {
    "cables_cable": [
        *("origin_id", "created", "released"),
        *("classification", "collections", "withheld_reason"),
    ],
    "cables_tagging": ["tag", "created", "released"],
    "cables_marking": ["code", "created", "released"],
    "cables_mention": ["reference"],
}
VALUES = 20
RENEW = "ANALYZE " + ", ".join(f"{table} ({', '.join(names)})" for table, names in LISTS.items())
# Columns of the room's tables that are no number, date or flag, and all expressions of indexes:
# an index of trigrams is one of numbers, and its statistics are those of the texts.
TEXTS = """
SELECT CASE relkind WHEN 'i' THEN 'INDEX' ELSE 'TABLE' END, attrelid::regclass,
    CASE relkind WHEN 'i' THEN attnum::text ELSE quote_ident(attname) END
FROM pg_attribute
JOIN pg_class class ON class.oid = attrelid
JOIN pg_type type ON type.oid = atttypid
LEFT JOIN pg_index index ON indexrelid = attrelid
WHERE class.relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
    AND coalesce(indrelid, attrelid)::regclass::text LIKE 'cables\\_%%'
    AND CASE WHEN relkind IN ('r', 'm') THEN typcategory NOT IN ('N', 'D', 'B')
        ELSE relkind = 'i' AND indkey[attnum - 1] = 0 END
    AND relname || '.' || attname <> ALL(%s)
    AND coalesce(attstattarget, -1) <> 0
"""
EMPTY = "SELECT '{table}' WHERE NOT EXISTS (SELECT FROM {table})"
LISTED = """
SELECT 'TABLE', attrelid::regclass, attname
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE relnamespace = 'public'::regnamespace AND relname || '.' || attname = ANY(%s)
    AND coalesce(attstattarget, -1) <> %s
"""
WHOSE = """
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE attnum > 0 AND NOT attisdropped AND relnamespace = 'public'::regnamespace AND
"""
OF_TEXTS = "attstattarget = 0"


def renew():
    """Take the statistics of lists anew, at the end of a transaction that took texts from readers.

    Call it behind `State.move()`: who waits for that holds no lock on statistics.
    """
    with connection.cursor() as cursor:
        cursor.execute(RENEW)
        cursor.execute(" UNION ALL ".join(EMPTY.format(table=table) for table in LISTS))
        if empty := cursor.fetchall():  # ANALYZE leaves those of a table without rows.
            names = ", ".join(f"'{table}'" for (table,) in empty)
            permitted(cursor, _dropping(f"relname IN ({names})"))


def _dropping(which: str) -> str:
    """Return the statement that drops the statistics of some columns."""
    if connection.pg_version >= 180000:
        clear = "SELECT pg_clear_attribute_stats('public', relname, attname, false)"
        return f"{clear}{WHOSE}{which}"
    # Before PostgreSQL 18 only a superuser can.
    columns = f"SELECT attrelid, attnum{WHOSE}{which}"
    return f"DELETE FROM pg_statistic WHERE (starelid, staattnum) IN ({columns})"


def forget_texts() -> list[str]:
    """Have PostgreSQL keep no statistics of texts, and drop those that it has.

    Returns the statements that only an administrator of the server may run, if this role may not.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TEXTS, [list(_columns())])
        wanted = [(*text, 0) for text in cursor.fetchall()]
        cursor.execute(LISTED, [list(_columns()), VALUES])
        wanted += [(*column, VALUES) for column in cursor.fetchall()]
        for kind, relation, column, values in wanted:
            cursor.execute(f"ALTER {kind} {relation} ALTER {column} SET STATISTICS {values}")
        drop = " ".join(_dropping(OF_TEXTS).split())
        return [] if permitted(cursor, drop) else [drop]


def _columns():
    return (f"{table}.{column}" for table, columns in LISTS.items() for column in columns)


def permitted(cursor, statement: str) -> bool:
    """Run a statement; tell whether this role may. A REVOKE that revokes nothing only warns."""
    states = set()

    def note(notice):
        states.add(notice.sqlstate)  # It cannot be read later.

    connection.connection.add_notice_handler(note)
    try:
        with transaction.atomic():
            cursor.execute(statement)
    except ProgrammingError as error:
        if isinstance(error.__cause__, InsufficientPrivilege):
            return False
        raise
    finally:
        connection.connection.remove_notice_handler(note)
    return NOT_REVOKED not in states
