"""Keep texts out of PostgreSQL's planner statistics.

A role that may read a table sees values of its rows in pg_stats, or can infer them from the
estimates of EXPLAIN, even after a row was emptied or deleted. So columns with texts have no
statistics, except the few that plans need; these are taken again after each decision. Tables of
which it sees some rows only have none at all: estimates are those of all rows.
"""

from django.db import ProgrammingError, connection, transaction
from psycopg.errors import InsufficientPrivilege

NOT_REVOKED = "01006"  # The warning that a role could not revoke what another had granted.

# The columns whose statistics plans of lists need, with a target of VALUES: ANALYZE samples 300
# rows for each. It takes 0.6 s for 251,287 cables, with PostgreSQL's default of 100 2.5 s.
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
# Columns of the room's tables that are no number, date or flag, or are of a table with row level
# security, and all expressions of indexes: a trigram index is one of numbers, but its statistics
# show the texts.
TEXTS = """
SELECT CASE relkind WHEN 'i' THEN 'INDEX' ELSE 'TABLE' END, attrelid::regclass,
    CASE relkind WHEN 'i' THEN attnum::text ELSE quote_ident(attname) END
FROM pg_attribute
JOIN pg_class class ON class.oid = attrelid
JOIN pg_type type ON type.oid = atttypid
LEFT JOIN pg_index index ON indexrelid = attrelid
WHERE class.relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
    AND coalesce(indrelid, attrelid)::regclass::text LIKE 'cables\\_%%'
    AND CASE WHEN relkind IN ('r', 'm') THEN relrowsecurity OR typcategory NOT IN ('N', 'D', 'B')
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


def renew_list_statistics():
    """Take the statistics of lists again, at the end of a transaction that withheld or redacted.

    Call it after `State.advance()`, so that nobody who waits for that holds a lock on statistics.
    """
    with connection.cursor() as cursor:
        cursor.execute(RENEW)
        cursor.execute(" UNION ALL ".join(EMPTY.format(table=table) for table in LISTS))
        if empty := cursor.fetchall():  # ANALYZE keeps the statistics of a table without rows.
            names = ", ".join(f"'{table}'" for (table,) in empty)
            permitted(cursor, _dropping(f"relname IN ({names})"))


def _dropping(which: str) -> str:
    """Return the statement that deletes the statistics of columns; `which` is SQL: a condition."""
    if connection.pg_version >= 180000:  # type: ignore[attr-defined]  # PostgreSQL's wrapper.
        clear = "SELECT pg_clear_attribute_stats('public', relname, attname, false)"
        return f"{clear}{WHOSE}{which}"
    # Before PostgreSQL 18 only a superuser can.
    columns = f"SELECT attrelid, attnum{WHOSE}{which}"
    return f"DELETE FROM pg_statistic WHERE (starelid, staattnum) IN ({columns})"  # noqa: S608


def drop_text_statistics() -> list[str]:
    """Turn statistics of texts off, and delete those that PostgreSQL has.

    Returns the statements that this role may not run; a superuser has to.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TEXTS, [list(_columns())])
        targets = [(*text, 0) for text in cursor.fetchall()]
        cursor.execute(LISTED, [list(_columns()), VALUES])
        targets += [(*column, VALUES) for column in cursor.fetchall()]
        for kind, relation, column, target in targets:
            cursor.execute(f"ALTER {kind} {relation} ALTER {column} SET STATISTICS {target}")
        drop = " ".join(_dropping(OF_TEXTS).split())
        return [] if permitted(cursor, drop) else [drop]


def _columns():
    return (f"{table}.{column}" for table, columns in LISTS.items() for column in columns)


def permitted(cursor, statement: str) -> bool:
    """Run a statement; return whether this role may. A REVOKE without effect only warns."""
    states = set()

    def note(notice):
        states.add(notice.sqlstate)  # A notice cannot be read after its handler.

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
