"""What the role of the alias `reader` may do: SELECT on the public tables, and nothing else."""

from django.db import connections, transaction

from ..querysets import READER


def reader_role() -> str:
    """Return the role that pages read as, "" where it is the one that loads."""
    owner, reader = (connections[alias].settings_dict["USER"] for alias in ("default", READER))
    return "" if reader == owner else reader


def grant_reader(role: str, public):
    """Give a role SELECT on the tables of the models in `public`; take all else from it."""
    connection = connections["default"]
    role = connection.ops.quote_name(role)
    tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in public)
    with transaction.atomic(), connection.cursor() as cursor:  # Pages never see it half done.
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}")
        cursor.execute(f"GRANT SELECT ON {tables} TO {role}")
