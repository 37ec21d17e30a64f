"""The files for a room on machines of one's own: read by the programs they are meant for."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest import TestCase, skipUnless

import psycopg
import yaml
from django.db import connection

from cables.operations import pg_programs
from cables.operations.reader_role import SETTINGS, UNLOGGED
from reading_room.environment import parse_database_url
from reading_room.open_room import gunicorn
from tests.base import FolderTestCase, TransactionTestCase
from tests.paths import PROJECT

FOLDER = PROJECT / "docs" / "deployment"
PYTHON = "/srv/reading-room/.venv/bin/python"
# What a web server is told of the machine that it runs on; all else is the same everywhere.
OF_THE_MACHINE = {"--chdir", "--bind"}


def options_of(command):
    """Return {option: value} of a command line of Gunicorn, but those of the machine."""
    words = command[command.index("reading_room.wsgi") + 1 :]
    found, name = {}, None
    for word in words:
        if word.startswith("--"):
            name = word
        found[name] = "" if word == name else word
    return {name: value for name, value in found.items() if name not in OF_THE_MACHINE}


class ProgramTests(FolderTestCase):
    """Files that only another program can judge; skipped where it is not installed."""

    def run_program(self, name, *arguments):
        """Fail the test with what a program says, unless it is content."""
        if not shutil.which(name):
            self.skipTest(f"{name} is not installed: its files are not checked")
        done = subprocess.run([name, *map(str, arguments)], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def test_systemd_understands_the_units(self):
        units = []
        for path in [*FOLDER.glob("*.service"), *FOLDER.glob("*.timer")]:
            units.append(self.folder / path.name)
            units[-1].write_text(path.read_text().replace(PYTHON, sys.executable))
        self.assertEqual(len(units), 4)
        said = self.run_program("systemd-analyze", "verify", *units)
        ours = [line for line in said.splitlines() if str(self.folder) in line]
        self.assertEqual(ours, [])

    def test_nginx_understands_its_file(self):
        text = (FOLDER / "nginx.conf").read_text()
        key, certificate = self.folder / "privkey.pem", self.folder / "fullchain.pem"
        made = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=cables.example.org")
        self.run_program("openssl", *made, "-keyout", key, "-out", certificate)
        for old, new in (
            ("/etc/letsencrypt/live/cables.example.org", self.folder),
            ("/var/cache/nginx", self.folder),
            ("/var/log/nginx", self.folder),
            ("listen 80;", "listen 127.0.0.1:18080;"),
            ("listen 443", "listen 127.0.0.1:18443"),
        ):
            self.assertIn(old, text)
            text = text.replace(old, str(new))
        whole = self.folder / "nginx.conf"
        pid = f"pid {self.folder}/nginx.pid;"
        whole.write_text(f"{pid}\nevents {{}}\nhttp {{ access_log off;\n{text}}}\n")
        self.run_program("nginx", "-t", "-q", "-e", self.folder / "error.log", "-c", whole)

    def test_caddy_understands_its_file(self):
        said = []
        for name in ("Caddyfile", "compose.Caddyfile"):
            text = (FOLDER / name).read_text().replace("{$HOST}", "cables.example.org")
            path = self.folder / "Caddyfile"
            path.write_text(text)
            said.append(self.run_program("caddy", "adapt", "--config", path, "--validate"))
            self.assertNotIn("not formatted", said[-1])
        self.assertIn('"read_header_timeout":10000000000', said[0])
        self.assertIn('"read_header_timeout":10000000000', said[1])

    def test_the_shell_understands_the_scripts(self):
        for path in FOLDER.glob("*.sh"):
            with self.subTest(path.name):
                self.run_program("bash", "-n", path)


class HardeningTests(TestCase):
    # What a unit may do to the rest of the system, beside what it is for.
    CLOSES = re.compile(
        r"^(?:NoNew|Capability|Protect|Private|Restrict|Lock|RemoveIPC|SystemCall|UMask)\w*=.*$",
        re.MULTILINE,
    )

    def test_every_unit_closes_what_the_others_close(self):
        units = sorted(FOLDER.glob("*.service"))
        closed = {unit.name: set(self.CLOSES.findall(unit.read_text())) for unit in units}
        self.assertEqual(len(closed), 3)
        most = set.union(*closed.values())
        self.assertGreater(len(most), 20)
        for name, lines in closed.items():
            with self.subTest(name):
                self.assertEqual(most - lines, set())

    @skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not installed")
    def test_systemd_rates_them_as_the_page_says(self):
        told = re.search(
            r"rates .*? ([\d.]+) of 10", (FOLDER.parent / "deployment.md").read_text(), re.S
        )
        for unit in FOLDER.glob("*.service"):
            with self.subTest(unit.name):
                command = ["systemd-analyze", "security", "--offline=true", unit]
                said = subprocess.run(command, capture_output=True, text=True).stdout
                rated = re.search(r"exposure level for .*: ([\d.]+)", said)
                self.assertLessEqual(float(rated[1]), float(told[1]))


class WebServerTests(TestCase):
    def test_it_is_started_as_manage_py_serve_does(self):
        expected = options_of(gunicorn(8000))
        unit = (FOLDER / "reading-room.service").read_text()
        started = re.search(r"^ExecStart=(.+)$", unit, re.M)[1].split()
        self.assertEqual(options_of(started), expected)
        image = (PROJECT / "Dockerfile").read_text()
        command = re.search(r"^CMD (.+)$", image, re.M)[1]
        self.assertEqual(options_of(re.findall(r'"([^"]+)"', command)), expected)

    def test_it_and_the_worker_can_write_what_curators_upload_and_nothing_else(self):
        place = re.search(
            r"^UPLOADS_DIR='/var/lib/(.+)/", (FOLDER / "environment").read_text(), re.M
        )
        for name in ("reading-room.service", "reading-room-work.service"):
            with self.subTest(name):
                unit = (FOLDER / name).read_text()
                self.assertEqual(re.findall(r"^StateDirectory=(.+)$", unit, re.M), [place[1]])
                self.assertIn("ProtectSystem=strict", unit)
                self.assertNotIn("ReadWritePaths", unit)


class ComposeTests(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.compose = yaml.safe_load((FOLDER / "compose.yaml").read_text())
        cls.image = (PROJECT / "Dockerfile").read_text()

    def test_every_service_and_volume_that_is_named_is_there(self):
        services, volumes = self.compose["services"], self.compose["volumes"]
        for name, service in services.items():
            with self.subTest(name):
                self.assertLessEqual({*service.get("depends_on", [])}, {*services})
                for mounted in service.get("volumes", []):
                    source = mounted.partition(":")[0]
                    there = source in volumes or (FOLDER / source).is_file()
                    self.assertTrue(there, source)

    def test_web_server_and_worker_share_what_curators_upload(self):
        for name in ("web", "work"):
            service = self.compose["services"][name]
            mounted = service["volumes"][0].partition(":")[2]
            with self.subTest(name):
                self.assertIn(f"install -d -o reading-room -m 0700 {mounted}", self.image)
                self.assertTrue(service["environment"]["UPLOADS_DIR"].startswith(f"{mounted}/"))
                self.assertTrue(service["read_only"])

    def test_its_addresses_are_those_of_its_services(self):
        given = self.compose["services"]["web"]["environment"]
        hosts = re.search(r"@([^/]+)/", given["READER_DATABASE_URL"])[1].split(",")
        self.assertLessEqual({*hosts}, {*self.compose["services"]})
        example = given["READER_DATABASE_URL"].replace("${READER_PASSWORD:?}", "secret")
        self.assertEqual(len(parse_database_url("NOT_SET_ANYWHERE", example)["REPLICAS"]), 2)

    def test_all_settings_can_be_given_in_a_file_of_their_own(self):
        for name in ("migrate", "web", "work"):
            with self.subTest(name):
                service = self.compose["services"][name]
                self.assertEqual(service["env_file"], ["${ROOM_SETTINGS:?}"])
        trial = yaml.safe_load((PROJECT / "compose.yaml").read_text())
        for name in ("prepare", "web", "work"):
            with self.subTest(trial=name):
                service = trial["services"][name]
                self.assertEqual(service["env_file"], [{"path": ".env", "required": False}])
        self.assertIn("/.env\n", (PROJECT / ".gitignore").read_text())

    def test_the_file_says_every_name_that_it_needs(self):
        text = (FOLDER / "compose.yaml").read_text()
        comment = text[: text.index("\nname:")]
        for name in {*re.findall(r"\$\{(\w+)", text)}:
            with self.subTest(name):
                self.assertIn(name, comment)

    def test_one_service_builds_the_image_with_optional_packages(self):
        for path in (FOLDER / "compose.yaml", PROJECT / "compose.yaml"):
            services = yaml.safe_load(path.read_text())["services"]
            (build,) = [each["build"] for each in services.values() if "build" in each]
            taken = [name for name, each in services.items() if each.get("pull_policy") == "never"]
            with self.subTest(path):
                self.assertEqual(build["args"], {"OPTIONAL": "${OPTIONAL:-}"})
                self.assertEqual(taken, ["web", "work"])
        self.assertIn('ARG OPTIONAL=""', self.image)

    def test_only_the_proxy_can_be_reached(self):
        reached = [name for name, each in self.compose["services"].items() if "ports" in each]
        self.assertEqual(reached, ["caddy"])


class RoleTests(TransactionTestCase):
    """roles.sql makes a database, which no transaction can take back."""

    NAMES = ("reading_room", "reader")
    MADE = ("made_up_owner", "made_up_reader")

    def renamed(self):
        """Return the file with other names, which this server does not have."""
        text = (FOLDER / "roles.sql").read_text()
        for name, made in zip(self.NAMES, self.MADE, strict=True):
            text = re.sub(rf"\b{name}\b", made, text)
        return text

    def test_psql_takes_the_passwords_from_its_environment(self):
        self.addCleanup(self.drop)
        path = Path(self.enterContext(tempfile.TemporaryDirectory()), "roles.sql")
        path.write_text(self.renamed())
        command, variables = pg_programs.command("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1")
        passwords = {"OWNER_PASSWORD": "quay'4", "READER_PASSWORD": "pier#7"}
        done = subprocess.run(
            [*command, "--file", path], env=variables | passwords, capture_output=True, text=True
        )
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        with self.connect() as server:
            stored = dict(server.execute("SELECT rolname, rolpassword FROM pg_authid").fetchall())
        for role in self.MADE:
            with self.subTest(role):
                self.assertTrue(stored[role].startswith("SCRAM-SHA-256$"))

    def test_no_password_stands_in_a_command(self):
        files = [*FOLDER.glob("*.sh"), *FOLDER.glob("*.sql"), FOLDER.parent / "deployment.md"]
        for path in files:
            with self.subTest(path.name):
                self.assertNotRegex(path.read_text(), r"--set\s+\w*password=")

    def test_the_reader_may_what_grant_reader_lets_it_and_is_not_logged(self):
        text = re.sub(r"(?m)^\\(?!connect).*\n", "", self.renamed())  # What psql alone understands.
        text = re.sub(r":'(\w+)'", r"'\1'", re.sub(r"--.*", "", text))
        before, inside = text.split(f"\\connect {self.MADE[0]}\n")
        self.addCleanup(self.drop)
        for name, part in (("postgres", before), (self.MADE[0], inside)):
            with self.connect(dbname=name) as server:
                for statement in filter(str.strip, part.split(";")):
                    query, is_run_again, _ = statement.partition("\\gexec")
                    result = server.execute(query)
                    for (made,) in result.fetchall() if is_run_again else ():
                        server.execute(made)
        with self.connect() as server:  # Variables stand for passwords in it.
            server.execute(f"ALTER ROLE {self.MADE[1]} PASSWORD 'made up'")
        with self.connect(dbname=self.MADE[0], user=self.MADE[1], password="made up") as reader:
            for name, value in (SETTINGS | UNLOGGED).items():
                with self.subTest(name):
                    shown = reader.execute(
                        "SELECT setting FROM pg_settings WHERE name = %s", [name]
                    ).fetchone()
                    self.assertEqual(shown, (value,))
            with self.assertRaises(psycopg.errors.ReadOnlySqlTransaction):
                reader.execute("CREATE TABLE public.mine (id int)")
            for statement in ("SELECT FROM pg_stats", "SELECT lo_create(0)"):
                with self.assertRaises(psycopg.errors.InsufficientPrivilege):
                    reader.execute(statement)

    def connect(self, **other):
        here = connection.get_connection_params()
        given = {name: here[name] for name in ("host", "port", "user", "password") if name in here}
        return psycopg.connect(**{"dbname": "postgres", **given, **other}, autocommit=True)

    def drop(self):
        with self.connect() as server:
            server.execute(f"DROP DATABASE IF EXISTS {self.MADE[0]}")
            for role in self.MADE:
                server.execute(f"DROP ROLE IF EXISTS {role}")
