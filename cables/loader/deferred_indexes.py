"""Drop the indexes before the first load of an archive and create them after it: faster."""

from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from ..models import Cable, Cited, Marking, Matter, Mention, Tagging, Word
from ..models.planner_statistics import drop_text_statistics

# Each batch asks which cables are withheld: without this index PostgreSQL would read all of them.
KEPT = {"cable_withheld"}
FILLED = (Cable, Cited, Marking, Matter, Mention, Tagging, Word)
# How long to wait for a lock on a table: while this process waits, readers have to wait too.
PATIENCE = "2s"


@contextmanager
def deferred_indexes():
    """Drop the indexes of an empty archive; create them when the block ends.

    If the load is killed, the next one creates the missing indexes. While somebody reads the tables
    nothing is dropped, and inside a transaction neither: PostgreSQL could not create them again
    before its end.
    """
    if connection.in_atomic_block:
        yield
        return
    if not Cable.objects.exists():
        _drop()
    try:
        yield
    finally:
        if connection.is_usable():
            ensure_indexes()


def _drop():
    """Drop the indexes, unless somebody reads one of the tables for longer."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
            with connection.schema_editor() as editor:
                for model, index in _indexes(present=True):
                    if index.name not in KEPT:
                        editor.remove_index(model, index)
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise


def ensure_indexes():
    """Create missing indexes.

    An index is created over deleted rows too, if a transaction of another database of the server
    is as old. Of such rows the long texts may be gone: VACUUM removes what is left of them.
    """
    missing = list(_indexes(present=False))
    _vacuum("PROCESS_TOAST FALSE", {model for model, _ in missing})
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("SET max_parallel_maintenance_workers = 2")
    for model, index in missing:
        with connection.schema_editor() as editor:
            editor.add_index(model, index)
    if missing:
        drop_text_statistics()


def tidy():
    """VACUUM ANALYZE the tables of cables: index-only scans of lists need it."""
    if connection.in_atomic_block:
        return
    _vacuum("ANALYZE, PROCESS_TOAST FALSE", FILLED)


def _vacuum(options, models):
    with connection.cursor() as cursor:
        for model in models:
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"VACUUM ({options}) {table}")


def _indexes(*, present: bool):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'i'"
            " AND relnamespace = current_schema()::regnamespace"
        )
        names = {name for (name,) in cursor.fetchall()}
    for model in FILLED:
        for index in model._meta.indexes:
            if (index.name in names) == present:
                yield model, index
