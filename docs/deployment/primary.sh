#!/bin/bash
# The container of the primary runs this once, when its data folder is new.
set -euo pipefail
psql --set ON_ERROR_STOP=1 --set owner_password="$OWNER_PASSWORD" --set reader_password="$READER_PASSWORD" --file /roles.sql
psql --set ON_ERROR_STOP=1 --set password="$REPLICATION_PASSWORD" <<'SQL'
CREATE ROLE replication LOGIN REPLICATION PASSWORD :'password';
SQL
echo 'host replication replication all scram-sha-256' >> "$PGDATA/pg_hba.conf"
