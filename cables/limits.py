"""How long the database may take for what a reader asks."""

from contextlib import contextmanager
from threading import RLock

from django.db import OperationalError, connections, transaction
from psycopg.errors import QueryCanceled

from .querysets import READER

MOST_MILLISECONDS = 2_000
# In each process of the server: several at once would share the same cores, and each would take
# longer than it may.
ONE_AT_A_TIME = RLock()


class TooSlow(Exception):
    """The database gave up: the question is to be narrowed."""


@contextmanager
def in_time(milliseconds: int = MOST_MILLISECONDS):
    """Give each question to the reader's database so long, from when its turn has come.

    Raises TooSlow.
    """
    try:
        with ONE_AT_A_TIME, transaction.atomic(using=READER):
            set_for_now(statement_timeout=milliseconds, jit="off")
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooSlow from error
        raise


def set_for_now(**settings):
    """Change settings of the reader's database until the end of the transaction."""
    calls = ", ".join(["set_config(%s, %s, true)"] * len(settings))
    with connections[READER].cursor() as cursor:
        given = [str(each) for setting in settings.items() for each in setting]
        cursor.execute(f"SELECT {calls}", given)
