"""Run the worker: background tasks of the desk, and the end of embargoes."""

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app

from cables.operations.tasks import WORKER


class Command(BaseCommand):
    help = (
        "Compare and apply the loads of the desk and release embargoed cables, until stopped. Run "
        "one beside the web server, as `serve` does. Several workers share the work."
    )

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="do the waiting jobs, then exit")

    def handle(self, *, once, **options):
        connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
        with app.replace_connector(connector):  # Procrastinate's own command does the same.
            app.run_worker(wait=not once, **WORKER)
