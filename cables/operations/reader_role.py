"""Grant the database role of the alias `reader` SELECT on the public tables, and nothing else.

`SETTINGS` and `UNLOGGED` hold for every session of the role, whatever program opened it: with
them the server does not log its queries.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from django.db import connections, transaction

from ..models.planner_statistics import drop_text_statistics, permitted
from ..models.querysets import READER

SETTINGS = {  # Times are milliseconds.
    "default_transaction_read_only": "on",
    "statement_timeout": "30000",
    "idle_in_transaction_session_timeout": "60000",  # A pause of a client that reads a long list.
    "lock_timeout": "10000",
}
MOST_CONNECTIONS = 0.75  # Of the server's: the others are left to loads and the desk.
# Only a superuser may set these. They keep what readers type out of the server's log.
UNLOGGED = {
    "log_min_error_statement": "panic",
    "log_min_messages": "fatal",
    "log_statement": "none",
    "log_duration": "off",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_temp_files": "-1",
    "log_lock_waits": "off",
    "track_activities": "off",  # Else the query of a session that is killed is logged.
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
# ANALYZE holds this lock on a table while it waits to change the table's row in pg_class, which
# GRANT changes first: then each would wait for the other.
LOCK = """
SELECT 'LOCK TABLE ' || string_agg(oid::regclass::text, ', ') || ' IN SHARE UPDATE EXCLUSIVE MODE'
FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname LIKE 'cables\\_%'
"""
# How many of some tables exist and may be read.
READABLE = """
SELECT count(*) FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relname = ANY(%s)
AND has_table_privilege(oid, 'SELECT')
"""
# Views that show values of rows, deleted ones too, to every role that may read the table.
STATISTICS = "pg_stats, pg_stats_ext, pg_stats_ext_exprs"


def reader_role() -> str:
    """Return the role that pages use for reading; "" if it is the owner of the tables."""
    owner, reader = (connections[alias].settings_dict["USER"] for alias in ("default", READER))
    return "" if reader == owner else reader


def may_read(public) -> bool:
    """Return whether the role of pages may SELECT from the tables of all models in `public`."""
    tables = [model._meta.db_table for model in public]
    with connections[READER].cursor() as cursor:
        cursor.execute(READABLE, [tables])
        return cursor.fetchone()[0] == len(tables)


def grant_reader(role: str, public) -> list[str]:
    """Grant a role SELECT on the tables of the models in `public`, and revoke all else.

    Returns the statements that this role may not run; a superuser has to.
    """
    connection = connections["default"]
    quote = connection.ops.quote_name
    tables = ", ".join(quote(model._meta.db_table) for model in public)
    name, database = quote(role), quote(connection.settings_dict["NAME"])
    with transaction.atomic(), connection.cursor() as cursor:  # Pages never see it half done.
        cursor.execute(LOCK)
        cursor.execute(cursor.fetchone()[0])
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}")
        cursor.execute(f"GRANT SELECT ON {tables} TO {name}")
        cursor.execute("SELECT current_setting('max_connections')::int")
        most = int(cursor.fetchone()[0] * MOST_CONNECTIONS)
        cursor.execute(EMITTING)
        emitting = [statement for (statement,) in cursor.fetchall()]
        statements = [
            f"REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC, {name}",
            f"REVOKE CREATE ON SCHEMA public FROM PUBLIC, {name}",
            # A role can change its own settings for later sessions: reset such changes.
            f"ALTER ROLE {name} IN DATABASE {database} RESET ALL",
            f"ALTER ROLE {name} RESET ALL",
            f"ALTER ROLE {name} CONNECTION LIMIT {most}",
            *(
                f"ALTER ROLE {name} SET {setting} = '{value}'"
                for setting, value in (SETTINGS | UNLOGGED).items()
            ),
            f"REVOKE EXECUTE ON FUNCTION {', '.join(STORING)} FROM PUBLIC, {name}",
            *emitting,
            f"REVOKE SELECT ON {STATISTICS} FROM PUBLIC, {name}",  # noqa: S608
        ]
        refused = [statement for statement in statements if not permitted(cursor, statement)]
        return refused + drop_text_statistics()


@contextmanager
def snapshot() -> Iterator[None]:
    """Read one state of the database in this block, whatever is committed meanwhile.

    Only for work that waits for no client: the session may be idle while files are written.
    """
    is_first = not connections[READER].in_atomic_block
    with transaction.atomic(using=READER):
        if is_first:
            with connections[READER].cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield


@contextmanager
def newest() -> Iterator[None]:
    """Read from the primary in this block: files stay, and a replica may be behind."""
    reader = connections[READER]
    with reader.at_primary() if hasattr(reader, "at_primary") else nullcontext():
        yield
