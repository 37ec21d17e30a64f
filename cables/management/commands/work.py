"""Run the worker: tasks of the desk, the end of embargoes, the search index, the public log."""

from django.core.management.base import BaseCommand
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params

from cables.operations.tasks import WORKER, queues_of_worker
from cables.search_index import indexer
from cables.search_index.indexer import IndexFollower
from cables.transparency.follow import LogFollower, follow_all
from cables.transparency.signing_key import LogKeyError


class Command(BaseCommand):
    help = (
        "Compare and apply the loads of the desk, release embargoed cables, make data sets and "
        "keep the search index and the public log up to date, until stopped. Run one beside each "
        "web server, as `serve` does. Several workers share the work."
    )

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="do the waiting jobs, then exit")

    def handle(self, *, once, **options):
        if once:
            self.run(wait=False)
            indexer.update()
            try:
                follow_all()
            except LogKeyError as error:  # Texts are served as before, and jobs are done.
                self.stderr.write(f"The public log is not up to date: {error}")
            return
        followers = [IndexFollower(), LogFollower()]
        for follower in followers:
            follower.start()
        try:
            self.run(wait=True)
        finally:
            for follower in followers:
                follower.stop()

    def run(self, *, wait):
        # The function is called for each connection: after a failover it names the new primary.
        with app.replace_connector(PsycopgConnector(kwargs=connector_params)):
            app.run_worker(wait=wait, queues=queues_of_worker(), **WORKER)
