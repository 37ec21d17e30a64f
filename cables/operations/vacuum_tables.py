"""Remove changed and deleted rows from the files of the database: VACUUM and VACUUM FULL."""

from collections.abc import Callable, Sequence

from django.db import OperationalError, connection
from psycopg.errors import LockNotAvailable

from ..models.planner_statistics import permitted

SWEPT = "VACUUM (INDEX_CLEANUP ON)"
LOCK_TIMEOUT = "10s"  # How long to wait for a table that somebody reads.
TABLES = """
SELECT oid::regclass::text FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname LIKE 'cables\\_%'
    AND relname NOT IN ('cables_moving', 'cables_state')
UNION ALL SELECT 'pg_catalog.pg_statistic' ORDER BY 1
"""
# VACUUM keeps and counts deleted rows that an open transaction can still see.
HAS_DEAD_ROWS = "SELECT n_dead_tup > 0 FROM pg_stat_all_tables WHERE relid = %s::regclass"


def sweep() -> list[str]:
    """Remove deleted rows from tables and indexes, without blocking readers and loads.

    Their bytes stay in the files until other rows overwrite them. Returns the tables in which an
    open transaction could still see such rows. Does nothing inside a transaction.
    """
    if connection.in_atomic_block:
        return []
    return _each([SWEPT])


def rewrite_tables(advance: Callable[[int], object] = lambda tables: None) -> list[str]:
    """Rewrite every table and index without deleted rows, and remove the old files.

    A table cannot be read meanwhile. Returns the tables that could not be rewritten: somebody was
    reading them, or an open transaction could still see deleted rows.
    """
    skipped = _each([SWEPT, "VACUUM (FULL)"], advance)
    with connection.cursor() as cursor:
        permitted(cursor, "CHECKPOINT")  # Without it the old files stay for some minutes.
    return skipped


def tables() -> list[str]:
    """Return the tables whose files can hold deleted texts, or words of them."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        return [table for (table,) in cursor.fetchall()]


def _each(
    statements: Sequence[str], advance: Callable[[int], object] = lambda tables: None
) -> list[str]:
    """Run statements on every table; return the tables that could not be cleaned."""
    skipped = []
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        try:
            for table in tables():
                if not _vacuum(cursor, statements, table):
                    skipped.append(table)
                advance(1)
        finally:
            cursor.execute("RESET lock_timeout")
    return skipped


def _vacuum(cursor, statements: Sequence[str], table: str) -> bool:
    """Run statements on a table; return whether no deleted rows are left in it."""
    try:
        for statement in statements:
            cursor.execute(f"{statement} {table}")
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            return False
        raise
    cursor.execute(HAS_DEAD_ROWS, [table])
    return not cursor.fetchone()[0]
