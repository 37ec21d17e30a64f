"""Run the worker: background tasks of the desk, and the end of embargoes."""

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app

from cables.operations.tasks import WORKER


class Command(BaseCommand):
    help = (
        "Apply loads of the desk and release embargoed cables, until it is stopped. Run one beside "
        "the web server; `serve` does so itself. More than one share the work."
    )

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="do what waits, and end")

    def handle(self, *, once, **options):
        with app.replace_connector(app.connector.get_worker_connector()):
            app.run_worker(wait=not once, **WORKER)
