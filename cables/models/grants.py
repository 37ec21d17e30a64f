"""What the role of the alias `reader` may do: SELECT on the public tables, and nothing else.

Nor does the server's log keep what its sessions asked. `SETTINGS` hold for each of them from its
start, whatever program made it.
"""

from django.db import connections, transaction

from ..querysets import READER
from .statistics import forget_texts, permitted

# Milliseconds: what a page may take, a pause of who reads a long list, a wait for a lock.
SETTINGS = {
    "default_transaction_read_only": "on",
    "statement_timeout": "30000",
    "idle_in_transaction_session_timeout": "60000",
    "lock_timeout": "10000",
}
MOST_CONNECTIONS = 0.75  # Of the server's: the others are left to loads and the desk.
# Only an administrator of the server may set these. A message can repeat what a reader typed.
UNLOGGED = {
    "log_min_error_statement": "panic",
    "log_min_messages": "fatal",
    "log_statement": "none",
    "log_duration": "off",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_temp_files": "-1",
    "log_lock_waits": "off",
    "track_activities": "off",  # What a session that is killed was asked would be logged.
    "log_parameter_max_length_on_error": "0",
}
# Functions with which any role could store something.
STORING = (
    *("lo_create(oid)", "lo_creat(integer)", "lo_from_bytea(oid, bytea)", "lo_unlink(oid)"),
    *("lo_put(oid, bigint, bytea)", "lowrite(integer, bytea)", "lo_truncate(integer, integer)"),
    "lo_truncate64(integer, bigint)",
)
# And one that fills the write-ahead log; its arguments differ between versions of PostgreSQL.
EMITTING = """
SELECT 'REVOKE EXECUTE ON FUNCTION ' || string_agg(oid::regprocedure::text, ', ') || ' FROM PUBLIC'
FROM pg_proc WHERE proname = 'pg_logical_emit_message'
"""
# What tells values of rows to whoever may read them, also of rows that are gone.
STATISTICS = "pg_stats, pg_stats_ext, pg_stats_ext_exprs"


def reader_role() -> str:
    """Return the role that pages read as, "" where it is the one that loads."""
    owner, reader = (connections[alias].settings_dict["USER"] for alias in ("default", READER))
    return "" if reader == owner else reader


def grant_reader(role: str, public) -> list[str]:
    """Give a role SELECT on the tables of the models in `public`; take all else from it.

    Returns the statements that only an administrator of the server may run, if this role may not.
    """
    connection = connections["default"]
    quote = connection.ops.quote_name
    tables = ", ".join(quote(model._meta.db_table) for model in public)
    name, database = quote(role), quote(connection.settings_dict["NAME"])
    with transaction.atomic(), connection.cursor() as cursor:  # Pages never see it half done.
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}")
        cursor.execute(f"GRANT SELECT ON {tables} TO {name}")
        wanted = [f"REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC, {name}"]
        wanted += [f"REVOKE CREATE ON SCHEMA public FROM PUBLIC, {name}"]
        # Any role may change settings of its own, and so what each later session of it can do.
        wanted += [
            f"ALTER ROLE {name} {where}RESET ALL" for where in (f"IN DATABASE {database} ", "")
        ]
        cursor.execute("SELECT current_setting('max_connections')::int")
        most = int(cursor.fetchone()[0] * MOST_CONNECTIONS)
        wanted.append(f"ALTER ROLE {name} CONNECTION LIMIT {most}")
        wanted += [
            f"ALTER ROLE {name} SET {setting} = '{value}'"
            for setting, value in (SETTINGS | UNLOGGED).items()
        ]
        wanted.append(f"REVOKE EXECUTE ON FUNCTION {', '.join(STORING)} FROM PUBLIC, {name}")
        cursor.execute(EMITTING)
        wanted += [statement for (statement,) in cursor.fetchall()]
        wanted.append(f"REVOKE SELECT ON {STATISTICS} FROM PUBLIC, {name}")
        left = [statement for statement in wanted if not permitted(cursor, statement)]
        return left + forget_texts()
