"""The files for a room on five machines agree with each other, and their programs read them."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path
from unittest import TestCase

import yaml

from reading_room.environment import parse_database_url
from tests.base import FolderTestCase
from tests.paths import PROJECT

FOLDER = PROJECT / "docs" / "deployment" / "cluster"
PAGE = PROJECT / "docs" / "cluster.md"
PROGRAMS = "/usr/sbin:/usr/bin:/sbin:/bin"


def text_of(name):
    return (FOLDER / name).read_text()


def ports_of_haproxy():
    """Return {name of a part: its port} of haproxy.cfg."""
    found = re.findall(r"^listen (\w+)\n    bind 127\.0\.0\.1:(\d+)$", text_of("haproxy.cfg"), re.M)
    return {name: int(port) for name, port in found}


class AgreementTests(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.patroni = yaml.safe_load(text_of("patroni.yml"))
        cls.pgbouncer = configparser.ConfigParser()
        cls.pgbouncer.read_string(text_of("pgbouncer.ini"))
        cls.hosts = dict(line.split()[::-1] for line in text_of("hosts").split("\n")[2:] if line)

    def test_the_room_writes_by_pgbouncer_and_haproxy_and_reads_from_each_machine(self):
        urls = dict(re.findall(r"^   (\w*DATABASE_URL)='(.+)'$", PAGE.read_text(), re.M))
        ports = ports_of_haproxy()
        written = parse_database_url("NOT_SET_ANYWHERE", urls["DATABASE_URL"])
        self.assertEqual(written["PORT"], self.pgbouncer.getint("pgbouncer", "listen_port"))
        leads_to = self.pgbouncer["databases"][written["NAME"]]
        self.assertEqual(leads_to, f"host=127.0.0.1 port={ports['leader']}")
        read = parse_database_url("NOT_SET_ANYWHERE", urls["READER_DATABASE_URL"])["REPLICAS"]
        self.assertEqual([each["PORT"] for each in read], [ports[f"db{n}"] for n in (1, 2, 3)])

    def test_a_session_keeps_its_connection_and_waits_less_than_a_reader(self):
        given = self.pgbouncer["pgbouncer"]
        self.assertEqual(given["pool_mode"], "session")
        self.assertLess(int(given["query_wait_timeout"]), 5)

    def test_etcd_and_patroni_are_on_the_same_machines(self):
        asked = [each.split(":")[0] for each in self.patroni["etcd3"]["hosts"].split(",")]
        members = re.findall(r"(\w+)=http://\1:2380", text_of("etcd"))
        self.assertEqual(asked, members)
        self.assertLessEqual({*asked}, {*self.hosts})

    def test_nothing_is_confirmed_by_one_machine_alone(self):
        agreed = self.patroni["bootstrap"]["dcs"]
        self.assertEqual(agreed["synchronous_mode"], "quorum")
        self.assertTrue(agreed["synchronous_mode_strict"])
        # A leader that is cut off has stopped before another is chosen.
        self.assertLessEqual(agreed["loop_wait"] + 2 * agreed["retry_timeout"], agreed["ttl"])

    def test_only_the_five_machines_connect_and_with_a_password(self):
        network = re.match(r"(\d+\.\d+\.\d+)\.", self.hosts["db1"])[1]
        for line in self.patroni["postgresql"]["pg_hba"]:
            with self.subTest(line):
                kind, *_, method = line.split()
                self.assertIn((kind, method), {("local", "peer"), ("host", "scram-sha-256")})
                self.assertIn(f"{network}.0/24" if kind == "host" else "local", line)

    def test_what_differs_on_a_machine_is_marked(self):
        for line in text_of("patroni.yml").split("\n")[2:]:
            self.assertEqual("THIS" in line, line.endswith("# differs"), line)

    def test_the_page_names_every_file(self):
        for path in FOLDER.iterdir():
            self.assertIn(f"(deployment/cluster/{path.name})", PAGE.read_text())


class ProgramTests(FolderTestCase):
    def run_program(self, name, *arguments):
        program = shutil.which(name, path=PROGRAMS)
        if not program:
            self.skipTest(f"{name} is not installed: its file is not checked")
        done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_haproxy_understands_its_file(self):
        text = re.sub(r" (db\d):5432", r" 127.0.0.1:5432", text_of("haproxy.cfg"))
        text = re.sub(r"\n    (user|group) haproxy", "", text)
        path = self.folder / "haproxy.cfg"
        path.write_text(text)
        self.run_program("haproxy", "-c", "-q", "-f", path)

    def test_systemd_understands_the_units(self):
        units = [Path(shutil.copy(path, self.folder)) for path in FOLDER.glob("*base-backup*")]
        for unit in units:
            if unit.suffix == ".service":
                unit.write_text(re.sub("/usr/bin/(pgbackrest|curl)", "/bin/true", unit.read_text()))
        self.run_program("systemd-analyze", "verify", *units)
