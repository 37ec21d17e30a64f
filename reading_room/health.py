"""/healthz and /readyz, for what starts processes and what sends requests to them.

They are answered before anything else is looked at: a probe knows no host name and no HTTPS.
"""

from django.db import DatabaseError, InterfaceError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse

NOT_READY = (DatabaseError, InterfaceError)


class Health:
    """The middleware that answers them; it stands first."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.is_migrated = False  # Once they are applied, migrations of this code stay applied.

    def __call__(self, request):
        if request.path_info == "/healthz":
            return plain("alive")
        if request.path_info == "/readyz":
            return self.ready()
        return self.get_response(request)

    def ready(self):
        """Return 200 if pages can be made: the reader's database answers, in this code's shape."""
        from cables.models import State  # Models exist once Django is set up.
        from cables.querysets import READER

        try:
            self.is_migrated = self.is_migrated or not unapplied()
            if not self.is_migrated:
                return plain("Not ready: run manage.py migrate.", 503)
            State.objects.using(READER).exists()
        except NOT_READY:
            return plain("Not ready: the database does not answer.", 503)
        return plain("ready")


def unapplied():
    """Return the migrations that the database lacks."""
    executor = MigrationExecutor(connections["default"])
    return executor.migration_plan(executor.loader.graph.leaf_nodes())


def plain(words, status=200):
    response = HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    if status == 503:
        response["Retry-After"] = "10"
    return response
