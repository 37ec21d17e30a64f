"""Health checks: /healthz for process managers, /readyz for load balancers.

They are answered before any other middleware: a probe sends no valid Host and uses no HTTPS.
"""

from django.db import DatabaseError, InterfaceError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse

from .paths import COMMAND

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
        """Return 200 if the readers' database answers and all migrations are applied, else 503."""
        from cables.models import State  # Models exist once Django is set up.
        from cables.models.querysets import READER

        try:
            self.is_migrated = self.is_migrated or not unapplied()
            if not self.is_migrated:
                return plain_response(f"Not ready: run {COMMAND} migrate.", 503)
            State.objects.using(READER).exists()
        except NOT_READY:
            return plain_response("Not ready: the database does not answer.", 503)
        return plain_response("ready")


def unapplied():
    """Return the migrations that have not been applied."""
    executor = MigrationExecutor(connections["default"])
    return executor.migration_plan(executor.loader.graph.leaf_nodes())


def plain_response(words, status=200):
    response = HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    if status == 503:
        response["Retry-After"] = "10"
    return response
