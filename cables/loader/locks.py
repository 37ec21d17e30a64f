"""Locks: one load at a time in a database, and one batch at a time.

They are table locks: any role that may connect, the readers' too, could take an advisory lock.
"""

import threading
from contextlib import contextmanager, suppress

from django.db import Error, IntegrityError, OperationalError, connection
from psycopg.errors import LockNotAvailable

from ..models import Load
from .report import LoadBusy

# A schema of its own, which readers may not use: a restore replaces the schema `public`, and the
# first migration runs before there are tables.
SCHEMA = "room_locks"
TABLE = f"{SCHEMA}.load"
this_thread = threading.local()  # `holds_lock`: whether this thread is inside `one_load`.


@contextmanager
def one_load():
    """Hold the lock for loads. Raises LoadBusy if another process holds it.

    A transaction on a separate connection holds it, so that it spans all batches of a load and
    ends with the process. Nested calls in one thread do nothing.
    """
    if getattr(this_thread, "holds_lock", False):
        yield
        return
    holder = connection.copy()
    try:
        _take(holder)
        this_thread.holds_lock = True
        yield
    finally:
        this_thread.holds_lock = False
        with suppress(Error), holder.cursor() as cursor:
            cursor.execute("ROLLBACK")  # Release it now: closing takes the server a moment.
        holder.close()


def _take(holder):
    """Lock the table in a transaction that stays open. LOCK TABLE does not hold back VACUUM."""
    with holder.cursor() as cursor:
        _make_table(cursor)
        cursor.execute("BEGIN")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        try:
            cursor.execute(f"LOCK TABLE {TABLE} IN EXCLUSIVE MODE NOWAIT")
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                message = "Another load is running. Wait until it ends, then load again."
                raise LoadBusy(message) from None
            raise


def _make_table(cursor):
    """Create the table to lock, at the first load or migration of a database."""
    cursor.execute("SELECT to_regclass(%s)", [TABLE])
    if cursor.fetchone()[0] is None:
        for what in (f"SCHEMA IF NOT EXISTS {SCHEMA}", f"TABLE IF NOT EXISTS {TABLE} ()"):
            with suppress(IntegrityError):  # Another process has just created it.
                cursor.execute(f"CREATE {what}")


def one_batch():
    """Let no other batch be stored until this transaction ends; wait if one is being stored.

    A load and a release of embargoed cables can so run side by side, each seeing what the other
    stored. The lock mode does not conflict with reading and writing rows of the table.
    """
    table = connection.ops.quote_name(Load._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN SHARE UPDATE EXCLUSIVE MODE")
