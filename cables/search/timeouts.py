"""Statement timeouts for the queries of readers."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connections, transaction
from psycopg.errors import QueryCanceled

from ..models.querysets import READER

MOST_MILLISECONDS = 2_000


class TooSlow(Exception):
    """A query exceeded its timeout; a narrower search may not."""


@contextmanager
def statement_timeout(milliseconds: int = MOST_MILLISECONDS) -> Iterator[None]:
    """Set a timeout for each query of readers in this block. Raises TooSlow."""
    try:
        with transaction.atomic(using=READER):
            set_for_now(statement_timeout=milliseconds, jit="off")
            yield
        if connections[READER].in_atomic_block:  # A transaction around this block goes on.
            set_for_now(statement_timeout=0)
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooSlow from error
        raise


def set_for_now(**settings: str | int) -> None:
    """Change PostgreSQL settings of the readers' connection until the transaction ends."""
    calls = ", ".join(["set_config(%s, %s, true)"] * len(settings))
    with connections[READER].cursor() as cursor:
        values = [str(each) for setting in settings.items() for each in setting]
        cursor.execute(f"SELECT {calls}", values)
