"""Health checks: /healthz for process managers, /readyz for load balancers.

They are answered before any other middleware: a probe sends no valid Host and uses no HTTPS.
"""

from contextlib import suppress
from pkgutil import iter_modules
from typing import Any

from django.apps import apps
from django.db import DatabaseError, InterfaceError, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpResponse

from .paths import COMMAND, NO_INDEX

NOT_READY = (DatabaseError, InterfaceError)


class Health:
    """Middleware that answers the health checks; it must be the first."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.is_migrated = False  # Checked until true: migrations do not become unapplied.

    def __call__(self, request):
        if request.path_info == "/healthz":
            return plain_response("alive")
        if request.path_info == "/readyz":
            return self.ready()
        return self.get_response(request)

    def ready(self):
        """Return 200 if this machine can answer all pages now, else 503 and why it cannot.

        It needs the readers' database with all migrations, and a search index of its own. While the
        primary is down, pages are read from replicas, and nobody knows of new migrations.
        """
        # Models exist once Django is set up.
        from cables.http_cache.edition import latest_edition
        from cables.search_index.reader import IndexNotReady, snapshot_of

        try:
            with suppress(*NOT_READY):
                self.is_migrated = self.is_migrated or not unapplied()
                if not self.is_migrated:
                    return plain_response(f"Not ready: run {COMMAND} migrate.", 503)
            snapshot_of(latest_edition())
        except NOT_READY:
            return plain_response("Not ready: the database does not answer.", 503)
        except IndexNotReady:
            return plain_response(NO_INDEX, 503)
        return plain_response(f"ready{left_out()}")


def left_out() -> str:
    """Return how many database servers are not used, if any; the log and /metrics name them."""
    fitness = [*fitness_of_servers().values()]
    unused = fitness.count(False)
    return f"; {unused} of {len(fitness)} database servers left out, see the log" * bool(unused)


def fitness_of_servers() -> dict[Any, bool]:
    """Return {server: whether it is used} of the readers' database; {} with a single server."""
    fleet = getattr(connections["reader"], "fleet", None)
    return fleet.fitness() if fleet else {}


def unapplied():
    """Return the migrations that have not been applied, or why none can be.

    Where the name of each is recorded, none is imported: together they take 7 MB.
    """
    # Models exist once Django is set up.
    from cables.operations.backups import why_in_part

    applied = MigrationRecorder(connections["default"]).applied_migrations()
    for app in apps.get_app_configs():
        found = iter_modules([f"{app.path}/migrations"])
        if any((app.label, name) not in applied for _, name, is_package in found if not is_package):
            break
    else:
        return ()
    if why := why_in_part(applied):
        return why
    executor = MigrationExecutor(connections["default"])
    return executor.migration_plan(executor.loader.graph.leaf_nodes())


def plain_response(words, status=200):
    response = HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    if status == 503:
        response["Retry-After"] = "10"
    return response
