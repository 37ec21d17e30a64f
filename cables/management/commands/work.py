"""Run the worker: background tasks of the desk, the end of embargoes, the search index."""

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app

from cables.operations.tasks import WORKER
from cables.search_index import indexer
from cables.search_index.follower import IndexFollower


class Command(BaseCommand):
    help = (
        "Apply loads of the desk, release embargoed cables and keep the search index up to date, "
        "until it is stopped. Run one beside each web server; `serve` does so itself. More than "
        "one share the work."
    )

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="do what waits, and end")

    def handle(self, *, once, **options):
        if once:
            self.run(wait=False)
            indexer.update()
            return
        follower = IndexFollower()
        follower.start()
        try:
            self.run(wait=True)
        finally:
            follower.stop()

    def run(self, *, wait):
        with app.replace_connector(app.connector.get_worker_connector()):
            app.run_worker(wait=wait, **WORKER)
