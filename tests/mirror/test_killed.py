"""A killed export leaves complete files; the next run gives the same mirror as a clean run."""

import os
import signal
import subprocess
import sys

import psutil
from django.db import connection

from tests.base import TransactionTestCase
from tests.builders import make_cables
from tests.operations.test_backups import address
from tests.paths import PROJECT
from tests.slow import slow
from tests.waiting import PATIENCE, wait_until

from .base import LIVE, FewPages, digests, export, files_in, new_folder, sums_of

MANAGE = PROJECT / "manage.py"
CABLES = 80
ENOUGH = 20  # Text files, after which the export is killed.


class KilledExportTests(FewPages, TransactionTestCase):
    def start(self, folder):
        """Start the command in a process of its own, on the tests' database."""
        url = address(connection.settings_dict["NAME"])
        command = [sys.executable, MANAGE, "export_site", folder, "--live", LIVE, "--processes=2"]
        return subprocess.Popen(
            command,
            env=os.environ | {"DATABASE_URL": url, "READER_DATABASE_URL": url, "DEBUG": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    @slow("no program killed")
    def test_a_killed_export_is_completed_by_the_next_one(self):
        make_cables([f"06BERLIN9{number:05}" for number in range(CABLES)])
        folder, other = new_folder(self), new_folder(self)
        process = self.start(folder)
        wait_until(lambda: len(list(folder.glob("data/cable/*.txt"))) >= ENOUGH)
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.assertGreaterEqual(len(children), 2)
        _, alive = psutil.wait_procs(children, timeout=PATIENCE)
        self.assertEqual(alive, [])  # Processes end with their parent.
        left = files_in(folder)
        texts = [path for path in left if path.endswith(".txt")]
        self.assertGreaterEqual(len(texts), ENOUGH)
        self.assertFalse((folder / "manifest-sha256.txt").exists())
        export(other)
        whole = files_in(other)
        for path in texts:
            self.assertEqual(left[path], whole[path])
        report = export(folder)
        found = files_in(folder)
        self.assertEqual(found, whole)
        self.assertEqual(sums_of(folder), digests(folder))
        self.assertEqual(report.files, len(found))
