"""A room of its own for tests that break it: a server, two web processes, and readers."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from contextlib import suppress
from pathlib import Path

import psutil

from reading_room.embedded_postgres import EmbeddedPostgres
from reading_room.open_room import ADDRESS
from reading_room.supervisor import RoomRecord
from tests.paths import PROJECT
from tests.waiting import PATIENCE, wait_until

TOKEN = "a-token-of-these-tests"


class Room:
    """An embedded PostgreSQL in a folder of its own, and `manage.py serve` on it."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="room ", ignore_cleanup_errors=True)
        Path(self.folder.name).chmod(0o755)
        self.server = EmbeddedPostgres(self.folder.name)
        with socket.socket() as listener:
            listener.bind((ADDRESS, 0))
            self.port = listener.getsockname()[1]
        self.environment = os.environ | {
            "EMBEDDED_POSTGRES_DIR": str(self.server.folder),
            "PORT": str(self.port),
            **{"METRICS": "1", "METRICS_TOKEN": TOKEN, "LOG_FORMAT": "json"},
        }
        for name in ("DATABASE_URL", "READER_DATABASE_URL", "PROMETHEUS_MULTIPROC_DIR"):
            self.environment.pop(name, None)
        self.log = Path(self.folder.name) / "web.log"

    def open(self):
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                **{"cwd": PROJECT, "env": self.environment, "stdout": log, "stderr": log},
            )
        self.wait_for(200)

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.server.stop()
        self.folder.cleanup()

    def manage(self, *arguments):
        """Run a command on the room; return what it says and its status."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            **{"cwd": PROJECT, "env": self.environment, "capture_output": True, "text": True},
        )
        return done.stdout + done.stderr, done.returncode

    def workers(self):
        """Return the live processes that the web server answers with."""
        programs = {each.name: each for each in RoomRecord(self.server.folder).read()[1]}
        return children_of(programs["web server"].find())

    def ask(self, path="/", **headers):
        """Return (status, headers, text) of an answer; status 0 if the connection broke."""
        request = urllib.request.Request(f"http://{ADDRESS}:{self.port}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as response:
                return response.status, response.headers, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()
        except OSError:
            return 0, {}, ""

    def wait_for(self, status, path="/readyz"):
        """Wait until an address answers so; raise the end of the log if it does not."""
        self.until(lambda: self.ask(path)[0] == status)

    def until(self, what):
        """Wait until something is so; raise the end of the log if it does not become so."""
        wait_until(what, lambda: self.log.read_text()[-3000:])


def children_of(process):
    """Return the live processes that a process has started."""
    found = []
    for child in process.children():
        with suppress(psutil.NoSuchProcess):
            if child.status() != psutil.STATUS_ZOMBIE:
                found.append(child)
    return found


class Readers:
    """Four readers who ask without a pause while something is broken; used with `with`."""

    PAGES = ("/", "/tag/SCUL/", "/search/?q=lens", "/cable/06LISBON900412/", "/search.json?q=fees")

    def __init__(self, room):
        self.room = room
        self.answers = []
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self.read, args=[n]) for n in range(4)]

    def read(self, number):
        while not self.ended.is_set():
            path = self.PAGES[(len(self.answers) + number) % len(self.PAGES)]
            self.answers.append((path, *self.room.ask(path)))
            time.sleep(0.01)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self.ended.set()
        for thread in self.threads:
            thread.join()

    def more(self):
        """Wait for more answers; return their statuses, but for those that were under way."""
        back = len(self.answers) + 2 * len(self.threads)
        wait_until(lambda: len(self.answers) >= back + 20)
        return [status for _, status, _, _ in self.answers[back:]]

    def get(self, status):
        """Wait until one of them got an answer with a status."""
        wait_until(lambda: self.statuses()[status])

    def statuses(self):
        return Counter(status for _, status, _, _ in self.answers.copy())
