#!/bin/bash
# The container of PostgreSQL runs this once, when its data folder is new. A role without a password in the
# environment gets a random one, which nobody knows; without one for replication there is no such role.
set -euo pipefail
random_password() { head --bytes=32 /dev/urandom | base64 --wrap=0; }
export OWNER_PASSWORD="${OWNER_PASSWORD:-$(random_password)}" READER_PASSWORD="${READER_PASSWORD:-$(random_password)}"
psql --set ON_ERROR_STOP=1 --file /roles.sql
if [ -n "${REPLICATION_PASSWORD:-}" ]; then
  psql --set ON_ERROR_STOP=1 <<'SQL'
\getenv password REPLICATION_PASSWORD
CREATE ROLE replication LOGIN REPLICATION PASSWORD :'password';
SQL
  echo 'host replication replication all scram-sha-256' >> "$PGDATA/pg_hba.conf"
fi
