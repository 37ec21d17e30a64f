"""Insert rows by COPY, which takes this process a third of the time of INSERT."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)


def copy_in(rows: Sequence[M], meanwhile: Callable[[M], object] = lambda row: None):
    """Insert rows of one model and set their primary keys.

    `meanwhile` is called with each row after it was sent, while PostgreSQL works on it. As with
    bulk_create, constraints are checked and save() is not called.
    """
    if not rows:
        return
    meta = rows[0]._meta
    fields = [field for field in meta.concrete_fields if not field.generated]
    table = connection.ops.quote_name(meta.db_table)
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [table, meta.pk.column, len(rows)],
        )
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = key
        statement = f"COPY {table} ({columns}) FROM STDIN"
        with connection.wrap_database_errors, cursor.copy(statement) as copy:
            for row in rows:
                values = [(field, field.pre_save(row, add=True)) for field in fields]
                copy.write_row([each.get_db_prep_save(value, connection) for each, value in values])
                meanwhile(row)
