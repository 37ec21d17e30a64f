"""Indexes left out while an empty table fills, and made after the rows."""

from contextlib import contextmanager

from django.db import connection

from ..models import Cable, Cited, Marking, Matter, Mention, Tagging, Word
from ..models.statistics import forget_texts

FILLED = (Cable, Cited, Marking, Matter, Mention, Tagging, Word)


@contextmanager
def deferred_indexes():
    """Drop the indexes of an empty archive and make them after its first load.

    Wherever a load is killed, the next one makes what is missing. Inside a transaction nothing
    is dropped: PostgreSQL would refuse to make them again before its end.
    """
    if connection.in_atomic_block:
        yield
        return
    if not Cable.objects.exists():
        with connection.schema_editor() as editor:
            for model, index in _indexes(present=True):
                editor.remove_index(model, index)
    try:
        yield
    finally:
        if connection.is_usable():
            ensure_indexes()


def ensure_indexes():
    """Make the indexes that are missing."""
    missing = list(_indexes(present=False))
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("SET max_parallel_maintenance_workers = 2")
    for model, index in missing:
        with connection.schema_editor() as editor:
            editor.add_index(model, index)
    if missing:
        forget_texts()


def tidy():
    """Let PostgreSQL count what it has, and see which rows all may see: lists need both."""
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        for model in FILLED:
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"VACUUM (ANALYZE, PROCESS_TOAST FALSE) {table}")


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
