"""Many new rows of one table, sent to PostgreSQL as a stream."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)


def copy_in(rows: Sequence[M], meanwhile: Callable[[M], object] = lambda row: None) -> None:
    """Insert rows of one model, and set their primary keys.

    `meanwhile` is called with each row after it was sent, while PostgreSQL works on it. As with
    bulk_create, constraints are checked and save() is not called.
    """
    if not rows:
        return
    meta = rows[0]._meta
    fields = [field for field in meta.concrete_fields if not field.generated]
    draw_keys(rows)

    def values() -> Iterator[list[Any]]:
        for row in rows:
            pairs = [(field, field.pre_save(row, add=True)) for field in fields]
            yield [field.get_db_prep_save(value, connection) for field, value in pairs]
            meanwhile(row)

    copy_rows(meta.model, [str(field.column) for field in fields], values())


def copy_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows of these columns, whose values are such as psycopg takes.

    Columns that are left out get the default of the database.
    """
    quote = connection.ops.quote_name
    statement = f"COPY {quote(model._meta.db_table)} ({', '.join(map(quote, columns))}) FROM STDIN"
    errors = connection.wrap_database_errors
    with connection.cursor() as cursor, errors, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def draw_keys(rows: Sequence[models.Model]) -> None:
    """Set the primary keys of rows of one model that are not stored yet."""
    meta = rows[0]._meta
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [connection.ops.quote_name(meta.db_table), meta.pk.column, len(rows)],
        )
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = key
