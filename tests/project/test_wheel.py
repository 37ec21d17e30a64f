"""The package has all that a room needs, and opens one in its user's folder for data."""

import json
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import venv
import zipfile
from email import message_from_bytes
from pathlib import Path
from unittest import TestCase, mock

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.installed import InstalledRoom, build_wheel, unpack
from tests.management.test_serve import free_port
from tests.paths import PROJECT
from tests.project.test_packages import SOURCE
from tests.slow import slow
from tests.source_files import csv_file, csv_record
from tests.waiting import PATIENCE

CABLE = "/cable/06LISBON900412/"
# Where the package has the folders of the project.
PLACES = {
    "cables": "cables",
    "reading_room": "reading_room",
    "templates": "reading_room/bundled/templates",
    "static": "reading_room/bundled/static",
}
SHOW = """
import json
from django.conf import settings
names = ("ROOM_DIR", "STATIC_ROOT", "UPLOADS_DIR", "SEARCH_INDEX_DIR", "STATICFILES_DIRS")
shown = {name: getattr(settings, name) for name in names}
shown["templates"] = settings.TEMPLATES[0]["DIRS"]
print(json.dumps(shown, default=str))
"""


def plain(line):
    """Return a requirement with the name of its package as indexes write it."""
    requirement = Requirement(line)
    requirement.name = canonicalize_name(requirement.name)
    return str(requirement)


class WheelTestCase(TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="a wheel ", ignore_cleanup_errors=True)
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.folder.chmod(0o755)
        cls.wheel = build_wheel(cls.folder)


class ContentTests(WheelTestCase):
    def test_it_has_every_file_of_the_application(self):
        with zipfile.ZipFile(self.wheel) as archive:
            names = set(archive.namelist())
        expected = {"reading_room/bundled/requirements.txt"}
        for folder, place in PLACES.items():
            for path in (PROJECT / folder).rglob("*"):
                if path.is_file() and path.parent.name != "__pycache__":
                    expected.add(f"{place}/{path.relative_to(PROJECT / folder).as_posix()}")
        self.assertGreater(len(expected), 700)
        found = {name for name in names if ".dist-info/" not in name}
        self.assertEqual(found, expected)

    def test_its_metadata_are_those_of_the_project(self):
        with zipfile.ZipFile(self.wheel) as archive:
            folder = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
            metadata = message_from_bytes(archive.read(folder))
            scripts = archive.read(folder.replace("METADATA", "entry_points.txt")).decode()
        listed = [each for each in metadata.get_all("Requires-Dist") if "extra ==" not in each]
        declared = SOURCE["project"]["dependencies"]
        self.assertEqual(*({plain(each) for each in lines} for lines in (listed, declared)))
        self.assertEqual(metadata["Version"], SOURCE["project"]["version"])
        self.assertIn("reading-room = reading_room.command_line:main", scripts)


class UnpackedTests(WheelTestCase):
    """The package beside the packages of the tests, without an installation."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.packages = cls.folder / "packages"
        unpack(cls.wheel, cls.packages)
        command = [sys.executable, "-P", "-m", "reading_room"]
        cls.room = InstalledRoom(cls.folder, command, free_port(), PYTHONPATH=str(cls.packages))
        # Files of the user must not be taken for the package of that name.
        (cls.room.work / "cables").mkdir()
        (cls.room.work / "cables" / "__init__.py").write_text("raise SystemExit('Not this.')")
        cls.addClassCleanup(cls.room.run, "stop")

    def test_data_lie_in_the_users_folder_and_the_rest_in_the_package(self):
        environment = self.room.environment | {"DJANGO_SETTINGS_MODULE": "reading_room.settings"}
        command = [sys.executable, "-P", "-c", SHOW]
        shown = json.loads(subprocess.check_output(command, env=environment, cwd=self.room.work))
        for name in ("ROOM_DIR", "STATIC_ROOT", "UPLOADS_DIR", "SEARCH_INDEX_DIR"):
            with self.subTest(name):
                self.assertTrue(Path(shown[name]).is_relative_to(self.room.data))
        for path in (*shown["STATICFILES_DIRS"], *shown["templates"]):
            with self.subTest(path):
                self.assertTrue(Path(path).is_dir())
                self.assertTrue(Path(path).is_relative_to(self.packages.resolve()))

    @slow("no room served from a wheel")
    def test_it_is_opened_loaded_and_stopped_by_its_own_command(self):
        before = self.files()
        process = self.room.start("serve")
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        home = self.room.page(process)
        self.assertIn("Lens", self.room.page(process, CABLE))
        self.assertIn("{", self.room.page(process, self.room.style_sheet(home)))
        refused = self.room.start("serve").communicate(timeout=PATIENCE)[0]
        self.assertIn("`reading-room stop` closes it", refused)
        shown = self.room.close(process)
        self.assertIn(f"The room is open: http://127.0.0.1:{self.room.port}/", shown)
        self.assertNotIn("has ended", shown)

        loaded = self.room.run("load", csv_file(self.room.work, csv_record()))
        self.assertIn("1 created", loaded)
        advice = re.search(r"Bring them back with: reading-room (.+)", loaded)[1]
        self.assertIn("0 rejected", self.room.run(*shlex.split(advice)))
        self.assertIn("PostgreSQL (process", self.room.run("stop"))
        self.assertIn("Nothing of", self.room.run("stop"))
        self.assertEqual(self.files(), before, "Nothing is written beside the package's files.")

    @slow("no room served from a wheel")
    def test_a_folder_named_from_the_current_one_is_the_same_for_all_programs(self):
        """Gunicorn runs in another folder than the worker."""
        environment = self.room.environment | {"EMBEDDED_POSTGRES_DIR": "a room"}
        self.enterContext(mock.patch.object(self.room, "environment", environment))
        self.addCleanup(self.room.run, "stop")
        process = self.room.start("serve")
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        self.assertIn("Lens", self.room.page(process, CABLE))
        self.room.close(process)
        self.assertTrue((self.room.work / "a room" / "data").is_dir())

    @slow("no room served from a wheel")
    def test_help_names_the_command_that_is_typed(self):
        shown = self.room.run("erase", "--help")
        self.assertIn("usage: reading-room erase", shown)
        self.assertIn("until reading-room scrub", " ".join(shown.split()))
        refused = self.room.start("no_such_command").communicate(timeout=PATIENCE)[0]
        self.assertIn("Type 'reading-room help' for usage", refused)

    def files(self):
        paths = (path for path in self.packages.rglob("*") if path.parent.name != "__pycache__")
        return {path for path in paths if path.is_file()}


@slow("no installed room upgraded")
class UpgradeTests(WheelTestCase):
    """A newer package in the place of another, as `pipx upgrade` puts it there."""

    def upgrade(self, packages, number):
        """Put a package of another version, with another style sheet, in the place of this one."""
        shutil.rmtree(packages)
        unpack(self.wheel, packages)
        ours = SOURCE["project"]["version"]
        described = next(packages.glob("*.dist-info"))
        path = described / "METADATA"
        path.write_text(path.read_text().replace(f"Version: {ours}", f"Version: {number}"))
        described.rename(described.with_name(described.name.replace(ours, number)))
        with (packages / "reading_room/bundled/static/css/tokens.css").open("a") as style:
            style.write(".newer { color: red }")

    def cable_and_style_sheet(self, room):
        """Open the room; return a cable's page, and the address and text of its style sheet."""
        process = room.start("serve")
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        cable = room.page(process, "/cable/09ROME900001/")
        address = room.style_sheet(cable)
        style = room.page(process, address)
        room.close(process)
        return cable, address, style

    def test_it_keeps_the_cables_and_the_key_and_serves_the_newer_files(self):
        packages = self.folder / "packages"
        unpack(self.wheel, packages)
        command = [sys.executable, "-P", "-m", "reading_room"]
        room = InstalledRoom(self.folder, command, free_port(), PYTHONPATH=str(packages))
        self.addCleanup(room.run, "stop")
        source = csv_file(room.work, csv_record())
        room.run("load", source)
        _, old, _ = self.cable_and_style_sheet(room)
        key = (room.data / "secret_key").read_text()

        self.upgrade(packages, "99.0")
        self.assertEqual(room.run("--version").strip(), "99.0")
        cable, new, style = self.cable_and_style_sheet(room)
        self.assertIn("HARBOR FEES", cable)
        self.assertNotEqual(new, old)
        self.assertIn("newer", style)
        self.assertEqual((room.data / "secret_key").read_text(), key)
        self.assertIn("1 unchanged", room.run("load", source))
        self.assertIn("0 differences", room.run("check_archive"))


@slow("nothing installed")
class InstalledTests(WheelTestCase):
    """In a new environment, as pipx makes it, with all packages and their digests."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        environment = cls.folder / "environment"
        venv.create(environment, with_pip=True)
        cls.programs = environment / "bin"
        cls.pip("install", "--require-hashes", "--requirement", PROJECT / "requirements.txt")
        cls.pip("install", "--no-deps", "--no-index", cls.wheel)

    @classmethod
    def pip(cls, *arguments):
        command = [cls.programs / "python", "-m", "pip", "--quiet", "--disable-pip-version-check"]
        done = subprocess.run(
            [*map(str, command), *map(str, arguments)], capture_output=True, text=True
        )
        if done.returncode:
            raise AssertionError(done.stdout + done.stderr)

    def test_nothing_is_missing_and_the_room_opens(self):
        self.pip("check")
        command = [self.programs / "reading-room"]
        room = InstalledRoom(self.folder, command, free_port())
        self.assertEqual(room.run("--version").strip(), SOURCE["project"]["version"])
        self.assertIn("reading-room load PATH", room.run())
        self.addCleanup(room.run, "stop")
        process = room.start("serve")
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        self.assertIn(CABLE, room.page(process, "/cable/06LISBON900412/cite/"))
        self.assertIn("Lens", room.page(process, CABLE))
        room.close(process)
