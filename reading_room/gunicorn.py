"""The configuration file of Gunicorn: settings and server hooks (docs: gunicorn.org)."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

from django.conf import settings
from django.db import connections
from django.urls import resolve, reverse
from gunicorn.glogging import Logger

from .logs import JsonLines, LineFormatter, Seldom, counts, status_kind

worker_class = "reading_room.waitress_worker.BufferingWorker"
control_socket_disable = True  # Not used here.
# Request headers must not set server variables such as SCRIPT_NAME.
forwarder_headers = ""
forwarded_allow_ips = ""


class ServerLogger(Logger):
    """Gunicorn's logger without the address and the sender of a failed request."""

    error_fmt = "%(asctime)s %(levelname)s %(name)s: %(message)s"

    def setup(self, cfg):
        super().setup(cfg)
        is_json = os.environ.get("LOG_FORMAT") == "json"
        formatter = JsonLines() if is_json else LineFormatter(self.error_fmt)
        for handler in self.error_log.handlers:
            handler.setFormatter(formatter)
            handler.addFilter(Seldom())

    def warning(self, msg, *args, **kwargs):
        if msg.startswith("Invalid request from ip="):
            counts.add(status_kind(400))
        else:
            super().warning(msg, *args, **kwargs)

    def exception(self, msg, *args, **kwargs):
        if str(msg).startswith("Error handling request"):
            msg, args = "Error handling request", ()
        super().exception(msg, *args, **kwargs)


logger_class = ServerLogger
# Gunicorn's own default is what the environment said when it was imported: `serve` does so early.
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# New objects between two collections of garbage, of which pages leave little: with Python's 700
# they took 8% of the processor time of a cable's page.
GARBAGE_AFTER = 10_000
WORDS = 2  # Of the subject of a cable, for a search.


def when_ready(server):
    """Make the pages before the processes are forked: they share what that needs, without an index.

    The garbage collector would touch all of it.
    """
    # What watches several database servers has threads, which a fork does not copy.
    if server.cfg.preload_app and not hasattr(type(connections["reader"]), "fleet"):
        from cables.search_index.reader import open_index_of_process

        with open_index_of_process.briefly():
            make_pages(server.log)
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER)


def post_worker_init(worker):
    """Make a page of each kind before the first request, also to open the search index.

    Without PostgreSQL the process starts anyway, and so it does whatever else fails here: the first
    reader's request says what. The first process also has the files of the index read meanwhile.
    """
    from cables.search_index.folder import read_ahead

    if worker.age == 1:
        Thread(target=read_ahead, name="read ahead", daemon=True).start()
    make_pages(worker.log)


def make_pages(log):
    """Warm up; log what fails."""
    try:
        warm_up()
    except Exception as error:
        log.warning("The first pages will take longer: %r", error)
    finally:
        connections.close_all()


def warm_up():
    """Make a page of each kind and discard it. Raises what the views raise.

    The first page would otherwise wait while templates are compiled, addresses are read, the lists
    are counted, and the files of the search index are opened.
    """
    from cables.assistants.reading_tools import make_request

    host = settings.ALLOWED_HOSTS[0].removeprefix(".").replace("*", "localhost")
    site = f"{'https' if settings.HTTPS else 'http'}://{host}"
    for path, query in addresses():
        request = make_request(site, path, query)
        request.resolver_match = found = resolve(path)
        found.func(request, *found.args, **found.kwargs)


def addresses() -> Iterator[tuple[str, dict[str, str]]]:
    """Yield (path, query) of the front page, a cable, a list and a search."""
    from cables.models import Cable
    from cables.search.query_parts import split_words

    yield reverse("home"), {}
    yield reverse("released"), {}
    latest = Cable.objects.published().listed().only("reference", "subject", "origin")
    if cable := latest.select_related("origin").first():
        yield cable.get_absolute_url(), {}
        yield cable.origin.get_absolute_url(), {}
        words = " ".join(split_words(cable.subject)[:WORDS]) or cable.reference[2:5]
        yield reverse("search"), {"q": words}


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
