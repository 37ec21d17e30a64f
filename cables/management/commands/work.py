"""The worker: what the desk asks for in the background, and the end of embargoes."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app

from cables.jobs import WORKER

PAUSE = 1  # Seconds before a worker that ended is started again.


class Command(BaseCommand):
    help = (
        "Apply loads of the desk and release embargoed cables, until it is stopped. Run one beside "
        "the web server; `serve` does so itself. More than one share the work."
    )

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="do what waits, and end")
        parser.add_argument(
            "--keep",
            action="store_true",
            help="start a worker again whenever it ends, until standard input is closed",
        )
        parser.add_argument(
            "--while-open", action="store_true", help="end when standard input is closed"
        )

    def handle(self, *, once, keep, while_open, **options):
        if keep:
            keep_one()
            return
        if while_open:
            threading.Thread(target=end_with_input, daemon=True).start()
        with app.replace_connector(app.connector.get_worker_connector()):
            app.run_worker(wait=not once, **WORKER)


def keep_one():
    """Keep one worker running until standard input is closed, as it is when the server ends."""
    closed = threading.Event()
    threading.Thread(target=lambda: (wait_for_end(), closed.set()), daemon=True).start()
    while not closed.is_set():
        worker = subprocess.Popen(
            [sys.executable, sys.argv[0], "work", "--while-open"], stdin=subprocess.PIPE
        )
        while worker.poll() is None and not closed.is_set():
            time.sleep(0.2)
        worker.stdin.close()  # Were this process killed, it would be closed too.
        with contextlib.suppress(subprocess.TimeoutExpired):
            worker.wait(timeout=10)
        worker.kill()
        worker.wait()
        closed.wait(PAUSE)


def end_with_input():
    """End this process as Ctrl-C does when standard input is closed; after a while at once."""
    wait_for_end()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(5)
    os._exit(1)  # A load that is killed loses nothing.


def wait_for_end():
    """Wait until standard input is closed."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
