-- The two roles and the database: psql --set owner_password=… --set reader_password=… --file roles.sql
-- as a superuser of the primary. Replicas get them by replication.
CREATE ROLE reading_room LOGIN PASSWORD :'owner_password';
CREATE ROLE reader LOGIN PASSWORD :'reader_password';
CREATE DATABASE reading_room OWNER reading_room;
REVOKE ALL ON DATABASE reading_room FROM PUBLIC;
GRANT CONNECT ON DATABASE reading_room TO reader;

-- Pages read the public tables (manage.py grant_reader), write nothing, and never wait long.
ALTER ROLE reader SET default_transaction_read_only = on;
ALTER ROLE reader SET statement_timeout = '15s';
ALTER ROLE reader SET idle_in_transaction_session_timeout = '30s';
-- What readers search for stays out of the server's log.
ALTER ROLE reader SET log_statement = 'none';
ALTER ROLE reader SET log_min_error_statement = 'panic';
ALTER ROLE reader SET log_min_duration_statement = -1;
