"""The configuration file of Gunicorn: settings and server hooks (docs: gunicorn.org)."""

import os
from pathlib import Path

from django.db import OperationalError, connections

logger_class = "reading_room.logs.ServerLogger"
worker_class = "reading_room.server.BufferingWorker"
control_socket_disable = True  # Not used here.
# Request headers must not set server variables such as SCRIPT_NAME.
forwarder_headers = ""
forwarded_allow_ips = ""


def post_worker_init(worker):
    """Open the search index and count the lists before the first request.

    Without PostgreSQL or an index the process starts anyway.
    """
    from cables.http_cache.edition import current_edition
    from cables.search.list_counts import ListCounts
    from cables.search_index.reader import IndexNotReady, snapshot_of

    try:
        ListCounts().read_ahead()
        snapshot_of(current_edition())
    except (OperationalError, IndexNotReady) as error:
        worker.log.warning("The search index is opened later: %r", error)
    finally:
        connections.close_all()


def child_exit(server, worker):
    """Remove the gauges of a process that ended; its counters stay."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)


def on_exit(server):
    """Delete the metrics of this run of the server."""
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        for counts in Path(folder).glob("*.db"):
            counts.unlink(missing_ok=True)
