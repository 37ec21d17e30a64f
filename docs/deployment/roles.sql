-- Creates the two roles and the database. Run: psql --file roles.sql
-- as a superuser on the primary. Replication copies them to replicas.
-- psql asks for the passwords, unless OWNER_PASSWORD and READER_PASSWORD in its environment are set: they never
-- stand in a command, which others could see in the list of processes and in the shell's history.
CREATE ROLE reading_room LOGIN;
\getenv owner_password OWNER_PASSWORD
\if :{?owner_password}
ALTER ROLE reading_room PASSWORD :'owner_password';
\else
\password reading_room
\endif
CREATE ROLE reader LOGIN;
\getenv reader_password READER_PASSWORD
\if :{?reader_password}
ALTER ROLE reader PASSWORD :'reader_password';
\else
\password reader
\endif
CREATE DATABASE reading_room OWNER reading_room;
REVOKE ALL ON DATABASE reading_room FROM PUBLIC;
GRANT CONNECT ON DATABASE reading_room TO reader;
-- Of 100 connections, which max_connections allows by default: loads and the desk need some too.
ALTER ROLE reader CONNECTION LIMIT 75;

-- The readers' role: read-only, with short timeouts. manage.py grant_reader would ask an administrator
-- for these settings, because it may not set all of them itself (cables/operations/reader_role.py).
ALTER ROLE reader SET default_transaction_read_only = 'on';
ALTER ROLE reader SET statement_timeout = '30000';
ALTER ROLE reader SET idle_in_transaction_session_timeout = '60000';
ALTER ROLE reader SET lock_timeout = '10000';
-- Keep readers' queries out of the server's log; error messages can repeat them too.
ALTER ROLE reader SET log_min_error_statement = 'panic';
ALTER ROLE reader SET log_min_messages = 'fatal';
ALTER ROLE reader SET log_statement = 'none';
ALTER ROLE reader SET log_duration = 'off';
ALTER ROLE reader SET log_min_duration_statement = '-1';
ALTER ROLE reader SET log_min_duration_sample = '-1';
ALTER ROLE reader SET log_temp_files = '-1';
ALTER ROLE reader SET log_lock_waits = 'off';
ALTER ROLE reader SET track_activities = 'off';
ALTER ROLE reader SET log_parameter_max_length_on_error = '0';

-- Hide statistics, which show values of rows, from readers, and forbid them to create large objects.
\connect reading_room
REVOKE SELECT ON pg_stats, pg_stats_ext, pg_stats_ext_exprs FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION lo_create(oid), lo_creat(integer), lo_from_bytea(oid, bytea), lo_unlink(oid),
    lo_put(oid, bigint, bytea), lowrite(integer, bytea), lo_truncate(integer, integer),
    lo_truncate64(integer, bigint) FROM PUBLIC;
-- Nor may readers fill the write-ahead log. The arguments differ between versions of PostgreSQL.
SELECT format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', oid::regprocedure)
FROM pg_proc WHERE proname = 'pg_logical_emit_message' \gexec
