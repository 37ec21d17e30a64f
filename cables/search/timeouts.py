"""Statement timeouts for the queries of readers, and for searches at the desk."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connections, transaction
from psycopg.errors import QueryCanceled

from ..models.querysets import READER

MOST_MILLISECONDS = 2_000


class TooSlow(Exception):
    """A query exceeded its timeout; a narrower search may not."""


@contextmanager
def statement_timeout(milliseconds: int = MOST_MILLISECONDS, using: str = READER) -> Iterator[None]:
    """Set a timeout for each query of a database alias in this block. Raises TooSlow."""
    try:
        with transaction.atomic(using=using):
            set_for_now(using, statement_timeout=milliseconds, jit="off")
            yield
        if connections[using].in_atomic_block:  # A transaction around this block goes on.
            set_for_now(using, statement_timeout=0)
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooSlow from error
        raise


def set_for_now(using: str = READER, /, **settings: str | int) -> None:
    """Change PostgreSQL settings of a connection until the transaction ends."""
    calls = ", ".join(["set_config(%s, %s, true)"] * len(settings))
    with connections[using].cursor() as cursor:
        values = [str(each) for setting in settings.items() for each in setting]
        cursor.execute(f"SELECT {calls}", values)
