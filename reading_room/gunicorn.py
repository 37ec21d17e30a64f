"""The configuration file of Gunicorn: settings and server hooks (docs: gunicorn.org)."""

import gc
import os
from pathlib import Path
from threading import Thread

from django.db import connections

logger_class = "reading_room.logs.ServerLogger"
worker_class = "reading_room.waitress_worker.BufferingWorker"
control_socket_disable = True  # Not used here.
# Request headers must not set server variables such as SCRIPT_NAME.
forwarder_headers = ""
forwarded_allow_ips = ""


def when_ready(server):
    """Let the processes share what was imported: the garbage collector would touch all of it."""
    gc.collect()
    gc.freeze()


def post_worker_init(worker):
    """Make a page of each kind before the first request, also to open the search index.

    Without PostgreSQL the process starts anyway, and so it does whatever else fails here: the first
    reader's request says what. The first process also has the files of the index read meanwhile.
    """
    from cables.search_index.folder import read_ahead

    from .warm_up import warm_up

    if worker.age == 1:
        Thread(target=read_ahead, name="read ahead", daemon=True).start()
    try:
        warm_up()
    except Exception as error:
        worker.log.warning("The first pages will take longer: %r", error)
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
