"""One state of the database for several queries, and the newest for what stays."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from django.db import connections, transaction

from ..models.querysets import READER


@contextmanager
def snapshot() -> Iterator[None]:
    """Read one state of the database in this block, whatever is committed meanwhile."""
    is_first = not connections[READER].in_atomic_block
    with transaction.atomic(using=READER):
        if is_first:
            with connections[READER].cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


@contextmanager
def newest() -> Iterator[None]:
    """Read from the primary in this block: files stay, and a replica may be behind."""
    reader = connections[READER]
    with reader.at_primary() if hasattr(reader, "at_primary") else nullcontext():
        yield
