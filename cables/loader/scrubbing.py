"""What rows leave behind in the files of the database when they are changed or removed."""

from collections.abc import Callable, Sequence

from django.db import OperationalError, connection
from psycopg.errors import LockNotAvailable

from ..models.statistics import permitted

SWEPT = "VACUUM (INDEX_CLEANUP ON)"
PATIENCE = "10s"  # For a table that somebody reads.
TABLES = """
SELECT oid::regclass::text FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname LIKE 'cables\\_%'
    AND relname NOT IN ('cables_moving', 'cables_state')
UNION ALL SELECT 'pg_catalog.pg_statistic' ORDER BY 1
"""
# What a session still sees is kept. VACUUM counts it, VACUUM FULL does not.
STILL_SEEN = "SELECT n_dead_tup > 0 FROM pg_stat_all_tables WHERE relid = %s::regclass"


def sweep() -> list[str]:
    """Remove rows that are gone from tables and indexes, beside readers and loads.

    Their bytes stay in the files until other rows are written over them. Returns the tables in
    which a session could still see such rows. Inside a transaction nothing is done.
    """
    if connection.in_atomic_block:
        return []
    return _each([SWEPT])


def scrub(advance: Callable[[int], object] = lambda tables: None) -> list[str]:
    """Write every table and index anew without what is gone, and remove the old files.

    Nobody reads a table meanwhile. Returns the tables that this could not be done to: somebody
    was reading them, or a session could still see rows that are gone.
    """
    left = _each([SWEPT, "VACUUM (FULL)"], advance)
    with connection.cursor() as cursor:
        permitted(cursor, "CHECKPOINT")  # Else the next one removes the files, minutes later.
    return left


def tables() -> list[str]:
    """Return the tables in whose files a text, or a word of one, can be left."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        return [table for (table,) in cursor.fetchall()]


def _each(
    statements: Sequence[str], advance: Callable[[int], object] = lambda tables: None
) -> list[str]:
    left = []
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{PATIENCE}'")
        try:
            for table in tables():
                if not _vacuumed(cursor, statements, table):
                    left.append(table)
                advance(1)
        finally:
            cursor.execute("RESET lock_timeout")
    return left


def _vacuumed(cursor, statements: Sequence[str], table: str) -> bool:
    try:
        for statement in statements:
            cursor.execute(f"{statement} {table}")
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            return False
        raise
    cursor.execute(STILL_SEEN, [table])
    return not cursor.fetchone()[0]
