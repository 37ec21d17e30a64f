#!/bin/bash
# The container of a replica runs this: copy the primary once, then stream from it.
set -euo pipefail
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    mkdir -p "$PGDATA"
    chmod 700 "$PGDATA"
    pg_basebackup --pgdata="$PGDATA" --host=primary --username=replication --write-recovery-conf --checkpoint=fast
fi
exec postgres -c hot_standby_feedback=on -c max_standby_streaming_delay=1s -c jit=off -c shared_buffers=1GB
