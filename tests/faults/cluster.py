"""A room on five machines, each a network namespace of this one, with the files of docs/deployment.

Root is needed, and Debian's packages of docs/cluster.md. The names and addresses are those of the
page: db1 to db3 and web1, web2 in 10.87.0.0/24. Only paths are replaced in the files.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil
import yaml

from reading_room.open_room import gunicorn
from reading_room.paths import WORK, command_line
from tests.paths import PROJECT
from tests.waiting import wait_until as wait_for

FILES = PROJECT / "docs" / "deployment" / "cluster"
ADDRESSES = {name: f"10.87.0.{number}" for number, name in enumerate(("db1", "db2", "db3"), 1)}
ADDRESSES |= {"web1": "10.87.0.11", "web2": "10.87.0.12"}
HERE = "10.87.0.254"  # Of the bridge, which is this machine's.
BRIDGE = "cluster0"
DATABASES, WEBS = ("db1", "db2", "db3"), ("web1", "web2")
NEEDED = ("patroni", "etcd", "haproxy", "pgbouncer", "pgbackrest", "ip")
PASSWORDS = ("API", "REPLICATION", "REWIND", "BACKUP")
OWNER, READER, DATABASE = "reading_room", "reader", "reading_room"
READERS = "127.0.0.1:5001,127.0.0.1:5002,127.0.0.1:5003"  # Ports of HAProxy.
PASSWORD = "only-in-this-cluster"
OLDEST = 17  # The PostgreSQL that first has the locale provider of patroni.yml, "builtin".
DISK = 800  # Megabytes of the disk of each database machine.
NOWHERE = "02:00:00:00:00:01"  # The hardware address of no machine.
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
AGAIN = 'while :; do "$@"; echo "It ended ($?)"; sleep 5; done'  # As Restart=always of the units.
FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"


def wait_until(is_so, otherwise="It did not come true.", seconds=90):
    """Wait as tests do, but for less: so long is no cluster without a leader."""
    return wait_for(is_so, otherwise, seconds)


def missing() -> list[str]:
    """Return what this machine lacks for a cluster, in words."""
    lacks = [name for name in NEEDED if not shutil.which(name, path=PATH)]
    if os.geteuid():
        lacks.append("root")
    if not newest_postgres():
        lacks.append(f"Debian's postgresql-{OLDEST} or a newer one")
    return lacks


def newest_postgres() -> Path | None:
    """Return the programs of PG_BINDIR, or of Debian's newest PostgreSQL that a cluster needs."""
    if named := os.environ.get("PG_BINDIR"):
        return Path(named)
    found = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = max(found, key=lambda path: float(path.parts[-3]), default=None)
    return newest.parent if newest and float(newest.parts[-3]) >= OLDEST else None


def run(*command, **options) -> str:
    """Run a program, and return what it prints. Raises AssertionError with that if it fails."""
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, **options)
    if done.returncode:
        raise AssertionError(f"{command}: {done.stdout}{done.stderr}")
    return done.stdout


class Machine:
    """A network namespace with a folder, and the programs that run there."""

    def __init__(self, name: str, folder: Path):
        self.name, self.address = name, ADDRESSES[name]
        self.folder = folder / name
        self.folder.mkdir(mode=0o755)
        self.programs: dict[str, tuple[tuple, str, dict]] = {}
        self.running: dict[str, subprocess.Popen] = {}

    def plug_in(self):
        self.unplug()  # What a run left that was killed.
        run("ip", "netns", "add", self.name)
        cable = f"to-{self.name}"
        run(*f"ip link add {cable} type veth peer name eth0 netns {self.name}".split())
        run(*f"ip link set {cable} master {BRIDGE} up".split())
        self.do(*f"ip addr add {self.address}/24 dev eth0".split())
        self.do("ip", "link", "set", "eth0", "up")
        self.do("ip", "link", "set", "lo", "up")
        hosts = Path("/etc/netns") / self.name / "hosts"  # Only this namespace reads it.
        hosts.parent.mkdir(parents=True, exist_ok=True)
        names = {"localhost": "127.0.0.1"} | ADDRESSES
        hosts.write_text("".join(f"{place} {name}\n" for name, place in names.items()))

    def unplug(self):
        self.kill_all()
        subprocess.run(["ip", "netns", "del", self.name], capture_output=True)
        subprocess.run(["ip", "link", "del", f"to-{self.name}"], capture_output=True)
        shutil.rmtree(Path("/etc/netns") / self.name, ignore_errors=True)

    def kill_all(self):
        """Kill all its processes, as when the power fails."""
        for _ in range(3):
            listed = subprocess.run(["ip", "netns", "pids", self.name], capture_output=True)
            for pid in listed.stdout.split():
                with suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
            for process in self.running.values():
                process.wait()
            self.running.clear()
            time.sleep(0.1)

    def inside(self, *command, account="root") -> list[str]:
        """Return the command line that runs a command there."""
        become = ["setpriv", f"--reuid={account}", f"--regid={account}", "--init-groups"]
        within = ["ip", "netns", "exec", self.name]
        return [*within, *(become if account != "root" else []), *map(str, command)]

    def do(self, *command, account="root", **options) -> str:
        return run(*self.inside(*command, account=account), **options)

    def install(self, name: str, *command, account="root", environment: dict | None = None):
        """Note how a program is started there; one of the room starts again when it ends."""
        known = {"PATH": PATH, "LANG": "C.UTF-8"} | (environment or {})
        if environment and "SECRET_KEY" in environment:
            command = ("sh", "-c", AGAIN, "sh", *command)
        self.programs[name] = (command, account, known)

    def start(self, *names: str, **environment: str):
        """Start programs of it, or all, with more in their environment."""
        for name in names or self.programs:
            command, account, known = self.programs[name]
            # Only the program itself gets it, not those that lead to it.
            more = ["env", *(f"{key}={value}" for key, value in environment.items())]
            with (self.folder / f"{name}.log").open("a") as log:
                self.running[name] = subprocess.Popen(
                    self.inside(*more, *command, account=account),
                    **{"env": known, "cwd": PROJECT if "web" in self.name else "/"},
                    **{"stdout": log, "stderr": log, "start_new_session": True},
                )

    def stop(self, name: str, how=signal.SIGTERM):
        """End one program, and the processes that it started."""
        process = self.running.pop(name)
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(how)
        process.wait(60)
        for child in children if name in ("web", "worker") else ():
            with suppress(psutil.NoSuchProcess):
                child.send_signal(how)
        psutil.wait_procs(children, 60)

    def restart(self, name: str, how=signal.SIGTERM, **environment: str):
        self.stop(name, how)
        self.start(name, **environment)


class Cluster:
    """Three database machines, two web machines with a worker each. Used with `with`.

    `readers` names the servers that the web machines read from, as READER_DATABASE_URL does.
    """

    def __init__(self, readers: str):
        self.readers = readers
        self.folder = Path(tempfile.mkdtemp(prefix="cluster-"))
        self.folder.chmod(0o755)
        self.machines = {name: Machine(name, self.folder) for name in ADDRESSES}
        self.repository = self.folder / "backups"
        self.programs = newest_postgres()

    def __getitem__(self, name: str) -> Machine:
        return self.machines[name]

    def __enter__(self):
        try:
            self.open()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *error):
        self.close()

    def close(self):
        for machine in self.machines.values():
            machine.unplug()
        for name in DATABASES:
            subprocess.run(["umount", "-l", self[name].folder / "disk"], capture_output=True)
        subprocess.run(["ip", "link", "del", BRIDGE], capture_output=True)
        if "KEEP_CLUSTER" not in os.environ:
            shutil.rmtree(self.folder, ignore_errors=True)

    def open(self):
        subprocess.run(["ip", "link", "del", BRIDGE], capture_output=True)
        run(*f"ip link add {BRIDGE} type bridge".split())
        run(*f"ip addr add {HERE}/24 dev {BRIDGE}".split())
        run(*f"ip link set {BRIDGE} up".split())
        self.repository.mkdir()
        (self.folder / "sources").mkdir()
        shutil.chown(self.repository, "postgres", "postgres")
        for machine in self.machines.values():
            machine.plug_in()
        for name in DATABASES:
            self.prepare_database(self[name])
        for name in DATABASES:
            self[name].start()
        wait_until(self.leader, self.complaint)
        wait_until(lambda: len(self.members("streaming")) == 2, self.complaint)
        self.make_room()

    def prepare_database(self, machine: Machine):
        """Write its files, and say how its programs are started."""
        disk = machine.folder / "disk"
        disk.mkdir()
        run("mount", "-t", "tmpfs", "-o", f"size={DISK}m,mode=0755", "tmpfs", disk)
        for folder in ("postgresql/17", "run"):
            (disk / folder).mkdir(parents=True)
        run("chown", "-R", "postgres:postgres", disk)
        (machine.folder / "etcd-data").mkdir()
        shutil.chown(machine.folder / "etcd-data", "etcd", "etcd")
        patroni = self.write(machine, "patroni.yml", "postgres")
        settings = dict(
            line.split("=", 1)
            for line in self.write(machine, "etcd", "etcd").read_text().splitlines()
            if line and not line.startswith("#")
        )
        machine.install("etcd", "etcd", account="etcd", environment=settings)
        machine.install("patroni", "/usr/bin/patroni", patroni, account="postgres")

    def write(self, machine: Machine, name: str, account: str) -> Path:
        """Write a file of the docs for a machine, with its name, its paths, and passwords."""
        text = (FILES / name).read_text()
        disk = machine.folder / "disk"
        backup = self.folder / machine.name / "pgbackrest.conf"
        for old, new in (
            ("THIS", machine.name),
            ("/usr/lib/postgresql/17/bin", self.programs),
            ("/var/lib/postgresql", disk / "postgresql"),
            ("/run/postgresql", disk / "run"),
            ("/var/lib/etcd", machine.folder / "etcd-data"),
            ("/var/lib/pgbackrest", self.repository),
            ("/etc/pgbouncer", machine.folder),
            ("pgbackrest --stanza", f"pgbackrest --config={backup} --stanza"),
            ("4GB", "128MB"),
            *((f"{each}_PASSWORD", f"{each}-{PASSWORD}") for each in PASSWORDS),
        ):
            text = text.replace(old, str(new))
        path = machine.folder / name
        path.write_text(text)
        path.chmod(0o600)
        shutil.chown(path, account, account)
        if name == "patroni.yml":
            self.write(machine, "pgbackrest.conf", "postgres")
        return path

    def prepare_web(self, machine: Machine):
        haproxy = self.write(machine, "haproxy.cfg", "root")
        pgbouncer = self.write(machine, "pgbouncer.ini", "postgres")
        users = machine.folder / "userlist.txt"
        users.write_text("".join(f'"{role}" "{PASSWORD}"\n' for role in (OWNER, READER)))
        shutil.chown(users, "postgres", "postgres")
        index = {"SEARCH_INDEX_DIR": str(machine.folder / "index")}
        self.environment = {
            "SECRET_KEY": "x" * 60,
            "ALLOWED_HOSTS": "*",
            "DATABASE_URL": f"postgresql://{OWNER}:{PASSWORD}@127.0.0.1:6432/{DATABASE}",
            "READER_DATABASE_URL": f"postgresql://{READER}:{PASSWORD}@{self.readers}/{DATABASE}",
            "SOURCES_DIR": str(self.folder / "sources"),
            "UPLOADS_DIR": str(self.folder / "uploads"),
            "WEB_CONCURRENCY": "2",
            "MALLOC_ARENA_MAX": "2",
        }
        known = {"environment": self.environment | index}
        machine.install("haproxy", "haproxy", "-db", "-f", haproxy)
        machine.install("pgbouncer", "pgbouncer", pgbouncer, account="postgres")
        served = [word.replace("127.0.0.1:", "0.0.0.0:") for word in gunicorn(8000)]
        machine.install("web", *served, **known)
        machine.install("worker", *command_line(*WORK), **known)

    def make_room(self):
        """Do as docs/cluster.md says: roles, database, migrations, cables."""
        leader = self[self.leader()]
        self.pgbackrest(leader.name, "stanza-create")
        roles = PROJECT / "docs" / "deployment" / "roles.sql"
        passwords = {"OWNER_PASSWORD": PASSWORD, "READER_PASSWORD": PASSWORD}
        psql = [self.programs / "psql", "-h", leader.folder / "disk" / "run", "-d", "postgres"]
        leader.do(
            *psql, "-v", "ON_ERROR_STOP=1", "-f", "-",
            account="postgres", env={"PATH": PATH} | passwords, input=roles.read_text(),
        )  # fmt: skip
        for name in WEBS:
            self.prepare_web(self[name])
            self[name].start("haproxy", "pgbouncer")
        wait_until(self.can_write, self.complaint)
        for command in (["migrate"], ["grant_reader"], ["collectstatic", "--no-input"]):
            self.manage(*command)
        self.manage("load_cables", "cables/specimens/cables")
        for name in WEBS:
            self[name].start("web", "worker")

    def manage(self, *command, on="web1", timeout=300) -> str:
        """Run a command of the room on a web machine."""
        environment = {"PATH": PATH} | self.environment
        environment["SEARCH_INDEX_DIR"] = str(self[on].folder / "index")
        called = [sys.executable, "manage.py", *command]
        return self[on].do(*called, cwd=PROJECT, env=environment, timeout=timeout)

    def members(self, state: str = "") -> list[str]:
        """Return the database machines that Patroni lists, in a state if one is named."""
        with suppress(AssertionError, subprocess.TimeoutExpired, yaml.YAMLError):
            return [each["Member"] for each in self.listed() if not state or each["State"] == state]
        return []

    def listed(self) -> list[dict]:
        """Return what `patronictl list` says, of the first machine that answers."""
        for name in DATABASES:
            configuration = self[name].folder / "patroni.yml"
            command = ["patronictl", "-c", configuration, "list", "--format", "json"]
            with suppress(AssertionError, subprocess.TimeoutExpired):
                said = self[name].do(*command, env={"PATH": PATH}, timeout=15)
                if said.strip():
                    return yaml.safe_load(said)
        return []

    def leader(self) -> str:
        """Return the name of the leader; "" if there is none."""
        for name in DATABASES:
            if self.status(name, "/primary") == 200:
                return name
        return ""

    def status(self, name: str, path: str) -> int:
        """Return how Patroni of a machine answers; 0 if it does not."""
        url = f"http://{self[name].address}:8008{path}"
        command = ["curl", "-s", "-o", "/dev/null", "-m", "2", "-w", "%{http_code}", url]
        return int(subprocess.run(command, capture_output=True, text=True).stdout or 0)

    def replicas(self) -> list[str]:
        """Return the database machines that follow the leader."""
        return self.members("streaming")

    def is_whole(self) -> bool:
        """Tell whether a leader has two replicas, and both web machines are ready."""
        whole = self.leader() and len(self.replicas()) == 2
        return bool(whole) and all(self.web_status(name) == 200 for name in WEBS)

    def web_status(self, name: str) -> int:
        url = f"http://{self[name].address}:8000/readyz"
        command = ["curl", "-s", "-o", "/dev/null", "-m", "5", "-w", "%{http_code}", url]
        return int(subprocess.run(command, capture_output=True, text=True).stdout or 0)

    def execute(self, name: str, statement: str) -> str:
        """Return what a statement answers on a machine, as the superuser by its socket."""
        asked = ["-d", DATABASE, "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement]
        return self[name].do(*self.psql(name), *asked, account="postgres").strip()

    def psql(self, name: str) -> list:
        return [self.programs / "psql", "-h", self[name].folder / "disk" / "run"]

    def kill_postgres(self, name: str):
        """Kill PostgreSQL of a machine with all its processes, but not Patroni."""
        postmaster = psutil.Process(
            int((self.data(name) / "postmaster.pid").read_text().split()[0])
        )
        for process in [postmaster, *postmaster.children()]:
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def switch_to(self, name: str):
        """Make a replica the leader."""
        configuration = self[name].folder / "patroni.yml"
        command = ["patronictl", "-c", configuration, "switchover", "reading-room"]
        self[name].do(*command, "--candidate", name, "--force", env={"PATH": PATH})
        wait_until(lambda: self.leader() == name, self.complaint)

    def replace(self, name: str):
        """Lose a database machine and its disk for good, and put an empty one in its place."""
        machine, other = self[name], next(each for each in DATABASES if each != name)
        machine.kill_all()
        shutil.rmtree(self.data(name))
        shutil.rmtree(machine.folder / "etcd-data" / "reading-room")
        etcdctl = ["etcdctl", f"--endpoints={other}:2379", "member"]
        members = self[other].do(*etcdctl, "list").splitlines()
        number = next(line.split(",")[0] for line in members if f", {name}," in line)
        self[other].do(*etcdctl, "remove", number)
        self[other].do(*etcdctl, "add", name, f"--peer-urls=http://{name}:2380")
        machine.start(ETCD_INITIAL_CLUSTER_STATE="existing")

    def backup(self):
        self.pgbackrest(self.leader(), "backup")

    def pgbackrest(self, name: str, *command):
        file = self[name].folder / "pgbackrest.conf"
        backup = ["pgbackrest", f"--config={file}", "--stanza=reading-room"]
        self[name].do(*backup, *command, account="postgres")

    def restore_to(self, moment: str):
        """Restore the database as it was at a time, as docs/cluster.md says."""
        for name in WEBS:
            for program in ("web", "worker"):
                self[name].stop(program)
        for name in sorted(DATABASES, key=lambda each: each == self.leader()):
            self[name].stop("patroni")
        db1 = self["db1"]
        patronictl = ["patronictl", "-c", db1.folder / "patroni.yml", "remove", "reading-room"]
        db1.do(*patronictl, input="reading-room\nYes I am aware\n", env={"PATH": PATH})
        target = ["--type=time", f"--target={moment}", "--target-action=promote"]
        self.pgbackrest("db1", "--delta", *target, "restore")
        # The settings are of the machine that was backed up. Machines of their own have its paths.
        settings = self.data("db1") / "postgresql.conf"
        settings.write_text(re.sub(f"{self.folder}/db\\d/", f"{db1.folder}/", settings.read_text()))
        control = [self.programs / "pg_ctl", "-D", self.data("db1")]
        log = db1.folder / "restore.log"
        log.touch()
        shutil.chown(log, "postgres")
        alone = ["-o", "-c synchronous_standby_names= -c listen_addresses="]
        try:
            db1.do(*control, "-l", log, "-w", *alone, "start", account="postgres")
        except AssertionError as error:
            raise AssertionError(self.complaint()) from error
        replayed = "SELECT pg_is_in_recovery()"
        wait_until(lambda: self.execute("db1", replayed) == "f", self.complaint)
        db1.do(*control, "-w", "stop", account="postgres")
        db1.start("patroni")
        wait_until(self.leader, self.complaint)
        for name in ("db2", "db3"):
            shutil.rmtree(self.data(name))
            self[name].start("patroni")
        for name in WEBS:
            self[name].start("web", "worker")
        wait_until(self.is_whole, self.complaint, 180)

    def data(self, name: str) -> Path:
        return self[name].folder / "disk" / "postgresql" / "17" / "reading-room"

    def wrong_clock(self):
        """Let the clock of a new leader and of web2 be an hour ahead; return how to mend it."""
        ahead = {"LD_PRELOAD": FAKETIME, "FAKETIME": "+1h", "DONT_FAKE_MONOTONIC": "1"}
        name = self.replicas()[0]
        self[name].stop("patroni")
        self[name].start("patroni", **ahead)
        wait_until(lambda: len(self.replicas()) == 2, self.complaint)
        self.switch_to(name)
        for program in ("web", "worker"):
            self["web2"].restart(program, **ahead)

        def mend():
            self[name].restart("patroni")
            for program in ("web", "worker"):
                self["web2"].restart(program)

        return mend

    def can_write(self) -> bool:
        try:
            self.manage("shell", "--no-imports", "-c", "from django.db import connection as c;"
                        "c.cursor().execute('CREATE TEMP TABLE t ()')", timeout=20)  # fmt: skip
        except (AssertionError, subprocess.TimeoutExpired):
            return False
        return True

    def part(self, these: Iterable[str], those: Iterable[str], *, whole=False):
        """Let no packet pass between two groups of machines, or again if `whole`."""
        these, those = [*these], [*those]
        for group, others in ((these, those), (those, these)):
            for name in group:
                for other in others:
                    place = f"{ADDRESSES[other]} dev eth0"
                    change = f"del {place}" if whole else f"replace {place} lladdr {NOWHERE}"
                    self[name].do(*f"ip neigh {change} {'' if whole else 'nud permanent'}".split())

    def complaint(self) -> str:
        """Return the ends of all logs."""
        logs = sorted(self.folder.glob("*/*.log"))
        return "\n".join(f"== {log}\n{log.read_text(errors='replace')[-1500:]}" for log in logs)
