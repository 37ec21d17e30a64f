"""One load at a time in a database, and one batch: locks that only the room's own role can take.

An advisory lock can be taken by any role that may connect, the readers' too.
"""

from contextlib import contextmanager, suppress

from django.db import Error, IntegrityError, OperationalError, connection
from psycopg.errors import LockNotAvailable

from ..models import Load
from .report import LoadBusy

# A schema of its own, which readers may not use: a restore makes the schema `public` anew, and a
# first migration finds no tables.
SCHEMA = "room_locks"
TABLE = f"{SCHEMA}.load"


@contextmanager
def one_load():
    """Hold the database's lock for loads. Raises LoadBusy if another process holds it.

    A transaction of a connection of its own holds it, so that it lasts over the batches of a load
    and ends with the process. Inside another `one_load` of this thread nothing more is locked.
    """
    if getattr(connection, "holds_load_lock", False):
        yield
        return
    holder = connection.copy()
    try:
        _take(holder)
        connection.holds_load_lock = True
        yield
    finally:
        connection.holds_load_lock = False
        with suppress(Error), holder.cursor() as cursor:
            cursor.execute("ROLLBACK")  # It is free now; to close takes the server a moment.
        holder.close()


def _take(holder):
    """Lock the table, in a transaction that stays open. LOCK TABLE keeps no row from VACUUM."""
    with holder.cursor() as cursor:
        _make_table(cursor)
        cursor.execute("BEGIN")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        try:
            cursor.execute(f"LOCK TABLE {TABLE} IN EXCLUSIVE MODE NOWAIT")
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                busy = "Another load is running. Wait until it ends, then load again."
                raise LoadBusy(busy) from None
            raise


def _make_table(cursor):
    """Make the table that is locked, before the first load or migration of a database."""
    cursor.execute("SELECT to_regclass(%s)", [TABLE])
    if cursor.fetchone()[0] is None:
        for made in (f"SCHEMA IF NOT EXISTS {SCHEMA}", f"TABLE IF NOT EXISTS {TABLE} ()"):
            with suppress(IntegrityError):  # Another process has just made it.
                cursor.execute(f"CREATE {made}")


def one_batch():
    """Wait until no other batch is being stored, and let none begin before this transaction ends.

    So a load and the release of embargoed cables see what the other has stored, and can go on
    side by side. The mode goes with all that is done to rows of the table.
    """
    table = connection.ops.quote_name(Load._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN SHARE UPDATE EXCLUSIVE MODE")
