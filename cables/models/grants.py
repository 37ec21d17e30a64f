"""What the role of the alias `reader` may do: SELECT on the public tables, and nothing else."""

from django.db import connections

from ..querysets import READER


def grant_reader(public) -> str:
    """Give the reader's role SELECT on the tables of these models; return its name.

    Returns "" where pages read as the role that also loads: there is nothing to grant.
    """
    owner, reader = (connections[alias].settings_dict["USER"] for alias in ("default", READER))
    if reader == owner:
        return ""
    connection = connections["default"]
    role = connection.ops.quote_name(reader)
    tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in public)
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}")
        cursor.execute(f"GRANT SELECT ON {tables} TO {role}")
    return reader
